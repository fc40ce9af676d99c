"""What Amp tells about a thread outside of a run: its id beforehand, the model that was used afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ampsm.amp.locate import AmpCommand
from ampsm.amp.output.stream_json import decode_object
from ampsm.system.probe import probe
from ampsm.system.stopping import StopRequest

_NEW_SECONDS = 20.0
_EXPORT_SECONDS = 10.0
_LOGIN = b"No API key found"
_THREAD_ID = re.compile(r"T-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_thread(amp: AmpCommand, *, cwd: str, env: Mapping[str, str], stop: StopRequest | None = None) -> str | None:
    """The id of a thread made beforehand: in text mode a run does not tell its own. Some releases print the id, some
    an address that holds it. None when there is no answer within 20 seconds, or a login is asked for instead: then the
    run itself shows why."""
    try:
        answer = probe(
            [*amp.argv, "threads", "new"], cwd=cwd, env=env, timeout=_NEW_SECONDS, stop=stop, give_up_at=_LOGIN
        )
    except OSError:
        return None
    found = _THREAD_ID.search(answer.stdout.decode("utf-8", "replace")) if answer.exit_code == 0 else None
    return found.group() if found else None


def exported_model(
    amp: AmpCommand, thread_id: str, *, cwd: str, env: Mapping[str, str], stop: StopRequest | None = None
) -> str | None:
    """The model that the thread's last run used, as `amp threads export` tells: the stream names none (SPEC section
    7, cost). None when it does not tell within ten seconds, for whatever reason: it is asked after the work is done."""
    try:
        answer = probe(
            [*amp.argv, "threads", "export", thread_id], cwd=cwd, env=env, timeout=_EXPORT_SECONDS, stop=stop
        )
    except OSError:
        return None
    return model_of_last_run(answer.stdout.decode("utf-8", "replace")) if answer.exit_code == 0 else None


def model_of_last_run(exported: str) -> str | None:
    """The model of the last call after the last prompt; None when there was none or the text is no export."""
    thread = decode_object(exported)
    messages = thread.get("messages") if thread else None
    model = None
    for message in messages if isinstance(messages, list) else ():
        if not isinstance(message, dict):
            continue
        if message.get("role") == "user" and _is_prompt(message.get("content")):
            model = None
        usage = message.get("usage")
        if isinstance(usage, dict) and isinstance(usage.get("model"), str) and usage["model"]:
            model = usage["model"]
    return model


def _is_prompt(content: Any) -> bool:
    """Whether a user message was written by one; results of tools are user messages too."""
    if isinstance(content, str):
        return True
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    return any(block.get("type") == "text" for block in blocks) and not any(
        block.get("type") == "tool_result" for block in blocks
    )
