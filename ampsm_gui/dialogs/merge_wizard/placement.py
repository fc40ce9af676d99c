"""Where the wizard stands and how large it is: over the window, and whole on the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

from ampsm_gui.dialogs.merge_wizard.frame import WizardFrame
from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.timers import single_shot

_SIZE = QSize(1000, 640)
_TITLE_BAR = 32  # px at 100 %, drawn by the system
#: How long after the wizard came the window below may still be put where it stays: both are new when it is asked for at
#: the command line.
_SETTLE_MS = 1000


class WizardPlacement(QObject):
    """Places the wizard once, and again while the window below is not yet where it stays."""

    def __init__(self, wizard: QWidget, frame: WizardFrame, theme: Theme) -> None:
        super().__init__(wizard)
        self._wizard, self._frame, self._theme = wizard, frame, theme
        self._done = False
        self._settled = single_shot(self, _SETTLE_MS, self._on_settled)

    def size(self) -> QSize:
        """As large as the design wants it, and no larger than the window, which it fills where that is small; but so
        large that its buttons are there, if the screen is."""
        below = self._below
        return wanted_size(
            self._theme, below.size() if below else self._screen().size(), self._frame.minimumSizeHint(),
            self._screen().size(),
        )  # fmt: skip

    def place(self) -> None:
        """When the wizard is shown."""
        if self._done:
            return
        self._done = True
        self._put()
        if self._below is not None:
            self._below.installEventFilter(self)
            self._settled.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._settled.isActive() and event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._put()
        return super().eventFilter(watched, event)

    def _put(self) -> None:
        self._wizard.resize(self.size())
        screen, size = self._screen(), self._wizard.size()
        middle = self._below.frameGeometry().center() if self._below is not None else screen.center()
        self._wizard.move(inside(screen, QRect(middle - QRect(QPoint(), size).center(), size)).topLeft())

    def _on_settled(self) -> None:
        if self._below is not None:
            self._below.removeEventFilter(self)

    @property
    def _below(self) -> QWidget | None:
        parent = self._wizard.parentWidget()
        return parent.window() if parent is not None else None

    def _screen(self) -> QRect:
        """What of the screen there is below a title bar; a window that is larger than the screen is drawn without
        one."""
        below = self._below
        found = (below or self._wizard).screen().availableGeometry()
        if below is not None and below.size().boundedTo(found.size()) != below.size():
            found = below.frameGeometry()
        return found.adjusted(0, self._theme.px(_TITLE_BAR), 0, 0)


def wanted_size(theme: Theme, window: QSize, least: QSize, screen: QSize) -> QSize:
    """What the design wants, within the window, and never smaller than what is needed while the screen has that."""
    wanted = QSize(theme.px(_SIZE.width()), theme.px(_SIZE.height())).expandedTo(_SIZE)
    room = QSize(window.width(), window.height() - theme.px(_TITLE_BAR))
    found = room if room.width() < wanted.width() else wanted.boundedTo(room)
    return found.expandedTo(least).boundedTo(screen)


def inside(screen: QRect, place: QRect) -> QRect:
    """The place moved so that all of it is on the screen; of one that is larger, its upper left corner."""
    left = max(screen.left(), min(place.left(), screen.right() + 1 - place.width()))
    top = max(screen.top(), min(place.top(), screen.bottom() + 1 - place.height()))
    return QRect(QPoint(left, top), place.size())
