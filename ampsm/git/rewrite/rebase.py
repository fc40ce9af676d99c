"""Rebasing a session's branch with git's own rebase, which may stop at conflicts (SPEC section 6)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, GitError, git, git_answer
from ampsm.git.hidden_edits import keeping_hidden_edits, settle
from ampsm.git.location import git_dir
from ampsm.git.objects import commits_between, is_ancestor
from ampsm.git.objects.commit_info import CommitInfo
from ampsm.git.refs import branch_name, branch_ref, read_ref
from ampsm.git.repository import head
from ampsm.git.rewrite import arrivals, resolving
from ampsm.git.rewrite.line_ends import let_the_index_be_younger
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.staging import git_when_free
from ampsm.git.status import worktree_status
from ampsm.model.record import record
from ampsm.system.calls import Completed
from ampsm.system.files import atomic_write
from ampsm.system.plain_files import read_plain

#: Whatever the user's settings: one way to rebase (`pull.twohead=ours` would drop every commit), messages kept to the
#: letter, no editor, nothing staged unasked.
_SETTINGS = (
    "-c", "commit.cleanup=verbatim", "-c", "commit.status=false", "-c", "rerere.autoUpdate=false",
    "-c", "sequence.editor=:", "-c", "advice.mergeConflict=false",
)  # fmt: skip
_OPTIONS = (
    "--merge", "--strategy=ort", "--no-update-refs", "--no-autostash", "--no-autosquash", "--no-rebase-merges",
    "--no-fork-point", "--no-stat", "--quiet",
)  # fmt: skip

#: `~HEAD`, `~1234567 (subject)`, and a number when that is taken as well.
_SET_ASIDE = re.compile(r"~(?:HEAD|[0-9a-f]{7,64} \(.*\))(?:_\d+)?$", re.DOTALL)

#: Where the number of the commit at work is, and that of all, by the way git rebases.
_COUNTS = {"rebase-merge": ("msgnum", "end"), "rebase-apply": ("next", "last")}


@record
class RebaseState:
    """A rebase that is under way in a worktree: of which branch (None: of a detached HEAD), onto what."""

    branch: str | None
    onto: str | None


@record
class RebaseStop:
    """Where a rebase has stopped: at `commit`, made on `base` (None: on nothing), the `n`th `of` those that it takes
    over; `head` is what has come of the earlier ones, `now` where the worktree is: at another commit than `head` only
    when somebody has committed by hand since."""

    n: int
    of: int
    commit: str
    base: str | None
    head: str
    now: str


class Rebase(StrEnum):
    """What has become of a rebase that was begun in a worktree."""

    UNDER_WAY = "under-way"
    FINISHED = "finished"
    GIVEN_UP = "given-up"
    #: Git was made to forget it, and left the worktree on no branch.
    FORGOTTEN = "forgotten"
    #: The branch was moved to somewhere else.
    LOST = "lost"


def start(worktree: Path | str, onto: str, branch_point: str) -> list[str]:
    """Rebases the commits after `branch_point` onto the commit `onto`; the paths it stopped at, none when it is done.

    Raises `files-in-the-way` (exit 5) before anything changes when it would write over a file that git does not track,
    ignored or not, and GitError when it cannot begin or go on for another reason than conflicts; the branch is as
    before then.
    """
    arrivals.require_free_to_start(Path(worktree), onto, branch_point)
    settle(worktree)
    let_the_index_be_younger(worktree, onto)
    done = _rebase(worktree, *_OPTIONS, "--onto", onto, branch_point)
    if done.returncode == 0 and in_progress(worktree) is None:
        return []
    conflicts = _stopped_at(worktree)
    if not conflicts:
        if in_progress(worktree) is not None:
            _abort(worktree)
        raise GitError("The rebase failed", done.stderr or done.stdout)
    return conflicts


def go_on(worktree: Path | str) -> list[str]:
    """Goes on with a rebase that has stopped: the paths that are still to be resolved, or at which it stops next; none
    when it is done. Raises `files-in-the-way` as `start`, and GitError when it cannot go on for another reason; it is
    still open then."""
    if left := resolving.unresolved(worktree):
        return left
    resolving.stage_resolved(worktree)
    arrivals.require_free_to_go_on(Path(worktree))
    settle(worktree)
    _keep_message(worktree)
    done = _rebase(worktree, "--continue")
    if in_progress(worktree) is None:
        if done.returncode != 0:
            raise GitError("The rebase failed", done.stderr or done.stdout)
        return []
    conflicts = _stopped_at(worktree)
    if not conflicts:
        raise GitError("The rebase cannot go on", done.stderr or done.stdout)
    return conflicts


def abort(worktree: Path | str) -> None:
    """Gives a rebase up: branch, index and tracked files are as before it. Raises `files-in-the-way` (exit 5) when that
    would write over a file that git does not track, and GitError; it is still open then."""
    arrivals.require_free_to_give_up(Path(worktree))
    _abort(worktree)


def was_forgotten(worktree: Path | str, onto: str) -> str | None:
    """The commit that a worktree is at on no branch where a rebase onto `onto` was under way that git knows no more, as
    after `git rebase --quit`; None when it is not so. Raises GitError."""
    at = head(worktree)
    if at.branch is not None or at.sha is None or in_progress(worktree) is not None:
        return None
    return at.sha if at.sha == onto or is_ancestor(worktree, onto, at.sha) else None


def abort_forgotten(worktree: Path | str, branch: str) -> None:
    """Does what `abort` would, where git has forgotten the rebase: the worktree is on its branch again, with index and
    tracked files as they are there. Raises GitError."""
    with keeping_hidden_edits(worktree):
        done = git_when_free(
            worktree, "checkout", "--force", "--quiet", branch, "--", timeout=LONG_TIMEOUT, writes=True
        )
    if done.returncode != 0:
        raise GitError("The rebase cannot be aborted", done.stderr or done.stdout)


def _abort(worktree: Path | str) -> None:
    with keeping_hidden_edits(worktree):
        done = _rebase(worktree, "--abort")
    if done.returncode != 0:
        raise GitError("The rebase cannot be aborted", done.stderr or done.stdout)


def where_they_belong(conflicts: Iterable[str]) -> tuple[str, ...]:
    """The paths of conflicts as a prediction has them: a file that meets a folder, or another kind of file, is set
    aside by git under a name made of its path and its side. Sorted, each once."""
    return tuple(sorted({_SET_ASIDE.sub("", path) for path in conflicts}))


def become(root: Path | str, worktree: Path | str, branch: str, before: str, onto: str) -> Rebase:
    """What has become of the rebase of a branch, which was at `before`, onto a commit. Raises GitError, and OSError
    without the worktree."""
    if (found := in_progress(worktree)) is not None:
        return Rebase.UNDER_WAY if (found.branch, found.onto) == (branch, onto) else Rebase.LOST
    tip = read_ref(root, branch_ref(branch))
    if tip == before:
        return Rebase.GIVEN_UP if was_forgotten(worktree, onto) is None else Rebase.FORGOTTEN
    return Rebase.FINISHED if tip and is_ancestor(root, onto, tip) else Rebase.LOST


def made_of(root: Path, before: tuple[str, str], after: tuple[str, str]) -> dict[str, str]:
    """Which commits a rebase made out of which, old to new; `before` and `after` are each a range `(start, end)`.

    A rebase keeps author, date and message, so its commits are recognised by these, and the rest by their order.
    """
    old, new = (commits_between(root, *found) for found in (before, after))
    waiting: dict[tuple[object, ...], list[str]] = {}
    for commit in new:
        waiting.setdefault(_identity(commit), []).append(commit.sha)
    mapping = {c.sha: waiting[_identity(c)].pop(0) for c in old if waiting.get(_identity(c))}
    rest_old = [commit.sha for commit in old if commit.sha not in mapping]
    rest_new = [commit.sha for commit in new if commit.sha not in mapping.values()]
    if len(rest_old) == len(rest_new):
        mapping |= zip(rest_old, rest_new, strict=True)
    return mapping


def left_out(root: Path, before: tuple[str, str], after: tuple[str, str]) -> list[CommitInfo]:
    """The commits of the first range, oldest first, of which a rebase has made none in the second: they were skipped,
    became empty, are in the target already, or somebody has put them into others."""
    made = made_of(root, before, after)
    return [commit for commit in commits_between(root, *before) if commit.sha not in made]


def _identity(commit: CommitInfo) -> tuple[object, ...]:
    return commit.author, commit.authored_at, commit.subject, tuple(sorted(commit.trailers.items()))


def in_progress(worktree: Path | str) -> RebaseState | None:
    """The rebase that is under way in a worktree, also one that a person started; None when there is none."""
    own = git_dir(worktree)
    for name in ("rebase-merge", "rebase-apply"):
        folder = own / name
        if folder.is_dir() and (folder / "head-name").exists():  # without: `git am`
            head_name = _word(folder / "head-name")
            branch = branch_name(head_name) if head_name else None
            return RebaseState(branch, _word(folder / "onto"))
    return None


def stopped_step(worktree: Path | str) -> RebaseStop | None:
    """Where the rebase that is under way in a worktree has stopped; None when none is, or it is at no commit. Raises
    GitError."""
    if in_progress(worktree) is None:
        return None
    words = ("rev-list", "--no-walk=unsorted", "--parents", "REBASE_HEAD", "HEAD")
    listed = git(worktree, *words, check=False)
    lines = [line.split() for line in listed.stdout.decode().splitlines()]
    if listed.returncode != 0 or not lines:
        return None
    own = git_dir(worktree)
    counts = [[_word(own / folder / name) or "" for name in names] for folder, names in _COUNTS.items()]
    n, of = next(((int(n), int(of)) for n, of in counts if n.isdigit() and of.isdigit()), (1, 1))
    now = lines[-1][0]
    return RebaseStop(n, max(n, of), lines[0][0], next(iter(lines[0][1:]), None), _made_so_far(worktree, own, now), now)


def stop_seen(seen: WorktreeSeen) -> RebaseStop | None:
    """The same in a reading."""
    return seen.once("stop", lambda: stopped_step(seen.worktree))


def place_at_stop(worktree: Path | str, stop: RebaseStop) -> str:
    """The commit that HEAD belongs to at a stop: where it is, if that is what the rebase had come to, or on top of
    that; else, when somebody has put it elsewhere, what the rebase had come to. Raises GitError."""
    came_to = _came_to(git_dir(worktree))
    if came_to in (None, stop.now) or is_ancestor(worktree, str(came_to), stop.now):
        return stop.now
    return str(came_to)


def _made_so_far(worktree: Path | str, own: Path, now: str) -> str:
    """The commit that a rebase had come to when it stopped; the worktree is at `now`. Git notes each that it has put
    down."""
    head = _came_to(own)
    return head if head and head != now and is_ancestor(worktree, head, now) else now


def _came_to(own: Path) -> str | None:
    put_down = (_word(own / "rebase-merge" / "rewritten-list") or "").split()
    return put_down[-1] if put_down else _word(own / "rebase-merge" / "onto")


def was_killed(worktree: Path | str) -> bool:
    """Whether a rebase under way was killed in the middle of a commit. One that waits for somebody was not, nor one
    that has put down a commit and not yet touched a file for the next."""
    if git_answer(worktree, "rev-parse", "-q", "--verify", "REBASE_HEAD") is not None:
        return False
    found = worktree_status(worktree)
    return not found.unmerged and (found.branch is not None or bool(found.staged or found.unstaged))


def _stopped_at(worktree: Path | str) -> list[str]:
    return sorted(worktree_status(worktree).unmerged) if in_progress(worktree) else []


def _keep_message(worktree: Path | str) -> None:
    """Takes back the line break that git adds to a message when it stops at the commit's conflicts."""
    stopped = git(worktree, "cat-file", "commit", "REBASE_HEAD", check=False)
    message = stopped.stdout.partition(b"\n\n")[2]
    file = git_dir(worktree) / "rebase-merge" / "message"
    if stopped.returncode == 0 and file.is_file() and read_plain(file) == message + b"\n":
        atomic_write(file, message, durable=False)


def _rebase(worktree: Path | str, *words: str) -> Completed:
    return git_when_free(
        worktree, *_SETTINGS, "rebase", *words, timeout=LONG_TIMEOUT, writes=True,
        env={"GIT_SEQUENCE_EDITOR": ":", "GIT_REFLOG_ACTION": "ampsm: rebase"},
    )  # fmt: skip


def _word(file: Path) -> str | None:
    try:
        return os.fsdecode(read_plain(file)).strip() or None
    except OSError:
        return None
