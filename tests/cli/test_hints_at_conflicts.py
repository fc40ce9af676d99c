"""Every hint while conflicts wait names commands that work there, whatever the file is called."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Screen
from tests.support.hints import commands_in
from tests.support.world import Result, World

Terminal = Callable[..., Screen]
Kept = Callable[..., Any]


@dataclass
class Stopped:
    """A merge that waits at one file in conflict, in a folder of its own or not."""

    world: World
    on_terminal: Terminal
    session: dict[str, Any]
    name: str

    @property
    def file(self) -> Path:
        return Path(self.session["worktree"], self.name)

    def resolve(self, *options: str, **more: Any) -> Result:
        return self.world.cli("resolve", self.session["id"], *options, "--json", "--", self.name, **more)

    def take_what_it_says(self, said: Result, *expected: int) -> list[str]:
        """Types every command of an error's hint: none is refused for how it is written, and each ends so."""
        error = said.json["error"]
        commands = commands_in(error["hint"])
        assert commands and error["hint"].isprintable(), error
        codes = []
        for words in commands:
            if words[0] == "amp-sessions":
                done = self.on_terminal(*words[1:], typed="q")
                codes.append(done.code)
                assert done.code in (0, 4), (words, done.text)
            else:
                ran = subprocess.run(words, cwd=self.world.root, capture_output=True, timeout=60, check=False)
                codes.append(ran.returncode)
                assert ran.returncode == 0, (words, ran.stderr)
        assert codes == list(expected or (0,) * len(codes)), (commands, codes)
        return [words[0] for words in commands]


pytestmark = pytest.mark.rounds(2)

NAMES = ["a.txt", "-x", ":(top)it's", "a*\nb", os.fsdecode(b"\xff?")]


@pytest.fixture(params=NAMES, ids=["plain", "option", "magic", "line", "bytes"])
def stopped(world: World, on_terminal: Terminal, kept: Kept, request: pytest.FixtureRequest) -> Stopped:
    return _stopped(world, on_terminal, kept, request.param)


@pytest.fixture
def plain(world: World, on_terminal: Terminal, kept: Kept) -> Stopped:
    return _stopped(world, on_terminal, kept, "a.txt")


def _stopped(world: World, on_terminal: Terminal, kept: Kept, name: str) -> Stopped:
    return Stopped(world, on_terminal, kept(f"stopped at {name!r}", lambda: _session(world, name)), name)


def _session(world: World, name: str) -> dict[str, Any]:
    repo = world.make_repo(files={name: "1\n", "a-other": "1\n"})
    session = world.new(repo, "Torn")
    (Path(session["worktree"]) / name).write_text("S\n")
    world.ok("commit", session["id"], "--message", "Session")
    world.commit(repo, {name: "T\n"})
    assert world.cli("merge", session["id"], "--message", "feat: both").code == 4
    return session


def test_something_is_left_to_choose(stopped: Stopped) -> None:
    done = stopped.resolve("--done")
    assert done.code == 4
    stopped.take_what_it_says(done)


def test_nobody_says_what_to_choose(stopped: Stopped) -> None:
    done = stopped.resolve()
    assert done.code == 2
    stopped.take_what_it_says(done)
    assert stopped.file.read_text() == "S\n"


@pytest.mark.parametrize("hunk", [(), ("--hunk", "1")])
def test_a_marker_is_left(stopped: Stopped, hunk: tuple[str, ...]) -> None:
    done = stopped.resolve("--from", "-", *hunk, input="<<<<<<< HEAD\nT\n")
    assert done.code == 0, done
    done = stopped.resolve("--done")
    assert done.code == 4 and "marker" in done.json["error"]["message"]
    stopped.take_what_it_says(done, 0, 4)
    stopped.resolve("--take", "both")
    assert stopped.resolve("--done").code == 0 and stopped.file.read_text() == "T\nS\n"


@pytest.mark.parametrize("chosen", [False, True])
def test_somebody_has_edited_it(stopped: Stopped, chosen: bool) -> None:
    if chosen:
        stopped.resolve("--take", "target")
    stopped.file.write_text("mine\n")
    done = stopped.resolve("--done")
    assert done.code == 5
    stopped.take_what_it_says(done)
    assert stopped.file.read_text() == "mine\n"


def test_a_folder_is_in_its_place(stopped: Stopped) -> None:
    stopped.file.unlink()
    stopped.file.mkdir()
    (stopped.file / "mine").write_text("mine\n")
    done = stopped.resolve("--take", "target", "--draft")
    assert done.code == 5
    assert stopped.take_what_it_says(done) == ["mv"]
    assert stopped.resolve("--draft").code == 0
    assert stopped.file.read_text() == "T\n" and (stopped.world.root / "elsewhere" / "mine").exists()


