"""The dialogs that finish a session, by the action that opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ampsm_gui.dialogs.finishing.session_dialog import SessionDialog

#: The actions that open one.
DialogAction = Literal["squashAction", "abortMergeAction", "undoAction", "cleanupAction"]


def finishing_dialog(action: DialogAction) -> Callable[..., SessionDialog]:
    """What makes the dialog of an action, from desktop, session, its view and a parent; imported when it is wanted."""
    match action:
        case "squashAction":
            from ampsm_gui.dialogs.finishing.squash import SquashDialog

            return SquashDialog
        case "abortMergeAction":
            from ampsm_gui.dialogs.finishing.abort_merge import AbortMergeDialog

            return AbortMergeDialog
        case "undoAction":
            from ampsm_gui.dialogs.finishing.undo import UndoDialog

            return UndoDialog
        case "cleanupAction":
            from ampsm_gui.dialogs.finishing.cleanup import CleanupDialog

            return CleanupDialog
