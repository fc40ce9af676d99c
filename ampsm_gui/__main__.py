"""`amp-session-conductor`: the desktop app; says in one line what to install when Qt is not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ampsm_gui.arguments import Arguments, parse_arguments
from ampsm_gui.screen import qt_problem


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
    from ampsm.model.errors import UserError
    from ampsm_gui.app import run
    from ampsm_gui.grab import grab_page

    try:
        return grab_page(arguments) if arguments.grab else run(arguments)
    except UserError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
