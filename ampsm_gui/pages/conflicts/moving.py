"""Goes from file to file, from hunk to hunk, from one view to another, and from pane to pane."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from ampsm_gui.models.conflicts.order import beside
from ampsm_gui.pages.conflicts.asking import ConflictQuestions
from ampsm_gui.pages.conflicts.merged import MergedLook
from ampsm_gui.pages.conflicts.reading import ConflictReading
from ampsm_gui.pages.conflicts.showing import ConflictShowing
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.widgets.conflicts.files_list import ConflictFiles
from ampsm_gui.widgets.conflicts.page_head import CARDS, PANES, VERIFY


class ConflictMoves(QObject):
    """What is being typed is said before one leaves it."""

    def __init__(
        self, reading: ConflictReading, showing: ConflictShowing, questions: ConflictQuestions, merged: MergedLook,
        files: ConflictFiles, stage: ConflictStage, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._reading, self._showing, self._questions = reading, showing, questions
        self._merged, self._files, self._stage = merged, files, stage
        self._result = stage.cards.card.result

    @Slot(str)
    def show_file(self, path: str) -> None:
        """Opens a file in conflict, or one that git has merged."""
        self._result.flush()
        found = self._reading.found
        if found is not None and path in found.merged:
            self._merged.look(path)
            return
        self._merged.leave()
        self._reading.open(path)

    def step_file(self, step: int) -> None:
        """Opens the file below or above, resolved or not."""
        if (path := beside(self._reading.ordered(), self._reading.path, step)) is not None:
            self.show_file(path)

    def open_left(self) -> None:
        """Opens the next file that is not resolved."""
        if (path := self._showing.next_step.onward()) is not None:
            self.show_file(path)

    @Slot(int)
    def go_to(self, at: int) -> None:
        """Makes a hunk the current one."""
        self._result.flush()
        texts = self._reading.texts
        if texts is not None and 0 <= at < len(texts.hunks):
            self._reading.at = at
            self._showing.show_file()

    def step(self, by: int, *, conflicts: bool) -> None:
        """The next or the one before, of the conflicts or of all changes."""
        texts, now = self._reading.texts, self._reading.at
        if texts is not None:
            places = texts.conflicts if conflicts else range(len(texts.hunks))
            ahead = [at for at in places if (at - now) * by > 0]
            self.go_to((ahead[0] if by > 0 else ahead[-1]) if ahead else now)

    @Slot(str)
    def show_view(self, view: str) -> None:
        """Cards, three panes, or the proof."""
        self._result.flush()
        self._merged.leave()
        if view == VERIFY:
            self._questions.verify()
        self._showing.choose_view(view)
        self._stage.focus_shown()

    def toggle_panes(self) -> None:
        """From cards to three panes and back."""
        self.show_view(CARDS if self._showing.view == PANES else PANES)

    def move_pane(self, step: int) -> None:
        """Gives the keys to the files, to what is shown of one, or to the result."""
        panes: list[QWidget | None] = [self._files, self._stage.stack.currentWidget(), self._result]
        shown = [pane for pane in panes if pane is not None and pane.isVisible()]
        at = next((at for at, pane in enumerate(shown) if pane.hasFocus()), -1 if step > 0 else 0)
        shown[(at + step) % len(shown)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave_text(self) -> bool:
        """Out of the result, when the keys are there."""
        if not self._result.hasFocus():
            return False
        self._result.flush()
        self._stage.focus_shown()
        return True
