"""The model of a session, to be chosen or written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.fields.repository_picker import PlainComboBox
from ampsm_gui.widgets.label import Label

_WIDTH = 120  # px at 100 %


class ModelField(QWidget):
    """A field with its name before it. What a person writes stays while they are there."""

    #: Another model than before.
    model_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = ""
        self.combo = PlainComboBox(self)
        self.combo.setObjectName("sessionModel")
        self.combo.setAccessibleName("Model of this session")
        self.combo.setToolTip("Model or mode for the next iterations of this session")
        self.combo.line.setPlaceholderText("default")
        self._label = Label("Model", self)
        self._label.setBuddy(self.combo)
        self._label.setProperty("tone", "muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._label)
        self._row.addWidget(self.combo)
        self.combo.activated.connect(self._on_activated)
        self.combo.line.editingFinished.connect(self._choose)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_models(self, models: Sequence[str]) -> None:
        """What can be chosen."""
        text = self.combo.currentText()
        self.combo.blockSignals(True)
        self.combo.clear()
        self.combo.addItems(list(models))
        self.combo.blockSignals(False)
        self._show(text)

    def show_model(self, model: str, *, enabled: bool) -> None:
        """The model that is set, unless somebody writes another one."""
        if not self.combo.hasFocus() and not self.combo.line.hasFocus():
            self._show(model)
        self.combo.setEnabled(enabled)

    def _show(self, text: str) -> None:
        self._model = text
        self.combo.blockSignals(True)
        self.combo.show_words(text)
        self.combo.blockSignals(False)

    @Slot(int)
    def _on_activated(self, _index: int) -> None:
        self._choose()

    @Slot()
    def _choose(self) -> None:
        text = self.combo.currentText().strip()
        if text != self._model:
            self._model = text
            self.model_chosen.emit(text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._label.setFont(self._theme.font("small"))
        self.combo.setFixedWidth(self._theme.px(_WIDTH))
        self._row.setSpacing(self._theme.px(8))
