"""Creating a session: branch, worktree, context folder and row, all or nothing (SPEC section 4)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import refs, repository, status
from ampsm.git.surroundings.main_checkout import misread_checkout
from ampsm.git.worktree import half_made, hidden_folders, worktrees
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import WORKTREES_FOLDER, branch_name, session_id
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.record_file import Record, RecordFile
from ampsm.workflows.session import agent_context, outside, session_file
from ampsm.workflows.session.names import checked_model, checked_name, without_secrets

_BRANCH_ATTEMPTS = 1000


def create_session(
    ctx: Context,
    *,
    repo: str,
    name: str,
    prompt: str,
    base: str | None = None,
    script: str | None = None,
    model: str | None = None,
    fetch: bool = False,
    allow_dirty: bool = False,
    on_note: Callable[[str], None] = lambda note: None,
) -> Session:
    """Makes a session from the repository that `repo` lies in. A failure leaves no branch, worktree or row.

    `on_note` gets one line for each thing worth knowing: a base behind its upstream, files that are not part of the
    session. Raises UserError as SPEC section 4 lists.
    """
    name = checked_name(ctx, name, "new --prompt '…'")
    if not prompt.strip():
        raise UserError("usage", "A session needs a prompt that says something",
                        hint=f"amp-sessions new --name {quoted(name)} --prompt 'what the agent shall do'")  # fmt: skip
    name = without_secrets(ctx, "name", name, on_note)
    prompt = without_secrets(ctx, "prompt", prompt, on_note)
    script = without_secrets(ctx, "test script", script, on_note) if script else None
    model = checked_model(ctx, model, "new")
    root = repository.main_root(repo)
    finish_half_made(ctx)
    if fetch:
        repository.fetch(root)
    found = repository.resolve_base(root, base, ctx.settings.get("defaultBase"))
    worktrees.require_untracked_context_folder(root, found.sha)
    _check_dirt(ctx, root, allow_dirty, on_note)
    if found.branch and (behind := repository.behind_upstream(root, found.branch)):
        on_note(f"{found.branch} is {behind} commits behind its upstream; the session starts from {found.sha[:10]}")
    with creating(ctx, root, name, found.sha) as creation:
        hidden_folders.hide_folders(root)
        worktrees.add_worktree(root, Path(creation.worktree), creation.branch, creation.sha)
        now = utc_now()
        session = Session(
            id=creation.id, name=name, prompt=prompt, repo=str(root), base_branch=found.branch, base_sha=found.sha,
            branch=creation.branch, worktree=creation.worktree, status="idle",
            model=model, script_command=script, created_at=now,
            last_activity_at=now,
        )  # fmt: skip
        agent_context.write_session_file(ctx, session)
        outside.begin(ctx, session)
        session_file.add_session(ctx, session)
    return session


def _check_dirt(ctx: Context, root: Path, allow_dirty: bool, on_note: Callable[[str], None]) -> None:
    if misread := misread_checkout(root):
        raise UserError("repository-changed", misread.message, hint=misread.back, details={"repository": str(root)})
    dirty = status.unstaged_tracked_changes(root)
    if dirty and not (allow_dirty or ctx.settings.get("allowDirty")):
        raise UserError(
            "uncommitted-changes",
            f"{len(dirty)} unstaged change(s) in {root} would not be part of the session, e.g. {dirty[0]}",
            hint="stage, commit or stash them (git stash), or start without them: amp-sessions new … --allow-dirty",
            details={"files": dirty[:100]},
        )
    if dirty:
        on_note(f"{len(dirty)} unstaged change(s) in the main checkout are not part of the session")
    elif status.has_staged_or_untracked(root):
        on_note("staged changes and untracked files in the main checkout are not part of the session")


class Creation(Record, frozen=True):
    """What is about to be made; `branch` is empty until a name for it is found."""

    id: str
    root: str
    worktree: str
    branch: str
    sha: str


@contextmanager
def creating(ctx: Context, root: Path, name: str, sha: str) -> Iterator[Creation]:
    """Makes the branch of a new session at `sha` and says what else is to be made; takes all of it back when the body
    fails. Raises `branch-name-blocked`, `disk-full` or `database-unavailable`."""
    new_id = _free_id(ctx, root, name)
    file = creation_file(ctx, new_id)
    with file.locked():
        worktree = str(root / WORKTREES_FOLDER / new_id)
        creation = Creation(id=new_id, root=str(root), worktree=worktree, branch="", sha=sha)
        try:
            creation = _with_branch(creation, name, file)
            yield creation
        except BaseException:
            _take_back(ctx, creation)
            _forget(file)
            raise
        _forget(file)


def finish_half_made(
    ctx: Context, on_left: Callable[[str, Exception], None] = lambda new_id, error: None
) -> list[str]:  # fmt: skip
    """Removes what creations that were killed have left; returns the ids of those sessions. One that somebody has
    worked in since stays, and `on_left` is told why."""
    removed: list[str] = []
    for found_id in pending(ctx):
        file = creation_file(ctx, found_id)
        with file.locked(wait=False) as mine:
            if not mine:
                continue
            if sessions.session_by_id(ctx.store, found_id) is None:
                try:
                    if creation := file.load():
                        lost = _claimed_elsewhere(ctx, creation)
                        _take_back(ctx, replace(creation, branch="") if lost else creation)
                except (UserError, OSError) as error:
                    on_left(found_id, error)
                    continue  # it may hold work: nothing of it goes, and `doctor` names it
                removed.append(found_id)
            _forget(file)
    return removed


def pending(ctx: Context) -> dict[str, str]:
    """Id and branch of the sessions that are being created, or were when their `new` was killed; no branch where that
    cannot be read."""
    found: dict[str, str] = {}
    for new_id in sorted(note.stem for note in ctx.paths.creating_dir.glob("*.json")):
        try:
            creation = creation_file(ctx, new_id).load()
        except UserError:
            creation = None
        found[new_id] = creation.branch if creation else ""
    return found


def _forget(file: RecordFile[Creation]) -> None:
    file.remove()
    file.lock_path.unlink(missing_ok=True)


def creation_file(ctx: Context, new_id: str) -> RecordFile[Creation]:
    return RecordFile(ctx.paths.creating_dir / f"{new_id}.json", Creation)


def _free_id(ctx: Context, root: Path, name: str) -> str:
    while True:
        candidate = session_id(name)
        taken = os.path.lexists(root / WORKTREES_FOLDER / candidate)
        if not taken and sessions.session_by_id(ctx.store, candidate) is None:
            return candidate


def _with_branch(creation: Creation, name: str, file: RecordFile[Creation]) -> Creation:
    """Makes the branch, trying `-2`, `-3`, … when others were quicker; each try is recorded before it is made."""
    root, stamp = Path(creation.root), datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for attempt in range(1, _BRANCH_ATTEMPTS):
        branch = branch_name(name, stamp, attempt)
        if refs.read_ref(root, refs.branch_ref(branch)) is not None:
            continue
        tried = file.save(replace(creation, branch=branch))
        if worktrees.create_branch(root, branch, creation.sha) == "made":
            return tried
    raise UserError("failed", "No free branch name was found", hint="amp-sessions new --name 'another name' …")


def _claimed_elsewhere(ctx: Context, creation: Creation) -> bool:
    """Whether another session or creation has the branch of this one, which then lost the race for its name."""
    if creation.branch in (branch for new_id, branch in pending(ctx).items() if new_id != creation.id):
        return True
    rows = sessions.session_rows(ctx.store, include_cleaned=True, repo=creation.root)
    return any(row.branch == creation.branch for row in rows)


def _take_back(ctx: Context, creation: Creation) -> None:
    """Removes only what proves to be the creation's own, and only while it holds no work."""
    half_made.remove_half_made(Path(creation.root), Path(creation.worktree), creation.branch or None, creation.sha)
    sessions.delete_session(ctx.store, creation.id)
    shutil.rmtree(ctx.paths.journal_dir(creation.id), ignore_errors=True)
