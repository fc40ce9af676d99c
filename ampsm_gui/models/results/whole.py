"""A result as one text, where all of it is read and chosen with the pointer: numbers and signs stand in the lines."""

from __future__ import annotations

from ampsm_gui.look import figures
from ampsm_gui.models.results.lines import Piece, ShownLine, plain_line_of
from ampsm_gui.models.results.shown import ShownResult

_GROUNDS = {"+": "diff.addedLine", "-": "diff.removedLine"}


def result_lines(result: ShownResult) -> list[ShownLine]:
    """The lines of a result that are kept, and what is left out."""
    match result.kind:
        case "changes":
            found = [line for number, change in enumerate(result.changes) for line in _change(result, number)]
            return [*found, *result.lines]
        case "json":
            return result.tree(frozenset(), everything=True)
        case "file":
            width = _width(result.lines)
            return [*(_numbered(line, width) for line in result.lines), *_rest(result.total - len(result.lines))]
        case _:
            return [*result.lines, *_rest(result.total - len(result.lines))] if result.lines else []


def _change(result: ShownResult, number: int) -> list[ShownLine]:
    change = result.changes[number]
    file = change.file
    head = ShownLine((
        Piece(file.path, "text.primary", style="bold"), Piece(f"  +{file.added:,}", "success.text"),
        Piece(f" −{file.removed:,}", "danger.text"),
    ))  # fmt: skip
    width = _width(change.lines)
    lines = [_numbered(line, width) for line in change.lines]
    return [*([plain_line_of("")] if number else []), head, *lines, *_rest(change.total - len(lines))]


def _width(lines: list[ShownLine]) -> int:
    return len(str(max((line.number for line in lines), default=0)))


def _numbered(line: ShownLine, width: int) -> ShownLine:
    """With its number and sign among its pieces."""
    ground = _GROUNDS.get(line.sign, "")
    number = f"{line.number or '':>{width}} " if width > 1 or line.number else ""
    sign = {"-": "− ", "+": "+ ", "": " "}.get(line.sign, "  ")
    pieces = [piece if piece.ground or not ground else piece._replace(ground=ground) for piece in line.pieces]
    return ShownLine((Piece(number, "text.muted", ground), Piece(sign, "text.primary", ground), *pieces))


def _rest(more: int) -> list[ShownLine]:
    return [plain_line_of(f"… {figures.count(more, 'more line')}, which Copy has", "text.muted")] if more > 0 else []
