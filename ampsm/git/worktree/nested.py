"""Repositories inside a worktree, and whether one holds what is found nowhere else (SPEC section 6, cleanup)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, line_of
from ampsm.git.location import git_dir_at, git_path
from ampsm.git.submodules import modules_in, submodules, unpublished
from ampsm.git.worktree.folder_scan import FOLDER, Found, inside
from ampsm.model.errors import UserError, moving_away, quoted
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

_GITLINK = b"160000 "
_BARE = ("HEAD", "objects", "refs")


@record
class Repositories:
    """Paths relative to the worktree: submodules, which the index has and `.gitmodules` names, others, also those that
    the index has as a link that leads nowhere, and bare ones, whose files are as any others. `known` are the submodules
    with their names, those of the ones that they are in first."""

    submodules: tuple[str, ...]
    others: tuple[str, ...]
    bare: tuple[str, ...]
    known: tuple[tuple[str, tuple[str, ...]], ...] = ()


def repositories_in(top: Path, entries: Mapping[str, Found]) -> Repositories:
    """The repositories in a scanned worktree; what lies inside a `.git` folder is part of that one."""
    marked = {path.rpartition("/")[0] for path in entries if path.endswith("/.git")}
    bare = [
        path
        for path, entry in entries.items()
        if entry.kind == FOLDER and all(f"{path}/{name}" in entries for name in _BARE)
    ]
    found = {path for path in marked if ".git" not in path.split("/")}
    own: dict[str, tuple[str, ...]] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        links = set(_links(top / folder))
        named = submodules(top / folder) if links else {}
        for link in links & named.keys():
            path = f"{folder}/{link}" if folder else link
            if path in found and path not in own:
                own[path] = (*own.get(folder, ()), named[link])
                waiting.append(path)
    plain = [path for path in bare if ".git" not in path.split("/")]
    others = tuple(sorted(found - own.keys()))
    return Repositories(tuple(sorted(own)), others, tuple(sorted(plain)), tuple(own.items()))


def ignored_repositories(top: Path) -> list[str]:
    """The repositories that lie in an ignored folder of a worktree, or are one; none where git cannot tell. Not looked
    for is deeper inside, where tools keep what they have fetched."""
    listed = git(top, "ls-files", "-o", "-i", "--exclude-standard", "--directory", "-z", check=False).stdout
    folders = [os.fsdecode(name).rstrip("/") for name in listed.split(b"\0") if name.endswith(b"/")]
    found = []
    for folder in folders:
        inside_it = (f"{folder}/{name}" for name in _names_in(top / folder))
        found += [path for path in (folder, *inside_it) if os.path.lexists(top / path / ".git")]
    return found


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def require_nothing_unique(
    top: Path, entries: Mapping[str, Found], repositories: Repositories, dropped: Collection[str], *, submodules: bool
) -> None:
    """Raises `nested-repository` (exit 5) when one that is no submodule holds commits or changes found nowhere else, or
    cannot be read, or, where `submodules` count, one of those commits that neither its remote nor the main checkout's
    own copy has. Of the bare ones those count that a snapshot, without the files `dropped`, would not hold whole."""
    held = {path: reason for path in repositories.others if (reason := unique_in(top, path))}
    for path in repositories.bare:
        if any(inside(gone, path) for gone in dropped) and (reason := _commits(top / path, _as_git_dir(top / path))):
            held[path] = reason
    ways = {path: moving_away(top / path) for path in held}
    for path, git_dir, commit in _submodule_commits(top, git_path(top, "."), repositories.known) if submodules else ():
        held[path] = _only_there(commit)
        ways[path] = _push(git_dir, commit)
    if not held:
        return
    path, reason = next(iter(held.items()))
    away = ", or move it away" if ways[path].startswith("mv ") else ""
    raise UserError(
        "nested-repository",
        f"The repository inside the worktree at {path} {reason}, so nothing is removed: push that{away}",
        hint=ways[path], details={"worktree": str(top), "repositories": held},
    )  # fmt: skip


def require_no_submodule_commits(worktree: Path, git_dir: Path) -> None:
    """The same about submodules of a worktree that is gone, and of which git still has `git_dir`."""
    for path, own, commit in _submodule_commits(worktree, git_dir, ()):
        reason = _only_there(commit)
        raise UserError(
            "nested-repository",
            f"The submodule {path} of the worktree that is gone {reason}, so nothing is removed: push that",
            hint=_push(own, commit), details={"worktree": str(worktree), "repositories": {path: reason}},
        )  # fmt: skip


def _only_there(commit: str) -> str:
    return f"holds commits found nowhere else (e.g. {commit[:10]})"


def _push(git_dir: Path, commit: str) -> str:
    place = quoted(git_dir)
    return f"git --git-dir={place} --work-tree={place} push origin {commit[:10]}:refs/heads/BRANCH"


def _submodule_commits(
    top: Path, own: Path, known: Collection[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, Path, str]]:
    """The submodules with a commit that is nowhere else: where each is, its git directory, that commit. Also those that
    are not checked out any more: what git has of them, in the worktree's git directory `own`, goes with it."""
    paths = {"/modules/".join(names): path for path, names in known}
    dirs = {name: own / "modules" / name for name in modules_in(own)}
    for name, path in paths.items():
        if name not in dirs and (inside_it := git_dir_at(top / path)):
            dirs[name] = inside_it
    elsewhere = own.parent.parent / "modules"
    for name, git_dir in dirs.items():
        if commit := unpublished(git_dir, elsewhere / name):
            yield paths.get(name, name), git_dir, commit


