"""A file without hunks: what the sides did, what it is on each side, and what can be made of it as buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ampsm.journal.results import size_words
from ampsm.model.conflicts import Choice, ConflictFile, ConflictSides
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.code import Beside, CodeLine, lines_of
from ampsm_gui.models.conflicts.preview import Previews
from ampsm_gui.models.conflicts.words import CHOICES
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.conflicts.choice_row import KeyButton
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns
from ampsm_gui.widgets.conflicts.side_pane import SideHead
from ampsm_gui.widgets.diff.images import DiffImages
from ampsm_gui.widgets.flow import FlowRow
from ampsm_gui.widgets.label import Label

_KEYS = {Choice.TARGET: "1", Choice.SESSION: "2", Choice.BOTH: "3", Choice.BASE: "0"}
_MODES = {"100644": "file", "100755": "executable file", "120000": "symbolic link", "160000": "submodule"}
_MOST_LINES = 4000


class KindView(QWidget):
    """`choice_wanted` is None to take the choice back."""

    choice_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: tuple[Choice, ...] = ()
        self._path = ""
        self.sentence = Label(self)
        self.sentence.setWordWrap(True)
        self._facts = QGridLayout()
        self._cells: list[Label] = []
        self.row = FlowRow(theme, self)
        self.buttons: dict[Choice | None, KeyButton] = {}
        self._title = Label(self)
        self.text = CodeColumns(theme, self)
        self.text.setAccessibleName("The file as it would be written now")
        self.heads = [SideHead(theme, word, self) for word in ("Target", "Session")]
        beside = QHBoxLayout()
        beside.setSpacing(0)
        for head in self.heads:
            beside.addWidget(head, 1)
        self.images = DiffImages(theme, self)
        self.images.hide()
        self._column = column = QVBoxLayout(self)
        column.addWidget(self.sentence)
        column.addLayout(self._facts)
        column.addWidget(self.row)
        column.addWidget(self._title)
        under = QVBoxLayout()
        under.setSpacing(0)
        under.addLayout(beside)
        under.addWidget(self.text, 1)
        under.addWidget(self.images, 1)
        column.addLayout(under, 1)
        column.addStretch(0)
        self.setProperty("ground", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_file(self, file: ConflictFile, sides: ConflictSides, result: str | None, *, chooses: bool) -> None:
        """A file as a whole; `chooses`: something can be chosen for it."""
        words = f"Resolved. {file.sentence}." if file.resolved else f"{file.sentence}."
        self.sentence.setText(words.replace("..", "."))
        for cell in self._cells:
            cell.deleteLater()
        self._cells = []
        facts = (
            ("Target", sides.target.label, file.size.target, file.mode.target),
            ("Session", sides.session.label, file.size.session, file.mode.session),
            ("Ancestor", "", file.size.base, file.mode.base),
        )
        for row, (side, name, size, mode) in enumerate(facts):
            size_said = "" if size is None else size_words(size)
            said = "not there" if mode is None else ", ".join(
                part for part in (_MODES.get(mode, mode), size_said) if part
            )  # fmt: skip
            for at, text in enumerate((side, name, said)):
                cell = Label(text, self)
                cell.setFont(self._theme.font("small", 600 if at == 0 else 400))
                cell.setProperty("tone", "" if at == 0 else "secondary")
                self._facts.addWidget(cell, row, at)
                self._cells.append(cell)
        self._facts.setColumnStretch(2, 1)
        self._show_choices(file, chooses)
        if file.path != self._path:
            self.images.hide()
            for head, told in zip(self.heads, (sides.target, sides.session), strict=True):
                head.hide()
                head.show_side(told)
        elif chooses and result is None:
            return  # what it is on either side stays
        self._path = file.path
        lines = lines_of(result)[:_MOST_LINES] if result is not None else []
        for widget in (self.images, *self.heads):
            widget.hide()
        self.text.setVisible(bool(lines))
        self._title.setVisible(bool(lines))
        self._title.setText("As it is staged" if file.resolved else "As it would be written now")
        self.text.set_code(Beside([CodeLine(n, text) for n, text in enumerate(lines, 1)]))

    def show_previews(self, found: Previews) -> None:
        """What the file is on either side."""
        if found.path != self._path:
            return
        texts = [list(side.lines) for side in (found.target, found.session)]
        self.images.setVisible(found.pictures)
        self.images.set_pictures(found.target.picture, found.session.picture, ("Target", "Session"))
        lines = any(texts) and not found.pictures
        self._title.hide()
        self.text.setVisible(lines)
        for head in self.heads:
            head.setVisible(lines)
        if lines:
            self.text.set_code(Beside(*texts))

    def _show_choices(self, file: ConflictFile, chooses: bool) -> None:
        shown = file.choices if chooses else ()
        if shown != self._shown or not self.buttons:
            self._shown = shown
            self.row.clear()
            self.buttons = {choice: KeyButton(self._theme, CHOICES[choice], _KEYS.get(choice, ""), self.row)
                            for choice in shown}  # fmt: skip
            if shown:
                self.buttons[None] = KeyButton(self._theme, "Un-choose", "u", self.row)
            for choice, button in self.buttons.items():
                button.clicked.connect(given(self._on_chosen, choice))
                self.row.add(button)
        for choice, button in self.buttons.items():
            button.setChecked(choice is not None and choice is file.choice)
            button.setEnabled(choice is not None or file.choice is not None)
        self.row.setVisible(bool(shown))

    def _on_chosen(self, choice: Choice | None, _checked: bool = False) -> None:
        self.choice_wanted.emit(choice)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(12))
        self._facts.setHorizontalSpacing(px(16))
        self._facts.setVerticalSpacing(px(4))
        self._title.setFont(self._theme.font("small", 600))
