"""Shows on the page what is known, and says what can be done and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from ampsm.model.conflicts import ConflictFile
from ampsm.workflows.finishing import for_merge_tools
from ampsm_gui.desktop import Desktop
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.models.conflicts import words
from ampsm_gui.models.conflicts.agent import AT_WORK, proposal_words
from ampsm_gui.pages.conflicts.actions import CHOICES, PROPOSED, tip_of
from ampsm_gui.pages.conflicts.agent import AgentStanding
from ampsm_gui.pages.conflicts.judging import judge
from ampsm_gui.pages.conflicts.merged import MergedLook
from ampsm_gui.pages.conflicts.next_step import NextStep
from ampsm_gui.pages.conflicts.programs import ConflictPrograms
from ampsm_gui.pages.conflicts.reading import ConflictReading
from ampsm_gui.pages.conflicts.resolver import Resolver
from ampsm_gui.pages.conflicts.side import FilesSide
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.widgets.conflicts.page_head import CARDS, PANES, VERIFY
from ampsm_gui.widgets.messages.strip import Button

_TOOL = "Open this file in the merge tool of your git (T)"
_NO_TOOL = "A merge tool opens only what is a file on both sides"
_VIEW = "conflicts/view"


class ConflictShowing(QObject):
    """Decides nothing: what is true is in the reading, the resolver and the programs."""

    #: What comes next is another thing, or can be done now.
    next_changed = Signal()
    #: Which of the two counts, the file or the draft, as an option of `resolve`.
    taken = Signal(str)
    editor_wanted = Signal()
    #: The agent's proposal for the open file is to be shown.
    proposal_wanted = Signal()

    def __init__(
        self, desktop: Desktop, reading: ConflictReading, resolver: Resolver, programs: ConflictPrograms,
        merged: MergedLook, agent: AgentStanding, actions: Mapping[str, QAction], side: FilesSide,
        stage: ConflictStage, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._state = desktop.state
        self._reading, self._resolver, self._programs = reading, resolver, programs
        self._merged, self._agent, self._actions = merged, agent, actions
        self._side, self._stage = side, stage
        self.next_step = NextStep(reading, merged, actions)
        self._told: tuple[object, ...] = ()
        self._compared = ""
        view = str(desktop.state.value(_VIEW, CARDS))
        self.view = view if view in (CARDS, PANES) else CARDS

    def choose_view(self, view: str) -> None:
        """Cards, three panes, or the proof; the first two are remembered."""
        self.view = view
        if view != VERIFY:
            self._state.setValue(_VIEW, view)
        self.show_file()

    @Slot()
    def show_files(self) -> None:
        """The list of files, and the field that stands for it in a small window."""
        if (found := self._reading.found) is not None:
            self._side.show_conflicts(found, remembers=self._reading.remembers)
            self._mark()
            files = [(file.path, f"{file.path} · {words.fact_of(file)}") for file in found.files]
            files += [(path, f"{path} · merged by git") for path in found.merged]
            self._stage.head.show_files(files)
        self.judge()

    @Slot()
    def show_file(self) -> None:
        """The open file, at its hunk."""
        read, found = self._reading.read, self._reading.found
        self._mark()
        self.judge()
        if self._merged.path:
            return  # that is shown
        if read is not None and found is not None:
            self._stage.show_file(read, found, self._reading.at, self.view, self._chosen_action())
            self._keep_compared(read.hunks.file)
            self._show_outside()

    @Slot()
    def show_none(self) -> None:
        """There is nothing in conflict."""
        self._stage.show_none()
        self.judge()

    @Slot()
    def judge(self) -> None:
        """What can be done now, and what comes next."""
        reading, actions, works = self._reading, self._actions, self._agent.works
        busy = self._resolver.busy or works
        if self._merged.path:
            judge(actions, None, None, -1, busy=busy)
        else:
            judge(actions, reading.file, reading.texts, reading.at, busy=busy)
        actions["askAmpAction"].setEnabled(bool(reading.left()) and not works)
        tool, in_tool = actions["openMergeToolAction"], self._programs.in_tool(reading.path)
        fits = reading.file is None or for_merge_tools(reading.file)
        tool.setEnabled(tool.isEnabled() and not in_tool and fits and not works)
        tool.setToolTip(plain_tip(_TOOL if fits else _NO_TOOL))
        tool.setText("Open in the Merge Tool Now" if in_tool else "Open in Merge Tool")
        resolve = actions["resolveFileAction"]
        resolve.setToolTip(plain_tip(AT_WORK if works else tip_of(resolve.objectName())))
        self._judge_proposal()
        self.next_step.name(self._resolver.slow)
        step = self.next_step.action()
        told = (step.text(), step.isEnabled(), works) if step else ()
        if told != self._told:
            self._told = told
            self.next_changed.emit()

    def _judge_proposal(self) -> None:
        """What can be done with the agent's text, of a file that has hunks."""
        file, texts = self._reading.file, self._reading.texts
        proposed = file is not None and file.outside_edit and file.proposed_in is not None
        compare, take = self._actions["compareProposalAction"], self._actions["takeProposedHunkAction"]
        compare.setEnabled(proposed and texts is not None and not self._merged.path)
        at_one = texts is not None and self._reading.at in texts.conflicts
        looked = file is not None and self._compared == file.path
        take.setEnabled(compare.isEnabled() and at_one and not looked and not self._agent.works)

    def _mark(self) -> None:
        """The file that is shown, in its list."""
        self._side.merged.set_current(self._merged.path)
        self._side.files.set_current("" if self._merged.path else self._reading.path)

    def _chosen_action(self) -> QAction | None:
        texts = self._reading.texts
        choice = texts.hunks[self._reading.at].choice if texts else None
        return next((self._actions[name] for name, one in CHOICES.items() if one is choice), None)

    def _show_outside(self) -> None:
        file = self._reading.file
        if (line := self._reading.marker) is not None:
            back = self._actions["unresolveFileAction"].trigger
            ways: list[Button] = [("Bring the conflict back", back), ("Open in editor", self.editor_wanted.emit)]
            self._stage.strip.show_message("warning", words.MARKED.format(line=f"{line:,}"), ways)
            return
        if file is None or not file.outside_edit:
            self._stage.strip.clear()
            return
        if file.proposed_in is not None:
            ways = self._ways_with_proposal(file)
            tips = {action.text(): action.toolTip() for action in map(self._actions.__getitem__, PROPOSED)}
            self._stage.strip.show_message("info", proposal_words(file), ways, tips={**tips, "Back": tips["Compare"]})
            return
        buttons: list[Button] = []
        if not self._agent.works:
            buttons.append(("Take the file", partial(self.taken.emit, "--outside")))
            if not file.open and not file.resolved:
                buttons.append(("Take the draft", partial(self.taken.emit, "--draft")))
        buttons.append(("Show", partial(self.editor_wanted.emit)))
        self._stage.strip.show_message(*words.outside_words(file), buttons)

    def _ways_with_proposal(self, file: ConflictFile) -> list[Button]:
        """While the agent works it is no more than looked at; with a marker in it, it is not taken as it is."""
        looked = self._compared == file.path
        look: Button = ("Back" if looked else "Compare", self.compare)
        if self._reading.texts is None:
            look = ("Show", self.editor_wanted.emit)
        if self._agent.works:
            return [look]
        buttons: list[Button] = [look]
        if file.marker is None:
            buttons.insert(0, ("Take the proposal", partial(self.taken.emit, "--outside")))
        if (take := self._actions["takeProposedHunkAction"]).isEnabled():
            buttons.append((take.text(), take.trigger))
        if not file.open:
            buttons.append(("Keep my draft", partial(self.taken.emit, "--draft")))
        return buttons

    @Slot()
    def show_proposal(self) -> None:
        """It is on the stage; the strip leads back."""
        self._compared = self._reading.path
        self.judge()
        self._show_outside()

    @Slot()
    def compare(self) -> None:
        """Shows the proposal beside what is chosen, or leaves that."""
        if self._compared != self._reading.path:
            self.proposal_wanted.emit()
            return
        self._compared = ""
        self.show_file()

    def _keep_compared(self, file: ConflictFile) -> None:
        """Read anew, the same file is still compared while there is a proposal for it."""
        if self._compared == file.path and file.proposed_in is not None:
            self._stage.keep_proposal()
        else:
            self._compared = ""
