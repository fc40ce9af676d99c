"""Whether the result does to the target what the session did to the ancestor: two diffs beside each other."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ampsm.workflows.finishing import Verified
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.diff.document import DiffDocument
from ampsm_gui.widgets.diff.view import DiffView
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.messages.strip import Strip

_ALIKE = "Both do the same: the result changes the target as the session changed the ancestor."
_UNLIKE = "They differ, as they must where both sides changed the same lines. Read them beside each other."
_HEADER = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n"


class VerifyView(QWidget):
    """Says in a sentence whether they are alike, and shows both."""

    def __init__(self, theme: Theme, palette: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._strip = Strip(theme, self)
        self._titles: list[Label] = []
        self.diffs: list[DiffView] = []
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(1)
        for words in ("Target → Result", "Ancestor → Session"):
            half = QWidget(self)
            label = Label(words, half)
            self._titles.append(label)
            diff = DiffView(theme, palette, half)
            diff.set_split(False)
            diff.setAccessibleName(words)
            column = QVBoxLayout(half)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(label)
            column.addWidget(diff, 1)
            self._pair.addWidget(half, 1)
            self.diffs.append(diff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._pair, 1)
        column.addWidget(self._strip)
        self.setFocusProxy(self.diffs[0])
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_verified(self, found: Verified, path: str) -> None:
        """Both patches as they are now."""
        for diff, patch in zip(self.diffs, (found.target_to_result, found.base_to_session), strict=True):
            diff.set_document(DiffDocument(_HEADER + patch.encode("utf-8", "surrogateescape")), same_file=True)
        self._strip.show_message("success" if found.alike else "info", _ALIKE if found.alike else _UNLIKE)

    def set_narrow(self, narrow: bool) -> None:
        """One above the other, or beside each other."""
        self._pair.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )  # fmt: skip

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        for title in self._titles:
            title.setFont(self._theme.font("small", 600))
            title.setContentsMargins(px(9), px(5), px(9), px(5))
