"""What can be chosen for a merge: its message, whose commits stay apart, and what is done besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.fields.commit_field import CommitField
from ampsm_gui.widgets.label import Label, MarkupLabel
from ampsm_gui.widgets.merge.option_rows import OptionRows

_MANUAL = (("folded in", True), ("kept apart", False))


class MergeOptionsForm(QWidget):
    """Shows a form and says when somebody has changed it."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._form = MergeForm()
        self._default: str | None = None  # the remote that is meant where none is named
        self.message = CommitField(theme, self)
        self.message.text.setObjectName("mergeMessage")
        self.manual = ChoiceBox(self)
        self.manual.setObjectName("mergeManual")
        self.manual.setAccessibleName("Manual commits")
        for words, include in _MANUAL:
            self.manual.addItem(words, include)
        self._manual_title = Label("Manual commits are", self)
        self._become = ElidedLabel(Qt.TextElideMode.ElideRight, self)
        self._rows = OptionRows(theme, self)
        self.boxes, self.remote, self.patch = self._rows.boxes, self._rows.remote, self._rows.patch
        self._leaving = MarkupLabel(self)
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    @property
    def form(self) -> MergeForm:
        """What is asked for now."""
        return self._form

    def show_form(self, form: MergeForm) -> None:
        """Shows another one; nobody is told."""
        self._form = form
        widgets = (self.message, self.message.text, self.manual, self.patch, self.remote, *self.boxes.values())
        blockers = [QSignalBlocker(widget) for widget in widgets]
        if form.message is not None and form.message != self.message.message():
            self.message.set_message(form.message)
        self.manual.setCurrentIndex(self.manual.findData(form.include))
        for name, box in self.boxes.items():
            box.setChecked(bool(getattr(form, name)))
        if form.patch != self.patch.text():
            self.patch.setText(form.patch)
        del blockers
        self.message.show_length()
        self._show_state()

    def suggest_message(self, message: str) -> None:
        """What stands there while nobody has written a message; that nobody has stays so."""
        if self._form.message is None and message != self.message.message():
            blockers = [QSignalBlocker(widget) for widget in (self.message, self.message.text)]
            self.message.set_message(message)
            del blockers
            self.message.show_length()

    def asked(self) -> MergeForm:
        """The form with the message that stands there, whoever wrote it."""
        return self._form.with_message(self.message.message())

    def set_remotes(self, remotes: Sequence[str], default: str | None) -> None:
        """Where the target can be pushed. Without a `default` the first one is named as soon as one is needed."""
        self._default = default
        wanted = [*([default] if default else []), *(name for name in remotes if name != default)]
        if wanted != [self.remote.itemText(at) for at in range(self.remote.count())]:
            blocker = QSignalBlocker(self.remote)
            self.remote.clear()
            self.remote.addItems(wanted)
            del blocker
        at = self.remote.findText(self._form.remote or default or "")
        self.remote.setCurrentIndex(max(at, 0))
        self._show_state()

    def show_words(self, titles: Mapping[str, str], words: Mapping[str, str], become: str) -> None:
        """What each option is called and will do."""
        self._rows.show_words(titles, words)
        self._become.setText(become)

    @Slot(str)
    def show_leaving(self, html: str) -> None:
        """What a cleanup would not keep; nothing is shown of nothing."""
        self._leaving.setText(html)
        self._leaving.setVisible(bool(html))

    def set_can(self, *, manual: bool, tests: bool, push: bool) -> None:
        """What there is to choose: whether commits are of both kinds, whether there are tests and a remote."""
        self._manual = manual
        self._tests, self._push = tests, push
        self._show_state()

    def _show_state(self) -> None:
        form = self._form
        blocker = QSignalBlocker(self.boxes["export"])
        self.boxes["export"].setChecked(form.export)
        del blocker
        self.message.setEnabled(not form.keep)
        self._manual_title.setVisible(self._manual)
        self.manual.setVisible(self._manual)
        self.manual.setEnabled(not form.keep)
        self.boxes["test"].setEnabled(self._tests)
        self.boxes["push"].setEnabled(self._push and not form.pull_request)
        self.boxes["pull_request"].setEnabled(self._push)
        self.boxes["merge_commit"].setEnabled(not form.pull_request)
        self.boxes["cleanup"].setEnabled(not form.pull_request)
        asks_remote = self.remote.count() > 1 and (form.push or form.pull_request)
        self._rows.show_fields(remote=asks_remote, patch=form.export)

    @Slot()
    def _on_message(self) -> None:
        self._change(message=self.message.message())

    @Slot(int)
    def _on_manual(self, _index: int) -> None:
        self._change(include=bool(self.manual.currentData()))

    @Slot(int)
    def _on_remote(self, index: int) -> None:
        self._change(remote=self.remote.itemText(index) if index > 0 else None)

    @Slot(str)
    def _on_patch(self, text: str) -> None:
        self._change(patch=text, export=bool(text) or self._form.export)

    @Slot()
    def _on_box(self) -> None:
        self._change(**{name: box.isChecked() for name, box in self.boxes.items()})

    def _change(self, **values: object) -> None:
        form = replace(self._form, **values)  # type: ignore[arg-type]
        if (form.push or form.pull_request) and not form.remote and self._default is None and self.remote.count():
            form = replace(form, remote=self.remote.currentText())
        if form != self._form:
            self._form = form
            self._show_state()
            self.changed.emit()

    def _connect(self) -> None:
        self.message.edited.connect(self._on_message)
        self.manual.currentIndexChanged.connect(self._on_manual)
        self.remote.currentIndexChanged.connect(self._on_remote)
        self.patch.textChanged.connect(self._on_patch)
        for box in self.boxes.values():
            box.toggled.connect(self._on_box)

    def _lay_out(self) -> None:
        self._manual, self._tests, self._push = False, False, False
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.message)
        self._manual_row = QHBoxLayout()
        self._manual_row.addWidget(self._manual_title)
        self._manual_row.addWidget(self.manual)
        self._manual_row.addWidget(self._become, 1)
        self._column.addLayout(self._manual_row)
        self._column.addWidget(self._rows)
        self._column.addWidget(self._leaving)
        self._leaving.setWordWrap(True)
        self._leaving.setProperty("tone", "muted")
        self._leaving.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._leaving.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.show_leaving("")
        self._column.addStretch(1)
        self._become.setProperty("tone", "secondary")
        self._become.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(8), px(14), px(8))
        self._column.setSpacing(px(8))
        self._manual_row.setSpacing(px(8))
        for label in (self._become, self._leaving):
            label.setFont(self._theme.font("small"))
