"""What leads on from each condition: commands, the next one first."""

from __future__ import annotations

from collections.abc import Callable

from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import Kind

#: What stands for words that only the person has: a message, what to tell the agent, a branch.
OPEN_WORDS, OPEN_BRANCH = "…", "BRANCH"


@record
class Step:
    """`verb` of `amp-sessions` with its arguments, or of git in the folder `place`."""

    verb: str
    arguments: tuple[str, ...] = ()
    place: str | None = None

    @property
    def text(self) -> str:
        """The command to type. Whoever shows it adds the `--db` that its own command was given."""
        program = ["amp-sessions"] if self.place is None else ["git", "-C", quoted(self.place)]
        return " ".join([*program, self.verb, *map(quoted, self.arguments)])


def git_step(place: str, verb: str, *arguments: str) -> Step:
    """A command of git in a folder."""
    return Step(verb, arguments, place)


Steps = tuple[Step, ...]


def _iterate(facts: Facts, *options: str) -> Step:
    return Step("iterate", (facts.session.id, *options))


def _verb(verb: str, *options: str) -> Callable[[Facts], Step]:
    return lambda facts: Step(verb, (facts.session.id, *options))


def _each(*steps: Callable[[Facts], Step]) -> Callable[[Facts], Steps]:
    return lambda facts: tuple(step(facts) for step in steps)


def _in_worktree(*words: str) -> Callable[[Facts], Step]:
    return lambda facts: git_step(facts.session.worktree, *words)


def _bring_branch_back(facts: Facts) -> Step:
    return git_step(facts.session.repo, "branch", facts.session.branch, facts.last_tip)


def _end_operation(facts: Facts) -> Step:
    operation = (facts.git and facts.git.operation) or "merge"
    return git_step(facts.session.worktree, operation, "reset" if operation == "bisect" else "--abort")


def _switch_back(facts: Facts) -> Step:
    return git_step(facts.session.worktree, "switch", facts.session.branch)


def _mend_link(facts: Facts) -> Step:
    return git_step(facts.session.repo, "worktree", "repair")


def _allow_all(_facts: Facts) -> Step:
    return Step("config", ("set", "ampPermissions", "allow-all"))


def _adapt(facts: Facts) -> Step:
    return _iterate(facts, "--notes", f"Adapt to the changes on {facts.base}")


def _look(facts: Facts) -> Step:
    last = facts.session.last_iteration
    return _diff(facts) if last and last.changed_files else _tell_more(facts)


_again, _stop, _diff, _logs = _verb("iterate"), _verb("stop"), _verb("diff"), _verb("logs")
_tell_more, _mend = _verb("iterate", "--notes", OPEN_WORDS), _verb("iterate", "--notes", "Fix the failing tests")
_go_on, _give_up = _verb("continue-merge"), _verb("abort-merge")
_commit, _status, _restore = _verb("commit", "--message", OPEN_WORDS), _verb("status"), _verb("restore")
_merge = _verb("merge", "--message", OPEN_WORDS)
_merge_onto = _verb("merge", "--onto", OPEN_BRANCH, "--message", OPEN_WORDS)

STEPS: dict[Kind, Callable[[Facts], Steps]] = {
    Kind.CLEANED_UP: _each(_restore),
    Kind.REPOSITORY_GONE: _each(_status),
    Kind.BRANCH_GONE: _each(_bring_branch_back),
    Kind.WORKTREE_GONE: _each(_restore),
    Kind.LINK_BROKEN: _each(_mend_link),
    Kind.PLACE_TAKEN: _each(_restore),
    Kind.LEFT_RUNNING: _each(_again, _stop),
    Kind.RUNNING: _each(_verb("logs", "--follow"), _stop),
    Kind.TESTING: _each(_status, _stop),
    Kind.AT_WORK: _each(_status),
    Kind.OPERATION_OPEN: _each(_end_operation),
    Kind.LEFT_BRANCH: _each(_switch_back),
    Kind.ABORTING: _each(_give_up),
    Kind.CONFLICTS: _each(_again, _go_on, _give_up),
    Kind.RESOLVED: _each(_go_on, _give_up),
    Kind.REBASE_FINISHED: _each(_go_on, _give_up),
    Kind.REBASE_DROPPED: _each(_give_up),
    Kind.REBASE_TO_REPEAT: _each(_go_on, _give_up),
    Kind.REBASE_LOST: _each(_give_up),
    Kind.TESTS_KEEP_OPEN: _each(_mend, _go_on, _give_up),
    Kind.TARGET_BUSY: _each(_go_on, _give_up),
    Kind.CUT_OFF: _each(_go_on, _give_up),
    Kind.PERMISSION_NEEDED: _each(_allow_all, _again),
    Kind.COMMIT_REFUSED: _each(_again, _commit),
    Kind.BRANCH_MOVED: _each(_in_worktree("log", "--oneline", "--graph"), _again),
    Kind.INTERRUPTED: _each(_again),
    Kind.CANCELLED: _each(_again),
    Kind.TIMED_OUT: _each(_verb("iterate", "--timeout", "7200")),
    Kind.FAILED: _each(_again),
    Kind.TESTS_FAILED: _each(_mend, _verb("run")),
    Kind.NESTED: _each(_in_worktree("status"), _commit),
    Kind.WAITS: _each(_logs, _again),
    Kind.UNCOMMITTED: _each(_verb("diff", "--working"), _commit, _again),
    Kind.LEFT_WORK: _each(_verb("diff", "--working"), _again),
    Kind.MERGED: _each(_verb("cleanup")),
    Kind.CONFLICTS_EXPECTED: _each(_adapt),
    Kind.NO_BASE: _each(_diff, _verb("set", "--base", OPEN_BRANCH), _merge_onto),
    Kind.READY: _each(_diff, _merge, _tell_more),
    Kind.NOT_STARTED: _each(_again),
    Kind.NOTHING_CHANGED: _each(_tell_more, _logs),
    Kind.RESTS: _each(_look),
}
