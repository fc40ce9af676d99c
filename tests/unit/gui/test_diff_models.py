"""Patches are read whatever git writes; rows show every line once; words and colours lie inside their lines."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampsm.git.diff import DiffResult, diff
from ampsm_gui.models.diff.document import DiffDocument, columns_of
from ampsm_gui.models.diff.patch import FilePatch, parse_file, part_path, split_patch
from ampsm_gui.models.diff.path import paths_of_header, unquoted
from ampsm_gui.models.diff.rows import FOLD, LINE, NOTE
from ampsm_gui.models.diff.syntax import highlight
from ampsm_gui.models.diff.words import changed_words

RunGit = Callable[..., str]


def changed(repo: Path, run_git: RunGit) -> DiffResult:
    return diff(repo, base=run_git(repo, "rev-parse", "HEAD").strip())


def parsed(repo: Path, run_git: RunGit) -> dict[str, FilePatch]:
    found = changed(repo, run_git)
    patches = [parse_file(part) for part in split_patch(found.patch or b"")]
    assert {patch.path for patch in patches} == {file.path for file in found.files}
    return {patch.path: patch for patch in patches}


def commit(repo: Path, run_git: RunGit) -> None:
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-qm", "x")


@pytest.fixture
def repo(make_repo: Callable[..., Path]) -> Path:
    return make_repo("r")


ODD_NAMES = ["plain", "with space", 'quo"te', "back\\slash", "tab\there", "new\nline", "日本 語", "a b/a b", " b/x",
             "bell\a", "trailing ", os.fsdecode(b"latin-\xe9"), "b/b/b"]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_every_kind(repo: Path, run_git: RunGit, name: str) -> None:
    for folder in ("text", "empty", "mode", "old", "binary"):
        (repo / folder / name).parent.mkdir(parents=True, exist_ok=True)
    (repo / "mode" / name).write_text("1\n")
    (repo / "old" / name).write_text("".join(f"{n}\n" for n in range(30)))
    commit(repo, run_git)
    (repo / "text" / name).write_text("new\n")
    (repo / "empty" / name).write_text("")
    (repo / "mode" / name).chmod(0o755)
    (repo / "binary" / name).write_bytes(b"\0\1")
    moved = f"moved {name}".replace("/", "-")
    (repo / "old" / name).rename(repo / moved)
    with (repo / moved).open("a") as file:
        file.write("more\n")
    found = parsed(repo, run_git)
    assert found[f"text/{name}"].old_path is None
    assert [line.text for line in found[f"text/{name}"].hunks[0].lines] == ["new"]
    assert (found[f"empty/{name}"].old_path, found[f"empty/{name}"].hunks) == (None, [])
    assert (found[f"mode/{name}"].old_mode, found[f"mode/{name}"].new_mode) == ("100644", "100755")
    assert found[f"binary/{name}"].binary
    assert found[moved].old_path == f"old/{name}"
    assert found[moved].similarity
    assert [line.text for line in found[moved].hunks[0].lines if line.sign == "+"] == ["more"]


def test_ends_without_newline_and_with_carriage_returns(repo: Path, run_git: RunGit) -> None:
    (repo / "f").write_bytes(b"a\r\nb\rc\nlast")
    commit(repo, run_git)
    (repo / "f").write_bytes(b"a\nb\rc\nlast\n")
    lines = parsed(repo, run_git)["f"].hunks[0].lines
    assert [(line.sign, line.text, line.no_newline) for line in lines] == [
        ("-", "a\r", False), ("+", "a", False), (" ", "b\rc", False), ("-", "last", True), ("+", "last", False),
    ]  # fmt: skip


def test_a_file_that_looks_like_a_patch(repo: Path, run_git: RunGit) -> None:
    odd = "-- a/x\n++ b/x\ndiff --git a/x b/x\n@@ -1 +1 @@\nBinary files a and b differ\n"
    (repo / "f").write_text(odd)
    commit(repo, run_git)
    (repo / "f").write_text(odd.replace("x", "y"))
    (repo / "g").write_text(odd)
    found = parsed(repo, run_git)
    assert [line.text for line in found["g"].hunks[0].lines] == odd.splitlines()
    assert len(found["f"].hunks) == 1


def test_a_link_that_becomes_a_file_has_two_parts(repo: Path, run_git: RunGit) -> None:
    (repo / "f").symlink_to("README.md")
    commit(repo, run_git)
    (repo / "f").unlink()
    (repo / "f").write_text("text\n")
    patch = changed(repo, run_git).patch or b""
    assert [part_path(part) for part in split_patch(patch)] == ["f", "f"]


COMBINED = b"""diff --cc src/app.py
index 1234567,89abcde..0000000
--- a/src/app.py
+++ b/src/app.py
@@@ -1,3 -1,3 +1,7 @@@ def main
  same
++<<<<<<< ours
 +one
