"""A strip of one sentence at the lower edge of what it is about, with at most two buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ampsm_gui.look.plain import plain_label
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.label import Label, MarkupLabel

_GLYPHS = {
    "warning": "status-needs-you",
    "danger": "status-failed",
    "running": "status-running",
    "success": "status-check",
    "info": "info",
}

Button = tuple[str, Callable[[], object]]


class Strip(QWidget):
    """Says one thing that matters until it is dealt with. Hidden while it has nothing to say.

    The token is a role with a tint: warning, danger, running, success or info.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = "info"
        self._glyph = Label(self)
        self._words = MarkupLabel(self)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self._calls: list[Callable[[], object]] = []
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._glyph)
        self._row.addWidget(self._words, 1)
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        self.hide()

    def show_message(self, token: str, sentence: str, buttons: Sequence[Button] = (), subject: str = "") -> None:
        """Shows the sentence, after a `subject` in bold if there is one; buttons are (label, what a click calls)."""
        self._token = token
        words = f"{subject} {sentence}".strip()
        bold = f"<b>{_plain(subject)}</b>&nbsp; " if subject else ""
        self._words.setText(bold + _plain(sentence))
        self.setAccessibleName(words)
        labels = [label for label, _call in buttons[:2]]
        if labels != [button.text() for button in self._buttons]:
            self._make_buttons(labels)
        self._calls = [call for _label, call in buttons[:2]]
        self._show_glyph()
        self.update()
        self.show()

    def clear(self) -> None:
        """Has nothing to say any more."""
        self.hide()
        self._words.clear()
        self._make_buttons([])

    @property
    def text(self) -> str:
        """What it says, without mark-up."""
        return self.accessibleName() if not self.isHidden() else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(f"{self._token}.tint"))
        painter.fillRect(0, 0, self.width(), 1, self._theme.color("border.default"))

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton) and button in self._buttons:
            self._calls[self._buttons.index(button)]()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._lay_out()
        self._show_glyph()
        self.update()

    def _make_buttons(self, labels: Sequence[str]) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [QPushButton(plain_label(label), self) for label in labels]
        for button in self._buttons:
            button.clicked.connect(self._on_clicked)
            self._row.addWidget(button)
            button.show()

    def _show_glyph(self) -> None:
        name = _GLYPHS.get(self._token, "info")
        ratio = self.devicePixelRatioF()
        self._glyph.setPixmap(self._theme.pixmap(name, f"{self._token}.text", self._theme.px(12), ratio))

    def _lay_out(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(16), px(4), px(12), px(4))
        self._row.setSpacing(px(8))


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
