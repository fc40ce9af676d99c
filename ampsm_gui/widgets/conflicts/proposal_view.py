"""What the agent proposes for a file, as a diff from what would be written now."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm.workflows.finishing import Proposal
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.widgets.diff.view import DiffView
from ampsm_gui.widgets.label import Label

_HEADER = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n"


class ProposalView(QWidget):
    """Which is which is said above."""

    def __init__(self, theme: Theme, palette: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = Label(self)
        self.diff = DiffView(theme, palette, self)
        self.diff.set_split(False)
        self.diff.setAccessibleName("Your draft and the agent's proposal")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._label)
        column.addWidget(self.diff, 1)
        self.setFocusProxy(self.diff)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_proposal(self, found: Proposal) -> None:
        """From the draft to the proposal."""
        alike = "" if found.patch else ": they are the same"
        self._label.setText(f"Your draft → The agent's proposal (iteration {found.iteration}){alike}")
        self.diff.set_document(DiffDocument(_HEADER + found.patch.encode("utf-8", "surrogateescape")), same_file=True)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._label.setFont(self._theme.font("small", 600))
        self._label.setContentsMargins(px(9), px(5), px(9), px(5))
