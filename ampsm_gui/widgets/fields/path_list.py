"""Files by their paths, one line each, to be looked at: as high as some of them, the rest is scrolled to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QSizePolicy, QWidget

from ampsm_gui.look.plain import as_signs, in_order, plain_tip
from ampsm_gui.look.theme import Theme

_ROWS = 6  # shown at once


class PathList(QListView):
    """Names are shown as they are; one for which there is no room loses its middle, and its tooltip has all of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerItem)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setProperty("ground", "sunken")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_paths(self, paths: Sequence[tuple[str, str]]) -> None:
        """Paths, each with a word that is said of it; hidden where there are none."""
        self._items.setRowCount(0)
        for path, word in paths:
            words = as_signs(path)
            item = QStandardItem(in_order(f"{words}  {word}".rstrip()))
            item.setToolTip(plain_tip(words))
            self._items.appendRow(item)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if len(paths) > _ROWS else Qt.FocusPolicy.NoFocus)
        self.setVisible(bool(paths))
        self.updateGeometry()

    def lines(self) -> list[str]:
        """What is shown."""
        return [self._items.item(row).text() for row in range(self._items.rowCount())]

    def sizeHint(self) -> QSize:
        rows, margins = min(_ROWS, self._items.rowCount()), self.viewportMargins()
        around = margins.top() + margins.bottom() + 2 * self.frameWidth()
        return QSize(self._theme.px(200), rows * max(1, self.sizeHintForRow(0)) + around)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(100), self.sizeHint().height())

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self.setFont(self._theme.font("small"))
        self.setViewportMargins(px(8), px(6), px(2), px(6))
        self.updateGeometry()
