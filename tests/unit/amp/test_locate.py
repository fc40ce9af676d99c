from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ampsm.amp.locate import AmpCommand, locate, start_error
from ampsm.model.errors import UserError
from ampsm.system.calls import run


def program(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


def refusal(value: object, environ: dict[str, str]) -> UserError:
    with pytest.raises(UserError) as caught:
        locate({"ampPath": value}, environ)
    return caught.value


def test_amp_on_path(tmp_path: Path) -> None:
    amp = program(tmp_path / "bin" / "amp")
    assert locate({"ampPath": None}, {"PATH": f"/nowhere:{amp.parent}"}) == AmpCommand((str(amp),), str(amp))
    other = program(tmp_path / "bin" / "amp-nightly")
    assert locate({"ampPath": "amp-nightly"}, {"PATH": str(amp.parent)}).path == str(other)


def test_a_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    amp = program(tmp_path / "tools" / "my amp")
    monkeypatch.chdir(tmp_path)
    assert locate({"ampPath": "tools/my amp"}, {}).argv == (str(amp),)
    assert locate({"ampPath": "~/tools/my amp"}, {"HOME": str(tmp_path)}).path == str(amp)


def test_a_script_without_the_executable_bit_is_run_by_node(tmp_path: Path) -> None:
    script, node = program(tmp_path / "main.js", 0o644), program(tmp_path / "bin" / "node")
    found = locate({"ampPath": str(script)}, {"PATH": str(node.parent)})
    assert found == AmpCommand((str(node), str(script)), str(script))


def test_demo_needs_nothing_of_the_folder_it_runs_in(tmp_path: Path) -> None:
    demo = locate({"ampPath": "demo"}, {})
    assert demo.is_demo
    for name in ("ampsm", "json"):  # modules by the names of those it uses
        (tmp_path / f"{name}.py").write_text("raise SystemExit('of the folder')\n")
    done = run([*demo.argv, "--version"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, timeout=60)
    assert done.returncode == 0 and b"demo" in done.stdout


@pytest.mark.parametrize("value", [None, "amp", "/nowhere/amp", "./nowhere"])
def test_not_found(value: str | None, tmp_path: Path) -> None:
    error = refusal(value, {"PATH": str(tmp_path)})
    assert error.code == "not-installed" and error.exit_code == 7
    assert "Amp command not found" in error.message and error.hint == "amp-sessions config set ampPath /path/to/amp"


def test_a_folder_and_a_plain_file(tmp_path: Path) -> None:
    assert refusal(str(tmp_path), {}).code == "not-installed"
    plain = program(tmp_path / "amp", 0o644)
    error = refusal(str(plain), {})
    assert error.code == "broken-install" and error.hint == f"chmod +x {plain}"


@pytest.mark.parametrize(
    ("number", "exists", "code"),
    [
        (errno.ENOENT, False, "not-installed"),
        (errno.ENOENT, True, "broken-install"),  # its interpreter is missing
        (errno.ENOEXEC, True, "broken-install"),
        (errno.EACCES, True, "broken-install"),
    ],
)
def test_what_cannot_be_started(number: int, exists: bool, code: str, tmp_path: Path) -> None:
    path = tmp_path / "amp"
    if exists:
        program(path)
    error = start_error(AmpCommand((str(path),), str(path)), OSError(number, os.strerror(number)))
    assert error.code == code and str(path) in error.message and error.hint
