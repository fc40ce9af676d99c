"""The console's view: a one-column table whose rows get their height when they are shown, that follows its end."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QPushButton, QTableView, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.model import ConsoleModel, Place, header_words
from ampsm_gui.models.console.section import Section
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.console.delegate import ConsoleDelegate
from ampsm_gui.widgets.tick import Tick

_SECOND_MS = 1000
_MOVES = {Qt.Key.Key_J: Qt.Key.Key_Down, Qt.Key.Key_K: Qt.Key.Key_Up}


#: Keys that mean something here, whatever they do elsewhere in the window.
_OWN_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_C, Qt.Key.Key_F, Qt.Key.Key_T, Qt.Key.Key_R, *_MOVES}


class ConsoleView(QTableView):
    """Shows a ConsoleModel. While `following` it stays at its end; scrolling up ends that, End begins it again."""

    following_changed = Signal(object)

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self.following = True
        self._new = 0
        self._adjusting = False
        self._anchor: tuple[Section, int | None, int] | None = None
        self.setObjectName("console")
        self.setAccessibleName("Console")
        self.delegate = ConsoleDelegate(theme, model, self)
        self._sticky = _StickyHeader(self)
        self._to_end = QPushButton(self)
        self._to_end.setProperty("role", "primary")
        self._to_end.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._to_end.hide()
        self._later = single_shot(self, 0, self._lay_out)
        self._seconds = Tick(self, self.viewport().update)
        self._set_behaviour()
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self._connect(model)
        self._on_theme_changed()

    def set_following(self, following: bool) -> None:
        """Goes to the end and stays there, or stays here."""
        changed, self.following = following != self.following, following
        if following:
            self._new = 0
            self._lay_out()
        self._show_new()
        if changed:
            self.following_changed.emit(following)

    def set_live(self, live: bool) -> None:
        """While an iteration runs, the time of what runs is shown anew every second."""
        self._seconds.set_pace(_SECOND_MS if live else 0)

    def show_row(self, row: int) -> None:
        """Makes a row current and scrolls to it."""
        self.set_following(False)
        index = self._rows.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._lay_out()
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def current_place(self) -> Place | None:
        """The row that is current."""
        row = self.currentIndex().row()
        return self._rows.place(row) if 0 <= row < self._rows.rowCount() else None

    def copy_current(self) -> None:
        """Puts the text of the current row on the clipboard."""
        place = self.current_place()
        if place is not None:
            entry = place.entry
            words = header_words(place.section) if entry is None else entry.raw if self._rows.raw else entry.copied()
            QGuiApplication.clipboard().setText(words)

    # Qt overrides

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            alone = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if alone and Qt.Key(event.key()) in _OWN_KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.currentIndex().row(), Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_End:
            self.set_following(True)
            if self._rows.rowCount():
                self.setCurrentIndex(self._rows.index(self._rows.rowCount() - 1, 0))
        elif event.matches(QKeySequence.StandardKey.Copy) or (plain and not shift and key == Qt.Key.Key_C):
            self.copy_current()
        elif plain and key == Qt.Key.Key_Space and row >= 0:
            if shift:
                self._rows.toggle_kind(row)
            else:
                self._rows.toggle(row)
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self._enter(row)
        elif plain and not shift and key in _MOVES:
            event = QKeyEvent(QEvent.Type.KeyPress, _MOVES[key], Qt.KeyboardModifier.NoModifier)
            super().keyPressEvent(event)
        elif plain and event.text().strip() and not shift:
            event.ignore()  # single letters belong to the page; the view would search its rows, all of them
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        place, rect = self._rows.place(index.row()), self.visualRect(index)
        point = event.position().toPoint()
        for link in self.delegate.links(place, rect):
            if link.place.contains(point):
                self._follow_link(index.row(), place, link.action)
                return
        if self.delegate.is_mark(place, rect, point):
            self._rows.toggle(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        links = self.delegate.links(self._rows.place(index.row()), self.visualRect(index)) if index.isValid() else []
        on_link = any(link.action and link.place.contains(point) for link in links)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if on_link else Qt.CursorShape.ArrowCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.current_place()
        if place is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy", self.copy_current)
        command = place.entry.command() if place.entry is not None else None
        if command:
            menu.addAction("Copy command", lambda: QGuiApplication.clipboard().setText(command))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            rect = self.visualRect(self.currentIndex())
            painter = QPainter(self.viewport())
            painter.fillRect(QRect(0, rect.top(), 2, rect.height()), self._theme.color("accent.focus"))
            painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if not self._adjusting:
            self._lay_out(follow=False)

    # Behaviour

    def _set_behaviour(self) -> None:
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        # Else every row that gets its height makes the header add up all rows above it.
        self.verticalHeader().setUpdatesEnabled(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setAutoScroll(False)

    def _connect(self, model: ConsoleModel) -> None:
        self._to_end.clicked.connect(self._on_to_end)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        model.rowsAboutToBeInserted.connect(self._on_about_to_insert)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._later.start)
        model.dataChanged.connect(self._later.start)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self._theme.changed.connect(self._on_theme_changed)

    def _enter(self, row: int) -> None:
        place = self._rows.place(row)
        if place.entry is not None and place.entry.kind == "call":
            if not self._rows.is_open(place):
                self._rows.toggle(row)
            else:
                self._rows.show_whole(row)
        else:
            self._rows.toggle(row)

    def _follow_link(self, row: int, place: Place, action: str) -> None:
        if action == "whole":
            self._rows.show_whole(row)
        elif action == "command" and place.entry is not None:
            QGuiApplication.clipboard().setText(place.entry.command() or "")

    @Slot()
    def _lay_out(self, follow: bool = True) -> None:
        """Gives the rows that are shown their heights, and keeps the end, or what is at the top, where it is."""
        if self._adjusting or not self._rows.rowCount():
            self._sticky.show_section(None)
            return
        self._adjusting = True
        bar = self.verticalScrollBar()
        before, any_changed = bar.value(), False
        for _ in range(6):
            if follow and self.following:
                self.scrollToBottom()
            changed = self._set_heights()
            if not changed:
                break
            any_changed = True
            self.updateGeometries()  # else the scroll bar learns of the heights only later
        if follow and self.following:
            self.scrollToBottom()
            bar.setValue(bar.maximum())
        self._adjusting = False
        self._stick()
        if any_changed or bar.value() != before:
            self.viewport().update()

    def _set_heights(self) -> bool:
        changed, width = False, self.viewport().width()
        header = self.verticalHeader()
        row = max(0, self.rowAt(0))
        top, bottom = header.sectionViewportPosition(row), self.viewport().height()
        while row < self._rows.rowCount() and top <= bottom:
            wanted = self.delegate.height(self._rows.place(row), width)
            top += wanted
            if wanted != header.sectionSize(row):
                header.resizeSection(row, wanted)
                changed = True
            row += 1
        return changed

    def _stick(self) -> None:
        """Shows the header of the section at the top while its row is above."""
        row = self.rowAt(0)
        place = self._rows.place(row) if 0 <= row < self._rows.rowCount() else None
        above = place is not None and place.offset is not None
        self._sticky.show_section(place if above and not self._rows.raw else None)
        high = self.delegate.header_height()
        self._sticky.setGeometry(0, 0, self.viewport().width(), high)

    def _show_new(self) -> None:
        self._to_end.setVisible(not self.following and self._new > 0)
        if self._new:
            self._to_end.setText(f"{self._new:,} new, go to the end")
            self._to_end.adjustSize()
            spot = self._to_end.rect()
            gap = self._theme.px(12)
            spot.moveBottomRight(QPoint(self.viewport().width() - gap, self.viewport().height() - gap))
            self._to_end.setGeometry(spot)

    @Slot()
    def _on_to_end(self) -> None:
        self.set_following(True)

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if self._adjusting:
            return
        at_end = value >= self.verticalScrollBar().maximum() - 2
        if at_end != self.following:
            self.set_following(at_end)

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        if not self.following and last == self._rows.rowCount() - 1:
            self._new += last - first + 1
            self._show_new()
        self._return_to_anchor()
        self._lay_out()  # now: later the rows would be painted twice, first with wrong heights

    @Slot(QModelIndex, int, int)
    def _on_about_to_insert(self, parent: QModelIndex, first: int, last: int) -> None:
        self._anchor = None
        if first <= self.rowAt(0):
            self._on_about_to_reset()

    @Slot()
    def _on_about_to_reset(self) -> None:
        row = self.rowAt(0)
        self._anchor = None
        if not self.following and 0 <= row < self._rows.rowCount():
            place = self._rows.place(row)
            self._anchor = (place.section, place.offset, self.rowViewportPosition(row))

    @Slot()
    def _on_reset(self) -> None:
        self._adjusting = False
        self._return_to_anchor()
        self._lay_out()

    def _return_to_anchor(self) -> None:
        """Puts the row that was at the top where it was."""
        if self._anchor is not None:
            section, offset, top = self._anchor
            row = self._rows.row_of(section, offset)
            if row is not None:
                self._adjusting = True
                self.updateGeometries()
                self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(row) - top)
                self._adjusting = False
        self._anchor = None

    @Slot()
    def _on_theme_changed(self) -> None:
        self._adjusting = True
        self.verticalHeader().setDefaultSectionSize(self.delegate.row_height())
        self._adjusting = False
        self._later.start()
        self._sticky.update()


class _StickyHeader(QWidget):
    """The header of the section whose rows are at the top; a click goes to it."""

    def __init__(self, view: ConsoleView) -> None:
        super().__init__(view)
        self._view = view
        self._place: Place | None = None
        self.hide()

    def show_section(self, place: Place | None) -> None:
        self._place = place
        self.setVisible(place is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._place is not None:
            painter = QPainter(self)
            self._view.delegate.paint_header(painter, self.rect(), self._place)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._place is not None:
            model = self._view.model()
            row = model.row_of(self._place.section, None) if isinstance(model, ConsoleModel) else None
            if row is not None:
                self._view.set_following(False)
                self._view.scrollTo(model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)
