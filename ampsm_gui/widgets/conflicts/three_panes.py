"""A whole file in three columns, target, result and session, with all its changes at a glance beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ampsm.model.conflicts import ConflictSide, ConflictSides
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts.panes import ThreeColumns
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.widgets.conflicts.code_columns import CodeColumns
from ampsm_gui.widgets.conflicts.side_pane import SideHead
from ampsm_gui.widgets.diff.overview_strip import OverviewStrip

_RESULT = ConflictSide("Result", None, None, "as it would be written now")


class ThreePanes(QWidget):
    """A click makes a hunk the current one."""

    hunk_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: ThreeColumns | None = None
        self._file = ""
        self._current = -1
        self.heads = [SideHead(theme, word, self) for word in ("Target", "Result", "Session")]
        self.code = CodeColumns(theme, self)
        self.code.setObjectName("conflictPanes")
        self.code.setAccessibleName("Target, result and session")
        self.code.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the overview stands in for it
        self._strip = OverviewStrip(theme, self.code.verticalScrollBar(), "diffBlueOrange", self)
        self._strip.setAccessibleName("Overview of the conflicts")
        self._strip.setToolTip("Conflicts left, other changes right")
        top = QHBoxLayout()
        top.setSpacing(0)
        for head in self.heads:
            top.addWidget(head, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addLayout(top, 0, 0)  # each as wide as its column: the overview is beside both
        grid.addWidget(self.code, 1, 0)
        grid.addWidget(self._strip, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        self.setFocusProxy(self.code)
        self.code.installEventFilter(self)
        self.code.row_clicked.connect(self._on_row)

    def show_hunks(self, texts: HunkTexts | None, sides: ConflictSides | None, at: int) -> None:
        """The file as it is now, at one of its hunks."""
        if texts is None or sides is None:
            return
        columns = ThreeColumns(texts)
        for head, side in zip(self.heads, (sides.target, _RESULT, sides.session), strict=True):
            head.show_side(side)
        self.code.set_code(columns)
        self._strip.set_marks(columns.changes(), columns.rows)
        moved = at != self._current or texts.file.path != self._file
        self._columns, self._current, self._file = columns, at, texts.file.path
        if 0 <= at < len(texts.hunks):
            first = columns.row_of(at)
            end = columns.starts[2 * at + 2] if 2 * at + 2 < len(columns.starts) else columns.rows
            self.code.mark_rows(range(first, max(end, first + 1)))
            if moved:
                self.code.show_row(first)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.text().strip():
            event.ignore()  # what is typed is for the page
            return True
        return super().eventFilter(watched, event)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        at = self._columns.hunk_of(row) if self._columns else None
        if at is not None:
            self.hunk_wanted.emit(at)
