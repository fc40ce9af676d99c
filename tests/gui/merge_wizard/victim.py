"""A window with the wizard of a merge, brought where it is to be killed: `python -m … SESSION STATE`.

It presses what a person presses, says `there`, and stays.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from ampsm_gui.app import build_main_window, start_application
from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard

#: In the order in which a merge comes to them.
STATES = ("filled", "merging", "conflicts", "resolved", "continuing", "tests")
MESSAGE = "feat: login, as filled in"
_SECONDS = 60


def until(check: Callable[[], object]) -> None:
    """Lets the window live until something holds."""
    deadline = time.monotonic() + _SECONDS
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def fill_in(wizard: MergeWizard) -> None:
    """What a person changes before a merge."""
    until(lambda: wizard.mode is WizardMode.CHECK and wizard.checking.judged is not None)
    wizard.check_page.options.message.text.setPlainText(MESSAGE)
    wizard.check_page.options.boxes["merge_commit"].setChecked(True)
    until(lambda: wizard.filling.is_kept and wizard.start.isEnabled())


def choose(wizard: MergeWizard) -> None:
    """The session's lines for every hunk there is; a draft."""
    until(lambda: wizard.mode is WizardMode.CONFLICTS and wizard.conflicts.page is not None)
    action = wizard.findChild(QAction, "takeSessionAction")
    assert action is not None
    until(action.isEnabled)
    action.trigger()
    until(next_action(wizard).isEnabled)
    until(lambda: not wizard.desktop.background.busy)


def next_action(wizard: MergeWizard) -> QAction:
    """What resolves the file that is shown."""
    assert wizard.conflicts.page is not None
    found = wizard.conflicts.page.next_action()
    assert found is not None
    return found


def resolve(wizard: MergeWizard) -> None:
    """Writes the file that is chosen for; nothing is left then."""
    page = wizard.conflicts.page
    assert page is not None
    next_action(wizard).trigger()
    until(lambda: page.next_action() is None and wizard.frame.foot.go_on.isEnabled())


def reach(wizard: MergeWizard, state: str) -> None:
    """Presses all that leads there."""
    fill_in(wizard)
    if state == "filled":
        return
    wizard.start.trigger()
    if state == "merging":
        until(lambda: wizard.work.merging)
    elif state == "tests":
        until(lambda: wizard.mode is WizardMode.WAITS)
    else:
        choose(wizard)
        if state != "conflicts":
            resolve(wizard)
        if state == "continuing":
            wizard.frame.foot.go_on.click()
            until(lambda: wizard.work.merging)


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
