from __future__ import annotations

from typing import Any

import pytest

from ampsm.amp.capabilities import Capabilities
from ampsm.amp.command import Invocation, agent_environment, build, prompt_bytes
from ampsm.amp.locate import AmpCommand

CLASSIC = Capabilities(
    version="0.0.1777897475", execute=True, stream_json=True, thinking=True, allow_all=True, mode_flag=True,
    modes=("deep", "large", "rush", "smart"), threads_continue=True,
)  # fmt: skip
NEW = Capabilities(
    version="0.0.1790142911", execute=True, stream_json=True, thinking=True, allow_all=True, mode_flag=True,
    modes=("low", "medium", "high", "ultra"), open_modes=True, no_archive=True, threads_continue=True,
)  # fmt: skip
FEBRUARY = Capabilities(
    execute=True, stream_json=True, thinking=True, allow_all=True, mode_flag=True,
    modes=("deep", "free", "rush", "smart"),
)  # fmt: skip
EARLY = Capabilities(execute=True, jsonl_logs=True, model_flag=True, try_gpt5=True)
SUMMER_2025 = Capabilities(execute=True, allow_all=True)


def call(capabilities: Capabilities, **changes: Any) -> Invocation:
    options: dict[str, Any] = {
        "thread_id": None, "model": None, "permissions": "allow-all", "extra_args": (), "json_logs": True, **changes,
    }  # fmt: skip
    return build(AmpCommand(("amp",), "/bin/amp"), capabilities, **options)


def words(capabilities: Capabilities, **changes: Any) -> str:
    return " ".join(call(capabilities, **changes).argv)


def test_the_order_of_the_words() -> None:
    assert words(CLASSIC) == "amp --dangerously-allow-all --stream-json -x"
    assert words(CLASSIC, thread_id="T-1", model="rush", extra_args=("--verbose", "--timeout", "300")) == (
        "amp threads continue T-1 --dangerously-allow-all -m rush --verbose --timeout 300 --stream-json -x"
    )


def test_amps_own_permissions() -> None:
    assert words(CLASSIC, permissions="amp") == "amp --stream-json -x"


def test_a_new_thread_stays_open_for_the_next_iteration() -> None:
    assert words(NEW) == "amp --dangerously-allow-all --stream-json --no-archive-after-execute -x"
    assert words(NEW, thread_id="T-1") == "amp threads continue T-1 --dangerously-allow-all --stream-json -x"


def test_a_thread_that_cannot_be_continued_is_said() -> None:
    invocation = call(SUMMER_2025, thread_id="T-1")
    assert invocation.argv == ("amp", "--dangerously-allow-all", "-x")
    assert [code for code, _ in invocation.notes] == ["thread-not-continued"]


@pytest.mark.parametrize(
    ("capabilities", "wish", "flags", "used"),
    [
        (CLASSIC, None, "", None),
        (CLASSIC, "deep", "-m deep", "deep"),
        (CLASSIC, "large", "-m large", "large"),
        (CLASSIC, "gpt-5", "", "smart"),
        (CLASSIC, "low", "", "smart"),
        (NEW, "ultra", "-m ultra", "ultra"),
        (NEW, "my-plugin-mode", "-m my-plugin-mode", "my-plugin-mode"),
        (NEW, "gpt-5", "", "medium"),
        (NEW, "claude-opus-4-7", "", "medium"),
        (NEW, "anthropic/x", "", "medium"),
        (NEW, "--archive", "", "medium"),
        (EARLY, "gpt-5", "--try-gpt5", "gpt-5"),
        (EARLY, "GPT5", "--try-gpt5", "gpt-5"),
        (EARLY, "gpt-4", "--model gpt-4", "gpt-4"),
        (SUMMER_2025, "gpt-5", "", None),
    ],
)
def test_model_wishes(capabilities: Capabilities, wish: str | None, flags: str, used: str | None) -> None:
    invocation = call(capabilities, model=wish)
    without = call(capabilities)
    rest = [word for word in invocation.argv if word not in without.argv]
    assert " ".join(rest) == flags and invocation.model_used == used
    refused = bool(wish) and not flags
    assert [code for code, _ in invocation.notes] == (["model-not-available"] if refused else [])
    if refused and used:
        assert "chooses models by mode" in invocation.notes[0][1] and f"using mode {used}" in invocation.notes[0][1]


def test_the_users_own_mode_wins() -> None:
    invocation = call(CLASSIC, model="rush", extra_args=("--mode=deep",))
    assert invocation.argv.count("-m") == 0 and invocation.model_used == "deep"
    assert invocation.notes == [("model-not-available", "ampArgs choose 'deep'; 'rush' was not passed.")]


@pytest.mark.parametrize(
    ("capabilities", "changes", "form"),
    [
        (CLASSIC, {}, "stream-json"),
        (CLASSIC, {"json_logs": False}, "text"),
        (CLASSIC, {"json_logs": False, "extra_args": ("--stream-json-thinking",)}, "stream-json"),
        (CLASSIC, {"model": "rush"}, "stream-json"),
        (FEBRUARY, {"model": "rush"}, "text"),
        (FEBRUARY, {"model": "large"}, "text"),
        (FEBRUARY, {"model": "smart"}, "stream-json"),
        (EARLY, {}, "jsonl"),
        (EARLY, {"json_logs": False}, "text"),
        (SUMMER_2025, {}, "text"),
        (Capabilities(), {}, "text"),
    ],
)
def test_formats(capabilities: Capabilities, changes: dict[str, Any], form: str) -> None:
    invocation = call(capabilities, **changes)
    assert invocation.format == form
    assert ("--stream-json" in invocation.argv) is (form == "stream-json" and "extra_args" not in changes)
    assert ("--jsonl-logs" in invocation.argv) is (form == "jsonl")
    assert (invocation.argv[-1] == "-x") is capabilities.execute


def test_nothing_is_said_twice() -> None:
    extra = ("--dangerously-allow-all", "--stream-json", "--no-archive-after-execute", "-x")
    assert words(NEW, extra_args=extra) == f"amp {' '.join(extra)}"


def test_prompt_and_environment() -> None:
    assert prompt_bytes("Größe") == "Größe\n".encode()
    assert prompt_bytes("half \ud83d") == b"half ?\n"
    assert agent_environment({"A": "1"}) == {"A": "1", "AMP_SKIP_UPDATE_CHECK": "1"}