def _links(folder: Path) -> list[str]:
    listed = git(folder, "ls-files", "-z", "-s", timeout=LONG_TIMEOUT).stdout
    records = [record for record in listed.split(b"\0") if record.startswith(_GITLINK)]
    return [os.fsdecode(record.partition(b"\t")[2]) for record in records]


def unique_in(top: Path, path: str) -> str | None:
    """What the repository at a path of a worktree, no submodule, holds that is nowhere else, in words; None when there
    is nothing, or it is no repository."""
    folder = top / path
    asked = git(folder, "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", check=False)
    if asked.returncode != 0:
        return None if _leads_nowhere(folder) else "cannot be read"
    own, common = map(os.path.realpath, line_of(asked).split("\n"))
    if own == os.path.realpath(git_path(top, ".")):
        return None  # a folder that only looks like one: git finds the worktree's own repository there
    status = git(
        folder, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignore-submodules=none",
        timeout=LONG_TIMEOUT, check=False,
    )  # fmt: skip
    if status.returncode != 0:
        return "cannot be read"
    if status.stdout:
        return "holds changes that are committed nowhere"
    return _commits(folder, {}, stays=not inside(common, os.path.realpath(top)))


def _commits(folder: Path, env: dict[str, str], *, stays: bool = False) -> str | None:
    """Where the git directory stays (a linked worktree), only a commit that no ref has is lost; else all that no
    remote is known to have."""
    if stays and git(folder, "rev-parse", "-q", "--verify", "HEAD", env=env, check=False).returncode != 0:
        return None
    start, kept = ("HEAD", ("--branches", "--tags", "--remotes")) if stays else ("--all", ("--remotes",))
    done = git(folder, "rev-list", "-1", start, "--not", *kept, env=env, timeout=LONG_TIMEOUT, check=False)
    if done.returncode != 0:
        return "cannot be read"
    return _only_there(line_of(done)) if done.stdout else None


def _leads_nowhere(folder: Path) -> bool:
    """Whether it is only a link to a git directory that is gone: then its files are as good as any others."""
    if (folder / ".git").is_symlink() or not (folder / ".git").is_file():
        return False
    said = os.fsdecode(read_plain(folder / ".git")).strip()
    return not (folder / said.removeprefix("gitdir:").strip()).exists()


def _as_git_dir(folder: Path) -> dict[str, str]:
    return {"GIT_DIR": str(folder)}
