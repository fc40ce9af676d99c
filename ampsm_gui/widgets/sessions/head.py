"""What stands above the sessions: filter and chips; in the table cleaned-up ones and the repository too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ampsm_gui.look.theme import Theme
from ampsm_gui.models.sessions.filter import SessionFilter
from ampsm_gui.widgets.fields.choice import ChoiceBox
from ampsm_gui.widgets.label import Label
from ampsm_gui.widgets.sessions.filter_field import SessionFilterField
from ampsm_gui.widgets.sessions.status_chips import StatusChips

_ALL = "All"
_ONE_ROW_FROM = 680  # px at 100 %: narrower, what stands above the table stands below one another


class SessionListHead(QWidget):
    """Two rows above the list, one above a table that is wide enough, a button above the rail."""

    filter_changed = Signal(object)
    list_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self._theme = theme
        self._mode = "list"
        self._widen = QToolButton(self)
        self._widen.setToolTip("Show the list")
        self._widen.setAccessibleName("Show the list")
        self.field = SessionFilterField(theme, self)
        self.chips = StatusChips(theme, self)
        self._more = QWidget(self)
        self._cleaned = QCheckBox("Cleaned-up too", self._more)
        self._repository = ChoiceBox(self._more)
        self._build()
        self._on_theme_changed()
        self._widen.clicked.connect(self.list_wanted)
        self.field.textChanged.connect(self._on_changed)
        self.chips.chosen_changed.connect(self._on_changed)
        self._cleaned.toggled.connect(self._on_changed)
        self._repository.currentIndexChanged.connect(self._on_changed)
        theme.changed.connect(self._on_theme_changed)

    @property
    def filter(self) -> SessionFilter:
        """What is chosen. What only the table shows hides nothing in the list."""
        table = self._mode == "table"
        repository = self._repository.currentData() if table else None
        cleaned = table and self._cleaned.isChecked()
        return SessionFilter(self.field.text(), self.chips.chosen, repository, cleaned)

    def set_filter(self, chosen: SessionFilter) -> None:
        """Puts the fields so that they say this."""
        was = self.blockSignals(True)
        self.field.setText(chosen.text)
        self.chips.choose(chosen.statuses)
        self._repository.setCurrentIndex(max(0, self._repository.findData(chosen.repository)))
        self._cleaned.setChecked(chosen.include_cleaned)
        self.blockSignals(was)
        self._on_changed()

    def set_repositories(self, names: Sequence[str]) -> None:
        """What can be chosen; the choice stays."""
        if [self._repository.itemData(index) for index in range(1, self._repository.count())] == list(names):
            return
        chosen = self._repository.currentData()
        was = self._repository.blockSignals(True)
        self._repository.clear()
        self._repository.addItem(_ALL, None)
        for name in names:
            self._repository.addItem(name, name)
        self._repository.setCurrentIndex(max(0, self._repository.findData(chosen)))
        self._repository.blockSignals(was)

    def show_cleaned(self, shown: bool) -> None:
        """Lists cleaned-up sessions too, in the table."""
        self._cleaned.setChecked(shown)

    def set_mode(self, mode: str) -> None:
        """Lays itself out for rail, list or table."""
        self._mode = mode
        rail = mode == "rail"
        self._widen.setVisible(rail)
        self.field.setVisible(not rail)
        self.chips.setVisible(not rail)
        self._more.setVisible(mode == "table")
        self._lay_out()
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._theme.color("border.default"))

    def _build(self) -> None:
        self._repository.setAccessibleName("Repository")
        self._repository.addItem(_ALL, None)
        self._repository.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._repository.setMinimumContentsLength(12)
        label = Label("Repository", self._more)
        label.setProperty("tone", "secondary")
        label.setBuddy(self._repository)
        row = QHBoxLayout(self._more)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._cleaned, label, self._repository):
            row.addWidget(widget)
        self._more.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._more.hide()
        self._widen.hide()
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.addWidget(self._widen, 0, Qt.AlignmentFlag.AlignHCenter)
        self._layout.addWidget(self.field)
        self._layout.addWidget(self.chips, 1)
        self._layout.addWidget(self._more)

    def _lay_out(self) -> None:
        px = self._theme.px
        rail, direction = self._mode == "rail", QBoxLayout.Direction
        beside = self._mode == "table" and self.width() >= px(_ONE_ROW_FROM)
        self._layout.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        side = 0 if rail else px(8)
        self._layout.setContentsMargins(side, px(8), side, px(8) + 1)
        self._layout.setSpacing(px(8))
        self._size_field(beside)

    def _size_field(self, beside: bool) -> None:
        widest = min(self._theme.px(300), max(self._theme.px(120), self.width() // 4))
        self.field.setMinimumWidth(widest if beside else 0)
        self.field.setMaximumWidth(widest if beside else 16_777_215)

    @Slot()
    def _on_changed(self) -> None:
        self.filter_changed.emit(self.filter)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._widen.setIcon(self._theme.icon("list"))
        self._widen.setIconSize(self._theme.icon_size())
        self._lay_out()
