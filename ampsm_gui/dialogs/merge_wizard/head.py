"""The sentence above the wizard's page: what the checks come to, or where the merge stands, with the ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.status import StatusLook
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.merge.words import Headline
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.label import Label, MarkupLabel
from ampsm_gui.widgets.second_press import StepButton
from ampsm_gui.widgets.sessions.status_badge import StatusBadge

#: What is done, and how its target is named after it.
ONTO = {"merge": "Merge into", "rebase": "Rebase onto"}


class Way(NamedTuple):
    """A way on: what it does, its words, why it cannot be gone now, and what is to be known of it when it can."""

    action: str
    words: str
    why_not: str | None = None
    tip: str = ""


class WizardHead(QWidget):
    """Before a merge with the target and the checks' age; later with a badge and buttons."""

    target_chosen = Signal(str)
    check_again = Signal()
    requested = Signal(str)
    #: The way on that had them is gone.
    keys_lost = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ways: list[Way] = []
        self.title = Label(ONTO["merge"], self)
        self.target = ChoiceBox(self)
        self.target.setObjectName("mergeTarget")
        self.target.setAccessibleName("Target")
        self.target.setEditable(True)
        self.target.setInsertPolicy(ChoiceBox.InsertPolicy.NoInsert)
        self.badge = StatusBadge(theme, self)
        self._glyph = Label(self)
        self._look: StatusLook | None = None
        self.words = MarkupLabel(self)
        self.words.setObjectName("mergeSentence")
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.age = Label(self)
        self.age.setProperty("tone", "secondary")
        self.again = QPushButton("Check again", self)
        self.again.setObjectName("checkAgainButton")
        self.buttons: list[QPushButton] = []
        self._below = False
        self._row, self._said = QHBoxLayout(), QHBoxLayout()
        for widget in (self.title, self.target, self.badge):
            self._row.addWidget(widget)
        self._said.addWidget(self._glyph)
        self._said.addWidget(self.words, 1)
        self._row.addLayout(self._said, 1)
        self._row.addWidget(self.age)
        self._row.addWidget(self.again)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self.again.clicked.connect(self.check_again)
        self.target.activated.connect(self._on_target)
        line = self.target.lineEdit()
        if line is not None:
            line.editingFinished.connect(self._on_target)
        self._chosen = ""
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_narrow(self, narrow: bool) -> None:
        """Whether the sentence stands below the rest, over the whole width."""
        if narrow == self._below:
            return
        self._below = narrow
        if narrow:
            self._row.removeItem(self._said)
            self._row.insertStretch(3, 1)
            self._column.addLayout(self._said)
        else:
            self._column.removeItem(self._said)
            self._row.takeAt(3)
            self._row.insertLayout(3, self._said, 1)

    def set_choosing(self, enabled: bool) -> None:
        """Whether the target can be chosen, and the checks asked again."""
        for widget in (self.title, self.target, self.age, self.again):
            widget.setEnabled(enabled)

    def show_target(self, operation: str, target: str, branches: Sequence[str]) -> None:
        """Which target is chosen for what, of which branches."""
        self.title.setText(ONTO[operation])
        blocker = QSignalBlocker(self.target)
        known = [self.target.itemText(at) for at in range(self.target.count())]
        line = self.target.lineEdit()
        if branches and known != list(branches):
            typed = self.target.currentText()
            self.target.clear()
            self.target.addItems(list(branches))
            self.target.setEditText(typed)
        if line is None or not line.hasFocus() or self._chosen != target:
            self.target.setCurrentIndex(self.target.findText(target))
            self.target.setEditText(target)
        self._chosen = target
        del blocker

    def show_checks(self, found: Headline, look: StatusLook, age: str) -> None:
        """Before a merge."""
        self._choose(before=True)
        self._look = look
        self._say(f"<b>{_plain(found.bold)}</b> {_plain(found.rest)}", f"{found.bold} {found.rest}")
        self.age.setText(age)
        self._show_glyph()

    def show_sentence(self, look: StatusLook | None, sentence: str, ways: Sequence[Way]) -> None:
        """Where the merge stands."""
        self._choose(before=False)
        self.badge.set_look(look)
        self.badge.setVisible(look is not None)
        self._say(_plain(sentence), sentence)
        if list(ways) != self._ways:
            self._ways = list(ways)
            self._make_buttons()

    def _choose(self, *, before: bool) -> None:
        for widget in (self.title, self.target, self._glyph, self.age, self.again):
            widget.setVisible(before)
        self.badge.setVisible(not before)
        if before:
            self._ways = []
            self._make_buttons()

    def _say(self, html: str, words: str) -> None:
        self.words.setText(html)
        self.words.setToolTip(plain_tip(words))
        self.setAccessibleName(words)

    def _make_buttons(self) -> None:
        """Anew; a way on that is there again keeps the keys."""
        keys = self.window().focusWidget()  # also while a dialog of ours has them, to come back to
        had_keys = next((button.property("way") for button in self.buttons if button is keys), None)
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for action, words, why_not, tip in self._ways:
            button = StepButton(plain_label(words), self)
            button.setProperty("way", action)
            button.setEnabled(why_not is None)
            button.setToolTip(plain_tip(why_not or tip))
            button.clicked.connect(given(_call, self.requested.emit, action))
            self._row.addWidget(button)
            self.buttons.append(button)
            if action == had_keys:
                button.show()
                button.setFocus()
        if had_keys is not None and self.window().focusWidget() not in self.buttons:
            self.keys_lost.emit()

    def _show_glyph(self) -> None:
        if self._look is not None:
            side, ratio = self._theme.px(14), self.devicePixelRatioF()
            self._glyph.setPixmap(self._theme.pixmap(self._look.glyph, self._look.token, side, ratio))

    @Slot()
    def _on_target(self) -> None:
        target = self.target.currentText().strip()
        if target and target != self._chosen:
            self._chosen = target
            self.target_chosen.emit(target)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(6), px(14), px(6))
        self._column.setSpacing(px(4))
        for row in (self._row, self._said):
            row.setSpacing(px(8))
        self.setMinimumHeight(px(40))
        self.target.setMinimumWidth(px(112))
        self.target.setMaximumWidth(px(220))
        self.age.setFont(self._theme.font("small"))
        self._show_glyph()


def _call(call: Callable[[str], object], name: str, _checked: bool = False) -> None:
    call(name)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
