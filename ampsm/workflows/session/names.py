"""What a session may be called: one line by which commands find it (SPEC section 2). No secret is stored
with it (section 5, "Secrets")."""

from __future__ import annotations

from collections.abc import Callable

from ampsm.context import Context
from ampsm.model.errors import UserError, quoted
from ampsm.store import sessions


def checked_name(ctx: Context, name: str, command: str, *, own_id: str | None = None) -> str:
    """The name as one line. `command` (`new`, `set S`) is what it was given to, for the hint.

    Raises `invalid-value` (exit 2) for none, for a lone `-`, and for the id of another session than `own_id`: commands
    would take these for another session.
    """
    words = " ".join(name.split())
    if not words:
        raise _refused("A session needs a name", command, "Fix login")
    if words == "-":
        raise _refused("'-' stands for the session last named, so it is no name", command, "Fix login")
    if words != own_id and sessions.session_by_id(ctx.store, words) is not None:
        raise _refused(f"'{words}' is the id of another session, so it is no name", command, f"{words} again")
    return words


def checked_model(ctx: Context, model: str | None, command: str) -> str | None:
    """The model, else the one of the setting `defaultModel`. Raises `invalid-value` (exit 2) for one that holds a
    secret: redacted it would name no model. `command` (`new`, `set S`) is what it was given to, for the hint."""
    default = None if model else ctx.settings.get("defaultModel")
    chosen: str | None = model or default
    if chosen and ctx.redactor.redact(chosen) != chosen:
        hint = "config unset defaultModel" if default else f"{command} --model smart"
        raise UserError("invalid-value", "The model's name holds a secret, and would be stored with the session",
                        hint=f"amp-sessions {hint}")  # fmt: skip
    return chosen


def without_secrets(ctx: Context, what: str, text: str, on_note: Callable[[str], None]) -> str:
    """A text as it may be stored, and then be sent or run (SPEC section 5, "Secrets")."""
    redacted = ctx.redactor.redact(text)
    if redacted != text:
        on_note(f"the {what} holds a secret; it is stored, and used from now on, with [REDACTED] in its place")
    return redacted


def _refused(message: str, command: str, instead: str) -> UserError:
    return UserError("invalid-value", message, hint=f"amp-sessions {command} --name {quoted(instead)}")
