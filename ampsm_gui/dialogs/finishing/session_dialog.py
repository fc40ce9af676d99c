"""A dialog about one session: a sentence on what would happen, what it is about, and the command that does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ampsm.context import Context
from ampsm.model.errors import UserError
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.command_dialog import CommandDialog
from ampsm_gui.runtime.background import redacted
from ampsm_gui.widgets.fields.field import Remark
from ampsm_gui.widgets.label import MarkupLabel

Read = Callable[[Context, str], Any]

#: Of a list of files or commits, so many.
SHOWN = 6
_HALF = 21
_UNBROKEN = re.compile(rf"[^\s/]{{{2 * _HALF + 2},}}")


class SessionDialog(CommandDialog):
    """Subclasses read a preview by `look` and show it by `show_preview`; until it is there, the verb waits.

    `outcome` says in a line what is done, and whether Undo takes it back.
    """

    outcome = Signal(str, bool)

    def __init__(
        self,
        desktop: Desktop,
        title: str,
        verb: str,
        session_id: str,
        view: dict[str, Any] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desktop, title, verb, parent)
        self.session_id = session_id
        self.session: dict[str, Any] = (view or {}).get("session") or {}
        self.lead = MarkupLabel(self)
        self.lead.setWordWrap(True)
        self.lead.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem = Remark(desktop.theme, "danger", self)
        self.warning = Remark(desktop.theme, "warning", self)
        self.inner = QVBoxLayout()
        self.column.addLayout(self.inner)
        self.column.addStretch(1)
        self.inner.addWidget(self.lead)
        self.inner.addWidget(self.problem)
        self.inner.addWidget(self.warning)
        self._on_dialog_theme_changed()
        desktop.theme.changed.connect(self._on_dialog_theme_changed)

    def look(self, read: Read) -> None:
        """Reads the preview in the background."""
        self.set_allowed(False)
        self.lead.setText("Looking…")
        asked = redacted(partial(read, ref=self.session_id))  # type: ignore[call-arg]
        self.desktop.background.ask((self, "preview"), asked, self._on_preview, self._on_look_failed)

    def show_preview(self, preview: Any) -> None:
        """Shows what would happen, and allows the verb if it can."""
        raise NotImplementedError

    def done(self, result: int) -> None:
        self.desktop.background.forget((self, "preview"))
        super().done(result)

    def add_list(self, lines: Sequence[str], more: int = 0) -> QLabel:
        """Lines of rich text on a ground of their own."""
        shown = [*lines, *([f"and {more:,} more"] if more > 0 else [])]
        label = MarkupLabel("<br>".join(shown), self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label.setProperty("ground", "sunken")
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        px = self.desktop.theme.px
        label.setContentsMargins(px(10), px(6), px(10), px(6))
        label.setFont(self.desktop.theme.font("small"))
        self.inner.addWidget(label)
        label.show()
        return label

    def add_note(self, words: str) -> QLabel:
        """A muted line on what stays, and how to come back."""
        label = MarkupLabel(words, self)
        label.setWordWrap(True)
        label.setProperty("tone", "muted")
        label.setFont(self.desktop.theme.font("small"))
        self.inner.addWidget(label)
        label.show()
        return label

    def _on_preview(self, preview: Any) -> None:
        self.show_preview(preview)
        self.fit()

    def _on_look_failed(self, error: Exception) -> None:
        self.lead.setText("This cannot be done now.")
        self.problem.say(*self.with_way_on(str(error), error.hint if isinstance(error, UserError) else None))
        self.fit()

    @Slot()
    def _on_dialog_theme_changed(self) -> None:
        px = self.desktop.theme.px
        self.inner.setContentsMargins(px(20), px(16), px(20), px(16))
        self.inner.setSpacing(px(10))


def short(sha: str) -> str:
    """A commit in rich text, short."""
    return f"<code>{escape(sha[:10])}</code>"


def squeezed(text: str) -> str:
    """Somebody's words, to be wrapped: what has no place for that loses its middle."""
    return _UNBROKEN.sub(lambda run: f"{run[0][:_HALF]}…{run[0][-_HALF:]}", text)


def in_line(text: str) -> str:
    """The same in rich text."""
    return escape(squeezed(text))


def commit_line(sha: str, subject: str, length: int = 80) -> str:
    """A commit and its subject in rich text, on one line."""
    words = subject if len(subject) <= length else subject[: length - 1] + "…"
    return f"{short(sha)}&nbsp; {in_line(words)}"


def committed_first(number: int | None) -> str:
    """The line on work that this cut-off iteration left, if one did."""
    return "" if number is None else f"Uncommitted work of iteration {number} is committed first."
