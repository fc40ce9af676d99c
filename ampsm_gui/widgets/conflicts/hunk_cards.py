"""The hunks of a file, one below the other: rows that are painted, and the current one open as a card."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from ampsm.model.conflicts import ConflictSides, HunkKind
from ampsm.workflows.finishing import only_white_space
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.models.conflicts.words import lines_words, state_of
from ampsm_gui.widgets.conflicts.hunk_card import HunkCard
from ampsm_gui.widgets.focus_ring import FocusRing


class HunkCards(QAbstractScrollArea):
    """Only the current hunk has widgets; a file with hundreds opens as fast as one."""

    #: Another hunk is wanted, by its place.
    hunk_wanted = Signal(int)
    unchoose_wanted = Signal(int)
    commits_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflictHunks")
        self.setAccessibleName("Conflicts of this file")
        self.setProperty("hunkCount", 0)
        self._theme = theme
        self._texts: HunkTexts | None = None
        self._tops: list[int] = []
        self._current = -1
        self._links: list[tuple[QRect, str, int]] = []
        self._narrow = False
        self.card = HunkCard(theme, self.viewport())
        self.card.hide()
        self._ring = FocusRing(theme, self)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.card.resized.connect(self._lay_out)
        theme.changed.connect(self._lay_out)

    @property
    def current(self) -> int:
        """The place of the hunk that is open; -1: none."""
        return self._current

    def show_hunks(self, texts: HunkTexts | None, sides: ConflictSides | None, at: int, chosen: QAction | None) -> None:
        """The hunks as they are now, with one of them open."""
        moved = at != self._current or texts is None or self._texts is None or texts.file.path != self._texts.file.path
        self._texts, self._current = texts, at if texts else -1
        self.setProperty("hunkCount", len(texts.conflicts) if texts else 0)
        shown = texts is not None and sides is not None and 0 <= at < len(texts.hunks)
        if shown and texts is not None and sides is not None:
            self.card.show_hunk(texts, at, sides, chosen)
            self.setAccessibleDescription(self._row_words(at))
        self.card.setVisible(shown)
        self._lay_out()
        if moved and shown:
            self._show_current()

    def set_narrow(self, narrow: bool) -> None:
        """Sides one above the other."""
        self._narrow = narrow
        self.card.set_narrow(narrow)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place_card()
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring.clicked()
        place = event.position().toPoint()
        for rect, what, at in self._links:
            if rect.contains(place):
                (self.unchoose_wanted if what == "Un-choose" else self.commits_wanted).emit(at)
                return
        y = place.y() + self.verticalScrollBar().value()
        for at, top in enumerate(self._tops):
            if top <= y < top + self._row_height(at):
                self.hunk_wanted.emit(at)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        on_link = any(rect.contains(event.position().toPoint()) for rect, _, _ in self._links)
        cursor = Qt.CursorShape.PointingHandCursor if on_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(cursor)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.color("surface.base"))
        offset = self.verticalScrollBar().value()
        self._links = []
        first = max(0, bisect_right(self._tops, offset) - 1)
        last = bisect_right(self._tops, offset + self.viewport().height())
        for at in sorted({*range(first, last), self._current} - {-1}):
            place = QRect(self._edge(), self._tops[at] - offset, self._width(), self._row_height(at))
            self._paint_row(painter, at, place)
            if at == self._current and self.card.isVisible():
                frame = place.united(self.card.geometry()).adjusted(-1, -1, 1, 1)
                painter.setPen(QPen(self._theme.color("accent.focus"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(frame.adjusted(0, 0, -1, -1))
                painter.fillRect(frame.left(), frame.top(), self._theme.px(3), frame.height(),
                                 self._theme.color("accent.focus"))  # fmt: skip
        if self._ring.shown:
            self._ring.paint(painter, self.viewport().rect())

    def _paint_row(self, painter: QPainter, at: int, place: QRect) -> None:
        assert self._texts is not None
        theme, hunk = self._theme, self._texts.hunks[at]
        conflict, current = hunk.kind is HunkKind.CONFLICT, at == self._current
        painter.fillRect(place, theme.color("surface.panel" if conflict or current else "surface.base"))
        if conflict and not current:
            painter.setPen(theme.color("border.default"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(0, 0, -1, -1))
        left, gap = place.left() + theme.px(8), theme.px(8)
        waits = conflict and hunk.choice is None
        glyph = "status-needs-you" if waits else "check" if conflict else "chevron-right"
        mark = QRect(left, place.top(), theme.px(14), place.height())
        theme.paint_icon(painter, mark.adjusted(0, theme.px(2), 0, -theme.px(2)), glyph,
                         "warning.text" if waits else "text.secondary")  # fmt: skip
        left = mark.right() + gap
        right = place.right() - theme.px(8)
        for words in self._links_of(at):
            font = theme.font("small")
            wide = QFontMetrics(font).horizontalAdvance(words)
            rect = QRect(right - wide, place.top(), wide, place.height())
            painter.setFont(font)
            painter.setPen(theme.color("accent.text"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, words)
            if words != "Show":
                self._links.append((rect, words, at))
            right = rect.left() - theme.px(12)
        where = lines_words(self._texts.line(at, "result"), hunk.result)
        parts = [(where, theme.font("small", 600 if conflict else 400), "text.primary" if conflict else
                  "text.secondary"), (self._state(at), theme.font("small"), "text.secondary")]  # fmt: skip
        for words, font, token in parts:
            painter.setFont(font)
            painter.setPen(theme.color(token))
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, right - left))
            painter.drawText(left, place.top(), max(0, right - left), place.height(), Qt.AlignmentFlag.AlignVCenter,
                             shown)  # fmt: skip
            left += metrics.horizontalAdvance(shown) + gap

    def _links_of(self, at: int) -> list[str]:
        assert self._texts is not None
        hunk = self._texts.hunks[at]
        if at == self._current:
            return ["Which commits?"]
        if hunk.kind is HunkKind.CONFLICT and hunk.choice is not None:
            return ["Un-choose", "Show"]
        return ["Show"]

    def _state(self, at: int) -> str:
        assert self._texts is not None
        hunk = self._texts.hunks[at]
        space = ", only white space differs" if only_white_space(hunk) else ""
        return state_of(hunk) + space

    def _row_words(self, at: int) -> str:
        assert self._texts is not None
        where = lines_words(self._texts.line(at, "result"), self._texts.hunks[at].result)
        return f"{where}: {self._state(at)}"

    def _row_height(self, at: int) -> int:
        conflict = self._texts is not None and self._texts.hunks[at].kind is HunkKind.CONFLICT
        return self._heights()[0 if conflict or at == self._current else 1]

    def _heights(self) -> tuple[int, int]:
        """Of a row in conflict or open, and of a quiet one."""
        return self._theme.f + self._theme.px(14), self._theme.f + self._theme.px(8)

    def _edge(self) -> int:
        return self._theme.px(6 if self._narrow else 12)

    def _width(self) -> int:
        return max(1, self.viewport().width() - 2 * self._edge())

    @Slot()
    def _lay_out(self) -> None:
        gap = self._theme.px(8)
        self._tops, top = [], gap
        card = self.card.height_for(self._width()) if self._current >= 0 else 0
        kinds = [hunk.kind is HunkKind.CONFLICT for hunk in self._texts.hunks] if self._texts else []
        high, low = self._heights()
        for at, conflict in enumerate(kinds):
            self._tops.append(top)
            top += (high + card if at == self._current else high if conflict else low) + gap
        bar = self.verticalScrollBar()
        bar.setSingleStep(self._theme.px(20))
        bar.setPageStep(self.viewport().height())
        bar.setRange(0, max(0, top - self.viewport().height()))
        self._place_card(card)
        self.viewport().update()

    def _place_card(self, height: int | None = None) -> None:
        if 0 <= self._current < len(self._tops):
            top = self._tops[self._current] + self._row_height(self._current) - self.verticalScrollBar().value()
            high = self.card.height() if height is None else height
            place = QRect(self._edge(), top, self._width(), high)
            if self.card.geometry() != place:
                self.card.setGeometry(place)

    def _show_current(self) -> None:
        top = self._tops[self._current]
        bar, gap = self.verticalScrollBar(), self._theme.px(8)
        bottom = top + self._row_height(self._current) + self.card.height() + gap
        if top - gap < bar.value() or bottom > bar.value() + self.viewport().height():
            bar.setValue(max(0, min(top - gap * 5, bottom) if top else 0))
