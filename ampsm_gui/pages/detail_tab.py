"""A tab with a table, and the chosen row in detail below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.tab import Tab
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.tables.data_table import DataTable


class DetailTab(Tab):
    """In a low page Enter shows the detail and Esc hides it. The corner sums up the whole table."""

    table: DataTable
    #: What is below the table.
    below: QWidget
    #: The part of it that takes the focus.
    text: QWidget

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(desktop, parent)
        theme = desktop.theme
        self._compact = self._asked_detail = False
        self._said = ElidedLabel(Qt.TextElideMode.ElideRight, self, least=8)
        self._said.setProperty("tone", "secondary")
        self._said.setFont(theme.font("small"))
        self._said.setContentsMargins(0, 0, theme.px(8), 0)
        self._said.setMinimumHeight(theme.f + theme.px(16))

    def lay_out(self) -> None:
        """Shows what there is room for: `_compact` in a low page, `_asked_detail` if the detail was asked for there."""
        raise NotImplementedError

    def ask_detail(self, asked: bool) -> None:
        """Whether the detail is shown where there is room for little more than the table."""
        self._asked_detail = asked
        self.lay_out()

    def views(self) -> list[QWidget]:
        return [self.table, self.text]

    def corner(self) -> QWidget | None:
        return self._said

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._compact and self.below.isVisible():
            self.ask_detail(False)
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    @Slot(object)
    def _on_opened(self, key: object) -> None:
        self.ask_detail(True)
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
