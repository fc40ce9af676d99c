"""Reads on the pool, commands, followers and the watch on the store, over the real command and a real database."""

from __future__ import annotations

import gc
import sqlite3
import sys
import threading
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QProcess, Signal
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ampsm.context import Context
from ampsm.journal.events import IterationFinished, IterationStarted
from ampsm.model.errors import UserError
from ampsm.workflows.session.lookup import list_sessions
from ampsm_gui.desktop import Desktop
from ampsm_gui.runtime.background import Background, redacted
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.runtime.follower import Follower
from ampsm_gui.runtime.given import given
from ampsm_gui.runtime.single_instance import SingleInstance
from ampsm_gui.runtime.workspace import Workspace
from tests.gui.conftest import World


@pytest.mark.session("Login")
def test_a_read_runs_on_the_pool_and_answers_in_this_thread(
    desktop: Desktop, session: dict[str, Any], qtbot: QtBot
) -> None:
    here = threading.get_ident()
    seen: dict[str, Any] = {}

    def read(ctx: Context) -> list[str]:
        seen["read"] = threading.get_ident()
        return [session.name for session in list_sessions(ctx)]

    def receive(names: list[str]) -> None:
        seen["receive"], seen["names"] = threading.get_ident(), names

    desktop.background.ask("sessions", read, receive)
    qtbot.waitUntil(lambda: "names" in seen)
    assert seen["names"] == ["Login"]
    assert (seen["receive"], seen["read"] == here) == (here, False)
    assert not desktop.background.busy


class Asker(QObject):
    """An object of Qt that a read belongs to."""

    def __init__(self, go: threading.Event) -> None:
        super().__init__()
        self._go = go
        self.itself: Asker | None = None

    def read(self, ctx: Context) -> list[list[int]]:
        self._go.wait(10)
        return [[number] for number in range(20_000)]

    def receive(self, _answer: object) -> None:
        raise AssertionError("nobody waits for it any more")


@pytest.mark.parametrize("in_a_circle", [False, True])
def test_an_object_of_qt_is_destroyed_in_the_thread_of_the_window(
    desktop: Desktop, qtbot: QtBot, in_a_circle: bool
) -> None:
    """Whoever let go of it last, and whether or not it refers to itself."""
    go, destroyed, answers = threading.Event(), list[int](), list[object]()
    asker = Asker(go)
    asker.itself = asker if in_a_circle else None
    weakref.finalize(asker, lambda: destroyed.append(threading.get_ident()))
    desktop.background.ask("mine", asker.read, asker.receive)
    desktop.background.ask("mine", lambda ctx: [[number] for number in range(20_000)], answers.append)
    del asker
    go.set()
    qtbot.waitUntil(lambda: bool(answers) and not desktop.background._handed_out)
    gc.collect()
    assert destroyed == [threading.get_ident()]


def test_the_answer_of_an_earlier_question_is_dropped(desktop: Desktop, qtbot: QtBot) -> None:
    go = threading.Event()
    answers: list[Any] = []
    desktop.background.ask("q", lambda ctx: go.wait(10) and "early", answers.append)
    desktop.background.ask("q", lambda ctx: "late", answers.append)
    desktop.background.ask("other", lambda ctx: "other", answers.append)
    desktop.background.forget("other")
    qtbot.waitUntil(lambda: answers == ["late"])
    go.set()
    desktop.background.ask("last", lambda ctx: "last", answers.append)
    qtbot.waitUntil(lambda: "last" in answers)
    assert answers == ["late", "last"]


def test_what_a_read_raises_is_told(desktop: Desktop, qtbot: QtBot) -> None:
    errors: list[Exception] = []

    def read(ctx: Context) -> None:
        raise ValueError("no")

    desktop.background.ask("q", read, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ValueError)


def test_who_is_gone_gets_no_answer_also_with_arguments_given_before(desktop: Desktop, qtbot: QtBot) -> None:
    go = threading.Event()
    answers: list[Any] = []

    class Asker(QObject):
        def receive(self, given: str, answer: object) -> None:
            answers.append((given, answer))

    asker = Asker()
    desktop.background.ask("gone", lambda ctx: go.wait(10), partial(asker.receive, "mine"))
    delete(asker)
    go.set()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert answers == []


