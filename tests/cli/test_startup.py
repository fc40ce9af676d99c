"""The path of `--help` and `list` imports nothing that it does not need (SPEC section 2)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import QT

HEAVY = {
    "asyncio", "concurrent", "keyring", "msgspec", "platformdirs", "psutil", "pygit2", "PySide6", "rich", "subprocess",
    "yaml",
}  # fmt: skip


def imported(*args: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "ampsm_cli", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (args, done.stdout[-2000:], done.stderr[-500:])
    return {found[1] for line in done.stderr.splitlines() if (found := re.search(r"\| +([\w.]+)$", line))}


@pytest.mark.parametrize("args", [["--help"], ["list"], ["list", "--json"]])
def test_nothing_heavy_is_imported(args: list[str]) -> None:
    assert not {name.split(".")[0] for name in imported(*args)} & HEAVY


def test_figures_of_a_session_need_nothing_heavy_either(session: dict[str, Any]) -> None:
    for command in ("tools", "usage", "list"):
        words = (command, "--json") if command == "list" else (command, session["id"], "--json")
        assert not {name.split(".")[0] for name in imported(*words)} & HEAVY, command


def test_the_overview_imports_no_command() -> None:
    assert not [name for name in imported("--help") if name.startswith("ampsm_cli.commands")]


def test_no_command_of_a_session_s_life_reads_with_libgit2(session: dict[str, Any]) -> None:
    """It costs more to import than it saves a command that asks git a few questions."""
    name, worktree = session["id"], Path(session["worktree"])
    for words in (
        ["new", "--repo", session["repo"], "--name", "Another", "--prompt", "Do it"],
        ["status", name], ["status", name, "--json"], ["diff", name], ["iterate", name],
        ["commit", name, "--message", "By hand"], ["rebase", name], ["squash", name, "-m", "One"],
        ["undo", name, "--list"], ["undo", name], ["preflight", name], ["merge", name, "-m", "One"],
        ["cleanup", name, "--yes"], ["restore", name], ["doctor"],
    ):  # fmt: skip
        if words[0] == "commit":
            (worktree / "by-hand.txt").write_text("mine\n")
        found = imported(*words)
        assert "ampsm.git.command" in found or words == ["doctor"], words
        assert not [module for module in found if module.split(".")[0] in ("pygit2", "cffi")], words


@pytest.mark.skipif(not QT, reason="needs Qt")
def test_the_window_reads_with_libgit2(session: dict[str, Any], tmp_path: Path, wait_until: Callable[..., Any]) -> None:
    said = tmp_path / "imported"
    with said.open("wb") as file:
        command = [sys.executable, "-X", "importtime", "-m", "ampsm_gui", "--session", session["id"]]
        window = subprocess.Popen(command, stderr=file, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    try:
        wait_until(lambda: b"ampsm.git.objects.libgit2\n" in said.read_bytes(), seconds=60)
    finally:
        window.terminate()
        assert window.wait(timeout=30) == 0
