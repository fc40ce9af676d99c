"""Parameters of a test of which `make test` runs a few and `make test-faults` all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def slow_but(values: Iterable[Any], kept: Collection[Any]) -> list[Any]:
    """The values as parameters; all are marked slow but those to be kept, each of which must be there.

    A value that is a tuple is the parameters of one round; it is kept for what it is or for its first part.
    """
    values = list(values)
    names = [value if value in kept or not isinstance(value, tuple) else value[0] for value in values]
    assert set(kept) <= set(names), set(kept) - set(names)
    return [
        pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=() if name in kept else pytest.mark.slow)
        for value, name in zip(values, names, strict=True)
    ]
