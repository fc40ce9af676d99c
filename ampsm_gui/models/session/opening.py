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
