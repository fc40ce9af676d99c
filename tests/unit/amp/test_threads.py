from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ampsm.amp import threads
from ampsm.amp.locate import AmpCommand
from ampsm.amp.threads import exported_model, model_of_last_run, new_thread

THREAD = "T-01a20d64-4e5e-700f-8321-09c481a369b2"
PROMPT = {"role": "user", "content": [{"type": "text", "text": "do it"}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t"}]}


def said(model: Any = None) -> dict[str, Any]:
    return {"role": "assistant", "content": [], "usage": {"model": model, "inputTokens": 3}}


def amp(path: Path, body: str) -> AmpCommand:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return AmpCommand((str(path),), str(path))


@pytest.mark.parametrize(
    ("messages", "model"),
    [
        ([PROMPT, said("a"), RESULT, said("b")], "b"),
        ([PROMPT, said("a"), PROMPT], None),
        ([PROMPT, said("a"), PROMPT, said("b"), RESULT, said(None)], "b"),
        ([{"role": "user", "content": "text"}, said("a")], "a"),
        ([PROMPT, said(7), {"usage": []}, "noise", None, {"role": "user", "content": 3}], None),
        ({"not": "a list"}, None),
        (None, None),
    ],
)
def test_the_model_of_the_last_run(messages: Any, model: str | None) -> None:
    assert model_of_last_run(json.dumps({"id": THREAD, "messages": messages})) == model


@pytest.mark.parametrize("text", ["", "[]", "Error: no", '{"messages": [', "null"])
def test_no_export(text: str) -> None:
    assert model_of_last_run(text) is None


@pytest.mark.parametrize("printed", [THREAD, f"https://ampcode.com/threads/{THREAD}"])
def test_a_new_thread(printed: str, tmp_path: Path) -> None:
    assert new_thread(amp(tmp_path / "amp", f"echo {printed}"), cwd="/", env=os.environ) == THREAD
    assert new_thread(amp(tmp_path / "failing", f"echo {printed}; exit 1"), cwd="/", env=os.environ) is None


def test_a_login_in_place_of_a_new_thread_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_NEW_SECONDS", 600)
    program = amp(tmp_path / "amp", "echo 'No API key found. Starting login flow...'; sleep 600")
    assert new_thread(program, cwd="/", env=os.environ) is None


def test_what_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_EXPORT_SECONDS", 0.2)
    gone = AmpCommand((str(tmp_path / "gone"),), "gone")
    for program in (amp(tmp_path / "amp", "sleep 60"), gone):
        assert exported_model(program, THREAD, cwd="/", env=os.environ) is None
    assert new_thread(gone, cwd="/", env=os.environ) is None
