"""What a session may be called: one line by which commands find it (SPEC section 2)."""

from __future__ import annotations

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


def _refused(message: str, command: str, instead: str) -> UserError:
    return UserError("invalid-value", message, hint=f"amp-sessions {command} --name {quoted(instead)}")
