"""Kill -9 of the window, of the command that it runs, or of both: opened again, the wizard stands where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.models.merge.form import FormKeeper
from tests.gui.conftest import World
from tests.gui.merge_wizard.kill_scene import GATES, RESULTS, SESSION, Scene
from tests.gui.merge_wizard.test_wizard import open_wizard, sentence
from tests.gui.merge_wizard.victim import CHOICES, MESSAGE, action, conflict_page, fill_in, reach, resolve, until
from tests.gui.shown import Shown

pytestmark = [pytest.mark.faults, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]

ROOT = Path(__file__).parents[3]
#: Where nothing is at work: after every choice, and where a merge waits for a person.
AT_REST = [*CHOICES, "filled", "resolved", "red"]
#: Every step at which a command is at work.
AT_WORK = list(GATES)
_WITH_CONFLICTS = {*CHOICES, "resolved", "resolving", "continuing"}
Start = Callable[[str, str], subprocess.Popen[str]]


@pytest.fixture
def victim() -> Iterator[Start]:
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


@pytest.fixture
def scene(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> Scene:
    """A session that is ready to be merged, with conflicts where the state is one of them."""
    made = Scene(world, tmp_path, monkeypatch, conflicts=state in _WITH_CONFLICTS)
    if state == "red":
        made.red.touch()
    return made


@pytest.mark.rounds(1)
@pytest.mark.parametrize("state", AT_REST)
def test_a_window_killed_where_a_person_decides(
    request: pytest.FixtureRequest, scene: Scene, victim: Start, state: str
) -> None:  # fmt: skip
    before = scene.main("rev-parse", "main")
    process = victim(scene.session["id"], state)
    process.kill()
    process.wait()
    assert scene.main("rev-parse", "main") == before and not scene.half_written()
    scene.red.unlink(missing_ok=True)
    shown: Shown = request.getfixturevalue("shown")  # a window that opens now
    wizard = open_wizard(shown, scene.session)
    if state in CHOICES:
        [hunk] = scene.hunks()
        assert hunk["choice"] == (None if state == "un-chosen" else state)
        page = conflict_page(wizard)
        take = action(page, "resolveFileAction")
        if state == "un-chosen":
            assert not take.isEnabled()
            action(page, "takeSessionAction").trigger()
    _is_kept(shown, scene, wizard)
    _to_the_end(wizard, scene, RESULTS.get(state, SESSION))


@pytest.mark.rounds(1)
@pytest.mark.parametrize("state", AT_WORK[2:] + AT_WORK[:2])
def test_a_window_killed_while_its_command_is_at_work(
    request: pytest.FixtureRequest, scene: Scene, victim: Start, wait_until: Callable[..., Any], state: str
) -> None:  # fmt: skip
    """The command goes on by itself."""
    _killed_at_the_gate(scene, victim, wait_until, state, command_too=False)
    shown: Shown = request.getfixturevalue("shown")
    if state in ("checking", "resolving"):
        wizard = open_wizard(shown, scene.session)
        assert wizard.mode is (WizardMode.CHECK if state == "checking" else WizardMode.CONFLICTS)
        if state == "checking":
            fill_in(wizard)
        _to_the_end(wizard, scene)
    else:
        assert FormKeeper(shown.desktop.state).form(scene.session["id"]).message == MESSAGE
        _has_ended(scene, state)


@pytest.mark.rounds(1)
@pytest.mark.parametrize("state", AT_WORK[6:] + AT_WORK[:6])
def test_window_and_command_killed_together(
    request: pytest.FixtureRequest, scene: Scene, victim: Start, wait_until: Callable[..., Any], state: str
) -> None:  # fmt: skip
    _killed_at_the_gate(scene, victim, wait_until, state, command_too=True)
    shown: Shown = request.getfixturevalue("shown")
    wizard = open_wizard(shown, scene.session)
    _is_kept(shown, scene, wizard)
    _goes_on_after_the_command(wizard, scene, state)


@pytest.mark.rounds(1)
@pytest.mark.parametrize("state", AT_WORK[4:] + AT_WORK[:4])
def test_a_command_killed_below_its_window(scene: Scene, shown: Shown, state: str) -> None:
    """The window says where the merge stands now, and goes on from there."""
    if state == "checking":
        scene.arm(state)
    shown.show(scene.session)
    shown.until(shown.action("mergeAction").isEnabled)
    shown.action("mergeAction").trigger()
    [wizard] = shown.window.findChildren(MergeWizard)
    if state != "checking":
        until(lambda: wizard.mode is WizardMode.CHECK and wizard.checking.judged is not None)
        scene.arm(state)
    reach(wizard, state, lambda: scene.waits)
    command = scene.command
    os.kill(command, signal.SIGKILL)
    scene.release()
    until(scene.over(command))
    assert not scene.half_written()
    _goes_on_after_the_command(wizard, scene, state)


def _killed_at_the_gate(
    scene: Scene, victim: Start, wait_until: Callable[..., Any], state: str, *, command_too: bool
) -> None:
    scene.arm(state)
    process = victim(scene.session["id"], state)
    wait_until(lambda: scene.waits, seconds=60)
    command = scene.command
    process.kill()
    if command_too:
        os.kill(command, signal.SIGKILL)
    process.wait()
    assert not scene.half_written()
    scene.release()
    wait_until(scene.over(command), seconds=60)
    assert not scene.half_written()


def _is_kept(shown: Shown, scene: Scene, wizard: MergeWizard) -> None:
    """What was filled in, of a merge that is still to be made."""
    if wizard.mode is WizardMode.CHECK and wizard.state.form.message is not None:
        assert wizard.check_page.options.message.message() == MESSAGE
        assert wizard.check_page.options.boxes["merge_commit"].isChecked()


def _goes_on_after_the_command(wizard: MergeWizard, scene: Scene, state: str) -> None:
    if state == "checking":
        until(lambda: wizard.mode is WizardMode.CHECK and not wizard.checking.checking)
        if wizard.checking.problem is not None:
            assert sentence(wizard).startswith("The merge cannot be checked now.")
            wizard.frame.head.check_again.emit()
        fill_in(wizard)
    else:
        wanted = WizardMode.CONFLICTS if state == "resolving" else WizardMode.WAITS
        until(lambda: wizard.mode is wanted)
    _to_the_end(wizard, scene)
    _has_ended(scene, state)


def _to_the_end(wizard: MergeWizard, scene: Scene, result: str = SESSION) -> None:
    """From where it stands a person goes on."""
    foot = wizard.frame.foot
    if wizard.mode is WizardMode.CHECK:
        until(wizard.start.isEnabled)
        wizard.start.trigger()
    else:
        if wizard.mode is WizardMode.CONFLICTS and conflict_page(wizard).next_action() is not None:
            resolve(wizard)
        until(lambda: foot.go_on.text() == "Continue" and foot.go_on.isEnabled())
        foot.go_on.click()
    until(lambda: wizard.mode is WizardMode.OVER)
    assert sentence(wizard).startswith("Merged into main at ")
    wizard.close()
    _has_ended(scene, "", result)


def _has_ended(scene: Scene, state: str, result: str = SESSION) -> None:
    """The merge is what was asked for, whoever ended it."""
    assert scene.main("log", "-1", "--format=%B", "main^2") == MESSAGE
    assert scene.main("show", "main:one.txt") == result.strip()
    assert (Path(scene.session["repo"]) / "one.txt").read_text() == result
    assert scene.main("status", "--porcelain") == "" and scene.main("fsck", "--no-dangling", "--no-progress") == ""
    if state == "push":
        assert scene.world.git(scene.far, "rev-parse", "main").strip() == scene.main("rev-parse", "main")
    if state == "cleanup":
        assert not Path(scene.session["worktree"]).exists()
