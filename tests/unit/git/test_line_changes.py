"""The line diff of two blobs: from git and from libgit2 the same, and one that makes the one of the other."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from random import Random

import pytest

from ampsm.git import objects
from ampsm.git.content.text_patch import text_patch
from ampsm.git.objects import LineChange, libgit2
from ampsm.git.objects.command_line import GitCommandLine
from ampsm.git.objects.reader import CannotTell

WORDS = (
    b"",
    b"a",
    b"b",
    b"c",
    b"    return x",
    b"}",
    b"\tend\r",
    b"\xe9\0",
    b"-- x",
    b"++ y",
    b"@@ -1 +1 @@",
    b"\\ No",
)


def store(repo: Path, content: bytes) -> str:
    command = ["git", "-C", str(repo), "hash-object", "-w", "--stdin"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode().strip()


def lines_of(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def applied(changes: list[LineChange], old: bytes, new: bytes) -> bytes:
    """The old lines with the changes made, the new lines taken from where each change says."""
    before, after, result, at = lines_of(old), lines_of(new), list[bytes](), 0
    for change in changes:
        result += before[at : change.old_start]
        assert len(result) == change.new_start
        result += after[change.new_start : change.new_start + change.new_count]
        at = change.old_start + change.old_count
    return b"".join(result + before[at:])


def edited(chance: Random, lines: list[bytes]) -> list[bytes]:
    found = list(lines)
    for _ in range(chance.randint(0, 6)):
        start = chance.randint(0, len(found))
        found[start : start + chance.randint(0, 3)] = chance.choices(WORDS, k=chance.randint(0, 3))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_both_find_the_same(make_repo: Callable[..., Path], seed: int) -> None:
    repo, chance = make_repo(), Random(seed)
    # From a few lines to more than what git leaves out at the end of both when it shows no context.
    first = chance.choices(WORDS, k=chance.choice([0, 1, 5, 40, 1200]))
    old, new = (
        b"\n".join(lines) + chance.choice([b"", b"\n"]) for lines in (edited(chance, first), edited(chance, first))
    )
    blobs = store(repo, old), store(repo, new)
    by_git = GitCommandLine(repo).line_changes(*blobs)
    assert libgit2.ask(repo, methodcaller("line_changes", *blobs)) == by_git
    assert applied(by_git, old, new) == new
    assert all(one.old_start + one.old_count < two.old_start for one, two in itertools.pairwise(by_git))


def test_many_pairs_at_once_are_as_each_alone(make_repo: Callable[..., Path], run_git: Callable[..., str]) -> None:
    repo, chance = make_repo(), Random(1)
    for key, value in {"diff.noprefix": "true", "diff.renames": "copies", "diff.mnemonicPrefix": "true"}.items():
        run_git(repo, "config", "--global", key, value)
    texts = [b"", b"diff --git a/old/0 b/new/0\n"]
    texts += [b"\n".join(edited(chance, chance.choices(WORDS, k=20))) for _ in range(12)]
    blobs = list(dict.fromkeys(store(repo, text) for text in texts))
    pairs = [(old, new) for old in blobs for new in blobs if old != new]
    found = objects.line_changes_of(repo, pairs)
    assert list(found) == pairs
    assert found == {pair: GitCommandLine(repo).line_changes(*pair) for pair in chance.sample(pairs, 25)} | {
        pair: libgit2.ask(repo, methodcaller("line_changes", *pair)) for pair in pairs
    }


SETTINGS_FOR_FILES = {
    "crlf": {"core.autocrlf": "true"},
    "input": {"core.autocrlf": "input", "core.safecrlf": "true"},
    "attributes": {"core.attributesFile": "attributes"},
}


@pytest.mark.parametrize("setting", SETTINGS_FOR_FILES)
@pytest.mark.parametrize("inside", [False, True], ids=["elsewhere", "in-a-repository"])
def test_line_ends_are_compared_whatever_is_set_for_files(
    make_repo: Callable[..., Path], run_git: Callable[..., str], monkeypatch: pytest.MonkeyPatch, setting: str,
    inside: bool,
) -> None:  # fmt: skip
    repo = make_repo(files={".gitattributes": "* text=auto eol=lf ident\n"})
    if inside:
        monkeypatch.setattr("tempfile.tempdir", str(repo))
    attributes = repo.parent / "attributes"
    attributes.write_text("* text ident\n")
    for key, value in SETTINGS_FOR_FILES[setting].items():
        run_git(repo, "config", "--global", key, str(attributes) if value == "attributes" else value)
    old, new = b"a\r\nb\n$Id: x$\n", b"a\nb\n$Id: y$\n"
    one, other = store(repo, old), store(repo, new)
    found = objects.line_changes_of(repo, [(one, other), (other, one)])
    assert found[one, other] == found[other, one] == [LineChange(0, 1, 0, 1), LineChange(2, 1, 2, 1)]
    assert text_patch(old, new, 0).startswith(b"@@ -1 +1 @@")


def test_no_setting_or_attribute_changes_what_git_finds(
    make_repo: Callable[..., Path], run_git: Callable[..., str]
) -> None:
    repo = make_repo(files={".gitattributes": "* -diff\n* diff=odd\n"})
    for key, value in {
        "diff.algorithm": "patience", "diff.context": "7", "diff.interHunkContext": "9", "diff.noprefix": "true",
        "diff.indentHeuristic": "true", "diff.odd.textconv": "cat /dev/null; true", "diff.odd.command": "false",
        "color.diff": "always", "diff.wsErrorHighlight": "all", "core.pager": "false", "diff.odd.xfuncname": ".*",
    }.items():  # fmt: skip
        run_git(repo, "config", key, value)
    old, new = store(repo, b"a\nb\nc\nd\ne\n"), store(repo, b"a\nX\nc\nd\ne\nf\n")
    expected = [LineChange(1, 1, 1, 1), LineChange(5, 0, 5, 1)]
    assert GitCommandLine(repo).line_changes(old, new) == expected
    assert libgit2.ask(repo, methodcaller("line_changes", old, new)) == expected
    assert objects.line_changes(repo, old, old) == []


def test_large_files_are_left_to_git(make_repo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repo()
    old, new = store(repo, b"a\n" * 100), store(repo, b"b\n" * 100)
    monkeypatch.setattr(libgit2, "_COMPARED", 399)
    with pytest.raises(CannotTell):
        libgit2.ask(repo, methodcaller("line_changes", old, new))
    monkeypatch.setattr(objects, "_in_process", True)
    assert objects.line_changes(repo, old, new) == [LineChange(0, 100, 0, 100)]
