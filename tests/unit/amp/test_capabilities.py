from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ampsm.amp.capabilities import DEMO_CAPABILITIES, Capabilities, detect, parse_help
from ampsm.amp.locate import AmpCommand
from ampsm.model.errors import UserError
from tests.unit.amp.conftest import CLASSIC, NATIVE

EARLY_HELP = """Usage: amp [options] [command]

Options:
  -V, --version            output the version number
  -x, --execute [message]  execute mode
  --jsonl-logs             write structured logs as JSON lines
  --try-gpt5               use gpt-5
  --model <name>           model to use
  -h, --help               display help
"""


def command(path: Path) -> AmpCommand:
    return AmpCommand((str(path),), str(path))


def script(path: Path, body: str) -> AmpCommand:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return command(path)


def refusal(amp: AmpCommand, tmp_path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        detect(amp, tmp_path / "cache", os.environ)
    return caught.value


def test_an_early_help() -> None:
    assert parse_help("amp v0.0.1755000000", EARLY_HELP) == Capabilities(
        version="0.0.1755000000", execute=True, jsonl_logs=True, model_flag=True, try_gpt5=True
    )


def test_only_definitions_are_options() -> None:
    prose = "Examples:\n\n  $ amp --stream-json -x\n\n  Use --dangerously-allow-all with care, or --mode.\n"
    found = parse_help("", "Options:\n  -x, --execute [message]\n      Implies nothing. See --stream-json.\n" + prose)
    assert found == Capabilities(execute=True)


@pytest.mark.parametrize(
    ("text", "modes", "open_modes"),
    [
        ("(deep, large, rush, smart) — controls the model", ("deep", "large", "rush", "smart"), False),
        (
            "(low, medium, high, ultra, or a plugin mode by key, case-insensitive)",
            ("low", "medium", "high", "ultra"),
            True,
        ),
        ("the mode", (), True),
    ],
)
def test_modes(text: str, modes: tuple[str, ...], open_modes: bool) -> None:
    found = parse_help("", f"  -m, --mode <value>\n      Set the agent mode {text}\n")
    assert found.mode_flag and found.modes == modes and found.open_modes is open_modes


def test_both_generations(replay: Callable[..., Path], tmp_path: Path) -> None:
    classic = detect(command(replay(CLASSIC, "edit")), tmp_path, os.environ)
    native = detect(command(replay(NATIVE, "edit")), tmp_path, os.environ)
    assert classic.version == CLASSIC and native.version == NATIVE
    for found in (classic, native):
        assert found.execute and found.stream_json and found.allow_all and found.threads_continue
    assert not classic.open_modes and native.open_modes
    assert "stream-json" in classic.names() and "mode-rush" in classic.names()


def test_it_is_asked_once_for_each_file(tmp_path: Path) -> None:
    asked, cache = tmp_path / "asked", tmp_path / "cache"
    body = f'echo "$1" >> {asked}\necho "0.0.1-x"\necho "  -x, --execute"\n# %s'
    amp = script(tmp_path / "amp", body % "a")
    first = detect(amp, cache, os.environ)
    count = len(asked.read_text().splitlines())
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "amp")
    assert detect(amp, cache, os.environ) == first == detect(command(link), cache, os.environ)
    assert len(asked.read_text().splitlines()) == count
    script(tmp_path / "amp", body % "another size")
    detect(amp, cache, os.environ)
    assert len(asked.read_text().splitlines()) == 2 * count
    detect(amp, cache, os.environ, fresh=True)
    assert len(asked.read_text().splitlines()) == 3 * count


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 1, "amps": 3}', '{"version": 99, "amps": {}}'])
def test_a_damaged_cache_is_asked_anew(damage: str, tmp_path: Path) -> None:
    (tmp_path / "amp-capabilities.json").write_text(damage)
    amp = script(tmp_path / "amp", 'echo "0.0.1"; echo "  -x, --execute"')
    assert detect(amp, tmp_path, os.environ).execute


def test_probes_run_nowhere_near_the_users_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    amp = script(tmp_path / "amp", "touch littered; pwd")
    assert detect(amp, tmp_path / "cache", os.environ) == Capabilities()
    assert not (tmp_path / "littered").exists()


def test_an_unanswered_help(tmp_path: Path) -> None:
    amp = script(tmp_path / "amp", "trap '' TERM; setsid sleep 600 & sleep 600")
    with pytest.raises(UserError) as caught:
        detect(amp, tmp_path / "cache", os.environ, patience=0.3)
    assert caught.value.code == "no-answer"


def test_broken_installations(tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.write_text('echo "Error: Amp native binary not installed." >&2\nexit 1\n')
    half.chmod(0o755)
    assert refusal(command(half), tmp_path).code == "broken-install"
    said = script(tmp_path / "said", "echo 'Error: Amp native binary not installed.' >&2; exit 1")
    assert refusal(said, tmp_path).code == "broken-install"
    no_node = script(tmp_path / "no-node", "exec nowhere-node")
    assert refusal(no_node, tmp_path).code == "broken-install"
    interpreter = tmp_path / "interpreter"
    interpreter.write_text("#!/nowhere/node\n")
    interpreter.chmod(0o755)
    assert refusal(command(interpreter), tmp_path).code == "broken-install"
    assert refusal(command(tmp_path / "gone"), tmp_path).code == "not-installed"


def test_demo_is_known(tmp_path: Path) -> None:
    assert detect(AmpCommand((sys.executable,), "demo"), tmp_path, {}) is DEMO_CAPABILITIES
    assert not list(tmp_path.glob("*.json"))
