"""The place of the sessions while there is none: the first step, and other ways to begin."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.sessions.no_sessions import NoSessions


class SessionsWelcome(QScrollArea):
    """Scrolls where the window is low. The demo runs as `amp-sessions demo --gui`, adopting as `amp-sessions adopt`."""

    adopted = Signal(str)
    #: The error of a command, in one sentence.
    failed = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self.contents = NoSessions(desktop.theme, self)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self.contents)
        self.contents.demo_clicked.connect(self._on_demo)
        self.contents.adopt_clicked.connect(self._on_adopt)

    def adopt(self, folder: str) -> None:
        """Makes a session out of a worktree."""
        command = self._desktop.commands.run("adopt", folder)
        command.failed.connect(self._on_failed)
        command.succeeded.connect(self._on_adopted)

    @Slot()
    def _on_demo(self) -> None:
        self._desktop.commands.run("demo", "--gui").failed.connect(self._on_failed)

    @Slot()
    def _on_adopt(self) -> None:
        dialog = QFileDialog(self, "Adopt a worktree")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, folder: str) -> None:
        self.adopt(folder)

    @Slot(object)
    def _on_adopted(self, document: dict[str, Any]) -> None:
        self.adopted.emit(str(document["session"]["id"]))

    @Slot(object)
    def _on_failed(self, error: CommandError) -> None:
        self.failed.emit(error)
