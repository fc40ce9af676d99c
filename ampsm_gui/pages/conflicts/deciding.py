"""What becomes of the hunks of the open file: shown at once, kept as a draft."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.model.conflicts import Choice
from ampsm.model.errors import UserError
from ampsm_gui.models.conflicts.source import Chosen, ReadFile
from ampsm_gui.pages.conflicts.actions import WHOLE
from ampsm_gui.pages.conflicts.chooser import Chooser
from ampsm_gui.pages.conflicts.reading import ConflictReading
from ampsm_gui.widgets.conflicts.result_edit import ResultEdit


class ConflictDecisions(QObject):
    """A choice takes the place of what was being typed for its hunk."""

    #: The hunks are not what they were.
    made = Signal()
    failed = Signal(object)

    def __init__(self, reading: ConflictReading, chooser: Chooser, result: ResultEdit, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = reading
        self._chooser = chooser
        self._result = result
        self._last: Chosen | None = None
        chooser.kept.connect(self._on_kept)
        chooser.failed.connect(self._on_not_kept)

    def choose(self, choice: Choice | None, at: int | None = None) -> None:
        """For the current hunk or another one, or for a file that has none."""
        if self._reading.texts is None:
            self.choose_whole(choice)
        else:
            self._result.drop()
            self._choose([self._reading.at if at is None else at], choice)

    @Slot(object)
    def choose_whole(self, choice: Choice | None) -> None:
        """For the file as a whole."""
        read = self._reading.read
        self._last = Chosen(self._reading.path, choice, seen=read.hunks if read else None)
        self._chooser.keep(self._last)

    def choose_open(self, name: str) -> None:
        """For all that is open; or takes everything back."""
        choice, texts = WHOLE[name], self._reading.texts
        self._result.drop()
        if texts is None:
            self.choose_whole(choice)
        else:
            self._choose(texts.open if choice is not None else texts.conflicts, choice)

    def forget_whole_text(self) -> None:
        """All of the open file is a text that was given; instead of it counts what was chosen last."""
        last, path = self._last, self._reading.path
        self._chooser.keep(Chosen(path, None))
        if last is not None and last.path == path and last.choice is not None:
            self._chooser.keep(last)

    @Slot(int)
    def unchoose(self, at: int) -> None:
        """Takes back what was chosen for a hunk."""
        self.choose(None, at)

    @Slot(str)
    def on_edited(self, text: str) -> None:
        """The result of the current hunk was typed."""
        self._choose([self._reading.at], Choice.TEXT, text)

    @Slot(str, int, object)
    def on_proposed(self, path: str, n: int, text: str | None) -> None:
        """The agent's text for a hunk is taken as one's own."""
        texts = self._reading.texts
        if text is None:
            hint = "compare, and take from it what fits"
            self.failed.emit(UserError("usage", "The agent changed the lines around this conflict as well", hint=hint))
        elif texts is not None and path == self._reading.path:
            self._result.drop()
            self._choose([at for at, hunk in enumerate(texts.hunks) if hunk.n == n], Choice.TEXT, text)

    @Slot(object)
    def _on_kept(self, read: ReadFile) -> None:
        self._reading.take(read)
        self._reading.refresh()

    @Slot(object)
    def _on_not_kept(self, error: Exception) -> None:
        """What is on the disk is shown instead."""
        self._result.drop()
        self._reading.read_file()
        self.failed.emit(error)

    def _choose(self, places: list[int], choice: Choice | None, text: str | None = None) -> None:
        """Shows it at once, and keeps it."""
        read, texts = self._reading.read, self._reading.texts
        if read is None or texts is None or not places:
            return
        for at in places:
            texts.choose(at, choice, text)
        numbers = tuple(texts.hunks[at].n for at in places)
        kept = texts.hunks[places[0]].result if choice is Choice.TEXT else None
        self._last = Chosen(self._reading.path, choice, numbers, kept, read.hunks)
        self._chooser.keep(self._last)
        self.made.emit()
