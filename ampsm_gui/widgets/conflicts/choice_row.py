"""What can be chosen, as a row of buttons that say their keys; too narrow, they stand in two rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.flow import FlowRow


class KeyButton(QPushButton):
    """A word and, in a frame, the key that does the same."""

    def __init__(self, theme: Theme, words: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(plain_label(words), parent)
        self._theme = theme
        self._key = key
        self.setProperty("role", "chip")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys where they are
        self.setAccessibleName(f"{words}, key {key}" if key else words)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text().replace("&&", "&")) + 2 * self._theme.px(9)
        key = self._key_width() + self._theme.px(8) if self._key else 0
        return QSize(words + key, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        words, option.text = option.text, ""  # type: ignore[attr-defined, unused-ignore]
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        theme = self._theme
        token = "text.primary" if self.isEnabled() else "text.disabled"
        painter.setPen(theme.color(token))
        room = self.rect().adjusted(theme.px(8), 0, -theme.px(8), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words.replace("&&", "&"))
        if self._key:
            painter.setFont(theme.font("caption"))
            place = room
            place.setLeft(room.right() - self._key_width() + 1)
            height = painter.fontMetrics().height() + theme.px(1)
            place.setTop((self.height() - height) // 2)
            place.setHeight(height)
            painter.setPen(theme.color("border.control" if self.isEnabled() else "border.default"))
            painter.drawRoundedRect(place, 3, 3)
            painter.setPen(theme.color("text.secondary" if self.isEnabled() else "text.disabled"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._key)

    def _key_width(self) -> int:
        metrics = QFontMetrics(self._theme.font("caption"))
        return max(metrics.height(), metrics.horizontalAdvance(self._key) + self._theme.px(8))


class ChoiceRow(FlowRow):
    """A button for each action, with its key. Which one is chosen is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, ground="surface.panel")
        self.buttons: list[KeyButton] = []
        self._actions: list[QAction] = []
        self._checked: QAction | None = None

    def set_actions(self, actions: Sequence[tuple[QAction, str, str]], *, last_right: bool = False) -> None:
        """Actions with their words and keys; the last one may stand at the right."""
        self.clear()
        self.last_right = last_right
        self.buttons, self._actions = [], []
        for action, words, key in actions:
            button = KeyButton(self.theme, words, key, self)
            button.setToolTip(plain_tip(action.toolTip()))
            button.clicked.connect(action.trigger)
            button.clicked.connect(self._keep_checks)
            self.add(button)
            self.buttons.append(button)
            self._actions.append(action)

    def show_chosen(self, chosen: QAction | None) -> None:
        """Presses the button of what is chosen; each can be used when its action can."""
        self._checked = chosen
        for button, action in zip(self.buttons, self._actions, strict=True):
            button.setEnabled(action.isEnabled())
        self._keep_checks()

    @Slot()
    def _keep_checks(self) -> None:
        for button, action in zip(self.buttons, self._actions, strict=True):
            button.setChecked(action is self._checked)
