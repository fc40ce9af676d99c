"""What a cleanup loses or leaves, as the dialogs that clean up say it before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ampsm.git.worktree.folder_scan import OTHER
from ampsm.workflows.finishing import CleanupPlan
from ampsm_gui.dialogs.finishing.session_dialog import SHOWN, in_line, short
from ampsm_gui.look import figures


class CleanupRemark(NamedTuple):
    """A sentence, and what it is about in rich text; `more` are not shown."""

    words: str
    lines: list[str]
    more: int


def cleanup_notes(plan: CleanupPlan) -> Iterator[CleanupRemark]:
    """Ignored files that are too large for the snapshot, sockets and devices, and what stays in the stash."""
    left_out = plan.contents.left_out if plan.contents else ()
    if left_out:
        size = sum(size for _, size in left_out) / 2**20
        what = figures.count(len(left_out), "ignored file")
        words = f"Too large for the snapshot and lost for good: {what} ({size:,.1f} MiB)."
        yield _note(words, [in_line(path) for path, _ in left_out])
    others = [path for path, entry in plan.contents.seen.items() if entry.kind == OTHER] if plan.contents else []
    if others:
        yield _note("Sockets and devices, which are not kept:", [in_line(path) for path in others])
    if plan.stashed:
        names = [f"{short(entry.sha)} {in_line(entry.message)}" for entry in plan.stashed]
        yield _note("Made in this session and staying in the stash of the repository:", names)


def _note(words: str, lines: list[str]) -> CleanupRemark:
    return CleanupRemark(words, lines[:SHOWN], len(lines) - SHOWN)
