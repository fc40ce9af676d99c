"""Whether Qt will find its libraries and a screen: it ends the program with a core dump when it does not."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

_DEBIAN = "libegl1 libgl1 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1"
_INSTALL = f"sudo apt-get install {_DEBIAN}"
_SECONDS = 2.0

_Problem = tuple[str, str]


def _has_screen() -> bool:
    """Whether the environment names a screen, or a platform of Qt that needs none."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def qt_problem() -> _Problem | None:
    """What keeps Qt from working, and what to do: the extra, Qt's system libraries or a screen is missing."""
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return "The desktop app needs PySide6, which is not installed", "pip install 'ampsm[gui]'"
    try:
        from PySide6 import QtSvg, QtWidgets  # noqa: F401
    except ImportError as error:
        return f"Qt cannot be loaded: {str(error).splitlines()[0]}", _INSTALL
    if not _has_screen():
        return "There is no screen to open a window on", "amp-sessions list"
    return _x11_problem(Path(next(iter(spec.submodule_search_locations))))


def _x11_problem(qt: Path) -> _Problem | None:
    """Only where Qt will choose X11: on Linux, by DISPLAY, unless the environment says otherwise."""
    platform = os.environ.get("QT_QPA_PLATFORM") or ("wayland" if os.environ.get("WAYLAND_DISPLAY") else "xcb")
    plugin = qt / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if sys.platform != "linux" or platform.partition(":")[0] != "xcb" or not plugin.exists():
        return None
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return f"Qt lacks a library of the system: {str(error).partition(': cannot open')[0]}", _INSTALL
    display = os.environ.get("DISPLAY", "")
    if _answers(display):
        return None
    return f"No screen answers at {display or 'DISPLAY, which is not set'}", "echo $DISPLAY"


def _answers(display: str) -> bool:
    """Whether an X server of this machine listens; one of another machine is not asked."""
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if not local:
        return bool(display)
    for place in (f"/tmp/.X11-unix/X{local[1]}", f"\0/tmp/.X11-unix/X{local[1]}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            knock.settimeout(_SECONDS)
            try:
                knock.connect(place)
            except OSError:
                continue
            return True
    return False
