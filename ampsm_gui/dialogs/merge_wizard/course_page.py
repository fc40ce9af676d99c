"""A merge that is at work, waits or is over: its steps as they were taken, and what the test script said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ampsm.workflows.finishing import MergeCourse
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.pushing import copied_command
from ampsm_gui.dialogs.merge_wizard.script_output import ScriptOutput
from ampsm_gui.look import figures
from ampsm_gui.widgets.fields.field import Remark
from ampsm_gui.widgets.label import MarkupLabel

_TITLES = {
    "preflight": "Check", "squash": "Squash", "rebase": "Rebase", "test": "Tests", "patch": "Patch",
    "target": "Merge", "push": "Push", "cleanup": "Clean up", "abort": "Abort",
}  # fmt: skip


class CoursePage(QWidget):
    """A line a step with its time, what came of it and what it ran; warnings with the command to copy; the output."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = desktop.theme
        self._remarks: list[Remark] = []
        self.taken = MarkupLabel()
        self.taken.setWordWrap(True)
        self.taken.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.output = ScriptOutput(self._theme, self)
        self._body = QWidget()
        self._body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._body.setProperty("ground", "base")
        self._column = QVBoxLayout(self._body)
        self._column.addWidget(self.taken)
        self._warnings = QVBoxLayout()
        self._column.addLayout(self._warnings)
        self._column.addWidget(self.output, 1)
        self._column.addStretch()
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_course(self, course: MergeCourse) -> None:
        """The steps that were taken so far."""
        lines = []
        for step in course.steps:
            title = _TITLES.get(step.step, str(step.step))
            told = step.message or ("at work" if step.status == "started" else step.status)
            command = f"<br><code>{escape(step.command)}</code>" if step.command else ""
            lines.append(f"{figures.clock_time(step.at)}&nbsp; <b>{title}</b>&nbsp; {escape(told)}{command}")
        self.taken.setText("<br>".join(lines))
        self.taken.setVisible(bool(lines))
        self._show_warnings(course.warnings)

    def _show_warnings(self, warnings: Sequence[str]) -> None:
        if [remark.text for remark in self._remarks] == list(warnings):
            return
        for remark in self._remarks:
            self._warnings.removeWidget(remark)
            remark.hide()
            remark.deleteLater()
        self._remarks = []
        for words in warnings:
            remark = Remark(self._theme, "warning", self._body)
            self._warnings.addWidget(remark)
            command = copied_command(words)
            copy = partial(QGuiApplication.clipboard().setText, command)
            remark.say(words, "Copy" if command else "", copy if command else None)
            self._remarks.append(remark)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(10))
