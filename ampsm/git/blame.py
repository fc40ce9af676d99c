"""Which commits made lines of a file: git's own blame, between two commits (SPEC section 12)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, paths_of

_HEADER = re.compile(rb"([0-9a-f]{40,64}) \d+ \d+(?: \d+)?")
_OWN_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def commits_of_lines(where: Path | str, after: str, until: str, path: str, lines: range) -> list[str]:
    """The commits that `until` contains and `after` does not, which made these lines (counted from 0) of a file as it
    is in `until`, in the order of the lines; none for lines that were there before. Raises GitError."""
    blamed = _blamed(where, f"{after}..{until}", path, lines)
    return list(dict.fromkeys(commit for commit, before in blamed if not before))


def commits_that_removed(where: Path | str, after: str, until: str, path: str, lines: range) -> list[str]:
    """The commits after `after`, up to `until`, that took away or changed these lines of a file as it is in `after`.
    Raises GitError."""
    last_had = dict.fromkeys(commit for commit, _ in _blamed(where, f"{after}..{until}", path, lines, "--reverse"))
    removed = (_next(where, commit, until, path) for commit in last_had)
    return list(dict.fromkeys(commit for commit in removed if commit))


def _blamed(where: Path | str, between: str, path: str, lines: range, *options: str) -> list[tuple[str, bool]]:
    """The commit of each line, and whether git's search ended there at the first of them."""
    if not lines:
        return []
    wanted = f"-L{lines.start + 1},{lines.stop}"
    command = (
        "blame", "--line-porcelain", "--no-textconv", "-s", "--ignore-revs-file=", wanted, *options,
        between, "--", path,
    )  # fmt: skip
    done = git(where, *command, check=False, timeout=LONG_TIMEOUT)
    if done.returncode != 0:
        # It may be a list of commits to ignore that the user's settings name, and that this repository does not have.
        done = git(where, *command, env=_OWN_SETTINGS, timeout=LONG_TIMEOUT)
    found: list[tuple[str, bool]] = []
    commit, boundary = "", False
    for line in done.stdout.split(b"\n"):
        if line.startswith(b"\t"):
            found.append((commit, boundary))
        elif line == b"boundary":
            boundary = True
        elif header := _HEADER.fullmatch(line):
            commit, boundary = header[1].decode(), False
    return found


def _next(where: Path | str, commit: str, until: str, path: str) -> str | None:
    """The first commit after another one that changed a path."""
    listed = git(
        where, "rev-list", "--ancestry-path", "--reverse", f"{commit}..{until}", "--", path, timeout=LONG_TIMEOUT
    )
    return next(iter(paths_of(listed.stdout.replace(b"\n", b"\0"))), None)