def test_what_is_asked_faster_than_it_is_read_is_answered(desktop: Desktop, qtbot: QtBot) -> None:
    """And read once more for all who have asked meanwhile."""
    begun, go = threading.Event(), threading.Event()
    reads: list[str] = []
    answers: list[int] = []

    def read(ctx: Context, name: str) -> int:
        reads.append(name)
        begun.set()
        go.wait(60)
        return len(reads)

    def ask(name: str) -> None:
        desktop.background.ask("q", redacted(partial(read, name=name)), answers.append)

    ask("slow")
    assert begun.wait(60)
    for _ in range(5):
        ask("slow")
    go.set()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert (reads, answers) == (["slow", "slow"], [1, 2])
    go.clear()
    begun.clear()
    ask("slow")
    assert begun.wait(60)
    ask("other")
    go.set()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert len(answers) == 3 and reads[-1] == "other", "what nobody asks any more is not answered"


def test_a_command_that_ends_after_its_widget_calls_nobody(desktop: Desktop, qtbot: QtBot) -> None:
    heard: list[object] = []

    class Teller(QObject):
        told = Signal(object)

    class Hearer(QObject):
        def hear(self, before: str, word: object) -> None:
            heard.append((before, self.objectName(), word))

    teller, hearer = Teller(), Hearer()
    teller.told.connect(given(hearer.hear, "mine"))
    teller.told.emit("first")
    delete(hearer)
    teller.told.emit("late")
    assert heard == [("mine", "", "first")]


def test_a_database_that_cannot_be_read_now_is_no_bug(desktop: Desktop, qtbot: QtBot) -> None:
    def read(ctx: Context) -> None:
        raise UserError("database-unavailable", "The database is locked")

    desktop.background.ask("q", read, print)
    qtbot.waitUntil(lambda: not desktop.background.busy)


def test_a_closed_background_answers_nothing(qtbot: QtBot) -> None:
    background = Background(Workspace())
    answers: list[int] = []
    background.ask("q", lambda ctx: 1, answers.append)
    background.close()
    background.ask("q", lambda ctx: 2, answers.append)
    qtbot.wait(50)
    assert answers == []


