"""Which repository a path belongs to, and where git keeps its files (SPEC section 4)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import git, git_answer, git_line, line_of
from ampsm.git.programs.config_files import git_place
from ampsm.model.errors import UserError, quoted
from ampsm.system.paths import from_home
from ampsm.system.plain_files import read_plain

#: Files that lie in the git directory of each worktree, wherever its other files are; and folders with only such.
_OWN_FILES = frozenset({
    ".", "index", "index.lock", "AUTO_MERGE", "COMMIT_EDITMSG", "CHERRY_PICK_HEAD", "MERGE_HEAD", "ORIG_HEAD",
    "REVERT_HEAD",
})  # fmt: skip
_OWN_FOLDERS = ("rebase-merge/", "rebase-apply/")
_GIT_FILE = "gitdir: "
_GIT_FILE_LIMIT = 2**20  # git itself reads no larger one


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
    if os.path.realpath(own) == str(common) and (top := top_of(inside)) is not None:
        return top
    return _root_of_common_dir(path, common)


def top_of(path: Path | str) -> Path | None:
    """The canonical top of the worktree that a folder is in; None when it is in none."""
    top = git(path, "rev-parse", "--show-toplevel", check=False)
    return Path(os.path.realpath(line_of(top))) if top.returncode == 0 and top.stdout.strip() else None


def common_dir(path: Path | str) -> Path:
    """The canonical git directory that all worktrees of the repository share. Raises GitError."""
    if (place := _place(path)) is not None:
        return Path(place[0])
    return Path(os.path.realpath(git_line(path, "rev-parse", "--path-format=absolute", "--git-common-dir")))


def git_dir(path: Path | str) -> Path:
    """The canonical git directory of the worktree that a folder is in. Raises GitError."""
    if (place := _place(path)) is not None:
        return Path(place[1])
    return Path(git_line(path, "rev-parse", "--absolute-git-dir"))


def git_path(worktree: Path | str, name: str) -> Path:
    """Where this worktree keeps a file of git's own, e.g. `index` or `info/exclude`."""
    if (name in _OWN_FILES or name.startswith(_OWN_FOLDERS)) and (folder := git_dir_at(worktree)) is not None:
        return folder / name
    return Path(git_line(worktree, "rev-parse", "--path-format=absolute", "--git-path", name))


def git_dir_at(worktree: Path | str) -> Path | None:
    """The git directory that `.git` at the top of a worktree is, or names; None when there is nothing of the sort."""
    link = Path(os.path.realpath(worktree)) / ".git"
    try:
        said = os.fsdecode(read_plain(link, limit=_GIT_FILE_LIMIT))
    except OSError:
        return link if link.is_dir() else None
    names = said.startswith(_GIT_FILE) and "\0" not in said
    return link.parent / said.removeprefix(_GIT_FILE).rstrip("\r\n") if names else None


def admin_dirs(root: Path, path: Path) -> list[Path]:
    """git's own folders for the worktree at `path`: its back-pointer names it, or it died before that was written."""
    found = []
    named = os.path.realpath(path.parent) + f"/{path.name}/.git"
    parent = common_dir(root) / "worktrees"
    for folder in sorted(parent.iterdir()) if parent.is_dir() else []:
        pointer = folder / "gitdir"
        if not pointer.exists():
            started = folder.name == path.name and {entry.name for entry in folder.iterdir()} <= {"locked"}
        else:
            started = os.path.normpath(folder / os.fsdecode(read_plain(pointer)).strip()) == named
        if started:
            found.append(folder)
    return found


def _place(path: Path | str) -> tuple[str, str] | None:
    """The shared git directory and the worktree's own, without starting git; None where only git can tell."""
    found = git_place(os.fspath(path), "") if os.path.isdir(path) else None  # noqa: PTH112 - asked again and again
    if found is None or not os.path.isfile(f"{found[1]}/HEAD"):  # noqa: PTH113
        return None
    return found if all(os.path.lexists(f"{found[0]}/{name}") for name in ("HEAD", "objects", "refs")) else None


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
        raise _bare(common)
    elsewhere = git_answer(common, "config", "core.worktree", env=where)
    if elsewhere is not None:
        return Path(os.path.realpath(common / elsewhere))
    if common.name == ".git":
        return common.parent
    raise UserError(
        "not-a-repository", f"Could not locate git repository: {common} does not say where its main worktree is",
        hint="pass --repo with a path in the main worktree", details={"path": str(path)},
    )  # fmt: skip


def _bare(common: Path) -> UserError:
    """Of a checkout, which has an index, somebody has only said so."""
    if common.name == ".git" and (common / "index").exists():
        return UserError(
            "bare-repository", f"The main checkout {common.parent} reads as a bare repository: core.bare is set",
            hint=f"git config --file {quoted(common / 'config')} --replace-all core.bare false",
        )  # fmt: skip
    return UserError(
        "bare-repository", f"{common} is a bare repository: it has no checkout to put worktrees beside",
        hint=f"clone it first: git clone {quoted(common)}",
    )  # fmt: skip


def _not_found(path: Path | str, stderr: bytes) -> UserError:
    words = os.fsdecode(stderr).encode("utf-8", "replace").decode().strip()
    said = next((line for line in words.splitlines() if "safe.directory" in line or "dubious" in line), None)
    place = Path(path).absolute()
    if words and not said and "not a git repository" not in words and os.path.lexists(place / ".git"):
        return UserError(
            "not-a-repository", f"git cannot read the repository at {place}: {words.splitlines()[-1]}",
            hint=f"put right what git complains of: git -C {quoted(place)} status",
            details={"path": str(path), "git": words},
        )  # fmt: skip
    return UserError(
        "not-a-repository", f"Could not locate git repository at {place}" + (f" ({said})" if said else ""),
        hint="pass --repo with a path inside a git repository, or make one: git init",
        details={"path": str(path), "git": words or None},
    )  # fmt: skip
