"""A session as store, git and processes show it at one moment, and the words for that of which sentences are made."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git.rewrite.held_up import HeldUp
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.unfinished import an_operation, way_out
from ampsm.model.phrases import counted, failure_words, few
from ampsm.model.record import record
from ampsm.model.session import Iteration, Session
from ampsm.model.telemetry import TestResult
from ampsm.system.activity import Activity, activity
from ampsm.system.paths import moved_beside
from ampsm.workflows.session.arrival import merged_into
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.moved import let_go
from ampsm.workflows.status.at_work import command_words, iteration_words
from ampsm.workflows.status.git_state import GitState, load_git_state
from ampsm.workflows.status.merge_status import ObservedMerge, merge_status


@record
class Facts:
    """What is known of a session; `git` and `activity` are None where they were not asked, `merge` is None when no
    merge or rebase is open. `undoable`: whether the last operation can be undone, None when there is none;
    `not_undone` says why it cannot. `merged_into` is the branch that a `done` session went into, where that is known.

    The properties tell it in words: how many, which files, why. What was not asked reads as nothing.
    """

    session: Session
    git: GitState | None = None
    activity: Activity | None = None
    merge: ObservedMerge | None = None
    undoable: bool | None = None
    not_undone: str = "It cannot be undone now"
    merged_into: str | None = None

    @property
    def base(self) -> str:
        """The base branch, else the commit."""
        return self.session.base_branch or self.session.base_sha[:10]

    @property
    def target(self) -> str:
        """The branch that the session was merged into."""
        return self.merged_into or self.base

    @property
    def into_target(self) -> str:
        into = self.merged_into or self.session.base_branch
        return f" into {into}" if into else ""

    # Work

    @property
    def number(self) -> int:
        """Of the iteration that runs, or was the last one."""
        if self._last is None:
            return 1
        begins = self._activity.doing == "iteration" and self._last.status != "running"
        return self._last.number + begins

    @property
    def iteration_at_work(self) -> str:
        return iteration_words(self.number, self.merge)

    @property
    def command_at_work(self) -> str:
        return command_words(self._activity, self.merge, self.to_target)

    @property
    def process(self) -> str:
        return f" (process {self._activity.holder})" if self._activity.holder else ""

    @property
    def processes(self) -> str:
        """`process 7`, `processes 7, 8`."""
        pids = [str(found.pid) for found in self._activity.orphans]
        return f"process{'es' if len(pids) > 1 else ''} {', '.join(pids)}"

    @property
    def commands(self) -> str:
        """Those processes with their commands."""
        return ", ".join(f"{found.pid} ({found.command})" for found in self._activity.orphans[:5])

    # How the last iteration ended

    @property
    def cause(self) -> str:
        """Why it failed, with a colon before."""
        error = self._last.error if self._last else None
        return f": {error['message'].rstrip('.')}" if error else ""

    @property
    def cure(self) -> str:
        """What its error says to do."""
        error = self._last.error if self._last else None
        return str(error.get("hint") or "") if error else ""

    @property
    def more_time(self) -> str:
        """The time limit in seconds that its error says to allow after a timeout."""
        return self.cure.partition(" --timeout ")[2] or "7200"

    @property
    def try_first(self) -> str:
        """That as the beginning of what to do, unless it is to iterate again anyway."""
        again = f"amp-sessions iterate {self.session.id}"
        return f"Try: {self.cure}, then: " if self.cure and again not in self.cure else "Try again: "

    @property
    def failure(self) -> str:
        return failure_words((self._last and self._last.error_code) or "failed")

    @property
    def test_ending(self) -> str:
        return "took too long" if self._test and self._test.timed_out else "failed"

    @property
    def tests(self) -> str:
        """What a list says of the tests."""
        if self._test and not self._test.passed:
            return "tests timed out" if self._test.timed_out else "tests fail"
        if self.session.blocked_by_tests:
            return "tests fail"
        if not self.session.script_command:
            return "no test script"
        return "tests pass" if self._test else "tests not run"

    # Branch and worktree

    @property
    def last_tip(self) -> str:
        return self._git.last_tip or self.session.base_sha

    @property
    def where(self) -> str:
        return f"on {self._git.checked_out}" if self._git.checked_out else "on no branch (detached HEAD)"

    @property
    def let_go(self) -> str:
        """What has to come first where another worktree has the session's branch."""
        return f"{let_go(self._git.elsewhere)}, then: " if self._git.elsewhere else ""

    @property
    def repository_way(self) -> str:
        """How a repository that is not there, or cannot be read, is brought back."""
        back = self._git.repository_back
        if back:
            return f"Put it right: {back}"
        unread = (self._git.repository_problem or "").startswith("cannot be read")
        return "Put right what git complains of there" if unread else "Mount or move it back to where it was"

    @property
    def an_operation(self) -> str:
        """What waits in the worktree, as a sentence begins: `A merge`, `An am`."""
        return an_operation(self._git.operation or "").capitalize()

    @property
    def way_out(self) -> str:
        """Of an operation of git that waits in the worktree."""
        return way_out(self._git.operation or "")

    @property
    def move_away(self) -> str:
        """Makes room for the worktree, by a name that is free."""
        return moved_beside(Path(self.session.worktree))

    @property
    def damaged(self) -> str:
        return few(self._git.damaged)

    @property
    def with_conflicts(self) -> str:
        return f", with conflicts in {self.in_conflict}" if self._git.unmerged else ""

    @property
    def in_conflict(self) -> str:
        return few(self._git.unmerged)

    @property
    def nested(self) -> str:
        return few(self._git.nested)

    @property
    def linked(self) -> str:
        return few(self._git.linked)

    @property
    def unpublished(self) -> str:
        return few([f"{path} ({commit[:10]})" for path, commit in self._git.unpublished])

    @property
    def expected(self) -> str:
        return few(self._git.conflicts_with_base)

    @property
    def commits(self) -> str:
        return counted(self._git.ahead or 0, "commit")

    @property
    def commits_are(self) -> str:
        return f"{self.commits} {'is' if self._git.ahead == 1 else 'are'}"

    # The open merge or rebase

    @property
    def unresolved(self) -> str:
        return few(self._conflicts)

    @property
    def conflicts(self) -> str:
        return counted(len(self._conflicts), "conflict")

    @property
    def conflicted(self) -> str:
        return counted(len(self._conflicts), "conflicted file")

    @property
    def them(self) -> str:
        """Those conflicts, or that one."""
        return "it" if len(self._conflicts) == 1 else "them"

    @property
    def stop(self) -> str:
        """Whose conflicts those are: `the merge`, or of several commits `commit 1 of 2`."""
        at = self.merge.stop if self.merge else None
        if at is not None and at.of > 1:
            return f"commit {at.n} of {at.of}"
        return f"the {self.merge.operation}" if self.merge else ""

    @property
    def of_commit(self) -> str:
        """At which of several commits it has stopped, after the number of files: ` of commit 1 of 2`."""
        return f" of {self.stop}" if self.merge and self.merge.stop and self.merge.stop.of > 1 else ""

    @property
    def as_they_are(self) -> str:
        """Those of which nobody has said that they are resolved, if any, after a sentence that all are."""
        if self.merge is None:
            return ""
        proposed = self.merge.proposed
        files = [path for path in self.merge.unstaged if path not in proposed]
        said = []
        if proposed:
            said.append(f"{few(proposed)} as the agent proposes {'it' if len(proposed) == 1 else 'them'}")
        if files:
            said.append(f"{few(files)} as {'it is' if len(files) == 1 else 'they are'} in the worktree")
        return f", {' and '.join(said)}" if said else ""

    @property
    def held_up(self) -> HeldUp:
        """What keeps a rebase that has stopped from going on."""
        return self.merge.held_up if self.merge else HeldUp()

    @property
    def marked(self) -> str:
        """Where conflict markers are left: `app.py:3`."""
        return few([f"{path}:{line}" for path, line in self.held_up.marked])

    @property
    def lost(self) -> str:
        """The files of which a stop has lost what git merged."""
        return few(self.held_up.lost)

    @property
    def to_target(self) -> str:
        """Where it leads: `into main`, `onto main`."""
        if self.merge is None:
            return ""
        return f"{'into' if self.merge.operation == 'merge' else 'onto'} {self.merge.onto}"

    @property
    def _git(self) -> GitState:
        return self.git or GitState()

    @property
    def _activity(self) -> Activity:
        return self.activity or Activity()

    @property
    def _conflicts(self) -> tuple[str, ...]:
        return self.merge.conflicts if self.merge else ()

    @property
    def _last(self) -> Iteration | None:
        return self.session.last_iteration

    @property
    def _test(self) -> TestResult | None:
        return self._last.test if self._last else None


def observe(ctx: Context, ref: str, seen: WorktreeSeen | None = None) -> Facts:
    """What store, git and processes say of a session at one moment; its worktree is `seen` by others too. Raises what
    `require_session` does."""
    session = require_session(ctx, ref)
    seen = seen or WorktreeSeen(session.worktree)
    last = session.last_iteration
    cut_off = last is not None and last.status in ("running", "interrupted")
    working = activity(ctx.paths.lock(session.id), session.id, cut_off=cut_off)
    into = merged_into(ctx, session) if session.status == "done" else None
    git = load_git_state(ctx, session, seen)
    return Facts(session, git, working, merge_status(ctx, session, seen), merged_into=into)
