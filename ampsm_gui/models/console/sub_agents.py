"""The steps of sub-agents: rows below their call, of which only the first are shown until all are asked for."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from PySide6.QtCore import QModelIndex

from ampsm_gui.models.console.section import Section
from ampsm_gui.models.console.section_rows import SectionRows


class SubAgentRows(SectionRows):
    """Unfolds and folds what a sub-agent did."""

    def open_below(self, section: Section, call: str) -> None:
        """Shows all steps below a call."""
        section.opened_below.add(call)
        header = self.row_of(section, None)
        if header is None:
            return
        for first, run in _runs(section.offsets, section.hidden_below(call)):
            row = header + 1 + first
            self.beginInsertRows(QModelIndex(), row, row + len(run) - 1)
            section.offsets[first:first] = run
            self._count()
            self.endInsertRows()
        self._entry_changed(section, section.below[call][2])

    def close_below(self, section: Section, call: str) -> None:
        """Shows the first of them only."""
        section.opened_below.discard(call)
        header = self.row_of(section, None)
        for offset in reversed(section.hidden_below(call)):
            within = section.row_of(offset)
            if within is not None and header is not None:
                self.beginRemoveRows(QModelIndex(), header + 1 + within, header + 1 + within)
                del section.offsets[within]
                self._count()
                self.endRemoveRows()
        self._entry_changed(section, section.below[call][2])


def _runs(offsets: array[int], added: array[int]) -> list[tuple[int, array[int]]]:
    """The places in `offsets` where runs of `added` go, in order, each as after the ones before it."""
    runs: list[tuple[int, array[int]]] = []
    for shift, offset in enumerate(added):
        place = bisect_right(offsets, offset)
        if runs and runs[-1][0] + len(runs[-1][1]) == place + shift:
            runs[-1][1].append(offset)
        else:
            runs.append((place + shift, array("Q", [offset])))
    return runs
