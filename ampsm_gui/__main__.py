"""`amp-session-conductor`: the desktop app; says in one line what to install when Qt is not there."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampsm_gui.arguments import Arguments, parse_arguments
from ampsm_gui.screen import qt_problem

if TYPE_CHECKING:
    from ampsm.model.errors import UserError


def main(words: Sequence[str] | None = None) -> int:
    """Runs the app and returns its exit code: 1 without Qt, 2 for wrong usage, 3 for an unknown session."""
    arguments = parse_arguments(sys.argv[1:] if words is None else words)
    if arguments.grab and sys.platform == "linux" and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a picture needs no screen, and no window that flashes up
    problem = qt_problem()
    if problem is not None:
        message, hint = problem
        print(f"error: {message}\nhint: {hint}", file=sys.stderr)
        return 1
    return _run(arguments)


def _run(arguments: Arguments) -> int:
    from ampsm.model.errors import ExitCode, UserError
    from ampsm_gui.app import run, show_trouble
    from ampsm_gui.grab import grab_page

    try:
        return grab_page(arguments) if arguments.grab else run(arguments)
    except UserError as error:
        error.hint = _on_the_same(error.hint, arguments.database)
        _print(error)
        # A session that is not there was named by somebody who types, or by a program.
        if not arguments.grab and error.exit_code not in (ExitCode.USAGE, ExitCode.NOT_FOUND):
            show_trouble(error, arguments.theme)
        return error.exit_code


def _print(error: UserError) -> None:
    if sys.stderr is None:
        return
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)
    sys.stderr.flush()


def _on_the_same(hint: str | None, database: str | None) -> str | None:
    """The hint, with the database that this window was to open."""
    if not hint or not database:
        return hint
    return hint.replace("amp-sessions ", f"amp-sessions --db {shlex.quote(database)} ")


if __name__ == "__main__":
    sys.exit(main())
