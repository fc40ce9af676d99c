"""How long the page takes for a long file with many conflicts: `python -m tests.benchmarks.conflict_page` prints it.

Reading is measured elsewhere: this is the processor time of the window's own thread, from the answer of the core to the
pixels.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from PySide6.QtWidgets import QApplication

from ampsm.model.conflicts import (
    Choice,
    ConflictFile,
    ConflictKind,
    ConflictSide,
    ConflictSides,
    FileHunks,
    Hunk,
    HunkKind,
    SideModes,
    SideSizes,
)
from ampsm_gui.look.application import application_theme
from ampsm_gui.models.conflicts.source import ready
from ampsm_gui.models.conflicts.texts import HunkTexts
from ampsm_gui.widgets.conflicts.hunk_cards import HunkCards
from tests.benchmarks.conflicts import texts
from tests.benchmarks.measure import Pairs
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, ratio_row
from tests.benchmarks.window import new_session

LINES, HUNKS = 20_000, 300
_SIDE = ConflictSide("main", "refs/heads/main", "1" * 40, "A subject")
_ROUNDS = 9
_CONFLICTS = 4  # the exit code
#: `git diff` takes some 40 ms on an idle machine, and the wizard is to be there in 300.
_OPENING = 8.0


def measure_conflict_page(place: Place) -> Iterator[Row]:
    found = json.loads(place.run(sys.executable, "-m", "tests.benchmarks.conflict_page"))
    what = f"{LINES:,} lines, {HUNKS} conflicts"
    yield Row("window-conflicts", f"{what}: opened", "the answer of the core", found["open"], 100, unit="ms")
    yield _opening(place)
    yield Row("window-choice", f"{what}: a choice shown", "the key", found["choice"], 16, unit="ms")


def _opening(place: Place) -> Row:
    """The wizard of a session whose merge waits there, from its opening on."""
    base, target, session = (text.decode() for text in texts(LINES, HUNKS))
    repo = place.make_repo("opened", {"a.py": base})
    database = place.root / "opened" / "sessions.sqlite"
    made = new_session(place, database, repo, "Opened")
    status = json.loads(place.run(*place.command(database, "status", made, "--json")))
    worktree = Path(status["session"]["worktree"])
    for where, text in ((worktree, session), (repo, target)):
        (where / "a.py").write_text(text)
        place.run("git", "commit", "-qam", "Change a.py", cwd=where)
    stops = place.command(database, "merge", made, "--message", "feat: all")
    if subprocess.run(stops, env=place.environ, capture_output=True, check=False).returncode != _CONFLICTS:
        raise RuntimeError("the merge does not stop in conflict")
    words = (sys.executable, "-m", "tests.benchmarks.conflict_opening", made, worktree)
    environ = {**place.environ, "AMPSM_DB_PATH": str(database)}
    done = subprocess.run(words, env=environ, cwd=Path(__file__).parents[2], capture_output=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    pairs = Pairs(tuple(found["floor"]), tuple(found["ours"]))
    return ratio_row("window-conflicts-open", f"{LINES:,} lines, {HUNKS} conflicts: the wizard opened", "git diff",
                     pairs, _OPENING)  # fmt: skip


def main() -> None:
    app = QApplication([*sys.argv[:1], "-platform", "offscreen"])
    cards = HunkCards(application_theme("light"))
    cards.resize(900, 600)
    cards.show()
    app.processEvents()
    read = _read()
    texts = ready(read).texts or HunkTexts(read)
    sides = ConflictSides(_SIDE, _SIDE, _SIDE)

    def show(at: int) -> None:
        cards.show_hunks(texts, sides, at, None)
        app.processEvents()

    def opened() -> None:
        nonlocal texts
        texts = HunkTexts(read)
        show(0)

    def chosen() -> None:
        texts.choose(0, Choice.SESSION if texts.hunks[0].choice is Choice.BOTH else Choice.BOTH)
        show(0)

    first = _milliseconds(opened)
    print(json.dumps({"open": first, "choice": median(_milliseconds(chosen) for _ in range(_ROUNDS))}))


def _milliseconds(call: Callable[[], object]) -> float:
    before = time.thread_time()
    call()
    return (time.thread_time() - before) * 1000


def _read() -> FileHunks:
    lines = [f"    value_{number} = compute({number})  # as it was\n" for number in range(LINES)]
    step = LINES // HUNKS
    hunks = tuple(
        Hunk(n + 1, HunkKind.CONFLICT, n * step + 1, lines[n * step], f"    value = target({n})\n",
             f"    value = session({n})\n    more = True\n", None, lines[n * step])
        for n in range(HUNKS)
    )  # fmt: skip
    nothing = SideSizes(None, None, None), SideModes(None, None, None)
    file = ConflictFile("a.py", None, ConflictKind.BOTH_MODIFIED, HUNKS, HUNKS, False, False, False, *nothing, "", (),
                        None)  # fmt: skip
    return FileHunks(file, hunks, "".join(lines))


if __name__ == "__main__":
    main()
