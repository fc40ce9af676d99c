"""What the test script says, a part for each time that it ran: before the merge, and again after its rebase."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.output_text import OutputText

#: Who asks the test script → what stands above its output.
TITLES = {
    "preflight": "Output of the tests before the merge",
    "test": "Output of the tests after the rebase",
    "run": "Output of the tests",
}

_LINES = 2_000
_SHOW_MS = 40  # lines that come together are shown together


class ScriptOutput(QWidget):
    """Grows at its end while the script runs; hidden while nothing was said."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: dict[str, _Part] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._later = single_shot(self, _SHOW_MS, self._on_show)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def add(self, asked_by: str, line: str) -> None:
        """One more line of the script, asked by `preflight`, `test` or `run`."""
        if asked_by not in self._parts:
            self._parts[asked_by] = part = _Part(self._theme, TITLES[asked_by], self)
            self._column.addWidget(part, 1)
        part = self._parts[asked_by]
        part.lines = [*part.lines[-_LINES:], line]
        if not self._later.isActive():
            self._later.start()

    def begin(self, asked_by: str) -> None:
        """The script is asked anew: what it said to the same before is over."""
        if (part := self._parts.pop(asked_by, None)) is not None:
            self._drop(part)

    def clear(self) -> None:
        """What was said belongs to something that is over."""
        self._later.stop()
        for part in self._parts.values():
            self._drop(part)
        self._parts = {}
        self.hide()

    def parts(self) -> dict[str, str]:
        """What is shown, by its title."""
        return {part.title.text(): part.output.toPlainText() for part in self._parts.values()}

    def _drop(self, part: _Part) -> None:
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()

    @Slot()
    def _on_show(self) -> None:
        for part in self._parts.values():
            part.show_lines()
        self.show()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._column.setSpacing(self._theme.px(10))


class _Part(QWidget):
    def __init__(self, theme: Theme, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.lines: list[str] = []
        self.title = Label(title, self)
        self.output = OutputText(theme, self)
        self.output.setAccessibleName(title)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.title)
        self._column.addWidget(self.output, 1)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_lines(self) -> None:
        """The last line stays in sight."""
        self.output.set_output("\n".join(self.lines))
        bar = self.output.verticalScrollBar()
        bar.setValue(bar.maximum())

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setSpacing(px(6))
        self.title.setFont(self._theme.font("body", 500))
        self.output.setMinimumHeight(px(120))
