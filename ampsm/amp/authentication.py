"""The user's own login command, `AMP_AUTH_CMD` (SPEC section 8): run for what it does; nobody reads what it prints."""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.model.errors import UserError
from ampsm.system.probe import probe
from ampsm.system.stopping import StopRequest

#: Settings key and variable of the command.
KEY = "ampEnv.AMP_AUTH_CMD"

#: Seconds the command may take.
TIME_LIMIT = 60.0

_VARIABLE = "AMP_AUTH_CMD"
# By way of the environment: command lines can be read by every user of the machine. Its output may hold a token.
_RUN_QUIETLY = f'exec >/dev/null 2>&1; eval "${_VARIABLE}"'


def authenticate(
    command: str | None, env: Mapping[str, str], *, timeout: float = TIME_LIMIT, stop: StopRequest | None = None
) -> None:
    """Runs the command, if there is one, with /bin/sh in the user's home; its standard input is closed.

    Raises `auth-command-failed` (exit 7) when it ends with another exit code than 0 or takes longer than `timeout`
    seconds. A requested stop ends it without an error.
    """
    if not command or not command.strip():
        return
    try:
        answer = probe(
            ["/bin/sh", "-c", _RUN_QUIETLY],
            cwd=env.get("HOME") or "/",
            env={**env, _VARIABLE: command},
            timeout=timeout,
            stop=stop,
        )
    except OSError as error:
        raise _failed(f"could not be started: {error.strerror or error}") from None
    if answer.reason == "timed-out":
        raise _failed(f"did not end within {timeout:.0f} s")
    if answer.exit_code is not None and answer.exit_code != 0:
        code = answer.exit_code
        raise _failed(f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}")


def _failed(how: str) -> UserError:
    return UserError(
        "auth-command-failed",
        f"The login command AMP_AUTH_CMD {how}; run it by hand to see what it says",
        hint=f"amp-sessions config get {KEY}",
    )
