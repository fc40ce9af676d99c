"""`new` and `iterate`: git and the agent cost what they cost; ours is what comes on top."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.benchmarks.measure import interleave, seconds_of
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, ratio_row

NEW_FILES = 10_000
ITERATE_FILES = 1_000
_NEW_ROUNDS = 5
_ITERATE_ROUNDS = 15

#: An agent that says and does the least: one line of output at its begin and end, one changed file.
_AGENT = """\
#!/bin/sh
case "$1" in
--version) echo "0.0.1777897475-g2324e1 (released 2026-05-04T12:28:29.210Z, 6mo ago)"; exit 0 ;;
--help) cat <<'HELP'
Amp CLI

Usage: amp [options] [command]

Commands:
  threads       [alias: t, thread] Manage threads
    continue    [alias: c] Continue an existing thread

Options:
  --dangerously-allow-all
  -m, --mode <value>
      Set the agent mode (deep, large, rush, smart)
  -x, --execute [message]
  --stream-json
HELP
exit 0 ;;
esac
cat >/dev/null
id=T-3a1cf6de-0000-4000-8000-000000000000
echo '{"type":"system","subtype":"init","cwd":".","session_id":"'$id'","tools":[],"mcp_servers":[]}'
echo $$ >>changed.txt
echo '{"type":"result","subtype":"success","duration_ms":1,"is_error":false,"num_turns":1,"result":"Changed it.","session_id":"'$id'"}'
"""  # noqa: E501


def measure_new(place: Place) -> Iterator[Row]:
    repo = place.repository("large", NEW_FILES)
    database = place.root / "new" / "sessions.sqlite"
    numbers = count()

    def floor() -> float:
        path = repo / ".worktrees" / f"bare-{next(numbers)}"
        took = place.seconds(*place.python("-c", "pass"))
        took += place.seconds("git", "worktree", "add", "-q", "-b", f"bare/{path.name}", path, "main", cwd=repo)
        _remove(place, repo, path)
        return took

    def ours() -> float:
        command = place.command(database, "new", "--repo", repo, "--name", "Bench", "--prompt", "Do it", "--json")
        answers: list[str] = []
        took = seconds_of(lambda: answers.append(place.run(*command)))
        _remove(place, repo, Path(json.loads(answers[0])["session"]["worktree"]))
        return took

    pairs = interleave(floor, ours, _NEW_ROUNDS)
    floor_text = "python -c pass; git worktree add -b"
    yield ratio_row("new", f"new, repository with {NEW_FILES:,} files", floor_text, pairs, 1.5)


def measure_iterate(place: Place) -> Iterator[Row]:
    repo = place.repository("small", ITERATE_FILES)
    agent = place.make_program("agent", _AGENT)
    database = place.root / "iterate" / "sessions.sqlite"
    bare = repo / ".worktrees" / "bare"
    made = place.run(*place.command(database, "new", "--repo", repo, "--name", "Bench", "--prompt", "Do it", "--json"))
    session = json.loads(made)["session"]["id"]
    place.run("git", "worktree", "add", "-q", "-b", "bare", bare, "main", cwd=repo)

    def floor() -> float:
        took = place.seconds(agent, "-x", "--stream-json", stdin=b"Do it\n", cwd=bare)
        took += place.seconds("git", "add", "-A", cwd=bare)
        return took + place.seconds("git", "commit", "-q", "-m", "amp: Changed it.", cwd=bare)

    def ours() -> float:
        return place.seconds(*place.command(database, "--amp-path", agent, "iterate", session, "--json"))

    pairs = interleave(floor, ours, _ITERATE_ROUNDS)
    yield Row(
        "iterate", f"iterate with an agent that returns at once, {ITERATE_FILES:,} files", "agent; git add; git commit",
        pairs.extra_ms, 300, unit="ms on top", floor_ms=pairs.floor_ms, ours_ms=pairs.ours_ms,
    )  # fmt: skip


def _remove(place: Place, repo: Path, worktree: Path) -> None:
    """Keeps the number of worktrees, and so what git has to look through, the same for both sides."""
    place.run("git", "worktree", "remove", "--force", worktree, cwd=repo)
