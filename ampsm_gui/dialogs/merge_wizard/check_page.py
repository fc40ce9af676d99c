"""What stands before a merge or rebase: its checks with their cures, its options, and the commits before and after."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.checking import MergeChecking
from ampsm_gui.dialogs.merge_wizard.cures import check_rows
from ampsm_gui.dialogs.merge_wizard.foreseen import graph_facts, what_stays
from ampsm_gui.dialogs.merge_wizard.leaving import LeavingNotes
from ampsm_gui.models.merge.form import MergeForm
from ampsm_gui.models.merge.message import suggested_message
from ampsm_gui.models.merge.rebase_words import rebase_words
from ampsm_gui.models.merge.words import commits_become, option_titles, option_words
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.merge.checks_list import ChecksList
from ampsm_gui.widgets.merge.graph import MergeGraph
from ampsm_gui.widgets.merge.options import MergeOptionsForm
from ampsm_gui.widgets.merge.sentence_rows import SentenceRows
from ampsm_gui.widgets.rule import Rule

_GRAPH_WIDTH = 300


class CheckPage(QWidget):
    """Checks over options, the graph at the right; narrow, the graph is below the options. Of a rebase there is nothing
    to choose but its target: in the place of options stands what it will do."""

    #: (check, name of the cure)
    cured = Signal(str, str)
    form_changed = Signal()

    def __init__(self, desktop: Desktop, checking: MergeChecking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = desktop.theme
        self._checking = checking
        self._script: str | None = None
        self._name = ""
        self._narrow: bool | None = None
        self.checks = ChecksList(self._theme, self)
        self._form = MergeForm()
        self.options = MergeOptionsForm(self._theme)
        self.sentences = SentenceRows(self._theme)
        self.graph = MergeGraph(self._theme)
        self._leaving = LeavingNotes(desktop, checking.session_id, self)
        self._note = Label()
        self._side = QWidget()
        self._lay_out()
        self.checks.cured.connect(self.cured)
        self.options.changed.connect(self.form_changed)
        checking.checked.connect(self._on_checked)
        self.options.changed.connect(self._want_leaving)
        self._leaving.told.connect(self.options.show_leaving)
        checking.foreseen.connect(self._on_foreseen)
        self._theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.set_narrow(False)

    def show_session(self, session: dict[str, Any]) -> None:
        """Whose merge it is."""
        self._script, self._name = session["scriptCommand"], session["name"]
        self._show_words()

    def show_form(self, form: MergeForm) -> None:
        """What is asked for."""
        self._form = form
        merges = form.operation == "merge"
        self.options.setVisible(merges)
        self.sentences.setVisible(not merges)
        if merges:
            self.options.show_form(form)
        self._show_words()

    @property
    def filled(self) -> MergeForm:
        """What is asked for, as it was filled in."""
        return self.options.form if self._form.operation == "merge" else self._form

    def form(self) -> MergeForm:
        """The same, as the command would be told: a suggestion counts where several commits become one."""
        outlook = self._checking.outlook
        many = outlook is not None and outlook.commits > 1
        return self.options.asked() if many and self._form.operation == "merge" else self.filled

    def take_focus(self, otherwise: QWidget) -> None:
        """Where one begins to write; else the button that begins."""
        (self.options.message.text if self._form.operation == "merge" else otherwise).setFocus()

    def set_narrow(self, narrow: bool) -> None:
        """Whether there is no room beside the options."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._beside.removeWidget(self._side)
        self._inner.removeWidget(self._side)
        self._line.setVisible(not narrow)
        if narrow:
            self._side.setMaximumWidth(16777215)
            self._inner.addWidget(self._side)
        else:
            self._side.setFixedWidth(self._theme.px(_GRAPH_WIDTH))
            self._beside.addWidget(self._side)

    @Slot()
    def _on_checked(self) -> None:
        self.show_checks()
        if not self._checking.checking:
            self._leaving.ask()

    def show_checks(self) -> None:
        """The checks as they are known now; while they are asked again, those from before."""
        judged, outlook = self._checking.judged, self._checking.outlook
        if judged is not None:
            self.checks.show_checks(check_rows(judged, self._script, outlook))
        elif self._checking.problem is not None:
            self.checks.show_checks([])
        self._show_words()

    @Slot()
    def _on_foreseen(self) -> None:
        outlook = self._checking.outlook
        if outlook is not None:
            self.options.set_remotes(outlook.remotes, outlook.remote)
            self.options.suggest_message(suggested_message(self._name, outlook.subjects))
        self.show_checks()

    @Slot()
    def _want_leaving(self) -> None:
        form = self.filled
        self._leaving.set_wanted(form.cleanup and not form.pull_request)

    def _show_words(self) -> None:
        form, outlook = self.filled, self._checking.outlook
        self._want_leaving()
        self.graph.show_facts(graph_facts(form, outlook) if outlook else None)
        self._note.setText(what_stays(form, outlook) if outlook else "")
        if form.operation == "rebase":
            checked, conflicts = self._checking.judged is not None, self._checking.conflicts
            rows = rebase_words(outlook, conflicts, self._script, checked=checked) if outlook else []
            self.sentences.show_rows(rows)
            return
        self.options.show_words(
            option_titles(form, outlook), option_words(form, outlook, self._script), commits_become(outlook)
        )
        self.options.set_can(
            manual=bool(outlook and outlook.manual_commits and outlook.amp_commits), tests=bool(self._script),
            push=outlook is None or bool(outlook.remotes),
        )  # fmt: skip

    def _lay_out(self) -> None:
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body, left = QWidget(), QWidget()
        for widget, ground in ((body, "base"), (self._side, "panel")):
            widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            widget.setProperty("ground", ground)
        self._inner = QVBoxLayout(left)
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._inner.setSpacing(0)
        self._inner.addWidget(self.options)
        self._inner.addWidget(self.sentences, 0, Qt.AlignmentFlag.AlignTop)
        self._line = Rule(self._theme, body, "border.default")
        self._line.setMinimumHeight(0)
        self._line.setMaximumHeight(16777215)
        self._line.setFixedWidth(1)
        self._beside = QHBoxLayout()
        self._beside.setSpacing(0)
        self._beside.addWidget(left, 1)
        self._beside.addWidget(self._line)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.checks)
        column.addLayout(self._beside, 1)
        self._scroll.setWidget(body)
        self._about = QVBoxLayout(self._side)
        self._about.addWidget(self.graph)
        self._about.addWidget(self._note)
        self._about.addStretch(1)
        self._note.setWordWrap(True)
        self._note.setProperty("tone", "secondary")
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._about.setContentsMargins(px(14), px(10), px(14), px(10))
        self._about.setSpacing(px(8))
        self._note.setFont(self._theme.font("small"))
        narrow, self._narrow = self._narrow, None
        self.set_narrow(bool(narrow))
