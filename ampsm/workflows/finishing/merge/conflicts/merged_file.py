"""A file that git has put together by itself, compared as one that somebody has resolved (SPEC 12, *Verify*)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.rewrite.merged_by_git import changed_by_both
from ampsm.git.versions import Version, version_at, version_in_index
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.conflicts.reading import conflicts_of
from ampsm.workflows.finishing.merge.conflicts.texts import encoding_of
from ampsm.workflows.finishing.merge.conflicts.verify import Verified, compared
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, stop_of

#: Bytes of a version that is compared.
_LIMIT = 4 * 2**20


def verify_merged(ctx: Context, ref: str, path: str) -> Verified:
    """Compares what git made of a file with the target, and the session with the base.

    Raises `usage` (exit 2) for a path that is none of those that `conflicts` tells as merged, or is too large or no
    text, and as `conflict_hunks`.
    """
    stop = stop_of(ctx, ref)
    at = stop.at
    if at.base is None or path not in conflicts_of(ctx, ref).merged:
        raise _unfit(stop, f"{path} was not merged by git at this stop", path)
    both = changed_by_both(stop.root, at.base, at.head, at.commit)
    before = next(before for before, now in both.items() if now == path)
    found = [version_at(stop.root, at.base, before, _LIMIT)]
    for side in (at.head, at.commit):
        moved = version_at(stop.root, side, path, _LIMIT)
        found.append(moved or version_at(stop.root, side, before, _LIMIT))
    base, target, session, result = (
        _text(stop, path, one) for one in (*found, version_in_index(stop.worktree, path, _LIMIT))
    )
    return compared(base, target, session, result, encoding_of(target, session))


def _text(stop: ConflictStop, path: str, found: Version | None) -> bytes:
    content = b"" if found is None else found.content
    if content is None or b"\0" in content:
        raise _unfit(stop, f"{path} is too large, or no text", path)
    return content


def _unfit(stop: ConflictStop, message: str, path: str) -> UserError:
    return UserError("usage", message, hint=f"amp-sessions conflicts {stop.session.id}", details={"path": path})
