"""Connects the parts of the merge wizard with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from ampsm_gui.dialogs.merge_wizard.conflicts import ConflictView

if TYPE_CHECKING:
    from ampsm_gui.dialogs.merge_wizard.wizard import MergeWizard


def wire(wizard: MergeWizard) -> None:
    """Everything of one wizard, once."""
    frame, side_actions, work = wizard.frame, wizard.side_actions, wizard.work
    frame.on_narrow(wizard.on_narrow)
    frame.head.target_chosen.connect(wizard.filling.set_target)
    frame.head.check_again.connect(wizard.following.check)
    frame.head.requested.connect(frame.foot.leave_focus)  # before what it brings about
    frame.head.requested.connect(side_actions.run)
    frame.head.requested.connect(wizard.push_after.on_requested)
    frame.head.keys_lost.connect(wizard.keys.on_lost)
    frame.foot.abort.connect(wizard.on_abort)
    frame.foot.copy_asked.connect(wizard.stepping.on_copy)
    frame.foot.close_asked.connect(wizard.close)
    frame.foot.primary.connect(wizard.stepping.on_primary)
    wizard.check_page.cured.connect(side_actions.cure)
    wizard.check_page.checks.keys_lost.connect(frame.foot.focus_step)
    wizard.filling.changed.connect(wizard.show_all)
    wizard.following.changed.connect(wizard.on_read)
    wizard.following.conflicts_wait.connect(wizard.on_conflicts_wait)
    wizard.checking.checked.connect(wizard.show_all)
    wizard.checking.foreseen.connect(wizard.show_all)
    wizard.start.triggered.connect(wizard.stepping.on_start)
    for asked in (side_actions.cured, work.cured):
        asked.connect(wizard.on_cured)
    for said in (side_actions.outcome, work.outcome, wizard.push_after.outcome):
        said.connect(wizard.outcome)
    side_actions.answered.connect(wizard.refresh)
    side_actions.open_requested.connect(wizard.open_requested)
    side_actions.changes_requested.connect(wizard.changes_requested)
    work.changed.connect(wizard.on_work_changed)
    work.failed.connect(wizard.trouble.show)
    wizard.push_after.changed.connect(wizard.on_push_after)
    wizard.push_after.failed.connect(wizard.trouble.show_of_now)
    work.tests_begin.connect(wizard.course_page.output.begin)
    work.tests_said.connect(wizard.course_page.output.add)
    side_actions.output_asked.connect(wizard.on_output_asked)
    wizard.desktop.merge_watcher.changed.connect(wizard.on_merge_moved)
    wizard.desktop.watcher.changed.connect(wizard.following.on_store_changed)
    for keys in ("Ctrl+Return", "Ctrl+Enter"):
        QShortcut(QKeySequence(keys), wizard, wizard.stepping.on_keys).setAutoRepeat(False)


def wire_conflicts(wizard: MergeWizard, page: ConflictView) -> None:
    """What the page for conflicts tells, which is made when there are any."""
    page.left_changed.connect(wizard.refresh)
    page.next_changed.connect(wizard.on_next_changed)
    page.all_resolved.connect(wizard.frame.foot.focus_step)
    page.last_resolved.connect(wizard.tests.on_last_resolved)
    page.last_resolved.connect(wizard.following.read_from_now)
    page.ask_agent.connect(wizard.side_actions.ask_agent)
    page.watch_requested.connect(wizard.console_requested)
    page.error.connect(wizard.on_page_error)
    page.set_narrow(wizard.frame.narrow)
