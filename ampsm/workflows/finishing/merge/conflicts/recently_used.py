"""What was made a moment ago and will be asked for again, as long as it is not too large in all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class RecentlyUsed(Generic[T]):
    """Things by their keys: those that were used last, of `most` bytes in all as `size_of` has it; the very last one
    whatever its size. Several threads may ask."""

    def __init__(self, most: int, size_of: Callable[[T], int]) -> None:
        self._most = most
        self._size_of = size_of
        self._found: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.size = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of this key, made where it is not there any more. Raises what `make` does."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        made = make()
        self.put(key, made)
        return made

    def put(self, key: Hashable, made: T) -> None:
        """Keeps a thing, where there is none of this key."""
        with self._lock:
            if key not in self._found:
                self._found[key] = made, (size := self._size_of(made))
                self.size += size
            self._found.move_to_end(key)
            while self.size > self._most and len(self._found) > 1:
                self.size -= self._found.popitem(last=False)[1][1]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._found
