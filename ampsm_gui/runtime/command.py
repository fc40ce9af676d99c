"""Commands of `amp-sessions` in processes of their own: whatever writes, the window starts so."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

from ampsm_gui.runtime.workspace import Workspace


class CommandError(NamedTuple):
    """Why a command failed, as it said itself (SPEC section 2)."""

    code: str
    message: str
    hint: str | None
    exit_code: int
    details: dict[str, Any]


#: Commands that go on without the window. A QProcess that is destroyed kills its process.
_LEFT: list[RunningCommand] = []


def left_running() -> bool:
    """Whether a command goes on that was let go: then the program must end without destroying objects."""
    return any(command.running for command in _LEFT)


class RunningCommand(QObject):
    """One command that runs. `document` is what it printed, also when it failed. One that streams tells its events by
    `told` while they come; the result is none of them."""

    told = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(
        self,
        argv: list[str],
        stdin: bytes = b"",
        parent: QObject | None = None,
        *,
        expendable: bool = False,
        streams: bool = False,
        environment: QProcessEnvironment | None = None,
    ) -> None:
        super().__init__(parent)
        self.argv = argv
        self.expendable = expendable
        self.document: dict[str, Any] = {}
        self._stdin = stdin
        self._streams = streams
        self._process = QProcess(self)
        if environment is not None:
            self._process.setProcessEnvironment(environment)
        if streams:
            self._process.readyReadStandardOutput.connect(self._on_ready)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Starts it; exactly one of `succeeded` and `failed` follows, then `ended`."""
        self._process.start(self.argv[0], self.argv[1:])
        if self._stdin:
            self._process.write(self._stdin)
        self._process.closeWriteChannel()

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def let_go(self) -> None:
        """Leaves the process to itself, until this program ends without tearing down (`left_running`)."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        self.setParent(None)
        _LEFT.append(self)

    def kill(self) -> None:
        """Ends it for good: `failed` and `ended` follow as always."""
        self._process.kill()

    def await_end(self) -> None:
        """Waits a moment for the end of one that was killed."""
        self._process.waitForFinished(1000)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_ready()
        out = bytes(self._process.readAllStandardOutput().data())
        try:
            self.document = self.document or json.loads(out)
        except ValueError:
            self.document = {}
        error = self.document.get("error")
        if code == 0 and not error:
            self.succeeded.emit(self.document)
        else:
            killed = status == QProcess.ExitStatus.CrashExit
            self.failed.emit(self._error(code, error if isinstance(error, dict) else {}, killed=killed))
        self.ended.emit()

    @Slot()
    def _on_ready(self) -> None:
        """Tells each line that is whole: an event, or at last the result."""
        while self._streams and self._process.canReadLine():
            try:
                event = json.loads(bytes(self._process.readLine().data()))
            except ValueError:
                continue
            if event.get("type") == "result":
                self.document = {name: value for name, value in event.items() if name != "type"}
            else:
                self.told.emit(event)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            message = f"{self.argv[0]} cannot be started: {self._process.errorString()}"
            self.failed.emit(CommandError("cannot-start", message, "amp-sessions doctor", 1, {}))
            self.ended.emit()

    def _error(self, code: int, error: dict[str, Any], *, killed: bool) -> CommandError:
        narrated = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        last = narrated.splitlines()[-1] if narrated else f"The command ended with exit code {code}"
        if killed:  # what it said last is how far it came, not what went wrong
            last = f"The command was ended by signal {code}"
        return CommandError(
            str(error.get("code") or "failed"), str(error.get("message") or last), error.get("hint"), code,
            error.get("details") or ({} if error else {"output": narrated}),
        )  # fmt: skip


class Commands(QObject):
    """Starts commands and keeps them until they have ended."""

    started = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._running: list[RunningCommand] = []

    def run(self, *words: str, stdin: bytes = b"", expendable: bool = False, streams: bool = False) -> RunningCommand:
        """Starts `amp-sessions … --json`, or `--stream-json` for one that `streams`. Connect to the signals of what it
        returns at once: nothing is emitted before control is back in the event loop. An `expendable` command only
        looks: it ends with the window."""
        return self._begin(RunningCommand(
            [*self._workspace.argv(*words), "--stream-json" if streams else "--json"], stdin, self,
            expendable=expendable, streams=streams, environment=self._workspace.process_environment(),
        ))  # fmt: skip

    def run_program(self, *argv: str, environment: QProcessEnvironment | None = None) -> RunningCommand:
        """The same with another program, which has no document; it goes on without the window, too. What it said when
        it failed is `output` in the details."""
        return self._begin(RunningCommand(list(argv), parent=self, environment=environment))

    def _begin(self, command: RunningCommand) -> RunningCommand:
        self._running.append(command)
        command.ended.connect(self._on_ended)
        command.start()
        self.started.emit(command)
        return command

    @property
    def running(self) -> int:
        """How many commands run now."""
        return len(self._running)

    def close(self) -> None:
        """Ends the commands that only look. The others go on without the window, as iterations do: running tests or
        merging does not depend on anybody reading the answer."""
        for command in list(self._running):
            command.blockSignals(True)
            if command.expendable:
                command.kill()
                command.await_end()
            else:
                command.let_go()
        self._running.clear()

    @Slot()
    def _on_ended(self) -> None:
        command = self.sender()
        if isinstance(command, RunningCommand) and command in self._running:
            self._running.remove(command)
            command.deleteLater()
