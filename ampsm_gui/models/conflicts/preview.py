"""What a file without hunks is on either side, to be looked at before one is chosen."""

from __future__ import annotations

from typing import NamedTuple

from ampsm.context import Context
from ampsm.git.versions import Version
from ampsm.model.conflicts import ConflictFile, ConflictSide, ConflictSides
from ampsm.workflows.review import Compared, versions_of_file
from ampsm_gui.models.changes.file import Picture
from ampsm_gui.models.conflicts.code import CodeLine, lines_of
from ampsm_gui.models.conflicts.hunk_lines import coloured
from ampsm_gui.models.results.pixels import drawn

_LIMIT = 4 * 2**20
_MOST_LINES = 4000


class SidePreview(NamedTuple):
    """The lines of a text, or a picture; neither of what is not there or can only be counted."""

    lines: tuple[CodeLine, ...] = ()
    picture: Picture = Picture(None, 0)


class Previews(NamedTuple):
    """Of the file at `path`."""

    path: str
    target: SidePreview
    session: SidePreview

    @property
    def pictures(self) -> bool:
        """Whether a picture can be drawn of either."""
        return any(
            side.picture.image is not None and not side.picture.image.isNull() for side in (self.target, self.session)
        )


def read_previews(ctx: Context, session_id: str, file: ConflictFile, sides: ConflictSides) -> Previews:
    """Both sides of a file: for the pool."""
    return Previews(file.path, *(_preview(ctx, session_id, file, side) for side in (sides.target, sides.session)))


def _preview(ctx: Context, session_id: str, file: ConflictFile, side: ConflictSide) -> SidePreview:
    if side.commit is None:
        return SidePreview()
    found: Version | None = None
    for path in filter(None, (file.path, file.old_path)):
        found = found or versions_of_file(ctx, session_id, path, Compared(commit=side.commit), limit=_LIMIT)[1]
    if found is None or found.content is None:
        return SidePreview()
    if b"\0" in found.content[:8000]:
        return SidePreview((), Picture(drawn(found.content), found.size))
    text = found.content.decode("utf-8", "replace")
    lines = lines_of(text)[:_MOST_LINES]
    colours = coloured(file.path, "\n".join(lines))
    dressed = (tuple(colours[at]) if at < len(colours) else () for at in range(len(lines)))
    return SidePreview(tuple(
        CodeLine(at, line, (), own) for at, (line, own) in enumerate(zip(lines, dressed, strict=True), 1)
    ))  # fmt: skip
