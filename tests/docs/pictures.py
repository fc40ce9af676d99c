"""Draws the pictures of the desktop app that README and docs show: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.docs.pages import ROOT
from tests.docs.showcase import Showcase

PICTURES = ROOT / "docs" / "pictures"
_SESSION = "Add JWT authentication"
_SHOTS = (
    ("sessions", None, "light"),
    ("session-console", _SESSION, "light"),
    ("session-console", _SESSION, "dark"),
    ("session-changes", _SESSION, "dark"),
    ("session-tools", _SESSION, "light"),
    ("session-usage", "Speed up product search", "light"),
    ("session-history", _SESSION, "light"),
    ("new-session", _SESSION, "light"),
    ("merge", "Speed up product search", "light"),
    ("merge", "Migrate settings page to TypeScript", "light", "merge-conflicts"),
)


def draw(showcase: Showcase, folder: Path) -> list[Path]:
    """All pictures, made by `amp-session-conductor --grab` without a screen."""
    program = showcase.program.with_name("amp-session-conductor")
    environ = {**showcase.environ, "QT_QPA_PLATFORM": "offscreen"}
    made = []
    for page, session, theme, *name in _SHOTS:
        file = folder / f"{name[0] if name else page}-{theme}.png"
        words = ["--grab", page, str(file), "--theme", theme, "--size", "1200x760"]
        words += ["--session", session] if session else []
        subprocess.run([str(program), *words], env=environ, check=True, timeout=120)
        made.append(file)
    return made


def main() -> None:
    """Builds the showcase, draws, cleans up."""
    with tempfile.TemporaryDirectory(prefix="ampsm-pictures-") as folder:
        showcase = Showcase(Path(folder).resolve() / "place", Path(sys.executable).with_name("amp-sessions"))
        try:
            showcase.build()
            showcase.start_running()
            for file in draw(showcase, PICTURES):
                print(file.relative_to(ROOT))
        finally:
            showcase.close()


if __name__ == "__main__":
    main()
