"""The local branches of a repository, with what their upstreams have besides."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ampsm.git.command import git
from ampsm.git.refs import branch_ref
from ampsm.model.record import record

_SHOWN = 200
_FORMAT = "%(refname:short)%00%(objectname)%00%(contents:subject)%00%(upstream:track,nobracket)%00%(upstream:short)"
_BEHIND = re.compile(r"behind (\d+)")


@record
class Branch:
    """A local branch. Without an upstream, or with one that is gone, both facts about it are None."""

    name: str
    sha: str
    subject: str
    behind_upstream: int | None
    upstream: str | None


def local_branches(root: Path) -> tuple[Branch, ...]:
    """The branches, the one with the newest commit first, and no more than people look through."""
    listed = git(root, "for-each-ref", "--sort=-committerdate", f"--count={_SHOWN}", f"--format={_FORMAT}",
                 branch_ref("")).stdout  # fmt: skip
    found = []
    for line in os.fsdecode(listed).split("\n")[:-1]:  # a subject may hold what else counts as the end of a line
        name, sha, subject, track, upstream = line.split("\0")
        behind, known = _BEHIND.search(track), bool(upstream) and track != "gone"
        count = int(behind[1]) if behind else 0
        found.append(Branch(name, sha, subject, count if known else None, upstream if known else None))
    return tuple(found)
