"""The files that git has put together by itself: folded, since nobody is asked about them, and to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.look.plain import as_signs, in_order, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.rule import Rule

_PATH_ROLE = Qt.ItemDataRole.UserRole + 1
_ROWS = 8  # shown at once


class MergedFiles(QWidget):
    """Hidden where there are none."""

    #: Somebody wants to see what became of a file.
    file_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.fold = QPushButton(self)
        self.fold.setObjectName("mergedByGitButton")
        self.fold.setProperty("role", "fold")
        self.fold.setAutoDefault(False)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.files = _Paths(theme, self)
        self.files.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.fold)
        column.addWidget(self.files)
        column.addWidget(Rule(theme, self))
        self.fold.clicked.connect(self._on_fold)
        self.files.clicked.connect(self._on_index)
        self.files.activated.connect(self._on_index)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_paths(self, paths: Sequence[str]) -> None:
        """The files as they are now."""
        self.files.show_paths(paths)
        self.setVisible(bool(paths))
        self._show_fold()

    def set_current(self, path: str) -> None:
        """Marks the file that is looked at; nothing for none."""
        self.files.set_current(path)

    def _show_fold(self) -> None:
        shown = not self.files.isHidden()
        self.fold.setText(f"Merged by git, {self.files.paths.rowCount():,}")
        self.fold.setIcon(self._theme.icon("chevron-down" if shown else "chevron-right"))
        self.fold.setIconSize(self._theme.icon_size(words=True))
        self.fold.setAccessibleDescription("shown" if shown else "folded")

    @Slot()
    def _on_fold(self) -> None:
        self.files.setVisible(self.files.isHidden())
        self._show_fold()

    @Slot(QModelIndex)
    def _on_index(self, index: QModelIndex) -> None:
        self.file_chosen.emit(str(index.data(_PATH_ROLE)))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.fold.setFont(self._theme.font("small"))
        self._show_fold()


class _Paths(QListView):
    """One line a file; as high as its rows, up to some."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("mergedByGit")
        self.setAccessibleName("Files merged by git")
        self.paths = QStandardItemModel(self)
        self.setModel(self.paths)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_paths(self, paths: Sequence[str]) -> None:
        if [self.paths.item(row).data(_PATH_ROLE) for row in range(self.paths.rowCount())] == list(paths):
            return
        self.paths.setRowCount(0)
        for path in paths:
            item = QStandardItem(in_order(as_signs(path)))
            item.setData(path, _PATH_ROLE)
            item.setEditable(False)
            item.setToolTip(plain_tip(as_signs(path)))
            self.paths.appendRow(item)
        self.updateGeometry()

    def set_current(self, path: str) -> None:
        found = next((row for row in range(self.paths.rowCount()) if self.paths.item(row).data(_PATH_ROLE) == path), -1)
        self.setCurrentIndex(self.paths.index(found, 0))

    def sizeHint(self) -> QSize:
        rows = min(_ROWS, self.paths.rowCount())
        return QSize(self._theme.px(200), rows * max(1, self.sizeHintForRow(0)) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(100), min(2, self.paths.rowCount()) * max(1, self.sizeHintForRow(0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().strip():
            event.ignore()  # no search by letters: what is typed is for the page
        else:
            super().keyPressEvent(event)
