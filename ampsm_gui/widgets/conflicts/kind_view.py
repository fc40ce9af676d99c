"""A file without hunks: what the sides did, what it is on each side, and what can be made of it as buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ampsm.model.conflicts import Choice, ConflictFile, ConflictSides
from ampsm.workflows.finishing import after_words, outcome_chosen, outcomes_of
from ampsm_gui.look.plain import as_signs
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.code import Beside, CodeLine, lines_of
from ampsm_gui.models.conflicts.preview import Previews
from ampsm_gui.models.conflicts.words import first_facts
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.conflicts.choice_row import KeyButton
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns
from ampsm_gui.widgets.conflicts.side_facts import SideFacts
from ampsm_gui.widgets.conflicts.side_pane import SideHead
from ampsm_gui.widgets.diff.images import DiffImages
from ampsm_gui.widgets.flow import FlowRow
from ampsm_gui.widgets.label import Label

_MOST_LINES = 4000


class KindView(QWidget):
    """`choice_wanted` is None to take the choice back."""

    choice_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: tuple[str, ...] | None = None
        self._file: ConflictFile | None = None
        self._found: Previews | None = None
        self.sentence, self.after, self.note = Label(self), Label(self), Label(self)
        for label in (self.sentence, self.after, self.note):
            label.setWordWrap(True)
        self.note.setProperty("tone", "secondary")
        self.facts = SideFacts(theme, self)
        self.row = FlowRow(theme, self)
        self.buttons: dict[Choice | None, KeyButton] = {}
        self._title = Label(self)
        self.text = CodeColumns(theme, self)
        self.heads = [SideHead(theme, word, self) for word in ("Target", "Session")]
        beside = QHBoxLayout()
        beside.setSpacing(0)
        for head in self.heads:
            beside.addWidget(head, 1)
        self.images = DiffImages(theme, self)
        self._column = column = QVBoxLayout(self)
        for widget in (self.sentence, self.facts, self.row, self.after, self._title, self.note):
            column.addWidget(widget)
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
        if self._file is None or self._file.path != file.path:
            self._found = None
        self._file = file
        self.sentence.setText(as_signs(f"Resolved. {file.sentence}." if file.resolved else f"{file.sentence}."))
        self.facts.show_sides(sides, self._facts())
        for head, told in zip(self.heads, (sides.target, sides.session), strict=True):
            head.show_side(told)
        self._show_choices(file, chooses)
        if result is not None:
            self._show_result(file, result)
        else:
            self._show_sides()

    def show_previews(self, found: Previews) -> None:
        """What the file is on either side."""
        if self._file is None or found.path != self._file.path:
            return
        self._found = found
        self.facts.show_facts(found.facts)
        self._show_after(self._file)
        if self._title.isHidden():
            self._show_sides()

    def _facts(self) -> tuple[str, str, str]:
        if self._found is not None:
            return self._found.facts
        return first_facts(self._file) if self._file else ("", "", "")

    def _show_result(self, file: ConflictFile, result: str) -> None:
        """The text that it becomes or, resolved, is."""
        self._show_only(self.text, self._title)
        lines = lines_of(result)[:_MOST_LINES]
        self.text.setAccessibleName("The file as it would be written now")
        self._title.setText("As it is staged" if file.resolved else "As it would be written now")
        self.text.set_code(Beside([CodeLine(n, text) for n, text in enumerate(lines, 1)]))
        if not lines:
            self._show_only(self._title)
            self._title.setText("It is staged as an empty file" if file.resolved else "It would be an empty file")

    def _show_sides(self) -> None:
        found = self._found
        if found is None:
            self._show_only()
            return
        texts = [list(side.lines) for side in (found.target, found.session)]
        if found.pictures:
            self.images.set_pictures(found.target.picture, found.session.picture, ("Target", "Session"))
            self._show_only(self.images)
        elif any(line.number for lines in texts for line in lines):
            self.text.setAccessibleName("The file of Target, and that of Session")
            self.text.set_code(Beside(*texts))
            self._show_only(self.text, *self.heads)
        else:
            self._show_only()
        self.note.setText(found.note)
        self.note.setVisible(bool(found.note))

    def _show_only(self, *shown: QWidget) -> None:
        for widget in (self.images, self.text, self._title, self.note, *self.heads):
            widget.setVisible(widget in shown)

    def _show_choices(self, file: ConflictFile, chooses: bool) -> None:
        outcomes = outcomes_of(file) if chooses else ()
        if (shown := tuple(outcome.words for outcome in outcomes)) != self._shown:
            self._shown = shown
            self.row.clear()
            self.buttons = {}
            for outcome in outcomes:
                self.buttons[outcome.choice] = KeyButton(self._theme, outcome.words, outcome.key, self.row)
            if shown:
                self.buttons[None] = KeyButton(self._theme, "Un-choose", "u", self.row)
            for choice, button in self.buttons.items():
                button.clicked.connect(given(self._on_chosen, choice))
                self.row.add(button)
        chosen = outcome_chosen(file)
        for choice, button in self.buttons.items():
            button.setChecked(chosen is not None and choice is chosen.choice)
            button.setEnabled(choice is not None or file.choice is not None)
        self.row.setVisible(bool(shown))
        self._show_after(file)

    def _show_after(self, file: ConflictFile) -> None:
        words = after_words(file, self._facts()) if not file.hunks and not file.outside_edit else ""
        self.after.setText(as_signs(f"{words}.") if words else "")
        self.after.setVisible(bool(words))

    def _on_chosen(self, choice: Choice | None, _checked: bool = False) -> None:
        self.choice_wanted.emit(choice)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(12))
        self.images.setMinimumHeight(px(160))
        self.text.setMinimumHeight(px(100))
        self._title.setFont(self._theme.font("small", 600))
        self.note.setFont(self._theme.font("small"))
