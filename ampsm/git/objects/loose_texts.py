"""Git's own diff of texts that lie in a folder of nobody's: to the byte, whatever is set for the files of people."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.calls.conversion import failed
from ampsm.git.command import LONG_TIMEOUT, git

#: Git takes such files for those of a worktree, and would read them as line ends and filters are set for everything.
_AS_THEY_ARE = ("-c", "core.autocrlf=false", "-c", f"core.attributesFile={os.devnull}")


def diff_of_texts(folder: str, *words: str) -> bytes:
    """The patch from the first of two paths in `folder` to the second, which end the words; the rest are options of
    `git diff`. Raises GitError."""
    # A folder for temporary files may lie in a repository, whose attributes would count.
    env = {"GIT_ATTR_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": str(Path(folder).parent)}
    words = (*_AS_THEY_ARE, "diff", "--no-index", *words)
    done = git(folder, *words, env=env, check=False, timeout=LONG_TIMEOUT)
    if done.returncode not in (0, 1):
        raise failed("git diff failed", done.stderr, folder)
    return done.stdout
