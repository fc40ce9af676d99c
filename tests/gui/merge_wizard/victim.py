"""A window with the wizard of a merge, brought where it is to be killed: `python -m … SESSION STATE`.

It presses what a person presses, says `there`, and stays.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from ampsm_gui.app import build_main_window, start_application
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard
from ampsm_gui.pages.conflicts.page import ConflictPage

MESSAGE = "feat: login, as filled in"
#: What is pressed for a choice of the conflict.
CHOICES = {
    "session": "takeSessionAction", "target": "takeTargetAction", "both": "takeBothAction",
    "both-reversed": "takeBothReversedAction", "base": "takeAncestorAction", "un-chosen": "resetHunkAction",
    "text": "",
}  # fmt: skip
_SECONDS = 60


def until(check: Callable[[], object]) -> None:
    """Lets the window live until something holds. An event loop lets the threads run that read, `QTest.qWait` does
    not: it keeps Python's lock while it waits."""
    deadline = time.monotonic() + _SECONDS
    loop = QEventLoop()
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError
        QTimer.singleShot(10, loop.quit)
        loop.exec()


def fill_in(wizard: MergeWizard, *boxes: str) -> None:
    """What a person changes before a merge."""
    until(lambda: wizard.mode is WizardMode.CHECK and wizard.checking.judged is not None)
    wizard.check_page.options.message.text.setPlainText(MESSAGE)
    for name in ("merge_commit", *boxes):
        wizard.check_page.options.boxes[name].setChecked(True)
    until(lambda: wizard.filling.is_kept and wizard.start.isEnabled())


def choose(wizard: MergeWizard, choice: str) -> None:
    """Decides about the one conflict there is; a draft."""
    page = conflict_page(wizard)
    take = action(page, "takeSessionAction")
    until(take.isEnabled)
    if choice == "text":
        page.stage.cards.card.result.setPlainText("own words")
        page.stage.cards.card.result.flush()
    else:
        take.trigger()
        action(page, CHOICES[choice]).trigger()
    until(lambda: not wizard.desktop.background.busy)
    if choice != "un-chosen":
        until(action(page, "resolveFileAction").isEnabled)


def conflict_page(wizard: MergeWizard) -> ConflictPage:
    """The page, once its first file is shown."""
    until(lambda: wizard.mode is WizardMode.CONFLICTS and wizard.conflicts.page is not None)
    page = wizard.conflicts.page
    assert isinstance(page, ConflictPage)
    until(lambda: page.shown_path() != "")
    return page


def action(page: ConflictPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert found is not None
    return found


def resolve(wizard: MergeWizard) -> None:
    """Writes the file that is chosen for; nothing is left then."""
    page = conflict_page(wizard)
    until(action(page, "resolveFileAction").isEnabled)
    action(page, "resolveFileAction").trigger()
    until(lambda: page.next_action() is None and wizard.frame.foot.go_on.isEnabled())


def reach(wizard: MergeWizard, state: str, reached: Callable[[], object] = lambda: True) -> None:
    """Presses all that leads there; a state in which a command is at work is there when it is `reached`."""
    if state == "checking":
        until(reached)
        return
    fill_in(wizard, *({"push", "cleanup"} & {state}))
    if state == "filled":
        return
    wizard.start.trigger()
    if state == "red":
        until(lambda: wizard.mode is WizardMode.WAITS)
    elif state in CHOICES:
        choose(wizard, state)
    elif state in ("resolved", "resolving", "continuing"):
        choose(wizard, "session")
        if state == "resolving":
            action(conflict_page(wizard), "resolveFileAction").trigger()
        else:
            resolve(wizard)
        if state == "continuing":
            wizard.frame.foot.go_on.click()
    until(reached)


def main(session: str, state: str) -> None:
    start_application("light")
    window = build_main_window(session=session)
    window.show()
    window.show_merge(session)
    until(lambda: window.findChildren(MergeWizard))
    [wizard] = window.findChildren(MergeWizard)
    reach(wizard, state)
    print("there", flush=True)
    QApplication.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