def test_a_command_gives_its_document_or_its_error(desktop: Desktop, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    words = ("new", "--repo", str(repo), "--name", "Login", "--prompt-file", "-")
    command = desktop.commands.run(*words, stdin="Fügt eine Anmeldung hinzu\n".encode())
    with qtbot.waitSignal(command.succeeded, timeout=20000) as done:
        pass
    assert done.args is not None
    assert done.args[0]["session"]["prompt"].strip() == "Fügt eine Anmeldung hinzu"
    failing = desktop.commands.run("status", "nosuch")
    with qtbot.waitSignal(failing.failed, timeout=20000) as refused:
        pass
    assert refused.args is not None
    error: CommandError = refused.args[0]
    assert (error.code, error.exit_code, error.hint) == ("no-such-session", 3, "amp-sessions list")
    killed = desktop.commands.run_program("sh", "-c", "echo the second step is done >&2; kill -9 $$")
    with qtbot.waitSignal(killed.failed, timeout=20000) as refused:
        pass
    assert refused.args is not None and refused.args[0].message == "The command was ended by signal 9"
    qtbot.waitUntil(lambda: desktop.commands.running == 0)


@pytest.mark.session(iterations=1, lines=300)
def test_a_follower_brings_every_event_once_and_ends(desktop: Desktop, session: dict[str, Any], qtbot: QtBot) -> None:
    follower = Follower(desktop.workspace, session["id"], 1)
    events: list[Any] = []
    follower.events_received.connect(events.extend)
    with qtbot.waitSignal(follower.ended, timeout=20000):
        follower.start()
    assert isinstance(events[0], IterationStarted)
    assert isinstance(events[-1], IterationFinished)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_a_stopped_follower_says_nothing_more(
    desktop: Desktop, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    world.use(sleep=0.05, lines=200)
    world.ok("iterate", session["id"], "--detach")
    follower = Follower(desktop.workspace, session["id"])
    with qtbot.waitSignal(follower.events_received, timeout=20000):
        follower.start()
    follower.stop()
    assert not follower.running
    world.ok("stop", session["id"])


def test_the_watch_sees_what_another_process_commits(desktop: Desktop, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    with qtbot.waitSignal(desktop.watcher.changed, timeout=10000):
        world.new(repo)
    qtbot.wait(500)  # what `new` commits last may be seen a poll later
    with qtbot.assertNotEmitted(desktop.watcher.changed, wait=600):
        world.ok("list")


def test_the_watch_sees_what_git_moves(desktop: Desktop, world: World, qtbot: QtBot) -> None:
    """A commit in a worktree, one on the base of both sessions, the end of a worktree; nothing where nothing moves."""
    repo = world.make_repo()
    one, other = world.new(repo, "One"), world.new(repo, "Other")
    both = {one["id"], other["id"]}
    desktop.git_watcher.watch("test", both)
    qtbot.wait(500)  # they have just been made
    with qtbot.assertNotEmitted(desktop.git_watcher.moved, wait=600):
        world.ok("status", one["id"])
    acts: list[tuple[Callable[[], object], set[str]]] = [
        (lambda: world.commit(Path(one["worktree"]), {"new.txt": "new\n"}), {one["id"]}),
        (lambda: world.commit(repo, {"base.txt": "base\n"}), both),
        (lambda: world.git(repo, "pack-refs", "--all"), both),
        (lambda: world.git(repo, "worktree", "remove", "--force", other["worktree"]), {other["id"]}),
    ]
    for act, moving in acts:
        seen: set[str] = set()
        desktop.git_watcher.moved.connect(seen.update)
        act()
        qtbot.waitUntil(lambda: seen >= moving, timeout=1000)  # noqa: B023
        assert seen == moving
        qtbot.wait(300)  # what a command moves last may be seen a poll later
        desktop.git_watcher.moved.disconnect(seen.update)


def test_the_watch_survives_a_database_that_goes_away(desktop: Desktop, world: World, qtbot: QtBot) -> None:
    repo = world.make_repo()
    with qtbot.waitSignal(desktop.watcher.changed, timeout=10000):
        world.new(repo)
    with desktop.workspace.open() as ctx:
        database = ctx.paths.database
    for file in database.parent.glob(database.name + "*"):
        file.unlink()
    with qtbot.waitSignal(desktop.watcher.changed, timeout=10000):
        world.cli("doctor", "--fix")
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    connection.close()


def test_another_database_is_read_after_a_while_without_any(
    desktop: Desktop, world: World, session: dict[str, Any], qtbot: QtBot
) -> None:
    """Also when the place could not be opened meanwhile: what reads keep open is the file of before."""
    with desktop.workspace.open() as ctx:
        database = ctx.paths.database
        assert len(list_sessions(ctx)) == 1
    found: list[int] = []
    desktop.background.ask("count", lambda ctx: len(list_sessions(ctx)), found.append)
    qtbot.waitUntil(lambda: found == [1])
    kept = [file.rename(file.with_name(f"kept-{file.name}")) for file in database.parent.glob(database.name + "*")]
    assert kept
    database.mkdir()  # nothing can be opened there
    qtbot.wait(500)
    journals = database.with_name("sessions.d") / "journals"
    journals.rename(journals.with_name("kept"))
    with qtbot.waitSignal(desktop.watcher.changed, timeout=10000):
        database.rmdir()
        world.ok("list")
    desktop.background.ask("count", lambda ctx: len(list_sessions(ctx)), found.append)
    qtbot.waitUntil(lambda: len(found) == 2)
    assert found[1] == 0


def test_a_second_start_raises_the_first_window(qtbot: QtBot, tmp_path: Path) -> None:
    place = str(tmp_path / "sessions.sqlite")
    first = SingleInstance(place)
    assert not first.raise_other(None)
    first.listen()
    shown: list[str] = []
    first.raised.connect(shown.append)
    second = QProcess()
    script = (
        "import sys; from PySide6.QtCore import QCoreApplication; from ampsm_gui.runtime.single_instance import *; "
        f"app = QCoreApplication([]); sys.exit(0 if SingleInstance({place!r}).raise_other('login') else 1)"
    )
    with qtbot.waitSignal(second.finished, timeout=20000):
        second.start(sys.executable, ["-c", script])
    assert shown == ["login"]
    assert second.exitCode() == 0
    assert not SingleInstance(str(tmp_path / "other.sqlite")).raise_other(None)


class _Emitter(QObject):
    told = Signal(bool)


@pytest.mark.parametrize("count", [2_000])
def test_this_pyside_can_emit_true_as_often_as_one_likes(qtbot: QtBot, count: int) -> None:
    """PySide6 6.12.0 on Python 3.11 loses a reference to True at every emit and aborts after some hundred."""
    emitter = _Emitter()
    heard: list[bool] = []
    emitter.told.connect(heard.append)
    for _ in range(count):
        emitter.told.emit(True)
    assert len(heard) == count
    assert all(heard)
