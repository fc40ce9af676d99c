"""Reads of the core on threads of their own; answers arrive in the GUI thread, late ones are dropped."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Hashable
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.model.record import with_texts
from ampsm_gui.runtime.question import Question
from ampsm_gui.runtime.workspace import Workspace

T = TypeVar("T")

#: The code of a database that is gone and may come back.
LOST = "database-missing"

_THREADS = 3
#: Seconds after which a thread lets another one run. Each call of the window into Qt can wait as long as this for a
#: thread that reads: with Python's own 5 ms, one painting was a sixth of a second.
_TURN = 0.0005
_CLOSE_SECONDS = 5.0


def redacted(read: Callable[[Context], T]) -> Callable[[Context], T]:
    """The read, and its answer without secrets: for what git and other programs have said or named, which no journal
    has redacted. Contents of files and their names stay as git has them."""
    return partial(_redacting, read)


def _redacting(read: Callable[[Context], T], context: Context) -> T:
    answer: T = with_texts(read(context), context.redactor_at_hand.redact)
    return answer


class Background(QObject):
    """Asks the core without blocking the window.

    Every thread has its own Context, since a database connection belongs to the thread that opened it. A question has a
    key; asking something else with the same key drops the answer of the earlier one. The same question, asked while it
    is being read, is answered and then read once more: however often one asks and however long it takes, answers come.
    After `close` nothing is answered.

    While the database is gone questions wait, and what was shown stays: that it is gone is said by `StoreWatcher`.

    What a question refers to, widgets above all, must not be destroyed in another thread than this one. So a thread
    lets go of a question before it says, by number, that it is answered.
    """

    _answered = Signal(int)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        sys.setswitchinterval(_TURN)
        self._waiting: SimpleQueue[Question | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._questions: dict[Hashable, Question] = {}
        self._handed_out: dict[int, Question] = {}
        self._held: list[Question] = []  # until the database is there again
        self._numbers = count()
        self._closed = False
        self._answered.connect(self._on_answered)

    def ask(
        self,
        key: Hashable,
        read: Callable[[Context], T],
        receive: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """Runs `read` on a thread and hands its answer to `receive`, or what it raised to `failed`, in this thread. One
        that `keeps` something runs also when nobody waits for its answer any more, or all is being closed."""
        if self._closed:
            return
        question = Question(next(self._numbers), key, read, receive, failed, keeps)
        known = self._questions.get(key)
        if known is not None and known.asks_the_same(question):
            known.again = known.again or known.begun
            return
        self.forget(key)
        self._questions[key] = self._handed_out[question.number] = question
        if len(self._threads) < _THREADS:
            thread = threading.Thread(target=self._work, name=f"reader-{len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._waiting.put(question)

    def forget(self, key: Hashable) -> None:
        """Drops the answer of a question."""
        question = self._questions.pop(key, None)
        if question is not None:
            question.dropped = True

    def ask_again(self) -> None:
        """The database is there again: asks what could not be answered while it was gone."""
        held, self._held = self._held, []
        for question in held:
            if not question.dropped and not self._closed:
                question.error = None
                self._handed_out[question.number] = question
                self._waiting.put(question)

    @property
    def busy(self) -> bool:
        """Whether a question is open."""
        return bool(self._questions)

    def close(self) -> None:
        """Drops all answers and waits for the reads that run or keep something, a while: a git that takes minutes ends
        by itself."""
        self._closed = True
        for key in list(self._questions):
            self.forget(key)
        for _ in self._threads:
            self._waiting.put(None)
        deadline = time.monotonic() + _CLOSE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._threads.clear()
        self._handed_out.clear()

    def _work(self) -> None:
        """A thread: one question after the other, with one context."""
        context: Context | None = None
        generation = -1
        while (question := self._waiting.get()) is not None:
            number = question.number
            if question.keeps or not question.dropped:
                try:
                    if context is None or generation != self._workspace.generation:
                        if context is not None:
                            context.close()
                        generation, context = self._workspace.generation, self._workspace.open()
                    context.forget_settings()
                    question.begun = True
                    question.answer = question.read(context)
                except Exception as error:
                    if isinstance(error, UserError) and context is not None:
                        error.redact(context.redactor_at_hand.redact_value)
                    question.error = error
            del question
            if not self._closed:
                self._answered.emit(number)
        if context is not None:
            context.close()

    @Slot(int)
    def _on_answered(self, number: int) -> None:
        question = self._handed_out.pop(number, None)
        if question is None or question.dropped or self._questions.get(question.key) is not question:
            return
        if isinstance(question.error, UserError) and question.error.code == LOST:
            self._held = [*(held for held in self._held if not held.dropped), question]
            return
        del self._questions[question.key]
        asker = _asker(question.receive)
        if isinstance(asker, QObject) and not isValid(asker):
            return  # a dialog, say, that was closed meanwhile
        if question.again:
            self.ask(question.key, question.read, question.receive, question.failed)
        if question.error is None:
            question.receive(question.answer)
        elif question.failed is not None:
            question.failed(question.error)
        elif not isinstance(question.error, UserError):  # a database that is locked, say, is no bug: ask again later
            raise question.error


def ignore(_error: Exception) -> None:
    """For questions that may stay without an answer: what is shown stays, and the next change asks again."""


def _asker(receive: object) -> object:
    """Whose method an answer goes to, also when some of its arguments are given already."""
    while isinstance(receive, partial):
        receive = receive.func
    return getattr(receive, "__self__", None)
