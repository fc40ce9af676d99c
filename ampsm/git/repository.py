"""What HEAD of a repository is, what a session starts from (SPEC section 4), and what its remotes know."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, line_of, paths_of
from ampsm.git.location import common_dir as common_dir
from ampsm.git.location import git_path as git_path
from ampsm.git.location import main_root as main_root
from ampsm.git.objects import ahead_behind as ahead_behind
from ampsm.git.objects import is_ancestor as is_ancestor
from ampsm.git.objects import merge_base as merge_base
from ampsm.git.objects import resolve_commit as resolve_commit
from ampsm.git.objects import tree_of as tree_of
from ampsm.git.refs import branch_name, branch_ref
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record

_REMOTES = "refs/remotes/"


@record
class Head:
    """What HEAD is: its commit (None without commits) and its local branch (None when detached)."""

    sha: str | None
    branch: str | None


@record
class Base:
    """What a session starts from: the name it was found by, its local branch if there is one, its exact commit."""

    name: str
    branch: str | None
    sha: str


def head(path: Path | str) -> Head:
    """HEAD of the worktree at `path`. Raises GitError."""
    both = git(path, "rev-parse", "HEAD^{commit}", "--symbolic-full-name", "HEAD", check=False)
    if both.returncode == 0:
        commit, _, name = line_of(both).partition("\n")
        return Head(commit, branch_name(name))
    ref = git_answer(path, "symbolic-ref", "-q", "HEAD")
    sha = git_answer(path, "rev-parse", "-q", "--verify", "HEAD^{commit}")
    return Head(sha, branch_name(ref) if ref else None)


def require_head(path: Path | str) -> str:
    """The commit HEAD is at. Raises `no-commits` (exit 3) on a branch without any."""
    sha = git_answer(path, "rev-parse", "-q", "--verify", "HEAD^{commit}")
    if sha is None:
        raise no_commits(path)
    return sha


def no_commits(path: Path | str) -> UserError:
    """The error for a repository, or branch, without commits."""
    return UserError(
        "no-commits",
        f"The repository {path} has no commits yet",
        hint=f"git -C {quoted(path)} commit --allow-empty -m first",
    )


def changed_paths(
    path: Path | str, before: str, after: str, *, env: dict[str, str] | None = None
) -> tuple[tuple[str, str], ...]:
    """The paths in which two commits, or trees, differ, each with git's letter: `A`, `D`, `M` or `T`."""
    done = git(
        path, "diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-commit-id", before, after, "--", env=env,
        timeout=LONG_TIMEOUT,
    )  # fmt: skip
    letters_and_paths = paths_of(done.stdout)
    return tuple(zip(letters_and_paths[1::2], letters_and_paths[::2], strict=True))


def behind_upstream(path: Path | str, branch: str) -> int | None:
    """How many commits of its upstream, as last fetched, a local branch lacks; None without an upstream."""
    upstream = resolve_commit(path, f"{branch}@{{upstream}}")
    if upstream is None:
        return None
    return ahead_behind(path, branch_ref(branch), upstream)[1]


def resolve_base(root: Path, wanted: str | None, default: str | None) -> Base:
    """The base: `wanted`, else the first that exists of `default`, `main`, `master`, the remote's default branch and
    the current branch.

    Raises `no-such-branch` (exit 3) when `wanted` is unknown, `no-commits` (exit 3) when there is nothing
    to start from.
    """
    if wanted is not None:
        found = _named(root, wanted)
        if found is None:
            raise _unknown(root, wanted)
        return found
    for name in (default, "main", "master", _remote_default(root)):
        if name and (found := _named(root, name, local_first=True)):
            return found
    current = head(root)
    if current.sha is None:
        raise no_commits(root)
    return Base(current.branch or "HEAD", current.branch, current.sha)


@record
class Named:
    """What a name means: the full ref, or the SHA of a commit that it gives otherwise, and the commit."""

    ref: str
    sha: str


