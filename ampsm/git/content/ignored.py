"""Which paths the rules of `.gitignore` are about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ampsm.git.command import PATTERNS, GitError, git, paths_of


def ignored_paths(where: Path | str, paths: Iterable[str], *, env: Mapping[str, str] | None = None) -> list[str]:
    """Those of these paths, from `where`, that would be ignored if they were not tracked, in their order. Each is the
    name of one file: `./` keeps git, which can take none literally here, from reading more into it. Raises GitError."""
    stdin = b"".join(b"./" + os.fsencode(path) + b"\0" for path in paths)
    if not stdin:
        return []
    words = ("check-ignore", "--no-index", "-z", "--stdin")
    done = git(where, *words, stdin=stdin, env={**PATTERNS, **(env or {})}, check=False)
    if done.returncode not in (0, 1):
        raise GitError("git does not say which files are ignored", done.stderr)
    return [path.removeprefix("./") for path in paths_of(done.stdout)]
