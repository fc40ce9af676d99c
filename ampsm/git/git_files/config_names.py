"""Files outside a repository that git reads by itself: a user's own configuration, what it includes, and what it names.

Read without git, which may be waiting for one of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ampsm.git.git_files.includes import paths_in, users_folder, users_own_configs, with_includes

#: The settings that name a file of patterns or of names, by section.
_NAMING = (("core", "excludesfile"), ("core", "attributesfile"), ("mailmap", "file"))
_SYSTEM = Path("/etc/gitconfig")


def files_of_users() -> Iterator[Path]:
    """What git reads of the user and the system, whether it is there or not: configurations first."""
    yield from users_own_configs()
    yield Path(os.environ.get("GIT_CONFIG_SYSTEM") or _SYSTEM)
    yield from (users_folder() / "ignore", users_folder() / "attributes")


def named_in(configs: Iterable[Path]) -> Iterator[Path]:
    """The files that configurations name, also those that are included, each once."""
    given = list(configs)
    found = dict.fromkeys(with_includes(given))
    for config in list(found):
        found |= dict.fromkeys(path for section, key in _NAMING for path in paths_in(config, (section,), key))
    yield from (path for path in found if path not in given)
