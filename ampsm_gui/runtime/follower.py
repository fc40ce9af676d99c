"""A follower of an iteration's journal: `amp-sessions logs --follow --stream-json` in a process."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from ampsm.journal.codec import decode
from ampsm.journal.lines import LineSplitter
from ampsm_gui.runtime.workspace import Workspace


class Follower(QObject):
    """Watches one iteration until it ends; one signal per read, with all events of it.

    `lines` events of what there is already come first (default: all). Only the follower dies with the window.
    """

    events_received = Signal(list)
    ended = Signal()

    def __init__(
        self,
        workspace: Workspace,
        session_id: str,
        iteration: int | None = None,
        lines: int | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        words = ["logs", session_id, "--follow", "--stream-json"]
        words += ["--iteration", str(iteration)] if iteration is not None else []
        words += ["--lines", str(lines)] if lines is not None else []
        self._argv = workspace.argv(*words)
        self._splitter = LineSplitter()
        self._process = QProcess(self)
        self._process.setProcessEnvironment(workspace.process_environment())
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.readyReadStandardOutput.connect(self._on_ready)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Begins to follow."""
        self._process.start(self._argv[0], self._argv[1:])
        self._process.closeWriteChannel()

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def stop(self) -> None:
        """Ends the follower, not the iteration; nothing is emitted any more."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        if self.running:
            self._process.kill()
            self._process.waitForFinished(2000)

    @Slot()
    def _on_ready(self) -> None:
        self._emit(self._splitter.feed(bytes(self._process.readAllStandardOutput().data())))

    @Slot()
    def _on_finished(self) -> None:
        self._on_ready()
        self._emit(self._splitter.finish())
        self.ended.emit()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit()

    def _emit(self, lines: list[bytes]) -> None:
        events = [event for line in lines if (event := decode(line)) is not None]
        if events:
            self.events_received.emit(events)
