"""All sessions as a table model that changes row by row and never resets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.models.sessions import text
from ampsm_gui.models.sessions.filter import SessionFilter, haystack
from ampsm_gui.models.sessions.keyed_rows import KeyedRows
from ampsm_gui.models.sessions.order import SessionColumn, SessionOrder

if TYPE_CHECKING:
    from ampsm.workflows.status import Position, SessionRow

#: The SessionRow of an index.
ROW_ROLE = Qt.ItemDataRole.UserRole
#: (ahead, behind) of an index, None where not known.
POSITION_ROLE = Qt.ItemDataRole.UserRole + 1

_LARGEST_FIRST = frozenset({SessionColumn.ITERATIONS, SessionColumn.POSITION, SessionColumn.TOKENS})
_RIGHT = frozenset({SessionColumn.ITERATIONS, SessionColumn.TOKENS, SessionColumn.ACTIVITY})

Index = QModelIndex | QPersistentModelIndex


class SessionTable(KeyedRows):
    """One row a session, in the order of `SessionOrder`, without those that the filter hides."""

    #: How many sessions of each status the filter would let through if no status were chosen.
    counts_changed = Signal(dict)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, SessionRow] = {}
        self._values: dict[str, tuple[Any, ...]] = {}
        self._haystacks: dict[str, str] = {}
        self._positions: dict[str, Position] = {}
        self._filter = SessionFilter()
        self._order = SessionOrder()
        self._counts: dict[str, int] = {}

    @property
    def filter(self) -> SessionFilter:
        """What hides sessions."""
        return self._filter

    @property
    def total(self) -> int:
        """How many sessions there are, hidden ones too."""
        return len(self._rows)

    @property
    def repositories(self) -> list[str]:
        """The names of all repositories that have sessions."""
        return sorted({row.repository for row in self._rows.values()}, key=str.casefold)

    @property
    def all_counts(self) -> dict[str, int]:
        """All sessions that are not cleaned up, by status."""
        return _by_status(row for row in self._rows.values() if not row.cleaned_up)

    def session_row(self, place: int) -> SessionRow:
        """The session of a shown row."""
        return self._rows[self.shown[place]]

    def session(self, session_id: str) -> SessionRow | None:
        """A session by id, shown or not."""
        return self._rows.get(session_id)

    def position(self, row: SessionRow) -> Position:
        """How far a session is ahead of and behind its base, as far as it is known."""
        return self._positions.get(row.id) or (row.ahead, row.behind)

    def update_rows(self, rows: Sequence[SessionRow], held: bool = False) -> None:
        """The sessions as they are now. While the list is held no row changes its place and new ones stand last."""
        new = {row.id: row for row in rows}
        changed = self._changed(rows)
        gone = [session_id for session_id in self._rows if session_id not in new]
        if not changed and not gone:
            return
        self._rows.update((session_id, new[session_id]) for session_id in changed)
        self._note(held, changed)
        self._arrange(gone)
        for session_id in gone:
            self._forget(session_id)
        self.emit_changed(map(self.place, changed))
        self._count()

    def set_filter(self, new: SessionFilter) -> None:
        """Shows what another filter lets through."""
        if new != self._filter:
            self._filter = new
            self._arrange()
            self._count()

    @property
    def unsettled(self) -> bool:
        """Whether a row waits for its place because the list was held."""
        return any(map(self._order.unsettled, self._rows.values()))

    def settle(self) -> None:
        """The list is not held any more: rows go where they belong."""
        self._note(held=False, ids=self._rows)
        self._arrange()

    def set_positions(self, positions: Mapping[str, Position]) -> None:
        """What git says of some sessions."""
        new = {key: value for key, value in positions.items() if self._positions.get(key) != value}
        self._positions.update(new)
        self.emit_changed(map(self.place, new))

    def tick(self, first: int, last: int, running_only: bool = True) -> None:
        """Time has passed: rows `first` to `last`, or those at work among them, show it."""
        places = range(max(first, 0), min(last, len(self.shown) - 1) + 1)
        self.emit_changed(place for place in places if not running_only or self.session_row(place).running_since)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt override)
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt override)
        return 0 if parent.isValid() else len(SessionColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        row = self.session_row(index.row())
        if role == ROW_ROLE:
            return row
        if role == POSITION_ROLE:
            return self.position(row)
        column = SessionColumn(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        words = _WORDS.get(role)
        if words is None:
            return None
        said = words(row, column, self.position(row), datetime.now().astimezone())
        return plain_tip(said) if role == Qt.ItemDataRole.ToolTipRole else said

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(SessionColumn):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.InitialSortOrderRole:
            order = Qt.SortOrder.DescendingOrder if section in _LARGEST_FIRST else Qt.SortOrder.AscendingOrder
            return order.value
        return text.HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted = (SessionColumn(column), order == Qt.SortOrder.DescendingOrder)
        if wanted != (self._order.column, self._order.descending):
            self._order.sort_by(*wanted)
            self.settle()

    def _changed(self, rows: Sequence[SessionRow]) -> list[str]:
        """The ids of rows that are new or different."""
        if not rows:
            return []
        values_of = attrgetter(*type(rows[0]).__dataclass_fields__)  # type: ignore[attr-defined, unused-ignore]
        changed = []
        for row in rows:
            values = values_of(row)
            if self._values.get(row.id) != values:
                self._values[row.id] = values
                self._haystacks[row.id] = haystack(row)
                changed.append(row.id)
        return changed

    def _note(self, held: bool, ids: Collection[str]) -> None:
        for session_id in ids:
            row = self._rows[session_id]
            self._order.note(row, self.position(row), held)

    def _arrange(self, without: Collection[str] = ()) -> None:
        going = set(without)
        ids = self._matching(self._filter, going)
        self.show_rows(self._order.arranged(ids))

    def _matching(self, chosen: SessionFilter, without: Collection[str] = ()) -> list[str]:
        rows, words, haystacks = self._rows, chosen.words, self._haystacks
        statuses, repository = chosen.statuses, chosen.repository
        return [
            key
            for key, row in rows.items()
            if key not in without
            and (not statuses or row.status in statuses)
            and (repository is None or row.repository == repository)
            and (not words or all(word in haystacks[key] for word in words))
        ]

    def _forget(self, session_id: str) -> None:
        del self._rows[session_id], self._values[session_id], self._haystacks[session_id]
        self._positions.pop(session_id, None)
        self._order.forget(session_id)

    def _count(self) -> None:
        counts = _by_status(self._rows[key] for key in self._matching(self._filter.without_statuses()))
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit(counts)


_WORDS: dict[int, Callable[[SessionRow, SessionColumn, Position, datetime], str]] = {
    Qt.ItemDataRole.DisplayRole: text.cell,
    Qt.ItemDataRole.ToolTipRole: text.tip,
    Qt.ItemDataRole.AccessibleTextRole: text.spoken,
}


def _by_status(rows: Iterable[SessionRow]) -> dict[str, int]:
    return dict(Counter(row.status for row in rows))


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
