"""The files in conflict: glyph, name, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ampsm.model.conflicts import ConflictFile
from ampsm_gui.look.plain import as_signs, in_order, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.words import fact_of
from ampsm_gui.widgets.focus_ring import FocusRing

_FILE_ROLE = Qt.ItemDataRole.UserRole + 1


class ConflictFiles(QListView):
    """A row a file. What a person chooses is told by `file_chosen`; what is put in keeps the current one."""

    file_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("conflictFiles")
        self.setAccessibleName("Conflicted files")
        self.files = QStandardItemModel(self)
        self.setModel(self.files)
        self.ring = FocusRing(theme, self)
        self.setItemDelegate(_FileDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._on_current)
        theme.changed.connect(self._on_theme_changed)

    def show_files(self, files: Sequence[ConflictFile]) -> None:
        """The files as they are now, in their order."""
        self._quiet = True
        current = self.current_path()
        self.files.setRowCount(len(files))
        for row, file in enumerate(files):
            item: QStandardItem | None = self.files.item(row)
            if item is None:
                item = QStandardItem()
                item.setEditable(False)
                self.files.setItem(row, item)
            if item.data(_FILE_ROLE) != file:
                item.setData(file, _FILE_ROLE)
                item.setText(f"{as_signs(file.path)}\n{fact_of(file)}")
                item.setToolTip(plain_tip(f"{as_signs(file.path)}\n{as_signs(file.sentence)}."))
                item.setAccessibleText(f"{file.path}, {fact_of(file)}. {file.sentence}")
        self.updateGeometry()
        if current:
            self.set_current(current)
        self._quiet = False

    def set_current(self, path: str) -> None:
        """Marks the file that is shown; none for nothing."""
        before, self._quiet = self._quiet, True
        if not path:
            self.setCurrentIndex(QModelIndex())
        for row in range(self.files.rowCount()):
            if self.files.item(row).data(_FILE_ROLE).path == path and self.currentIndex().row() != row:
                self.setCurrentIndex(self.files.index(row, 0))
        self._quiet = before

    def current_path(self) -> str:
        """The path of the current row; nothing where there is none."""
        file = self.currentIndex().data(_FILE_ROLE)
        return file.path if isinstance(file, ConflictFile) else ""

    def sizeHint(self) -> QSize:
        """As high as its rows, what stands below follows them; with less room it scrolls."""
        rows = max(1, self.files.rowCount())
        return QSize(self._theme.px(200), rows * max(self._theme.px(20), self.sizeHintForRow(0)) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(100), min(self.sizeHint().height(), self._theme.px(120)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().strip():
            event.ignore()  # no search by letters: what is typed is for the page
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, before: QModelIndex) -> None:
        if not self._quiet and current.isValid():
            self.file_chosen.emit(self.current_path())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _FileDelegate(QStyledItemDelegate):
    """The name loses its middle, and its folders first."""

    def __init__(self, theme: Theme, view: ConflictFiles) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        name, fact = (QFontMetrics(self._theme.font(role)) for role in ("body", "small"))
        return QSize(self._theme.px(100), name.height() + fact.height() + self._theme.px(12))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        file = index.data(_FILE_ROLE)
        if not isinstance(file, ConflictFile):
            return
        theme, rect = self._theme, option.rect  # type: ignore[attr-defined, unused-ignore]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined, unused-ignore]
        if selected:
            active = self._view.hasFocus()
            painter.fillRect(rect, theme.color("selection.active" if active else "selection.inactive"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.color("border.subtle"))
        side, px = theme.px(12), theme.px
        name_font, fact_font = theme.font("body", 600 if selected else 400), theme.font("small")
        name, fact = QFontMetrics(name_font), QFontMetrics(fact_font)
        top = rect.top() + px(6)
        settled = file.resolved and file.marker is None
        glyph, token = ("check", "text.secondary") if settled else ("status-needs-you", "warning.text")
        theme.paint_icon(painter, QRect(rect.left() + px(10), top + (name.height() - side) // 2, side, side), glyph,
                         token)  # fmt: skip
        left = rect.left() + px(10) + side + px(8)
        room = rect.right() - px(8) - left
        painter.setFont(name_font)
        painter.setPen(theme.color("text.primary"))
        shown = name.elidedText(_short(as_signs(file.path), name, room), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, top, room, name.height()), Qt.AlignmentFlag.AlignVCenter, in_order(shown))
        painter.setFont(fact_font)
        painter.setPen(
            theme.color("warning.text" if file.outside_edit or (file.resolved and not settled) else "text.secondary")
        )
        shown = fact.elidedText(fact_of(file), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, top + name.height(), room, fact.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        if selected and self._view.ring.shown:
            self._view.ring.paint(painter, rect)


def _short(path: str, metrics: QFontMetrics, room: int) -> str:
    """The path without its first folders, as far as that is needed."""
    parts = path.split("/")
    while len(parts) > 1 and metrics.horizontalAdvance("/".join(parts)) > room:
        parts = ["…", *parts[2:]] if parts[0] == "…" and len(parts) > 2 else ["…", *parts[1:]] if parts[0] != "…" else (
            parts[1:]
        )  # fmt: skip
    return "/".join(parts)
