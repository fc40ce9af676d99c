"""A tool button with an icon of the theme."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme


class GlyphButton(QToolButton):
    """`tip` says what it does, its keys in brackets; without them it is the name for a screen reader."""

    def __init__(
        self, theme: Theme, glyph: str, tip: str, parent: QWidget | None = None, *, checkable: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._glyph = glyph
        self.setCheckable(checkable)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(tip.partition(" (")[0])
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setIcon(self._theme.icon(self._glyph))
        self._show_icon_size()

    def setToolButtonStyle(self, style: Qt.ToolButtonStyle) -> None:
        super().setToolButtonStyle(style)
        self._show_icon_size()

    def _show_icon_size(self) -> None:
        words = self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.setIconSize(self._theme.icon_size(words=words))
