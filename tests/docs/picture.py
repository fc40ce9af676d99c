"""Records `amp-sessions demo` in a terminal and draws it: `python -m tests.docs.picture`.

Writes docs/pictures/demo.svg, which ends before the demo shows the diff. It uses whatever monospaced
font the viewer has and fetches nothing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.docs.pages import ROOT
from tests.docs.screen import Screen

PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
WIDTH, HEIGHT = 104, 60
FONTS = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'
TITLE = "amp-sessions demo"
END = "And this is the change"

_CELL = 12.2
_LEADING_SPACES = re.compile(
    r'(?P<before><text [^>]*x=")(?P<x>[\d.]+)(?P<between>"[^>]*textLength=")(?P<length>[\d.]+)(?P<after>"[^>]*>)'
    r"(?P<spaces>(?:&#160;)+)"
)

_THEME = TerminalTheme(
    (22, 27, 34), (201, 209, 217),
    [(72, 79, 88), (255, 123, 114), (86, 211, 100), (227, 179, 65), (121, 192, 255), (210, 168, 255), (86, 212, 221),
     (201, 209, 217)],
    [(110, 118, 129), (255, 161, 152), (126, 231, 135), (242, 204, 96), (165, 214, 255), (226, 191, 255),
     (179, 240, 255), (240, 246, 252)],
)  # fmt: skip


def record(program: Path) -> str:
    """Everything that `PROGRAM demo` writes to a terminal of the picture's width."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    environ = {**kept, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": "/tmp"}
    process = subprocess.Popen(
        [str(program), "demo"], stdin=terminal, stdout=terminal, stderr=terminal, env=environ, start_new_session=True
    )
    os.close(terminal)
    output = bytearray()
    while piece := _read(main):
        output += piece
    os.close(main)
    assert process.wait() == 0, output.decode(errors="replace")
    return output.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last writer is gone
        return b""


def draw(output: str) -> str:
    """The recorded output as an SVG picture."""
    screen = Screen(WIDTH)
    screen.feed(output)
    shown = screen.text().partition(END)[0].rstrip()
    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    console.print(Text.from_ansi(f"$ {TITLE}\n{shown}"), no_wrap=True, overflow="crop")
    drawing = console.export_svg(title=TITLE, theme=_THEME, code_format=_format(), unique_id="demo")
    return _LEADING_SPACES.sub(_moved, drawing)


def _moved(text: re.Match[str]) -> str:
    """The text without its leading spaces, moved right instead: some viewers drop such spaces."""
    width = text["spaces"].count(";") * _CELL
    x, length = float(text["x"]) + width, max(float(text["length"]) - width, 0)
    return f"{text['before']}{x:g}{text['between']}{length:g}{text['after']}"


def _format() -> str:
    """rich's drawing without fonts from elsewhere."""
    plain = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.S)
    plain = plain.replace("Fira Code, monospace", FONTS).replace("font-family: arial", "font-family: sans-serif")
    return plain.replace("<!-- Generated with Rich https://www.textualize.io -->", "")


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(record(Path(sys.executable).with_name("amp-sessions"))))
