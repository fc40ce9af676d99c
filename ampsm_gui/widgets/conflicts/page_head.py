"""The bar above a conflicted file: which one, which conflict of how many, and how it is looked at."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ampsm_gui.look.plain import as_signs, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.given import given
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.flow import FlowRow
from ampsm_gui.widgets.glyph_button import GlyphButton
from ampsm_gui.widgets.label import Label

CARDS, PANES, VERIFY = "cards", "panes", "verify"
_VIEWS = {CARDS: "Cards", PANES: "Three panes", VERIFY: "Verify"}
_TIPS = {
    CARDS: "Conflict by conflict (V)",
    PANES: "Target, result and session beside each other (V)",
    VERIFY: "Whether the result does to the target what the session did to the ancestor",
}


class ConflictHead(QWidget):
    """One row; narrow, the files become a field in it and the rest a second row."""

    view_chosen = Signal(str)
    file_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.path = ElidedLabel(Qt.TextElideMode.ElideMiddle, self)
        self.files = ChoiceBox(self)
        self.files.setAccessibleName("Conflicted file")
        self.files.setMinimumContentsLength(12)
        self.files.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.files.hide()
        self.position = Label(self)
        self.position.setProperty("tone", "secondary")
        self.previous = GlyphButton(theme, "arrow-up", "Previous conflict (P)", self)
        self.next = GlyphButton(theme, "arrow-down", "Next conflict (N)", self)
        self.tools = FlowRow(theme, self)
        self._tools: list[QToolButton] = []
        self._narrow = self._below = False
        self.views = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        self.whole = QToolButton(self.tools)
        self._build()
        self.files.activated.connect(self._on_file)
        self.views.buttonClicked.connect(self._on_view)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_actions(self, whole: QMenu, tools: list[QAction]) -> None:
        """What the menu *Whole file* has, and the buttons at the right."""
        self.whole.setMenu(whole)
        for action in tools:
            button = QToolButton(self.tools)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            self.tools.add(button)
            self._tools.append(button)
            action.visibleChanged.connect(given(self._on_visible, button, action))
            button.setVisible(action.isVisible())
        for before, after in pairwise([self.next, *self.buttons.values(), self.whole, *self._tools]):
            self.setTabOrder(before, after)
        self._on_theme_changed()

    def show_file(self, path: str, position: str) -> None:
        """Names the file and where in it one is."""
        self.path.setText(as_signs(path))
        self.position.setText(position)
        self.position.setVisible(bool(position))
        self._place_tools()
        at = self.files.findData(path)
        if at >= 0:
            self.files.setCurrentIndex(at)

    def show_files(self, files: list[tuple[str, str]]) -> None:
        """The files for the field: path and words."""
        if self.files.view().isVisible():
            return
        chosen = self.files.currentData()
        self.files.clear()
        for path, words in files:
            self.files.addItem(as_signs(words), path)
        self.files.setCurrentIndex(max(0, self.files.findData(chosen)))

    def show_view(self, view: str, why_not: str) -> None:
        """Presses the button of a view; `why_not`: why this file has none of them, and nothing to step through."""
        for name, button in self.buttons.items():
            button.setEnabled(not why_not)
            button.setToolTip(plain_tip(why_not or _TIPS[name]))
        self.buttons[view].setChecked(True)
        for glyph in (self.previous, self.next):
            glyph.setEnabled(not why_not)

    def set_narrow(self, narrow: bool) -> None:
        """The files as a field, the tools below."""
        self.files.setVisible(narrow)
        self.path.setVisible(not narrow)
        self._narrow = narrow
        self._row.setStretch(self._row.indexOf(self.files), int(narrow))
        self._place_tools()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tools()

    def _on_visible(self, button: QToolButton, action: QAction) -> None:
        button.setVisible(action.isVisible())
        self._place_tools()

    def _place_tools(self) -> None:
        """Beside the file where there is room for all of them, else below."""
        px = self._theme.px
        wanted = self.path.sizeHint().width() + self.position.sizeHint().width() + px(40)
        wanted += 2 * self.next.sizeHint().width() + self.tools.width_in_one_row()
        below = self._narrow or wanted > self.width()
        if below != self._below:
            self._below = below
            self._row.removeWidget(self.tools)
            self._column.removeWidget(self.tools)
            if below:
                self._column.addWidget(self.tools)
            else:
                self._row.addWidget(self.tools)
        self._stretch.changeSize(0 if self._narrow else 1, 1, QSizePolicy.Policy.Fixed if self._narrow else
                                 QSizePolicy.Policy.Expanding)  # fmt: skip
        self._row.invalidate()

    def _build(self) -> None:
        for view, words in _VIEWS.items():
            button = QPushButton(words, self.tools)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setObjectName(f"conflictView.{view}")
            self.views.addButton(button)
            self.buttons[view] = button
            self.tools.add(button)
        self.whole.setText("Whole file")
        self.whole.setObjectName("wholeFileButton")
        self.whole.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.whole.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.tools.add(self.whole)
        self._row = QHBoxLayout()
        self._row.addWidget(self.path)
        self._row.addWidget(self.files, 0)
        for widget in (self.position, self.previous, self.next):
            self._row.addWidget(widget)
        self._stretch = QSpacerItem(1, 1, QSizePolicy.Policy.Expanding)
        self._row.addItem(self._stretch)
        self._row.addWidget(self.tools)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self.setProperty("ground", "base")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    @Slot(int)
    def _on_file(self, at: int) -> None:
        self.file_chosen.emit(str(self.files.itemData(at)))

    @Slot()
    def _on_view(self) -> None:
        pressed = self.views.checkedButton()
        self.view_chosen.emit(next(view for view, button in self.buttons.items() if button is pressed))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(12), px(5), px(8), px(5))
        self._column.setSpacing(px(4))
        self._row.setSpacing(px(6))
        self.path.setFont(self._theme.font("body", 500))
        self.position.setFont(self._theme.font("small"))
        for button in self._tools:
            button.setIconSize(self._theme.icon_size())
        self._place_tools()
        self.whole.setIcon(self._theme.icon("chevron-down"))
        self.whole.setIconSize(self._theme.icon_size(self._theme.glyph, words=True))
