"""What rows of the session list are painted with, taken from the theme once and kept until it changes."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics

from ampsm_gui.look.theme import Theme


class RowStyle:
    """Fonts, colours and lengths of one theme and font size."""

    def __init__(self, theme: Theme) -> None:
        px, color = theme.px, theme.color
        self.body, self.medium, self.mono = theme.font("body"), theme.font("body", 500), theme.font("mono")
        self.small, self.small_medium = theme.font("small"), theme.font("small", 500)
        self.body_metrics, self.medium_metrics = QFontMetrics(self.body), QFontMetrics(self.medium)
        self.mono_metrics = QFontMetrics(self.mono)
        self.small_metrics, self.small_medium_metrics = QFontMetrics(self.small), QFontMetrics(self.small_medium)
        self.primary, self.secondary, self.muted = (
            color("text.primary"), color("text.secondary"), color("text.muted"),
        )  # fmt: skip
        self.selected, self.selected_inactive = color("selection.active"), color("selection.inactive")
        self.hover, self.rule, self.accent = color("surface.hover"), color("border.subtle"), color("accent.focus")
        self.glyph, self.gap, self.padding = px(12), px(8), px(8)
        self.list_left, self.list_right, self.list_glyph = px(30), px(12), px(10)
        self.list_between = px(4)
        self.bars_height, self.bars_least, self.repository_least = px(14), px(34), px(40)
        f = theme.f
        self._heights = {"rail": f + px(20), "list": 2 * f + px(20), "table": f + px(12)}
        lines = self.body_metrics.height() + self.list_between + self.small_metrics.height()
        self.list_top = max(0, (self._heights["list"] - 1 - lines) // 2)

    def row_height(self, mode: str) -> int:
        """How high a row is in a mode."""
        return self._heights[mode]
