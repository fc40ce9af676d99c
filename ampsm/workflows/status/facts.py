"""What a condition is about, in the words that the sentences of all surfaces are made of."""

from __future__ import annotations

from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.status.git_state import GitState
from ampsm.workflows.status.observed import Activity, Observed

_SHOWN = 3

#: Why an iteration failed, where the code of its error says it worse.
_FAILURES = {
    "not-installed": "Amp not found",
    "broken-install": "Amp is broken",
    "bad-arguments": "wrong arguments",
    "provider-unavailable": "provider down",
    "thread-gone": "thread is gone",
    "agent-failed": "agent error",
    "crashed": "agent crashed",
    "no-answer": "Amp gave no answer",
    "auth-command-failed": "login failed",
    "cancelled": "stopped",
}


@record
class Facts:
    """A session as it was observed, told in words: how many, which files, why. What was not asked reads as nothing."""

    observed: Observed

    @property
    def session(self) -> Session:
        return self.observed.session

    @property
    def git(self) -> GitState:
        return self.observed.git or GitState()

    @property
    def activity(self) -> Activity:
        return self.observed.activity or Activity()

    @property
    def base(self) -> str:
        """The base branch, else the commit."""
        return self.session.base_branch or self.session.base_sha[:10]

    @property
    def merged_into(self) -> str:
        return f"into {self.session.base_branch}" if self.session.base_branch else ""

    @property
    def into_base(self) -> str:
        return f" {self.merged_into}".rstrip()

    # Work

    @property
    def number(self) -> int:
        """Of the iteration that runs, or was the last one."""
        last = self.session.last_iteration
        begins = self.activity.doing == "iteration" and last is not None and last.status != "running"
        return last.number + begins if last else 1

    @property
    def process(self) -> str:
        return f" (process {self.activity.holder})" if self.activity.holder else ""

    @property
    def processes(self) -> str:
        """`process 7`, `processes 7, 8`."""
        pids = [str(found.pid) for found in self.activity.orphans]
        return f"process{'es' if len(pids) > 1 else ''} {', '.join(pids)}"

    @property
    def commands(self) -> str:
        """Those processes with their commands."""
        return ", ".join(f"{found.pid} ({found.command})" for found in self.activity.orphans[:5])

    # How the last iteration ended

    @property
    def cause(self) -> str:
        """Why it failed, with a colon before."""
        error = self.session.last_iteration.error if self.session.last_iteration else None
        return f": {error['message'].rstrip('.')}" if error else ""

    @property
    def cure(self) -> str:
        """What its error says to do."""
        error = self.session.last_iteration.error if self.session.last_iteration else None
        return str(error.get("hint") or "") if error else ""

    @property
    def try_first(self) -> str:
        """That as the beginning of what to do, unless it is to iterate again anyway."""
        again = f"amp-sessions iterate {self.session.id}"
        return f"Try: {self.cure}, then: " if self.cure and again not in self.cure else "Try again: "

    @property
    def failure(self) -> str:
        error = self.session.last_iteration.error if self.session.last_iteration else None
        code = str(error["code"]) if error else "failed"
        return _FAILURES.get(code) or code.replace("-", " ")

    @property
    def test_ending(self) -> str:
        test = self.session.last_iteration.test if self.session.last_iteration else None
        return "took too long" if test and test.timed_out else "failed"

    @property
    def tests(self) -> str:
        """What a list says of the tests."""
        last = self.session.last_iteration
        if last is not None and last.test is not None and not last.test.passed:
            return "tests timed out" if last.test.timed_out else "tests fail"
        if self.session.blocked_by_tests:
            return "tests fail"
        if not self.session.script_command:
            return "no test script"
        return "tests pass" if last and last.test else "tests not run"

    # Branch and worktree

    @property
    def last_tip(self) -> str:
        return (self.git.last_tip or self.session.base_sha)[:12]

    @property
    def where(self) -> str:
        return f"on {self.git.checked_out}" if self.git.checked_out else "on no branch (detached HEAD)"

    @property
    def nested(self) -> str:
        return listed(self.git.nested)

    @property
    def expected(self) -> str:
        return listed(self.git.conflicts_with_base)

    @property
    def commits(self) -> str:
        return counted(self.git.ahead or 0, "commit")

    @property
    def commits_are(self) -> str:
        return f"{self.commits} {'is' if self.git.ahead == 1 else 'are'}"

    # The open merge or rebase

    @property
    def operation(self) -> str:
        return self.observed.merge.operation if self.observed.merge else "merge"

    @property
    def onto(self) -> str:
        return self.observed.merge.onto if self.observed.merge else self.base

    @property
    def at_step(self) -> str:
        return str(self.observed.merge.step) if self.observed.merge else ""

    @property
    def unresolved(self) -> str:
        return listed(self.observed.merge.conflicts if self.observed.merge else ())

    @property
    def conflicts(self) -> str:
        return counted(len(self.observed.merge.conflicts) if self.observed.merge else 0, "conflict")

    @property
    def files(self) -> str:
        return counted(len(self.observed.merge.conflicts) if self.observed.merge else 0, "file")


def listed(paths: tuple[str, ...]) -> str:
    """The first few of some paths, and how many more there are."""
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
