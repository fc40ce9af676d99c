"""One step of a session in detail: for an iteration its prompt, the answer, the end of its tests, and its facts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.history.facts import facts, sentence
from ampsm_gui.models.history.table import HistoryStep, result_cell, tests_cell, undo_sentence, what
from ampsm_gui.pages.tab import TITLES, TabName
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.said_text import SaidText

#: The tabs that show an iteration from another side.
TABS_OF_AN_ITERATION = (TabName.CHANGES, TabName.CONSOLE, TabName.TOOL_CALLS)
_ROOM_FOR_FACTS = 560  # px at 100 %


class HistoryDetail(QWidget):
    """Shows the step that is chosen. An iteration's words arrive later than its row."""

    #: (TabName, number): another tab is to show an iteration.
    tab_requested = Signal(object, int)
    #: The changes of a commit are to be shown, by its sha.
    commit_requested = Signal(str)
    undo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._step: HistoryStep | None = None
        self._words: dict[str, Any] | None = None
        self._glyph, self._title, self._ending = Label(self), Label(self), Label(self)
        self._ending.setProperty("tone", "secondary")
        self._ending.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text = SaidText(theme, self)
        self.undo = QPushButton("Undo…", self)
        self._links: list[QPushButton] = []
        self._facts = QScrollArea(self)
        self._build()
        self.undo.clicked.connect(self.undo_requested)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_step(None)

    def show_step(self, step: HistoryStep | None) -> None:
        """Shows a step at once; of an iteration the rest follows by `set_words`."""
        same = step is not None and self._step is not None and step["key"] == self._step["key"]
        self._step = step
        if not same:
            self._words = None
        self._show()

    def set_words(self, words: dict[str, Any]) -> None:
        """What was said in the iteration, as `workflows.review.iteration_details` tells it."""
        if words != self._words:
            self._words = words
            self._show_words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_facts()

    def _build(self) -> None:
        head = QWidget(self)
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head.setProperty("ground", "panel")
        self._line = QHBoxLayout(head)
        for widget in (self._glyph, self._title):
            self._line.addWidget(widget)
        self._line.addWidget(self._ending, 1)
        for name in TABS_OF_AN_ITERATION:
            button = QPushButton(TITLES[name], head)
            button.setProperty("tab", str(name))
            button.clicked.connect(self._on_link_clicked)
            self._links.append(button)
            self._line.addWidget(button)
        self._line.addWidget(self.undo)
        self._facts.setFrameShape(QFrame.Shape.NoFrame)
        self._facts.setWidgetResizable(True)
        self._facts.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rule = QFrame(self)
        self._rule.setFixedWidth(1)
        self._rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.text, 1)
        row.addWidget(self._rule)
        row.addWidget(self._facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(row, 1)

    def _show(self) -> None:
        step = self._step
        iteration = step is not None and step["kind"] == "iteration"
        commit = step is not None and step["kind"] == "commit"
        for button in self._links:
            button.setVisible(iteration or (commit and button.property("tab") == str(TabName.CHANGES)))
        self.undo.setVisible(bool(step and step.get("undoable")))
        self._glyph.setVisible(step is not None)
        if step is None:
            self._title.setText("No step is chosen")
            self._ending.clear()
        else:
            self._title.setText(what(step)[0])
            self._ending.setText(sentence(step))
            self._ending.setToolTip(plain_tip(sentence(step)))
            self.undo.setToolTip(plain_tip(undo_sentence(step)) if step.get("undoable") else "")
            self._show_glyph()
        self._show_words()
        self._show_facts()

    def _show_glyph(self) -> None:
        step = self._step or {}
        tests = tests_cell(step.get("test") or (step.get("iteration") or {}).get("test"))
        cell = tests if tests.glyph and tests.token != "text.secondary" else result_cell(step)
        cell = cell if cell.glyph else tests
        name, token = (cell.glyph, cell.glyph_token or cell.token) if cell.glyph else ("status-ready", "text.secondary")
        name = "status-check" if name == "undo" else name
        self._glyph.setPixmap(self._theme.pixmap(name, token, self._theme.px(12), self.devicePixelRatioF()))

    def _show_words(self) -> None:
        step, words = self._step, self._words or {}
        if step is None:
            self.text.show_parts([])
            return
        if step["kind"] == "iteration":
            found = step["iteration"]
            error = found["error"] or {}
            parts = [("person", found["prompt"])]
            parts += [("problem", error["message"])] if error.get("message") else []
            parts += [("answer", words["answer"])] if words.get("answer") else []
            parts += [("note", f"Warning: {text}") for text in words.get("warnings", ())]
            failed = found["test"] is not None and not found["test"]["passed"]
            parts += [("output", "\n".join(words["testOutput"]))] if failed and words.get("testOutput") else []
            self.text.show_parts(parts)
            return
        more = [] if what(step)[1] == sentence(step) else [("note", what(step)[1])]
        if step["kind"] == "open":
            more += [("note", path) for path in step["merge"]["conflicts"]]
        elif step.get("undoable"):
            more.append(("note", f"{undo_sentence(step)}."))
        self.text.show_parts(more)

    def _show_facts(self) -> None:
        shown = facts(self._step) if self._step else []
        room = self.width() >= self._theme.px(_ROOM_FOR_FACTS) and bool(shown)
        self._facts.setVisible(room)
        self._rule.setVisible(room)
        holder = self._facts.widget()
        if holder is not None and holder.property("shown") == shown:
            return
        holder = QWidget()
        holder.setProperty("shown", shown)
        holder.setProperty("ground", "base")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        form = QFormLayout(holder)
        px = self._theme.px
        form.setContentsMargins(px(14), px(8), px(8), px(8))
        form.setVerticalSpacing(px(4))
        form.setHorizontalSpacing(px(24))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, value in shown:
            label, text = Label(name, holder), Label(value, holder)
            text.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("tone", "muted")
            label.setFont(self._theme.font("small"))
            code = name in ("Thread", "Start", "Commit", "From", "To")
            text.setFont(self._theme.font("mono" if code else "small"))
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setAccessibleName(f"{name}: {value}")
            form.addRow(label, text)
        self._facts.setWidget(holder)
        self._facts.setFixedWidth(min(px(300), max(px(200), holder.sizeHint().width() + px(12))))

    @Slot()
    def _on_link_clicked(self) -> None:
        if self._step and self._step["kind"] == "iteration":
            self.tab_requested.emit(TabName(self.sender().property("tab")), self._step["iteration"]["number"])
        elif self._step:
            self.commit_requested.emit(self._step["sha"])

    @Slot()
    def _on_theme_changed(self) -> None:
        theme, px = self._theme, self._theme.px
        self._line.setContentsMargins(px(8), px(3), px(8), px(3))
        self._line.setSpacing(px(8))
        self._title.setFont(theme.font("body", 600))
        self.undo.setIcon(theme.icon("undo"))
        self.undo.setIconSize(theme.icon_size(words=True))
        self._rule.setStyleSheet(f"background: {theme.color('border.default').name()};")
        holder = self._facts.widget()
        if holder is not None:
            holder.setProperty("shown", None)
        self._show()
