"""Which program `amp` is (SPEC section 8, `ampPath`)."""

from __future__ import annotations

import errno
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from ampsm.model.errors import UserError
from ampsm.model.record import record

#: The value of `ampPath` that means the built-in demo agent.
DEMO = "demo"

_HOW_TO_SET = "amp-sessions config set ampPath /path/to/amp"


class Lookup(Protocol):
    """Something that knows the value of a settings key."""

    def get(self, key: str) -> Any: ...


@record
class AmpCommand:
    """How the agent is started: the first words of its command line, and the program's path to show."""

    argv: tuple[str, ...]
    path: str

    @property
    def is_demo(self) -> bool:
        return self.path == DEMO


def locate(settings: Lookup, environ: Mapping[str, str]) -> AmpCommand:
    """The Amp program of the settings, else `amp` on PATH.

    Raises `not-installed` when there is no such file, `broken-install` when it cannot be executed (exit 7).
    """
    wanted = str(settings.get("ampPath") or "amp").strip()
    if wanted == DEMO:
        return _demo()
    path = _find(wanted, environ)
    if path is None:
        where = f"'{wanted}' does not exist" if os.sep in wanted else f"'{wanted}' is not on PATH"
        raise UserError(
            "not-installed", f"Amp command not found: {where}", hint=_HOW_TO_SET, details={"ampPath": wanted}
        )
    if path.is_dir():
        raise UserError(
            "not-installed",
            f"Amp command not found: {path} is a folder",
            hint=_HOW_TO_SET,
            details={"ampPath": str(path)},
        )
    if os.access(path, os.X_OK):
        return AmpCommand((str(path),), str(path))
    if path.suffix in (".js", ".cjs", ".mjs") and (node := _on_path("node", environ)):
        return AmpCommand((node, str(path)), str(path))
    raise UserError(
        "broken-install",
        f"{path} cannot be executed",
        hint=f"chmod +x {shlex.quote(str(path))}",
        details={"ampPath": str(path)},
    )


def start_error(amp: AmpCommand, error: OSError) -> UserError:
    """What it means that the system could not start the program."""
    details = {"ampPath": amp.path, "errno": error.errno}
    if error.errno == errno.ENOENT and not Path(amp.path).exists():
        return UserError("not-installed", f"Amp command not found: {amp.path}", hint=_HOW_TO_SET, details=details)
    if error.errno == errno.ENOEXEC:
        why = "it is no program for this system (a half-finished npm installation looks like this)"
        return UserError(
            "broken-install",
            f"{amp.path} cannot be started: {why}",
            hint="npm install -g @ampcode/cli --ignore-scripts=false",
            details=details,
        )
    why = error.strerror or str(error)
    return UserError("broken-install", f"{amp.path} cannot be started: {why}", hint=_HOW_TO_SET, details=details)


def _demo() -> AmpCommand:
    # Isolated: neither the worktree's files nor PYTHON* variables may change what is run.
    return AmpCommand((sys.executable, "-I", "-m", "ampsm.amp.demo_agent"), DEMO)


def _find(wanted: str, environ: Mapping[str, str]) -> Path | None:
    if wanted.startswith("~"):
        home = environ.get("HOME")
        wanted = home + wanted[1:] if home and wanted[1:2] in ("", "/") else os.path.expanduser(wanted)  # noqa: PTH111
    if os.sep in wanted:
        path = Path(os.path.abspath(wanted))  # noqa: PTH100
        return path if path.exists() else None
    found = _on_path(wanted, environ)
    return Path(os.path.abspath(found)) if found else None  # noqa: PTH100


def _on_path(name: str, environ: Mapping[str, str]) -> str | None:
    import shutil  # with all its archive formats, and mostly the path is set

    return shutil.which(name, path=environ.get("PATH"))
