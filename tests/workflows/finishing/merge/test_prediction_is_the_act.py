"""What `preflight` says of a merge is what the merge with the same options does, over merges drawn by chance.

Where it is ready the merge merges, where it names conflicts the merge stops at exactly these, and where anything else
fails the merge refuses and nothing has changed: no ref, no index, no byte of either checkout.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ampsm.git.command import GitError
from ampsm.system.test_leftovers import fingerprints
from ampsm.workflows.finishing.merge.abort import abort_merge
from ampsm.workflows.finishing.merge.preflight import asking
from ampsm.workflows.finishing.undo import undo_operation
from ampsm.workflows.session import open_merge, session_file
from ampsm.workflows.session.open_merge import MergeOptions
from tests.support.drawn import Drawn, files_of, refs_of
from tests.support.meetings import Meeting, meeting
from tests.workflows.finishing.merge.merges import Make, check, give_script, run, session_of

FIRST = int(os.environ.get("AMPSM_TEST_FIRST_MEETING", "0"))
MEETINGS = int(os.environ.get("AMPSM_TEST_MEETINGS", "500" if os.environ.get("AMPSM_TEST_ALL_FAULTS") else "4"))
BLOCK = 1 if FIRST or os.environ.get("AMPSM_TEST_MEETINGS") else 4
SEEN: Counter[str] = Counter()


@pytest.mark.parametrize("block", range(FIRST // BLOCK, (FIRST + MEETINGS) // BLOCK))
def test_preflight_is_the_merge(drawn: Make, block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        found = meeting(seed)
        try:
            d = drawn(found.text, name=f"Meeting {seed}")
            set_up(d, found, Random(seed))
            SEEN[merge_is_as_predicted(d, found)] += 1
        except AssertionError as error:
            raise AssertionError(f"meeting {seed}: {found}\n{error}") from error


def set_up(d: Drawn, found: Meeting, chance: Random) -> None:
    for key, value in found.settings:
        d.git("config", "--replace-all", key, value)
    d.git("config", "merge.mine.driver", "cp %B %A")
    for place in (d.repo, d.worktree):  # written anew, as settings and attributes have it
        for path in d.git("ls-files", "-z", at=place).split("\0")[:-1]:
            (place / path).unlink(missing_ok=True)
        d.git("reset", "-q", "--hard", at=place)
    if found.options.get("test") is False or chance.random() < 0.15:
        give_script(d, "false" if found.options.get("test") is False else "true")
    for where, what in found.lying:
        lay(d, d.worktree if where == "worktree" else d.repo, what, chance)


def merge_is_as_predicted(d: Drawn, found: Meeting) -> str:
    options, target = found.options, found.options.get("onto", "main")
    before, before_line_ends = everything(d), everything(d, line_ends=False)
    predicted = check(d, **options)
    require_unchanged(d, before, "by a preflight")
    failed = {c["id"] for c in predicted["checks"] if c["status"] == "fail"}
    at = d.git("rev-parse", target)
    written = asking(d.ctx, session_of(d), MergeOptions(**options), merging=True).changed
    outcome = run(d, **options)
    if failed - {"conflicts"}:
        assert (outcome.status, outcome.exit_code) == ("refused", 5), (predicted, outcome)
        require_unchanged(d, before, f"by a merge refused for {failed}")
        return "refused: " + ", ".join(sorted(failed))
    assert list(outcome.conflicts) == predicted["conflicts"], (predicted, outcome)
    if failed:
        assert (outcome.status, outcome.exit_code) == ("conflict", 4), outcome
        assert d.git("rev-parse", target) == at
        abort_merge(d.ctx, d.session.id)
        require_unchanged(d, before_line_ends, "after a merge that is given up", line_ends=False)
        return "conflict"
    assert (outcome.status, outcome.exit_code) == ("merged", 0), (predicted, outcome, outcome.error)
    now = d.git("rev-parse", target)
    assert outcome.commit == now and d.git("merge-base", now, at) == at
    assert d.git("rev-parse", f"{now}^{{tree}}") == d.git("rev-parse", f"{d.tip}^{{tree}}")
    changed = d.git("diff-tree", "-r", "-z", "--name-only", "--no-renames", at, now).split("\0")
    assert sorted(path for path, _ in written) == sorted(filter(None, changed)), "what it writes was known"
    undo_operation(d.ctx, d.session.id)
    require_unchanged(d, before_line_ends, "after a merge that is undone", line_ends=False)
    return "merged"


def lay(d: Drawn, place: Path, what: str, chance: Random) -> None:
    """Puts something of somebody's into a checkout; where it cannot be put, nothing."""
    tracked = d.git("ls-files", "-z", at=place).split("\0")[:-1]
    tips = [d.tip, "main", "other" if "other" in d.graph.branches else "release"]
    every = {path for tip in tips for path in d.git("ls-tree", "-r", "-z", "--name-only", tip).split("\0")[:-1]}
    arriving = sorted(every - set(tracked))
    plain = [path for path in tracked if (place / path).is_file() and not (place / path).is_symlink()]
    if what == "detached":
        d.git("switch", "-q", "--detach", at=place)
    elif what == "sparse":
        with suppress(GitError):  # git itself crashes at some split indexes
            d.git("sparse-checkout", "set", chance.choice(("lib", "main", "session")), at=place)
    elif what in ("hidden", "edited", "staged") and plain:
        path = chance.choice(plain)
        if what == "hidden":
            word = chance.choice(("--skip-worktree", "--assume-unchanged"))
            d.git("update-index", word, path, at=place)
        (place / path).write_text("somebody's own\n")
        if what == "staged":
            d.git("add", "--", path, at=place)
    elif arriving and what not in ("hidden", "edited", "staged"):
        path = chance.choice(arriving)
        try:
            if what == "folder":
                path += "/inside.txt"
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text("somebody's own\n")
        except OSError:
            return
        if what == "ignored":
            with (d.repo / ".git/info/exclude").open("a") as file:
                file.write(f"/{path}\n")
        elif what == "leftover" and place == d.worktree:
            session_file.save_session(d.ctx, session_of(d), test_leftovers=fingerprints(place, [path]))
        elif what == "intended":
            d.git("add", "--force", "--intent-to-add", "--", path, at=place)


def everything(d: Drawn, *, line_ends: bool = True) -> dict[str, Any]:
    """Every ref but backups and snapshots, and HEAD, index and files of both checkouts. How lines end in a file that
    was written again depends on which attributes its checkout brought along."""
    kept = ("refs/ampsm/backup/", "refs/ampsm/snapshots/")
    found: dict[str, Any] = {name: sha for name, sha in refs_of(d.repo).items() if not name.startswith(kept)}
    for place in (d.repo, d.worktree):
        for path, what in files_of(place).items():
            plain = line_ends or (place / path).is_symlink()
            content = what if plain else ((place / path).read_bytes().replace(b"\r\n", b"\n"), what[1])
            found[f"{place.name}: {path}"] = content
        found |= {f"{place.name} index: {one}": "" for one in d.git("ls-files", "--stage", "-v", at=place).split("\n")}
        found[f"{place.name} HEAD"] = d.git("rev-parse", "--symbolic-full-name", "HEAD", at=place)
    found["status"], found["open"] = session_of(d).status, open_merge.load(d.ctx, d.session.id)
    return found


def require_unchanged(d: Drawn, before: dict[str, Any], when: str, *, line_ends: bool = True) -> None:
    now = everything(d, line_ends=line_ends)
    changed = [
        (name, before.get(name), now.get(name)) for name in {**before, **now} if before.get(name) != now.get(name)
    ]
    assert not changed, f"changed {when}: {changed}"
