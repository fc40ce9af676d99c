"""From the commits of a session to the text that a file is resolved to: what is chosen for conflicts that are git's."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from ampsm.git.command import git
from ampsm.model.conflicts import Choice, HunkKind
from ampsm.workflows.finishing import choose, conflict_hunks, conflicts_of, continue_merge, resolve_file
from tests.support.drawn import Drawn
from tests.workflows.finishing.merge.conflicts.test_hunks import merge_file, texts, without_end
from tests.workflows.finishing.merge.merges import Make, run

FILES = 4
SIDES = (Choice.TARGET, Choice.SESSION, Choice.BASE, Choice.BOTH, Choice.BOTH_REVERSED)
MARK = b"\xef\xbb\xbf"


def conflicted(drawn: Make, chance: Random) -> tuple[Drawn, dict[str, list[bytes]]]:
    """A merge that has stopped, and base, target and session of every file: in several encodings, with odd names."""
    d = drawn("main: base | session: base > s1*")
    files = {}
    for number in range(FILES):
        sides = texts(chance)
        encode = chance.choice([bytes, lambda text: MARK + text, lambda text: text.decode("latin-1").encode()])
        files[chance.choice(["f{}", "ü {}", "a/b {}.txt", '"q"{}', "-x{}"]).format(number)] = [*map(encode, sides)]
    point = d.git("merge-base", "main", d.tip)
    commit(d, d.repo, {name: sides[0] for name, sides in files.items()})
    d.git("reset", "-q", "--hard", point, at=d.worktree)
    d.git("merge", "-q", "--ff-only", "main", at=d.worktree)
    commit(d, d.repo, {name: sides[1] for name, sides in files.items()})
    commit(d, d.worktree, {name: sides[2] for name, sides in files.items()})
    assert run(d).exit_code == 4
    return d, files


def commit(d: Drawn, place: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    d.git("add", "--all", at=place)
    d.git("commit", "-q", "--allow-empty", "-m", "files", at=place)


@pytest.mark.rounds(1)
@pytest.mark.parametrize("seed", range(30))
def test_every_choice_makes_what_git_would(drawn: Make, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    d, files = conflicted(drawn, chance)
    found = conflicts_of(d.ctx, d.session.id).files
    assert found
    for file in found:
        sides = files[file.path]
        told = conflict_hunks(d.ctx, d.session.id, file.path)
        open_ones = [hunk for hunk in told.hunks if hunk.kind is HunkKind.CONFLICT]
        assert len(open_ones) == file.open == file.hunks
        option = {Choice.TARGET: ["--ours"], Choice.SESSION: ["--theirs"], Choice.BOTH: ["--union", "--diff3"]}
        which: list[int] = []  # all that are open, then those that are chosen for
        for choice, words in chance.sample([*option.items()], len(option)):
            chosen = choose(d.ctx, d.session.id, file.path, choice, hunks=which)
            which = [hunk.n for hunk in open_ones]
            assert chosen.file.open == 0
            assert written(chosen.result, sides) == merge_file(tmp_path, sides, *words), (file.path, choice)
        for hunk in open_ones:
            wanted = chance.choice(SIDES)
            now = choose(d.ctx, d.session.id, file.path, wanted, hunks=[hunk.n])
            (told_hunk,) = [one for one in now.hunks if one.n == hunk.n]
            ends = {
                Choice.TARGET: hunk.target, Choice.SESSION: hunk.session, Choice.BASE: hunk.base,
                Choice.BOTH: hunk.target + hunk.session, Choice.BOTH_REVERSED: hunk.session + hunk.target,
            }  # fmt: skip
            assert told_hunk.choice is wanted
            assert squeezed(told_hunk.result) == squeezed(ends[wanted])
            assert now.result is not None and told_hunk.result in now.result


@pytest.mark.rounds(1)
@pytest.mark.parametrize("seed", range(100, 120))
def test_what_is_merged_is_what_was_chosen(drawn: Make, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    d, files = conflicted(drawn, chance)
    waiting = [file.path for file in conflicts_of(d.ctx, d.session.id).files]
    wanted: dict[str, bytes] = {}
    for path, sides in files.items():
        option = chance.choice([(Choice.TARGET, "--ours"), (Choice.SESSION, "--theirs")])
        wanted[path] = merge_file(tmp_path, sides, option[1])
        if path in waiting:
            choose(d.ctx, d.session.id, path, option[0])
            resolve_file(d.ctx, d.session.id, path)
            assert (d.worktree / path).read_bytes() == wanted[path]
    assert continue_merge(d.ctx, d.session.id).status == "merged"
    for path in waiting:
        assert (d.repo / path).read_bytes() == wanted[path]
        assert git(d.repo, "cat-file", "blob", f"main:{path}").stdout == wanted[path]


def written(text: str | None, sides: list[bytes]) -> bytes:
    """A text in the encoding of the file."""
    assert text is not None
    try:
        b"\n".join(sides[1:]).decode()
    except UnicodeDecodeError:
        return text.encode("latin-1")
    return text.encode()


def squeezed(text: str) -> bytes:
    return without_end(text.encode()).replace(b"\r", b"").replace(b"\n", b"")
