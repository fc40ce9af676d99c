"""Opening the desktop app, which is a program of its own (SPEC section 3, `gui`)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm.system import processes

_PROGRAM = "amp-session-conductor"
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def require_desktop(environ: Mapping[str, str]) -> None:
    """Raises `gui-missing` when the app's extra is not installed, `no-screen` where no window can be shown (exit 1)."""
    if find_spec("PySide6") is None:
        raise UserError(
            "gui-missing", "The desktop app needs PySide6, which is not installed", hint="pip install 'ampsm[gui]'"
        )
    if sys.platform == "linux" and not any(environ.get(name) for name in _SCREENS):
        raise UserError("no-screen", "There is no screen to open a window on", hint="amp-sessions list")


def require_database(ctx: Context) -> None:
    """Raises `database-missing` before a window opens on a database that is lost; all else the window says."""
    try:
        _ = ctx.store
    except UserError as error:
        if error.code == "database-missing":
            raise


class DesktopWindow:
    """The desktop app beside a command that goes on."""

    def __init__(self, environ: Mapping[str, str], *words: str) -> None:
        self._process = processes.start_beside(_argv(*words), env=environ)

    @property
    def is_open(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        """Waits until it is closed; its exit code."""
        return self._process.wait()

    def close(self) -> None:
        """Closes it as Ctrl-C would, and waits."""
        if self.is_open:
            self._process.terminate()
        self._process.wait()


def open_window(environ: Mapping[str, str], *words: str) -> NoReturn:
    """This command becomes the desktop app; it says itself what it lacks, and with which exit code."""
    processes.become(_argv(*words), environ)


def _argv(*words: str) -> list[str]:
    beside = Path(sys.executable).with_name(_PROGRAM)
    return [str(beside), *words] if beside.is_file() else [sys.executable, "-m", "ampsm_gui", *words]