def test_what_is_in_a_folder_is_staged(stopped: Stopped) -> None:
    stopped.file.unlink()
    stopped.file.mkdir()
    (stopped.file / "mine").write_text("mine\n")
    done = stopped.resolve("--outside")
    assert done.code == 5
    assert stopped.take_what_it_says(done) == ["git"]
    staged = stopped.world.git(stopped.session["worktree"], "ls-files", "-z", "--stage", f":(literal){stopped.name}")
    assert staged.rstrip("\0").endswith(f"0\t{stopped.name}/mine"), staged


def test_a_pipe_is_in_its_place(stopped: Stopped) -> None:
    stopped.file.unlink()
    os.mkfifo(stopped.file)
    assert stopped.take_what_it_says(stopped.resolve("--outside")) == ["rm"]
    assert stopped.resolve("--outside").code == 0


def test_it_cannot_hold_a_text(stopped: Stopped) -> None:
    done = stopped.resolve("--from", str(_latin(stopped.world)), "--hunk", "1")
    assert done.code == 2
    stopped.file.write_text("mine\n")
    assert stopped.take_what_it_says(done) == ["amp-sessions"]


def _latin(world: World) -> Path:
    (world.root / "text").write_bytes(b"caf\xe9\n")
    return world.root / "text"


@pytest.mark.parametrize("options", [("--take", "delete"), ("--take", "target", "--hunk", "7")])
def test_it_has_no_such_choice(plain: Stopped, options: tuple[str, ...]) -> None:
    plain.take_what_it_says(plain.resolve(*options))


@pytest.mark.parametrize("options", [(), ("--done",), ("--take", "target"), ("--undo",), ("--from", "/dev/null")])
def test_another_path_is_not_in_conflict(plain: Stopped, options: tuple[str, ...]) -> None:
    done = plain.world.cli("resolve", plain.session["id"], "a-other", *options, "--json")
    assert done.code == 3
    plain.take_what_it_says(done)


@pytest.mark.parametrize(
    "words", [("merge", "--message", "m"), ("rebase",), ("squash", "--message", "m"), ("undo",), ("continue-merge",)]
)
def test_other_commands_meanwhile(plain: Stopped, words: tuple[str, ...]) -> None:
    plain.world.use(edits={"a.txt": "T\nS\n<<<<<<<\n"})
    done = plain.world.cli(words[0], plain.session["id"], *words[1:], "--json")
    assert done.code in (4, 5), done
    plain.take_what_it_says(done, *_ends(done))


def _ends(done: Result) -> list[int]:
    """Going on is told again of what is left."""
    return [4 if words[1] == "continue-merge" else 0 for words in commands_in(done.json["error"]["hint"])]


def test_a_file_is_in_the_way_of_giving_up(plain: Stopped) -> None:
    plain.file.unlink()
    plain.file.mkdir()
    (plain.file / "mine").write_text("mine\n")
    done = plain.world.cli("abort-merge", plain.session["id"], "--json")
    assert done.code == 5
    assert plain.take_what_it_says(done)[0] == "mv"
    assert (plain.world.root / "elsewhere").read_text() == "mine\n"


@pytest.mark.parametrize("put", ["link", "file"])
def test_something_is_on_the_way_to_it(world: World, on_terminal: Terminal, kept: Kept, put: str) -> None:
    stopped = _stopped(world, on_terminal, kept, "folder/in/a.txt")
    folder = stopped.file.parent.parent
    folder.rename(world.root / "moved")
    folder.symlink_to(world.root / "moved") if put == "link" else folder.write_text("mine\n")
    done = stopped.resolve("--take", "target", "--draft")
    assert done.code == 5, done
    assert stopped.take_what_it_says(done) == ["mv"]
    assert stopped.resolve("--draft").code == 0 and stopped.file.read_text() == "T\n"
    assert not folder.is_symlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_its_folder_is_closed(world: World, on_terminal: Terminal, kept: Kept) -> None:
    stopped = _stopped(world, on_terminal, kept, "folder/a.txt")
    stopped.file.parent.chmod(0o555)
    done = stopped.resolve("--take", "target", "--done")
    assert done.code == 5 and stopped.take_what_it_says(done) == ["chmod"]
    assert stopped.resolve("--done").code == 0


def test_no_conflict_waits_any_more(plain: Stopped) -> None:
    plain.resolve("--take", "target", "--done")
    plain.world.ok("continue-merge", plain.session["id"])
    for words in (("conflicts",), ("resolve", "a.txt", "--done"), ("continue-merge",), ("abort-merge",)):
        done = plain.world.cli(words[0], plain.session["id"], *words[1:], "--json")
        assert done.code == 1, done
        plain.take_what_it_says(done)
