"""The console's view: keys, mouse and what is copied; how its rows are laid out is the matter of FollowingView."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from ampsm_gui.look.plain import plain_label
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.note import event_note, step_note
from ampsm_gui.models.console.results import copied
from ampsm_gui.models.console.row_places import RowPlace
from ampsm_gui.widgets.console import strips
from ampsm_gui.widgets.console.following_view import FollowingView
from ampsm_gui.widgets.console.strips import LINK, Deed
from ampsm_gui.widgets.focus_ring import FocusRing
from ampsm_gui.widgets.links import add_link, offer_link, tell_target
from ampsm_gui.widgets.row_keys import row_at_end
from ampsm_gui.widgets.tick import Tick

_SECOND_MS = 1000
_MOST_LINKS = 10  # of a row in its menu
_MOVES = {Qt.Key.Key_J: Qt.Key.Key_Down, Qt.Key.Key_K: Qt.Key.Key_Up}
#: Keys that mean something here, whatever they do elsewhere in the window.
_OWN_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_C, Qt.Key.Key_F, Qt.Key.Key_T, Qt.Key.Key_R, *_MOVES}


class ConsoleView(FollowingView):
    """Shows a ConsoleModel."""

    #: The changes of a commit are to be shown, by its sha.
    commit_requested = Signal(str)
    #: A file is to be opened: FilePlace.
    file_requested = Signal(object)
    #: What a call said is to be copied: a function for the pool that makes the text.
    copy_wanted = Signal(object)

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.setObjectName("console")
        self.setAccessibleName("Console")
        self._told = ""  # where the link under the pointer leads
        self._ring = FocusRing(theme, self)
        self._seconds = Tick(self, self.viewport().update)

    def set_live(self, live: bool) -> None:
        """While an iteration runs, times are updated every second."""
        self._seconds.set_pace(_SECOND_MS if live else 0)

    def current_place(self) -> RowPlace | None:
        """The row that is current."""
        row = self.currentIndex().row()
        return self._rows.place(row) if 0 <= row < self._rows.rowCount() else None

    def copy_current(self) -> None:
        """Puts the text of the current row on the clipboard, that of a call as soon as it is made."""
        place = self.current_place()
        if place is None:
            return
        entry = place.entry
        if entry is not None and entry.kind == "call" and not self._rows.raw:
            raw = place.offset in place.section.raw and entry.ending is not None
            self.copy_wanted.emit(partial(copied, entry, raw=raw))
        else:
            words = self._rows.words(place) if entry is None else entry.raw if self._rows.raw else entry.copied()
            QGuiApplication.clipboard().setText(words)

    # Qt overrides

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and (commit := self._commit_of(self._rows.place(index.row()))):
            self.commit_requested.emit(commit)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys begin where one reads, at the last row in sight, not at the first there is."""
        rows, at_end = self._rows.rowCount(), self.rowAt(self.viewport().height() - 1)
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self._rows.index(at_end if at_end >= 0 else rows - 1, 0))
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            alone = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if alone and Qt.Key(event.key()) in _OWN_KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and self._scrolled_within(Qt.Key(event.key())):
            return
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
        elif plain and shift and key == Qt.Key.Key_R and row >= 0:
            self._rows.show_raw(row)
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
        self._ring.clicked()
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        place, rect = self._rows.place(index.row()), self.visualRect(index)
        point = event.position().toPoint()
        deed = self.delegate.deed_at(place, rect, point)
        if deed is not None:
            self._do(index.row(), place, deed, event.globalPosition().toPoint())
        elif self.delegate.layout.is_mark(place, rect, point):
            self._rows.toggle(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        index = self.indexAt(point)
        deed = None
        if index.isValid():
            deed = self.delegate.deed_at(self._rows.place(index.row()), self.visualRect(index), point)
        shape = Qt.CursorShape.PointingHandCursor if deed is not None else Qt.CursorShape.ArrowCursor
        leads_to = deed.words if deed is not None and deed.action == LINK else ""
        self.viewport().setCursor(shape)
        self._tell(leads_to)

    def leaveEvent(self, event: QEvent) -> None:
        self._tell("")
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.current_place()
        if place is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy", self.copy_current)
        self._add_deeds(menu, place)
        for leads_to in self.delegate.layout.written_links(place, self.visualRect(self.currentIndex()))[:_MOST_LINKS]:
            menu.addSeparator()
            add_link(menu, leads_to)
        if commit := self._commit_of(place):
            menu.addAction("Show changes", lambda: self.commit_requested.emit(commit))
            menu.addAction("Copy commit", lambda: QGuiApplication.clipboard().setText(commit))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring.shown:
            row, seen = self.visualRect(self.currentIndex()), self.viewport().rect()
            painter = QPainter(self.viewport())
            self._ring.paint(painter, row & seen if seen.intersects(row) else seen)
            painter.end()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        return row_at_end(self, action) or super().moveCursor(action, modifiers)

    def _scrolled_within(self, key: Qt.Key) -> bool:
        """Scrolls inside a current row that is higher than the view before a key leaves it."""
        rect, high = self.visualRect(self.currentIndex()), self.viewport().height()
        page = key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
        step = high - self.delegate.layout.row_height() if page else 3 * self.delegate.layout.row_height()
        key = _MOVES.get(key, key)
        if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) and rect.top() < high <= rect.bottom():
            by = min(step, rect.bottom() - high + 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) and rect.top() < 0 <= rect.bottom():
            by = -min(step, -rect.top())
        else:
            return False
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + by)
        return True

    # What a row does

    def _add_deeds(self, menu: QMenu, place: RowPlace) -> None:
        """What can be clicked in the row, for those who do not click."""
        row, rect = self.currentIndex().row(), self.visualRect(self.currentIndex())
        words = {strips.WHOLE: "Show all, or less", strips.RAW: "Show raw, or decoded", strips.COMMAND: "Copy command"}
        for deed in self.delegate.deeds(place, rect)[:_MOST_LINKS]:
            said = words.get(deed.action) or f"Open {deed.words.strip()}"
            menu.addAction(plain_label(said), partial(self._do, row, place, deed, rect.center()))

    def _enter(self, row: int) -> None:
        place = self._rows.place(row)
        if commit := self._commit_of(place):
            self.commit_requested.emit(commit)
        elif place.entry is not None and place.entry.kind == "call":
            if not self._rows.is_open(place):
                self._rows.toggle(row)
            else:
                self._rows.show_whole(row)
        else:
            self._rows.toggle(row)

    def _commit_of(self, place: RowPlace) -> str:
        """The commit that a row is about, if it is one."""
        event = place.entry.event if place.entry is not None else None
        note = step_note(place.step) if place.step is not None else event_note(event, place.section.document)
        return note.commit if note is not None else ""

    def _do(self, row: int, place: RowPlace, deed: Deed, where: QPoint) -> None:
        match deed.action:
            case strips.WHOLE:
                self._rows.show_whole(row)
            case strips.RAW:
                self._rows.show_raw(row)
            case strips.FOLD:
                self._rows.fold_json(row, deed.words)
            case strips.LINK:
                offer_link(self, deed.words, where)
            case strips.FILE if deed.place is not None:
                self.file_requested.emit(deed.place)
            case strips.COMMAND if place.entry is not None:
                QGuiApplication.clipboard().setText(place.entry.command() or "")

    def _tell(self, leads_to: str) -> None:
        """Says where the link under the pointer leads."""
        if leads_to != self._told:
            self._told = leads_to
            tell_target(self, leads_to)
