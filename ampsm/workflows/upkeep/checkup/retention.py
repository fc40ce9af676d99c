"""Snapshots and backups that are kept longer than `trashKeepDays` and `backupKeepDays` say (SPEC section 8)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ampsm.git import refs
from ampsm.git.command import git, line_of
from ampsm.git.refs import OWN_REFS
from ampsm.git.trash.snapshot import trash_ref
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.open_merge import load as load_merge
from ampsm.workflows.upkeep.checkup.findings import INFO, Checkup, Finding, Findings

_DAY = 86_400


def check(checkup: Checkup) -> Findings:
    trash_days, backup_days = _setting(checkup, "trashKeepDays"), _setting(checkup, "backupKeepDays")
    for root in checkup.repositories():
        try:
            snapshots, backups = _own_refs(root, "trash/"), _own_refs(root, "backup/")
        except UserError:
            continue  # `places` has said that it cannot be read
        known = [session for session in checkup.sessions() if session.repo == str(root)]
        if trash_days is not None:
            yield from _old_snapshots(root, snapshots, {trash_ref(session.id) for session in known}, trash_days)
        if backup_days is not None:
            for session in known:
                yield from _old_backups(checkup, session, root, backups, backup_days)


def _old_snapshots(root: Path, kept: list[tuple[str, str, int]], known: set[str], days: int) -> Findings:
    for ref, commit, made in kept:
        age = _age(made)
        if ref in known and age >= days:  # the others are another database's
            yield Finding(
                "snapshot-old", INFO, ref,
                f"The snapshot of a worktree that was cleaned up {age} days ago, which `amp-sessions restore` "
                f"would bring back; `trashKeepDays` is {days}.",
                f"doctor --fix removes it; to keep it: git -C {shlex.quote(str(root))} branch kept {ref}",
                _removal(root, ref, commit),
            )  # fmt: skip


def _old_backups(
    checkup: Checkup, session: Session, root: Path, kept: list[tuple[str, str, int]], days: int
) -> Findings:
    """Tips from before a rewrite, by the age of the rewrite: commits keep the dates of long before. None is given up
    while a merge or rebase of the session is open, nor one whose age no operation tells."""
    own = [(ref, commit) for ref, commit, _ in kept if ref.startswith(f"{OWN_REFS}backup/{session.id}/")]
    if not own or load_merge(checkup.ctx, session.id) is not None:
        return
    try:
        made = {found.backup_ref: found.at for found in operations.operations(checkup.ctx, session.id)}
    except UserError:
        return
    for ref, commit in own:
        age = _age(int(datetime.fromisoformat(made[ref]).timestamp())) if ref in made else 0
        if age >= days:
            yield Finding(
                "backup-old", INFO, ref,
                f"The branch of session {session.id} as it was before it was rewritten {age} days ago, which "
                f"`amp-sessions undo` needs; `backupKeepDays` is {days}.",
                f"doctor --fix removes it; to keep it: git -C {shlex.quote(str(root))} branch kept {ref}",
                _removal(root, ref, commit),
            )  # fmt: skip


def _setting(checkup: Checkup, key: str) -> Any:
    try:
        return checkup.ctx.settings.get(key)
    except UserError:
        return None  # `configuration` has said so


def _age(made: int) -> int:
    return int(time.time() - made) // _DAY


def _own_refs(root: Path, below: str) -> list[tuple[str, str, int]]:
    """Ref, commit and time (seconds) of every snapshot or backup."""
    listed = line_of(
        git(root, "for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", f"{OWN_REFS}{below}")
    )
    rows = (line.split(" ") for line in listed.splitlines())
    return [(ref, commit, int(made)) for ref, commit, made in rows]


def _removal(root: Path, ref: str, commit: str) -> Callable[[], object]:
    return lambda: refs.delete_ref(root, ref, commit)
