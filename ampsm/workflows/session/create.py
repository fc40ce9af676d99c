"""Creating a session: branch, worktree, context folder and row, all or nothing (SPEC section 4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository, status
from ampsm.git.worktree import hidden_folders, worktrees
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session, utc_now
from ampsm.workflows.session import agent_context, session_file
from ampsm.workflows.session.creation import creating, finish_half_made


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
    with creating(ctx, root, name, found.sha) as creation:
        hidden_folders.hide_folders(root)
        worktrees.add_worktree(root, Path(creation.worktree), creation.branch, creation.sha)
        now = utc_now()
        session = Session(
            id=creation.id, name=name, prompt=prompt, repo=str(root), base_branch=found.branch, base_sha=found.sha,
            branch=creation.branch, worktree=creation.worktree, status="idle",
            model=model or ctx.settings.get("defaultModel"), script_command=script, created_at=now,
            last_activity_at=now,
        )  # fmt: skip
        agent_context.write_session_file(ctx, session)
        session_file.add_session(ctx, session)
    return session


def _checked(name: str, prompt: str) -> str:
    words = " ".join(name.split())
    if not words:
        raise UserError("usage", "A session needs a name", hint="amp-sessions new --name 'Fix login' --prompt '…'")
    if not prompt.strip():
        raise UserError("usage", "A session needs a prompt that says something",
                        hint=f"amp-sessions new --name {quoted(words)} --prompt 'what the agent shall do'")  # fmt: skip
    return words


def _without_secrets(ctx: Context, what: str, text: str, on_note: Callable[[str], None]) -> str:
    """A text as it may be stored, and then be sent or run (SPEC section 5, "Secrets")."""
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
