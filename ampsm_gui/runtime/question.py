"""A question to the core while it is on its way, and when another one is the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from ampsm.context import Context


class Question:
    """What is read, and who gets the answer."""

    def __init__(
        self,
        number: int,
        key: Hashable,
        read: Callable[[Context], Any],
        receive: Callable[[Any], None],
        failed: Callable[[Exception], None] | None,
        keeps: bool,
    ) -> None:
        self.number = number
        self.key = key
        self.read = read
        self.receive = receive
        self.failed = failed
        self.keeps = keeps
        self.answer: Any = None
        self.error: Exception | None = None
        self.dropped = False
        self.begun = False
        #: It was asked again after that.
        self.again = False

    def asks_the_same(self, other: Question) -> bool:
        """Whether an answer to this one is one to the other, if perhaps an older one."""
        if self.keeps or other.keeps:
            return False
        mine, others = (self.read, self.receive, self.failed), (other.read, other.receive, other.failed)
        return all(map(_same, mine, others))


def _same(one: object, other: object) -> bool:
    if isinstance(one, partial) and isinstance(other, partial):
        alike = len(one.args) == len(other.args) and one.keywords.keys() == other.keywords.keys()
        pairs = [(one.func, other.func), *zip(one.args, other.args, strict=False)]
        pairs += [(one.keywords[name], other.keywords[name]) for name in one.keywords] if alike else []
        return alike and all(_same(*pair) for pair in pairs)
    return one is other or (type(one) is type(other) and bool(one == other))
