"""`iterate` and `run`: the agent works, the test script judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ampsm.model.errors import ExitCode, UserError
from ampsm.model.record import document
from ampsm_cli.errors import say_error
from ampsm_cli.options import command, session_argument
from ampsm_cli.request import Request
from ampsm_cli.style import clean_lines, duration, paint
from ampsm_cli.values import FILLED, SECONDS, WORDS

if TYPE_CHECKING:
    from ampsm.model.session import Iteration, Session
    from ampsm.model.telemetry import TestResult
    from ampsm.workflows.iteration import IterateOptions
    from ampsm.workflows.session import FollowUp

#: How long the look at the session may take that names the next step.
_LOOK_SECONDS = 10.0


@command(
    "iterate",
    stream=True,
    examples=(
        "amp-sessions iterate add-login-k3j9xa",
        "amp-sessions iterate add-login-k3j9xa --notes 'Fix the failing test'",
        "amp-sessions iterate add-login-k3j9xa --detach",
        "amp-sessions iterate add-login-k3j9xa --queue --notes 'Then update the docs'",
    ),
)
@session_argument
@click.option("--notes", metavar="TEXT", type=WORDS, help="What to tell the agent this time.")
@click.option("--model", metavar="MODEL", type=FILLED, help="Model or mode for this iteration only.")
@click.option("--new-thread", is_flag=True, help="Start a new Amp thread instead of continuing.")
@click.option("--timeout", metavar="SECONDS", type=SECONDS, help="Longest time for the agent.")
@click.option("--no-test", is_flag=True, help="Do not run the test script.")
@click.option("--no-verify", is_flag=True, help="Skip git's commit hooks.")
@click.option("--detach", is_flag=True, help="Return when it has begun; it goes on by itself.")
@click.option("--queue", "queued", is_flag=True, help="When one is at work: store the notes to follow it.")
def iterate_command(
    request: Request,
    ref: str,
    notes: str | None,
    model: str | None,
    new_thread: bool,
    timeout: int | None,
    no_test: bool,
    no_verify: bool,
    detach: bool,
    queued: bool,
) -> int:
    """Run one iteration: the agent works in the session's worktree, what it changed is committed, then the test script
    runs.

    Ctrl-C stops the agent cleanly and keeps what it did. Exit code: 0 done, 7 the agent failed, 8 the tests failed,
    5 the worktree is not what was recorded, 6 the session is busy, 130 stopped.
    """
    if queued:
        alone = {"--model": model, "--new-thread": new_thread, "--timeout": timeout, "--no-test": no_test,
                 "--no-verify": no_verify}  # fmt: skip
        if given := [name for name, value in alone.items() if value]:
            raise UserError("usage", f"--queue stores the notes alone, so {given[0]} would be left out",
                            hint="amp-sessions iterate --help")  # fmt: skip
        from ampsm.workflows.iteration import queue_behind

        if stored := queue_behind(request.context, ref, notes):
            return _show_queued(request, *stored)
    from ampsm.workflows.iteration import IterateOptions

    options = IterateOptions(
        notes=notes, model=model, new_thread=new_thread, timeout=timeout, run_tests=not no_test,
        hooks=False if no_verify else None,
    )  # fmt: skip
    return detach_iteration(request, ref, options) if detach else run_iteration(request, ref, options)


def detach_iteration(request: Request, ref: str, options: IterateOptions) -> int:
    """Starts a worker for the iteration and shows where to watch it."""
    from ampsm.workflows.iteration import LocalExecutor, worker_log
    from ampsm.workflows.session import require_session

    session_id = require_session(request.context, ref).id
    number = LocalExecutor(request.context).start(session_id, options)
    session = require_session(request.context, session_id)
    iteration = session.last_iteration if number is not None else None

    def show() -> None:
        watch = f"logs {session_id} --follow"
        if number is None:
            watch = f"status {session_id}"
            request.output.answer(f"The iteration of {session_id} has not begun yet: its worker waits for git, which")
            request.output.answer(f"commits your edits. If it cannot begin, {worker_log(request.context)} says why.")
        else:
            request.output.answer(f"Iteration {number} of {session_id} is at work.")
        for what, words in (("watch", watch), ("stop", f"stop {session_id}")):
            request.output.answer(f"  {what:<10} {request.output.typed(f'amp-sessions {words}')}")

    request.output.finish({"session": document(session), "iteration": document(iteration)}, show)
    return ExitCode.DONE


def _show_queued(request: Request, session: Session, entry: FollowUp) -> int:
    request.output.finish(
        {"session": document(session), "queued": entry.document()},
        lambda: request.output.answer(f"Queued as {entry.id}; it runs when the current iteration ends."),
    )
    return ExitCode.DONE


def run_iteration(
    request: Request, ref: str, options: IterateOptions | None = None, *, session: Session | None = None
) -> int:
    """Runs the iteration and shows it as it goes and at its end; returns its exit code.

    `session` is given when the same command has just created it: then an iteration that could not begin is an error
    beside that session, not instead of it.
    """
    from ampsm.model.transitions import iteration_exit_code
    from ampsm.system.stopping import stop_on_signals
    from ampsm.workflows.iteration import drain, goes_on, iterate_session
    from ampsm_cli.progress import watching

    output = request.output
    output.keep_going = True
    try:
        with stop_on_signals() as stop, watching(request, ref) as watcher:
            found, iteration = iterate_session(request.context, ref, options, on_event=watcher.on_event, stop=stop)
            queue_goes_on = goes_on(iteration, stop)
    except UserError as error:
        if session is None:
            raise
        say_error(output, error.document())
        output.finish({"session": document(session), "iteration": None}, lambda: None, error.document())
        return error.exit_code
    error_document = iteration_error(found, iteration)
    output.finish(
        {"session": document(found), "iteration": document(iteration)},
        lambda: _show(request, found, iteration, watcher.subjects),
        error_document,
    )
    if error_document:
        say_error(output, error_document)
    try:
        goes_on_now = queue_goes_on and drain(request.context, found.id)
    except UserError as error:  # the iteration has ended as it has, and was answered
        output.note(f"the follow-ups that wait are left for later: {error.message}")
        goes_on_now = False
    if goes_on_now:
        watch = output.typed(f"amp-sessions logs {found.id} --follow")
        output.narrate(f"The queued follow-ups go on by themselves: {watch}")
    return iteration_exit_code(iteration)


def iteration_error(session: Session, iteration: Iteration) -> dict[str, Any] | None:
    """The Error document of an iteration that did not end well: the agent's, or that of failing tests."""
    if iteration.error:
        return iteration.error
    if iteration.test and not iteration.test.passed:
        return tests_failed(session.id, iteration.test)
    return None


