"""Which program opens a worktree: the one place that knows the editors, terminals and file managers of each system."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ampsm.context import Context
from ampsm.model.errors import UserError

EDITOR, TERMINAL, FOLDER = "editor", "terminal", "folder"

#: Editors that open a folder, by their commands, the most usual first.
_EDITORS = ("code", "codium", "cursor", "zed", "subl", "idea", "pycharm", "webstorm", "kate", "gnome-text-editor")

#: Terminals with the words before the folder; {} is the folder where it is part of a word.
_TERMINALS: Sequence[tuple[str, ...]] = (
    ("x-terminal-emulator",),
    ("gnome-terminal", "--working-directory={}"),
    ("ptyxis", "--new-window", "--working-directory", "{}"),
    ("konsole", "--workdir", "{}"),
    ("xfce4-terminal", "--working-directory={}"),
    ("kitty", "--directory", "{}"),
    ("alacritty", "--working-directory", "{}"),
    ("wezterm", "start", "--cwd", "{}"),
    ("foot", "--working-directory={}"),
    ("xterm",),
)


class Opening(NamedTuple):
    """A program to start in the worktree; without one the folder is opened as the system does that."""

    argv: tuple[str, ...]
    folder: str


def opening(ctx: Context, kind: str, folder: str) -> Opening:
    """How to open a worktree in an editor, a terminal or the file manager. Looks at programs on the path.

    The editor is the setting `editor`, else the first that is there, else the file manager. Raises UserError when the
    folder is not there, or no terminal is.
    """
    if not os.path.isdir(folder):  # noqa: PTH112
        raise UserError(
            "worktree-missing", f"There is no folder {folder}", hint="amp-sessions doctor", details={"path": folder}
        )
    if kind == EDITOR:
        return Opening(_editor(ctx.settings.get("editor"), folder), folder)
    return Opening(_terminal(folder, ctx.environ) if kind == TERMINAL else (), folder)


def file_opening(ctx: Context, path: str, line: int | None) -> Opening:
    """How to open a file in the editor, at a line where the editor is one that can. Without an editor its folder is
    opened: a file of an agent is never given to whatever program the system thinks of. A folder is opened itself.
    Raises UserError when it is not there, or is a pipe or a device."""
    if os.path.isdir(path):  # noqa: PTH112
        return Opening(_editor(ctx.settings.get("editor"), path), path)
    folder = os.path.dirname(path)  # noqa: PTH120
    if not os.path.isfile(path):  # noqa: PTH113
        raise UserError("no-such-file", f"There is no file {path}", details={"path": path})
    setting = ctx.settings.get("editor")
    argv = _editor(setting, path)
    if argv and line and not (setting and "{}" in setting):
        argv = (*argv[:-1], *_at_line(argv[0], path, line))
    return Opening(argv, folder)


def _at_line(editor: str, path: str, line: int) -> tuple[str, ...]:
    name = os.path.basename(editor)  # noqa: PTH119
    if name in ("code", "codium", "cursor"):
        return ("--goto", f"{path}:{line}")
    if name in ("zed", "subl"):
        return (f"{path}:{line}",)
    if name in ("idea", "pycharm", "webstorm", "kate"):
        return ("--line", str(line), path)
    return (path,)


def _editor(setting: str | None, folder: str) -> tuple[str, ...]:
    if setting:
        words = shlex.split(setting)
        if any("{}" in word for word in words):
            return tuple(word.replace("{}", folder) for word in words)
        return (*words, folder)
    found = next((path for name in _EDITORS if (path := shutil.which(name))), None)
    return (found, folder) if found else ()


def _terminal(folder: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    if sys.platform == "darwin":
        return ("open", "-a", "Terminal", folder)
    if sys.platform == "win32":
        return ("wt", "-d", folder) if shutil.which("wt") else ("cmd", "/c", "start", "cmd", "/K", "cd", "/d", folder)
    wished = environ.get("TERMINAL")
    if wished and (path := shutil.which(wished)):
        return (path,)
    for name, *words in _TERMINALS:
        if path := shutil.which(name):
            return (path, *(word.replace("{}", folder) for word in words))
    raise UserError(
        "not-available", "No terminal program was found", hint="set TERMINAL to the one you use, then start again"
    )
