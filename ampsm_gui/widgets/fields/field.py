"""A labelled control of a dialog: facts about it below, and what is wrong with it, with the way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.fields.few_lines import FewLines
from ampsm_gui.widgets.label import Label, MarkupLabel

LABEL_WIDTH = 108
_LINES = 2  # of what is wrong, for which there is room
_GLYPHS = {"danger": "status-failed", "warning": "status-warning", "info": "info"}


class Remark(QWidget):
    """A line with a shape before it, in a tone: danger, warning or info; with at most one link after it. It takes as
    many lines as its words need, or up to `lines`."""

    def __init__(self, theme: Theme, tone: str, parent: QWidget | None = None, *, lines: int = 0) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = tone
        self._call: Callable[[], object] | None = None
        self._said = ""
        self._glyph = Label(self)
        self._words = FewLines(lines, self) if lines else Label(self)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setProperty("tone", tone)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # however long a word is
        self._link = QPushButton(self)
        self._link.setProperty("role", "link")
        self._link.clicked.connect(self._on_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self._link, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def say(self, words: str, link: str = "", call: Callable[[], object] | None = None) -> None:
        """Shows the line, or nothing for no words."""
        self._said = words
        self._words.setText(words)
        self._words.setToolTip(plain_tip(words) if len(words) > 80 else "")
        self.setAccessibleName(words)
        self._link.setText(plain_label(link))
        self._link.setVisible(bool(link))
        self._show_glyph()
        self._call = call
        self.setVisible(bool(words))

    @property
    def text(self) -> str:
        """What it says now."""
        return "" if self.isHidden() else self._said

    @Slot()
    def _on_clicked(self) -> None:
        if self._call is not None:
            self._call()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._words.setFont(theme.font("small"))
        self._link.setFont(theme.font("small"))
        self._show_glyph()

    def _show_glyph(self) -> None:
        """In the middle of the first line, which stands lower beside a link."""
        theme = self._theme
        size = theme.px(12)
        pixmap = theme.pixmap(_GLYPHS[self._tone], f"{self._tone}.text", size, self.devicePixelRatioF())
        above = theme.px(3) if self._link.text() else 0
        self._words.setContentsMargins(0, above, 0, 0)
        self._glyph.setPixmap(pixmap)
        self._glyph.setContentsMargins(0, above + max(0, (self._words.fontMetrics().height() - size) // 2), 0, 0)


class Field(QWidget):
    """The control with the lines below it. Its label is a separate widget, for the column at the left.

    `around` is the widget that holds the control, when that is not all of the row. A control with `stretch` takes the
    width of the row. With `line` the room for words below is there from the start, for facts or for what is wrong in
    their place: nothing moves when that is said.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        words: str,
        control: QWidget,
        parent: QWidget | None = None,
        *,
        around: QWidget | None = None,
        stretch: int = 1,
        line: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.control = control
        self.label = Label(words, self)
        self.label.setProperty("tone", "secondary")
        self.label.setBuddy(control)
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        control.setObjectName(name)
        control.setAccessibleName(words.replace("&", ""))
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(around or control, stretch)
        self.facts = MarkupLabel(self)
        self.facts.setProperty("tone", "muted")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.hide()
        self.problem = Remark(theme, "danger", self, lines=_LINES if line else 0)
        self.warning = Remark(theme, "warning", self)
        self._line = QWidget(self)
        self._keeps_line = line
        self._below = QHBoxLayout(self._line)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.addWidget(self.facts, 1, Qt.AlignmentFlag.AlignTop)
        self._below.addWidget(self.problem, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self.row)
        self._column.addWidget(self._line)
        self._column.addWidget(self.warning)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def set_facts(self, rich_text: str) -> None:
        """A muted line below the control; too long, its end is cut."""
        self.facts.setText(rich_text)
        self._show_line()

    def set_problem(
        self, message: str, hint: str | None = None, link: str = "", call: Callable[[], object] | None = None
    ) -> None:
        """Says what is wrong, and what to do; the control gets a border of that colour. Nothing with no message."""
        words = message if not hint or not message else f"{_sentence(message)} {_sentence(hint)}"
        self.problem.say(words, link if message else "", call)
        self._show_line()
        self.control.setAccessibleDescription(words)
        if bool(self.control.property("problem")) != bool(message):
            self.control.setProperty("problem", bool(message))
            style = self.control.style()
            style.unpolish(self.control)
            style.polish(self.control)

    def offer(self, box: QWidget) -> None:
        """Puts the way out beside what is wrong."""
        self._below.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)

    def _show_line(self) -> None:
        """What is wrong stands where the facts stand else."""
        self.facts.setVisible(bool(self.facts.text()) and self.problem.isHidden())
        self._line.setVisible(self._keeps_line or not self.facts.isHidden() or not self.problem.isHidden())

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self.row.setSpacing(theme.px(8))
        self._below.setSpacing(theme.px(8))
        least = _LINES * QFontMetrics(theme.font("small")).lineSpacing() + theme.px(4)
        self._line.setMinimumHeight(least if self._keeps_line else 0)
        self._column.setContentsMargins(0, 0, 0, 0 if self._keeps_line else theme.px(10))
        self._show_line()
        self._column.setSpacing(theme.px(3))
        self.facts.setFont(theme.font("small"))


class Form(QWidget):
    """Fields one below the other, labels right-aligned in a column of their own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[QLabel] = []
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def add(self, field: Field, *, stretch: int = 0) -> None:
        """Appends a field; one with `stretch` takes the height that is left."""
        row = self._grid.rowCount()
        self._grid.addWidget(field.label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(field, row, 1)
        self._grid.setRowStretch(row, stretch)
        self._labels.append(field.label)
        self._size_label(field.label)

    def add_row(self, widget: QWidget) -> None:
        """Appends something without a label, in the column of the controls."""
        self._grid.addWidget(widget, self._grid.rowCount(), 1)

    def _size_label(self, label: QLabel) -> None:
        label.setMinimumHeight(self._theme.f + self._theme.px(10))
        label.setMinimumWidth(self._theme.px(LABEL_WIDTH - 16))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._grid.setContentsMargins(px(16), px(16), px(20), px(16))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(2))
        for label in self._labels:
            self._size_label(label)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "…", ":")) else f"{words}."
