"""The theme: which scheme is in force, and every colour, font, icon and length of it."""

from __future__ import annotations

from itertools import product

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QStyleFactory

from ampsm_gui.look.icons import draw_icon
from ampsm_gui.look.palette import make_palette
from ampsm_gui.look.sheet import make_style_sheet
from ampsm_gui.look.tokens import SCHEMES, colors, type_factor

PREFERENCES = ("system", *SCHEMES)
_DESIGN_FONT_HEIGHT = 16
_BEFORE_WORDS = 3  # px at 100 % between an icon and the words of its button, beside the 4 that Qt leaves


class Theme(QObject):
    """What the application looks like. One is made for the application and handed to whatever paints.

    `preference` is `system`, `light` or `dark`. `QStyleHints.setColorScheme` changes nothing without a platform theme,
    so it is kept here; `system` follows the hint, else the lightness of the palette at the start.
    """

    changed = Signal()

    def __init__(self, app: QApplication, preference: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._first_lightness = app.palette().color(QPalette.ColorRole.Window).lightness()
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._height = _DESIGN_FONT_HEIGHT
        self.preference = preference
        self._scheme = self._wanted_scheme()
        app.setStyle(QStyleFactory.create("Fusion"))
        self._set_digits()
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    @property
    def scheme(self) -> str:
        """`light` or `dark`."""
        return self._scheme

    @property
    def f(self) -> int:
        """The height of the system font in pixels; 16 at 100 %."""
        return self._height

    @property
    def glyph(self) -> int:
        """The side of the shapes of statuses, in chips and the like."""
        return self.px(12)

    def px(self, pixels: float) -> int:
        """A length of the design at 100 %, in pixels of this font size; at least 1."""
        return max(1, round(pixels * self.f / _DESIGN_FONT_HEIGHT))

    def color(self, token: str) -> QColor:
        """A colour by its dotted name. Raises KeyError for a name that the design does not have."""
        return QColor(colors(self._scheme)[token])

    def plot(self, index: int) -> QColor:
        """The colour of the n-th series of a plot; grey from the ninth on."""
        return QColor(colors(self._scheme).get(f"plot.{index}", colors(self._scheme)["text.muted"]))

    def font(self, role: str = "body", weight: int = 400) -> QFont:
        """The font of a type role (caption, small, body, title, heading, mono) in a weight of 400, 500 or 600."""
        base = self._app.font()
        size = QFontInfo(base).pointSizeF() * type_factor(role)
        if role == "mono":
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            font.setStyleHint(QFont.StyleHint.Monospace)
        else:
            font = QFont(base)
        font.setPointSizeF(max(1.0, size))
        font.setWeight(QFont.Weight(weight))
        return font

    def icon(self, name: str, token: str = "text.secondary") -> QIcon:
        """An icon for buttons and menus; greyed where disabled. Ask again after `changed`."""
        found = self._icons.get((name, token))
        if found is None:
            found = self._icons[name, token] = QIcon()
            for side, ratio in product((self.f, self.glyph), (1.0, 2.0)):
                for mode, shown in ((QIcon.Mode.Normal, token), (QIcon.Mode.Disabled, "text.disabled")):
                    pixmap = self.pixmap(name, shown, side, ratio)
                    found.addPixmap(pixmap, mode)
                    found.addPixmap(_widened(pixmap, self.icon_size(side, words=True)), mode)
        return found

    def pixmap(self, name: str, token: str, size: int | None = None, ratio: float = 1.0) -> QPixmap:
        """An icon as a pixmap of `size` logical pixels (default: the font's height), cached."""
        key = (name, token, size or self.f, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            table = colors(self._scheme)
            found = draw_icon(name, table[token], table["surface.base"], size or self.f, ratio)
            self._pixmaps[key] = found
        return found

    def paint_icon(self, painter: QPainter, rect: QRect, name: str, token: str) -> None:
        """Paints an icon centred in `rect`, crisp at the painter's pixel ratio."""
        size = min(rect.width(), rect.height())
        target = QRect(0, 0, size, size)
        target.moveCenter(rect.center())
        painter.drawPixmap(target, self.pixmap(name, token, size, painter.device().devicePixelRatioF()))

    def icon_size(self, side: int | None = None, *, words: bool = False) -> QSize:
        """The size of icons of `side` (default: the font's height, or `glyph`) in tool bars and buttons. With `words`
        beside them, room is left before these: Qt's own is too little, and no style can give it more."""
        side = side or self.f
        return QSize(side + self.px(_BEFORE_WORDS) if words else side, side)

    def set_preference(self, preference: str) -> None:
        """Changes to `system`, `light` or `dark`, live."""
        if preference not in PREFERENCES:
            raise ValueError(preference)
        self.preference = preference
        self._change()

    @Slot()
    def _on_system_scheme_changed(self) -> None:
        if self.preference == "system":
            self._change()

    def _change(self) -> None:
        wanted = self._wanted_scheme()
        if wanted != self._scheme:
            self._scheme = wanted
            self._apply()

    def _apply(self) -> None:
        self._height = QFontMetrics(self._app.font()).height()
        self._app.setPalette(make_palette(colors(self._scheme)))
        self._app.setStyleSheet(make_style_sheet(self._scheme, self.px))
        self._pixmaps.clear()
        self._icons.clear()
        self.changed.emit()

    def _wanted_scheme(self) -> str:
        if self.preference in SCHEMES:
            return self.preference
        hint = QGuiApplication.styleHints().colorScheme()
        if hint != Qt.ColorScheme.Unknown:
            return "dark" if hint == Qt.ColorScheme.Dark else "light"
        return "dark" if self._first_lightness < 128 else "light"

    def _set_digits(self) -> None:
        font = self._app.font()
        font.setFeature(QFont.Tag("tnum"), 1)  # figures of equal width, inherited by every widget
        self._app.setFont(font)


def _widened(pixmap: QPixmap, size: QSize) -> QPixmap:
    """With nothing at its right."""
    ratio = pixmap.devicePixelRatio()
    found = QPixmap(size * ratio)
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return found
