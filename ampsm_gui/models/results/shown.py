"""All that is shown of one call: decoded, coloured, bounded. Made on the pool."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from ampsm.journal import events as ev
from ampsm.journal.results import (
    Decoded,
    DiffBody,
    FileBody,
    JsonBody,
    MatchesBody,
    OutputBody,
    PictureBody,
    ProseBody,
    decoded,
    note_of,
)
from ampsm.journal.text import from_worktree, plain_lines
from ampsm.workflows.review import picture_looked_at
from ampsm_gui.look import figures
from ampsm_gui.models.results.changes import ShownChange, shown_change
from ampsm_gui.models.results.coloured import file_lines, match_lines, output_lines
from ampsm_gui.models.results.lines import FilePlace, ShownLine, plain_line_of
from ampsm_gui.models.results.pixels import SmallPicture, small_picture
from ampsm_gui.models.results.tree import json_lines

#: Lines of one result that are kept for painting: of all of it, and of what is shown before all is asked for.
MOST_LINES = 3_000
_SOME_LINES = 40
#: Lines at the end of output that are kept, too.
LAST_LINES = 4
_RAW_PIECE = 2_000  # characters of a line as Amp gave it that are painted in one go
_MOST_FILES = 200
_MOST_PROSE = 60_000  # characters
_PICTURE = (480, 1600)  # px: as high and wide as it is kept
_SAID_BY_ROW = (DiffBody, FileBody, MatchesBody, PictureBody)  # kinds whose row says what was asked for


@dataclass
class ShownResult:
    """What an opened call shows. `kind`: output, changes, file, matches, picture, json, prose, or empty for nothing.
    `raw` is what Amp gave, every character of it; `lines` are those that are kept of `total`, of output with the last
    ones in `ending_lines`, of a picture the words that came with it, or `prose`; `asked` are arguments that the call's
    row does not say. Unless it is `whole` it holds few lines. Millions of small objects are what Python's search for
    garbage is slow with, so it holds no decoded body."""

    ending: ev.ToolFinished | None
    decoded: Decoded
    raw: str = ""
    whole: bool = True
    kind: str = ""
    lines: list[ShownLine] = field(default_factory=list)
    total: int = 0
    ending_lines: list[ShownLine] = field(default_factory=list)
    changes: list[ShownChange] = field(default_factory=list)
    asked: list[ShownLine] = field(default_factory=list)
    picture: SmallPicture | None = None
    prose: str = ""
    value: Any = None

    @property
    def note(self) -> str:
        """A fact for the end of the call's row: `9 matches in 4 files`, `1440 × 604, PNG, 48 kB`."""
        size = f"{self.picture.size.width()} × {self.picture.size.height()}" if self.picture else ""
        return ", ".join(part for part in (size, self.decoded.note) if part)

    @property
    def place(self) -> FilePlace | None:
        """The file that the call is about, if it is one."""
        paths = self.decoded.paths
        return FilePlace(paths[0], None) if len(paths) == 1 and self.kind in ("changes", "file", "picture") else None

    def raw_lines(self, most: int = MOST_LINES) -> list[ShownLine]:
        """What Amp gave as lines, so many or some more; a line without end is several, what is left out is counted."""
        return _pieces_of(self.raw, most)

    def tree(self, opened: frozenset[str], *, everything: bool) -> list[ShownLine]:
        """The lines of JSON as far as it is unfolded."""
        return json_lines(self.value, opened, MOST_LINES, everything=everything)


def shown_result(
    started: ev.ToolStarted, ending: ev.ToolFinished | None, result: str | None, worktree: str, summary: str,
    *, whole: bool = False,
) -> ShownResult:  # fmt: skip
    """Decodes the result of a call, all of it, and colours some of its lines, or with `whole` all that are kept;
    `summary` is what the call's row says of its arguments. Never raises for what a tool said. Takes up to some tenths
    of a second."""
    found = _decoded(started, ending, result, worktree)
    said = (result or ending.error or "") if ending is not None else ""
    shown = ShownResult(ending, replace(found, body=None), said, whole)
    most = MOST_LINES if whole else _SOME_LINES
    match found.body:
        case OutputBody() as body:
            shown.kind, shown.total = "output", len(body.lines)
            shown.lines = output_lines(body.lines[:most])
            shown.ending_lines = output_lines(body.lines[-LAST_LINES:])
        case DiffBody() as body:
            shown.kind = "changes"
            room = most
            for file in body.files[:_MOST_FILES]:
                shown.changes.append(shown_change(file, room))
                room = max(0, room - len(shown.changes[-1].lines))
            shown.lines = [plain_line_of(line, "text.secondary") for line in plain_lines(body.said)[:most]]
        case FileBody() as body:
            shown.kind, shown.total = "file", len(body.lines)
            shown.lines = file_lines(body, most)
        case MatchesBody() as body:
            shown.kind, shown.total = "matches", len(body.found)
            shown.lines = match_lines(body, most)
        case PictureBody() as body:
            shown.kind, shown.picture = "picture", small_picture(body.data, *_PICTURE)
            shown.lines = [plain_line_of(line, "text.secondary") for line in plain_lines(body.said)[:most]]
        case JsonBody() as body:
            shown.kind, shown.value = "json", body.value
        case ProseBody() as body:
            shown.kind, shown.prose = "prose", body.text[:_MOST_PROSE]
            shown.total = shown.prose.count("\n") + 1
    if isinstance(found.body, ProseBody | OutputBody) and ending is not None and ending.success is not False:
        _add_looked_at(shown, picture_looked_at(started.tool, started.args, worktree))
    if not isinstance(found.body, _SAID_BY_ROW):
        asked = argument_lines(started.args, summary, worktree)
        shown.asked = [plain_line_of(line, "text.secondary") for line in asked[:most]]
    return shown


