"""Connects what can be done on the page for conflicts with what is pressed for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ampsm_gui.pages.conflicts.actions import CHOICES, ROW, TOOLS, WHOLE

if TYPE_CHECKING:
    from ampsm_gui.pages.conflicts.page import ConflictPage


def wire(page: ConflictPage, actions: Mapping[str, QAction]) -> None:
    """Everything of one page, once."""
    calls: dict[str, Callable[[], object]] = {
        "resetHunkAction": partial(page.choose, None), "resolveFileAction": page.resolve,
        "unresolveFileAction": page.unresolve, "askAmpAction": page.ask_agent.emit,
        "openFileEditorAction": page.open_editor, "openMergeToolAction": page.open_merge_tool,
        "nextConflictAction": partial(page.step, 1, conflicts=True),
        "previousConflictAction": partial(page.step, -1, conflicts=True),
        "nextConflictChangeAction": partial(page.step, 1, conflicts=False),
        "previousConflictChangeAction": partial(page.step, -1, conflicts=False),
        "conflictPanesAction": page.toggle_panes,
        **{name: partial(page.choose, choice) for name, choice in CHOICES.items()},
        **{name: partial(page.choose_open, name) for name in WHOLE},
    }  # fmt: skip
    for name, call in calls.items():
        actions[name].triggered.connect(partial(_called, call))
    page.addActions(page.actions())
    stage, card = page.stage, page.stage.cards.card
    card.set_actions([(actions[name], said, key) for name, said, key in ROW])
    menu = QMenu(stage.head.whole)
    menu.setToolTipsVisible(True)
    menu.addActions([actions[name] for name in WHOLE])
    stage.head.set_actions(menu, [actions[name] for name in TOOLS])
    stage.head.next.clicked.connect(actions["nextConflictAction"].trigger)
    stage.head.previous.clicked.connect(actions["previousConflictAction"].trigger)
    stage.head.view_chosen.connect(page.show_view)
    stage.head.file_chosen.connect(page.show_file)
    stage.cards.hunk_wanted.connect(page.go_to)
    stage.cards.unchoose_wanted.connect(partial(page.choose, None))
    stage.cards.commits_wanted.connect(page.ask_commits)
    stage.panes.hunk_wanted.connect(page.go_to)
    stage.kind.choice_wanted.connect(page.choose_whole)
    card.result.edited.connect(page.on_edited)
    page.side.files.file_chosen.connect(page.show_file)
    page.side.remember.clicked.connect(page.remember)
    page.resolver.resolved.connect(page.on_resolved)
    page.resolver.changed.connect(page.judge)
    page.resolver.failed.connect(page.on_failed)
    page.resolver.failed.connect(page.refresh)
    page.programs.failed.connect(page.on_failed)
    page.programs.tool_changed.connect(page.judge)
    page.desktop.theme.changed.connect(page.show_icons)
    page.show_icons()


def _called(call: Callable[[], object], _checked: bool = False) -> None:
    call()
