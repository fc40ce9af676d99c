"""`stop`: ends what runs in a session, wherever it was started."""

from __future__ import annotations

import click

from ampsm.model.record import document
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request


@command("stop", examples=("amp-sessions stop add-login-k3j9xa", "amp-sessions stop add-login-k3j9xa --queued"))
@session_argument
@click.option("--queued", is_flag=True, help="Also empty the queue of follow-ups.")
def stop_command(request: Request, ref: str, queued: bool) -> None:
    """Stop a running iteration or test script, wherever it was started.

    The agent is asked to end, then made to; what it did is kept and committed as partial. Nothing running: says so.
    """
    from ampsm.workflows.iteration import stop_session

    stopped = stop_session(request.context, ref, empty_queue=queued)
    session = stopped.session

    def show() -> None:
        if stopped.what is None:
            request.output.answer(f"Nothing is running in session {session.id}.")
        else:
            what = "iteration" if stopped.what == "iteration" else "test script"
            request.output.answer(f"Stopped the {what} of session {session.id}.")
        if queued:
            request.output.answer(f"Follow-ups taken out of the queue: {stopped.emptied}")

    request.output.finish({"session": document(session), "stopped": stopped.what}, show)