def tests_failed(session_id: str, test: TestResult) -> dict[str, Any]:
    too_long = f"did not end in time and was stopped after {duration(test.duration_ms)}"
    how = too_long if test.timed_out else f"exited with {test.exit_code}"
    return {
        "code": "tests-failed",
        "message": f"The tests failed: '{test.command}' {how}",
        "hint": f"amp-sessions iterate {session_id} --notes 'Fix the failing tests'",
        "details": {"exitCode": test.exit_code, "timedOut": test.timed_out},
    }


def _show(request: Request, session: Session, iteration: Iteration, subjects: dict[str, str]) -> None:
    from ampsm.system.calls import at_most
    from ampsm.workflows.status import next_command
    from ampsm_cli.summary import show_iteration

    with at_most(_LOOK_SECONDS):  # what was stopped because it hung may hang again
        next_step = next_command(request.context, session)
    show_iteration(request.output, iteration, subjects, next_step)


@command(
    "run",
    stream=True,
    examples=("amp-sessions run add-login-k3j9xa", "amp-sessions run add-login-k3j9xa --timeout 60 --json"),
)
@session_argument
@click.option("--timeout", metavar="SECONDS", type=SECONDS, help="Longest time for the script.")
def run_command(request: Request, ref: str, timeout: int | None) -> int:
    """Run the session's test script in its worktree.

    Its output goes to standard output. While a merge waits with all its conflicts resolved, it judges what the merge
    goes on with, and is not asked again then. Exit code: 0 passed, 8 failed.
    """
    from ampsm.journal.codec import progress_document
    from ampsm.journal.events import Event, TestOutput, TestStarted, Warned
    from ampsm.system.stopping import stop_on_signals
    from ampsm.workflows.iteration import run_test_script
    from ampsm.workflows.session import require_session

    output = request.output
    output.keep_going = True

    lines: list[str] = []

    def on_event(event: Event) -> None:
        if output.streaming and not isinstance(event, TestStarted):
            output.event_document(progress_document(event))
        if isinstance(event, Warned):
            output.note(event.message)
        if not isinstance(event, TestOutput):
            return
        lines.append(event.text)
        if output.human:
            output.answer(clean_lines(event.text) if output.answer_is_terminal else event.text)
            if output.answer_is_terminal:
                output.flush()

    try:
        with stop_on_signals() as stop:
            result, text = run_test_script(request.context, ref, timeout=timeout, on_event=on_event, stop=stop)
    except UserError as error:
        if error.code != "cancelled":
            raise
        said = "".join(f"{line}\n" for line in lines)
        say_error(output, error.document())
        output.finish({"test": None, "output": said}, output.flush, error.document())
        return error.exit_code
    error_document = None if result.passed else tests_failed(require_session(request.context, ref).id, result)
    output.finish({"test": document(result), "output": text}, output.flush, error_document)
    if error_document:
        say_error(output, error_document)
    elif output.human:
        passed = paint("✔ tests passed", "green", on=output.narration_color)
        output.narrate(f"{passed}  {duration(result.duration_ms)}")
    return ExitCode.DONE if result.passed else ExitCode.TESTS_FAILED
