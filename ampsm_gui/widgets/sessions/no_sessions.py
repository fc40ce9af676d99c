"""The window without a session: the first step, what was found here, other ways to begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.look.status import StatusLook, check_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.messages.empty_state import DRAWING, CommandToCopy, EmptyState

_COMMAND = 'amp-sessions new --name "Add JWT login" \\\n  --prompt-file task.md --iterate'
_LABEL_WIDTH = 148


class NoSessions(EmptyState):
    """What there is to do first."""

    room_for_picture = 640

    demo_clicked = Signal()
    adopt_clicked = Signal()
    cleaned_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setProperty("ground", "base")
        self.set_content(
            DRAWING,
            "Give Amp a first task",
            "A session is one task in a branch and worktree of its own. Amp works there and commits after each "
            "iteration; your checkout stays as it is until you merge.",
            "New session",
            beside="Ctrl+N, or drop a repository folder here",
        )
        self.set_primary_icon("plus")
        self._found = FoundHere(theme)
        self._demo = self._button("Try the demo", self.demo_clicked)
        self._adopt = self._button("Adopt…", self.adopt_clicked)
        self._cleaned = self._button("Show them", self.cleaned_clicked)
        self._cleaned_words = Label()
        self._rows = [
            Row(theme, "Found here", self._found),
            Row(theme, "No account?", self._demo, Label("Scratch repository, built-in agent, 20 s")),
            Row(theme, "Work that exists", self._adopt, Label("Turns a worktree into a session, changes no file")),
            Row(theme, "Cleaned up", self._cleaned, self._cleaned_words),
            Row(theme, "In a terminal", self._terminal(theme)),
        ]
        self.rows.setSpacing(0)
        for row in self._rows:
            self.rows.addWidget(row)
        self._rows[0].hide()
        self._rows[3].hide()

    def set_found(self, found: Sequence[tuple[str, str, str]]) -> None:
        """What the program needs and found: (status of a check, name, details)."""
        self._found.set_found(found)
        self._rows[0].setVisible(bool(found))

    @Slot(int)
    def set_cleaned(self, count: int) -> None:
        """How many cleaned-up sessions there are."""
        self._cleaned_words.setText("1 session can be restored" if count == 1 else f"{count} sessions can be restored")
        self._rows[3].setVisible(count > 0)

    def _terminal(self, theme: Theme) -> CommandToCopy:
        line = CommandToCopy(theme)
        line.set_command(_COMMAND)
        return line

    def _button(self, words: str, signal: object) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(signal)
        return button


def found_amp(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What `verify-amp` says that matters before the first session: the program and the login."""
    checks = {check["id"]: check for check in document.get("checks", [])}
    amp = document.get("amp") or {}
    found = []
    for name, title in (("binary", "Amp"), ("login", "Account")):
        check = checks.get(name)
        if check is None or check["status"] == "skip":
            continue
        words = check["message"]
        if name == "binary" and check["status"] == "pass":
            words = f"{amp.get('version')} at {amp.get('path')}"
        hint = f" {check['hint']}" if check.get("hint") and check["status"] != "pass" else ""
        found.append((check["status"], title, f"{words}.{hint}" if hint else words))
    return found


class Row(QWidget):
    """A label at the left, what it names at the right, a rule above."""

    def __init__(self, theme: Theme, label: str, *contents: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._label = Label(label)
        self._label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._notes = [content for content in contents if isinstance(content, QLabel)]
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._label)
        for content in contents:
            grows = not isinstance(content, QPushButton)
            self._layout.addWidget(content, 1 if grows else 0)
        for note in self._notes:
            note.setProperty("tone", "muted")
            note.setWordWrap(True)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, self.width(), 1, self._theme.color("border.subtle"))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._label.setFixedWidth(px(_LABEL_WIDTH))
        self._layout.setContentsMargins(0, px(12), 0, px(12))
        self._layout.setSpacing(px(8))
        for note in self._notes:
            note.setFont(self._theme.font("small"))


class FoundHere(QWidget):
    """Programs, each with how it was found."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._found: list[tuple[str, str, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._on_theme_changed)

    def set_found(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Shows these lines: (status of a check, name, details)."""
        self._found = list(found)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for status, name, details in found:
            self._column.addWidget(_Line(self._theme, check_look(status), name, details))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.set_found(self._found)


class _Line(QWidget):
    def __init__(self, theme: Theme, look: StatusLook, name: str, details: str) -> None:
        super().__init__()
        glyph, what, rest = Label(), Label(name), Label(details)
        glyph.setPixmap(theme.pixmap(look.glyph, look.token, theme.px(12), self.devicePixelRatioF()))
        glyph.setAccessibleName(look.word)
        rest.setProperty("tone", "muted")
        rest.setWordWrap(True)
        rest.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        for widget, stretch in ((glyph, 0), (what, 0), (rest, 1)):
            row.addWidget(widget, stretch)
