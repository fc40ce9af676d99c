"""What a file without hunks is on either side, to be looked at before one is chosen."""

from __future__ import annotations

from typing import NamedTuple

from ampsm.context import Context
from ampsm.model.conflicts import ConflictFile
from ampsm.workflows.finishing import WholeSide, facts_of, whole_sides
from ampsm_gui.look import figures
from ampsm_gui.models.changes.file import Picture
from ampsm_gui.models.conflicts.code import CodeLine, lines_of
from ampsm_gui.models.conflicts.hunk_lines import coloured
from ampsm_gui.models.results.pixels import drawn

_MOST_LINES = 4000
_NOTHING = "It is neither text nor a picture, so nothing of it is shown here."
_TOO_LARGE = "It is too large to be shown here."


class SidePreview(NamedTuple):
    """The lines of a text, or a picture; neither of what is not there, and of what `note` says."""

    lines: tuple[CodeLine, ...] = ()
    picture: Picture = Picture(None, 0)
    note: str = ""


class Previews(NamedTuple):
    """Of the file at `path`; `facts` says what target, session and ancestor have, in a few words each."""

    path: str
    facts: tuple[str, str, str]
    target: SidePreview
    session: SidePreview

    @property
    def pictures(self) -> bool:
        """Whether a picture can be drawn of either."""
        return any(
            side.picture.image is not None and not side.picture.image.isNull() for side in (self.target, self.session)
        )

    @property
    def note(self) -> str:
        """Why there is less to see than is there; nothing where all is shown."""
        if self.pictures:
            return ""
        return next((side.note for side in (self.target, self.session) if side.note), "")


def read_previews(ctx: Context, session_id: str, file: ConflictFile) -> Previews:
    """Both sides of a file: for the pool."""
    found = whole_sides(ctx, session_id, file.path)
    return Previews(
        file.path, facts_of(found), preview_of(file.path, found.target), preview_of(file.path, found.session)
    )


def preview_of(path: str, side: WholeSide | None) -> SidePreview:
    """What can be seen of one side. A submodule and a link alone have nothing but their facts."""
    if side is None or side.mode == "160000":
        return SidePreview()
    if side.content is None:
        return SidePreview(note=_TOO_LARGE)
    if side.mode == "120000":
        return SidePreview((CodeLine(0, f"→ {side.content.decode('utf-8', 'replace')}"),))
    if b"\0" in side.content[:8000]:
        image = drawn(side.content)
        return SidePreview((), Picture(image, len(side.content)), _NOTHING if image.isNull() else "")
    return _text(path, side.content)


def _text(path: str, content: bytes) -> SidePreview:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = lines_of(text.removeprefix("\ufeff"))
    note = f"The first {figures.count(_MOST_LINES, 'line')} are shown." if len(lines) > _MOST_LINES else ""
    lines = lines[:_MOST_LINES]
    colours = coloured(path, "\n".join(lines))
    dressed = (tuple(colours[at]) if at < len(colours) else () for at in range(len(lines)))
    shown = tuple(CodeLine(at, line, (), own) for at, (line, own) in enumerate(zip(lines, dressed, strict=True), 1))
    return SidePreview(shown, note=note)
