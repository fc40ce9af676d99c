"""`python -m tests.benchmarks [--check] [--json FILE] [ROW…]`: the rows of SPEC section 11, each against its floor.

Every figure is a ratio (or a stated difference) measured in one run; milliseconds of another machine mean nothing here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.conflict_page import measure_conflict_page
from tests.benchmarks.conflicts import measure_conflicts
from tests.benchmarks.following import measure_following
from tests.benchmarks.memory import measure_memory
from tests.benchmarks.place import Place
from tests.benchmarks.reading import measure_reading
from tests.benchmarks.refreshing import measure_refresh
from tests.benchmarks.report import Row, missed, table
from tests.benchmarks.results import measure_results
from tests.benchmarks.starting import measure_empty_list, measure_help, measure_list
from tests.benchmarks.telemetry import measure_telemetry
from tests.benchmarks.window import measure_console, measure_window
from tests.benchmarks.working import measure_iterate, measure_new

#: Which rows each measurement yields.
MEASUREMENTS: dict[Callable[[Place], Iterator[Row]], tuple[str, ...]] = {
    measure_list: ("list",),
    measure_help: ("help",),
    measure_empty_list: ("list-empty",),
    measure_new: ("new",),
    measure_iterate: ("iterate",),
    measure_reading: ("parse", "redact-parse", "parse-memory"),
    measure_telemetry: ("tools", "usage"),
    measure_following: ("follow",),
    measure_conflicts: ("conflicts",),
    measure_conflict_page: ("window-conflicts", "window-conflicts-open", "window-choice"),
    measure_memory: ("iterate-memory",),
    measure_window: ("window-start", "window-idle", "window-memory", "window-stall"),
    measure_console: ("console",),
    measure_results: ("window-results",),
    measure_refresh: ("window-refresh",),
}
ROWS = tuple(row for rows in MEASUREMENTS.values() for row in rows)


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints the table, writes the JSON; 1 when `--check` finds a target missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    parser.add_argument("row", nargs="*", metavar="ROW", help=f"only these rows: {', '.join(ROWS)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.row) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    rows = list(_measured(tuple(options.row) or ROWS))
    print(table(rows))
    if options.json:
        options.json.write_text(json.dumps(document(rows), ensure_ascii=False, indent=1) + "\n")
    late = missed(rows)
    if late:
        print(f"Missed: {', '.join(late)}", file=sys.stderr)
    return 1 if late and options.check else 0


def document(rows: list[Row]) -> dict[str, Any]:
    """What is written as JSON: the rows and what they were measured with."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    machine = {"system": platform.system(), "cpus": os.cpu_count(), "python": platform.python_version(), "git": git}
    return {"machine": machine, "ok": not missed(rows), "rows": [row.document() for row in rows]}


def _measured(wanted: tuple[str, ...]) -> Iterator[Row]:
    place = Place(Path(tempfile.mkdtemp(prefix="ampsm-bench-")).resolve())
    try:
        for measurement, ids in MEASUREMENTS.items():
            if not set(ids) & set(wanted):
                continue
            for row in measurement(place):
                if row.id in wanted:
                    print(f"{row.id}: {row.figure:.2f} {row.unit}", file=sys.stderr, flush=True)
                    yield row
    finally:
        place.remove()


if __name__ == "__main__":
    sys.exit(main())
