"""What the window reads again when something has changed: all sessions, and how far git has them ahead and behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ampsm.model.session import Session
from ampsm.store import sessions
from tests.benchmarks.measure import Pairs
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, ratio_row

_REPOSITORIES = 20
_SESSIONS = 5  # in each of them
_HISTORY = 300
_ROUNDS = 31
_START = 1_700_000_000
_HOUR = 3600


def measure_refresh(place: Place) -> Iterator[Row]:
    """The window's own reads of 100 sessions against a bare script's, by turns in one process that lives long."""
    database, store = place.store("refresh")
    with store, store.transaction():
        for number in range(_REPOSITORIES):
            repo = _repository(place, number)
            for session in _sessions(place, repo, number):
                sessions.insert_session(store, session)
    found = _drive(place, database)
    pairs = Pairs(tuple(found["floor"]), tuple(found["ours"]))
    what = f"the window's refresh of {_REPOSITORIES * _SESSIONS} sessions in {_REPOSITORIES} repositories"
    yield ratio_row("window-refresh", what, "bare sqlite3 + pygit2", pairs, 2)


def _repository(place: Place, number: int) -> Path:
    """A repository with a history on `main`, from near the end of which each session's branch grows."""
    repo = place.root / f"refreshed-{number}"
    place.run("git", "init", "-q", repo)
    lines: list[str] = []
    main = [_commit(lines, "main", mark, mark - 1, at=mark) for mark in range(1, _HISTORY + 1)]
    mark = _HISTORY
    for session in range(_SESSIONS):
        parent = main[-1 - 3 * session]
        for made in range(1 + session % 3):
            mark += 1
            parent = _commit(lines, _branch(session), mark, parent, at=_HISTORY + made)
    place.run("git", "fast-import", "--quiet", stdin="\n".join(lines).encode(), cwd=repo)
    if number % 2:
        place.run("git", "gc", "--quiet", cwd=repo)
    return repo


def _commit(lines: list[str], branch: str, mark: int, parent: int, *, at: int) -> int:
    lines += [f"commit refs/heads/{branch}", f"mark :{mark}"]
    lines += [f"committer Ben Chmark <ben@example.org> {_START + _HOUR * at} +0000", "data 5", "work", ""]
    lines += [f"from :{parent}"] if parent else []
    lines += [f"M 644 inline file{mark % 10}", "data 2", f"{mark % 7}", "", ""]
    return mark


def _sessions(place: Place, repo: Path, number: int) -> Iterator[Session]:
    base = place.run("git", "rev-parse", "main", cwd=repo).strip()
    for session in range(_SESSIONS):
        session_id = f"work-{number:02d}{session:02d}-abcdef"
        at = f"2026-05-04T10:{number:02d}:{session:02d}.000Z"
        yield Session(
            id=session_id, name=f"Work {number}.{session}", prompt="Do it", repo=str(repo), base_sha=base,
            branch=_branch(session), worktree=f"{repo}/.worktrees/{session_id}", status="idle", created_at=at,
            last_activity_at=at, base_branch="main",
        )  # fmt: skip


def _branch(session: int) -> str:
    return f"amp/work-{session}/20260504-100000"


def _drive(place: Place, database: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.benchmarks.refresh_driver", str(database), str(_ROUNDS)]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(words, env=place.environ, cwd=root, capture_output=True, timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the refresh failed ({done.returncode}): {done.stderr.decode()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
