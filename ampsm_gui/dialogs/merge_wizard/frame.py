"""How the wizard is laid out: head, steps beside the page, error, foot; and what it does with a small window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ampsm_gui.dialogs.merge_wizard.foot import WizardFoot
from ampsm_gui.dialogs.merge_wizard.head import WizardHead
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.merge.steps import DONE, SKIPPED, TO_COME
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.merge.steps_list import StepsList
from ampsm_gui.widgets.messages.strip import Strip
from ampsm_gui.widgets.rule import Rule

_NARROW = 940


class WizardFrame(QWidget):
    """Its pages are in `pages`; narrow, the steps are one line above them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("mergePage")
        self.head = WizardHead(theme, self)
        self.steps = StepsList(theme, self)
        self.line = ElidedLabel(Qt.TextElideMode.ElideMiddle, self)  # a commit is at its end
        self.line.setObjectName("mergeStepLine")
        self.pages = QStackedWidget(self)
        self.strip = Strip(theme, self)
        self.foot = WizardFoot(theme, self)
        self._said: Callable[[bool], object] = lambda narrow: None
        self._lay_out()
        self.set_narrow(False)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def narrow(self) -> bool:
        return self.steps.isHidden()

    def on_narrow(self, call: Callable[[bool], object]) -> None:
        """What is told when the frame becomes narrow, or wide again."""
        self._said = call

    def set_narrow(self, narrow: bool) -> None:
        """Whether the steps are one line."""
        self.steps.setVisible(not narrow)
        self.line.setVisible(narrow)
        self.head.set_narrow(narrow)
        self._said(narrow)

    def show_line(self) -> None:
        """The step that counts now, of all; between two steps the one that was done last."""
        shown = self.steps.shown()
        to_come = next((place for place, step in enumerate(shown) if step.state == TO_COME), len(shown))
        at = next(
            (place for place, step in enumerate(shown) if step.state not in (DONE, SKIPPED, TO_COME)), to_come - 1
        )
        if shown:
            step = shown[at]
            self.line.setText(f"{at + 1} of {len(shown)} {step.name}" + (f": {step.fact}" if step.fact else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(_NARROW)
        if narrow != self.narrow:
            self.set_narrow(narrow)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.steps)
        self._between = Rule(self._theme, self, "border.default")
        self._between.setMinimumHeight(0)
        self._between.setMaximumHeight(16777215)
        self._between.setFixedWidth(1)
        middle.addWidget(self._between)
        middle.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.line)
        column.addWidget(Rule(self._theme, self, "border.default"))
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        column.addWidget(Rule(self._theme, self, "border.default"))
        column.addWidget(self.foot)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "base")

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self.line.setFont(self._theme.font("body", 500))
        self.line.setContentsMargins(px(16), px(2), px(16), px(4))
