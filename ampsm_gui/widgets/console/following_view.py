"""A one-column table whose rows get their height when they are shown, and that follows its end."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QPushButton, QTableView, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.model import ConsoleModel
from ampsm_gui.models.console.section import Section
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.console.delegate import ConsoleDelegate
from ampsm_gui.widgets.console.sticky_header import StickyHeader


class FollowingView(QTableView):
    """Lays out the rows of a ConsoleModel. While `following` it stays at its end; scrolling up ends that, End begins it
    again. What is at the top stays there while rows come and go above it."""

    following_changed = Signal(object)

    def __init__(self, theme: Theme, model: ConsoleModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self.following = True
        self._new = 0
        self._adjusting = False
        self._anchor: tuple[Section, int | None, int] | None = None
        self.delegate = ConsoleDelegate(theme, model, self)
        self._sticky = StickyHeader(self.delegate, self)
        self._sticky.clicked.connect(self._on_sticky_clicked)
        self._to_end = QPushButton(self)
        self._to_end.setProperty("role", "primary")
        self._to_end.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._to_end.hide()
        self._later = single_shot(self, 0, self._lay_out)
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

    def show_row(self, row: int) -> None:
        """Makes a row current and scrolls to it."""
        self.set_following(False)
        index = self._rows.index(row, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._lay_out()
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def show_part(self, row: int, top: int) -> None:
        """Scrolls so that a part of a row, `top` below its beginning, is in sight."""
        self._lay_out(follow=False)
        place = self.rowViewportPosition(row) + top
        if not self.delegate.layout.header_height() <= place <= self.viewport().height() - self._theme.px(48):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + place - self.viewport().height() // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if not self._adjusting:
            self._lay_out(follow=False)

    # Heights

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
            wanted = self.delegate.layout.height(self._rows.place(row), width)
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
        above = place is not None and place.offset is not None and place.step is None
        self._sticky.show_section(place if above and not self._rows.raw else None)
        high = self.delegate.layout.header_height()
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

    # The place that stays

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
        self._return_to_anchor()
        self._lay_out()  # now: later the rows would be painted twice, first with wrong heights

    @Slot(int)
    def _on_grown(self, rows: int) -> None:
        if not self.following:
            self._new += rows
            self._show_new()

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
    def _on_sticky_clicked(self) -> None:
        place = self._sticky.place
        row = self._rows.row_of(place.section, None) if place is not None else None
        if row is not None:
            self.set_following(False)
            self.scrollTo(self._rows.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._adjusting = True
        self.verticalHeader().setDefaultSectionSize(self.delegate.layout.row_height())
        self._adjusting = False
        self._later.start()
        self._sticky.update()

    # The rest

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
        model.grown.connect(self._on_grown)
        model.rowsRemoved.connect(self._later.start)
        model.dataChanged.connect(self._later.start)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self._theme.changed.connect(self._on_theme_changed)
