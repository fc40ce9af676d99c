"""One window a database: a second start raises the first window and hands it its session."""

from __future__ import annotations

import hashlib
import os

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ANSWER_MS = 1000
_MERGE = b"\tmerge"  # after the session; a window of an earlier release only comes forward


class SingleInstance(QObject):
    """The door at which later starts knock; `raised` carries the session they were given, or an empty text."""

    raised = Signal(str)
    #: The session whose merge is to be shown besides.
    merge_asked = Signal(str)

    def __init__(self, place: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        user = os.getuid() if hasattr(os, "getuid") else 0
        self._name = f"amp-session-conductor-{user}-{hashlib.sha256(place.encode()).hexdigest()[:16]}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def raise_other(self, session: str | None, *, merge: bool = False) -> bool:
        """Asks a window that is open on this database to come forward, with the merge of the session if that is
        wanted; False when there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_ANSWER_MS):
            return False
        socket.write((session or "").encode() + (_MERGE if merge else b"") + b"\n")
        socket.waitForBytesWritten(_ANSWER_MS)
        # The answer may be here already. A window that hangs gives none: then open one.
        answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(_ANSWER_MS)
        socket.disconnectFromServer()
        return answered

    def listen(self) -> None:
        """From now on this is the window of the database."""
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)  # left by one that was killed
            self._server.listen(self._name)

    @Slot()
    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_ready(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket) and socket.canReadLine():
            asked = bytes(socket.readLine().data())
            session, merge, _ = asked.partition(_MERGE)
            name = session.decode("utf-8", "replace").strip()
            socket.write(b"shown\n")
            socket.flush()
            self.raised.emit(name)
            if merge and name:
                self.merge_asked.emit(name)
