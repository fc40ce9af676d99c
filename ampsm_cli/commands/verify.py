"""`verify-amp`: a line for each thing an iteration needs, and what to do where it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ampsm.model.errors import ExitCode
from ampsm.model.record import document
from ampsm_cli.errors import say_error
from ampsm_cli.options import command
from ampsm_cli.request import Request
from ampsm_cli.style import clean, paint

if TYPE_CHECKING:
    from ampsm.workflows.upkeep import AmpCheck

_SYMBOLS = {"pass": ("✔", "green"), "warn": ("!", "yellow"), "fail": ("✘", "red"), "skip": ("○", "dim")}


@command("verify-amp", stream=True, examples=("amp-sessions verify-amp", "amp-sessions verify-amp --no-smoke --json"))
@click.option("--no-smoke", is_flag=True, help="Do not try an iteration.")
def verify_amp_command(request: Request, no_smoke: bool) -> int:
    """Check that Amp is installed, what its release can do, that it is logged in, and which permissions are in force;
    then let it do one iteration in a scratch repository, which is removed.

    The iteration is one short request to Amp, with your settings. It all takes at most 20 seconds. Exit code: 0 all is
    well, 7 something is missing.
    """
    from ampsm.system.stopping import stop_on_signals
    from ampsm.workflows.upkeep import verify_amp

    output = request.output

    def on_check(check: AmpCheck) -> None:
        if output.streaming:
            output.event_document({"type": "check", **request.redacted(document(check))})
        elif output.human:
            _show(request, check)

    with stop_on_signals() as stop:
        found = verify_amp(request.context, smoke=not no_smoke, on_check=on_check, stop=stop)
    error = request.redacted(found.error.document()) if found.error else None
    output.finish(request.redacted(document(found)), output.flush, error)
    if error:
        say_error(output, error)
    return ExitCode.AGENT if error else ExitCode.DONE


def _show(request: Request, check: AmpCheck) -> None:
    output = request.output
    on = output.answer_color
    symbol, style = _SYMBOLS[check.status]
    message = clean(request.context.redactor.redact(check.message))
    output.answer(f"{paint(symbol, style, on=on)} {check.id:<13} {message}")
    if check.hint:
        output.answer(f"  {'':<13} {paint(clean(output.typed(check.hint)), 'dim', on=on)}")
    if output.answer_is_terminal:
        output.flush()
