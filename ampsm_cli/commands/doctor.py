"""`doctor`: what is wrong, what it means, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from ampsm.model.errors import ExitCode
from ampsm.model.record import document
from ampsm_cli.options import command
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import clean, paint, plural
from ampsm_cli.values import WORD

if TYPE_CHECKING:
    from ampsm.workflows.upkeep import Finding

_LOOK = {"error": ("✘", "red"), "warning": ("◆", "yellow"), "info": ("·", "dim"), "fixed": ("✔", "green")}
_INDENT = " " * 13


@command(
    "doctor",
    examples=(
        "amp-sessions doctor", "amp-sessions doctor --fix", "amp-sessions doctor --accept add-login-k3j9xa",
        "amp-sessions doctor --json",
    ),
)  # fmt: skip
@click.option("--fix", is_flag=True, help="Put right what can be put right without touching anybody's work.")
@click.option(
    "--accept", metavar="S", type=WORD, multiple=True,
    help="Accept what the iterations of a session changed in the repository outside its branch.",
)  # fmt: skip
def doctor_command(request: Request, fix: bool, accept: tuple[str, ...]) -> int:
    """Find and explain what is wrong with database, sessions, worktrees, branches, journals, locks, processes,
    settings and space.

    Changes nothing without --fix, and deletes no work with it. What an agent changed in a repository outside its branch
    is named, with the command that takes it back, until that is done or it is accepted. A database that is lost is made
    again with --fix, from the journals beside it. Exit code 1 while an error or a warning is left.
    """
    from ampsm.workflows.session import accept_changes
    from ampsm.workflows.upkeep import examine_health

    for ref in accept:
        for change in accept_changes(request.context, ref):
            request.output.note(request.context.redactor.redact(f"accepted: {change.message}"))
    report = examine_health(request.context, fix=fix)
    answer = request.redacted(document(report))
    for finding, shown in zip(report.findings, answer["findings"], strict=True):
        finding.message, finding.subject, finding.fix = shown["message"], shown["subject"], shown["fix"]
    request.output.finish(answer, lambda: _show(request.output, report.findings, fixing=fix))
    return ExitCode.DONE if report.ok else ExitCode.FAILED


def _show(output: Output, findings: Sequence[Finding], *, fixing: bool) -> None:
    on = output.answer_color
    for topic, group in groupby(findings, key=lambda finding: finding.topic):
        output.answer(topic, "bold")
        for finding in group:
            word = "fixed" if finding.fixed else finding.severity
            symbol, style = _LOOK[word]
            subject = paint(clean(finding.subject), "bold", on=on)
            output.answer(f"  {paint(f'{symbol} {word:<8}', style, on=on)} {subject}")
            _paragraph(output, finding.message)
            if finding.fix and not finding.fixed:
                _paragraph(output, ("" if finding.repair else "to do: ") + output.typed(finding.fix), "cyan")
        output.answer()
    _show_end(output, findings, fixing=fixing)


def _paragraph(output: Output, text: str, style: str = "") -> None:
    """Indented, broken between words on a terminal; a command keeps its line, so that it can be copied."""
    lines = [clean(text)]
    if output.answer_is_terminal and not style:
        from textwrap import wrap

        width = max(40, output.width - len(_INDENT))
        lines = wrap(lines[0], width, break_long_words=False, break_on_hyphens=False)
    for line in lines:
        output.answer(_INDENT + paint(line, style, on=output.answer_color))


def _show_end(output: Output, findings: Sequence[Finding], *, fixing: bool) -> None:
    left = [finding for finding in findings if finding.left]
    fixed = sum(finding.fixed for finding in findings)
    if fixed:
        output.answer(f"{plural(fixed, 'finding')} put right.", "green")
    if not left:
        output.answer("All is well.", "green")
        return
    errors = sum(finding.severity == "error" for finding in left)
    output.answer(f"{plural(errors, 'error')}, {plural(len(left) - errors, 'warning')} left.", "bold")
    mendable = sum(finding.repair is not None for finding in left)
    if mendable and not fixing:
        output.answer(output.typed(f"`amp-sessions doctor --fix` puts {mendable} of them right."))
