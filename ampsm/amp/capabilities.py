"""What one Amp program can do, read from its own help (AMP: releases differ in options, modes and commands)."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from ampsm.amp.locate import AmpCommand, start_error
from ampsm.amp.terminal import strip_escapes
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.system.files import atomic_write, make_private_dir
from ampsm.system.plain_files import read_plain
from ampsm.system.probe import Answer, probe

_PROBE_SECONDS = 30.0
_CACHE_NAME = "amp-capabilities.json"
_CACHE_VERSION = 2
_CACHE_ENTRIES = 20

_VERSION = re.compile(r"\d+\.\d+\.\d+\S*")
_CONTINUE_USAGE = re.compile(r"^Usage: .*\bthreads? continue\b", re.M)
_OPTION_LINE = re.compile(r"^[ \t]*(?:-\w+,?[ \t]+)?--([a-z][\w-]*)(.*)$")


@record
class Capabilities:
    """`version` None when the program names none. `modes` are the words its help lists, in that order; `open_modes`:
    other words are modes too. `allow_all` also when the option is accepted but hidden."""

    version: str | None = None
    execute: bool = False
    stream_json: bool = False
    thinking: bool = False
    jsonl_logs: bool = False
    allow_all: bool = False
    mode_flag: bool = False
    modes: tuple[str, ...] = ()
    open_modes: bool = False
    model_flag: bool = False
    try_gpt5: bool = False
    label: bool = False
    no_archive: bool = False
    settings_file: bool = False
    threads_new: bool = False
    threads_continue: bool = False
    threads_export: bool = False
    usage: bool = False

    @property
    def known(self) -> bool:
        """Whether the program has told anything about itself."""
        return self.version is not None or self.execute

    def names(self) -> list[str]:
        """What it can do, in words, for `verify-amp`."""
        flags = [f.name.replace("_", "-") for f in fields(self) if getattr(self, f.name) is True]
        return flags + [f"mode-{mode}" for mode in self.modes]


#: The demo agent is part of this program: nothing to find out.
DEMO_CAPABILITIES = Capabilities(
    version="demo",
    execute=True,
    stream_json=True,
    thinking=True,
    allow_all=True,
    mode_flag=True,
    modes=("deep", "large", "rush", "smart"),
    settings_file=True,
    threads_new=True,
    threads_continue=True,
    usage=True,
)


def detect(
    amp: AmpCommand, cache_dir: Path, env: Mapping[str, str], *, fresh: bool = False, patience: float = _PROBE_SECONDS
) -> Capabilities:
    """What `amp` can do; asked once per file (path, time of change, size), then remembered in `cache_dir`.

    `fresh` asks again. Takes about a second, at most `patience` seconds. Raises `not-installed`, `broken-install` or
    `no-answer` (exit 7).
    """
    if amp.is_demo:
        return DEMO_CAPABILITIES
    key = _cache_key(amp)
    if not fresh and key and (found := _remembered(_load_cache(cache_dir / _CACHE_NAME).get(key))) is not None:
        return found
    capabilities = _probe(amp, env, time.monotonic() + patience, patience)
    remember(amp, cache_dir, capabilities)
    return capabilities


def remember(amp: AmpCommand, cache_dir: Path, capabilities: Capabilities) -> None:
    """Keeps what is known of `amp`, so that `detect` need not ask; nothing, when nothing is known."""
    key = _cache_key(amp)
    if key and capabilities.known and not amp.is_demo:
        known = _load_cache(cache_dir / _CACHE_NAME)
        known.pop(key, None)
        known[key] = asdict(capabilities)
        _store_cache(cache_dir / _CACHE_NAME, known)


def forget(amp: AmpCommand, cache_dir: Path) -> None:
    """Lets `detect` ask again: what it knew was wrong, e.g. because a wrapper script starts another Amp than before."""
    known = _load_cache(cache_dir / _CACHE_NAME)
    if known.pop(_cache_key(amp) or "", None) is not None:
        _store_cache(cache_dir / _CACHE_NAME, known)


def parse_help(version: str, help_text: str) -> Capabilities:
    """The capabilities that the two texts show. Options count only where they are defined, not where prose or an
    example mentions them."""
    options = _options(help_text)
    modes = _listed_words(options.get("mode", ""))
    match = _VERSION.search(strip_escapes(version))
    return Capabilities(
        version=match.group().rstrip(".,;)") if match else None,
        execute="execute" in options,
        stream_json="stream-json" in options,
        thinking="stream-json-thinking" in options,
        jsonl_logs="jsonl-logs" in options,
        allow_all="dangerously-allow-all" in options,
        mode_flag="mode" in options,
        modes=modes,
        open_modes="mode" in options and (not modes or "low" in modes),
        model_flag="model" in options,
        try_gpt5="try-gpt5" in options,
        label="label" in options,
        no_archive="no-archive-after-execute" in options,
        settings_file="settings-file" in options,
        threads_new=_command(help_text, "threads", "new"),
        threads_continue=_command(help_text, "threads", "continue"),
        threads_export=_command(help_text, "threads", "export"),
        usage=re.search(r"^ {2}usage\b", help_text, re.M) is not None,
    )


def _probe(amp: AmpCommand, env: Mapping[str, str], deadline: float, patience: float) -> Capabilities:
    version, main = _ask(amp, env, deadline, ("--version",), ("--help",))
    help_text = _text(main)
    if "native binary not installed" in help_text + _text(version):
        raise UserError(
            "broken-install",
            f"{amp.path}: Amp's native binary is not installed",
            hint="npm install -g @ampcode/cli --ignore-scripts=false",
            details={"ampPath": amp.path},
        )
    if main.reason == "timed-out":
        raise UserError(
            "no-answer",
            f"{amp.path} --help gave no answer within {patience:.0f} s",
            hint="amp-sessions verify-amp",
            details={"ampPath": amp.path},
        )
    if main.exit_code in (126, 127):
        last = (help_text.strip().splitlines() or ["it could not be started"])[-1]
        raise UserError(
            "broken-install",
            f"{amp.path} cannot be run: {last}",
            hint="amp-sessions verify-amp",
            details={"ampPath": amp.path},
        )
    found = parse_help(_text(version), help_text)
    if found.execute and not found.threads_continue:
        (answer,) = _ask(amp, env, deadline, ("threads", "continue", "--help"))
        # A command that does not exist shows the help of its parent, with exit code 0.
        found = replace(found, threads_continue=bool(_CONTINUE_USAGE.search(_text(answer))))
    if found.stream_json and not found.allow_all:
        found = replace(found, allow_all=_takes_hidden_allow_all(amp, env, deadline))
    return found


def _takes_hidden_allow_all(amp: AmpCommand, env: Mapping[str, str], deadline: float) -> bool:
    # Releases from mid 2026 hide the option. The second, impossible one makes the program stop before it does anything;
    # one that does not mind is kept from reaching a server.
    nowhere = {**env, "AMP_URL": "http://127.0.0.1:9", "AMP_API_KEY": "none"}
    (answer,) = _ask(amp, nowhere, deadline, ("--dangerously-allow-all", "--no-such-option", "-x", "x"))
    return "--no-such-option" in _text(answer) and "--dangerously-allow-all" not in _text(answer)


def _ask(amp: AmpCommand, env: Mapping[str, str], deadline: float, *questions: tuple[str, ...]) -> list[Answer]:
    """The answers to several command lines, asked at the same time, in an empty folder."""
    import tempfile

    answers: list[Answer | OSError] = [OSError("not asked")] * len(questions)
    quiet = {**env, "AMP_SKIP_UPDATE_CHECK": "1"}

    def put(index: int, folder: str) -> None:
        timeout = max(0.1, deadline - time.monotonic())
        try:
            answers[index] = probe([*amp.argv, *questions[index]], cwd=folder, env=quiet, timeout=timeout)
        except OSError as error:
            answers[index] = error

    with tempfile.TemporaryDirectory(prefix="ampsm-probe-", ignore_cleanup_errors=True) as folder:
        threads = [threading.Thread(target=put, args=(i, folder), daemon=True) for i in range(len(questions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done: list[Answer] = []
    for answer in answers:
        if isinstance(answer, OSError):
            raise start_error(amp, answer)
        done.append(answer)
    return done


def _text(answer: Answer) -> str:
    return strip_escapes(answer.text)


def _options(help_text: str) -> dict[str, str]:
    """Each option and its description."""
    found: dict[str, str] = {}
    name = None
    for line in strip_escapes(help_text).splitlines():
        if match := _OPTION_LINE.match(line):
            name = match.group(1)
            found.setdefault(name, match.group(2))
        elif name and line.startswith("      "):
            found[name] += " " + line.strip()
        else:
            name = None
    return found


def _listed_words(description: str) -> tuple[str, ...]:
    """The first words of a list in parentheses: `(low, medium, or a plugin mode)` gives low and medium."""
    match = re.search(r"\(([^)]*)\)", description)
    words: list[str] = []
    for item in match.group(1).split(",") if match else ():
        word = item.strip()
        if not re.fullmatch(r"[a-z][\w-]*", word):
            break
        words.append(word)
    return tuple(words)


def _command(help_text: str, group: str, command: str) -> bool:
    """Whether the list of commands has `command` indented below `group`."""
    inside = False
    for line in help_text.splitlines():
        if re.match(rf"^ {{2}}{group}\b", line):
            inside = True
        elif inside and re.match(rf"^ {{4}}{command}\b", line):
            return True
        elif inside and re.match(r"^ {0,3}\S", line):
            inside = False
    return False


def _cache_key(amp: AmpCommand) -> str | None:
    try:
        path = os.path.realpath(amp.path)
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return f"{path}|{facts.st_mtime_ns}|{facts.st_size}"


def _load_cache(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(read_plain(path))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict) or stored.get("version") != _CACHE_VERSION:
        return {}
    entries = stored.get("amps")
    return entries if isinstance(entries, dict) else {}


def _remembered(entry: Any) -> Capabilities | None:
    if not isinstance(entry, dict) or set(entry) != {f.name for f in fields(Capabilities)}:
        return None
    return Capabilities(**{**entry, "modes": tuple(entry["modes"])})


def _store_cache(path: Path, entries: dict[str, Any]) -> None:
    newest = dict(list(entries.items())[-_CACHE_ENTRIES:])
    document = json.dumps({"version": _CACHE_VERSION, "amps": newest}, indent=1).encode()
    try:
        make_private_dir(path.parent)
        atomic_write(path, document, mode=0o600)
    except OSError:
        pass  # A cache that cannot be written only costs a second next time.
