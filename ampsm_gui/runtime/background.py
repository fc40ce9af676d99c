"""Reads of the core on a pool of threads; answers arrive in the GUI thread, late ones are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from ampsm.context import Context
from ampsm_gui.runtime.workspace import Workspace

T = TypeVar("T")

_THREADS = 3


class Background(QObject):
    """Asks the core without blocking the window.

    Every pool thread has its own Context. A question has a key; asking again with the same key drops the answer of the
    earlier one. After `close` nothing is answered.
    """

    _answered = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._pool.setExpiryTimeout(-1)
        self._questions: dict[Hashable, _Question] = {}
        self._contexts: list[Context] = []
        self._own = threading.local()
        self._lock = threading.Lock()
        self._closed = False
        self._answered.connect(self._on_answered)

    def ask(
        self,
        key: Hashable,
        read: Callable[[Context], T],
        receive: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Runs `read` on the pool and hands its answer to `receive`, or what it raised to `failed`, in this thread."""
        if self._closed:
            return
        earlier = self._questions.get(key)
        if earlier is not None:
            earlier.dropped = True
        question = _Question(key, read, receive, failed)
        self._questions[key] = question
        self._pool.start(_Job(self, question))

    def forget(self, key: Hashable) -> None:
        """Drops the answer of a question."""
        question = self._questions.pop(key, None)
        if question is not None:
            question.dropped = True

    @property
    def busy(self) -> bool:
        """Whether a question is open."""
        return bool(self._questions)

    def close(self) -> None:
        """Waits for reads that run, drops all answers and closes the contexts."""
        self._closed = True
        for question in self._questions.values():
            question.dropped = True
        self._questions.clear()
        self._pool.clear()
        self._pool.waitForDone()
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def work(self, question: _Question) -> None:
        """One question, on a thread of the pool."""
        if question.dropped:
            return
        try:
            question.answer = question.read(self._context())
        except Exception as error:
            question.error = error
        if not self._closed:
            self._answered.emit(question)

    def _context(self) -> Context:
        found: Context | None = getattr(self._own, "context", None)
        if found is None:
            found = self._workspace.open()
            self._own.context = found
            with self._lock:
                self._contexts.append(found)
        found.forget_settings()
        return found

    @Slot(object)
    def _on_answered(self, question: _Question) -> None:
        if question.dropped or self._questions.get(question.key) is not question:
            return
        del self._questions[question.key]
        if question.error is None:
            question.receive(question.answer)
        elif question.failed is not None:
            question.failed(question.error)
        else:
            raise question.error


class _Question:
    def __init__(
        self,
        key: Hashable,
        read: Callable[[Context], Any],
        receive: Callable[[Any], None],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        self.key = key
        self.read = read
        self.receive = receive
        self.failed = failed
        self.answer: Any = None
        self.error: Exception | None = None
        self.dropped = False


class _Job(QRunnable):
    def __init__(self, background: Background, question: _Question) -> None:
        super().__init__()
        self._background = background
        self._question = question

    def run(self) -> None:
        self._background.work(self._question)
