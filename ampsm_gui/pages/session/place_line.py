"""Where a session's work is and how large: branch, base with its commit, ahead and behind, size of the change."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_tip
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label, MarkupLabel

_BASE_TO = 200  # px at 100 %: a longer name of the base loses its middle


class PlaceLine(QWidget):
    """One line below the sentence."""

    copied = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: dict[str, Any] | None = None
        self._icon = Label(self)
        self.branch = ElidedLabel(Qt.TextElideMode.ElideMiddle, self)
        self.branch.setProperty("tone", "secondary")
        self.copy_button = QToolButton(self)
        self.copy_button.setToolTip("Copy branch")
        self.copy_button.setAccessibleName("Copy branch")
        self.base = ElidedLabel(Qt.TextElideMode.ElideMiddle, self, least=16)
        self.commit = MarkupLabel(self)
        self.position = Label(self)
        self.change = MarkupLabel(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for part in (self._icon, self.branch, self.copy_button, self.base, self.commit, self.position, self.change):
            self._row.addWidget(part)
        self._row.insertSpacing(3, 4)
        self._row.addStretch(1)
        for label in (self.base, self.commit, self.position, self.change):
            label.setProperty("tone", "muted")
        self.copy_button.clicked.connect(self._on_copy)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_view(self, view: dict[str, Any]) -> None:
        """What the document of `view_session` says of it."""
        self._view = view
        session, git, change = view["session"], view["git"], view.get("change")
        self.branch.setText(session["branch"])
        base, sha = session["baseBranch"], f"<code>{session['baseSha'][:10]}</code>"
        self.base.setText(f"from {base}" if base else "from")
        self.commit.setText(f"at {sha}" if base else sha)
        self.commit.setToolTip(plain_tip(session["baseSha"]))
        ahead, behind = git.get("ahead"), git.get("behind")
        known = ahead is not None and behind is not None
        self.position.setText(f"↑{ahead} ↓{behind}" if known else "")
        self.position.setToolTip(
            plain_tip(f"{figures.count(ahead, 'commit')} ahead of {base}, {behind:,} behind") if known else ""
        )
        self.change.setText(self._size(change) if change and change["files"] else "")

    def _size(self, change: dict[str, int]) -> str:
        added, removed = self._theme.color("success.text").name(), self._theme.color("danger.text").name()
        return (
            f"<span style='color:{added}'>+{change['insertions']:,}</span> "
            f"<span style='color:{removed}'>{figures.MINUS}{change['deletions']:,}</span> "
            f"in {figures.count(change['files'], 'file')}"
        )

    @Slot()
    def _on_copy(self) -> None:
        self.copied.emit(self.branch.text())

    @Slot()
    def _on_theme_changed(self) -> None:
        theme, px = self._theme, self._theme.px
        for label in (self.base, self.commit, self.position, self.change):
            label.setFont(theme.font("small"))
        self.branch.setFont(theme.font("mono"))
        self._icon.setPixmap(theme.pixmap("branch", "text.muted", px(12), self.devicePixelRatioF()))
        self.copy_button.setIcon(theme.icon("copy"))
        self.copy_button.setIconSize(theme.icon_size())
        self.base.setMaximumWidth(px(_BASE_TO))
        self._row.setSpacing(px(6))
        if self._view is not None:
            self.show_view(self._view)
