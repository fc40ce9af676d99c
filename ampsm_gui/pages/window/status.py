"""The status bar: what needs a person, what today has cost, whether Amp is ready."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStatusBar, QStyle, QStyleOption, QWidget

from ampsm.model.telemetry import Usage
from ampsm_gui.desktop import Desktop
from ampsm_gui.look import figures
from ampsm_gui.look.plain import in_order, plain_tip
from ampsm_gui.look.status import session_look
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label

_SHOWN = {"awaiting-input": "{} need you", "error": "{} failed", "running": "{} running"}


class WindowStatus(QStatusBar):
    """Counts at the left, today's tokens and cost and the state of Amp at the right; messages stand in between."""

    status_chosen = Signal(str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._amp_shown: tuple[str, str, str, str] | None = None
        self.setSizeGripEnabled(False)
        self._buttons = {status: self._count_button(status) for status in _SHOWN}
        left = self._left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(desktop.theme.px(4), 0, 0, 0)
        row.setSpacing(desktop.theme.px(4))
        for button in self._buttons.values():
            row.addWidget(button)
        self.addWidget(left)
        right = Qt.TextElideMode.ElideRight  # however long they are, the window can be as narrow as it could
        self._today, self._amp_icon, self._amp = ElidedLabel(right, least=6), Label(), ElidedLabel(right, least=6)
        self._amp_icon.setVisible(False)
        self._today.setContentsMargins(0, 0, desktop.theme.px(12), 0)
        self._amp.setContentsMargins(0, 0, desktop.theme.px(8), 0)
        for label in (self._today, self._amp_icon, self._amp):
            label.setProperty("tone", "secondary")
            self.addPermanentWidget(label)
        self.messageChanged.connect(self._on_message_changed)
        self._on_theme_changed()
        desktop.theme.changed.connect(self._on_theme_changed)
        self.refresh()

    def refresh(self) -> None:
        """Asks for today's figures."""
        from ampsm.workflows.status import today

        self._desktop.background.ask((self, "today"), today, self._on_today)

    def set_counts(self, counts: dict[str, int]) -> None:
        """How many sessions there are of each status."""
        for status, button in self._buttons.items():
            number = counts.get(status, 0)
            button.setVisible(number > 0)
            words = _SHOWN[status].format(number)
            button.setText("1 needs you" if words == "1 need you" else words)
            kind = "needs you" if status == "awaiting-input" else f"is {status}"
            button.setToolTip(plain_tip(f"Show only what {kind}"))
        self._left.setVisible(any(counts.get(status) for status in _SHOWN))

    def set_amp(self, words: str, glyph: str, token: str, tip: str) -> None:
        """Whether Amp can be used."""
        icon = self._desktop.theme.pixmap(glyph, token, self._desktop.theme.px(12), self.devicePixelRatioF())
        self._amp_shown = (words, glyph, token, tip)
        self._amp.set_tip(tip)
        self._amp.setText(words)
        self._amp.setAccessibleName(f"Amp: {words}. {tip}")
        self._amp_icon.setPixmap(icon)
        self._amp_icon.setVisible(True)

    def _count_button(self, status: str) -> QPushButton:
        button = QPushButton(_SHOWN[status].format(0))  # as high as it will be
        button.setProperty("role", "status")
        button.setProperty("status", status)
        button.setVisible(False)
        button.clicked.connect(self._on_count_clicked)
        return button

    def message_place(self) -> QRect:
        """Where a message is written: what counts and figures leave."""
        px, height = self._desktop.theme.px, self.height()
        left = self._left.geometry().right() + px(12) if not self._left.isHidden() else px(8)
        shown = [label.geometry().left() for label in (self._today, self._amp_icon, self._amp) if label.isVisible()]
        right = min([*shown, self.width()]) - px(12)
        return QRect(left, 0, max(0, right - left), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt would write the message over the counts, which it takes away for that."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        place, flags = self.message_place(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words = in_order(self.currentMessage())
        painter.setPen(self._desktop.theme.color("text.secondary"))
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, flags | Qt.TextFlag.TextSingleLine, words)

    @Slot(str)
    def _on_message_changed(self, message: str) -> None:
        """Counts stay: Qt hides them while there is a message."""
        self._left.setVisible(any(not button.isHidden() for button in self._buttons.values()))
        self.update()

    @Slot()
    def _on_count_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.status_chosen.emit(str(sender.property("status")))

    def _on_today(self, usage: Usage) -> None:
        parts = [figures.tokens(usage.total_tokens) + " tokens"] if usage.total_tokens is not None else []
        parts += [figures.cost(usage.cost_usd)] if usage.cost_usd is not None else []
        self._today.setText(f"Today {', '.join(parts)}" if parts else "")

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._desktop.theme
        for status, button in self._buttons.items():
            look = session_look(status)
            button.setIcon(theme.icon(look.glyph, look.token))
            button.setIconSize(theme.icon_size(theme.glyph, words=True))
        # The bar is as high without counts, while these are hidden.
        self._today.setMinimumHeight(max(button.sizeHint().height() for button in self._buttons.values()))
        if self._amp_shown:
            self.set_amp(*self._amp_shown)


def amp_words(document: dict[str, Any]) -> tuple[str, str, str, str]:
    """Words, glyph, colour and tooltip for the document of `verify-amp`."""
    amp = document.get("amp") or {}
    version = str(amp.get("version") or "").split("-")[0]
    bad = next((check for check in document.get("checks", []) if check["status"] == "fail"), None)
    if bad is not None:
        hint = f"\n{bad['hint']}" if bad.get("hint") else ""
        known = f"Amp {version}: " if version else ""
        return f"{known}{bad['message']}", "status-warning", "warning.text", f"{bad['message']}{hint}"
    return f"Amp {version}", "status-check", "success.text", f"{amp.get('path')}: ready"
