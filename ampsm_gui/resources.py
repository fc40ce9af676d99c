"""The only place that knows the file names of icons and styles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ampsm.system.paths import resources_dir


def tokens_file() -> Path:
    """Colours, sizes and status shapes of both themes, as JSON."""
    return resources_dir() / "styles" / "tokens.json"


def style_sheet_template() -> str:
    """The style sheet with `@token@` where a colour and `px(n)` where a length of the design goes."""
    return (resources_dir() / "styles" / "app.qss").read_text("utf-8")


def sheet_images(scheme: str) -> dict[str, Path]:
    """The arrow of pop-up fields and the tick of check boxes: a style sheet takes images only from files."""
    return {name: resources_dir() / "styles" / f"{name}-{scheme}.svg" for name in ("chevron", "tick")}


@cache
def icon_source(name: str) -> str:
    """The SVG text of an icon, drawn on a 16-grid in `currentColor` (and `groundColor` where its mark is punched out).

    Raises FileNotFoundError for a name that is no icon.
    """
    return (resources_dir() / "icons" / f"{name}.svg").read_text("utf-8")
