"""The environment of every process the program starts (SPEC section 5.5)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

#: What `git rev-parse --local-env-vars` prints: variables that tie git to one repository, set e.g. inside a hook.
GIT_LOCAL_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_COUNT",
        "GIT_OBJECT_DIRECTORY",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_REPLACE_REF_BASE",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_COMMON_DIR",
        "GIT_INTERNAL_SUPER_PREFIX",
    }
)

_NO_EXTRA: Mapping[str, str] = {}


def clean_environment(environ: Mapping[str, str], extra: Mapping[str, str] = _NO_EXTRA) -> dict[str, str]:
    """`environ` without git's local variables (other `GIT_*` stay), then with `extra` on top."""
    return {name: value for name, value in environ.items() if name not in GIT_LOCAL_VARIABLES} | dict(extra)


@contextmanager
def marking(name: str, value: str) -> Iterator[None]:
    """While it is entered, every process that this one starts carries the variable: what is left of them when this
    process is killed can be found by it."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
