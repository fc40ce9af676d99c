"""Kill -9 of the window, alone or with the command that it runs: opened again, the wizard stands where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ampsm.system.locks import lock_holder
from ampsm.system.paths import resolve_paths
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.models.merge.form import FormKeeper
from tests.gui.conftest import World
from tests.gui.merge_wizard.test_wizard import open_wizard, sentence
from tests.gui.merge_wizard.victim import MESSAGE, STATES, resolve
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROOT = Path(__file__).parents[3]
#: Of these the command runs when the window is killed.
AT_WORK = ("merging", "continuing")
#: (state, whether the command is killed with the window); the first is tried always.
KILLS = [
    ("conflicts", False),
    *((state, False) for state in STATES if state != "conflicts"),
    *((state, True) for state in AT_WORK),
]


class Scene:
    """A session whose test script waits while `hold` is there, and fails while `red` is."""

    def __init__(self, world: World, folder: Path, *, conflicts: bool) -> None:
        self.world = world
        self.hold, self.red, self.began = folder / "hold", folder / "red", folder / "began"
        script = f"touch {self.began}; while [ -e {self.hold} ]; do sleep 0.05; done; test ! -e {self.red}"
        world.use(edits={"one.txt": "session\n"})
        repo = world.make_repo(files={"one.txt": "base\n"})
        self.session = world.new(repo, "Login page", "--script", script)
        world.iterate(self.session)
        world.commit(repo, {"two.txt": "target\n", **({"one.txt": "target\n"} if conflicts else {})}, "Target moves")
        self.began.unlink()

    @property
    def holder(self) -> int | None:
        """The process that is at work in the session."""
        found = lock_holder(resolve_paths(None, os.environ).lock(self.session["id"]))
        return found.pid if found and found.alive else None

    def main(self, *words: str) -> str:
        return self.world.git(self.session["repo"], *words).strip()


@pytest.fixture
def victim() -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """`victim(session, state)`: a window in a process of its own, brought there; killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(session: str, state: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "tests.gui.merge_wizard.victim", session, state]
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None and process.stdout.readline() == "there\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.faults
@pytest.mark.rounds(1)
@pytest.mark.parametrize(("state", "command_too"), KILLS)
def test_a_killed_window_comes_back_where_it_was_and_the_merge_ends(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, wait_until: Callable[..., Any],
    victim: Callable[[str, str], subprocess.Popen[str]], state: str, command_too: bool,
) -> None:  # fmt: skip
    scene = Scene(world, tmp_path, conflicts=state in ("conflicts", "resolved", "continuing"))
    before = scene.main("rev-parse", "main")
    if state in AT_WORK:
        scene.hold.touch()
    if state == "tests":
        scene.red.touch()
    process = victim(scene.session["id"], state)
    if state in AT_WORK:
        wait_until(scene.began.exists, seconds=30)
    at_work = scene.holder
    process.kill()
    process.wait()
    if command_too:
        assert at_work is not None
        os.kill(at_work, signal.SIGKILL)
    scene.hold.unlink(missing_ok=True)
    scene.red.unlink(missing_ok=True)
    wait_until(lambda: scene.holder is None, seconds=30)
    merged = state in AT_WORK and not command_too
    assert (scene.main("rev-parse", "main") != before) == merged, "a merge goes on without its window"
    shown: Shown = request.getfixturevalue("shown")  # a window that opens now
    assert FormKeeper(shown.desktop.state).form(scene.session["id"]).message == MESSAGE
    if not merged:
        _finish(shown, scene, open_wizard(shown, scene.session), state)
    assert scene.main("log", "-1", "--format=%B", "main^2") == MESSAGE
    assert (Path(scene.session["repo"]) / "one.txt").read_text() == "session\n"
    assert scene.main("status", "--porcelain") == "" and scene.main("fsck", "--no-dangling", "--no-progress") == ""


def _finish(shown: Shown, scene: Scene, wizard: MergeWizard, state: str) -> None:
    """What the wizard shows is where it was; from there a person goes on to the end."""
    foot = wizard.frame.foot
    if state == "filled":
        assert wizard.mode is WizardMode.CHECK
        assert wizard.check_page.options.message.message() == MESSAGE
        assert wizard.check_page.options.boxes["merge_commit"].isChecked()
        shown.until(wizard.start.isEnabled)
        wizard.start.trigger()
    elif state == "conflicts":
        [hunk] = [hunk for hunk in _hunks(scene) if hunk["kind"] == "conflict"]
        assert hunk["choice"] == "session"
        shown.until(lambda: wizard.conflicts.page is not None and wizard.conflicts.page.next_action() is not None)
        shown.until(lambda: foot.go_on.text().startswith("Resolve") and foot.go_on.isEnabled())
        resolve(wizard)
        foot.go_on.click()
    else:
        assert wizard.mode is (WizardMode.CONFLICTS if state == "resolved" else WizardMode.WAITS), wizard.mode
        if state == "tests":
            assert "The tests fail" in sentence(wizard)
        shown.until(lambda: foot.go_on.text() == "Continue" and foot.go_on.isEnabled())
        foot.go_on.click()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert sentence(wizard).startswith("Merged into main at ")
    wizard.close()


def _hunks(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.world.ok("conflicts", scene.session["id"], "one.txt", "--json").json["hunks"]
    return found
