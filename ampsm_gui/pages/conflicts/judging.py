"""Which actions can work now."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from ampsm.model.conflicts import ConflictFile, HunkKind
from ampsm.workflows.finishing import outcomes_of
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.pages.conflicts.actions import CHOICES, STEPS, WHOLE


def judge(
    actions: Mapping[str, QAction], file: ConflictFile | None, texts: HunkTexts | None, at: int, *, busy: bool
) -> None:
    """By the file that is shown and the hunk that is current; `busy`: a file is being resolved."""
    left = file is not None and not file.resolved
    hunk = texts.hunks[at] if texts and 0 <= at < len(texts.hunks) else None
    conflict = hunk is not None and hunk.kind is HunkKind.CONFLICT
    outcomes = outcomes_of(file) if left and file is not None and texts is None else ()
    whole = {same for outcome in outcomes for same in outcome.same}
    for name, choice in CHOICES.items():
        actions[name].setEnabled(left and (conflict or choice in whole))
    taken = hunk.choice if hunk else file.choice if file else None
    actions["resetHunkAction"].setEnabled(left and taken is not None)
    open_ = len(texts.open) if texts else file.open if file else 1
    actions["resolveFileAction"].setEnabled(left and not open_ and not busy)
    resolved = file is not None and file.resolved
    actions["unresolveFileAction"].setEnabled(resolved and not busy)
    actions["unresolveFileAction"].setVisible(resolved)
    for name, wanted in WHOLE.items():
        any_chosen = texts is None or len(texts.open) < len(texts.conflicts)
        can = any_chosen if wanted is None else texts is not None and bool(texts.open)
        actions[name].setEnabled(left and can)
    for name in (*STEPS, "conflictPanesAction"):
        actions[name].setEnabled(texts is not None)
    for name in ("openFileEditorAction", "openMergeToolAction"):
        actions[name].setEnabled(left)
