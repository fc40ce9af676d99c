"""The path of `--help` and `list` imports nothing that it does not need (SPEC section 2)."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

HEAVY = {
    "asyncio", "concurrent", "keyring", "msgspec", "platformdirs", "psutil", "pygit2", "PySide6", "rich", "subprocess",
    "yaml",
}  # fmt: skip


def imported(*args: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "ampsm_cli", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {found[1] for line in done.stderr.splitlines() if (found := re.search(r"\| +([\w.]+)$", line))}


@pytest.mark.parametrize("args", [["--help"], ["list"], ["list", "--json"]])
def test_nothing_heavy_is_imported(args: list[str]) -> None:
    assert not {name.split(".")[0] for name in imported(*args)} & HEAVY


def test_the_overview_imports_no_command() -> None:
    assert not [name for name in imported("--help") if name.startswith("ampsm_cli.commands")]
