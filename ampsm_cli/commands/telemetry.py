"""`tools` and `usage`: what the agent did and spent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.telemetry import ToolCall, Usage
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import cost, count, duration, local_time, without_worktree
from ampsm_cli.tables import Column, TableCell, show_table
from ampsm_cli.values import FILLED, POSITIVE

if TYPE_CHECKING:
    from ampsm.workflows.review import ModelSpent, SessionUsage


@command(
    "tools",
    examples=("amp-sessions tools add-login-k3j9xa --last", "amp-sessions tools add-login-k3j9xa --limit 10 --json"),
)
@session_argument
@click.option("--last", is_flag=True, help="Only of the last iteration.")
@click.option(
    "--since",
    metavar="SHA|TIME",
    type=FILLED,
    help="Only since a commit, or a time such as 2026-11-24 or 2026-11-24T10:00.",
)
@click.option("--iteration", metavar="N", type=POSITIVE, help="Only of iteration N.")
@click.option("--limit", metavar="N", type=POSITIVE, help="Only the N newest.")
@click.option("--failed", is_flag=True, help="Only calls that failed.")
def tools_command(
    request: Request, ref: str, last: bool, since: str | None, iteration: int | None, limit: int | None, failed: bool
) -> None:
    """List a session's tool calls, the oldest first."""
    from ampsm.workflows.review import session_tool_calls

    if last and iteration is not None:
        raise UserError("usage", "Give only one of --last and --iteration.", hint="amp-sessions tools --help")
    calls = session_tool_calls(
        request.context, ref, last=last, since=since, iteration=iteration, limit=limit, failed=failed
    )
    request.output.finish({"toolCalls": document(calls)}, lambda: _show_tools(
        request.output, calls, filtered=bool(last or since or iteration or failed)
    ))  # fmt: skip


def _show_tools(output: Output, calls: list[ToolCall], *, filtered: bool) -> None:
    if not calls:
        output.narrate("No tool call matches." if filtered else "No tool calls yet.")
        return
    on_screen = output.answer_is_terminal
    show_table(
        output,
        (Column("ITER" if on_screen else "ITERATION", right=True), Column("STARTED", leave_out=2), Column("TOOL"),
         Column("RESULT"), Column("TOOK", right=True, leave_out=1), Column("ARGUMENTS", keep=False)),
        [
            (str(call.iteration), local_time(call.started_at) if on_screen else call.started_at,
             ("  " if call.parent_id else "") + call.tool, _result(call, on_screen),
             duration(call.duration_ms), _short_arguments(call) if on_screen else _arguments(call))
            for call in calls
        ],
    )  # fmt: skip


def _result(call: ToolCall, on_screen: bool) -> TableCell:
    symbol, word, style = {
        True: ("✔", "ok", "green"),
        False: ("✘", "failed", "red"),
        None: ("·", "unknown", "dim"),
    }[call.success]
    return (f"{symbol} {word}" if on_screen else word), style


def _arguments(call: ToolCall) -> str:
    args = call.args
    if len(args) == 1 and isinstance(only := next(iter(args.values())), str):
        return only
    return json.dumps(args, ensure_ascii=False) if args else ""


def _short_arguments(call: ToolCall) -> str:
    from ampsm.journal.text import argument_summary

    return without_worktree(argument_summary(call.args))


@command(
    "usage",
    examples=("amp-sessions usage add-login-k3j9xa", "amp-sessions usage add-login-k3j9xa --range 5 --json"),
)
@session_argument
@click.option("--last", is_flag=True, help="Only of the last iteration.")
@click.option("--range", "range_", metavar="N", type=POSITIVE, help="Only of the last N iterations.")
def usage_command(request: Request, ref: str, last: bool, range_: int | None) -> None:
    """Show tokens and cost per iteration, per model and in all; what was not reported is '–'."""
    from ampsm.workflows.review import session_usage

    if last and range_ is not None:
        raise UserError("usage", "Give only one of --last and --range.", hint="amp-sessions usage --help")
    found = session_usage(request.context, ref, last=1 if last else range_)
    models = [m for m in found.models if m.model is not None or m.usage.reported]
    shown = {
        "totals": document(found.totals),
        "iterations": [
            {"number": i.number, "model": i.model, "startedAt": i.started_at, **document(i.usage)}
            for i in found.iterations
        ],
        "models": [{"model": m.model, "iterations": m.iterations, **document(m.usage)} for m in models],
    }
    request.output.finish(shown, lambda: _show_usage(request.output, found, models))


def _show_usage(output: Output, found: SessionUsage, models: list[ModelSpent]) -> None:
    if not found.iterations:
        output.narrate("No iterations yet.")
        return
    rows: list[list[TableCell]] = [[str(i.number), i.model or "–", *_figures(i.usage)] for i in found.iterations]
    rows.append([("total", "bold"), "", *((text, "bold") for text in _figures(found.totals))])
    show_table(output, (Column("ITERATION", right=True), Column("MODEL", keep=False), *_FIGURES), rows)
    if len(models) > 1:
        output.answer()
        show_table(
            output,
            (Column("MODEL", keep=False), Column("ITERATIONS", right=True), *_FIGURES),
            [[m.model or "–", str(m.iterations), *_figures(m.usage)] for m in models],
        )
    if found.totals.estimated:
        output.narrate("Some of the figures were read from text and are estimates.")


_FIGURES = (
    Column("INPUT", right=True),
    Column("CACHE READ", right=True, leave_out=2),
    Column("CACHE WRITE", right=True, leave_out=3),
    Column("OUTPUT", right=True),
    Column("TOTAL", right=True),
    Column("COST", right=True),
)


def _figures(usage: Usage) -> list[str]:
    return [
        count(usage.prompt_tokens), count(usage.cache_read_tokens), count(usage.cache_write_tokens),
        count(usage.completion_tokens), count(usage.total_tokens), cost(usage.cost_usd),
    ]  # fmt: skip
