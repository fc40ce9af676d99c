"""The one style sheet: resources/styles/app.qss with colours and lengths of the theme put in."""

from __future__ import annotations

import re
from collections.abc import Callable

from ampsm_gui.look.tokens import colors
from ampsm_gui.resources import sheet_images, style_sheet_template

_NAME = re.compile(r"@([\w.]+)@")
_LENGTH = re.compile(r"\bpx\((\d+(?:\.\d+)?)\)(-1)?")


def make_style_sheet(scheme: str, px: Callable[[float], int]) -> str:
    """The sheet of a scheme: `@text.muted@` becomes the colour, `px(4)` that length of the design in pixels, `px(4)-1`
    one pixel less: beside a border that is wider by one, what is inside stays where it is. Raises KeyError for a name
    that the design does not have."""
    named = colors(scheme)
    fields = named["surface.sunken" if scheme == "dark" else "surface.base"]
    images = {f"image.{name}": file.as_posix() for name, file in sheet_images(scheme).items()}
    values = {**named, **images, "field.ground": fields}
    text = _NAME.sub(lambda found: values[found[1]], style_sheet_template())
    return _LENGTH.sub(lambda found: f"{px(float(found[1])) - bool(found[2])}px", text)
