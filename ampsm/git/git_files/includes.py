"""Which files a configuration includes, told from its text: also those that are not there yet, or hold nothing. And
which folders it names.

Conditions are not looked at: what would be included elsewhere is named as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from ampsm.system.plain_files import read_plain

_SECTION = re.compile(r'\s*\[\s*([\w.-]+)\s*(?:"(?:[^"\\]|\\.)*")?\s*\]')
_SETTING = re.compile(r'\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(.*?))\s*(?:[#;].*)?')
_INCLUDING = ("include", "includeif")
_LARGEST = 2**20


def with_includes(configs: Iterable[Path]) -> list[Path]:
    """Configurations, and all that they include, each once."""
    waiting, found = list(configs), dict[Path, None]()
    while waiting:
        config = waiting.pop(0)
        if config not in found:
            found[config] = None
            waiting += paths_in(config, _INCLUDING, "path")
    return list(found)


def users_own_configs() -> list[Path]:
    """A user's own configurations, whether they are there or not."""
    if named := os.environ.get("GIT_CONFIG_GLOBAL"):
        return [Path(named)]
    return [users_folder() / "config", Path(os.path.expanduser("~/.gitconfig"))]  # noqa: PTH111


def users_folder() -> Path:
    """Where a user's own configuration, ignore patterns and attributes are looked for."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - a HOME may be none
    return Path(folder, "git")


def paths_in(config: Path, sections: Collection[str], key: str) -> list[Path]:
    """The files that a setting of a configuration names, in any of some sections; none where it cannot be read."""
    try:
        text = read_plain(config, limit=_LARGEST)
    except OSError:
        return []
    return [Path(os.path.normpath(config.parent / value)) for value in paths_set(text, sections, key)]


def paths_set(text: bytes, sections: Collection[str], key: str) -> list[str]:
    """The values that a setting has in a configuration's text, in any of some sections, as paths."""
    if not any(section.encode() in text.lower() for section in sections):
        return []
    found, section = [], ""
    for line in os.fsdecode(text).replace("\\\n", "").splitlines():
        if begins := _SECTION.match(line):
            section = begins[1].lower()
        setting = _SETTING.fullmatch(line[begins.end() :] if begins else line) if section in sections else None
        if setting and setting[1].lower() == key and (value := re.sub(r"\\(.)", r"\1", setting[2] or setting[3] or "")):
            found.append(os.path.expanduser(value))  # noqa: PTH111 - as it is where there is no HOME
    return found
