"""Colours can be read, icons take the colour of the theme, lengths follow the font."""

from __future__ import annotations

import re
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QPushButton, QRadioButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ampsm.system.paths import resources_dir
from ampsm_gui.look.sheet import make_style_sheet
from ampsm_gui.look.status import SESSION_ORDER, check_look, iteration_look, session_look
from ampsm_gui.look.theme import Theme
from ampsm_gui.look.tokens import SCHEMES, colors
from tests.gui.contrast import contrast

GROUNDS = ("chrome", "panel", "base", "raised", "sunken", "hover")
TEXTS = ("text.secondary", "text.muted", "accent.text", "success.text", "warning.text", "danger.text", "info.text",
         "running.text")  # fmt: skip
ICONS = sorted(file.stem for file in (resources_dir() / "icons").glob("*.svg"))
SYNTAX = [name for name in colors("light") if name.startswith("syntax.")]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_surface(scheme: str) -> None:
    table = colors(scheme)
    grounds = [f"surface.{name}" for name in GROUNDS] + ["selection.active", "selection.inactive"]
    for ground in grounds:
        assert contrast(table["text.primary"], table[ground]) >= 7, ground
        for text in TEXTS:
            assert contrast(table[text], table[ground]) >= 4.5, (text, ground)
    for role in ("success", "warning", "danger", "info", "running"):
        assert contrast(table[f"{role}.text"], table[f"{role}.tint"]) >= 4.5, role
    assert contrast(table["accent.onFill"], table["accent.fill"]) >= 4.5
    assert contrast(table["danger.onFill"], table["danger.fill"]) >= 4.5
    for ground in ("chrome", "panel", "base", "raised", "sunken"):
        assert contrast(table["border.control"], table[f"surface.{ground}"]) >= 3, ground


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["addedLine", "addedWord", "removedLine", "removedWord"])
def test_code_can_be_read_in_a_diff(scheme: str, kind: str) -> None:
    table = colors(scheme)
    for palette in ("diff", "diffBlueOrange"):
        for name in SYNTAX:
            assert contrast(table[name], table[f"{palette}.{kind}"]) >= 4.5, (name, palette)


def test_every_status_has_a_word_a_shape_of_its_own_and_a_colour(theme: Theme) -> None:
    looks = [session_look(status) for status in SESSION_ORDER]
    assert [look.word for look in looks] == ["Needs you", "Failed", "Running", "Ready", "Merged"]
    assert len({look.glyph for look in looks}) == len(looks)
    statuses = ("running", "succeeded", "failed", "cancelled", "timed-out", "interrupted")
    for look in [*looks, *map(iteration_look, statuses), *map(check_look, ("pass", "warn", "fail", "skip"))]:
        assert theme.color(look.token).isValid()
        assert theme.color(look.tint).isValid()
        assert look.glyph in ICONS
    assert session_look("cleaned-up").word == "Cleaned up"
    assert session_look("of-a-newer-program").word == "Of-a-newer-program"


def test_a_button_with_the_focus_has_one_ring_and_no_dots_inside(theme: Theme, qtbot: QtBot) -> None:
    for kind in (QPushButton, QToolButton, QCheckBox):
        window = QWidget()
        qtbot.addWidget(window)
        row = QHBoxLayout(window)
        buttons = [kind(window) for _ in range(2)]
        for button in buttons:
            button.setText("Remove")
            row.addWidget(button)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        buttons[1].setFocus(Qt.FocusReason.TabFocusReason)
        inside = buttons[0].rect().adjusted(3, 3, -3, -3)
        before = buttons[0].grab(inside).toImage()
        QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
        assert buttons[0].hasFocus()
        assert buttons[0].grab(inside).toImage() == before, kind


def _lengths(height: int, pixels: float) -> int:
    return max(1, round(pixels * height / 16))


def test_a_wider_border_leaves_what_is_inside_where_it_is() -> None:
    """With fonts of every size: else words that just had room are cut when the focus comes."""
    for height in range(8, 40):
        sheet = make_style_sheet("light", partial(_lengths, height))
        insets = {}
        for selectors, border, padding in re.findall(
            r"^(.+) {.* border: (\d)px.* padding: ([^;]+);", sheet, re.MULTILINE
        ):
            for selector in selectors.split(", "):
                insets[selector] = [int(border) + int(one.removesuffix("px")) for one in padding.split()]
        wider = {one: re.sub(r":focus|\[problem=.*\]", "", one) for one in insets if re.search(":focus|problem", one)}
        assert len(wider) >= 14
        assert {one: insets[one] for one in wider} == {one: insets[plain] for one, plain in wider.items()}, height


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_what_is_chosen_and_what_could_be_is_seen(
    theme: Theme, qtbot: QtBot, scheme: str, kind: type[QCheckBox | QRadioButton]
) -> None:
    theme.set_preference(scheme)
    window = QWidget()
    qtbot.addWidget(window)
    button = kind("", window)
    window.show()
    cases = ((False, True, "border.control"), (True, True, "accent.fill"), (True, False, "text.disabled"))
    for checked, enabled, token in cases:
        button.setChecked(checked)
        button.setEnabled(enabled)
        image = button.grab().toImage()
        shown = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert QColor(colors(scheme)[token]).name() in shown, (checked, enabled, shown)
        assert not checked or QColor(colors(scheme)["accent.onFill"]).name() in shown
    button.setEnabled(True)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button.setFocus()
    with_keys = button.grab().toImage()
    button.clearFocus()
    assert button.grab().toImage() != with_keys


@pytest.mark.parametrize("scheme", SCHEMES)
def test_icons_are_drawn_in_the_colour_of_the_theme(theme: Theme, scheme: str) -> None:
    theme.set_preference(scheme)
    wanted = theme.color("danger.text")
    for name in ICONS:
        image = QImage(32, 32, QImage.Format.Format_ARGB32)
        image.fill(theme.color("surface.base"))
        painter = QPainter(image)
        theme.paint_icon(painter, QRect(0, 0, 32, 32), name, "danger.text")
        painter.end()
        seen = {image.pixelColor(x, y).name() for x in range(32) for y in range(32)}
        assert wanted.name() in seen, name


def test_the_theme_changes_live_and_falls_back_to_the_system(theme: Theme, qapp: QApplication) -> None:
    changes: list[str] = []
    theme.changed.connect(lambda: changes.append(theme.scheme))
    theme.set_preference("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(colors("dark")["surface.chrome"])
    inactive = qapp.palette().color(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight)
    assert inactive == QColor(colors("dark")["selection.inactive"])
    theme.set_preference("dark")
    theme.set_preference("light")
    assert changes == ["dark", "light"]
    theme.set_preference("system")
    assert theme.scheme in SCHEMES
    with pytest.raises(ValueError, match="purple"):
        theme.set_preference("purple")
    with pytest.raises(KeyError):
        theme.color("text.loud")


def test_lengths_and_the_sheet_follow_the_font(theme: Theme, qapp: QApplication) -> None:
    before = QFont(qapp.font())
    small, sheet = theme.px(16), make_style_sheet("light", theme.px)
    large = QFont(before)
    large.setPointSizeF(before.pointSizeF() * 1.5)
    try:
        qapp.setFont(large)
        theme._apply()
        assert theme.px(16) == theme.f > small
        assert make_style_sheet("light", theme.px) != sheet
        assert theme.font("title").pointSizeF() > theme.font("body").pointSizeF() > theme.font("caption").pointSizeF()
        assert theme.px(0.01) == 1
    finally:
        qapp.setFont(before)
        theme._apply()
