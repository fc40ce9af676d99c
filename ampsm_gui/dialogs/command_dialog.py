"""A dialog that ends in one command: its body scrolls, its buttons stay, and what the command says is shown in it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import plain_label, plain_title
from ampsm_gui.look.way_on import spelled_out, way_on
from ampsm_gui.runtime.command import CommandError, RunningCommand
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.enter_key import Dialog
from ampsm_gui.widgets.fields.field import Remark
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.rule import Rule
from ampsm_gui.widgets.second_press import SecondPress, StepButton

_WIDTH = 664
_TITLE_BAR = 32  # px at 100 %, drawn by the system
_BUSY_AFTER_MS = 300


class CommandDialog(Dialog):
    """Subclasses fill `content` and say by `command_words` what the verb runs and "Copy command" copies.

    The command runs while the dialog stays; its error is shown in place, else the dialog closes. `done_with` carries
    the document of the command.
    """

    done_with = Signal(object)

    def __init__(self, desktop: Desktop, title: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self.setWindowTitle(plain_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._running = False
        self._command: RunningCommand | None = None
        self._allowed = True
        self._verb_words = verb
        self._body = _Body(self)
        self.content = QWidget()
        self.content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.content.setProperty("ground", "panel")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._body.setWidget(self.content)
        self.error = Remark(desktop.theme, "danger", self)
        self.copy = QPushButton("Copy command", self)
        self.copy.setObjectName("copyCommandButton")
        self.note = Label(self)
        self.note.setProperty("tone", "secondary")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = QPushButton("Cancel", self)
        self.verb = StepButton(plain_label(verb), self)
        self.verb.setObjectName("verbButton")
        self.verb.setProperty("role", "primary")
        self.verb.setDefault(True)
        self._busy = single_shot(self, _BUSY_AFTER_MS, self._on_busy)
        self._lay_out()
        self.copy.clicked.connect(self._on_copy)
        self.cancel.clicked.connect(self.reject)
        self.verb.clicked.connect(self.submit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):  # from within a text of several lines too
            QShortcut(QKeySequence(keys), self, self.submit)
        self._on_theme_changed()
        desktop.theme.changed.connect(self._on_theme_changed)

    # What a subclass says

    def command_words(self) -> list[str]:
        """The words after `amp-sessions`."""
        raise NotImplementedError

    def command_input(self) -> bytes:
        """What the command reads from standard input."""
        return b""

    def command_line(self) -> str:
        """The command as one line to type."""
        return shlex.join(["amp-sessions", *self.desktop.workspace.options(), *self.command_words()])

    def show_error(self, error: CommandError) -> None:
        """What the command said: message, and the hint after it."""
        self._say(*self.with_way_on(error.message, error.hint))

    def with_way_on(self, message: str, hint: str | None) -> tuple[str, str, Callable[[], object] | None]:
        """What a `Remark` says of a problem: message and hint, and a link that copies the command in it."""
        words, command = spelled_out(message, hint), way_on(hint).command
        copy = partial(QGuiApplication.clipboard().setText, command)
        return (words, "Copy", copy) if command else (words, "", None)

    def succeed(self, document: dict[str, Any]) -> None:
        """The command has done its work."""
        if (parent := self.parent()) is not None:
            SecondPress(parent)
        self.done_with.emit(document)
        self.accept()

    def set_allowed(self, allowed: bool, note: str = "") -> None:
        """Whether the verb can be pressed, and what stands beside it."""
        self._allowed = allowed
        self.note.setText(note)
        self._show_state()

    def set_verb(self, words: str) -> None:
        self._verb_words = words
        self._show_state()

    # What it does

    @property
    def running(self) -> bool:
        """Whether its command is at work."""
        return self._running

    @property
    def document(self) -> dict[str, Any]:
        """What the command printed, also when it failed."""
        return {} if self._command is None else self._command.document

    @Slot()
    def submit(self) -> None:
        """Runs the command."""
        if self._running or not self._allowed:
            return
        self._running = True
        self._say("")
        command = self.desktop.commands.run(*self.command_words(), stdin=self.command_input())
        self._command = command
        command.succeeded.connect(self._on_succeeded)
        command.failed.connect(self._on_failed)
        self._busy.start()
        self._show_state()

    def reject(self) -> None:
        if not self._running:  # what has begun comes to its end, and is shown
            super().reject()

    def sizeHint(self) -> QSize:
        width = self.desktop.theme.px(_WIDTH)
        return QSize(width, self._height_of(width))

    def fit(self) -> None:
        """Takes the height that the content wants, as far as the window below, or the screen, has it."""
        self.column.activate()
        parent = self.parentWidget()
        around = parent.window().size() if parent is not None else self.screen().availableSize()
        width = min(self.desktop.theme.px(_WIDTH), around.width())
        room = around.height() - self.desktop.theme.px(_TITLE_BAR)
        self.resize(width, min(self._height_of(width), room))

    def grow(self) -> None:
        """As `fit`, when there has come more to show; never gets smaller under the pointer."""
        if self.isVisible() and self._height_of(self.width()) > self.height():
            self.fit()

    def _height_of(self, width: int) -> int:
        """What all that is said needs where it is so wide."""
        wraps = self.column.hasHeightForWidth()
        # A scroll bar that was shown once stays while the words beside it need more lines than without it.
        beside_bar = width - self._body.verticalScrollBar().sizeHint().width()
        height = self.column.heightForWidth(beside_bar) if wraps else self.content.sizeHint().height()
        rule = 1
        return height + rule + self._footer.sizeHint().height() + self._error_height(width)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    @Slot(object)
    def _on_succeeded(self, document: dict[str, Any]) -> None:
        self._end_running()
        self.succeed(document)

    @Slot(object)
    def _on_failed(self, error: CommandError) -> None:
        self._end_running()
        self.show_error(error)
        self.fit()

    @Slot()
    def _on_busy(self) -> None:
        self.verb.setText(plain_label(f"{self._verb_words}…"))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command_line())
        self.copy.setText("Copied")
        QTimer.singleShot(1500, self, self._on_copied)

    @Slot()
    def _on_copied(self) -> None:
        self.copy.setText("Copy command")

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self.desktop.theme
        px = theme.px
        self.copy.setIcon(theme.icon("copy"))
        self.copy.setIconSize(theme.icon_size(words=True))
        self.note.setFont(theme.font("small"))
        self.note.setMinimumHeight(2 * QFontMetrics(self.note.font()).lineSpacing())  # nothing moves for a second line
        self._footer_row.setContentsMargins(px(16), px(8), px(16), px(8))
        self._footer_row.setSpacing(px(8))
        self._error_row.setContentsMargins(px(16), px(8), px(16), px(8))

    def _end_running(self) -> None:
        self._running = False
        self._busy.stop()
        self._show_state()

    def _show_state(self) -> None:
        self.verb.setText(plain_label(self._verb_words))
        self.verb.setEnabled(self._allowed and not self._running)
        self.cancel.setEnabled(not self._running)
        self.content.setEnabled(not self._running)

    def _say(self, words: str, link: str = "", call: Callable[[], object] | None = None) -> None:
        self.error.say(words, link, call)
        self._error_frame.setVisible(bool(words))

    def _error_height(self, width: int) -> int:
        frame = self._error_frame
        if frame.isHidden():
            return 0
        # Its hint is of no use: words that take any width are narrow and high in it.
        return frame.heightForWidth(width) if frame.hasHeightForWidth() else frame.sizeHint().height()

    def _lay_out(self) -> None:
        self._error_frame = QWidget(self)
        self._error_row = QHBoxLayout(self._error_frame)
        self._error_row.addWidget(self.error)
        self._footer = QFrame(self)
        self._footer_row = QHBoxLayout(self._footer)
        self._footer_row.addWidget(self.copy)
        self._footer_row.addWidget(self.note, 1)
        self._footer_row.addWidget(self.cancel)
        self._footer_row.addWidget(self.verb)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._body, 1)
        outer.addWidget(Rule(self.desktop.theme, self, "border.default"))
        outer.addWidget(self._error_frame)
        outer.addWidget(self._footer)
        self._error_frame.hide()


class _Body(QScrollArea):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
