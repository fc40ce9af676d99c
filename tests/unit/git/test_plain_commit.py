"""What a commit object says is read as git reads it, or not at all."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ampsm.git.objects import CommitInfo
from ampsm.git.objects.command_line import GitCommandLine
from ampsm.git.objects.plain_commit import plain_commit, plain_subject
from ampsm.git.objects.reader import CannotTell

LINES = (
    "Fix the login", "fix: the login ", "", "", "", "  ", "\t", "Ampsm-Session: fix-it-abcdef", "Ampsm-Iteration: 3",
    "Ampsm-Iteration: 4", "Signed-off-by: Tess Ter <tess@example.org>", "Key:value", "Key :value", "key:", "1-a: b: c",
    " continued", "\tcontinued", "see https://example.org/a:b", "a word: and: more", "- a list: of", "# a comment",
    "---", "Conflicts:", "(cherry picked from commit 0123)", "Ünï: cödé", "ünï cödé 日本", "carriage\r", "Key: blank\t",
    "; another comment", "| a table | of: two", "*", "-- ", "-----", "\u2028: odd", "\x0b", "\x0c: feed", "Key:\u00a0x",
)  # fmt: skip
AUTHORS = (
    "Tess Ter <tess@example.org> 1700000000 +0000", "Tess Ter <tess@example.org> 1700000000 -0000",
    "T <t@x> 0 +0530", "Tess 'Quote\" O'Ter, Jr. <tess@example.org> 4102444799 -1130", "日本 <> 1700000000 +1400",
    "Tess  Ter <tess> 1700000000 -0930",
)  # fmt: skip
ODD_AUTHORS = (
    " <tess@example.org> 1700000000 +0000", "Tess <tess@example.org> 1700000000 +2359", "Tess <te<ss> 1700000000 +0000",
    "Tess <tess@example.org> 99999999999 +0000", "Tess <tess@example.org>  1700000000 +0000", "Tess 1700000000 +0000",
    "Tess <tess@example.org>", "Tess <tess@example.org> 1700000000 +0099",
)  # fmt: skip


def commit_object(author: str, message: str, parent: str | None = None, headers: str = "") -> bytes:
    tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    parents = f"parent {parent}\n" if parent else ""
    committer = "committer Tess Ter <tess@example.org> 1700000000 +0000"
    return f"tree {tree}\n{parents}author {author}\n{committer}\n{headers}\n{message}".encode()


def store(repo: Path, folder: Path, contents: list[bytes]) -> None:
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / str(number)).write_bytes(content)
    paths = "".join(f"{folder / str(number)}\n" for number in range(len(contents)))
    command = ["git", "-C", str(repo), "hash-object", "-t", "commit", "--literally", "-w", "--stdin-paths"]
    subprocess.run(command, input=paths.encode(), check=True, capture_output=True)


def chain(repo: Path, folder: Path, drawn: list[tuple[str, str]]) -> list[tuple[str, bytes]]:
    """Commits with these authors and messages, each on top of the one before: their ids and contents."""
    found: list[tuple[str, bytes]] = []
    for author, message in drawn:
        content = commit_object(author, message, found[-1][0] if found else None)
        found.append((hashlib.sha1(b"commit %d\0%b" % (len(content), content)).hexdigest(), content))
    store(repo, folder, [content for _, content in found])
    return found


def read(sha: str, content: bytes) -> CommitInfo | None:
    try:
        return plain_commit(sha, content)
    except CannotTell:
        return None


def test_messages_of_all_kinds(make_repo: Callable[..., Path], tmp_path: Path) -> None:
    """Most are read, and none differently from git."""
    repo, chance = make_repo(), Random(20260504)
    messages = ("\n".join(chance.choices(LINES, k=chance.randint(1, 7))) for _ in range(1500))
    drawn = [(chance.choice(AUTHORS), message + chance.choice(["", "\n", "\n\n"])) for message in messages]
    commits = chain(repo, tmp_path / "objects", drawn)
    said = GitCommandLine(repo).commits_between(commits[0][0], commits[-1][0])
    answered = 0
    for (sha, content), info in zip(commits[1:], said, strict=True):
        assert info.sha == sha
        found = read(sha, content)
        if found is not None:
            answered += 1
            assert found == info, content
            assert plain_subject(content) == info.subject
    assert answered > 600


def test_usual_messages_are_read_here() -> None:
    content = commit_object(AUTHORS[0], "Fix the login\n\nSee https://example.org: it failed.\n\nAmpsm-Session: a\n")
    found = plain_commit("0" * 40, content)
    assert found.author == "Tess Ter <tess@example.org>"
    assert found.authored_at == "2023-11-14T22:13:20+00:00"
    assert (found.subject, found.trailers) == ("Fix the login", {"Ampsm-Session": "a"})
    signed = "gpgsig -----BEGIN PGP SIGNATURE-----\n author X <x@y> 1 +0000\n -----END PGP SIGNATURE-----\n"
    assert plain_commit("0" * 40, commit_object(AUTHORS[0], "Signed\n", "1" * 40, signed)).parents == ("1" * 40,)


@pytest.mark.parametrize("author", ODD_AUTHORS)
def test_odd_authors_are_left_to_git(author: str) -> None:
    with pytest.raises(CannotTell):
        plain_commit("0" * 40, commit_object(author, "Fix\n"))


@pytest.mark.parametrize(
    "content",
    [
        commit_object(AUTHORS[0], "Fix\n", headers="encoding ISO-8859-1\n"),
        commit_object(AUTHORS[0], "Fix\n").replace(b"Fix", b"\xe9"),
        commit_object(AUTHORS[0], "Fix\0more\n"),
    ],
    ids=["an encoding", "no UTF-8", "a zero byte"],
)
def test_other_bytes_are_left_to_git(content: bytes) -> None:
    with pytest.raises(CannotTell):
        plain_commit("0" * 40, content)
    with pytest.raises(CannotTell):
        plain_subject(content)
