"""`status`: a session in full."""

from __future__ import annotations

from typing import Any

from ampsm.model.errors import ExitCode
from ampsm.model.record import document
from ampsm_cli.errors import say_error
from ampsm_cli.options import command, session_argument
from ampsm_cli.output import Output
from ampsm_cli.request import Request
from ampsm_cli.style import clean, cost, count, duration, local_time, paint, plural, short_count, status_word
from ampsm_cli.summary import counted, fact
from ampsm_cli.tables import Column, show_table

_MEANING = {
    "idle": "ready",
    "running": "an iteration is at work",
    "awaiting-input": "needs you",
    "error": "the agent failed",
    "done": "merged",
}
_PROMPT_LINES = 5


@command("status", examples=("amp-sessions status add-login-k3j9xa", "amp-sessions status 'Add login' --json"))
@session_argument
def status_command(request: Request, ref: str) -> int:
    """Show everything about a session: state, git, iterations, totals and the next step.

    While its repository is not there, what is recorded is shown all the same; the exit code is 3.
    """
    from ampsm.workflows.status import session_status

    found = session_status(request.context, ref)
    shown, missing = document(found), found.missing
    error = missing.document() if missing else None
    request.output.finish(shown, lambda: _show(request.output, shown), error)
    if error:
        say_error(request.output, error)
    return missing.exit_code if missing else ExitCode.DONE


def _show(output: Output, shown: dict[str, Any]) -> None:
    session = shown["session"]
    word, style = status_word(session["status"])
    on = output.answer_color
    meaning = _MEANING.get(session["status"], "")
    output.answer(f"{paint(session['id'], 'bold', on=on)}  {paint(word, style, on=on)} ({meaning})")
    fact(output, "name", session["name"])
    lines = session["prompt"].strip().splitlines()
    for i, line in enumerate(lines[:_PROMPT_LINES]):
        fact(output, "" if i else "prompt", line)
    if len(lines) > _PROMPT_LINES:
        fact(output, "", f"… {plural(len(lines) - _PROMPT_LINES, 'line')} more", "dim")
    fact(output, "repository", session["repo"])
    fact(output, "branch", session["branch"])
    fact(output, "base", f"{session['baseBranch'] or '(no local branch)'} at {session['baseSha'][:10]}")
    fact(output, "worktree", session["worktree"])
    if session["model"]:
        fact(output, "model", session["model"])
    fact(output, "tests", session["scriptCommand"] or "none")
    if session["threadId"]:
        fact(output, "thread", session["threadId"])
    if shown["git"]:
        _show_git(output, session, shown["git"])
    if shown["merge"]:
        merge = shown["merge"]
        waits = f"waits for {merge['waitingFor']}" if merge["waitingFor"] else f"cut off at {merge['step']}"
        fact(output, merge["operation"], f"with {merge['onto']} is open: {waits}", "yellow")
        for note in merge["notes"]:
            fact(output, "note", output.typed(note), "yellow")
    _show_totals(output, session["totals"])
    if shown["iterations"]:
        output.answer()
        _show_iterations(output, shown["iterations"])
    for follow_up in shown.get("queue") or ():
        fact(output, "queued", follow_up["notes"])
    output.answer()
    output.answer_paragraph(f"Next: {clean(output.typed(shown['nextStep']))}")


def _show_git(output: Output, session: dict[str, Any], git: dict[str, Any]) -> None:
    base = session["baseBranch"] or "base"
    known = git["ahead"] is not None
    fact(output, "commits", f"{count(git['ahead'])} ahead of {base}, {count(git['behind'])} behind" if known else "–")
    dirt = counted([(git["staged"], "staged"), (git["unstaged"], "unstaged"), (git["untracked"], "untracked")])
    clean_word = "–" if git["staged"] is None else "all committed"
    fact(output, "changes", f"uncommitted: {dirt}" if dirt else clean_word, "yellow" if dirt else "")
    if git["testLeftovers"]:
        fact(output, "leftovers", "from the test script: " + ", ".join(git["testLeftovers"]))
    if git["conflictsWithBase"]:
        fact(output, "conflicts", f"with {base}: " + ", ".join(git["conflictsWithBase"]), "yellow")


def _show_totals(output: Output, usage: dict[str, Any]) -> None:
    if usage["totalTokens"] is None:
        return
    split = f"{count(usage['promptTokens'])} in, {count(usage['completionTokens'])} out"
    figures = f"{count(usage['totalTokens'])} ({split})"
    fact(output, "tokens", figures + (f", {cost(usage['costUsd'])}" if usage["costUsd"] is not None else ""))


def _show_iterations(output: Output, iterations: list[dict[str, Any]]) -> None:
    show_table(
        output,
        (Column("#", right=True), Column("STATUS"), Column("STARTED", leave_out=4), Column("TOOK", right=True),
         Column("COMMIT"), Column("CHANGES", leave_out=3), Column("TESTS"), Column("TOOLS", right=True, leave_out=2),
         Column("TOKENS", right=True), Column("COST", right=True, leave_out=1)),
        [
            (str(i["number"]), _status(output, i), local_time(i["startedAt"]), duration(i["durationMs"]),
             (i["commitSha"] or "–")[:10], _changes(i), _tests(i["test"]), count(i["toolCalls"]),
             short_count(i["usage"]["totalTokens"]), cost(i["usage"]["costUsd"]))
            for i in iterations
        ],
    )  # fmt: skip
    error = iterations[-1]["error"]
    if error:
        fact(output, "error", f"{error['code']}: {error['message']}", "red")


def _status(output: Output, iteration: dict[str, Any]) -> tuple[str, str]:
    word, style = status_word(iteration["status"])
    return (word if output.answer_is_terminal else iteration["status"]), style


def _changes(iteration: dict[str, Any]) -> str:
    if not iteration["changedFiles"]:
        return "–"
    return f"{plural(iteration['changedFiles'], 'file')} +{iteration['insertions']} -{iteration['deletions']}"


def _tests(test: dict[str, Any] | None) -> tuple[str, str]:
    if test is None:
        return "–", ""
    if test["passed"]:
        return "passed", "green"
    return ("timed out" if test["timedOut"] else f"failed ({test['exitCode']})"), "red"
