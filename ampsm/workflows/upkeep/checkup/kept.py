"""What is kept beside the work: how much room it takes, and what is older than `trashKeepDays` and `backupKeepDays` say
(SPEC section 8). Nothing here is a fault."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.refs import OWN_REFS, DatedRef
from ampsm.git.trash.snapshot import trash_ref
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import counted
from ampsm.model.session import Session
from ampsm.workflows.session import operations
from ampsm.workflows.session.open_merge import load as load_merge
from ampsm.workflows.upkeep.checkup.findings import INFO, Checkup, Finding, Findings, size_text

_DAY = 86_400


def check_retention(checkup: Checkup) -> Findings:
    """Snapshots and backups that need not be kept any longer; others than this database's are left alone."""
    try:
        days = {key: checkup.ctx.settings.get(key) for key in ("trashKeepDays", "backupKeepDays")}
    except UserError:
        return  # `check_configuration` has said so
    for root in checkup.repositories():
        snapshots, backups = (refs.dated_refs(root, f"{OWN_REFS}{kind}/") for kind in ("trash", "backup"))
        for session in checkup.sessions():
            if session.repo == str(root):
                own = [found for found in snapshots if found.name == trash_ref(session.id)]
                what = "The snapshot of a worktree that was cleaned up"
                needs = "`amp-sessions restore` would bring back; `trashKeepDays`"
                yield from _older(root, own, days["trashKeepDays"], "snapshot-old", what, needs)
                own = _rewritten(checkup.ctx, session, backups)
                what = f"The branch of session {session.id} as it was before it was rewritten"
                needs = "`amp-sessions undo` needs; `backupKeepDays`"
                yield from _older(root, own, days["backupKeepDays"], "backup-old", what, needs)


def check_space(checkup: Checkup) -> Findings:
    """How many refs and journals there are, and what they weigh."""
    for root in checkup.repositories():
        kinds = Counter(ref.removeprefix(OWN_REFS).split("/")[0] for ref in refs.refs_below(root, OWN_REFS))
        if not kinds:
            continue
        counts = ", ".join(
            f"{number} {kind.removesuffix('s') if number == 1 else kind}" for kind, number in sorted(kinds.items())
        )
        yield Finding(
            "kept-refs", INFO, str(root),
            f"{counted(kinds.total(), 'ref')} below {OWN_REFS} ({counts}); what only they keep has about "
            f"{size_text(refs.size_of_own(root))}. `git push --mirror` would publish them.",
        )  # fmt: skip
    folder = checkup.ctx.paths.journals_dir
    sizes = [file.stat().st_size for file in folder.rglob("*.jsonl")]
    if sizes:
        message = f"{counted(len(sizes), 'journal')}, {size_text(sum(sizes))}."
        yield Finding("journals", INFO, str(folder), message)


def _older(root: Path, kept: list[DatedRef], days: int, kind: str, what: str, needs: str) -> Findings:
    for found in kept:
        age = int(time.time() - found.at) // _DAY
        if age >= days:
            yield Finding(
                kind, INFO, found.name, f"{what} {age} days ago, which {needs} is {days}.",
                f"doctor --fix removes it; to keep it: git -C {quoted(root)} branch kept {found.name}",
                partial(refs.delete_ref, root, found.name, found.sha),
            )  # fmt: skip


def _rewritten(ctx: Context, session: Session, backups: list[DatedRef]) -> list[DatedRef]:
    """Tips from before a rewrite, by the age of the rewrite: commits keep the dates of long before. None is given up
    while a merge or rebase of the session is open, nor one whose age no operation tells."""
    own = [found for found in backups if found.name.startswith(f"{OWN_REFS}backup/{session.id}/")]
    try:
        if not own or load_merge(ctx, session.id) is not None:
            return []
        made = {found.backup_ref: found.at for found in operations.operations(ctx, session.id)}
    except UserError:
        return []  # `check_records` has said so
    return [
        replace(found, at=int(datetime.fromisoformat(made[found.name]).timestamp()))
        for found in own
        if found.name in made
    ]
