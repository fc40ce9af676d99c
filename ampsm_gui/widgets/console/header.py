"""Paints the header row of an iteration: fold mark, status, number, what it was; figures at the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from ampsm_gui.look import figures
from ampsm_gui.look.status import outcome_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.console.section import Section

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ConsoleHeaderPainter:
    """The same in its row and where it sticks to the top."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self, painter: QPainter, rect: QRect, section: Section, *, is_open: bool, ground: QColor | None = None
    ) -> None:
        """Fills `rect`."""
        theme, px = self._theme, self._theme.px
        painter.fillRect(rect, ground or theme.color("surface.panel"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border.subtle"))
        look = outcome_look(section.document)
        side = px(12)
        middle = rect.center().y() - side // 2
        mark = "chevron-down" if is_open else "chevron-right"
        theme.paint_icon(painter, QRect(rect.left() + px(14), middle, side, side), mark, "text.muted")
        theme.paint_icon(painter, QRect(rect.left() + px(33), middle, side, side), look.glyph, look.token)
        line = QRect(rect.left() + px(54), rect.top(), rect.width() - px(54) - px(16), rect.height() - 1)
        title = f"Iteration {section.number}"
        bold, small = theme.font("body", 600), theme.font("small")
        painter.setFont(bold)
        painter.setPen(theme.color("text.primary"))
        painter.drawText(line, _LEFT, title)
        line.setLeft(line.left() + QFontMetrics(bold).horizontalAdvance(title) + px(8))
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(theme.color("text.muted"))
        said = figures_of(section.document)
        wide = metrics.horizontalAdvance(said)
        if wide <= line.width():
            painter.drawText(line, _RIGHT, said)
            line.setRight(line.right() - wide - px(16))
        about = metrics.elidedText(facts_of(section.document), Qt.TextElideMode.ElideRight, max(0, line.width()))
        painter.setPen(theme.color("text.secondary"))
        painter.drawText(line, _LEFT, about)


def facts_of(document: dict[str, Any]) -> str:
    """`Passed · 08:21:07 · smart · 9be41d0`: its status in words, when, with which model, what it committed."""
    sha = document.get("commitSha")
    parts = [
        outcome_look(document).word, figures.clock_time(document.get("startedAt")),
        document.get("model") or document.get("modelRequested"), sha[:7] if sha else None,
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def figures_of(document: dict[str, Any]) -> str:
    """`214 k tokens · 15 calls, 1 failed · 6 min 02 s`."""
    tokens = (document.get("usage") or {}).get("totalTokens")
    calls, failures = document.get("toolCalls") or 0, document.get("toolFailures") or 0
    parts = [f"{figures.tokens(tokens)} tokens"] if tokens is not None else []
    if calls:
        parts.append(figures.count(calls, "call") + (f", {failures:,} failed" if failures else ""))
    test = document.get("test")
    if test:
        parts.append("tests pass" if test["passed"] else "tests timed out" if test["timedOut"] else "tests fail")
    if document.get("durationMs") is not None:
        parts.append(figures.seconds_prose(document["durationMs"]))
    return " · ".join(parts)
