"""The fields of a new session, and what is known about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ampsm.workflows.session import BaseFacts
from ampsm_gui.look import figures
from ampsm_gui.look.theme import Theme
from ampsm_gui.models.new_session.form import NewSessionForm, Problem
from ampsm_gui.models.new_session.look import Choices, RepositoryLook
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.fields.field import Field, Form
from ampsm_gui.widgets.fields.repository_picker import PlainComboBox, RepositoryPicker
from ampsm_gui.widgets.fields.text_box import TextBox
from ampsm_gui.widgets.label import Label

_PROMPT_LINES = 5
_TYPING_MS = 1000
#: Reasons for which the focus goes, and comes back.
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)
_NEEDED = {
    "repository": "Choose the repository to work in.",
    "name": "Give the session a name.",
    "prompt": "Say what the agent shall do.",
}


class NewSessionFields(QWidget):
    """`edited` at every change; `left` when the focus leaves a field: from then on it may say that it is empty, if it
    was filled before. While somebody types in one, nothing is wrong with it yet."""

    edited = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filled: set[str] = set()  # fields that have held words of somebody
        self._touched: set[str] = set()  # and were left
        self._typing = single_shot(self, _TYPING_MS, self.left)
        self.repository = RepositoryPicker(theme, self)
        self.allow_dirty = QCheckBox("Create the session without them", self)
        self.allow_dirty.setObjectName("newSessionAllowDirty")
        self.base = PlainComboBox(self)
        self.fetch = QCheckBox("Fetch first", self)
        self.fetch.setObjectName("newSessionFetch")
        self.fetch.setToolTip("Asks the remote for its newest commits before the session is made; no branch moves")
        self.name = QLineEdit(self)
        self.prompt = TextBox(theme, _PROMPT_LINES, self)
        self.prompt.setPlaceholderText("What the agent shall do")
        self.script = PlainComboBox(self)
        self.script.line.setPlaceholderText("none")
        self.model = PlainComboBox(self)
        self.model.line.setPlaceholderText("Amp’s default")
        self.start = QCheckBox("Start the first iteration at once", self)
        self.start.setObjectName("newSessionStart")
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    # What is filled in

    def form(self) -> NewSessionForm:
        """All fields as they are now."""
        return NewSessionForm(
            repository=self.repository.path, base=self.base.currentText(), name=self.name.text(),
            prompt=self.prompt.toPlainText(), script=self.script.currentText(), model=self.model.currentText(),
            allow_dirty=self.allow_dirty.isChecked(), start=self.start.isChecked(),
        ).stripped()  # fmt: skip

    def set_form(self, form: NewSessionForm) -> None:
        """Fills all fields."""
        self.repository.set_path(form.repository)
        self.base.setEditText(form.base)
        self.name.setText(form.name)
        self.prompt.setPlainText(form.prompt)
        self.script.setEditText(form.script)
        self.model.setEditText(form.model)
        self.allow_dirty.setChecked(form.allow_dirty)
        self.start.setChecked(form.start)

    def set_choices(self, found: Choices) -> None:
        """What can be chosen; without a repository yet, the first of the recent ones is put in. It stands first."""
        if not self.repository.path and found.repositories:
            self.repository.set_path(found.repositories[0])
        here = [path for path in found.repositories if path == self.repository.path]
        self.repository.set_recent(list(dict.fromkeys([*here, *found.repositories])))
        _fill(self.script, found.scripts)

    def set_models(self, models: Sequence[str]) -> None:
        """The models and modes that can be chosen."""
        _fill(self.model, models)

    def focus_first_empty(self) -> None:
        """Goes to the first field that needs something."""
        widgets: dict[str, QWidget] = {"repository": self.repository.combo, "name": self.name, "prompt": self.prompt}
        missing = self.form().missing()
        first = next((name for name in ("name", "prompt", "repository") if name in missing), "name")
        widgets[first].setFocus()

    # What is known

    def show_look(self, look: RepositoryLook, base: str) -> None:
        """The branches of the repository, the exact commit of the base, and how far that is behind."""
        branches = look.repository.branches if look.repository else ()
        _fill(self.base, [branch.name for branch in branches])
        self.base.line.setPlaceholderText(look.repository.default_base if look.repository else "default branch")
        self._base.set_facts(self._base_facts(look.base))
        if look.base is None or not look.base.behind:
            self._base.warning.say("")
            return
        branch, behind = look.base.branch or base, look.base.behind
        upstream = next((found.upstream or "" for found in branches if found.name == branch), "")
        commits = figures.count(behind, "commit")
        self._upstream = upstream
        link = f"Use {upstream}" if upstream else ""
        self._base.warning.say(f"{commits} behind {upstream or 'its upstream'}.", link, self._on_use_upstream)

    def show_problems(self, problems: Mapping[str, Problem], missing: Sequence[str], *, dirty: bool) -> None:
        """Each problem at its field; that a field is empty only once it was left."""
        for name, field in self._fields.items():
            problem = problems.get(name)
            if self._typing.isActive() and _has_focus(field.control):
                field.set_problem("")
            elif problem is not None:
                self._instead = problem.instead
                link = f"Use {problem.instead}" if problem.instead else ""
                field.set_problem(problem.message, problem.hint, link, self._on_use_instead)
            else:
                field.set_problem(_NEEDED[name] if name in missing and name in self._touched else "")
        refused = problems.get("repository")
        offered = dirty or (refused is not None and refused.code == "uncommitted-changes")
        self.allow_dirty.setVisible(offered or self.allow_dirty.isChecked())
        form = self.form()
        known = f"Branch <span style='font-family:monospace'>{escape(form.branch())}</span>" if form.name else ""
        self._name.set_facts(known)

    def reveal(self, name: str) -> None:
        """Scrolls to a field and goes there."""
        field = self._fields[name]
        field.control.setFocus()
        area = self._scroll_area()
        if area is not None:
            area.ensureWidgetVisible(field)

    # Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and event.reason() not in _STAYS:
            if (name := str(watched.property("field") or "")) in self._filled:
                self._touched.add(name)
            self._typing.stop()
            self.left.emit()
        return super().eventFilter(watched, event)

    # Slots

    @Slot()
    def _on_edited(self) -> None:
        missing = self.form().missing()
        self._filled |= {name for name in _NEEDED if name not in missing}
        if any(_has_focus(field.control) for field in (self._repository, self._base)):
            self._typing.start()
        self.edited.emit()

    @Slot()
    def _on_use_instead(self) -> None:
        self.base.setEditText(self._instead)

    @Slot()
    def _on_use_upstream(self) -> None:
        self.base.setEditText(self._upstream)

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._theme
        for combo, width in ((self.base, 240), (self.script, 300), (self.model, 180)):
            combo.setMinimumWidth(theme.px(width))
        for label in self._small:
            label.setFont(theme.font("small"))
        self.script.line.setFont(theme.font("mono"))

    # The rest

    def _base_facts(self, base: BaseFacts | None) -> str:
        if base is None:
            return ""
        color = self._theme.color("text.secondary").name()
        return f"<code style='color:{color}'>{base.sha[:10]}</code> {escape(base.subject)}"

    def _scroll_area(self) -> QScrollArea | None:
        widget: QWidget | None = self
        while widget is not None and not isinstance(widget, QScrollArea):
            widget = widget.parentWidget()
        return widget

    def _connect(self) -> None:
        self._upstream = self._instead = ""
        self.repository.changed.connect(self._on_edited)
        for combo in (self.base, self.script, self.model):
            combo.editTextChanged.connect(self._on_edited)
        self.name.textChanged.connect(self._on_edited)
        self.prompt.textChanged.connect(self._on_edited)
        for box in (self.start, self.allow_dirty, self.fetch):
            box.toggled.connect(self._on_edited)
        watched: dict[str, QWidget] = {
            "repository": self.repository.combo,
            "name": self.name,
            "prompt": self.prompt,
            "base": self.base,
        }
        for name, widget in watched.items():
            widget.setProperty("field", name)
            widget.installEventFilter(self)

    def _lay_out(self) -> None:
        theme = self._theme
        form = Form(theme, self)
        picker = self.repository
        self._repository = Field(
            theme, "newSessionRepository", "&Repository", picker.combo, form, around=picker, line=True
        )
        self._base = Field(theme, "newSessionBase", "&Base", self.base, form, stretch=0, line=True)
        self._base.row.addWidget(self.fetch)
        self._base.row.addStretch(1)
        self._name = Field(theme, "newSessionName", "&Name", self.name, form, line=True)
        self._prompt = Field(theme, "newSessionPrompt", "&Prompt", self.prompt, form, line=True)
        self._script = Field(theme, "newSessionScript", "&Test script", self.script, form, stretch=0)
        after = self._muted("runs after every iteration")
        self._script.row.addWidget(after, 1)
        self._model = Field(theme, "newSessionModel", "&Model", self.model, form, stretch=0)
        self._model.row.addStretch(1)
        self._model.row.addWidget(self.start)
        self._fields = {
            "repository": self._repository, "base": self._base, "name": self._name, "prompt": self._prompt,
            "script": self._script, "model": self._model,
        }  # fmt: skip
        self.allow_dirty.setToolTip("Or stage, commit or stash the changes first")
        self._repository.offer(self.allow_dirty)
        self._small: list[QWidget] = [after, self.allow_dirty]
        for name, field in self._fields.items():
            form.add(field, stretch=1 if name == "prompt" else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)

    def _muted(self, words: str) -> QLabel:
        label = Label(words, self)
        label.setProperty("tone", "muted")
        return label


def _has_focus(control: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is control or control.isAncestorOf(focus))


def _fill(combo: PlainComboBox, words: Sequence[str]) -> None:
    """Other suggestions; what stands in the field stays."""
    text = combo.currentText()
    combo.blockSignals(True)
    combo.clear()
    combo.addItems(list(words))
    combo.setCurrentIndex(-1)
    combo.setEditText(text)
    combo.blockSignals(False)
