"""Moving a branch together with the worktree that has it checked out, forward and back (SPEC section 6)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ampsm.git import in_the_way, refs, signing
from ampsm.git.checkouts import Checkout, checkouts, local_edits
from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, line_of
from ampsm.git.commits import CommitRefused, require_identity
from ampsm.git.hidden_edits import keeping_hidden_edits, settle
from ampsm.git.location import git_path
from ampsm.git.objects import tree_of
from ampsm.git.programs.planted import overriding
from ampsm.git.repository import changed_paths
from ampsm.git.staging import git_when_free
from ampsm.git.status import worktree_status
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import few

#: Seconds a fast-forward may take in somebody's worktree, its `post-merge` hook included.
ADVANCE_TIMEOUT = 900.0

_QUIETLY = (
    "--ff-only", "--quiet", "--no-squash", "--commit", "--no-stat", "--no-autostash", "--no-log", "--no-edit",
    "--no-overwrite-ignore",
)  # fmt: skip


def advance(root: Path, ref: str, old: str, new: str, worktree: Path | None, *, reason: str) -> None:
    """Moves the branch `ref` from `old` forward to `new`: by a fast-forward in the `worktree` that has it checked out,
    else by the ref alone. Compare-and-swap: raises RefMoved when it is anywhere else, and nothing was changed then.

    Raises `uncommitted-changes` (exit 5) when local edits or untracked files would be touched, before any change.
    """
    if worktree is None:
        refs.update_ref(root, ref, new, old, reason=reason)
        return
    _require_at(root, ref, old, worktree)
    require_free(worktree, old, new)
    settle(worktree)
    done, failure = None, None
    try:
        signed = signing.takes_only_signed(worktree, refs.branch_name(ref) or ref)
        done = git_when_free(
            worktree, "merge", *_QUIETLY, "--verify-signatures" if signed else "--no-verify-signatures", new,
            env={"GIT_REFLOG_ACTION": reason, **_plainly(ref)}, timeout=ADVANCE_TIMEOUT, writes=True,
        )  # fmt: skip
    except GitError as error:
        failure = error
    found = refs.read_ref(root, ref)
    if found == new:  # whatever a hook of the user's said afterwards
        return
    if found != old:
        raise refs.RefMoved(ref, old, found)
    _take_back(worktree, new, old)
    raise failure or GitError(f"{ref} cannot be moved in {worktree}", done.stderr if done else b"")


def retreat(root: Path, ref: str, old: str, new: str, worktree: Path | None, *, reason: str) -> None:
    """Moves the branch `ref` from `old` to any other commit `new`, e.g. back: in the `worktree` that has it checked
    out the files follow by a two-tree `git read-tree -m -u`, then the ref moves by compare-and-swap.

    Local edits elsewhere stay. Raises RefMoved, and `uncommitted-changes` (exit 5) before any change as `advance`.
    Doing it again after it was cut off is harmless.
    """
    if worktree is not None:
        _require_at(root, ref, old, worktree)
        _follow(worktree, old, new)
    try:
        refs.update_ref(root, ref, new, old, reason=reason)
    except BaseException:
        if worktree is not None and refs.read_ref(root, ref) == old:
            _take_back(worktree, new, old)
        raise


def retreat_over_edits(root: Path, ref: str, old: str, new: str, worktree: Path, *, reason: str) -> None:
    """As `retreat`, in a worktree of which the caller has kept what is uncommitted: that may be written over."""
    try:
        retreat(root, ref, old, new, worktree, reason=reason)
    except UserError as error:
        found = error.details.get("files")
        kept = set(worktree_status(worktree).paths)
        if not isinstance(found, list) or not kept.issuperset(found):
            raise
        left = in_the_way.untracked_at(worktree, in_the_way.arriving(changed_paths(worktree, old, new)))
        if ignored := [path for path in left if path not in kept]:
            raise in_the_way.in_the_way(worktree, ignored) from error
        with keeping_hidden_edits(worktree):
            git(worktree, "read-tree", "--reset", "-u", new, writes=True)
        refs.update_ref(root, ref, new, old, reason=reason)


def take_back(root: Path, ref: str, old: str, new: str, *, reason: str) -> None:
    """Moves the branch `ref` back from `old`, where a merge has put it, to `new`, where it was before, with the files
    of the worktree that has it checked out. Nothing happens when it is back already.

    Raises RefMoved when it is anywhere else, and what `require_movable` does, before any change.
    """
    if refs.read_ref(root, ref) == new:
        return
    retreat(root, ref, old, new, require_movable(root, ref, old, new), reason=reason)


def require_returnable(root: Path, ref: str, old: str, new: str) -> None:
    """Raises `undo-not-possible` (exit 5) unless the branch `ref` is at `old`, where a merge has put it, nobody else
    can have that, and it can be moved to `new`; fine when it is there already."""
    name, found = refs.branch_name(ref) or ref, refs.read_ref(root, ref)
    git_c = f"git -C {quoted(root)}"
    if found == new:
        return
    if found != old:
        raise UserError(
            "undo-not-possible", f"{name} has moved since the merge: {(found or 'it is gone')[:10]}",
            hint=f"{git_c} log --oneline {quoted(f'{old[:10]}..{name}')}",
            details={"ref": ref, "expected": old, "found": found},
        )  # fmt: skip
    if published := refs.refs_containing(root, old, "refs/remotes/"):
        raise UserError(
            "undo-not-possible", f"The merge was pushed: {published[0].removeprefix('refs/remotes/')} contains it",
            hint=f"{git_c} revert {old[:10]}", details={"ref": ref, "commit": old, "publishedIn": published[:100]},
        )  # fmt: skip
    try:
        require_movable(root, ref, old, new)
    except UserError as error:
        if error.code != "branch-checked-out":
            raise
        details = {"ref": ref, **error.details}
        raise UserError("undo-not-possible", error.message, hint=error.hint or "", details=details) from error


def require_movable(root: Path, ref: str, old: str, new: str) -> Path | None:
    """Looks at every worktree that has the branch `ref` or will come back to it; returns the one whose files follow
    when it moves from `old` to `new`, None when it is checked out nowhere.

    Raises `branch-checked-out` (exit 5) when such a worktree cannot be reached, when something waits to be finished
    there, or when there are several, and `uncommitted-changes` (exit 5) when local changes are in the way.
    """
    name = refs.branch_name(ref)
    found = checkouts(root, name) if name else []
    for checkout in found:
        if not checkout.there or checkout.operation is not None or len(found) > 1:
            raise _in_use(ref, checkout, found)
    if not found:
        return None
    worktree = found[0].worktree
    if not has_followed(worktree, old, new):
        require_free(worktree, old, new)
    return worktree


def has_followed(worktree: Path, old: str, new: str) -> bool:
    """Whether the last move was cut off between files and ref."""
    return _index_is(worktree, new) and not _index_is(worktree, old)


def require_free(worktree: Path, old: str, new: str) -> None:
    """Raises `uncommitted-changes` or, for files that git does not track, ignored or not, `files-in-the-way` (exit 5)
    naming what is in the way of moving a worktree's branch to `new`."""
    changed = changed_paths(worktree, old, new)
    if edits := local_edits(worktree, changed):
        raise UserError(
            "uncommitted-changes", f"{worktree} has local changes where files would be written: {few(edits, 1)}",
            hint=f"git -C {quoted(worktree)} status", details={"worktree": str(worktree), "files": edits[:100]},
        )  # fmt: skip
    in_the_way.require_out_of_the_way(worktree, in_the_way.arriving(changed))


