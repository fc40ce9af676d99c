"""`amp-session-conductor`: the desktop app; says in one line what to install when Qt is not there."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ampsm_gui.arguments import Arguments, parse_arguments

_DEBIAN = "libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0"


def main(words: Sequence[str] | None = None) -> int:
    """Runs the app and returns its exit code: 1 without Qt, 2 for wrong usage, 3 for an unknown session."""
    arguments = parse_arguments(sys.argv[1:] if words is None else words)
    if arguments.grab and not _has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    problem = _qt_problem()
    if problem is not None:
        message, hint = problem
        print(f"error: {message}\nhint: {hint}", file=sys.stderr)
        return 1
    return _run(arguments)


def _run(arguments: Arguments) -> int:
    from ampsm.model.errors import UserError
    from ampsm_gui.app import run

    try:
        return run(arguments)
    except UserError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return error.exit_code


def _qt_problem() -> tuple[str, str] | None:
    """What keeps Qt from working, and what to install: the extra, Qt's system libraries or a screen."""
    try:
        from PySide6 import QtSvg, QtWidgets  # noqa: F401
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("PySide6", "shiboken6")):
            raise
        return "The desktop app needs PySide6, which is not installed", "pip install 'ampsm[gui]'"
    except ImportError as error:
        return f"Qt cannot be loaded: {str(error).splitlines()[0]}", f"sudo apt-get install {_DEBIAN}"
    if not _has_screen():
        return "There is no screen to open a window on", "amp-sessions list"
    return None


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
