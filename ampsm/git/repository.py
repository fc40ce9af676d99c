"""Which repository a path belongs to, what its HEAD and commits are, and what a session starts from (SPEC 4)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer, git_line, line_of, paths_of
from ampsm.git.refs import branch_name, branch_ref
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.system.paths import from_home

_REMOTES = "refs/remotes/"

#: Files that lie in the git directory of each worktree, wherever its other files are.
_OWN_FILES = frozenset({"index", "index.lock", "MERGE_HEAD"})
_GIT_FILE = "gitdir: "


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


def main_root(path: Path | str) -> Path:
    """The canonical root of the main repository that `path` lies in; of a linked worktree that of its main one.

    Raises `not-a-repository` and `bare-repository` (exit 3, SPEC section 4.1).
    """
    inside = _existing_directory(path)
    words = ("--git-common-dir", "--git-dir", "--show-toplevel")
    usual = git(inside, "rev-parse", "--path-format=absolute", *words, check=False)
    places = [os.path.realpath(line) for line in line_of(usual).split("\n")]
    if usual.returncode == 0 and len(places) == len(words) and places[0] == places[1]:
        return Path(places[2])
    done = git(inside, "rev-parse", "--path-format=absolute", "--git-common-dir", check=False)
    if done.returncode != 0:
        raise _not_found(path, done.stderr)
    common = Path(os.path.realpath(os.fsdecode(done.stdout).removesuffix("\n")))
    own = git_line(inside, "rev-parse", "--absolute-git-dir")
    if os.path.realpath(own) == str(common):
        top = git(inside, "rev-parse", "--show-toplevel", check=False)
        if top.returncode == 0 and top.stdout.strip():
            return Path(os.path.realpath(os.fsdecode(top.stdout).removesuffix("\n")))
    return _root_of_common_dir(path, common)


def common_dir(path: Path | str) -> Path:
    """The canonical git directory that all worktrees of the repository share. Raises GitError."""
    return Path(os.path.realpath(git_line(path, "rev-parse", "--path-format=absolute", "--git-common-dir")))


def git_path(worktree: Path | str, name: str) -> Path:
    """Where this worktree keeps a file of git's own, e.g. `index` or `info/exclude`."""
    if name in _OWN_FILES and (folder := git_dir_at(worktree)) is not None:
        return folder / name
    return Path(git_line(worktree, "rev-parse", "--path-format=absolute", "--git-path", name))


def git_dir_at(worktree: Path | str) -> Path | None:
    """The git directory that `.git` at the top of a worktree is, or names; None when there is nothing of the sort."""
    link = Path(os.path.realpath(worktree)) / ".git"
    try:
        said = os.fsdecode(link.read_bytes())
    except IsADirectoryError:
        return link
    except OSError:
        return None
    return link.parent / said.removeprefix(_GIT_FILE).rstrip("\r\n") if said.startswith(_GIT_FILE) else None


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


def resolve_commit(path: Path | str, name: str) -> str | None:
    """The commit a name stands for, in git's own order of look-up; None when there is none."""
    if not name or name.startswith("-") or "\0" in name or "\n" in name:
        return None
    done = git(path, "rev-parse", "-q", "--verify", f"{name}^{{commit}}", check=False)
    return os.fsdecode(done.stdout).strip() or None if done.returncode == 0 else None


def tree_of(path: Path | str, commit: str) -> str:
    """The tree of a commit. Raises GitError."""
    return git_line(path, "rev-parse", "--verify", f"{commit}^{{tree}}")


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


def is_ancestor(path: Path | str, ancestor: str, descendant: str) -> bool:
    """Whether `descendant` contains `ancestor` (a commit contains itself); False when `ancestor` no longer exists."""
    done = git(path, "merge-base", "--is-ancestor", ancestor, descendant, check=False)
    if done.returncode in (0, 1):
        return done.returncode == 0
    if resolve_commit(path, ancestor) is None and resolve_commit(path, descendant) is not None:
        return False
    raise GitError("git merge-base failed", done.stderr)


def merge_base(path: Path | str, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; None for unrelated histories."""
    return git_answer(path, "merge-base", one, other)


def ahead_behind(path: Path | str, one: str, other: str) -> tuple[int, int]:
    """How many commits only `one` has, and how many only `other` has."""
    left, right = git_line(path, "rev-list", "--left-right", "--count", f"{one}...{other}").split()
    return int(left), int(right)


def behind_upstream(path: Path | str, branch: str) -> int | None:
    """How many commits of its upstream, as last fetched, a local branch lacks; None without an upstream."""
    upstream = resolve_commit(path, f"{branch}@{{upstream}}")
    if upstream is None:
        return None
    return int(git_line(path, "rev-list", "--count", f"{branch_ref(branch)}..{upstream}"))


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
    for attempt in range(3):
        done = git(root, "fetch", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", chosen,
                   timeout=LONG_TIMEOUT, check=attempt == 2)  # fmt: skip
        if done.returncode == 0:
            return


def _existing_directory(path: Path | str) -> Path:
    found = from_home(path)
    # Unlike Path's own questions these never raise, e.g. for a name that is too long.
    if os.path.isfile(found):  # noqa: PTH113
        found = found.parent
    if not os.path.isdir(found):  # noqa: PTH112
        raise _not_found(path, b"")
    return found


def _root_of_common_dir(path: Path | str, common: Path) -> Path:
    """The main worktree of a git directory, told by git's rules: `core.bare`, `core.worktree`, else its parent."""
    where = {"GIT_DIR": str(common)}
    if git_answer(common, "config", "--type=bool", "core.bare", env=where) == "true":
        raise UserError(
            "bare-repository", f"{common} is a bare repository: it has no checkout to put worktrees beside",
            hint=f"clone it first: git clone {quoted(common)}",
        )  # fmt: skip
    elsewhere = git_answer(common, "config", "core.worktree", env=where)
    if elsewhere is not None:
        return Path(os.path.realpath(common / elsewhere))
    if common.name == ".git":
        return common.parent
    raise UserError(
        "not-a-repository", f"Could not locate git repository: {common} does not say where its main worktree is",
        hint="pass --repo with a path in the main worktree", details={"path": str(path)},
    )  # fmt: skip


def _not_found(path: Path | str, stderr: bytes) -> UserError:
    words = os.fsdecode(stderr).encode("utf-8", "replace").decode().strip()
    said = next((line for line in words.splitlines() if "safe.directory" in line or "dubious" in line), None)
    place = Path(path).absolute()
    return UserError(
        "not-a-repository", f"Could not locate git repository at {place}" + (f" ({said})" if said else ""),
        hint="pass --repo with a path inside a git repository, or make one: git init",
        details={"path": str(path), "git": words or None},
    )  # fmt: skip


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


def _unknown(root: Path, wanted: str) -> UserError:
    import difflib

    refs = line_of(
        git(root, "for-each-ref", "--format=%(refname:strip=2)", branch_ref(""), _REMOTES, "refs/tags/")
    ).splitlines()
    if not refs and head(root).sha is None:
        return no_commits(root)
    near = difflib.get_close_matches(wanted, refs, n=3, cutoff=0.5)
    return UserError(
        "no-such-branch", f"There is no branch, tag or commit '{wanted}' in {root}",
        hint=f"did you mean '{near[0]}'? --base {near[0]}" if near else f"git -C {quoted(root)} branch --all",
        details={"name": wanted, "candidates": near},
    )  # fmt: skip
