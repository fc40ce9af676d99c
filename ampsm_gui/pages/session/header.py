"""The head of the session page: state in words, the next step as a button, where the work is and how large."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.status import session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.pages.session.model_field import ModelField
from ampsm_gui.pages.session.place_line import PlaceLine
from ampsm_gui.pages.session.step_buttons import StepButtons
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.messages.empty_state import CommandToCopy
from ampsm_gui.widgets.sessions.status_badge import StatusBadge
from ampsm_gui.widgets.tick import Tick

_SECOND_MS = 1000
_PLACE_FROM = 560  # px at 100 %: narrower, the line with the branch and the model are left out


class SessionHeader(QWidget):
    """Shows the document of `view_session`. Its buttons emit signals."""

    #: the action of the situation, e.g. iterate, merge
    action_requested = Signal(str)
    model_chosen = Signal(str)
    copied = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._started_at: str | None = None
        self._view: dict[str, Any] | None = None
        self._low = False
        self.badge = StatusBadge(theme, self)
        self.name = ElidedLabel(Qt.TextElideMode.ElideRight, self)
        self._model_field = ModelField(theme, self)
        self.model = self._model_field.combo
        self.sentence = Label(self)
        self.sentence.setObjectName("sessionSentence")
        self.elapsed = Label(self)
        self.steps = StepButtons(theme, self)
        self.button = self.steps.button
        self.command = CommandToCopy(theme, self, short=True)
        self.command.setObjectName("nextStepCommand")
        self.place = PlaceLine(theme, self)
        self._openers = QHBoxLayout()
        self._tick = Tick(self, self._on_tick)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)
        self.clear()

    def add_openers(self, actions: Sequence[QAction]) -> None:
        """Buttons at the right end: open the worktree."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(self._theme.icon_size())
            self._openers.addWidget(button)

    def set_low(self, low: bool) -> None:
        """In a low page the line with the branch is left out."""
        if low != self._low:
            self._low = low
            self._show_roomy()

    def clear(self, name: str = "") -> None:
        """Nothing is known yet."""
        self._view = None
        self.badge.set_look(None)
        self.name.setText(name)
        self.sentence.setText("")
        self.sentence.setToolTip("")
        self.elapsed.hide()
        self.steps.clear()
        self.command.hide()
        self._started_at = None
        self.place.hide()
        self._tick.set_pace(0)

    def show_view(self, view: dict[str, Any]) -> None:
        """The state of the session, its next step, its place."""
        session, situation = view["session"], view["situation"]
        self._view = view
        self.badge.set_look(session_look(situation["status"]))
        self.name.setText(session["name"])
        self.setAccessibleName(f"{session['name']}: {situation['sentence']}")
        self._model_field.show_model(session["model"] or "", enabled=not session["cleanedUpAt"])
        self.sentence.setText(situation["sentence"])
        self.sentence.setToolTip(plain_tip(situation["sentence"]))
        self.steps.show_ways(situation, view["actions"])
        command = situation.get("command") or ""
        self.command.set_command(command)
        self.command.setVisible(bool(command))
        self.place.show_view(view)
        self._show_roomy()
        last = session.get("lastIteration") or {}
        running = session["status"] == "running" and last.get("status") == "running"
        self._started_at = last.get("startedAt") if running else None
        self.elapsed.setVisible(running)
        self._on_tick()
        self._tick.set_pace(_SECOND_MS if self._started_at else 0)

    def set_models(self, models: Sequence[str]) -> None:
        """What can be chosen."""
        self._model_field.set_models(models)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_roomy()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("surface.base"))

    # Slots

    @Slot()
    def _on_tick(self) -> None:
        if self._started_at:
            started = datetime.fromisoformat(self._started_at)
            spent = max(0, int((datetime.now(UTC) - started).total_seconds()))
            self.elapsed.setText(figures.seconds_prose(spent * 1000) if spent >= 10 else f"{spent} s")

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        px = theme.px
        self.name.setFont(theme.font("title", 600))
        self.elapsed.setFont(theme.font("small"))
        self._column.setContentsMargins(px(16), px(10), px(12), px(6))
        self._column.setSpacing(px(4))
        for row in (self._first, self._second, self._command_row):
            row.setSpacing(px(8))
        self._openers.setSpacing(px(2))
        self._show_icons()

    # The rest

    def _show_icons(self) -> None:
        for index in range(self._openers.count()):
            item = self._openers.itemAt(index)
            widget = item.widget() if item else None
            if isinstance(widget, QToolButton):
                widget.setIconSize(self._theme.icon_size())

    def _show_roomy(self) -> None:
        roomy = self.width() >= self._theme.px(_PLACE_FROM)
        self.place.setVisible(roomy and self._view is not None and not self._low)
        self._model_field.setVisible(roomy)
        self.steps.set_compact(2 * self.steps.roomy_width() > self.width())
        row = self._second if roomy or self._is_higher_below() else self._command_row
        if row.indexOf(self.steps) < 0:
            row.addWidget(self.steps, 0, Qt.AlignmentFlag.AlignRight)

    def _is_higher_below(self) -> bool:
        """Whether the button takes more room below the sentence than beside it, where the sentence needs more lines.
        A command is below in any case, with room beside it."""
        if not self.command.isHidden():
            return False
        button, gap = self.steps.sizeHint(), self._second.spacing()
        margins = self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right()
        beside = max(self.sentence.heightForWidth(max(1, width - gap - button.width())), button.height())
        return beside <= self.sentence.heightForWidth(width) + self._column.spacing() + button.height()

    def _connect(self) -> None:
        self.steps.requested.connect(self.action_requested)
        self.place.copied.connect(self.copied)
        self._model_field.model_chosen.connect(self.model_chosen)

    def _lay_out(self) -> None:
        self._first = QHBoxLayout()
        self._first.addWidget(self.badge)
        self._first.addWidget(self.name)
        self._first.addStretch(1)
        self._first.addWidget(self._model_field)
        self._first.addLayout(self._openers)
        self._second = QHBoxLayout()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # however long a word is
        self._second.addWidget(self.sentence, 1)
        self._second.addWidget(self.elapsed)
        self._second.addWidget(self.steps)
        self.elapsed.setProperty("tone", "muted")
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._first)
        self._column.addLayout(self._second)
        self._command_row = QHBoxLayout()
        self._command_row.addWidget(self.command, 1)
        self._column.addLayout(self._command_row)
        self._column.addWidget(self.place)
