"""Which files are in conflict, which of them is open, and at which of its hunks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.model.conflicts import ConflictFile, Conflicts
from ampsm.model.errors import UserError
from ampsm_gui.models.conflicts.order import kept_order, next_open, path_to_show
from ampsm_gui.models.conflicts.source import ReadConflicts, ReadFile, read_conflicts, read_hunks
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.pages.conflicts.chooser import Chooser
from ampsm_gui.runtime.background import Background


class ConflictReading(QObject):
    """What is read anew keeps the open file and its hunk while they are there. An answer that comes while a choice is
    being kept does not count: what is on the disk then comes with that."""

    #: The files are known, or known anew.
    files_read = Signal()
    #: The open file is; whether something else was shown before.
    file_read = Signal(bool)
    #: Another file is opened, or none.
    left_file = Signal()
    #: The hunks of the open file are others than those that were shown.
    replaced = Signal()
    #: Nothing is in conflict any more.
    over = Signal()
    failed = Signal(object)

    def __init__(self, background: Background, chooser: Chooser, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._chooser = chooser
        self._session = session_id
        self.found: Conflicts | None = None  # files in the order of the list
        self.remembers = False
        self.read: ReadFile | None = None
        self.path = ""
        self.at = -1

    # What is known

    @property
    def file(self) -> ConflictFile | None:
        """The open one, once it is read."""
        return self.read.hunks.file if self.read else None

    @property
    def texts(self) -> HunkTexts | None:
        """Its hunks, where it has some."""
        return self.read.texts if self.read else None

    @property
    def marker(self) -> int | None:
        """The line of the open file that is a conflict marker still, though git takes it for resolved."""
        return dict(self.found.marked).get(self.path) if self.found else None

    def left(self) -> list[str]:
        """The files that are not resolved."""
        return [file.path for file in self.found.files if not file.resolved] if self.found else []

    def ordered(self) -> list[str]:
        """All of them, as they stand in the list."""
        return [file.path for file in self.found.files] if self.found else []

    def following(self) -> str | None:
        """The file that comes when the open one is resolved."""
        return next_open(self.ordered(), self.left(), self.path)

    # What is asked

    @Slot()
    def refresh(self) -> None:
        """Reads the files anew, and the one that is open."""
        known = tuple(self.ordered())
        read = partial(read_conflicts, session_id=self._session, known=known, path=self.path)
        self._background.forget((self, "hunks"))  # read with the files
        self._background.ask((self, "files"), read, self._on_files, self._on_files_failed)

    def read_file(self) -> None:
        """Reads the open file anew."""
        read = partial(read_hunks, session_id=self._session, path=self.path)
        self._background.ask((self, "hunks"), read, self.take, self.failed.emit)

    def open(self, path: str) -> None:
        """Opens a file, or reads it anew."""
        if path != self.path:
            self.leave_for(path)
        self.read_file()

    def open_next(self, path: str) -> None:
        """A file was resolved: when it is the open one, the next one takes its place with what is read next."""
        if path == self.path:
            left = [other for other in self.left() if other != path]
            self.leave_for(next_open(self.ordered(), left, path) or path)

    def leave_for(self, path: str) -> None:
        """What was read is another file's."""
        self.path, self.at, self.read = path, -1, None
        self.left_file.emit()

    # What is answered

    def take(self, read: ReadFile) -> None:
        """The open file as it is now."""
        if read.hunks.file.path != self.path or self._chooser.busy:
            return  # what is chosen now is read when it is kept
        if self.read is not None and not read.hunks.has_sides_of(self.read.hunks):
            self.replaced.emit()
            self.leave_for(self.path)
        fresh, self.read = self.read is None, read
        if read.texts is not None and not 0 <= self.at < len(read.texts.hunks):
            waiting = read.texts.open or read.texts.conflicts
            self.at = waiting[0] if waiting else 0
        if self._list_as(read.hunks.file):
            self.files_read.emit()
        self.file_read.emit(fresh)

    def _list_as(self, file: ConflictFile) -> bool:
        """The list says of the open file what the file says of itself; whether that is something else than before."""
        if self.found is None:
            return False
        if file.resolved and self.marker is not None:
            file = replace(file, marker=self.marker)  # looked for in all files at once
        before = self.found.files
        self.found = replace(self.found, files=tuple(file if file.path == known.path else known for known in before))
        return self.found.files != before

    def _on_files(self, read: ReadConflicts) -> None:
        files = kept_order(self.ordered(), read.found.files)
        self.found, self.remembers = replace(read.found, files=tuple(files)), read.remembers
        if (shown := path_to_show(files, self.path)) != self.path:
            self.leave_for(shown)
        self.files_read.emit()
        if read.file is not None and read.file.hunks.file.path == self.path:
            self.take(read.file)
        elif self.path:
            self.read_file()

    def _on_files_failed(self, error: Exception) -> None:
        if isinstance(error, UserError) and error.code == "nothing-in-progress":
            self.found = None
            self.leave_for("")
            self.over.emit()
        else:
            self.failed.emit(error)