def named(root: Path, name: str) -> Named:
    """What a name means: a local branch goes before a tag of the same name. Raises `no-such-branch` (exit 3)."""
    branch = branch_name(name) or name
    if not branch.startswith("-") and (sha := resolve_commit(root, branch_ref(branch))):
        return Named(branch_ref(branch), sha)
    if (sha := resolve_commit(root, name)) is None:
        raise _unknown(root, name, "--onto ")
    full = line_of(git(root, "rev-parse", "--symbolic-full-name", name, check=False))
    return Named(full or sha, sha)


def fetch(root: Path, remote: str | None = None) -> None:
    """Updates what is known of a remote (default: `origin`, else the only one), and nothing else.

    Raises GitError when the remote cannot be reached, UserError when there is none.
    """
    remotes = _remotes(root)
    chosen = remote or ("origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else None)
    if chosen is None:
        what = "several remotes and none is named origin" if remotes else "no remote to fetch from"
        raise UserError(
            "git-failed", f"The repository {root} has {what}",
            hint=f"git -C {quoted(root)} remote -v",
        )  # fmt: skip
    for _ in range(3):
        done = git(root, "fetch", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", chosen,
                   timeout=LONG_TIMEOUT, check=False, writes=True)  # fmt: skip
        if done.returncode == 0:
            return
    raise GitError(
        f"{chosen} of {root} could not be fetched", done.stderr, hint=f"git -C {quoted(root)} fetch {quoted(chosen)}"
    )


def _named(root: Path, name: str, *, local_first: bool = False) -> Base | None:
    """A local branch of that name goes before a tag; a name of a remote branch means the commit the remote has."""
    branch = branch_name(name) or name
    if not branch.startswith("-") and (sha := resolve_commit(root, branch_ref(branch))):
        return Base(branch, branch, sha)
    sha = resolve_commit(root, name)
    if sha is None:
        return None
    full = line_of(git(root, "rev-parse", "--symbolic-full-name", name, check=False))
    local = _local_branch(root, full)
    if local and local_first and (local_sha := resolve_commit(root, branch_ref(local))):
        return Base(local, local, local_sha)
    return Base(name, local, sha)


def _local_branch(root: Path, full: str) -> str | None:
    """The local branch behind a full ref name: itself, or the one named as a remote's branch."""
    if (local := branch_name(full)) is not None:
        return local
    if not full.startswith(_REMOTES):
        return None
    if full.endswith("/HEAD"):
        full = git_answer(root, "symbolic-ref", "-q", full) or full
    short = full.removeprefix(_REMOTES)
    for remote in sorted(_remotes(root), key=len, reverse=True):
        if short.startswith(f"{remote}/"):
            branch = short.removeprefix(f"{remote}/")
            return branch if resolve_commit(root, branch_ref(branch)) else None
    return None


def _remote_default(root: Path) -> str | None:
    remotes = _remotes(root)
    for remote in sorted(remotes, key=lambda name: name != "origin"):
        found = git_answer(root, "symbolic-ref", "-q", f"{_REMOTES}{remote}/HEAD")
        if found and resolve_commit(root, found):
            return found.removeprefix(_REMOTES)
    return None


def _remotes(root: Path) -> list[str]:
    return os.fsdecode(git(root, "remote").stdout).split()


def _unknown(root: Path, wanted: str, option: str = "--base ") -> UserError:
    import difflib

    refs = line_of(
        git(root, "for-each-ref", "--format=%(refname:strip=2)", branch_ref(""), _REMOTES, "refs/tags/")
    ).splitlines()
    if not refs and head(root).sha is None:
        return no_commits(root)
    near = difflib.get_close_matches(wanted, refs, n=3, cutoff=0.5)
    return UserError(
        "no-such-branch", f"There is no branch, tag or commit '{wanted}' in {root}",
        hint=f"did you mean '{near[0]}'? {option}{quoted(near[0])}" if near else f"git -C {quoted(root)} branch --all",
        details={"name": wanted, "candidates": near},
    )  # fmt: skip