def merge_commit(root: Path, target: str, tip: str, message: str) -> str:
    """A merge commit on trees: parents `target` and `tip`, which contains it, so its tree is the tip's. Signed when
    `commit.gpgSign` says so. Moves nothing. Raises `no-identity`, CommitRefused when signing fails, GitError."""
    signing = ["-S"] if git_answer(root, "config", "--type=bool", "commit.gpgSign") == "true" else []
    done = git(
        root, "-c", "i18n.commitEncoding=UTF-8", "commit-tree", *signing, "-p", target, "-p", tip, "-F", "-",
        tree_of(root, tip), stdin=message.encode("utf-8", "surrogateescape"), timeout=ADVANCE_TIMEOUT, check=False,
        writes=True,
    )  # fmt: skip
    if done.returncode == 0:
        return line_of(done)
    require_identity(root)
    if signing:
        raise CommitRefused(done.stderr.decode("utf-8", "replace"), root)
    raise GitError("The merge commit cannot be made", done.stderr)


def _plainly(ref: str) -> dict[str, str]:
    """The environment in which a fast-forward is one, whatever strategy (`-s ours`) or options the user has set for
    merges of their own into this branch. By variables, since a branch may have an equals sign in its name."""
    return overriding({f"branch.{refs.branch_name(ref)}.mergeOptions": "", "pull.twohead": "ort"})


def _require_at(root: Path, ref: str, old: str, worktree: Path) -> None:
    """The ref is where it was last seen, and that worktree's HEAD is this branch and no other."""
    found = refs.read_ref(root, ref)
    if found != old:
        raise refs.RefMoved(ref, old, found)
    current = git_answer(worktree, "symbolic-ref", "-q", "HEAD")
    if current != ref:
        raise UserError(
            "branch-moved", f"{worktree} has {current or 'no branch'} checked out now, not {ref}",
            hint=f"git -C {quoted(worktree)} status", details={"expected": ref, "found": current},
        )  # fmt: skip


def _in_use(ref: str, checkout: Checkout, found: Sequence[Checkout]) -> UserError:
    if not checkout.there:
        why = f"by {checkout.worktree}, which cannot be reached"
    elif checkout.operation is not None:
        why = f"by {checkout.worktree}, where a {checkout.operation} waits to be finished"
    else:
        why = f"in {len(found)} worktrees: {', '.join(str(one.worktree) for one in found)}"
    return UserError(
        "branch-checked-out", f"{refs.branch_name(ref)} is in use {why}",
        hint=f"git -C {quoted(checkout.worktree)} status",
        details={"ref": ref, "worktree": str(checkout.worktree), "operation": checkout.operation},
    )  # fmt: skip


def _follow(worktree: Path, old: str, new: str) -> None:
    """Takes index and files of a worktree from one commit to another, local edits elsewhere kept."""
    if has_followed(worktree, old, new):
        return
    require_free(worktree, old, new)
    git_when_free(worktree, "update-index", "-q", "--refresh", writes=True)
    settle(worktree)
    done = git_when_free(worktree, "read-tree", "-m", "-u", old, new, timeout=LONG_TIMEOUT, writes=True)
    if done.returncode != 0:
        raise GitError(f"The files in {worktree} cannot follow", done.stderr)


def _index_is(worktree: Path, commit: str) -> bool:
    done = git(worktree, "diff-index", "--cached", "--quiet", commit, "--", check=False)
    if done.returncode not in (0, 1):
        raise GitError("git diff-index failed", done.stderr)
    return done.returncode == 0


def _take_back(worktree: Path, new: str, old: str) -> None:
    """Undoes what a refused move has already done to index and files; where it did nothing, this does nothing."""
    lock = git_path(worktree, "index.lock")
    if os.path.lexists(lock):
        return  # git was killed in the middle: what it left is for a person to see
    git_when_free(worktree, "read-tree", "-m", "-u", new, old, timeout=LONG_TIMEOUT, writes=True)
