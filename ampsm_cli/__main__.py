"""`python -m ampsm_cli` is `amp-sessions`."""

from __future__ import annotations

import sys

from ampsm_cli.main import main

if __name__ == "__main__":
    sys.exit(main())
