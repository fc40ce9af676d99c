"""After the last conflict the tests run by themselves, and what they say stands beside the button that goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.models.merge.steps import DONE, FAILED, StepLine
from tests.gui.conftest import World
from tests.gui.merge_wizard.held_reading import hold_next_reading
from tests.gui.merge_wizard.test_wizard import conflict, open_wizard, tip
from tests.gui.shown import Shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def stopped(world: World, script: str) -> dict[str, Any]:
    """A session whose merge waits at the conflict of one file; its script counts its runs beside the repository."""
    world.use(edits={"one.txt": "1\n"})
    repo = world.make_repo()
    made = world.new(repo, "Login page", "--script", f"echo run >> '{repo}.runs'; echo of the tests; {script}")
    world.iterate(made)
    conflict(world, made)
    assert world.cli("merge", made["id"], "--message", "feat: login").code == 4
    return made


def runs(session: dict[str, Any]) -> int:
    return len(Path(f"{session['repo']}.runs").read_text().splitlines())


def resolve(shown: Shown, wizard: MergeWizard) -> None:
    """Takes both sides of the open file and resolves it, in the window."""
    for name in ("takeBothAction", "resolveFileAction"):
        action = wizard.findChild(QAction, name)
        assert action is not None
        shown.until(action.isEnabled)
        action.trigger()


def way(wizard: MergeWizard, words: str) -> QPushButton:
    return next(button for button in wizard.frame.head.buttons if button.text() == words)


def step(wizard: MergeWizard, name: str) -> StepLine:
    return next(found for found in wizard.frame.steps.shown() if found.name == name)


def result(wizard: MergeWizard) -> str:
    return wizard.frame.foot.result.text()


def test_they_run_and_nothing_moves_before_one_goes_on(shown: Shown, world: World) -> None:
    session = stopped(world, "true")
    before, asked = tip(world, session), runs(session)
    wizard = open_wizard(shown, session)
    resolve(shown, wizard)
    shown.until(lambda: result(wizard).startswith("The tests pass ("))
    shown.until(lambda: step(wizard, "Tests").state == DONE)
    assert step(wizard, "Tests").fact == result(wizard).removeprefix("The tests "), "the step says it as well"
    assert wizard.frame.line.text() == f"5 of 7 Tests: {step(wizard, 'Tests').fact}"
    assert runs(session) == asked + 1 and tip(world, session) == before and wizard.mode is WizardMode.CONFLICTS
    assert wizard.frame.foot.result.isVisible()
    undo = wizard.findChild(QAction, "unresolveFileAction")
    assert undo is not None and undo.isEnabled(), "it can still be made unresolved"
    output = way(wizard, "Show output")
    output.setFocus()
    output.click()
    assert wizard.focusWidget() is way(wizard, "Show conflicts"), "not Abort, which comes next"
    assert wizard.frame.pages.currentWidget() is wizard.course_page
    assert wizard.course_page.output.parts() == {"Output of the tests": "of the tests"}
    way(wizard, "Show conflicts").click()
    shown.until(wizard.frame.foot.go_on.isEnabled)
    wizard.frame.foot.go_on.click()
    shown.until(lambda: wizard.mode is WizardMode.OVER)
    assert runs(session) == asked + 1 and tip(world, session) != before
    assert result(wizard) == ""
    wizard.close()


def test_they_run_though_the_session_was_being_read_meanwhile(
    shown: Shown, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    wizard = open_wizard(shown, stopped(world, "true"))
    read, go = hold_next_reading(monkeypatch)
    wizard.refresh()
    shown.until(lambda: [found.left for found in read] == [1])
    shown.until(lambda: wizard.conflicts.page is not None)
    assert wizard.conflicts.page is not None
    wizard.conflicts.page.last_resolved.connect(go.set)
    resolve(shown, wizard)
    shown.until(lambda: result(wizard).startswith("The tests pass ("))
    wizard.close()


def test_what_they_said_is_there_when_the_wizard_is_opened_again(shown: Shown, world: World) -> None:
    session = stopped(world, "! grep -q other one.txt")
    wizard = open_wizard(shown, session)
    resolve(shown, wizard)
    shown.until(lambda: result(wizard) == "The tests fail (exit 1)")
    assert step(wizard, "Tests")[:3] == ("Tests", "fail (exit 1)", FAILED)
    wizard.close()
    shown.until(lambda: not shown.window.findChildren(MergeWizard))
    asked = runs(session)
    wizard = open_wizard(shown, session)
    shown.until(lambda: result(wizard) == "The tests fail (exit 1)")
    assert runs(session) == asked, "looking runs nothing"
    shown.until(way(wizard, "Run tests").isEnabled)
    way(wizard, "Run tests").click()
    shown.until(lambda: runs(session) == asked + 1)
    shown.until(lambda: not wizard.work.busy)
    wizard.close()


def test_who_resolves_elsewhere_is_not_kept_from_going_on(
    shown: Shown, world: World, tmp_path: Path, spawn_cli: Callable[..., Any]
) -> None:
    hold = tmp_path / "hold"
    session = stopped(world, f"test ! -e '{hold}' || exec sleep 600")
    asked = runs(session)
    wizard = open_wizard(shown, session)
    world.ok("resolve", session["id"], "one.txt", "--take", "both", "--done")
    shown.until(lambda: wizard.tests.awaited)
    assert runs(session) == asked and result(wizard) == ""
    hold.touch()
    elsewhere = spawn_cli("run", session["id"])
    shown.until(lambda: any(button.text() == "Stop" for button in wizard.frame.head.buttons))
    way(wizard, "Stop").click()
    shown.until(lambda: elsewhere.poll() is not None)
    hold.unlink()
    world.ok("run", session["id"])
    shown.until(lambda: result(wizard).startswith("The tests pass"))
    wizard.close()


def test_when_it_is_made_unresolved_the_result_goes(shown: Shown, world: World) -> None:
    session = stopped(world, "true")
    wizard = open_wizard(shown, session)
    resolve(shown, wizard)
    shown.until(lambda: result(wizard).startswith("The tests pass"))
    undo = wizard.findChild(QAction, "unresolveFileAction")
    assert undo is not None
    shown.until(undo.isEnabled)
    undo.trigger()
    shown.until(lambda: result(wizard) == "")
    wizard.close()


@pytest.mark.parametrize(("script", "ended"), [("true", "pass"), ("test ! -e more.txt", "fail")])
def test_beside_files_that_are_not_staged_it_is_said_that_they_ran_with_these(
    shown: Shown, world: World, script: str, ended: str
) -> None:
    session = stopped(world, script)
    (Path(session["worktree"]) / "more.txt").write_text("more\n")
    wizard = open_wizard(shown, session)
    resolve(shown, wizard)
    shown.until(lambda: result(wizard) == f"The tests {ended}, with files that are not staged")
    wizard.close()


def test_a_stop_that_fails_says_why(shown: Shown, world: World) -> None:
    session = stopped(world, "true")
    wizard = open_wizard(shown, session)
    shown.until(lambda: wizard.mode is WizardMode.CONFLICTS)
    wizard.work._id = "nobody"
    wizard.side_actions.run("stop")
    shown.until(lambda: wizard.frame.strip.text != "")
    wizard.close()
