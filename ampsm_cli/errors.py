"""Errors in words: `error:` and `hint:` on stderr, one document with `--json` (SPEC section 2)."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from ampsm.model.errors import Stopped, UserError, quoted
from ampsm_cli.output import HUMAN, JSON, STREAM, Output
from ampsm_cli.style import clean, paint

if TYPE_CHECKING:
    from ampsm_cli.request import Request

PROGRAM = "amp-sessions"
_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)
_MISPLACED = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None when none is near."""
    from difflib import get_close_matches

    by_lower = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def mode_wanted(arguments: Sequence[str]) -> str:
    """The output mode a command line asks for, also for one that could not be parsed completely."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--stream-json" in options:
        return STREAM
    return JSON if "--json" in options else HUMAN


def from_click(error: click.ClickException) -> UserError:
    """A mistake in the command line, found by click, as a UserError of exit code 2."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else PROGRAM
    code = "usage"
    hint = f"{path} --help"
    if isinstance(error, click.NoSuchOption):
        known = [option for param in ctx.command.get_params(ctx) for option in param.opts] if ctx else []
        near = nearest(error.option_name[2:], [option[2:] for option in known if option.startswith("--")])
        question = f" Did you mean '--{near}'?" if near else ""
        return UserError("unknown-option", f"There is no option '{error.option_name}'.{question}", hint=hint)
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        code = "invalid-value"
    elif isinstance(error, click.MissingParameter) and error.param and error.param.name == "ref":
        return UserError("usage", f"{path} needs a session.", hint=f"{PROGRAM} list")
    return UserError(code, error.format_message(), hint=hint)


def from_os(error: OSError) -> UserError:
    """An error of the operating system that nobody has translated closer to its origin."""
    where = f": {error.filename}" if error.filename else ""
    message = f"{error.strerror or error}{where}"
    if error.errno in _FULL:
        return UserError("disk-full", message, hint="df -h")
    if error.errno in _PERMISSION:
        from ampsm.system import access

        named = error.filename
        way = access.way_in(named) if isinstance(named, str | os.PathLike) else None
        hint = way or (f"ls -ld {quoted(named)}" if named else f"{PROGRAM} config path")
        return UserError("permission-denied", message, hint=hint)
    if error.errno == errno.ENOENT and not error.filename and not _is_here():
        message = "The folder that this command was started in is gone"
        return UserError("failed", message, hint=f"cd {quoted(os.path.expanduser('~'))}")  # noqa: PTH111
    if error.errno in _MISPLACED:
        return UserError("failed", message, hint=f"{PROGRAM} doctor --fix")
    return UserError("failed", message, hint=f"AMPSM_DEBUG=1 {PROGRAM} …")


def _is_here() -> bool:
    try:
        return bool(os.getcwd())  # noqa: PTH109
    except OSError:
        return False


def from_stop(error: BaseException) -> UserError:
    name = error.signal_name if isinstance(error, Stopped) else "SIGINT"
    return UserError("cancelled", f"Stopped by {name}.", hint=f"{PROGRAM} list", details={"signal": name})


def from_bug(error: BaseException) -> UserError:
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return UserError(
        "failed",
        f"This is a bug in {PROGRAM} ({what}).",
        hint=f"AMPSM_DEBUG=1 {PROGRAM} …  (the same command again shows where; please report it)",
        details={"bug": True},
    )


def report(request: Request, output: Output, error: UserError) -> None:
    """Shows the error of a command that did nothing: two lines on stderr, and `{"error": …}` with `--json`."""
    output.database = request.database
    document = request.redacted({**error.document(), "hint": error.hint or _any_hint(error.code)})
    document = output.typed_in(document)
    say_error(output, document)
    if output.mode == JSON:
        output.answer_bytes(_line({"error": document}))
    elif output.mode == STREAM:
        output.event_document({"type": "result", "error": document})


def say_error(output: Output, document: dict[str, object]) -> None:
    """The two lines."""
    on = output.narration_color
    output.narrate(paint("error:", "bold red", on=on) + " " + clean(str(document["message"])))
    hint = output.typed(str(document.get("hint") or _any_hint(str(document.get("code")))))
    output.narrate(paint("hint:", "cyan", on=on) + " " + clean(hint))


def _any_hint(code: str) -> str:
    """Of an error that knows none of its own: `doctor` says what is wrong."""
    return f"{PROGRAM} {'--help' if code == 'usage' else 'doctor'}"


def _line(document: dict[str, object]) -> bytes:
    import json

    return json.dumps(document).encode() + b"\n"
