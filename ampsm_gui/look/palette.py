"""The design's colours as a QPalette for the Fusion style."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QPalette

_ROLES = {
    "Window": "surface.chrome",
    "WindowText": "text.primary",
    "Base": "surface.base",
    "AlternateBase": "surface.panel",
    "Text": "text.primary",
    "Button": "surface.raised",
    "ButtonText": "text.primary",
    "BrightText": "danger.text",
    "ToolTipBase": "surface.raised",
    "ToolTipText": "text.primary",
    "PlaceholderText": "text.muted",
    "Mid": "border.default",
    "Midlight": "border.subtle",
    "Dark": "border.control",
    "Light": "surface.raised",
    "Shadow": "border.control",
    "Link": "accent.text",
    "LinkVisited": "accent.text",
    "Accent": "accent.fill",
    "Highlight": "selection.active",
    "HighlightedText": "selection.text",
}
_DISABLED = ("WindowText", "Text", "ButtonText", "PlaceholderText", "HighlightedText")


def make_palette(colors: Mapping[str, str]) -> QPalette:
    """A palette of a scheme's colours; `colors` as in `tokens.colors`."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(QPalette.ColorRole[role], QColor(colors[token]))
    for role in _DISABLED:
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], QColor(colors["text.disabled"]))
    palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight, QColor(colors["selection.inactive"]))
    return palette
