"""`queue`: the follow-up prompts that wait for the current iteration to end."""

from __future__ import annotations

import click

from ampsm.model.errors import UserError
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.style import clean, local_time
from ampsm_cli.values import FILLED, WORDS


@command(
    "queue",
    examples=(
        "amp-sessions queue add-login-k3j9xa",
        "amp-sessions queue add-login-k3j9xa --edit q-5f3a9c01 --notes 'Then update the docs'",
        "amp-sessions queue add-login-k3j9xa --remove q-5f3a9c01",
    ),
)
@session_argument
@click.option("--edit", metavar="ID", type=FILLED, help="Change the text of this follow-up (with --notes).")
@click.option("--notes", metavar="TEXT", type=WORDS, help="The new text.")
@click.option("--remove", metavar="ID", type=FILLED, help="Take this follow-up out.")
def queue_command(request: Request, ref: str, edit: str | None, notes: str | None, remove: str | None) -> None:
    """Show the follow-ups that wait, in order; edit or remove one.

    `amp-sessions iterate SESSION --queue --notes TEXT` adds one while an iteration is at work.
    """
    from ampsm.workflows.session import edit_queued, queued, remove_queued, require_session

    if (edit is None) != (notes is None) or (edit and remove):
        raise UserError("usage", "Give --edit ID with --notes TEXT, or --remove ID",
                        hint="amp-sessions queue SESSION --edit ID --notes 'new text'")  # fmt: skip
    session = require_session(request.context, ref)
    if edit and notes:
        edit_queued(request.context, session, edit, notes)
    if remove:
        remove_queued(request.context, session, remove)
    entries = queued(request.context, session.id)

    def show() -> None:
        if not entries:
            request.output.narrate(f"No follow-up waits in session {session.id}.")
        for entry in entries:
            notes = clean(" ".join(entry.notes.split()))
            request.output.answer(f"{entry.id}  {local_time(entry.at)}  {notes}")

    request.output.finish({"queue": [entry.document() for entry in entries]}, show)
