from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ampsm.store.connection import Store, open_store
from ampsm.system.paths import Paths, resolve_paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return resolve_paths(str(tmp_path / "data" / "sessions.sqlite"), {})


@pytest.fixture
def store(paths: Paths) -> Iterator[Store]:
    with open_store(paths) as opened:
        yield opened


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """The test runs as a user whom file permissions bind, also when the tests are run by root."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
