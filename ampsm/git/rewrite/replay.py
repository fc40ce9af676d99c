"""Making commits again on another parent, by objects alone: no ref, index or file is touched (SPEC section 6)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import GitError, git, git_answer, git_line, line_of
from ampsm.git.commits import COMMIT_TIMEOUT, CommitRefused, require_identity

_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ampsm"), ("EMAIL", "ampsm@localhost"), ("DATE", "@0 +0000"))
}


def merged_tree(worktree: Path | str, base: str, ours: str, theirs: str) -> str | None:
    """The tree that has the changes from `base` to `theirs` on top of `ours`, all trees; None when they conflict.

    git's own merge: renames and merge drivers count, by the attributes that the worktree has.
    """
    if base == ours or ours == theirs:
        return theirs
    if base == theirs:
        return ours
    # git 2.39 has no --merge-base: both sides become commits on one root, so that their merge base is that root.
    root = _nobodys_commit(worktree, base)
    sides = [_nobodys_commit(worktree, tree, root) for tree in (ours, theirs)]
    done = git(
        worktree, "merge-tree", "--write-tree", "-z", "--no-messages", *sides, env=_NOBODY, check=False, writes=True
    )
    if done.returncode not in (0, 1):
        raise GitError("The commits cannot be merged", done.stderr)
    return os.fsdecode(done.stdout.partition(b"\0")[0]) if done.returncode == 0 else None


def commit_tree(
    worktree: Path | str, tree: str, parent: str, message: bytes, *, encoding: str = "UTF-8", author: str | None = None
) -> str:
    """Makes a commit with exactly this message, signed when `commit.gpgSign` says so; returns its id.

    `author` is `Name <email> seconds zone` as in a commit; None: the user, now. Raises `no-identity`, CommitRefused
    when signing fails, GitError.
    """
    signing = ["-S"] if git_answer(worktree, "config", "--type=bool", "commit.gpgSign") == "true" else []
    done = git(
        worktree, "-c", f"i18n.commitEncoding={encoding}", "commit-tree", *signing, "-p", parent, "-F", "-", tree,
        stdin=message, env=_authored(author) if author else None, timeout=COMMIT_TIMEOUT, check=False,
        writes=True,
    )  # fmt: skip
    if done.returncode == 0:
        return line_of(done)
    require_identity(worktree)
    if signing:
        raise CommitRefused(done.stderr.decode("utf-8", "replace").strip(), worktree)
    raise GitError("The commit cannot be made", done.stderr)


def recommit(worktree: Path | str, commit: str, tree: str, parent: str) -> str:
    """Makes a commit again with another tree and parent: author, author date and message stay. Raises as
    `commit_tree`."""
    raw = git(worktree, "cat-file", "commit", commit).stdout
    head, _, message = raw.partition(b"\n\n")
    known = dict(line.partition(b" ")[::2] for line in head.split(b"\n") if not line.startswith(b" "))
    encoding = os.fsdecode(known.get(b"encoding", b"UTF-8"))
    return commit_tree(
        worktree, tree, parent, message, encoding=encoding, author=os.fsdecode(known[b"author"])
    )  # fmt: skip


def _authored(author: str) -> dict[str, str]:
    who, _, when = author.rpartition("> ")
    name, _, email = who.rpartition("<")
    return {"GIT_AUTHOR_NAME": name.removesuffix(" "), "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": f"@{when}"}


def _nobodys_commit(worktree: Path | str, tree: str, *parents: str) -> str:
    options = [word for parent in parents for word in ("-p", parent)]
    return git_line(worktree, "commit-tree", "-m", "replay", *options, tree, env=_NOBODY)
