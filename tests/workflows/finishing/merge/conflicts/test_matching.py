"""What somebody else has put in the place of each conflict is found again."""

from __future__ import annotations

import pytest

from ampsm.model.conflicts import Choice, HunkKind
from ampsm.workflows.finishing.merge.conflicts.hunks import Region, ThreeWay, composed
from ampsm.workflows.finishing.merge.conflicts.matching import texts_between


def region(n: int, kind: HunkKind = HunkKind.CONFLICT) -> Region:
    none = range(0)
    return Region(n, kind, b"base\n", b"target\n", b"session\n", none, none, none, False, False)


#: Two conflicts, one change of a side alone between them; lines that are alike stand around both.
TEXT = ThreeWay((b"}\n\n}\n", region(1), b"}\n\n}\n", region(2, HunkKind.SESSION), b"}\n", region(3), b"}\n\n}\n"))


@pytest.mark.parametrize("one", [b"", b"new\n", b"}\n", b"}\n\n}\n", b"a\n}\nb\n", b"target\n"])
@pytest.mark.parametrize("other", [b"", b"last\n", b"}\n\n", b"x\ny\nz\n"])
def test_each_text_between_unchanged_lines_is_found(one: bytes, other: bytes) -> None:
    whole = composed(TEXT, {1: (Choice.TEXT, one), 3: (Choice.TEXT, other)})
    found = texts_between(TEXT, whole)
    assert None not in found.values()
    again = composed(TEXT, {n: (Choice.TEXT, text) for n, text in found.items()})
    assert again == whole, "whatever is taken for which: taking all of it gives the same"


def test_where_the_lines_beside_it_were_changed_nobody_can_tell() -> None:
    three = ThreeWay((b"a\nb\n", region(1), b"c\nd\n", region(2), b"e\n"))
    assert texts_between(three, b"a\nB one\nc\nd\ntwo\ne\n") == {1: None, 2: b"two\n"}
    assert texts_between(three, b"") == {1: None, 2: None}


def test_a_change_elsewhere_is_no_hindrance() -> None:
    three = ThreeWay((b"a\nb\n", region(1), b"c\nd\n", region(2), b"e\nf\n"))
    assert texts_between(three, b"A\nb\none\nc\nd\ne\nf\nmore\n") == {1: b"one\n", 2: b""}
