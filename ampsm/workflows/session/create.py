"""Creating a session: branch, worktree, context folder and row, all or nothing (SPEC section 4)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs, repository, status, worktrees
from ampsm.model.errors import UserError, quoted
from ampsm.model.naming import WORKTREES_FOLDER, branch_name, session_id
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.store import sessions
from ampsm.system.files import atomic_write, locked
from ampsm.system.os_errors import os_errors_in_words
from ampsm.workflows.session import agent_context, session_file

_BRANCH_ATTEMPTS = 1000


@record
class _Creation:
    """What a creation is about to make, written down before anything is made."""

    id: str
    root: str
    worktree: str
    branch: str
    sha: str


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
    name = _without_secrets(ctx, "name", _checked(name, prompt), on_note)
    prompt = _without_secrets(ctx, "prompt", prompt, on_note)
    script = _without_secrets(ctx, "test script", script, on_note) if script else None
    root = repository.main_root(repo)
    finish_half_made(ctx)
    if fetch:
        repository.fetch(root)
    found = repository.resolve_base(root, base, ctx.settings.get("defaultBase"))
    worktrees.require_untracked_context_folder(root, found.sha)
    _check_dirt(ctx, root, allow_dirty, on_note)
    if found.branch and (behind := repository.behind_upstream(root, found.branch)):
        on_note(f"{found.branch} is {behind} commits behind its upstream; the session starts from {found.sha[:10]}")
    with _planned(ctx, root, name, found.sha) as plan:
        worktrees.hide_folders(root)
        worktrees.add_worktree(root, Path(plan.worktree), plan.branch, plan.sha)
        now = utc_now()
        session = Session(
            id=plan.id, name=name, prompt=prompt, repo=str(root), base_branch=found.branch, base_sha=found.sha,
            branch=plan.branch, worktree=plan.worktree, status="idle", model=model or ctx.settings.get("defaultModel"),
            script_command=script, created_at=now, last_activity_at=now,
        )  # fmt: skip
        agent_context.write_session_file(ctx, session)
        session_file.add_session(ctx, session)
    return session


def finish_half_made(ctx: Context) -> list[str]:
    """Removes what creations that were killed have left; returns the ids of those sessions (SPEC section 4.6). One that
    somebody has worked in since stays."""
    removed: list[str] = []
    if not ctx.paths.creating_dir.is_dir():
        return removed
    for note in sorted(ctx.paths.creating_dir.glob("*.json")):
        with locked(note.with_suffix(".lock"), wait=False) as mine:
            if not mine:
                continue
            plan = _load_creation(note)
            if plan and sessions.session_by_id(ctx.store, plan.id) is None:
                try:
                    _remove(ctx, replace(plan, branch="") if _claimed_elsewhere(ctx, plan) else plan)
                except (UserError, OSError):
                    continue  # it may hold work: nothing of it goes, and `doctor` names it
                removed.append(plan.id)
            note.unlink(missing_ok=True)
        note.with_suffix(".lock").unlink(missing_ok=True)
    return removed


def _checked(name: str, prompt: str) -> str:
    words = " ".join(name.split())
    if not words:
        raise UserError("usage", "A session needs a name", hint="amp-sessions new --name 'Fix login' --prompt '…'")
    if not prompt.strip():
        raise UserError("usage", "A session needs a prompt that says something",
                        hint=f"amp-sessions new --name {quoted(words)} --prompt 'what the agent shall do'")  # fmt: skip
    return words


def _without_secrets(ctx: Context, what: str, text: str, on_note: Callable[[str], None]) -> str:
    """A text as it may be stored, and so be sent or run (SPEC section 5, "Secrets")."""
    redacted = ctx.redactor.redact(text)
    if redacted != text:
        on_note(f"the {what} holds a secret; it is stored, and used from now on, with [REDACTED] in its place")
    return redacted


def _check_dirt(ctx: Context, root: Path, allow_dirty: bool, on_note: Callable[[str], None]) -> None:
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


@contextmanager
def _planned(ctx: Context, root: Path, name: str, sha: str) -> Iterator[_Creation]:
    """Holds a record of what is being made; takes all of it back when the body fails."""
    new_id = _free_id(ctx, root, name)
    record = ctx.paths.creating_dir / f"{new_id}.json"
    lock = record.with_suffix(".lock")
    with ExitStack() as held:
        with os_errors_in_words(lock):
            held.enter_context(locked(lock))
        plan = _Creation(new_id, str(root), str(root / WORKTREES_FOLDER / new_id), "", sha)
        try:
            plan = _with_branch(plan, name, record)
            yield plan
        except BaseException:
            _remove(ctx, plan)
            record.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)
            raise
        record.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)


def _free_id(ctx: Context, root: Path, name: str) -> str:
    while True:
        candidate = session_id(name)
        taken = os.path.lexists(root / WORKTREES_FOLDER / candidate)
        if not taken and sessions.session_by_id(ctx.store, candidate) is None:
            return candidate


def _with_branch(plan: _Creation, name: str, record: Path) -> _Creation:
    """Makes the branch, trying `-2`, `-3`, … when others were quicker; each try is recorded before it is made."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for attempt in range(1, _BRANCH_ATTEMPTS):
        branch = branch_name(name, stamp, attempt)
        if refs.read_ref(Path(plan.root), refs.branch_ref(branch)) is not None:
            continue
        tried = _Creation(plan.id, plan.root, plan.worktree, branch, plan.sha)
        text = {"id": tried.id, "root": tried.root, "worktree": tried.worktree, "branch": branch, "sha": tried.sha}
        with os_errors_in_words(record):
            atomic_write(record, json.dumps(text).encode("utf-8", "surrogateescape"))
        if worktrees.create_branch(Path(plan.root), branch, plan.sha) == "made":
            return tried
    raise UserError("failed", "No free branch name was found", hint="amp-sessions new --name 'another name' …")


def _load_creation(record: Path) -> _Creation | None:
    try:
        return _Creation(**json.loads(record.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _claimed_elsewhere(ctx: Context, plan: _Creation) -> bool:
    """Whether another session or creation has the branch of this plan, which then lost the race for its name."""
    others = (_load_creation(record) for record in ctx.paths.creating_dir.glob("*.json"))
    if any(other and other.id != plan.id and other.branch == plan.branch for other in others):
        return True
    rows = sessions.session_rows(ctx.store, include_cleaned=True, repo=plan.root)
    return any(row.branch == plan.branch for row in rows)


def _remove(ctx: Context, plan: _Creation) -> None:
    """Takes back a creation: only what proves to be its own, and only while it holds no work."""
    worktrees.remove_half_made(Path(plan.root), Path(plan.worktree), plan.branch or None, plan.sha)
    sessions.delete_session(ctx.store, plan.id)
    shutil.rmtree(ctx.paths.journal_dir(plan.id), ignore_errors=True)
