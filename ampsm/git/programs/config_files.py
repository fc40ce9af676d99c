"""Where the configuration of a repository lies, found without git: that is asked before every call of git."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.system.plain_files import read_plain


def stamp_of(file: str) -> tuple[int, int, int] | None:
    """What changes when a file does; None when there is none."""
    try:
        facts = os.stat(file)  # noqa: PTH116 - before every call of git
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def content_of(file: str) -> bytes:
    """A configuration's text; where it cannot be read, one that looks as if it held anything."""
    try:
        return read_plain(Path(file))
    except OSError:
        return b"include"  # git may know better


def git_place(where: str, git_dir: str) -> tuple[str, str] | None:
    """The common git directory, and the one of the worktree, that git finds from a folder; None when there is none."""
    admin = git_dir if git_dir else _found_from(os.path.realpath(where))
    if not admin:
        return None
    admin = os.path.realpath(admin if os.path.isabs(admin) else f"{where}/{admin}")  # noqa: PTH117
    try:
        shared = os.fsdecode(read_plain(Path(admin, "commondir"))).rstrip("\n")
    except OSError:
        return admin, admin
    return os.path.realpath(f"{admin}/{shared}"), admin


def _found_from(folder: str) -> str | None:
    while True:
        link = f"{folder}/.git"
        try:
            said = os.fsdecode(read_plain(Path(link)))
        except OSError:
            if os.path.isdir(link):  # noqa: PTH112
                return link
            if os.path.isfile(f"{folder}/HEAD") and os.path.isdir(f"{folder}/objects"):  # noqa: PTH112, PTH113
                return folder  # inside a git directory
            above = os.path.dirname(folder)  # noqa: PTH120
            if above == folder:
                return None
            folder = above
            continue
        named = said.removeprefix("gitdir:").strip()
        return named if os.path.isabs(named) else f"{folder}/{named}"  # noqa: PTH117


def configs_of(common: str, admin: str) -> tuple[str, ...]:
    """The files in which the configuration of a worktree stands, whether they are there or not."""
    return tuple(dict.fromkeys((f"{common}/config", f"{common}/config.worktree", f"{admin}/config.worktree")))
