"""What is read of the open file when somebody wants to see it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from ampsm.context import Context
from ampsm.workflows.finishing import Proposal, Verified, verify_file
from ampsm_gui.models.conflicts.agent import read_proposal
from ampsm_gui.models.conflicts.preview import read_previews
from ampsm_gui.models.conflicts.source import read_commits
from ampsm_gui.pages.conflicts.merged import MergedLook
from ampsm_gui.pages.conflicts.reading import ConflictReading
from ampsm_gui.pages.conflicts.stage import ConflictStage
from ampsm_gui.runtime.background import Background


class ConflictQuestions(QObject):
    """The answers are shown on the stage, while what they are about is still looked at."""

    failed = Signal(object)
    #: The proposal is on the stage.
    proposal_shown = Signal()
    #: (path, number of a hunk, the agent's text for it; None: that cannot be told)
    proposed_hunk = Signal(str, int, object)

    def __init__(
        self, background: Background, reading: ConflictReading, merged: MergedLook, stage: ConflictStage,
        session_id: str, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._background = background
        self._reading, self._merged = reading, merged
        self._stage = stage
        self._session = session_id

    def ask_previews(self) -> None:
        """What a file without hunks is on either side, while it has no result."""
        read = self._reading.read
        if read is None:
            return
        file = read.hunks.file
        if not file.hunks and read.hunks.result is None:
            ask = partial(read_previews, session_id=self._session, file=file)
            self._background.ask((self, "preview"), ask, self._stage.kind.show_previews, self.failed.emit)

    def ask_commits(self, at: int) -> None:
        """Which commits made a hunk."""
        texts, path = self._reading.texts, self._reading.path
        if texts is not None:
            ask = partial(read_commits, session_id=self._session, path=path, n=texts.hunks[at].n)
            self._background.ask((self, "commits"), ask, partial(self._on_commits, path, at), self.failed.emit)

    def verify(self) -> None:
        """Whether the result does what the session did."""
        path = self._reading.path
        ask = partial(_verified, session_id=self._session, path=path)
        self._background.ask((self, "verify"), ask, partial(self._on_verified, path), self.failed.emit)

    @Slot()
    def ask_proposal(self) -> None:
        """What the agent proposes for the file."""
        path = self._reading.path
        ask = partial(read_proposal, session_id=self._session, path=path)
        self._background.ask((self, "proposal"), ask, partial(self._on_proposal, path), self.failed.emit)

    @Slot()
    def ask_proposed_hunk(self) -> None:
        """What it proposes for the current hunk."""
        texts, path = self._reading.texts, self._reading.path
        if texts is not None:
            n = texts.hunks[self._reading.at].n
            ask = partial(read_proposal, session_id=self._session, path=path)
            self._background.ask((self, "proposal"), ask, partial(self._on_hunk, path, n), self.failed.emit)

    def _is_looked_at(self, path: str) -> bool:
        return path == self._reading.path and not self._merged.path

    def _on_commits(self, path: str, at: int, words: str) -> None:
        if path == self._reading.path and at == self._reading.at:
            self._stage.cards.card.show_commits(words)

    def _on_verified(self, path: str, found: Verified) -> None:
        if self._is_looked_at(path):
            self._stage.verify.show_verified(found, path)

    def _on_proposal(self, path: str, found: Proposal | None) -> None:
        if found is not None and self._is_looked_at(path):
            self._stage.show_proposal(found)
            self.proposal_shown.emit()

    def _on_hunk(self, path: str, n: int, found: Proposal | None) -> None:
        if found is not None and path == self._reading.path:
            self.proposed_hunk.emit(path, n, found.hunks.get(n))


def _verified(ctx: Context, session_id: str, path: str) -> Verified:
    return verify_file(ctx, session_id, path)
