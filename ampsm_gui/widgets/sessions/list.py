"""The list of sessions: one view at three widths."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QCursor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.table import SessionTable
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.row_keys import row_at_end
from ampsm_gui.widgets.sessions.delegate import SessionDelegate
from ampsm_gui.widgets.tables.header import SortHeader

_HELD_AFTER_KEY_MS = 2000
_HELD_BY_POINTER_MS = 3000  # since it moved; so that no Leave that never came freezes the list
_REST_MS = 120


class SessionList(QTableView):
    """Rail, list or table. Knows when its rows must keep their places and which of them are seen."""

    opened = Signal(str)
    filter_wanted = Signal()
    #: A step that a single key asks for, with the chosen session: `open-worktree` or `copy-branch`.
    step_wanted = Signal(str)
    left = Signal()
    #: The pointer has gone or rests, and no key was pressed for a while: rows may move again.
    released = Signal()
    #: Other rows are seen than before, and scrolling has come to rest.
    rested = Signal()
    resized = Signal()

    def __init__(self, theme: Theme, model: SessionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sessionTable")
        self.setAccessibleName("Sessions")
        self._theme = theme
        self._model = model
        self._hovered = -1
        self.delegate = SessionDelegate(theme, model, self)
        self._ring = FocusRing(theme, self)
        self.setHorizontalHeader(SortHeader(theme, self))
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self._key_timer = single_shot(self, _HELD_AFTER_KEY_MS, self._release)
        self._pointer_timer = single_shot(self, _HELD_BY_POINTER_MS, self._release)
        self._rest_timer = single_shot(self, _REST_MS, self.rested)
        self._set_behaviour()
        self.set_mode("list")
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.layoutChanged):
            signal.connect(self._on_rows_changed)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.rowsRemoved.connect(self._on_rows_removed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def mode(self) -> str:
        """How it is drawn: rail, list or table."""
        return self.delegate.mode

    def set_mode(self, mode: str) -> None:
        """Draws it in another width; columns are the business of SessionColumns."""
        self.delegate.mode = mode
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if mode == "rail" else policy.ScrollBarAsNeeded)
        self._set_row_height()

    @property
    def held(self) -> bool:
        """Whether rows must keep their places: the pointer moves over them, or somebody moves by keys."""
        return self._pointer_timer.isActive() or self._key_timer.isActive()

    def visible_places(self, part: QRect | None = None) -> tuple[int, int]:
        """The first and the last row that is seen in a part of the view; (0, -1) when there is none."""
        part = part or self.viewport().rect()
        first, last = self.rowAt(part.top()), self.rowAt(part.bottom())
        if first < 0:
            return 0, -1
        return first, last if last >= 0 else self._model.rowCount() - 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._key_timer.start()
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        asks = {Qt.Key.Key_O: "open-worktree", Qt.Key.Key_C: "copy-branch"}
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if plain and key in steps:
            self._step(steps[key])
        elif plain and key in asks:
            self.step_wanted.emit(asks[key])
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.text() == "/":
            self.filter_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here, not a search; the filter finds."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._open(self.indexAt(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._pointer_timer.start()
        self._hover(self.rowAt(int(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Wheel, QEvent.Type.MouseButtonPress):
            self._pointer_timer.start()
            if event.type() == QEvent.Type.MouseButtonPress:
                self._ring.clicked()
        elif event.type() == QEvent.Type.Leave:
            self._pointer_left()
        return super().viewportEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pointer_left()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self._rest_timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grounds of whole rows, then the cells, then the focus ring."""
        self.delegate.now = datetime.now().astimezone()
        first, last = self.visible_places(event.rect())
        current = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        focused = self.hasFocus() and self.isActiveWindow()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface.base" if self.mode == "table" else "surface.panel"))
        for place in range(first, last + 1):
            hovered = place == self._hovered
            self.delegate.paint_ground(painter, self._row_rect(place), place == current, hovered, focused)
        painter.end()
        super().paintEvent(event)
        if self._ring.shown:
            row, seen = self._row_rect(max(0, current)).adjusted(0, 0, 0, -1), self.viewport().rect()
            ring = QPainter(self.viewport())
            self._ring.paint(ring, row if current >= 0 and seen.intersects(row) else seen)
            ring.end()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        return row_at_end(self, action) or super().moveCursor(action, modifiers)

    def _row_rect(self, place: int) -> QRect:
        return QRect(0, self.rowViewportPosition(place), self.viewport().width(), self.rowHeight(place))

    def _step(self, by: int) -> None:
        place = min(max(0, self.currentIndex().row() + by), self._model.rowCount() - 1)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place, max(0, self.currentIndex().column())))

    def _open(self, index: QModelIndex | QPersistentModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._model.session_row(index.row()).id)

    def _hover(self, place: int) -> None:
        before, self._hovered = self._hovered, place
        if place != before:
            for row in (before, place):
                if row >= 0:
                    self.viewport().update(self._row_rect(row))

    def _pointer_left(self) -> None:
        self._pointer_timer.stop()
        self._hover(-1)
        self._release()

    @Slot()
    def _release(self) -> None:
        if not self.held:
            self.released.emit()

    @Slot()
    def _on_scrolled(self) -> None:
        if self._hovered >= 0:
            self._hover(self.rowAt(self.viewport().mapFromGlobal(QCursor.pos()).y()))
        self._rest_timer.start()

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._keep_place(first, last - first + 1)

    @Slot(QModelIndex, int, int)
    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._keep_place(first, first - last - 1)

    def _keep_place(self, first: int, more: int) -> None:
        """What is seen stays where it is when rows come or go above it."""
        bar, height = self.verticalScrollBar(), self.verticalHeader().defaultSectionSize()
        top = bar.value()
        if top > 0 and first * height < top:
            self.updateGeometries()
            bar.setValue(top + more * height)

    @Slot()
    def _on_rows_changed(self) -> None:
        self._rest_timer.start()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._set_row_height()
        self.viewport().update()

    def _set_row_height(self) -> None:
        height = self.delegate.style.row_height(self.mode)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)

    def _set_behaviour(self) -> None:
        view = QAbstractItemView
        self.setSelectionBehavior(view.SelectionBehavior.SelectRows)
        self.setSelectionMode(view.SelectionMode.SingleSelection)
        self.setEditTriggers(view.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(view.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(view.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        # Everything is painted here, the ground too: scrolling then moves what is there and paints only what is new.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
