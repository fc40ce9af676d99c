"""A strip of one sentence at the lower edge of what it is about, with its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.given import given
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

    The token is a role with a tint: warning, danger, running, success or info. The buttons stand beside the sentence
    where that leaves it room, else below; where even a row of their own is too short for them, those between the first
    and the last are in a menu.
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
        #: Takes the keys when the button that had them goes and none comes in its place.
        self.give_keys: Callable[[], object] | None = None
        self._box = QWidget(self)
        self.more = QToolButton(self._box)
        self.more.setObjectName("otherWaysOfStrip")
        self.more.setAccessibleName("Other ways on")
        self.more.setToolTip("Other ways on")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self._row = QHBoxLayout(self._box)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.more)
        self._grid = QGridLayout(self)
        self._grid.addWidget(self._glyph, 0, 0)
        self._grid.addWidget(self._words, 0, 1)
        self._grid.addWidget(self._box, 0, 2)
        self._grid.setColumnStretch(1, 1)
        self._below = False
        self._lay_out()
        theme.changed.connect(self._on_theme_changed)
        self.hide()

    def show_message(
        self, token: str, sentence: str, buttons: Sequence[Button] = (), subject: str = "", *,
        tips: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Shows the sentence, after a `subject` in bold if there is one; buttons are (label, what a click calls), some
        with a tip by their label."""
        self._token = token
        words = f"{subject} {sentence}".strip()
        bold = f"<b>{_plain(subject)}</b>&nbsp; " if subject else ""
        self._words.setText(bold + _plain(sentence))
        self.setAccessibleName(words)
        labels = [label for label, _call in buttons]
        place = -1
        if labels != [button.text() for button in self._buttons]:
            place = self._place_with_keys()
            self._make_buttons(labels)
        self._calls = [call for _label, call in buttons]
        for button, label in zip(self._buttons, labels, strict=True):
            button.setToolTip(plain_tip((tips or {}).get(label, "")))
        self._show_glyph()
        self._fit()
        self.update()
        self.show()
        if place >= 0 and self._buttons:
            self._buttons[min(place, len(self._buttons) - 1)].setFocus()
        elif place >= 0 and self.give_keys is not None:
            self.give_keys()

    def clear(self) -> None:
        """Has nothing to say any more."""
        had_keys = self._place_with_keys() >= 0
        self.hide()
        self._words.clear()
        self._make_buttons([])
        if had_keys and self.give_keys is not None:
            self.give_keys()

    @property
    def text(self) -> str:
        """What it says, without mark-up."""
        return self.accessibleName() if not self.isHidden() else ""

    def minimumSizeHint(self) -> QSize:
        """As narrow as it may become, with what is between the first button and the last one in the menu."""
        least = [*self._buttons[:1], *self._buttons[1:][-1:], *([self.more] if self._buttons[1:-1] else [])]
        wide = sum(button.sizeHint().width() + self._row.spacing() for button in least)
        return QSize(self._around() + wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(f"{self._token}.tint"))
        painter.fillRect(0, 0, self.width(), 1, self._theme.color("border.default"))

    def _call(self, place: int, _checked: bool = False) -> None:
        self._calls[place]()

    def _place_with_keys(self) -> int:
        return next((place for place, button in enumerate(self._buttons) if button.hasFocus()), -1)

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
        self._buttons = [QPushButton(plain_label(label), self._box) for label in labels]
        for place, button in enumerate(self._buttons):
            button.clicked.connect(given(self._call, place))
            self._row.insertWidget(self._row.count() - 1, button)
        menu = self.more.menu()
        menu.clear()
        for place, button in enumerate(self._buttons[1:-1], 1):
            menu.addAction(button.text(), given(self._call, place))

    def _fit(self) -> None:
        """Where the buttons stand, by the width there is."""
        between, gap = self._buttons[1:-1], self._row.spacing()
        wide = sum(button.sizeHint().width() + gap for button in self._buttons)
        words = self._words.fontMetrics().horizontalAdvance(self.accessibleName())
        room = self.width() - self._around()
        self._put_below(room - wide < min(words, room // 2))
        short = wide > room
        for button in self._buttons:
            button.setVisible(not short or button not in between)
        self.more.setVisible(bool(between) and short)
        self._box.setVisible(bool(self._buttons))

    def _around(self) -> int:
        """How much of the width is neither for words nor for buttons."""
        edges = self._grid.contentsMargins()
        return edges.left() + edges.right() + self._glyph.sizeHint().width() + self._grid.horizontalSpacing()

    def _put_below(self, below: bool) -> None:
        if below != self._below:
            self._below = below
            self._grid.removeWidget(self._box)
            self._grid.addWidget(self._box, int(below), 1 if below else 2, Qt.AlignmentFlag.AlignRight)

    def _show_glyph(self) -> None:
        name = _GLYPHS.get(self._token, "info")
        ratio = self.devicePixelRatioF()
        self._glyph.setPixmap(self._theme.pixmap(name, f"{self._token}.text", self._theme.px(12), ratio))

    def _lay_out(self) -> None:
        px = self._theme.px
        self._grid.setContentsMargins(px(16), px(4), px(12), px(4))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        self._row.setSpacing(px(8))
        self.more.setIcon(self._theme.icon("chevron-down"))
        self.more.setIconSize(self._theme.icon_size())


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
