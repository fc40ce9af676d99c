"""The buttons below the wizard: Abort with what it restores, the command to copy, Close, and the one that goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from ampsm_gui.look.plain import plain_label, plain_tip
from ampsm_gui.look.status import StatusLook
from ampsm_gui.look.theme import Theme
from ampsm_gui.widgets.elided_button import ElidedStepButton
from ampsm_gui.widgets.elided_label import ElidedLabel
from ampsm_gui.widgets.label import Label

_COPIED_MS = 1500
_LEAST = 16  # characters of the button that goes on


class WizardFoot(QWidget):
    """Says what each button does by its signals; the wizard decides what stands there.

    Where there is little room the command to copy is a picture, then the words of the button that goes on are cut."""

    abort = Signal()
    copy_asked = Signal()
    close_asked = Signal()
    primary = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "chrome")
        self.abort_button = QPushButton("Abort merge…", self)
        self.abort_button.setObjectName("wizardAbortButton")
        self.note = ElidedLabel(Qt.TextElideMode.ElideRight, self)
        self.note.setProperty("tone", "secondary")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton("Copy command", self)
        self.copy.setObjectName("copyCommandButton")
        self.close_button = QPushButton("Close", self)
        self._glyph = Label(self)
        self._look: StatusLook | None = None
        self.result = ElidedLabel(Qt.TextElideMode.ElideRight, self, least=12)
        self.result.setObjectName("wizardResult")
        self.go_on = ElidedStepButton(self, least=_LEAST)
        self.go_on.setObjectName("wizardPrimaryButton")
        self.go_on.setProperty("role", "primary")
        for button in (self.abort_button, self.copy, self.close_button, self.go_on):
            button.setAutoDefault(False)
        self._copy_words, self._copied = self.copy.text(), False
        self._focus_due = False
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.abort_button)
        self._row.addWidget(self.note, 1)
        for widget in (self.copy, self.close_button, self._glyph, self.result, self.go_on):
            self._row.addWidget(widget)
        self.abort_button.clicked.connect(self.abort)
        self.copy.clicked.connect(self.copy_asked)
        self.close_button.clicked.connect(self.close_asked)
        self.go_on.clicked.connect(self.primary)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_result(None, "")

    def show_abort(self, operation: str | None, restores: str, *, enabled: bool) -> None:
        """The button that gives up, with what that restores; None: there is nothing to give up."""
        self.abort_button.setVisible(operation is not None)
        self.abort_button.setText(f"Abort {operation or ''}…")
        self.abort_button.setEnabled(enabled)
        self.abort_button.setToolTip(plain_tip(restores))
        self.note.setText(restores)
        self._fit()

    def show_primary(self, words: str, tip: str = "", *, enabled: bool) -> None:
        """The one button that goes on; none without words."""
        self.go_on.setVisible(bool(words))
        self.go_on.setText(plain_label(words))
        self.go_on.set_tip(tip)
        self.go_on.setEnabled(enabled)
        self._fit()
        if enabled and self._focus_due:
            self._focus_due = False
            if not _writes(self.window().focusWidget()):
                self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def focus_step(self) -> None:
        """Gives the keys to the button that goes on, as soon as it can be pressed, unless somebody writes then."""
        self._focus_due = True

    @Slot()
    def leave_focus(self) -> None:
        """Somebody has pressed something else meanwhile: the keys stay there."""
        self._focus_due = False

    def show_result(self, look: StatusLook | None, words: str) -> None:
        """What is known of what the button would go on with; nothing is shown of nothing."""
        self._look = look
        self.result.setText(words)
        self.result.setVisible(bool(words))
        self._glyph.setVisible(look is not None)
        self._show_glyph()
        self._fit()

    def show_copy(self, words: str) -> None:
        """What the button that copies says; it goes where there is nothing to copy."""
        self.copy.setVisible(bool(words))
        self._copy_words = words
        self._fit()

    def copied(self, command: str) -> None:
        """Puts a command where it can be pasted."""
        QGuiApplication.clipboard().setText(command)
        self._copied = True
        self._fit()
        QTimer.singleShot(_COPIED_MS, self, self._on_copied)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Whether what copies has its words, or only a picture, so that the rest of the row has room."""
        words = "Copied" if self._copied else self._copy_words
        self.copy.setText(words)
        self.copy.setAccessibleName(words)
        row = [self.abort_button, self.copy, self.close_button, self._glyph, self.result, self.go_on]
        wanted = [widget.sizeHint().width() + self._row.spacing() for widget in row if not widget.isHidden()]
        margins = self._row.contentsMargins()
        is_short = sum(wanted) + margins.left() + margins.right() > self.width()
        if is_short:
            self.copy.setText("")
        self.copy.setToolTip(plain_tip(words if is_short else ""))
        self.copy.setIcon(self._theme.icon("status-check" if is_short and self._copied else "copy"))
        self._row.activate()

    @Slot()
    def _on_copied(self) -> None:
        self._copied = False
        self._fit()

    @Slot()
    def _on_theme_changed(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(12), px(8), px(12), px(8))
        self._row.setSpacing(px(8))
        self.note.setFont(self._theme.font("small"))
        self._show_glyph()
        self.copy.setIconSize(self._theme.icon_size(words=True))
        self.copy.setMinimumWidth(px(40))
        self._fit()

    def _show_glyph(self) -> None:
        if self._look is not None:
            side, ratio = self._theme.px(14), self.devicePixelRatioF()
            self._glyph.setPixmap(self._theme.pixmap(self._look.glyph, self._look.token, side, ratio))


def _writes(widget: QWidget | None) -> bool:
    """Whether it is a text that somebody may be writing."""
    return isinstance(widget, QPlainTextEdit | QLineEdit) and widget.isVisible() and not widget.isReadOnly()
