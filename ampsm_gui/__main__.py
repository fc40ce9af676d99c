"""`amp-session-conductor`: the desktop app, which this release does not have yet."""

from __future__ import annotations

import sys


def main() -> int:
    """Says that there is no window yet and names the command line; exit code 1."""
    print("This release has no window yet; use the command line: amp-sessions --help", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
