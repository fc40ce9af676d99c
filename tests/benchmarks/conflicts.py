"""The conflicts of a long file: git's own merge of the three texts is the floor, and it makes no hunks of them."""

from __future__ import annotations

from collections.abc import Iterator

from ampsm.git.objects import line_changes
from ampsm.model.conflicts import Choice, HunkKind
from ampsm.workflows.finishing.merge.conflicts.hunks import ThreeWay, composed, three_way
from tests.benchmarks.measure import interleave, seconds_of
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, ratio_row

LINES, HUNKS = 20_000, 300
_ROUNDS = 15
#: Some 60 ms of the 300 that the wizard has to open such a file.
_TARGET = 4.0


def texts(lines: int = LINES, hunks: int = HUNKS) -> tuple[bytes, bytes, bytes]:
    """Base, target and session of a file, with so many conflicts and as many changes of each side alone."""
    base = [b"    value_%d = compute(%d)  # as it was\n" % (number, number) for number in range(lines)]
    target, session = list(base), list(base)
    step = lines // hunks
    for start in range(0, step * hunks, step):
        target[start] = b"    value = target(%d)\n" % start
        session[start] = b"    value = session(%d)\n    more = True\n" % start
        target[start + step // 3] = b"    # only the target\n"
        session[start + step * 2 // 3] = b"    # only the session\n"
    return b"".join(base), b"".join(target), b"".join(session)


def measure_conflicts(place: Place) -> Iterator[Row]:
    repo = place.repository("conflicted", 10)
    sides = dict(zip(("base", "target", "session"), texts(), strict=True))
    for name, text in sides.items():
        (place.root / name).write_bytes(text)
    base, target, session = (
        place.run("git", "hash-object", "-w", place.root / name, cwd=repo).strip() for name in sides
    )
    merge = ["git", "merge-file", "-p", "--quiet", "--union", *(place.root / n for n in ("target", "base", "session"))]

    def laid() -> ThreeWay:
        return three_way(
            sides["base"], sides["target"], sides["session"], line_changes(repo, base, target),
            line_changes(repo, base, session),
        )  # fmt: skip

    def chosen() -> bytes:
        three = laid()
        open_ones = [region.n for region in three.regions if region.kind is HunkKind.CONFLICT]
        if len(open_ones) != HUNKS:
            raise RuntimeError(f"there are {len(open_ones)} conflicts")
        return composed(three, dict.fromkeys(open_ones, (Choice.SESSION, None)))

    pairs = interleave(lambda: place.seconds(*merge), lambda: seconds_of(chosen), _ROUNDS)
    yield ratio_row("conflicts", f"{LINES:,} lines, {HUNKS} conflicts → hunks and the result", "git merge-file", pairs,
                    _TARGET)  # fmt: skip
