"""What stands where there is nothing yet: what belongs here, the first step, the same as a command."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.messages.drawing import Drawing

_WIDTH = 560

#: As `icon` of `set_content`: the drawing of branches instead of an icon.
DRAWING = "drawing"


class EmptyState(QWidget):
    """One column in the middle of an empty place. Fill it with `set_content`; further rows go into `rows`."""

    primary_clicked = Signal()

    #: px at 100 %; less high: no picture.
    room_for_picture = 420

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = ""
        self._drawing = Drawing(theme, self)
        self._picture = Label(self)
        self._title = Label(self)
        self._text = Label(self)
        self._primary = QPushButton(self)
        self._beside = Label(self)
        self.rows = QVBoxLayout()
        self._command = CommandToCopy(theme, self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title.setWordWrap(True)
        self._text.setWordWrap(True)
        self._text.setProperty("tone", "secondary")
        self._beside.setProperty("tone", "muted")
        self._primary.setProperty("role", "primary")
        self._primary.clicked.connect(self.primary_clicked)
        self._build()
        self.set_content("", "", "", "")
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def set_content(
        self, icon: str, title: str, text: str, primary: str = "", command: str = "", beside: str = ""
    ) -> None:
        """What it says; what is empty is left out. `beside` stands after the button."""
        self._icon = icon
        for label, words in ((self._title, title), (self._text, text), (self._beside, beside)):
            label.setText(words)
            label.setVisible(bool(words))
        self._primary.setText(primary)
        self._primary.setVisible(bool(primary))
        self._command.set_command(command)
        self._command.setVisible(bool(command))
        self.setAccessibleName(title)
        self._show_what_fits()

    def set_primary_icon(self, name: str) -> None:
        """An icon before the words of the primary button."""
        self._primary.setIcon(self._theme.icon(name, "accent.onFill"))
        self._primary.setProperty("glyph", name)

    @property
    def primary(self) -> QPushButton:
        """The button of the first step."""
        return self._primary

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _build(self) -> None:
        self._holder = QWidget(self)
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        self._column.addWidget(self._drawing)
        self._column.addWidget(self._picture)
        self._column.addWidget(self._title)
        self._column.addWidget(self._text)
        first = QHBoxLayout()
        first.addWidget(self._primary)
        first.addWidget(self._beside, 1)
        first.addStretch(0)
        self._column.addLayout(first)
        self._column.addLayout(self.rows)
        self._column.addWidget(self._command)
        self._column.addStretch(2)
        self._around = QHBoxLayout(self)
        self._around.addStretch(1)
        self._around.addWidget(self._holder, 100)
        self._around.addStretch(1)

    def _show_what_fits(self) -> None:
        """Where it is low, the picture gives way first, then the command, then the text: no words lie on others."""
        self._show_picture()
        self._command.setVisible(bool(self._command.command))
        self._text.setVisible(bool(self._text.text()))
        margins = self._around.contentsMargins()
        width = min(self.width() - margins.left() - margins.right(), self._holder.maximumWidth())
        room = self.height() - margins.top() - margins.bottom()
        for least in (self._picture, self._command, self._text):
            self._column.invalidate()
            if width <= 0 or self._column.minimumHeightForWidth(width) <= room:
                return
            least.hide()

    def _show_picture(self) -> None:
        roomy = self.height() >= self._theme.px(self.room_for_picture)
        self._drawing.setVisible(self._icon == DRAWING and roomy)
        self._picture.setVisible(self._icon not in ("", DRAWING))
        if not self._picture.isHidden():
            size = self._theme.px(48)
            self._picture.setPixmap(self._theme.pixmap(self._icon, "border.control", size, self.devicePixelRatioF()))

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        self._title.setFont(theme.font("heading", 600))
        self._beside.setFont(theme.font("small"))
        self._holder.setMaximumWidth(theme.px(_WIDTH))
        self._around.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
        self._column.setSpacing(theme.px(10))
        glyph = self._primary.property("glyph")
        if glyph:
            self.set_primary_icon(glyph)
        self._primary.setIconSize(theme.icon_size(words=True))
        self._show_what_fits()


class CommandToCopy(QFrame):
    """A command to copy, on a sunken ground; `short`: on one line, without its middle where there is no room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, short: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "sunken")
        self._words = ElidedLabel(Qt.TextElideMode.ElideMiddle, self) if short else Label(self)
        if not short:
            self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = QToolButton(self)
        self._copy.setToolTip("Copy command")
        self._copy.setAccessibleName("Copy command")
        self._copy.clicked.connect(self._on_copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(10), theme.px(6), theme.px(6), theme.px(6))
        row.addWidget(self._words, 1)
        row.addWidget(self._copy)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def set_command(self, command: str) -> None:
        """Shows another command; lines that end in a backslash belong together."""
        self._words.setText(command)
        self._words.setAccessibleName(command)

    @property
    def command(self) -> str:
        return self._words.text()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._words.setFont(self._theme.font("mono"))
        self._copy.setIcon(self._theme.icon("copy"))
        self._copy.setIconSize(self._theme.icon_size())