++=======
+ two
++>>>>>>> theirs
- -gone
"""


def test_combined_and_unmerged() -> None:
    found = parse_file(COMBINED)
    assert found.path == "src/app.py"
    assert [line.sign for line in found.hunks[0].lines] == [" ", "+", "+", "+", "+", "+", "-"]
    assert [line.new for line in found.hunks[0].lines] == [1, 2, 3, 4, 5, 6, 0]
    assert found.hunks[0].heading == "def main"
    [part] = split_patch(b'* Unmerged path "a\\tb"\n')
    assert parse_file(part).unmerged
    assert part_path(part) == "a\tb"


def test_submodules_say_so() -> None:
    part = b"diff --git a/lib b/lib\nindex 1111111..2222222 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n" + (
        b"-Subproject commit 1111111\n+Subproject commit 2222222\n"
    )
    assert parse_file(part).submodule


def test_quoted_words() -> None:
    assert unquoted(b'"\\346\\227\\245\\"\\\\\\n"') == '日"\\\n'
    assert paths_of_header(b'diff --git "a/x\\ty" b/plain') == ("x\ty", "plain")
    assert paths_of_header(b'diff --git a/plain "b/x\\ty"') == ("plain", "x\ty")


@given(st.binary(max_size=300))
def test_no_bytes_upset_the_reader(noise: bytes) -> None:
    assert list(split_patch(b"")) == []
    for part in split_patch(b"diff --git a/x b/x\n" + noise):
        parse_file(part)
        DiffDocument(part)


LINES = st.lists(st.sampled_from(["a", "b", "c = 1", "", "\tdef f():", "x" * 40]), max_size=40)


@settings(max_examples=30, deadline=None)
@given(LINES, LINES)
def test_every_line_stands_in_every_layout_once(tmp_path_factory: pytest.TempPathFactory, old: list[str],
                                                new: list[str]) -> None:  # fmt: skip
    old_text, new_text = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))
    part = made_patch(old, new)
    document = DiffDocument(part, old_text, new_text)
    for split in (False, True):
        layout = document.layout(split)
        for gap in range(len(document.gaps)):
            if not layout.is_open(gap):
                document.toggle(gap)
        left = [document.lines[row[1]] for row in layout.rows if row[0] == LINE and row[1] >= 0]
        right = [document.lines[row[2]] for row in layout.rows if row[0] == LINE and row[2] >= 0]
        if document.lines:
            assert [line.text for line in left] == old
            assert [line.text for line in right] == new
            assert [line.old for line in left] == list(range(1, len(old) + 1))
        for change in layout.changes:
            rows = layout.rows[change.first : change.last + 1]
            assert all(document.lines[max(left, right)].sign != " " for _, left, right in rows)
            assert len(rows) == (max if split else sum)((change.removed, change.added))


def made_patch(old: list[str], new: list[str]) -> bytes:
    from difflib import unified_diff

    body = "".join(f"{line}\n" for line in unified_diff(old, new, lineterm="") if not line.startswith(("---", "+++")))
    return b"diff --git a/f.py b/f.py\nindex 1..2 100644\n--- a/f.py\n+++ b/f.py\n" + body.encode()


def test_folds_open_and_close_and_changes_move_along() -> None:
    old = [str(number) for number in range(100)]
    new = [*old[:50], "x", *old[51:90], "y", *old[91:]]
    part, text = made_patch(old, new), "\n".join(new).encode() + b"\n"
    document = DiffDocument(part, None, text)
    layout = document.layout(False)
    assert [row[0] for row in layout.rows].count(FOLD) == 3
    before = list(layout.rows), list(layout.changes)
    document.toggle(0)
    assert layout.changes[0].first == before[1][0].first + 47
    assert document.layout(True).changes[1].first == layout.changes[1].first - 1
    document.toggle(0)
    assert (layout.rows, layout.changes) == before
    unknown = DiffDocument(part, None, text.replace(b"x", b"other"))  # the agent has written since
    assert not unknown.can_open(0)
    unknown.toggle(0)


def test_what_is_too_long_is_counted() -> None:
    new = [str(number) for number in range(100)]
    part = made_patch([], new)
    found = parse_file(part, most_lines=11)
    assert len(found.hunks[0].lines) == 10
    assert found.left_out == 90
    from ampsm_gui.models.diff.rows import DiffRows

    assert DiffRows(found.hunks[0].lines, [(0, 10)], False, 90).rows[-1] == (NOTE, 90, 90)


@given(st.text("ab _.(日\t", max_size=40), st.text("ab _.(日\t", max_size=40))
def test_changed_words_lie_inside_and_the_rest_is_equal(old: str, new: str) -> None:
    left, right = changed_words(old, new)
    kept = []
    for text, spans in ((old, left), (new, right)):
        rest, end = "", 0
        for start, length in spans:
            assert start >= end
            assert length > 0
            rest += text[end:start]
            end = start + length
        assert end <= len(text)
        kept.append("".join((rest + text[end:]).split()))
    assert not (left or right) or kept[0] == kept[1]


def test_changed_words() -> None:
    assert changed_words('ALGORITHM = "HS256"', 'ALGORITHM = "EdDSA"') == ([(13, 5)], [(13, 5)])
    assert changed_words("one thing", "quite different") == ([], [])
    assert changed_words("x" * 5000, "x" * 5001) == ([], [])


def test_colours_know_text_that_goes_over_lines() -> None:
    found = highlight("a.py", 'x = """one\r\ntwo\r\n"""\ndef f(): return 1')
    assert found[1] == [(0, 3, "string")]
    assert (0, 3, "keyword") in found[3]
    assert (4, 1, "function") in found[3]
    assert highlight("unknown.zzz", "x") == []
    assert highlight("README.txt", "x") == []
    assert highlight("a.py", "x" * 6000) == []


def test_columns() -> None:
    assert [columns_of(text) for text in ("", "abc", "\tx", "a\tx", "日本", "é")] == [0, 3, 5, 5, 4, 1]
