"""What rows of the session list are painted with, taken from the theme once and kept until it changes."""

from __future__ import annotations

from ampsm_gui.look.status import SESSION_ORDER, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.sessions.row_text import Face


class RowStyle:
    """Fonts, colours and lengths of one theme and font size."""

    def __init__(self, theme: Theme) -> None:
        px, color = theme.px, theme.color
        self.body, self.medium, self.mono = (
            Face(theme.font("body")), Face(theme.font("body", 500)), Face(theme.font("mono")),
        )  # fmt: skip
        self.small, self.small_medium = Face(theme.font("small")), Face(theme.font("small", 500))
        self.primary, self.secondary, self.muted = (
            color("text.primary"), color("text.secondary"), color("text.muted"),
        )  # fmt: skip
        self.words = {status: color(session_look(status).token) for status in SESSION_ORDER}
        self.selected, self.selected_inactive = color("selection.active"), color("selection.inactive")
        self.hover, self.rule, self.accent = color("surface.hover"), color("border.subtle"), color("accent.focus")
        self.glyph, self.gap, self.padding = px(12), px(8), px(8)
        self.list_left, self.list_right, self.list_glyph = px(30), px(12), px(10)
        self.list_between, self.bar = px(4), px(3)
        self.bars_height, self.bars_least, self.repository_least = px(14), px(34), px(40)
        # Narrower rows of the list drop ahead/behind, then the repository.
        self.position_from, self.repository_from = px(330), px(280)
        f = theme.f
        self._heights = {"rail": f + px(20), "list": 2 * f + px(20), "table": f + px(12)}
        lines = self.body.height + self.list_between + self.small.height
        self.list_top = max(0, (self._heights["list"] - 1 - lines) // 2)

    def row_height(self, mode: str) -> int:
        """How high a row is in a mode."""
        return self._heights[mode]
