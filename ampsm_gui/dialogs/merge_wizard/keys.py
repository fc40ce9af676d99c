"""Where the keys go when a command of the wizard has ended: what was pressed, Start or Stop, is gone then."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot

from ampsm_gui.dialogs.merge_wizard.foot import WizardFoot
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.state import WizardState


class WizardKeys(QObject):
    """Back to the button that goes on, as soon as it can be pressed; to Close when all is over. Conflicts take them
    by themselves."""

    def __init__(self, state: WizardState, foot: WizardFoot, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._foot = state, foot
        self._before: WizardMode | None = None

    @Slot()
    def on_lost(self) -> None:
        """What had the keys above is done, or cannot be pressed now."""
        if self._state.mode is WizardMode.WAITS:
            self._foot.focus_step()
        elif self._state.mode is WizardMode.OVER:
            self._foot.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def look_again(self) -> None:
        """The session was read, and is shown."""
        before, self._before = self._before, self._state.mode
        if before is not WizardMode.AT_WORK:
            return
        if self._state.mode in (WizardMode.CHECK, WizardMode.WAITS):
            self._foot.focus_step()
        elif self._state.mode is WizardMode.OVER:
            self._foot.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
