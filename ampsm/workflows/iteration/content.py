"""What commits bring that a person should know of before others get them, in words (SPEC sections 5.6 and 6): a warning
of the iteration that brought it, and a check in `preflight`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ampsm.git.content.committed import Committed, look
from ampsm.git.diff import DiffResult
from ampsm.model.errors import quoted
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.iteration.recording import Recorder


@record
class ContentRemark:
    """`code` is that of a warning; `hint` the next command to type. With `serious` whoever gets the commits would lack
    work that lies in this worktree alone."""

    code: str
    message: str
    hint: str
    serious: bool = False


def tell_content(session: Session, recorder: Recorder, end: str, changes: DiffResult) -> bool:
    """Warns of what an iteration has brought, whoever committed it; whether that waits for a person. `changes` are all
    that it committed, up to `end`, which the worktree holds. Raises GitError."""
    found = look(Path(session.worktree), changes.base, end, changes.entries, glance=True)
    for remark in remarks(session, found):
        recorder.warn(remark.code, remark.message)
    return found.needs_person


def remarks(session: Session, found: Committed) -> Iterator[ContentRemark]:
    """What there is to be said, the serious things first."""
    place = session.worktree
    if found.nested:
        yield ContentRemark(
            "nested-repository",
            f"A nested repository is committed as a bare link, without its files: {few(found.nested)}",
            f"git -C {quoted(place)} rm --cached {quoted(found.nested[0])}", True,
        )  # fmt: skip
    if found.unpublished:
        (path, commit), branch = found.unpublished[0], quoted(f"refs/heads/{session.branch}")
        named = few([f"{path} ({at[:10]})" for path, at in found.unpublished])
        yield ContentRemark(
            "unpublished-submodule",
            f"A submodule is at a commit that exists nowhere else: {named}",
            f"git -C {quoted(f'{place}/{path}')} push origin {commit[:10]}:{branch}", True,
        )  # fmt: skip
    if found.bare:
        yield ContentRemark(
            "nested-repository", f"The files of a bare repository are committed: {few(found.bare)}",
            f"git -C {quoted(place)} rm -r --cached {quoted(found.bare[0])}",
        )  # fmt: skip
    if found.huge:
        sizes = few([f"{path} ({size / 1e6:.0f} MB)" for path, size in found.huge])
        yield ContentRemark("large-file", f"Files over 50 MB are committed: {sizes}", _show(session))
    if found.links:
        links = few([f"{path} -> {target}" for path, target in found.links])
        yield ContentRemark("link-outside", f"Links out of the worktree are committed: {links}", _show(session))
    if found.shadows:
        message = f"Links are committed in place of ignored folders: {few(found.shadows)}"
        yield ContentRemark("link-ignored", message, _show(session))
    if found.markers:
        lines = few([f"{path}:{line}" for path, line in found.markers])
        yield ContentRemark("conflict-markers", f"Conflict markers were added: {lines}", _show(session))


def _show(session: Session) -> str:
    return f"amp-sessions diff {session.id}"
