"""Files outside a repository that git reads by itself: a user's own configuration, what it includes, and what it names.

Read without git, which may be waiting for one of them. A line that only looks like a setting does no harm: the file it
names is looked at, no more.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ampsm.system.plain_files import read_plain

#: `path` of an include, and the settings that name a file of patterns or names.
_NAMED = re.compile(r"^[^#;\n]*?\b(path|excludesfile|attributesfile|file)\s*=[ \t]*(.+)$", re.IGNORECASE | re.MULTILINE)
_LARGEST = 2**20
_SYSTEM = "/etc/gitconfig"


def files_of_users() -> Iterator[Path]:
    """What git reads of the user and the system, whether it is there or not: configurations first."""
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path("~/.config").expanduser(), "git")
    yield from map(Path, filter(None, map(os.environ.get, ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"))))
    yield from (Path("~/.gitconfig").expanduser(), own / "config", Path(_SYSTEM), own / "ignore", own / "attributes")


def named_in(configs: Iterable[Path]) -> Iterator[Path]:
    """The files that configurations name, also those that are included, each once."""
    waiting, seen = list(configs), set[Path]()
    while waiting:
        config = waiting.pop()
        for key, value in _NAMED.findall(_text(config)):
            named = Path(os.path.normpath(config.parent / os.path.expanduser(value.strip().strip('"'))))  # noqa: PTH111
            if named not in seen:
                seen.add(named)
                yield named
                waiting += [named] if key.lower() == "path" else []


def _text(config: Path) -> str:
    try:
        return read_plain(config, limit=_LARGEST).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
