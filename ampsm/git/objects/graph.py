"""How two commits lie to one another: what only either of them has, and where they parted.

libgit2 answers that too, but not well enough. Its ahead/behind counts common commits as one side's own where commits
of the same second were merged (seen: two of a hundred pairs), and its merge base keeps all other threads of Python
waiting, half a second for histories that are 50,000 commits apart. So it is asked for one commit at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush

from ampsm.git.objects.reader import CannotTell
from ampsm.model.record import record

#: Commits that are looked at for one answer. With more git's command line is quicker, and no other thread waits for it.
_FAR = 5_000

#: Commits that are remembered.
_KNOWN = 10_000

#: Commits that are looked at beyond what would be enough if all clocks were right; git looks at as many.
_SPARE = 5

#: Who has a commit: one, the other, both; and both, but one of its descendants is theirs as well.
_ONE, _OTHER, _BOTH, _COMMON = 1, 2, 3, 7


@record
class Comparison:
    """The commits that only one and only the other has, and the best common ancestors: none, one or several."""

    only_one: list[str]
    only_other: list[str]
    bases: list[str]


class Graph:
    """The commits of a repository; `load` gives the parents and the time of one, or raises CannotTell."""

    def __init__(self, load: Callable[[str], tuple[Sequence[str], int]]) -> None:
        self._load = load
        self._known: dict[str, tuple[Sequence[str], int]] = {}

    def knows(self, sha: str) -> bool:
        """Whether it has met this commit. What its history is does not change any more."""
        return sha in self._known

    def compare(self, one: str, other: str) -> Comparison:
        """Walks from both, the newest first, until nothing can be found any more. Raises CannotTell when that is far.

        A commit that both have makes its ancestors common as well. They need to be known only as long as one of them
        could have been taken for one side's own, or for a best one: as far back as the oldest of those.
        """
        if one == other:
            return Comparison([], [], [one])
        known, load = self._known, self._commit
        colours = {one: _ONE, other: _OTHER}
        waiting = [(-load(one)[1], one), (-load(other)[1], other)]
        waiting.sort()
        oldest = waiting[-1][0]  # times are negative, as a heap wants them
        passed: dict[str, int] = {}
        spare = _SPARE
        while waiting:
            time, at = heappop(waiting)
            colour = colours[at]
            if passed.get(at) == colour:
                continue
            if time > oldest:
                if not spare:
                    break
                spare -= 1
            passed[at] = colour
            if colour >= _BOTH:
                colour = _COMMON
            for parent in (known.get(at) or load(at))[0]:
                before = colours.get(parent, 0)
                after = before | colour
                if after == before:
                    continue
                colours[parent] = after
                time = -(known.get(parent) or load(parent))[1]
                if after < _COMMON:
                    if time > oldest:
                        oldest = time
                elif 0 < before < _COMMON:
                    spare = _SPARE  # a clock was wrong, so more may be
                heappush(waiting, (time, parent))
            if len(passed) > _FAR:
                raise CannotTell
        found: dict[int, list[str]] = {_ONE: [], _OTHER: [], _BOTH: [], _COMMON: []}
        for at, colour in colours.items():
            found[colour].append(at)
        return Comparison(found[_ONE], found[_OTHER], found[_BOTH])

    def in_order(self, until: str, commits: Collection[str]) -> list[str]:
        """Sorts commits, all of which lead to `until`: parents before children, otherwise as `git log` has them."""
        wanted = set(commits)
        children = dict.fromkeys(wanted, 0)
        for at in wanted:
            for parent in self._commit(at)[0]:
                if parent in wanted:
                    children[parent] += 1
        ready, found = [until], []
        while ready:
            at = ready.pop()
            found.append(at)
            for parent in self._commit(at)[0]:
                if parent in wanted:
                    children[parent] -= 1
                    if not children[parent]:
                        ready.append(parent)
        return found[::-1]

    def _commit(self, at: str) -> tuple[Sequence[str], int]:
        known = self._known.get(at)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[at] = self._load(at)
        return known
