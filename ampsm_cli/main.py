"""`amp-sessions`: parse, call one workflow, show the result; every error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from ampsm.model.errors import ExitCode, Stopped, UserError
from ampsm_cli import errors
from ampsm_cli.group import cli
from ampsm_cli.output import HUMAN, Output, ReaderGone, silence
from ampsm_cli.request import Request

COMPLETION_VARIABLE = "_AMP_SESSIONS_COMPLETE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns its exit code (SPEC section 2)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if COMPLETION_VARIABLE in os.environ:
        cli.main(words, prog_name=errors.PROGRAM, complete_var=COMPLETION_VARIABLE, obj=Request())
    request = Request()
    try:
        code = run(words, request)
        request.output.flush()
        return code
    except (ReaderGone, BrokenPipeError):  # the second one: click's own help
        silence(sys.stdout)
        return ExitCode.DONE
    except BaseException as error:
        return _failed(request, words, error)
    finally:
        try:
            request.close()
        except UserError as error:
            errors.report(request, Output(HUMAN, color=False, environ=request.environ), error)


def run(arguments: Sequence[str], request: Request) -> int:
    """One command line in the name of `request`; errors are raised."""
    words = list(arguments)
    try:
        with cli.make_context(errors.PROGRAM, words, obj=request) as ctx:
            code = cli.invoke(ctx)
        return int(code or 0)
    except click.exceptions.Exit as ending:
        return int(ending.exit_code)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and type(error).__name__ == "NoArgsIsHelpError" and error.ctx:
            request.output.answer(error.ctx.get_help(), as_it_is=True)
            return ExitCode.DONE
        raise errors.from_click(error) from error


def _failed(request: Request, words: Sequence[str], error: BaseException) -> int:
    if isinstance(error, SystemExit):
        raise error
    found = _in_words(error)
    mode = errors.mode_wanted(words)
    output = Output(mode, color=request.color and "--no-color" not in words, environ=request.environ)
    if os.environ.get("AMPSM_DEBUG", "") not in ("", "0"):
        import traceback

        trace = "".join(traceback.format_exception(error)).rstrip("\n")
        output.narrate(str(request.redacted({"trace": trace})["trace"]))
    try:
        if found.code == "cancelled" and output.narration_is_terminal:
            output.narrate()  # ends the line with the terminal's ^C
        errors.report(request, output, found)
        output.flush()
    except (ReaderGone, OSError):
        pass
    return found.exit_code


def _in_words(error: BaseException) -> UserError:
    if isinstance(error, UserError):
        return error
    if isinstance(error, (Stopped, KeyboardInterrupt, click.Abort)):
        return errors.from_stop(error)
    if isinstance(error, OSError):
        return errors.from_os(error)
    return errors.from_bug(error)


if __name__ == "__main__":
    sys.exit(main())
