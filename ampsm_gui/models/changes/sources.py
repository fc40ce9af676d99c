"""What of a session's changes can be looked at: everything, what is not committed, an iteration, a commit."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ampsm.context import Context
from ampsm.git.diff import DiffResult
from ampsm.workflows.review import Compared, session_commits, session_diff, session_iterations
from ampsm_gui.models.diff.patch import part_path, split_patch


class Source(NamedTuple):
    """One part of the changes to look at. `kind` is all, working, iteration or commit; `key` its number or sha. `runs`
    is an iteration that is not over."""

    kind: str
    key: int | str = ""
    label: str = ""
    detail: str = ""
    runs: bool = False

    @property
    def what(self) -> Compared:
        """As the core knows it."""
        return Compared(
            working=self.kind == "working",
            iteration=int(self.key) if self.kind == "iteration" else None,
            commit=str(self.key) if self.kind == "commit" else None,
        )

    @property
    def nothing_words(self) -> tuple[str, str]:
        """What stands where it has no changes: a title and a sentence."""
        if self.kind == "all":
            return "Nothing changed yet", "Changes of the agent appear here as it writes them, and yours, too."
        if self.kind == "working":
            return "Everything is committed", "The worktree holds nothing that is not in a commit of the session."
        if self.runs:
            return "Nothing changed yet", f"{self.label} is running. What it changes appears here."
        return "Nothing changed here", f"{self.label} did not change any file."

    def same(self, other: Source) -> bool:
        return (self.kind, self.key) == (other.kind, other.key)


EVERYTHING = Source("all", label="Everything", detail="all of the session since its branch point")
UNCOMMITTED = Source("working", label="Not committed", detail="what the worktree holds and no commit does")


class Changes(NamedTuple):
    """What one read found: the sources, the files with their counts, what the patch says of each."""

    sources: list[Source]
    source: Source
    result: DiffResult
    parts: dict[str, list[bytes]]

    @property
    def words(self) -> str:
        """What is compared with what, in short."""
        if self.source.kind == "all":
            return f"Whole branch since {self.result.base[:7]}"
        return (
            "Since the last commit" if self.source.kind == "working" else f"{self.source.label} · {self.source.detail}"
        )


def read_changes(ctx: Context, session_id: str, source: Source, ignore_space: bool) -> Changes:
    """Reads a session's changes as one source shows them: for the pool. Raises what `session_diff` raises."""
    result = session_diff(ctx, session_id, source.what, ignore_space=ignore_space)
    parts: dict[str, list[bytes]] = {}
    for part in split_patch(result.patch or b""):
        parts.setdefault(part_path(part), []).append(part)
    sources = read_sources(ctx, session_id)
    source = next((found for found in sources if found.same(source)), source)  # as it is now
    return Changes(sources, source, replace(result, patch=None), parts)


def read_sources(ctx: Context, session_id: str) -> list[Source]:
    """Everything there is to look at, newest first."""
    found = [EVERYTHING, UNCOMMITTED]
    for iteration in session_iterations(ctx, session_id):
        first = next(iter(iteration.prompt.strip().splitlines()), "")
        runs = iteration.status == "running"
        found.append(Source("iteration", iteration.number, f"Iteration {iteration.number}", first, runs))
    for commit in session_commits(ctx, session_id):
        found.append(Source("commit", commit.sha, commit.sha[:8], commit.subject))
    return found
