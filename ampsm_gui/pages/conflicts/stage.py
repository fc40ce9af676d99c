"""What a conflicted file is shown in: cards, three panes, the proof, or a file as a whole; with the strip below."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ampsm.model.conflicts import Conflicts
from ampsm.workflows.finishing import Proposal, Verified
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts import words
from ampsm_gui.models.conflicts.source import ReadFile
from ampsm_gui.widgets.conflicts.hunk_cards import HunkCards
from ampsm_gui.widgets.conflicts.kind_view import KindView
from ampsm_gui.widgets.conflicts.page_head import CARDS, PANES, VERIFY, ConflictHead
from ampsm_gui.widgets.conflicts.proposal_view import ProposalView
from ampsm_gui.widgets.conflicts.three_panes import ThreePanes
from ampsm_gui.widgets.conflicts.verify_view import VerifyView
from ampsm_gui.widgets.messages.strip import Strip
from ampsm_gui.widgets.rule import Rule

_UNDER_THE_HEAD = 2


class ConflictStage(QWidget):
    """Head, view and strip."""

    def __init__(self, theme: Theme, palette: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = ConflictHead(theme, self)
        self.cards = HunkCards(theme, self)
        self.panes = ThreePanes(theme, self)
        self.verify = VerifyView(theme, palette, self)
        self.kind = KindView(theme, self)
        self.proposal = ProposalView(theme, palette, self)
        self._blank = QWidget(self)
        self._blank.setProperty("ground", "base")
        self.stack = QStackedWidget(self)
        for view in (self._blank, self.cards, self.panes, self.verify, self.kind, self.proposal):
            self.stack.addWidget(view)
        self.strip = Strip(theme, self)
        self.strip.give_keys = self.focus_shown
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Rule(theme, self))
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)

    def show_file(self, read: ReadFile, found: Conflicts, at: int, view: str, chosen: QAction | None) -> None:
        """A file as it is now, at one of its hunks."""
        file, texts = read.hunks.file, read.texts
        self.head.show_file(file.path, _position(read, at))
        self.head.show_view(view, "" if texts is not None else words.why_whole(file))
        self.cards.show_hunks(texts, found.sides, at, chosen)
        shown: QWidget = self.cards
        if texts is None:
            chooses = not file.resolved and not file.hunks
            self.kind.show_file(file, found.sides, read.hunks.result, chooses=chooses)
            shown = self.kind
        elif view == PANES:
            self.panes.show_hunks(texts, found.sides, at)
            shown = self.panes
        elif view == VERIFY:
            shown = self.verify
        if texts is not None:
            left, of = len(texts.open), len(texts.conflicts)
            note = f"{left} of {of} still open" if left else "No conflict left in this file"
            self.cards.card.show_note(note)
        self.stack.setCurrentWidget(shown)

    def show_merged(self, path: str, found: Verified) -> None:
        """A file that git has put together by itself, as the proof of what it did."""
        self.head.show_file(path, "merged by git")
        self.head.show_view(VERIFY, words.BY_GIT)
        self.strip.clear()
        self.verify.show_verified(found, path)
        self.stack.setCurrentWidget(self.verify)

    def show_proposal(self, found: Proposal) -> None:
        """In place of the file, until it is shown again."""
        self.proposal.show_proposal(found)
        self.keep_proposal()

    def keep_proposal(self) -> None:
        """The one that was shown last."""
        self.stack.setCurrentWidget(self.proposal)

    def focus_shown(self) -> None:
        """The keys go to what is shown."""
        if (shown := self.stack.currentWidget()) is not None:
            shown.setFocus()

    def show_none(self) -> None:
        """There is no file to show."""
        self.head.show_file("", "")
        self.head.show_view(CARDS, words.NO_FILE)
        self.cards.show_hunks(None, None, -1, None)
        self.stack.setCurrentWidget(self._blank)
        self.strip.clear()

    def set_narrow(self, narrow: bool) -> None:
        """All of them in a small window, where the strip is above what may have to be scrolled."""
        self._column.removeWidget(self.strip)
        self._column.insertWidget(_UNDER_THE_HEAD if narrow else self._column.count(), self.strip)
        self.head.set_narrow(narrow)
        self.cards.set_narrow(narrow)
        self.verify.set_narrow(narrow)


def _position(read: ReadFile, at: int) -> str:
    if read.texts is None:
        return ""
    conflicts = read.texts.conflicts
    return f"{conflicts.index(at) + 1} of {len(conflicts)}" if at in conflicts else f"{len(conflicts)} in all"
