"""How a command is declared: its own options, the global ones, `--json`, and examples at the end of its help."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from ampsm.model.errors import Stopped
from ampsm_cli.output import JSON, STREAM
from ampsm_cli.request import Request
from ampsm_cli.values import WORD

F = TypeVar("F", bound=Callable[..., Any])
GLOBAL = "Global options"


def _request(ctx: click.Context) -> Request:
    found = ctx.find_object(Request)
    return found if found is not None else Request()


def _store(field: str, value_when_given: Any = None) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback that writes what was given into the request: the option may stand before or after the command."""

    def store(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
        if value not in (None, False, 0):
            setattr(_request(ctx), field, value if value_when_given is None else value_when_given)
        return value

    return store


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("ampsm")
        except PackageNotFoundError:
            found = "(not installed)"
        _request(ctx).output.answer(f"amp-sessions {found}")
        ctx.exit()


def _no_color(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        _request(ctx).color = False


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        _request(ctx).output.answer(ctx.get_help(), as_it_is=True)
        ctx.exit()


class GlobalOption(click.Option):
    """An option every command has; it is shown in a section of its own."""


def global_options() -> list[click.Parameter]:
    return [
        GlobalOption(
            ["--db"],
            metavar="PATH",
            type=WORD,
            expose_value=False,
            callback=_store("database"),
            help="Session database (or AMPSM_DB_PATH).",
        ),
        GlobalOption(
            ["--amp-path"],
            metavar="PATH",
            type=WORD,
            expose_value=False,
            callback=_store("amp_path"),
            help="Amp program; 'demo' is the built-in demo agent.",
        ),
        GlobalOption(
            ["--no-color"], is_flag=True, expose_value=False, callback=_no_color, help="No colours (as does NO_COLOR)."
        ),
        GlobalOption(
            ["-v"], count=True, expose_value=False, callback=_store("verbosity"), help="Tell more on the way."
        ),
        GlobalOption(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="Show the version and exit.",
        ),
        # In place of click's own, which looks for translations of its help text whatever the command.
        GlobalOption(
            ["-h", "--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        ),
    ]


class Command(click.Command):
    """A command with the global options and examples."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.params.extend(global_options())
        self.examples = tuple(examples)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and not isinstance(param, click.Argument):
                (shared if isinstance(param, GlobalOption) else own).append(record)
        for title, records in (("Options", own), (GLOBAL, shared)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def json_option(*, hidden: bool = False) -> click.Option:
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_store("mode", JSON),
        hidden=hidden,
        help="Answer with one JSON object.",
    )


def _stream_option() -> click.Option:
    return click.Option(
        ["--stream-json"],
        is_flag=True,
        expose_value=False,
        callback=_store("mode", STREAM),
        help="One JSON event per line, the result last.",
    )


def command(
    name: str, *, examples: Sequence[str], stream: bool = False, cls: type[Command] = Command, **attributes: Any
) -> Callable[[Callable[..., Any]], Command]:
    """Declares `amp-sessions NAME`. The function gets the request and its own options; it returns an exit code or None.

    `stream` gives it `--stream-json`; it then must print each event itself and end with `output.finish`.
    """

    def declare(function: Callable[..., Any]) -> Command:
        @click.pass_context
        def invoke(ctx: click.Context, /, **values: Any) -> Any:
            _stop_on_signals()
            return function(_request(ctx), **values)

        params = list(reversed(getattr(function, "__click_params__", [])))
        params.append(json_option())
        if stream:
            params.append(_stream_option())
        return cls(name, callback=invoke, params=params, help=function.__doc__, examples=examples, **attributes)

    return declare


def _stop_on_signals() -> None:
    """SIGTERM and SIGHUP end the command as Ctrl-C does, unless they are ignored (nohup): also one that looks may wait
    for a program, and would leave that behind."""
    import signal

    def stop(number: int, _frame: object) -> None:
        raise Stopped(signal.Signals(number).name)

    for sign in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(sign) is signal.SIG_DFL:
            signal.signal(sign, stop)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and os.getsid(0) == os.getpid():  # see `stopping.is_heard`
        signal.signal(signal.SIGINT, signal.default_int_handler)


def session_argument(function: F) -> F:
    """The session a command is about: exact id, exact name or unique prefix of the id; the parameter is `ref`."""
    return click.argument("ref", metavar="SESSION", type=WORD, shell_complete=complete_sessions)(function)


def complete_sessions(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    request = _request(ctx)
    try:
        from ampsm.workflows.session import list_sessions

        return [
            CompletionItem(session.id, help=session.name)
            for session in list_sessions(request.context)
            if session.id.startswith(incomplete)
        ]
    except Exception:
        return []  # a broken store must not break the user's shell
    finally:
        request.close()
