"""Snapshots of cleaned-up sessions that are older than `trashKeepDays` (SPEC section 8)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from pathlib import Path

from ampsm.git import refs
from ampsm.git.command import git, line_of
from ampsm.git.refs import OWN_REFS
from ampsm.git.trash import trash_ref
from ampsm.model.errors import UserError
from ampsm.workflows.checkup.findings import INFO, Checkup, Finding, Findings

_DAY = 86_400


def check(checkup: Checkup) -> Findings:
    try:
        days = checkup.ctx.settings.get("trashKeepDays")
    except UserError:
        return  # `configuration` has said so
    for root in checkup.repositories():
        try:
            kept = _snapshots(root)
        except UserError:
            continue  # `places` has said that it cannot be read
        known = {trash_ref(session.id) for session in checkup.sessions() if session.repo == str(root)}
        for ref, commit, made in kept:
            if ref not in known:
                continue  # another database's
            age = int(time.time() - made) // _DAY
            if age >= days:
                yield Finding(
                    "snapshot-old", INFO, ref,
                    f"The snapshot of a worktree that was cleaned up {age} days ago, which `amp-sessions restore` "
                    f"would bring back; `trashKeepDays` is {days}.",
                    f"doctor --fix removes it; to keep it: git -C {shlex.quote(str(root))} branch kept {ref}",
                    _removal(root, ref, commit),
                )  # fmt: skip


def _snapshots(root: Path) -> list[tuple[str, str, int]]:
    """Ref, commit and time (seconds) of every snapshot."""
    listed = line_of(
        git(root, "for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", f"{OWN_REFS}trash/")
    )
    rows = (line.split(" ") for line in listed.splitlines())
    return [(ref, commit, int(made)) for ref, commit, made in rows]


def _removal(root: Path, ref: str, commit: str) -> Callable[[], object]:
    return lambda: refs.delete_ref(root, ref, commit)
