"""Line ends of files that a rebase does not write, while the attributes that say how they are to be change.

As long as such a file is older than the index, git takes it for what it was. One that was written in the same second it
looks at again when it writes the index next, by then with the new attributes, and refuses: there were unstaged changes.
"""

from __future__ import annotations

import time
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, PATTERNS, git

_ANY_ATTRIBUTES = ":(glob)**/.gitattributes"
#: Seconds by which the clock of a file system may be behind.
_BEHIND = 0.02


def let_the_index_be_younger(worktree: Path | str, onto: str) -> None:
    """Has git write the index anew in a later second than any file of the worktree, where the commit `onto` has other
    attributes; takes a second at most. Raises GitError."""
    changed = git(worktree, "diff", "--no-renames", "--name-only", "HEAD", onto, "--", _ANY_ATTRIBUTES, env=PATTERNS)
    if changed.stdout:
        time.sleep(1 - time.time() % 1 + _BEHIND)
        again = ("update-index", "-q", "--refresh", "--force-write-index")
        git(worktree, *again, check=False, timeout=LONG_TIMEOUT, writes=True)
