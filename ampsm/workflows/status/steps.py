"""What leads on from each condition: commands to type, the next one first."""

from __future__ import annotations

import shlex

from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import Kind


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


_TELL_MORE, _MEND = "iterate {id} --notes …", "iterate {id} --notes 'Fix the failing tests'"
_GO_ON, _GIVE_UP = "continue-merge {id}", "abort-merge {id}"
_COMMIT = "commit {id} --message …"

#: Words as in a shell; `git` is followed by the folder it works in. `…` and `BRANCH` stand for words that only the
#: person has: a message, what to tell the agent, a branch.
_STEPS: dict[Kind, tuple[str, ...]] = {
    Kind.CLEANED_UP: ("restore {id}",),
    Kind.REPOSITORY_GONE: ("status {id}",),
    Kind.BRANCH_GONE: ("git {f.session.repo} branch {f.session.branch} {f.last_tip}",),
    Kind.WORKTREE_GONE: ("restore {id}",),
    Kind.LINK_BROKEN: ("git {f.session.repo} worktree repair",),
    Kind.PLACE_TAKEN: ("restore {id}",),
    Kind.LEFT_RUNNING: ("iterate {id}", "stop {id}"),
    Kind.RUNNING: ("logs {id} --follow", "stop {id}"),
    Kind.TESTING: ("status {id}", "stop {id}"),
    Kind.AT_WORK: ("status {id}",),
    Kind.OPERATION_OPEN: ("git {f.session.worktree} {f.git.operation} {f.way_out}",),
    Kind.LEFT_BRANCH: ("git {f.session.worktree} switch {f.session.branch}",),
    Kind.ABORTING: (_GIVE_UP,),
    Kind.CONFLICTS: ("iterate {id}", _GO_ON, _GIVE_UP),
    Kind.RESOLVED: (_GO_ON, _GIVE_UP),
    Kind.REBASE_FINISHED: (_GO_ON, _GIVE_UP),
    Kind.REBASE_DROPPED: (_GIVE_UP,),
    Kind.REBASE_TO_REPEAT: (_GO_ON, _GIVE_UP),
    Kind.REBASE_LOST: (_GIVE_UP,),
    Kind.TESTS_KEEP_OPEN: (_MEND, _GO_ON, _GIVE_UP),
    Kind.TARGET_BUSY: (_GO_ON, _GIVE_UP),
    Kind.CUT_OFF: (_GO_ON, _GIVE_UP),
    Kind.PERMISSION_NEEDED: ("config set ampPermissions allow-all", "iterate {id}"),
    Kind.COMMIT_REFUSED: ("iterate {id}", _COMMIT),
    Kind.BRANCH_MOVED: ("git {f.session.worktree} log --oneline --graph", "iterate {id}"),
    Kind.INTERRUPTED: ("iterate {id}",),
    Kind.CANCELLED: ("iterate {id}",),
    Kind.TIMED_OUT: ("iterate {id} --timeout {f.more_time}",),
    Kind.FAILED: ("iterate {id}",),
    Kind.TESTS_FAILED: (_MEND, "run {id}"),
    Kind.NESTED: ("git {f.session.worktree} status", _COMMIT),
    Kind.WAITS: ("logs {id}", "iterate {id}"),
    Kind.UNCOMMITTED: ("diff {id} --working", _COMMIT, "iterate {id}"),
    Kind.LEFT_WORK: ("diff {id} --working", "iterate {id}"),
    Kind.MERGED: ("cleanup {id}",),
    Kind.CONFLICTS_EXPECTED: ("iterate {id} --notes 'Adapt to the changes on {f.base}'",),
    Kind.NO_BASE: ("diff {id}", "set {id} --base BRANCH", "merge {id} --onto BRANCH --message …"),
    Kind.READY: ("diff {id}", "merge {id} --message …", _TELL_MORE),
    Kind.NOT_STARTED: ("iterate {id}",),
    Kind.NOTHING_CHANGED: (_TELL_MORE, "logs {id}"),
    Kind.RESTS: (_TELL_MORE,),
}


def steps_of(kind: Kind, facts: Facts) -> tuple[Step, ...]:
    """What leads on from a condition; alternatives, the next step first."""
    last = facts.session.last_iteration
    changed = kind is Kind.RESTS and last is not None and last.changed_files
    return tuple(_step(words, facts) for words in (("diff {id}",) if changed else _STEPS.get(kind, ())))


def _step(template: str, facts: Facts) -> Step:
    verb, *words = (word.format(id=facts.session.id, f=facts) for word in shlex.split(template))
    return Step(words[1], tuple(words[2:]), words[0]) if verb == "git" else Step(verb, tuple(words))
