"""One line at the lower right of the window, for what was asked for and ended out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPropertyAnimation, Qt, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QPushButton, QStyle, QToolButton, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.label import Label

_SHOWN_MS = 6000
_FADE_MS = 120


class Toast(QWidget):
    """Belongs to a window and stays at its lower right corner for six seconds, longer while the pointer is on it.

    A new message takes the place of the one that is shown. It covers none of the widgets it is to be `above`.
    """

    def __init__(self, theme: Theme, window: QWidget, above: Sequence[QWidget] = ()) -> None:
        super().__init__(window)
        self._theme = theme
        self._above = tuple(above)
        self._action: QAction | None = None
        self._words = Label(self)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self)
        self._button.setProperty("role", "link")
        self._close = QToolButton(self)
        self._close.setToolTip("Close")
        self._close.setAccessibleName("Close the message")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words)
        self._row.addWidget(self._button)
        self._row.addWidget(self._close)
        self._end = single_shot(self, _SHOWN_MS, self.hide)
        self._opacity = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._opacity)
        self._fade = QPropertyAnimation(self._opacity, b"opacity", self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._button.clicked.connect(self._on_clicked)
        self._close.clicked.connect(self.hide)
        window.installEventFilter(self)
        self.hide()
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def say(self, words: str, action: QAction | None = None) -> None:
        """Shows the line, with a button if there is something to do: grey, with the reason, while that cannot be."""
        self._words.setText(words)
        self.setAccessibleName(words)
        if self._action is not None:
            self._action.changed.disconnect(self._on_action_changed)
        self._action = action
        if action is not None:
            action.changed.connect(self._on_action_changed)
        self._on_action_changed()
        self.adjustSize()
        self._place()
        fade = _FADE_MS if self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) else 0
        self._fade.setDuration(fade)
        self.show()
        self.raise_()
        self._fade.start()
        self._end.start()

    @property
    def text(self) -> str:
        """What it says now."""
        return "" if self.isHidden() else self._words.text()

    @property
    def offers(self) -> bool:
        """Whether it has something to do."""
        return self._action is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self._end.stop()
        elif event.type() == QEvent.Type.Leave and self.isVisible():
            self._end.start()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("border.control"))
        painter.setBrush(self._theme.color("surface.raised"))
        radius = self._theme.px(6)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)

    @Slot()
    def _on_clicked(self) -> None:
        self.hide()
        if self._action is not None:
            self._action.trigger()

    @Slot()
    def _on_action_changed(self) -> None:
        action = self._action
        self._button.setVisible(action is not None)
        if action is not None:
            self._button.setText(plain_label(action.iconText()))
            self._button.setEnabled(action.isEnabled())
            self._button.setToolTip(plain_tip(action.toolTip()))

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(12), px(4), px(4), px(4))
        self._row.setSpacing(px(8))
        self._close.setIcon(self._theme.icon("close"))
        self._close.setIconSize(self._theme.icon_size())

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        room = self._theme.px(12)
        tops = [widget.mapTo(window, QPoint(0, 0)).y() for widget in self._above if widget.isVisible()]
        bottom = min(tops, default=window.height() - self._theme.px(28)) - room
        self.resize(min(self.sizeHint().width(), window.width() - 2 * room), self.sizeHint().height())
        self.move(window.width() - self.width() - room, bottom - self.height())
