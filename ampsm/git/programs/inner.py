"""Repositories that lie in a worktree and that its index has as links: submodules, and what an agent added like one.
git asks each of them what has changed in it, and there its own configuration counts."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.programs.config_files import git_place, stamp_of
from ampsm.system.calls import run
from ampsm.system.environment import clean_environment
from ampsm.system.plain_files import read_plain

_LINK = b"160000 "
#: In an index: the mode of a link, and what says that there are more entries in another file.
_TELLING = ((0o160000).to_bytes(4, "big"), b"link")

_paths: dict[str, tuple[object, tuple[str, ...]]] = {}


def inner_repositories(common: str, admin: str) -> list[tuple[str, str]]:
    """The common git directory and the worktree's own of each repository inside a worktree, which is told by the same
    two; those that lie in one another, too."""
    top = _top(common, admin)
    waiting = [(top, admin)] if top else []
    found: dict[str, str] = {}
    while waiting:
        folder, git_dir = waiting.pop()
        for path in _links_in(git_dir):
            place = f"{folder}/{path}"
            inner = git_place(place, "") if os.path.lexists(f"{place}/.git") else None
            if inner is not None and inner[1] != admin and inner[1] not in found:
                found[inner[1]] = inner[0]
                waiting.append((place, inner[1]))
    return [(shared, own) for own, shared in found.items()]


def _top(common: str, admin: str) -> str | None:
    if admin == common:
        return os.path.dirname(common)  # noqa: PTH120 - before every call of git
    try:
        return os.path.dirname(os.fsdecode(read_plain(Path(admin, "gitdir"))).strip())  # noqa: PTH120
    except OSError:
        return None


def _links_in(git_dir: str) -> tuple[str, ...]:
    """The paths that an index has as links. git is asked again when it has changed and may have any."""
    index = f"{git_dir}/index"
    stamp, known = stamp_of(index), _paths.get(git_dir)
    if known is None or known[0] != stamp:
        known = _paths[git_dir] = (stamp, _listed(git_dir) if stamp and _may_have_links(index) else ())
    return known[1]


def _may_have_links(index: str) -> bool:
    try:
        held = read_plain(Path(index))
    except OSError:
        return False
    return any(sign in held for sign in _TELLING)


def _listed(git_dir: str) -> tuple[str, ...]:
    environ = clean_environment(os.environ, {"LC_ALL": "C", "GIT_DIR": git_dir, "GIT_OPTIONAL_LOCKS": "0"})
    words = ("git", "-c", "core.bare=false", "-c", "core.fsmonitor=false", "ls-files", "--stage", "-z")
    done = run([*words], cwd=git_dir, env={**environ, "GIT_WORK_TREE": git_dir})
    entries = [entry for entry in done.stdout.split(b"\0") if entry.startswith(_LINK)]
    return tuple(os.fsdecode(entry.partition(b"\t")[2]) for entry in entries)
