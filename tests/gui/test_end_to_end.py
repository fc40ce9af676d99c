"""The program in a real X server, worked with keyboard and mouse as a person does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gui.conftest import World

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")),
    reason="needs Xvfb and xdotool (packaging/linux/qt-libraries)",
)
PROGRAM = Path(sys.executable).with_name("amp-session-conductor")
TITLE = "Amp Session Conductor"


@pytest.fixture
def display() -> Iterator[str]:
    """A display of its own, as large as a small laptop."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(timeout=10)


class Person:
    """Hands on keyboard and mouse of a display."""

    def __init__(self, display: str, wait_until: Callable[..., Any]) -> None:
        self.environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self._wait_until = wait_until

    def find(self, title: str) -> str:
        """The window with this in its title, once it is there."""
        found: str = self._wait_until(lambda: self._xdotool("search", "--onlyvisible", "--name", title), seconds=30)
        return found.splitlines()[0]

    def gone(self, title: str) -> None:
        self._wait_until(lambda: not self._xdotool("search", "--onlyvisible", "--name", title), seconds=30)

    def focus(self, window: str) -> None:
        self._xdotool("windowfocus", "--sync", window)

    def press(self, *keys: str) -> None:
        self._xdotool("key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "15", text)

    def click(self, window: str, x: int, y: int) -> None:
        self._xdotool("mousemove", "--window", window, str(x), str(y), "click", "1")

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environ, capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout.strip()


def test_a_person_iterates_with_the_demo_agent_and_sees_the_result(
    display: str, world: World, wait_until: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPSM_DEMO_SPEED", "0")
    world.ok("config", "set", "ampPath", "demo")
    session = world.new(world.make_repo(), "Login page")
    person = Person(display, wait_until)
    program = subprocess.Popen([str(PROGRAM), "--session", session["id"], "--size", "1200x760"], env=person.environ)
    try:
        window = person.find(TITLE)
        person.focus(window)
        person.click(window, 700, 700)  # the notes
        person.press("ctrl+e")
        person.type("Say hello")
        person.press("ctrl+Return")
        ended = wait_until(lambda: _ended(world, session), seconds=40)
        assert (ended["status"], "Say hello" in ended["prompt"]) == ("succeeded", True)
        wait_until(lambda: _looks_different(person, window), seconds=10)
        again = subprocess.run([str(PROGRAM)], env=person.environ, timeout=30, check=False)
        assert again.returncode == 0  # it only raised the window that is there
        assert program.poll() is None
        person.focus(window)
        person.press("ctrl+q")
        assert program.wait(timeout=20) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def test_a_killed_window_loses_nothing(display: str, world: World, wait_until: Callable[..., Any]) -> None:
    world.use(lines=60, sleep=0.05, edits={"new.txt": "made\n"})
    session = world.new(world.make_repo(), "Login page")
    person = Person(display, wait_until)
    program = subprocess.Popen([str(PROGRAM), "--session", session["id"]], env=person.environ)
    try:
        window = person.find(TITLE)
        person.focus(window)
        person.press("ctrl+e")
        person.press("ctrl+Return")
        wait_until(lambda: world.status(session)["session"]["status"] == "running", seconds=20)
    finally:
        program.kill()
        program.wait()
    ended = wait_until(lambda: _ended(world, session), seconds=40)
    assert (ended["status"], ended["changedFiles"]) == ("succeeded", 1)
    program = subprocess.Popen([str(PROGRAM), "--session", session["id"]], env=person.environ)
    try:
        person.find(TITLE)
        program.terminate()
        assert program.wait(timeout=20) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def test_a_merge_is_shown_by_a_new_window_and_by_one_that_is_open(
    display: str, world: World, wait_until: Callable[..., Any]
) -> None:
    world.use(runs=[{"edits": {"one.txt": "1\n"}}, {"edits": {"two.txt": "2\n"}}])
    repo = world.make_repo()
    first, second = (world.new(repo, name) for name in ("Login page", "Search box"))
    for session in (first, second):
        world.iterate(session)
    person = Person(display, wait_until)
    program = subprocess.Popen([str(PROGRAM), first["id"], "--merge"], env=person.environ)
    try:
        person.find("Merge into main: Login page")
        again = world.cli("gui", second["name"], "--merge", env=person.environ)
        assert again.code == 0 and program.poll() is None
        person.find("Merge into main: Search box")
        assert person.find("Merge into main: Login page"), "what was open stays"
        program.terminate()
        assert program.wait(timeout=20) == 0
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def _ended(world: World, session: dict[str, Any]) -> dict[str, Any] | None:
    found = world.status(session)["iterations"]
    return found[-1] if found and found[-1]["status"] != "running" else None


def _looks_different(person: Person, window: str) -> bool:
    """Whether the window has drawn more than its ground: many colours, those of text and shapes among them."""
    script = (
        "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]); "
        "image = app.primaryScreen().grabWindow(0).toImage(); "
        "print(len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=person.environ, capture_output=True, text=True, timeout=30, check=True
    )
    return int(done.stdout) > 60


def test_what_runs_tests_outlives_the_window(
    display: str, world: World, wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    session = world.new(world.make_repo(), "Login page", "--script", f"touch {began}; sleep 4; touch {ended}")
    person = Person(display, wait_until)
    program = subprocess.Popen([str(PROGRAM), "--session", session["id"]], env=person.environ)
    try:
        window = person.find(TITLE)
        person.focus(window)

        def begun() -> bool:  # the key works once the session has been read
            person.press("ctrl+t")
            return began.exists()

        wait_until(begun, seconds=20, every=0.5)
        person.press("ctrl+q")
        assert program.wait(timeout=10) == 0
        assert not ended.exists()
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
    wait_until(ended.exists, seconds=20)
    wait_until(lambda: world.status(session)["session"]["status"] == "idle", seconds=10)


def test_a_screen_that_does_not_answer_is_named() -> None:
    environ = {**os.environ, "DISPLAY": ":5555", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = subprocess.run([str(PROGRAM)], env=environ, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr.splitlines()) == (
        1, ["error: No screen answers at :5555", "hint: echo $DISPLAY"]
    )  # fmt: skip
