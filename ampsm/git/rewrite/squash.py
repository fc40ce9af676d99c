"""Making one commit of a session's commits, on their branch point, by objects alone (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ampsm.git.command import git
from ampsm.git.commits import COMMIT_TIMEOUT, CommitRefused
from ampsm.git.git_files.links import keep_git_inside
from ampsm.git.location import git_path
from ampsm.git.objects import trees_of
from ampsm.git.rewrite.replay import commit_tree, merged_tree, recommit
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain


class OwnedCommit(Protocol):
    """A commit, and whether the agent made it."""

    @property
    def sha(self) -> str: ...
    @property
    def amp(self) -> bool: ...
    @property
    def parents(self) -> tuple[str, ...]: ...


@record
class Squashed:
    """What a squash made: the new tip, how many commits went into one and how many were kept beside it.

    `mapping` is old to new for every commit that was rewritten; `made` the commit that the others went into.
    """

    commit: str
    squashed: int
    kept: int
    mapping: dict[str, str]
    made: str | None


def squash(
    worktree: Path | str,
    *,
    branch_point: str,
    tip: str,
    commits: Sequence[OwnedCommit],
    message: str,
    include: bool,
    hooks: bool = True,
) -> Squashed:
    """Makes one commit of `commits`, all that lie between `branch_point` and `tip`, oldest first, with that message.

    With `include` all of them; without, each manual commit is made again on top of it, author, date and message kept.
    The new tip's tree is the old one's. No ref, index or file is touched. Raises `nothing-to-merge` without commits,
    `cannot-separate` (exit 5) when manual commits cannot be kept apart, CommitRefused from the `commit-msg` hook or
    signing.
    """
    if not commits:
        raise UserError("nothing-to-merge", f"There are no commits after {branch_point[:10]}", hint="amp-sessions list")
    trees = trees_of(worktree, [branch_point, tip, *(sha for c in commits for sha in (c.sha, *c.parents))])
    if include:
        words = _approved(worktree, message, hooks)
        made = commit_tree(worktree, trees[tip], branch_point, words)
        return Squashed(made, len(commits), 0, {commit.sha: made for commit in commits}, made)
    amp = [commit for commit in commits if commit.amp]
    manual = [commit for commit in commits if not commit.amp]
    if merge := next((commit for commit in commits if len(commit.parents) != 1), None):
        raise _inseparable(f"{merge.sha[:10]} is a merge commit", merge.sha)
    if not amp:
        return Squashed(tip, 0, len(manual), {}, None)
    steps = _separated(worktree, trees, branch_point, tip, amp, manual)
    made = commit_tree(worktree, steps[0], branch_point, _approved(worktree, message, hooks))
    mapping, parent = {commit.sha: made for commit in amp}, made
    for commit, tree in zip(manual, steps[1:], strict=True):
        mapping[commit.sha] = parent = recommit(worktree, commit.sha, tree, parent)
    return Squashed(parent, len(amp), len(manual), mapping, made)


def _separated(
    worktree: Path | str,
    trees: dict[str, str],
    branch_point: str,
    tip: str,
    amp: Sequence[OwnedCommit],
    manual: Sequence[OwnedCommit],
) -> list[str]:
    """The tree after all amp commits, then the one after each manual commit on top of that."""
    current, after = trees[branch_point], []
    for commit in (*amp, *manual):
        merged = merged_tree(worktree, trees[commit.parents[0]], current, trees[commit.sha])
        if merged is None:
            raise _inseparable(f"{commit.sha[:10]} needs changes that come before it", commit.sha)
        current = merged
        after.append(current)
    if current != trees[tip]:
        raise _inseparable("put in another order, they give other files", manual[0].sha if manual else tip)
    return after[len(amp) - 1 :]


def _inseparable(why: str, commit: str) -> UserError:
    return UserError(
        "cannot-separate", f"Manual commits cannot be kept apart from the agent's: {why}",
        details={"commit": commit},
    )  # fmt: skip


def _approved(worktree: Path | str, message: str, hooks: bool) -> bytes:
    """The message as the `commit-msg` hook leaves it."""
    words = message.encode("utf-8", "surrogateescape")
    words = words if words.endswith(b"\n") else words + b"\n"
    if not hooks:
        return words
    keep_git_inside(Path(worktree))
    file = git_path(worktree, "COMMIT_EDITMSG")
    atomic_write(file, words, durable=False)
    done = git(
        worktree, "hook", "run", "--ignore-missing", "commit-msg", "--", str(file), timeout=COMMIT_TIMEOUT, check=False,
        writes=True,
    )  # fmt: skip
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        raise CommitRefused(said or "the commit-msg hook gave no reason")
    words = read_plain(file)
    if not words.strip():
        raise CommitRefused("the commit-msg hook left no message")
    return words
