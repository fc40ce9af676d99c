"""The check boxes of a merge, a row each: the box, what it will do, and the field that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.fields.choice import ChoiceBox

#: The check boxes in order: what each is in the form → its object name.
_BOXES = {
    "test": "mergeTests", "keep": "mergeKeep", "merge_commit": "mergeNoFf", "push": "mergePush",
    "export": "mergeExport", "pull_request": "mergePullRequest", "cleanup": "mergeCleanup",
}  # fmt: skip


class OptionRows(QWidget):
    """Every row is as high with its field as without: choosing one moves nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.boxes = {name: QCheckBox(self) for name in _BOXES}
        self._words = {name: ElidedLabel(Qt.TextElideMode.ElideRight, self) for name in _BOXES}
        self.remote = ChoiceBox(self)
        self.remote.setObjectName("mergeRemote")
        self.remote.setAccessibleName("Remote")
        self.patch = QLineEdit(self)
        self.patch.setObjectName("mergePatch")
        self.patch.setAccessibleName("File of the patch")
        self.patch.setPlaceholderText("session.patch")
        self.choose = QPushButton("Choose…", self)
        self._fields = {"push": (self.remote,), "export": (self.patch, self.choose)}
        self._lay_out()
        self.choose.clicked.connect(self._on_choose)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_words(self, titles: Mapping[str, str], words: Mapping[str, str]) -> None:
        """What each option is called and will do."""
        for name, box in self.boxes.items():
            box.setText(plain_label(titles[name]))
            self._words[name].setText(words[name])
            box.setAccessibleDescription(words[name])
        self.patch.setToolTip(plain_tip(words["export"]))

    def show_fields(self, *, remote: bool, patch: bool) -> None:
        """Which fields are asked for; that of the patch stands where its words were."""
        self.remote.setVisible(remote)
        for widget in self._fields["export"]:
            widget.setVisible(patch)
        self._words["export"].setVisible(not patch)

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._beside: list[QHBoxLayout] = []
        for place, (name, box) in enumerate(self.boxes.items()):
            box.setObjectName(_BOXES[name])
            words = self._words[name]
            words.setProperty("tone", "secondary")
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            row = QHBoxLayout()
            self._beside.append(row)
            row.addWidget(words, 1)
            for field in self._fields.get(name, ()):
                row.addWidget(field, 1 if field is self.patch else 0)
            self._grid.addWidget(box, place, 0)
            self._grid.addLayout(row, place, 1)

    @Slot()
    def _on_choose(self) -> None:
        found, _ = QFileDialog.getSaveFileName(self, "Where the patch goes", self.patch.text() or "session.patch")
        if found:
            self.patch.setText(found)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(1))
        for row in self._beside:
            row.setSpacing(px(6))
        for label in self._words.values():
            label.setFont(self._theme.font("small"))
        for field in (self.remote, self.patch, self.choose):
            field.ensurePolished()
        highest = max(field.sizeHint().height() for field in (self.remote, self.patch, self.choose))
        for place in range(len(self.boxes)):
            self._grid.setRowMinimumHeight(place, highest)
