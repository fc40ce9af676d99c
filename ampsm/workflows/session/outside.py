"""What iterations of a session have changed in the repository outside its branch, and nobody has taken back or accepted
(SPEC section 5.6). Kept beside the session's journals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import location
from ampsm.git.programs import planted as programs
from ampsm.git.surroundings.change import CONFIG, FILE, REF, REPLACED, STASHED, UNSTASHED, Change
from ampsm.git.surroundings.compare import is_stash_of
from ampsm.git.surroundings.lasting import Now
from ampsm.git.surroundings.look import Stashed, stash_entries
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.system.record_file import RecordFile
from ampsm.workflows.session.lookup import require_session


def begin(ctx: Context, session: Session) -> None:
    """Keeps which programs count for whoever reads in a session: those that its repository's configuration names now,
    as far as no iteration put them there. Of a session that is known nothing changes. Raises as RecordFile.change."""
    programs.note_programs(session.worktree, without=lambda: planted(ctx, session.repo))


def remember(ctx: Context, session: Session, changes: Iterable[Change]) -> None:
    """Keeps changes. Of what was still as an earlier one had left it, what was there first stays known; an earlier one
    that a person has taken back, or built upon, is another matter. Raises as RecordFile.change."""

    def with_new(found: tuple[Change, ...] | None) -> tuple[Change, ...]:
        rows = {change.id: change for change in found or ()}
        for change in changes:
            known, earlier = change, rows.pop(change.id, None)
            if earlier is not None and earlier.after == change.before:
                known = replace(change, before=earlier.before, back=earlier.back)
            elif earlier is not None and change.kind == REF:  # what that one took away may be missing as well
                apart = f"{change.id}:{earlier.before}"
                rows[apart] = replace(earlier, id=apart)
            if known.before != known.after:
                rows[change.id] = known
        return tuple(rows.values())

    outside_file(ctx, session.id).change(with_new)


def lasting_changes(ctx: Context, session: Session) -> list[Change]:
    """Those that are still there. Raises `failed` for a file that cannot be read, GitError, OSError."""
    known = _known(ctx, session)
    common = location.git_dir_at(session.repo) if known else None
    if common is None:
        return []
    now = Now(Path(session.repo), common)
    return [change for change in known if now.lasts(change)]


def lasting_rewind(ctx: Context, session: Session, ref: str) -> tuple[Session, Change] | None:
    """The change by which an iteration of any session of the repository took commits away from the branch `ref`, as
    long as they are not back; None when there is none."""
    for other in _of_repository(ctx, session.repo):
        if any(change.kind == REF and change.subject == ref for change in _known(ctx, other)):
            for change in reversed(lasting_changes(ctx, other)):  # what came last leads back to most
                if change.kind == REF and change.subject == ref and change.before and change.after:
                    return other, change
    return None


def lasting_deletion(ctx: Context, session: Session, ref: str) -> tuple[Session, Change] | None:
    """The change by which an iteration of any session of the repository deleted the branch `ref`; None without one."""
    for other in _of_repository(ctx, session.repo):
        for change in reversed(_known(ctx, other)):
            if change.kind == REF and change.subject == ref and change.before and change.after is None:
                return other, change
    return None


def lasting_disguise(ctx: Context, session: Session) -> tuple[Session, Change] | None:
    """The change by which an iteration of any session made git show commits as others than they are, as long as it
    does; None when there is none."""
    for other in _of_repository(ctx, session.repo):
        if any(_disguises(change) for change in _known(ctx, other)):
            for change in lasting_changes(ctx, other):
                if _disguises(change):
                    return other, change
    return None


def _disguises(change: Change) -> bool:
    if change.after is None:
        return False
    grafts = change.kind == FILE and change.subject.endswith("/info/grafts")
    return grafts or (change.kind == REF and change.subject.startswith(REPLACED))


def accept_changes(ctx: Context, ref: str) -> list[Change]:
    """Takes for meant what the iterations of a session have changed outside its branch: it is named no more, and
    programs among it count from now on. Returns it. Raises what `require_session` does."""
    session = require_session(ctx, ref)
    seen = _known(ctx, session)
    found = lasting_changes(ctx, session)
    outside_file(ctx, session.id).change(lambda now: tuple(change for change in now or () if change not in seen))
    for other in _of_repository(ctx, session.repo):
        if not other.cleaned_up_at and Path(other.worktree).is_dir():
            programs.note_programs(other.worktree, without=lambda: planted(ctx, session.repo), anew=True)
    return found


def planted(ctx: Context, repo: str) -> dict[str, str]:
    """The settings that iterations have put into a repository's configuration, each with what tells its value."""
    found: dict[str, str] = {}
    for session in _of_repository(ctx, repo):
        for change in _known(ctx, session):
            if change.kind == CONFIG and change.after is not None:
                found[change.subject] = change.after
    return found


def stashed_in(ctx: Context, session: Session) -> tuple[Stashed, ...]:
    """The entries of the stash that were made in a session, newest first: on its branch, or by an iteration of it."""
    common = location.git_dir_at(session.repo)
    entries = stash_entries(common) if common else ()
    known = {change.subject for change in _known(ctx, session) if change.kind == STASHED} if entries else set()
    return tuple(
        entry for entry in reversed(entries) if entry.sha in known or is_stash_of(entry.message, session.branch)
    )


def keeps_alive(change: Change) -> str | None:
    """The commit that would be lost to a `git gc` if nothing else kept it."""
    lost = change.lasting and change.kind in (REF, UNSTASHED) and change.before
    return change.before if lost and change.before and not change.before.startswith("ref: ") else None


def _of_repository(ctx: Context, repo: str) -> Sequence[Session]:
    return sessions.session_rows(ctx.store, include_cleaned=True, repo=repo)


def _known(ctx: Context, session: Session) -> tuple[Change, ...]:
    return outside_file(ctx, session.id).load() or ()


def outside_file(ctx: Context, session_id: str) -> RecordFile[tuple[Change, ...]]:
    return RecordFile(ctx.paths.journal_dir(session_id) / "outside.json", tuple[Change, ...])
