"""What the row of a call says: its tool, what it was asked, which file it is about, what that gained and lost."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect

from ampsm.journal import events as ev
from ampsm_gui.look import figures
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.results.lines import FilePlace
from ampsm_gui.models.results.shown import ShownResult
from ampsm_gui.widgets.console.block_painter import change_words
from ampsm_gui.widgets.console.pen import RowPen
from ampsm_gui.widgets.console.strips import FILE, Deed

_ICONS = {
    "bash": "terminal", "read": "file", "create_file": "file-new", "edit_file": "edit", "undo_edit": "undo",
    "grep": "search", "glob": "search", "finder": "search", "codebase_search_agent": "search", "task": "task",
    "oracle": "task", "web_search": "external", "read_web_page": "external",
}  # fmt: skip
_OF_KIND = {"json": "raw", "picture": "external", "changes": "edit", "file": "file", "matches": "search",
            "output": "wand"}  # fmt: skip


class HeadPart(NamedTuple):
    """Words in the row, and where they stand."""

    rect: QRect
    words: str
    role: str
    token: str
    weight: int = 400
    middle: bool = False
    place: FilePlace | None = None


class CallHead:
    """The same for painting a row and for finding what a click in it is on."""

    def __init__(self, pen: RowPen) -> None:
        self._pen = pen

    def icon(self, tool: str, result: ShownResult | None) -> str:
        """The icon of a tool, of an unknown one that of what it said."""
        kind = _OF_KIND.get(result.kind, "wand") if result is not None else "wand"
        return _ICONS.get(tool.lower(), kind)

    def parts(self, entry: ConsoleEntry, result: ShownResult | None, rest: QRect) -> list[HeadPart]:
        """What stands in `rest` of a row, from left to right, as far as there is room."""
        found: list[HeadPart] = []
        rest = QRect(rest)
        tool = entry.event.tool if isinstance(entry.event, ev.ToolStarted) else ""
        for words, role, token, weight, place in [
            (tool, "body", "text.primary", 500, None), *self._words(entry, result)
        ]:  # fmt: skip
            wide = self._pen.font(role, weight)[1].horizontalAdvance(words[:2000])
            found.append(HeadPart(QRect(rest), words, role, token, weight, place is not None, place))
            rest.setLeft(rest.left() + min(wide, rest.width()) + self._pen.px(8))
            if rest.width() <= 0:
                break
        return found

    def deed_at(self, entry: ConsoleEntry, result: ShownResult | None, line: QRect, point: QPoint) -> Deed | None:
        """The file whose name a point is on."""
        for part in self.parts(entry, result, line):
            wide = self._pen.font(part.role, part.weight)[1].horizontalAdvance(part.words[:2000])
            if part.place is not None and part.rect.left() <= point.x() < part.rect.left() + wide:
                return Deed(FILE, part.words, part.place)
        return None

    def _words(
        self, entry: ConsoleEntry, result: ShownResult | None
    ) -> list[tuple[str, str, str, int, FilePlace | None]]:
        said = entry.summary()
        place = result.place if result is not None else None
        if result is None or result.kind != "changes":
            if place is None or not said.startswith(place.path):
                return [(said, "mono", "text.secondary", 400, None)]
            more = said[len(place.path) :].strip()
            link = (place.path, "mono", "accent.text", 400, place)
            return [link, (more, "mono", "text.secondary", 400, None)] if more else [link]
        found: list[tuple[str, str, str, int, FilePlace | None]]
        files = [change.file for change in result.changes]
        if entry.is_command:
            found = [(said, "mono", "text.secondary", 400, None)]
        elif place is not None:
            found = [(place.path, "mono", "accent.text", 400, place)]
        else:
            found = [(figures.count(len(files), "file"), "body", "text.secondary", 400, None)]
        figures_of = change_words(sum(file.added for file in files), sum(file.removed for file in files))
        return [*found, *((words, "mono", token, 400, None) for words, token in figures_of)]
