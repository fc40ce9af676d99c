"""`python -m tests.benchmarks.refresh_driver DATABASE ROUNDS` refreshes as a bare script and as the window, by turns.

Prints the seconds of each as JSON. Neither remembers what it has found out; the window keeps its repositories open.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing

import pygit2

from ampsm.context import Context, open_context
from ampsm.git import objects
from ampsm.workflows.status.overview import Positions, sessions_overview
from tests.benchmarks.measure import interleave, seconds_of

_LISTED = """
    SELECT id, repo, branch, base_branch, base_sha, name, status, model, last_activity_at
    FROM sessions WHERE cleaned_up_at IS NULL ORDER BY last_activity_at DESC, id
"""

Answer = dict[str, tuple[int | None, int | None]]


def bare(database: str) -> Answer:
    """What a script does that needs nothing else, with libgit2 as it comes."""
    pygit2.settings.enable_caching(True)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(_LISTED).fetchall()
    found: Answer = {}
    repositories: dict[str, pygit2.Repository] = {}
    for session_id, repo, branch, base_branch, *_ in rows:
        if repo not in repositories:
            repositories[repo] = pygit2.Repository(repo)
        refs = repositories[repo].references
        tip, base = (refs[f"refs/heads/{name}"].target for name in (branch, base_branch))
        found[session_id] = repositories[repo].ahead_behind(tip, base)
    pygit2.settings.enable_caching(False)
    return found


def ours(ctx: Context) -> Answer:
    """What the window does: the rows of the list, then the positions of those it shows."""
    return Positions().of(ctx, [row.id for row in sessions_overview(ctx)])


def main(database: str, rounds: int) -> None:
    objects.read_in_process()
    with open_context(database) as ctx:
        found = ours(ctx)
        if found != bare(database) or not found or (None, None) in found.values():
            raise AssertionError("the bare script and the window do not find the same")
        pairs = interleave(lambda: seconds_of(lambda: bare(database)), lambda: seconds_of(lambda: ours(ctx)), rounds)
    print(json.dumps({"floor": pairs.floor, "ours": pairs.ours}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
