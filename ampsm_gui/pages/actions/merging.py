"""The merge wizard as the window opens it: with the page for conflicts, one a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.conflicts.ahead import load_ahead

if TYPE_CHECKING:
    from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard


def merge_wizard(
    desktop: Desktop, session_id: str, view: dict[str, Any] | None, parent: QWidget, operation: str = "merge"
) -> MergeWizard:
    """A new one for a merge or a rebase, not shown yet; imported when it is wanted, and on a thread what it may read
    then."""
    desktop.background.ask("conflicts-ahead", load_ahead, _loaded)
    from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard

    return MergeWizard(desktop, session_id, view, parent, _conflict_page, operation)


def open_wizard(window: QWidget, session_id: str | None) -> MergeWizard | None:
    """The one that is open for a session, if any."""
    return next((found for found in open_wizards(window) if found.session_id == session_id), None)


def open_wizards(window: QWidget) -> list[MergeWizard]:
    """All that are open."""
    found = cast("list[MergeWizard]", window.findChildren(QWidget, "mergeWizard"))
    return [wizard for wizard in found if wizard.isVisible()]


def _conflict_page(desktop: Desktop, session_id: str, parent: QWidget) -> QWidget:
    from ampsm_gui.pages.conflicts.page import ConflictPage

    return ConflictPage(desktop, session_id, parent)


def _loaded(_answer: None) -> None:
    """Nobody waits for it."""
