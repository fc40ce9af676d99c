"""Three texts laid side by side: the regions and what is made of them are those of `git merge-file`."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from ampsm.git.objects import LineChange, line_changes
from ampsm.model.conflicts import Choice, HunkKind
from ampsm.workflows.finishing.merge.conflicts.hunks import Region, ThreeWay, composed, taken, three_way

WORDS = (b"", b"a", b"b", b"c", b"    return x", b"}", b"\tend", b"\xe9", b"x", b"y\r", b"z\r")
UNIQUE = tuple(b"line %d" % number for number in range(40))
PER_ROUND = 25


def edited(chance: Random, lines: list[bytes], words: tuple[bytes, ...]) -> list[bytes]:
    found = list(lines)
    for _ in range(chance.randint(0, 8)):
        start = chance.randint(0, len(found))
        found[start : start + chance.randint(0, 3)] = chance.choices(words, k=chance.randint(0, 3))
    return found


def texts(chance: Random) -> list[bytes]:
    """Base, target and session: short or long, empty too, with either line end, with and without the last."""
    end, words = chance.choice([b"\n", b"\n", b"\r\n"]), chance.choice([WORDS, UNIQUE])
    first = chance.choices(words, k=chance.choice([0, 1, 5, 12, 40, 300]))
    sides = first if chance.random() < 0.9 else [], edited(chance, first, words), edited(chance, first, words)
    return [end.join(side) + chance.choice([b"", end]) if side else b"" for side in sides]


def laid(repo: Path, sides: Sequence[bytes]) -> ThreeWay:
    base, *changed = (store(repo, side) for side in sides)
    scripts = [line_changes(repo, base, one) for one in changed]
    return three_way(sides[0], sides[1], sides[2], scripts[0], scripts[1])


def store(repo: Path, content: bytes) -> str:
    command = ["git", "-C", str(repo), "hash-object", "-w", "--stdin"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode().strip()


def merge_file(folder: Path, sides: Sequence[bytes], *how: str) -> bytes:
    for name, side in zip(("base", "target", "session"), sides, strict=True):
        (folder / name).write_bytes(side)
    command = ["git", "merge-file", "-p", *how, "target", "base", "session"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode < 128, done.stderr
    return done.stdout


def conflicts_of_git(folder: Path, sides: Sequence[bytes]) -> list[list[bytes]]:
    """Target, base and session of each conflict that `git merge-file --diff3` marks."""
    return marked(merge_file(folder, sides, "--diff3", "--marker-size=37", "-L", "T", "-L", "B", "-L", "S"))


def marked(text: bytes) -> list[list[bytes]]:
    """Target, base and session of each conflict between markers of 37 characters, without the end of their last
    line."""
    found: list[list[bytes]] = []
    for conflict in re.split(rb"^<{37} .*\n", text, flags=re.M)[1:]:
        target, base, session = re.split(rb"^(?:\|{37} .*|={37}\r?|>{37} .*)\n", conflict, flags=re.M)[:3]
        found.append([target, base, session])
    return [[without_end(side) for side in conflict] for conflict in found]


def without_end(text: bytes) -> bytes:
    return text.rstrip(b"\r\n")


def conflicts(three: ThreeWay) -> list[Region]:
    return [region for region in three.regions if region.kind is HunkKind.CONFLICT]


def everywhere(three: ThreeWay, choice: Choice) -> bytes:
    return composed(three, {region.n: (choice, None) for region in conflicts(three)})


@pytest.mark.rounds(2)
@pytest.mark.parametrize("seed", range(20))
def test_conflicts_and_results_are_those_of_git(make_repo: Callable[..., Path], tmp_path: Path, seed: int) -> None:
    repo, chance = make_repo(), Random(seed)
    clean = 0
    for _ in range(PER_ROUND):
        sides = texts(chance)
        three = laid(repo, sides)
        found = [[without_end(side) for side in (one.target, one.base, one.session)] for one in conflicts(three)]
        assert found == conflicts_of_git(tmp_path, sides), sides
        for choice, option in ((Choice.TARGET, "--ours"), (Choice.SESSION, "--theirs")):
            assert everywhere(three, choice) == merge_file(tmp_path, sides, option), sides
        # Without --diff3 git takes lines that both have in common out of a conflict before it puts the rest together.
        assert everywhere(three, Choice.BOTH) == merge_file(tmp_path, sides, "--union", "--diff3"), sides
        if not found:
            clean += 1
            assert composed(three, {}) == merge_file(tmp_path, sides), sides
    assert 0 < clean < PER_ROUND


@pytest.mark.rounds(2)
@pytest.mark.parametrize("seed", range(20))
def test_the_sides_can_be_put_together_again(make_repo: Callable[..., Path], seed: int) -> None:
    repo, chance = make_repo(), Random(seed)
    for _ in range(PER_ROUND):
        sides = texts(chance)
        sides[1:] = [side + chance.choice([b"", b"\0\n", b"\r"]) for side in sides[1:]]
        three = laid(repo, sides)
        for choice, side in zip((Choice.BASE, Choice.TARGET, Choice.SESSION), sides, strict=True):
            assert composed(three, {region.n: (choice, None) for region in three.regions}) == side
        lines = [side.split(b"\n") for side in sides]
        for region in three.regions:
            ranges = region.base_lines, region.target_lines, region.session_lines
            cuts = [all_lines[which.start : which.stop] for all_lines, which in zip(lines, ranges, strict=True)]
            shown = region.base, region.target, region.session
            assert [b"\n".join(cut) for cut in cuts] == [side.removesuffix(b"\n") for side in shown]


def test_changes_that_touch_are_one_conflict_and_identical_ones_none(make_repo: Callable[..., Path]) -> None:
    three = laid(make_repo(), [b"1\n2\n3\n4\n5\n6\n7\n", b"1\nT\n3\n4\nsame\n6\nT\n", b"1\n2\nS\n4\nsame\n6\n7\n"])
    assert [(one.kind, one.base, one.target, one.session) for one in three.regions] == [
        (HunkKind.CONFLICT, b"2\n3\n", b"T\n3\n", b"2\nS\n"),
        (HunkKind.SAME, b"5\n", b"same\n", b"same\n"),
        (HunkKind.TARGET, b"7\n", b"T\n", b"7\n"),
    ]
    assert composed(three, {}) == b"1\n2\n3\n4\nsame\n6\nT\n"


def test_a_text_of_ones_own_ends_its_line_unless_a_side_does_not(make_repo: Callable[..., Path]) -> None:
    repo = make_repo()
    three = laid(repo, [b"a\r\nb\r\nc\r\n", b"T\r\nb\r\nT", b"S\r\nb\r\nS"])
    first, last = three.regions
    assert taken(first, Choice.TEXT, b"mine") == b"mine\r\n"
    assert taken(last, Choice.TEXT, b"mine") == b"mine"
    ended = laid(repo, [b"a\n", b"T\n", b""]).regions[0]
    assert taken(ended, Choice.TEXT, b"mine") == b"mine\n"
    assert taken(last, Choice.BOTH) == b"T\r\nS"
    assert taken(last, Choice.BOTH_REVERSED) == b"S\r\nT"
    assert composed(three, {1: (Choice.TEXT, b""), 2: (Choice.BASE, None)}) == b"b\r\nc\r\n"
    with pytest.raises(ValueError, match="text"):
        taken(first, Choice.TEXT)


def test_the_time_it_takes_grows_with_the_size_only() -> None:
    base = b"".join(b"line %d\n" % number for number in range(20_000))
    lines = base.splitlines(keepends=True)
    changed = [LineChange(at, 1, at, 1) for at in range(30, 20_000, 66)]
    sides = []
    for mark in (b"T\n", b"S\n"):
        side = list(lines)
        for change in changed:
            side[change.old_start] = mark
        sides.append(b"".join(side))
    begun = time.perf_counter()
    three = three_way(base, sides[0], sides[1], changed, changed)
    result = everywhere(three, Choice.SESSION)
    assert time.perf_counter() - begun < 0.5  # some ten milliseconds; a square of the size would take many seconds
    assert len(three.regions) == len(changed) > 300
    assert result == sides[1]
