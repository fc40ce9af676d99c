"""The command line of one pass of the agent, in the words its release understands (SPEC section 5.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from ampsm.amp.capabilities import Capabilities
from ampsm.amp.locate import AmpCommand
from ampsm.journal.events import MODEL_NOT_AVAILABLE
from ampsm.model.record import record

STREAM_JSON = "stream-json"
JSONL = "jsonl"
TEXT = "text"

_MODE_WORD = re.compile(r"[A-Za-z][\w-]*")
_MODEL_NAME = re.compile(r"(?:claude|gpt|gemini|grok|llama|mistral|deepseek|qwen|kimi|glm|o\d)\b.*\d|.*[/:.]", re.I)
_GPT5 = re.compile(r"gpt-?5", re.I)


@record
class Invocation:
    """What to start, how its stdout is to be read, and what a person should know about it: (code, message) notes.
    `model_used` is the mode or model that was asked for on the command line, None when Amp decides."""

    argv: tuple[str, ...]
    format: str
    model_used: str | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


def build(
    amp: AmpCommand,
    capabilities: Capabilities,
    *,
    thread_id: str | None,
    model: str | None,
    permissions: str,
    extra_args: Sequence[str],
    json_logs: bool,
) -> Invocation:
    """The invocation for a prompt that will be written to stdin (`prompt_bytes`). `permissions`: allow-all or amp.

    What the release has no words for is never passed on: a note says so. The user's own arguments come before `-x`,
    whose optional value must not swallow them.
    """
    argv = list(amp.argv)
    notes: list[tuple[str, str]] = []
    if thread_id and capabilities.threads_continue:
        argv += ["threads", "continue", thread_id]
    elif thread_id:
        notes.append(("thread-not-continued", "This Amp cannot continue a thread: it starts a new one."))
    if permissions == "allow-all" and capabilities.allow_all and "--dangerously-allow-all" not in extra_args:
        argv.append("--dangerously-allow-all")
    flags, used, note = _model_flags(capabilities, model, extra_args)
    argv += flags
    if note:
        notes.append((MODEL_NOT_AVAILABLE, note))
    argv += extra_args
    form = _format(capabilities, used, extra_args, json_logs)
    if form == TEXT and json_logs and capabilities.stream_json:
        notes.append(("text-mode", f"This Amp has no structured output in mode {used}: tools and tokens stay unknown."))
    if form == STREAM_JSON and not {"--stream-json", "--stream-json-thinking"} & set(extra_args):
        argv.append("--stream-json")
    if form == JSONL and "--jsonl-logs" not in extra_args:
        argv.append("--jsonl-logs")
    if capabilities.no_archive and not thread_id and "--no-archive-after-execute" not in extra_args:
        argv.append("--no-archive-after-execute")  # an archived thread could not be continued
    if capabilities.execute and not {"-x", "--execute"} & set(extra_args):
        argv.append("-x")
    return Invocation(tuple(argv), form, used, notes)


def prompt_bytes(prompt: str) -> bytes:
    """What is written to the agent's stdin, which is then closed: without the last newline some releases wait."""
    return prompt.encode("utf-8", "replace") + b"\n"


def agent_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a run: as given, without the check for updates."""
    return {**environ, "AMP_SKIP_UPDATE_CHECK": "1"}


def _model_flags(
    capabilities: Capabilities, asked: str | None, extra_args: Sequence[str]
) -> tuple[list[str], str | None, str | None]:
    """The options for the model or mode that is asked for, the one in use, and a note if they differ."""
    given = _value_of(extra_args, "-m", "--mode") or _value_of(extra_args, "--model")
    if given:
        return [], given, f"ampArgs choose '{given}'; '{asked}' was not passed." if asked and asked != given else None
    if not asked:
        return [], None, None
    if capabilities.try_gpt5 and _GPT5.fullmatch(asked):
        return ["--try-gpt5"], "gpt-5", None
    if capabilities.mode_flag and _is_mode(capabilities, asked):
        return ["-m", asked], asked, None
    if capabilities.model_flag:
        return ["--model", asked], asked, None
    if capabilities.mode_flag:
        default = _default_mode(capabilities)
        modes = ", ".join(capabilities.modes) or "none listed"
        instead = f"using mode {default}" if default else "using its default mode"
        return [], default, f"This Amp chooses models by mode ({modes}); '{asked}' was not passed, {instead}."
    return [], None, f"This Amp takes no model; '{asked}' was not passed."


def _is_mode(capabilities: Capabilities, asked: str) -> bool:
    if asked in capabilities.modes or (asked == "large" and "smart" in capabilities.modes):
        return True  # `large` is hidden in the help of early 2026
    return capabilities.open_modes and bool(_MODE_WORD.fullmatch(asked)) and not _MODEL_NAME.match(asked)


def _default_mode(capabilities: Capabilities) -> str | None:
    return next((mode for mode in ("smart", "medium") if mode in capabilities.modes), None)


def _format(capabilities: Capabilities, mode: str | None, extra_args: Sequence[str], json_logs: bool) -> str:
    if {"--stream-json", "--stream-json-thinking"} & set(extra_args):
        return STREAM_JSON
    if not json_logs:
        return TEXT
    if capabilities.stream_json and capabilities.execute:
        # Releases before March 2026 (whose help does not list `large` yet) refuse it in these two modes.
        early = "smart" in capabilities.modes and "large" not in capabilities.modes
        return TEXT if early and mode in ("rush", "large") else STREAM_JSON
    return JSONL if capabilities.jsonl_logs else TEXT


def _value_of(args: Sequence[str], *names: str) -> str | None:
    for index, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else (args[index + 1] if index + 1 < len(args) else None)
    return None
