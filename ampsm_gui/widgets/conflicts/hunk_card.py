"""The current hunk: both sides, the ancestor, what can be chosen, and the result to be edited."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ampsm.model.conflicts import ConflictSides, HunkKind
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.code import Beside
from ampsm_gui.models.conflicts.hunk_lines import base_lines, context_lines, side_lines
from ampsm_gui.models.conflicts.texts import HunkTexts, ends_lines
from ampsm_gui.widgets.conflicts.choice_row import ChoiceRow
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns
from ampsm_gui.widgets.conflicts.result_edit import ResultEdit
from ampsm_gui.widgets.conflicts.side_pane import SidePane
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.rule import Rule


class HunkCard(QWidget):
    """As high as its contents; `resized` says that this has changed."""

    resized = Signal()
    commits_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts: HunkTexts | None = None
        self._at = -1
        self._sides: ConflictSides | None = None
        self._commit = ""
        self.target, self.session = SidePane(theme, "Target", self), SidePane(theme, "Session", self)
        self.beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.ancestor = QPushButton(self)
        self.base = CodeColumns(theme, self, fits=True)
        self.base.setAccessibleName("The ancestor's lines")
        self.base.hide()
        self.choices = ChoiceRow(theme, self)
        self.commits = Label(self)
        self.commits.setProperty("tone", "secondary")
        self.commits.setWordWrap(True)
        self.commits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.commits.hide()
        self._result_words = Label("Result", self)
        self._hint = Label("edit here", self)
        self._hint.setProperty("tone", "muted")
        self._note = Label(self)
        self._note.setProperty("tone", "muted")
        self.above, self.below = (CodeColumns(theme, self, fits=True) for _ in range(2))
        for around in (self.above, self.below):
            around.ground = "surface.panel"  # what stands between them can be written into
        self.result = ResultEdit(theme, self)
        self._build()
        self.ancestor.clicked.connect(self._on_ancestor)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_actions(self, actions: Sequence[tuple[QAction, str, str]]) -> None:
        """What can be chosen; the last one takes it back."""
        self.choices.set_actions(actions, last_right=True)
        for before, after in pairwise([self.ancestor, *self.choices.buttons, self.result]):
            self.setTabOrder(before, after)

    def show_hunk(self, texts: HunkTexts, at: int, sides: ConflictSides, chosen: QAction | None) -> None:
        """Shows a hunk; of the same one only what has changed."""
        anew = self._texts is None or at != self._at or texts.file.path != self._texts.file.path
        before = self._texts
        conflict = texts.hunks[at].kind is HunkKind.CONFLICT
        if anew or before is None or _sides(before, at) != _sides(texts, at) or before.line(at, "base") != texts.line(
            at, "base"
        ):  # fmt: skip
            target, session = side_lines(texts, at)
            self.target.show_lines(target)
            self.session.show_lines(session)
            base = base_lines(texts, at)
            self.base.set_code(Beside(base))
            self._count = len(base)
        if anew:
            self.commits.hide()
        self._texts, self._at, self._sides = texts, at, sides
        self.target.head.show_side(sides.target)
        self.session.head.show_side(sides.session)
        self._commit = (sides.base.commit or "")[:7]
        self.show_chosen(chosen)
        for widget in (self.choices, self._result_bar, self.result):
            widget.setVisible(conflict)
        for widget in (self.above, self.below):
            widget.setVisible(conflict)
        self._show_ancestor()
        if conflict:
            self._show_result(anew)
        self.resized.emit()

    def show_chosen(self, chosen: QAction | None) -> None:
        """Which of the choices counts."""
        self.choices.show_chosen(chosen)

    def show_note(self, words: str) -> None:
        """What is to be said of the result."""
        self._note.setText(words)

    def show_commits(self, words: str) -> None:
        """Which commits made the hunk."""
        self.commits.setText(words)
        self.commits.setVisible(bool(words))
        self.resized.emit()

    def set_narrow(self, narrow: bool) -> None:
        """The sides one above the other, or beside each other."""
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self.beside.setDirection(direction)

    def height_for(self, width: int) -> int:
        """How high it is in this width."""
        return max(1, self._column.heightForWidth(width) if self._column.hasHeightForWidth() else self._fixed())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.resized.emit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("surface.base"))
        if self.beside.direction() == QBoxLayout.Direction.LeftToRight:
            place = self.session.geometry()
            painter.fillRect(place.left() - 1, place.top(), 1, place.height(), self._theme.color("border.default"))

    def _fixed(self) -> int:
        return self._column.sizeHint().height()

    def _show_result(self, anew: bool) -> None:
        assert self._texts is not None
        texts, at = self._texts, self._at
        above, below = context_lines(texts, at)
        self.above.set_code(Beside(above))
        self.below.set_code(Beside(below))
        self.above.setVisible(bool(above))
        self.below.setVisible(bool(below))
        hunk = texts.hunks[at]
        first = texts.line(at, "result")
        digits = len(str(below[-1].number if below else first + hunk.result.count("\n")))
        for around in (self.above, self.below):
            around.set_digits(digits)
        self.result.set_first(first, digits)
        self.result.show_text(hunk.result, texts.file.path, anew=anew, ends=ends_lines(hunk))

    def _show_ancestor(self) -> None:
        open_ = not self.base.isHidden()
        lines = figures.count(self._count, "line") if self._count else "no lines"
        self.ancestor.setText(f"Ancestor {self._commit}, {lines}".replace(" ,", ","))
        self.ancestor.setIcon(self._theme.icon("chevron-down" if open_ else "chevron-right"))
        self.ancestor.setIconSize(self._theme.icon_size(words=True))
        self.ancestor.setAccessibleDescription("shown" if open_ else "folded")

    @Slot()
    def _on_ancestor(self) -> None:
        self.base.setVisible(self.base.isHidden())
        self._show_ancestor()
        self.resized.emit()

    def _build(self) -> None:
        self.beside.setSpacing(1)
        self.beside.addWidget(self.target, 1)
        self.beside.addWidget(self.session, 1)
        self.ancestor.setProperty("role", "link")
        self.ancestor.setAutoDefault(False)
        self.ancestor.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._count = 0
        self._result_bar = QWidget(self)
        bar = QHBoxLayout(self._result_bar)
        for label in (self._result_words, self._hint):
            bar.addWidget(label)
        bar.addStretch(1)
        bar.addWidget(self._note)
        self._bar = bar
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.beside)
        for widget in (
            Rule(self._theme, self), self.ancestor, self.base, self.commits, self.choices, self._result_bar,
            Rule(self._theme, self), self.above, self.result, self.below,
        ):  # fmt: skip
            column.addWidget(widget)
        for code in (self.above, self.below):
            code.setAccessibleName("Lines around the result")

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._result_words.setFont(self._theme.font("small", 600))
        for label in (self._hint, self._note, self.commits):
            label.setFont(self._theme.font("small"))
        self._bar.setContentsMargins(px(9), px(4), px(9), px(4))
        self._bar.setSpacing(px(6))
        self.commits.setContentsMargins(px(9), px(4), px(9), px(6))
        self.ancestor.setIconSize(self._theme.icon_size(self._theme.glyph))
        self._show_ancestor()


def _sides(texts: HunkTexts, at: int) -> tuple[str, str, str] | None:
    if at >= len(texts.hunks):
        return None
    hunk = texts.hunks[at]
    return hunk.base, hunk.target, hunk.session
