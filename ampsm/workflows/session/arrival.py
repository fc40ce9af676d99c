"""Where a session's commits have gone: into which branch its last merge went, and whether a branch has them now."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.containment import is_contained
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.system.record_file import RecordFile
from ampsm.workflows.session import operations

#: Merges of which it is kept where they went: that never changes.
_KEPT = 4096


def merged_into(ctx: Context, session: Session) -> str | None:
    """The branch that the last merge went into which was not taken back; None without one, or where what is recorded of
    it cannot be read."""
    if session.merged_at is None:
        return None
    try:
        return _merged_into(operations.operations_file(ctx, session.id).path, session.merged_at)
    except (UserError, OSError):
        return None


def has_arrived(ctx: Context, session: Session, root: Path, tip: str) -> bool:
    """Whether one of the branches that a session's commits may have gone to has a tip, or what it changes: the base,
    the targets of recorded merges, and their upstreams as last fetched."""
    names = [refs.branch_ref(session.base_branch)] if session.base_branch else []
    names += [done.target.ref for done in operations.operations(ctx, session.id) if done.target]
    both = [name for ref in names for name in (ref, f"{refs.branch_name(ref)}@{{upstream}}")]
    places = dict.fromkeys(sha for name in both if (sha := repository.resolve_commit(root, name)))
    return any(repository.is_ancestor(root, tip, place) for place in places) or any(
        is_contained(root, tip, place) for place in places
    )


@lru_cache(_KEPT)
def _merged_into(place: Path, _merged_at: str) -> str | None:
    found = RecordFile(place, operations.Recorded).load() or operations.Recorded()
    merges = [done.target for done in found.operations if done.target and not done.undone]
    return merges[-1].branch if merges else None
