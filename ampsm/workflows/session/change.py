"""Changing a session's settings: name, model, test script, base (SPEC section 3, `set`)."""

from __future__ import annotations

from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Session
from ampsm.workflows.session import session_file
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.session.names import checked_model, checked_name
from ampsm.workflows.session.repository_of import require_repository


def change_session(
    ctx: Context,
    ref: str,
    *,
    name: str | None = None,
    model: str | None = None,
    script: str | None = None,
    base: str | None = None,
) -> Session:
    """Changes what is given and returns the session; an empty `model` or `script` means none from now on.

    Secrets in name and script are redacted, and refused in a model, as `create_session` does. Id, branch and the commit
    the session started from stay. Raises `usage`, `invalid-value`, `no-such-branch` or
    `no-base-branch` before anything is changed.
    """
    session = require_session(ctx, ref)
    changes: dict[str, str | None] = {}
    if name is not None:
        changes["name"] = ctx.redactor.redact(checked_name(ctx, name, f"set {session.id}", own_id=session.id))
    if model is not None:
        model = model.strip()
        changes["model"] = checked_model(ctx, model, f"set {session.id}") if model else None
    if script is not None:
        changes["script_command"] = ctx.redactor.redact(script.strip()) or None
    if base is not None:
        require_repository(session)
        changes["base_branch"] = repository.resolve_base(Path(session.repo), base, None).branch
        if changes["base_branch"] is None:
            raise UserError(
                "no-base-branch", f"'{base}' is no local branch, so nothing could be merged into it",
                hint=f"git -C {quoted(session.repo)} branch --list", details={"base": base},
            )  # fmt: skip
    if not changes:
        raise UserError("usage", "Nothing to change: give --name, --model, --script or --base",
                        hint=f"amp-sessions set {session.id} --name 'New name'")  # fmt: skip
    session_file.save_session(ctx, session, **changes)
    return require_session(ctx, session.id)
