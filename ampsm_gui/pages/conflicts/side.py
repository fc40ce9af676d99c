"""The files at the left of the page for conflicts, and what counts for all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from ampsm.model.conflicts import Conflicts
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.conflicts import words
from ampsm_gui.widgets.conflicts.files_list import ConflictFiles
from ampsm_gui.widgets.conflicts.merged_files import MergedFiles
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.rule import Rule

_WIDTH = 200


class FilesSide(QWidget):
    """How many are left, the files, those that git has merged, whether git remembers resolutions."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.files = ConflictFiles(theme, self)
        self.merged = MergedFiles(theme, self)
        self.remember = QCheckBox("Remember resolutions", self)
        self.remember.setObjectName("rememberResolutions")
        self.remember.setToolTip("Let git remember how conflicts are resolved in this repository (rerere)")
        self._left, self._note = Label(self), Label(words.STORED, self)
        self._note.setWordWrap(True)
        self._note.setProperty("tone", "secondary")
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.remember)
        self._foot.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._left)
        column.addWidget(Rule(theme, self))
        column.addWidget(self.files)
        column.addWidget(Rule(theme, self))
        column.addWidget(self.merged)
        column.addStretch(1)
        column.addWidget(Rule(theme, self))
        column.addLayout(self._foot)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_conflicts(self, found: Conflicts, *, remembers: bool) -> None:
        """The files as they are now."""
        left = sum(not file.resolved for file in found.files)
        self._left.setText(words.left_words(left, len(found.files), len(found.marked)))
        self.remember.setChecked(remembers)
        self.files.show_files(found.files)
        self.merged.show_paths(found.merged)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self.setFixedWidth(max(px(_WIDTH), self.remember.sizeHint().width() + px(24)))
        self._left.setContentsMargins(px(10), px(6), px(10), px(6))
        self._foot.setContentsMargins(px(10), px(8), px(10), px(8))
        for label in (self._left, self._note):
            label.setFont(self._theme.font("small"))
