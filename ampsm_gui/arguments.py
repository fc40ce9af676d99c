"""The command line of `amp-session-conductor`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from ampsm import __version__

#: Pages that `--grab` can draw.
GRAB_PAGES = (
    "sessions",
    "session",
    "session-console",
    "session-changes",
    "session-tools",
    "session-usage",
    "session-history",
    "new-session",
    "merge",
)
_THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Arguments:
    """What was asked for; `merge`: the wizard of the session; `size` in logical pixels."""

    session: str | None
    merge: bool
    database: str | None
    amp_path: str | None
    theme: str | None
    grab: tuple[str, str] | None
    size: tuple[int, int] | None


def parse_arguments(words: Sequence[str]) -> Arguments:
    """Reads the command line; wrong usage ends the program with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="amp-session-conductor",
        description="The desktop app: see every session, watch it work, review what it did.",
        epilog="example: amp-session-conductor --grab session shot.png --session add-login --theme dark",
    )
    parser.add_argument("session_name", nargs="?", metavar="SESSION", help="the session to show: id, name or prefix")
    parser.add_argument("--session", metavar="S", help="the same")
    parser.add_argument("--merge", action="store_true", help="show the merge of the session")
    parser.add_argument("--db", metavar="PATH", help="the database (default: AMPSM_DB_PATH, else the user's own)")
    parser.add_argument("--amp-path", metavar="PATH", help="the Amp to use")
    parser.add_argument("--theme", choices=_THEMES, help="colours (default: the setting `theme`)")
    parser.add_argument(
        "--grab", nargs=2, metavar=("PAGE", "FILE"), help=f"draw a page to a PNG file and exit: {', '.join(GRAB_PAGES)}"
    )
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window, e.g. 1200x760")
    parser.add_argument("--version", action="version", version=f"amp-session-conductor {__version__}")
    found = parser.parse_args(list(words))
    if found.grab and found.grab[0] not in GRAB_PAGES:
        parser.error(f"argument --grab: no page '{found.grab[0]}' (choose from {', '.join(GRAB_PAGES)})")
    session = found.session or found.session_name
    if found.merge and session is None:
        parser.error("argument --merge: it needs a SESSION")
    return Arguments(
        session=session,
        merge=found.merge,
        database=found.db,
        amp_path=found.amp_path,
        theme=found.theme,
        grab=tuple(found.grab) if found.grab else None,
        size=found.size,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and 200 <= int(width) <= 10_000 and 150 <= int(height) <= 10_000):
        raise argparse.ArgumentTypeError(f"'{text}' is no size such as 1200x760")
    return int(width), int(height)
