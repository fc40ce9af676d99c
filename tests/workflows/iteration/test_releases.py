"""Every row of Amp's history does whole iterations, and what it cannot express is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import RELEASES, calls, make_release, runs
from tests.support.variants import slow_but
from tests.support.world import Result, World

NEW = "--dangerously-allow-all --stream-json --no-archive-after-execute -x"
PLAIN = "--dangerously-allow-all --stream-json -x"


def use(world: World, tmp_path: Path, name: str, **changes: Any) -> Path:
    amp = make_release(tmp_path, name, **changes)
    world.ok("config", "set", "ampPath", amp)
    return amp


def warnings(world: World, session: dict[str, Any]) -> dict[str, str]:
    events = world.ok("logs", session["id"], "--json").json["events"]
    return {event["code"]: event["message"] for event in events if event["type"] == "warning"}


@pytest.mark.parametrize(
    ("name", "wish", "flags", "used", "warned"),
    [
        pytest.param("new", None, NEW, "medium", None, marks=pytest.mark.slow),
        pytest.param(
            "new", "ultra", f"--dangerously-allow-all -m ultra {NEW[24:]}", "medium", None, marks=pytest.mark.slow
        ),
        ("new", "gpt-5", NEW, "medium", "using mode medium"),
        pytest.param(
            "classic", "rush", f"--dangerously-allow-all -m rush {PLAIN[24:]}", "smart", None, marks=pytest.mark.slow
        ),
        ("classic", "gpt-5", PLAIN, "smart", "This Amp chooses models by mode (deep, large, rush, smart)"),
        ("february", "rush", "threads continue {T} --dangerously-allow-all -m rush -x", "rush", None),
        pytest.param(
            "february", "smart", f"--dangerously-allow-all -m smart {PLAIN[24:]}", "smart", None, marks=pytest.mark.slow
        ),
        ("january", "claude-opus-4-7", PLAIN, "smart", "'claude-opus-4-7' was not passed"),
        ("autumn", "gpt-5", PLAIN, None, "This Amp takes no model; 'gpt-5' was not passed."),
        ("summer", "gpt-5", "threads continue {T} --dangerously-allow-all --try-gpt5 -x", "gpt-5", None),
        pytest.param(
            "summer",
            "gpt-4",
            "threads continue {T} --dangerously-allow-all -x",
            None,
            "takes no model",
            marks=pytest.mark.slow,
        ),
        pytest.param("jsonl", "gpt-5", "--try-gpt5 --jsonl-logs -x", "gpt-5", None, marks=pytest.mark.slow),
        ("jsonl", "gpt-4", "--model gpt-4 --jsonl-logs -x", "gpt-4", None),
        ("bare", None, "--dangerously-allow-all", None, None),
    ],
)
@pytest.mark.rounds(3)
def test_a_row_and_a_wish(
    name: str, wish: str | None, flags: str, used: str | None, warned: str | None, world: World, tmp_path: Path
) -> None:
    use(world, tmp_path, name)
    session = world.new(world.make_repo(), "Task", *(("--model", wish) if wish else ()))
    iteration = world.iterate(session)["iteration"]
    assert " ".join(runs(tmp_path)[-1]["argv"]) == flags.format(T="T-01a20d64-4e5e-700f-8321-09c481a369b2")
    assert iteration["modelRequested"] == wish and iteration["model"] == used
    assert iteration["changedFiles"] == 1
    said = warnings(world, session).get("model-not-available")
    assert (warned is None and said is None) or (warned is not None and warned in str(said))


@pytest.mark.parametrize(
    "name", slow_but([name for name, release in RELEASES.items() if "commands" in release], ["new", "summer"])
)
def test_the_next_iteration_continues_the_thread(name: str, world: World, tmp_path: Path) -> None:
    use(world, tmp_path, name)
    session = world.new(world.make_repo())
    first = world.iterate(session)["iteration"]
    again = world.iterate(session, "--notes", "more")["iteration"]
    assert first["threadId"] == again["threadId"] is not None
    assert runs(tmp_path)[-1]["argv"][:3] == ["threads", "continue", first["threadId"]]
    assert runs(tmp_path)[-1]["prompt"] == "more\n"


def test_a_model_of_one_iteration_of_the_session_and_of_all(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, "jsonl")
    world.ok("config", "set", "defaultModel", "gpt-5")
    session = world.new(world.make_repo())
    options: list[tuple[str, ...]] = [(), ("--model", "a"), ()]
    asked = [world.iterate(session, *wish)["iteration"]["modelRequested"] for wish in options]
    world.ok("set", session["id"], "--model", "b")
    asked.append(world.iterate(session)["iteration"]["modelRequested"])
    assert asked == ["gpt-5", "a", "gpt-5", "b"]


def test_a_wish_that_was_not_passed_has_no_price(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, "autumn")
    usage = world.iterate(world.new(world.make_repo(), "Task", "--model", "gpt-5"))["iteration"]["usage"]
    assert usage["totalTokens"] == 170 and usage["costUsd"] is None


def test_arguments_that_this_amp_does_not_know(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, "classic")
    world.ok("config", "set", "ampArgs", "--verbose --timeout 300")
    session = world.new(world.make_repo())
    error = world.iterate(session, code=7)["error"]
    assert error["code"] == "bad-arguments" and "'--verbose'" in error["message"]
    assert world.ok(*error["hint"].split()[1:]).out.strip() == "--verbose --timeout 300"
    use(world, tmp_path, "bare")
    assert world.iterate(session)["iteration"]["status"] == "succeeded"
    assert runs(tmp_path)[-1]["argv"] == ["--dangerously-allow-all", "--verbose", "--timeout", "300"]


def test_a_wrapper_that_starts_another_amp_is_asked_anew(world: World, tmp_path: Path) -> None:
    """The file that is asked for does not change, so only the refusal tells."""
    make_release(tmp_path, "classic")
    make_release(tmp_path, "autumn")
    wrapper = tmp_path / "wrapper"
    (tmp_path / "current").symlink_to(tmp_path / "amp-classic")
    wrapper.write_text(f'#!/bin/sh\nexec {tmp_path}/current "$@"\n')
    wrapper.chmod(0o755)
    world.ok("config", "set", "ampPath", wrapper)
    session = world.new(world.make_repo(), "Task", "--model", "deep")
    world.iterate(session)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(tmp_path / "amp-autumn")
    assert world.iterate(session, code=7)["error"]["code"] == "bad-arguments"
    assert world.iterate(session)["iteration"]["status"] == "succeeded"


def test_a_program_replaced_while_sessions_exist(world: World, tmp_path: Path) -> None:
    amp = use(world, tmp_path, "classic")
    session = world.new(world.make_repo())
    world.iterate(session)
    world.iterate(session)
    assert len([call for call in calls(tmp_path) if call["argv"] == ["--help"]]) == 1
    shutil.copy(make_release(tmp_path, "autumn"), amp)
    world.iterate(session, "--model", "deep")
    assert "-m" not in runs(tmp_path)[-1]["argv"]
    assert "takes no model" in warnings(world, session)["model-not-available"]


def test_the_environment_names_the_program(world: World, tmp_path: Path, cli: Callable[..., Result]) -> None:
    amp = make_release(tmp_path, "january")
    session = world.new(world.make_repo())
    done = cli("iterate", session["id"], "--json", env={"AMP_BIN": str(amp), "AMP_ARGS": "-m free"})
    assert done.code == 0, done
    assert " ".join(runs(tmp_path)[-1]["argv"]) == "--dangerously-allow-all -m free --stream-json -x"


HALF_INSTALLED = ["echo 'Error: Amp native binary not installed.'\n", "\x7fELF half"]


@pytest.mark.parametrize("text", slow_but(HALF_INSTALLED, HALF_INSTALLED[:1]))
def test_a_half_installed_program(text: str, world: World, tmp_path: Path) -> None:
    broken = tmp_path / "amp.exe"
    broken.write_text(text)
    broken.chmod(0o755)
    world.ok("config", "set", "ampPath", broken)
    session = world.new(world.make_repo())
    error = world.iterate(session, code=7)["error"]
    assert error["code"] == "broken-install" and error["hint"].startswith("npm install")
    assert world.status(session)["session"]["status"] == "error"


def export(*models: str) -> str:
    """A thread with an earlier prompt, and a last one that these models answered."""
    earlier = [
        {"role": "user", "content": [{"type": "text", "text": "before"}]},
        {"role": "assistant", "content": [], "usage": {"model": "claude-haiku-4-5"}},
        {"role": "user", "content": [{"type": "text", "text": "now"}]},
    ]
    answers: list[Any] = [{"role": "assistant", "content": [], "usage": {"model": model}} for model in models]
    return json.dumps({"id": "T-1", "messages": [*earlier, *answers]})


@pytest.mark.parametrize(
    ("answer", "model", "priced"),
    [
        (export("claude-opus-4-7"), "claude-opus-4-7", True),
        pytest.param(export("some-model"), "some-model", False, marks=pytest.mark.slow),
        pytest.param(export(), "smart", False, marks=pytest.mark.slow),
        ("no JSON", "smart", False),
    ],
)
def test_the_model_is_learnt_from_the_thread(
    answer: str, model: str, priced: bool, world: World, tmp_path: Path
) -> None:
    use(world, tmp_path, "classic", export=answer)
    session = world.new(world.make_repo())
    iteration = world.iterate(session, "--model", "smart")["iteration"]
    assert iteration["modelRequested"] == "smart" and iteration["model"] == model
    assert (iteration["usage"]["costUsd"] is not None) is priced
    types = [event["type"] for event in world.ok("logs", session["id"], "--json").json["events"]]
    assert types[-1] == "iteration_finished"


def test_no_export_when_the_stream_names_the_model(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, "classic", model="claude-sonnet-4-5", export=export("other"))
    assert world.iterate(world.new(world.make_repo()))["iteration"]["model"] == "claude-sonnet-4-5"
    assert not [call for call in calls(tmp_path) if call["argv"][:2] == ["threads", "export"]]
