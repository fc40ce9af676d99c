"""The hunks of a file as the window knows them: places, lines, and what a choice makes of them."""

from __future__ import annotations

from ampsm.model.conflicts import (
    Choice,
    ConflictFile,
    ConflictKind,
    FileHunks,
    Hunk,
    HunkKind,
    SideModes,
    SideSizes,
)
from ampsm_gui.models.conflicts.hunk_lines import context_lines, side_lines
from ampsm_gui.models.conflicts.panes import ThreeColumns
from ampsm_gui.models.conflicts.texts import HunkTexts

RESULT = "one\nbase two\nthree\nours\nfive\nsix\n"


def texts() -> HunkTexts:
    file = ConflictFile(
        "a.py", None, ConflictKind.BOTH_MODIFIED, 1, 1, False, False, False, SideSizes(1, 1, 1),
        SideModes("100644", "100644", "100644"), "", (), None,
    )  # fmt: skip
    conflict = Hunk(1, HunkKind.CONFLICT, 2, "base two\n", "my two\nmore\n", "your two\n", None, "base two\n")
    only = Hunk(2, HunkKind.TARGET, 4, "four\n", "ours\n", "four\n", None, "ours\n")
    return HunkTexts(FileHunks(file, (conflict, only), RESULT))


def test_a_choice_moves_what_comes_after() -> None:
    found = texts()
    assert found.result == RESULT and found.conflicts == [0] == found.open
    assert [found.line(1, side) for side in ("target", "session", "base", "result")] == [5, 4, 4, 4]
    found.choose(0, Choice.BOTH)
    assert found.result == "one\nmy two\nmore\nyour two\nthree\nours\nfive\nsix\n"
    assert not found.open and found.line(1, "result") == 6 and found.line(1, "target") == 5
    found.choose(0, Choice.TEXT, "typed")
    assert found.hunks[0].result == "typed\n", "the line ends where it does on both sides"
    found.choose(0, None)
    assert found.result == RESULT and found.line(1, "result") == 4 and found.open == [0]
    found.choose(0, Choice.TEXT, "")
    assert found.result == "one\nthree\nours\nfive\nsix\n" and found.line(1, "result") == 3


def test_lines_of_a_card() -> None:
    found = texts()
    target, session = side_lines(found, 0)
    assert [(line.number, line.text) for line in target] == [(2, "my two"), (3, "more")]
    assert [session[0].text[at : at + size] for at, size in session[0].marks] == ["your"]
    assert [line.tone for line in target] == ["", "apart"], "a line without like differs as a whole"
    above, below = context_lines(found, 0)
    assert [(line.number, line.text) for line in above + below] == [(1, "one"), (3, "three")]


def test_columns_stand_beside_each_other() -> None:
    found = texts()
    found.choose(0, Choice.SESSION)
    columns = ThreeColumns(found)
    shown = [[line and (line.number, line.text) for line in (columns.line(row, c) for c in range(3))]
             for row in range(columns.rows)]  # fmt: skip
    assert shown[1:4] == [
        [(2, "my two"), (2, "your two"), (2, "your two")],
        [(3, "more"), None, None],
        [(4, "three"), (3, "three"), (3, "three")],
    ]
    assert [columns.row_of(at) for at in range(2)] == [1, 4] and columns.hunk_of(2) == 0 and columns.rows == 7
