"""What an agent, or the test script, changes in the repository outside the session's branch (SPEC section 5.6): seen
before and after, said, remembered; never put right, and nothing of it is lost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.surroundings.between import Between
from ampsm.git.surroundings.change import CODES, Change
from ampsm.git.surroundings.compare import changes_between
from ampsm.git.surroundings.linked import Owners
from ampsm.git.surroundings.look import FileState, Surroundings, look
from ampsm.git.surroundings.ref_files import ITERATIONS
from ampsm.git.worktree.proof import git_dir_of
from ampsm.model.errors import UserError
from ampsm.model.naming import WORKTREES_FOLDER
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.store import iterations, sessions
from ampsm.system.files import atomic_write, make_private_dir
from ampsm.system.locks import lock_holder
from ampsm.system.plain_files import read_plain
from ampsm.workflows.iteration.own_config_changes import is_own_config_change
from ampsm.workflows.session import outside
from ampsm.workflows.session.create import pending
from ampsm.workflows.session.known_tip import tip_ref

#: Says a warning: its code, and a sentence.
Warn = Callable[[str, str], None]

#: How many changes of one code are said one by one.
_MOST = 8


#: What holds a session and leaves its worktree where it is.
_KEEPING_WORKTREES = ("iteration", "test", "commit")


@record
class Seen:
    """The surroundings before an iteration, the git directory of the session's worktree, the ids of sessions that were
    being made, and when that was."""

    admin: Path
    surroundings: Surroundings
    making: frozenset[str] = frozenset()
    at: str = ""


def see(ctx: Context, session: Session) -> Seen | None:
    """The surroundings as they are before the agent starts, kept in a file: after a kill, the next iteration compares
    with what was there before the killed one. None where they cannot be seen."""
    admin = git_dir_of(Path(session.worktree), Path(session.repo))
    if admin is None:
        return None
    kept = _kept(ctx, session)
    with suppress(UserError, OSError):  # `doctor` names a file that cannot be read
        outside.begin(ctx, session)
    try:
        found = _load(kept)
        if found is None or found.admin != admin:
            making, at = frozenset(pending(ctx)), utc_now()
            found = Seen(admin, look(Path(session.repo), admin.parent.parent, admin), making, at)
            _keep(kept, found)
    except (UserError, OSError):
        return None
    return found


def tell_changes(ctx: Context, seen: Seen | None, session: Session, number: str, warn: Warn) -> None:
    """Warns of what has changed since, each with the way back, and remembers it until it is as before or accepted.
    `number` tells the iteration, or the run of a test script alone, from others of the session."""
    if seen is None:
        warn("surroundings-unknown", "What changed outside the branch is not known: it could not be seen before")
        return
    found: list[Change] = []
    try:
        for change in changes_between(_between(ctx, seen, session, number)):
            if not is_own_config_change(ctx, session.repo, change, seen.at):
                found.append(change)
    except (UserError, OSError) as error:
        warn("surroundings-unknown", f"Not all that changed outside the branch could be seen: {error}")
    _warn(found, warn)
    try:
        for nth, change in enumerate(found, 1):
            if commit := outside.keeps_alive(change):
                ref = f"{refs.OWN_REFS}outside/{session.id}/{number}-{nth}"
                with suppress(UserError):  # a `git gc` has taken it already
                    refs.keep(Path(session.repo), ref, commit)
        if lasting := [change for change in found if change.lasting]:
            redact = ctx.redactor.redact
            outside.remember(
                ctx, session, [msgspec.structs.replace(one, message=redact(one.message)) for one in lasting]
            )
        _kept(ctx, session).unlink(missing_ok=True)
    except (UserError, OSError) as error:
        warn("surroundings-unknown", f"What changed outside the branch could not be kept: {error}")


def _between(ctx: Context, seen: Seen, session: Session, number: str) -> Between:
    root, before = Path(session.repo), seen.surroundings
    folder = ctx.paths.journal_dir(session.id) / "outside" / number

    def save(path: str, state: FileState) -> str | None:
        if state.content is None:
            return None
        make_private_dir(folder)
        copy = folder / f"{len(list(folder.iterdir()))}-{Path(path).name}"
        atomic_write(copy, state.content, mode=state.mode)
        return str(copy)

    after = look(root, before.common, seen.admin)
    making = pending(ctx)  # before the rows: one that is made by now is among those
    rows = sessions.session_rows(ctx.store, include_cleaned=True, repo=session.repo)
    known = frozenset(({row.branch for row in rows if row.id != session.id} | set(making.values())) - {""})
    places = {row.worktree: row.id for row in rows} | {str(root / WORKTREES_FOLDER / new): new for new in making}
    owners = Owners(places.get, partial(_is_at_work, ctx), seen.making)
    return Between(
        root, before, after, session.branch, seen.admin, known, save, partial(_is_meant, ctx, session), owners,
        partial(_commit_of, ctx),
    )  # fmt: skip


def _commit_of(ctx: Context, ref: str) -> str | None:
    """The commit that a ref of an iteration was made at, as the store has it."""
    session_id, _, name = ref.removeprefix(ITERATIONS).rpartition("/")
    number, _, which = name.partition("-")
    found = iterations.iteration(ctx.store, session_id, int(number)) if number.isdecimal() else None
    if found is None:
        return None
    return found.start_sha if which == "start" else found.end_sha


def _is_at_work(ctx: Context, session_id: str) -> bool:
    """Whether a command that makes or removes worktrees is at work in a session, or has removed its worktree, or
    nobody can tell."""
    holder = lock_holder(ctx.paths.lock(session_id))
    if holder is not None and holder.what not in _KEEPING_WORKTREES:
        return True
    owner = sessions.session_by_id(ctx.store, session_id)  # as it is now that nobody has it
    return owner is None or owner.cleaned_up_at is not None


def _is_meant(ctx: Context, session: Session, branch: str, now: str | None) -> bool:
    """Whether a branch of another session is where a command of that one has put it, or one is at work there."""
    rows = sessions.session_rows(ctx.store, include_cleaned=True, repo=session.repo)
    owner = next((row for row in rows if row.branch == branch), None)
    if owner is None or lock_holder(ctx.paths.lock(owner.id)) is not None:
        return True
    owner = sessions.session_by_id(ctx.store, owner.id)  # as it is now that nobody has it
    return owner is None or owner.cleaned_up_at is not None or refs.read_ref(session.repo, tip_ref(owner.id)) == now


def _warn(found: list[Change], warn: Warn) -> None:
    said: Counter[str] = Counter()
    for change in found:
        code = CODES[change.kind]
        said[code] += 1
        if said[code] <= _MOST:
            warn(code, change.sentence)
    for code, number in said.items():
        if number > _MOST:
            warn(code, f"And {number - _MOST} more like these: amp-sessions doctor names them")


def _kept(ctx: Context, session: Session) -> Path:
    return ctx.paths.journal_dir(session.id) / "surroundings.json"


def _keep(file: Path, seen: Seen) -> None:
    """Without room for it, or with names that are no text, only a kill would be the worse for it."""
    with suppress(OSError, ValueError):
        atomic_write(file, msgspec.json.encode(seen, enc_hook=os.fspath), mode=0o600, durable=False)


def _load(file: Path) -> Seen | None:
    try:
        return msgspec.json.decode(read_plain(file), type=Seen, dec_hook=lambda _kind, name: Path(name))
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