def _add_looked_at(shown: ShownResult, looked_at: PictureBody | None) -> None:
    """The image that the words are about, above them, if it can be drawn."""
    if looked_at is not None and (picture := small_picture(looked_at.data, *_PICTURE)):
        shown.kind, shown.picture = "picture", picture
        shown.decoded = replace(shown.decoded, note=note_of(looked_at), paths=(looked_at.path,))


def _pieces_of(text: str, most: int = MOST_LINES) -> list[ShownLine]:
    found: list[ShownLine] = []
    said = 0
    for line in text.split("\n", most)[:most]:
        pieces = range(0, max(1, len(line)), _RAW_PIECE)
        found += [plain_line_of(line[begin : begin + _RAW_PIECE]) for begin in pieces]
        said += len(line) + 1
        if len(found) >= most:
            break
    if said < len(text):
        found.append(
            plain_line_of(f"… {figures.count(len(text) - said, 'more character')}, which Copy has", "text.muted")
        )
    return found


def _decoded(
    started: ev.ToolStarted, ending: ev.ToolFinished | None, result: str | None, worktree: str
) -> Decoded:  # fmt: skip
    if ending is None:
        return Decoded(None, None, "", "", ())
    return decoded(started.tool, started.args, result, error=ending.error, success=ending.success, worktree=worktree)


def text_result(text: str) -> ShownResult:
    """A text as it is, broken where it is endless."""
    lines = _pieces_of(text)
    said = Decoded(None, None, "", "", ())
    return ShownResult(
        None, said, raw=text, kind="output", lines=lines, total=len(lines), ending_lines=lines[-LAST_LINES:]
    )


def said_of(
    started: ev.ToolStarted, ending: ev.ToolFinished | None, result: str | None, worktree: str = ""
) -> list[str]:  # fmt: skip
    """What a call said as lines of text, all of it."""
    return body_text(_decoded(started, ending, result, worktree))


def argument_lines(args: dict[str, Any], said: str, worktree: str = "") -> list[str]:
    """The arguments of a call that `said` does not say, one a line as long as it is one; paths in a `worktree` are
    told relative to it."""
    return [line for name, value in args.items() for line in _argument(name, value, said, worktree)]


def _argument(name: str, value: Any, said: str, worktree: str) -> list[str]:
    if isinstance(value, str):
        lines = plain_lines(from_worktree(value, worktree))
        if len(lines) <= 1 and said == " ".join(" ".join(lines).split()):
            return []
    else:
        lines = [msgspec.json.encode(value).decode("utf-8", "replace")]
    name = " ".join(plain_lines(name))
    return [f"{name}: {lines[0] if lines else ''}"] if len(lines) <= 1 else [f"{name}:", *lines[:MOST_LINES]]


def body_text(found: Decoded) -> list[str]:
    """What a tool said as lines of text."""
    match found.body:
        case OutputBody() as body:
            return body.text
        case DiffBody() as body:
            files = [line for file in body.files for line in (f"{file.path} +{file.added} −{file.removed}",
                                                               *file.diff.split("\n"))]  # fmt: skip
            return [*files, *plain_lines(body.said)]
        case FileBody() as body:
            return [text for _, text in body.lines]
        case MatchesBody() as body:
            return [f"{match.path}{'' if match.line is None else f':{match.line}: {match.text}'}"
                    for match in body.found]  # fmt: skip
        case PictureBody() as body:
            return plain_lines(body.said)
        case JsonBody() as body:
            return _written(body.value)
        case ProseBody() as body:
            return plain_lines(body.text)
    return []


def _written(value: Any) -> list[str]:
    """JSON as text, also where it is deeper than Python's own writer goes."""
    try:
        return plain_lines(json.dumps(value, ensure_ascii=False, indent=2))
    except (RecursionError, ValueError):
        return [line.text for line in json_lines(value, (), MOST_LINES, everything=True)]
