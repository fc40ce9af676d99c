"""What a person fills in before a merge or rebase: kept while it is written, a form for each of the two."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.check_page import CheckPage
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.state import WizardState
from ampsm_gui.models.merge.form import FormKeeper, MergeForm
from ampsm_gui.runtime.timers import single_shot

_KEEP_MS = 250


class FormFilling(QObject):
    """The form of the state, the page and the checks are one and the same."""

    #: Something else is asked for.
    changed = Signal()

    def __init__(
        self, desktop: Desktop, state: WizardState, page: CheckPage, checking: MergeChecking, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._keeper = FormKeeper(desktop.state)
        self._state, self._page, self._checking = state, page, checking
        self._later = single_shot(self, _KEEP_MS, self.keep)
        page.form_changed.connect(self._on_form)

    def choose(self, operation: str) -> None:
        """Shows the form of a merge or of a rebase, as it was left; that of the other one is kept."""
        if self._state.form_is_shown:
            self.keep()
        self._state.form = self._keeper.form(self._state.session_id, operation)
        self._state.form_is_shown = True
        self._page.show_form(self._state.form)
        self.ask()

    def ask(self) -> None:
        """Lets the checks be those of what is filled in."""
        self._checking.set_form(self._page.form())

    def words(self) -> list[str]:
        """What is asked for, as words after `amp-sessions`."""
        return self._page.form().words(self._state.session_id)

    @Slot(str)
    def set_target(self, target: str) -> None:
        """Another branch to merge into, or to rebase onto; the session's base is that of nothing said."""
        base = str(self._state.session.get("baseBranch") or "")
        form = replace(self._state.form, target=None if target == base else target)
        self._page.show_form(form)
        self._take(form)

    @Slot()
    def keep(self) -> None:
        """Remembers what is filled in, on the disk at once."""
        self._later.stop()
        if self._state.mode is not WizardMode.OVER:
            self._keeper.keep(self._state.session_id, self._state.form)

    @property
    def is_kept(self) -> bool:
        """Whether what is filled in is on the disk: a kill loses nothing of it."""
        return not self._later.isActive()

    def forget(self, operation: str) -> None:
        """What was asked for is done."""
        self._later.stop()
        self._keeper.forget(self._state.session_id, operation)

    @Slot()
    def _on_form(self) -> None:
        self._take(self._page.filled)

    def _take(self, form: MergeForm) -> None:
        self._state.form = form
        self._later.start()
        self.ask()
        self.changed.emit()
