"""`gui`: the desktop app."""

from __future__ import annotations

import click

from ampsm.model.errors import UserError
from ampsm_cli.options import command, complete_sessions
from ampsm_cli.request import Request
from ampsm_cli.values import WORD


@command(
    "gui",
    examples=("amp-sessions gui", "amp-sessions gui add-login-k3j9xa", "amp-sessions gui add-login-k3j9xa --merge"),
)
@click.argument("ref", metavar="[SESSION]", type=WORD, required=False, shell_complete=complete_sessions)
@click.option("--merge", is_flag=True, help="Show the merge of the session: its checks, or where it waits.")
def gui_command(request: Request, ref: str | None, merge: bool) -> None:
    """Open the desktop app, on session S if one is named.

    The window only watches and starts commands: close or kill it whenever you like, iterations go on. Where a window on
    the same database is open already, that one comes forward.
    """
    from ampsm.workflows.upkeep import open_window, require_database, require_desktop

    if merge and ref is None:
        raise UserError("usage", "--merge needs a SESSION", hint="amp-sessions list")
    require_desktop(request.environ)
    session = None
    require_database(request.context)
    if ref is not None:
        from ampsm.workflows.session import require_session

        session = require_session(request.context, ref).id
    words = ["--session", session, *(["--merge"] if merge else [])] if session else []
    for option, value in (("--db", request.database), ("--amp-path", request.amp_path)):
        words += [option, value] if value else []
    request.output.finish({"session": session}, lambda: None)
    request.close()
    open_window(request.environ, *words)
