"""Connects what can be done on the page for conflicts with what is pressed for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ampsm_gui.pages.conflicts.actions import CHOICES, FILES, ROW, TOOLS, WHOLE
from ampsm_gui.runtime.given import given

if TYPE_CHECKING:
    from ampsm_gui.pages.conflicts.page import ConflictPage


def wire(page: ConflictPage, actions: Mapping[str, QAction]) -> None:
    """Everything of one page, once."""
    moves, decisions = page.moves, page.decisions
    calls: dict[str, Callable[[], object]] = {
        "resetHunkAction": partial(decisions.choose, None), "resolveFileAction": page.resolve,
        "unresolveFileAction": partial(page.resolve, "--undo"), "askAmpAction": page.ask_agent.emit,
        "openFileEditorAction": page.open_editor, "openMergeToolAction": page.open_merge_tool,
        "compareProposalAction": page.showing.compare, "takeProposedHunkAction": page.questions.ask_proposed_hunk,
        "nextConflictAction": partial(moves.step, 1, conflicts=True),
        "previousConflictAction": partial(moves.step, -1, conflicts=True),
        "nextConflictChangeAction": partial(moves.step, 1, conflicts=False),
        "previousConflictChangeAction": partial(moves.step, -1, conflicts=False),
        "openLeftFileAction": moves.open_left, "conflictPanesAction": moves.toggle_panes,
        **{name: partial(moves.step_file, step) for name, step in FILES.items()},
        **{name: partial(decisions.choose, choice) for name, choice in CHOICES.items()},
        **{name: partial(decisions.choose_open, name) for name in WHOLE},
    }  # fmt: skip
    for name, call in calls.items():
        actions[name].triggered.connect(given(_called, call))
    page.addActions(page.actions())
    _wire_widgets(page, actions)
    _wire_parts(page)
    page.desktop.theme.changed.connect(page.show_icons)
    page.show_icons()


def _wire_widgets(page: ConflictPage, actions: Mapping[str, QAction]) -> None:
    stage, card, moves, decisions = page.stage, page.stage.cards.card, page.moves, page.decisions
    card.set_actions([(actions[name], said, key) for name, said, key in ROW])
    menu = QMenu(stage.head.whole)
    menu.setToolTipsVisible(True)
    menu.addActions([actions[name] for name in WHOLE])
    stage.head.set_actions(menu, [actions[name] for name in TOOLS])
    stage.head.next.clicked.connect(actions["nextConflictAction"].trigger)
    stage.head.previous.clicked.connect(actions["previousConflictAction"].trigger)
    stage.head.view_chosen.connect(moves.show_view)
    stage.head.file_chosen.connect(moves.show_file)
    stage.cards.hunk_wanted.connect(moves.go_to)
    stage.cards.unchoose_wanted.connect(decisions.unchoose)
    stage.cards.commits_wanted.connect(page.questions.ask_commits)
    stage.panes.hunk_wanted.connect(moves.go_to)
    stage.kind.choice_wanted.connect(decisions.choose_whole)
    card.result.edited.connect(decisions.on_edited)
    page.side.files.file_chosen.connect(moves.show_file)
    page.side.merged.file_chosen.connect(moves.show_file)
    page.side.remember.clicked.connect(page.memory.remember)


def _wire_parts(page: ConflictPage) -> None:
    reading, showing = page.reading, page.showing
    reading.files_read.connect(page.on_files_read)
    reading.file_read.connect(page.on_file_read)
    reading.left_file.connect(page.on_left_file)
    reading.replaced.connect(page.result.drop)
    reading.over.connect(page.on_over)
    page.decisions.made.connect(showing.show_file)
    page.merged.changed.connect(showing.show_file)
    page.resolver.resolved.connect(page.on_resolved)
    page.resolver.changed.connect(showing.judge)
    page.resolver.failed.connect(page.refresh)
    page.programs.tool_changed.connect(showing.judge)
    page.memory.changed.connect(page.refresh)
    showing.next_changed.connect(page.next_changed)
    showing.taken.connect(page.resolve)
    showing.editor_wanted.connect(page.open_editor)
    showing.proposal_wanted.connect(page.questions.ask_proposal)
    page.questions.proposal_shown.connect(showing.show_proposal)
    page.questions.proposed_hunk.connect(page.decisions.on_proposed)
    page.agent.changed.connect(page.refresh)
    page.agent.changed.connect(showing.show_file)
    page.agent.again.connect(page.ask_agent)
    page.agent.watch_requested.connect(page.watch_requested)
    parts = (page.agent, page.decisions, page.questions, page.resolver, page.programs, page.memory, page.merged)
    for part in (reading, *parts):
        part.failed.connect(page.on_failed)


def _called(call: Callable[[], object], _checked: bool = False) -> None:
    call()
