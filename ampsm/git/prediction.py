"""Which files a rebase would leave in conflict: asked of git itself, nothing is touched (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ampsm.git.command import git_line
from ampsm.git.in_the_way import arriving
from ampsm.git.objects import trees_of
from ampsm.git.trial_picks import TrialPicks, trial_picks
from ampsm.model.record import record

#: How a session's commits come onto the target: as one, the agent's as one and each manual one after it, or each.
SQUASHED, APART, EACH = "squashed", "apart", "each"


#: Makes a tree of what is not committed: its objects go where the environment says, all else into the folder.
Pending = Callable[[dict[str, str], Path], str]


@record
class MovedCommit:
    """A commit to be put somewhere else; `amp` when it is the agent's."""

    sha: str
    parents: tuple[str, ...]
    amp: bool = True


@record
class Prediction:
    """What a rebase would meet: the paths at which its first commit stops that does not go through, sorted.

    Without conflicts, `changed` are the paths it would change on the target, each with git's letter (`A`, `M`, `D`,
    `T`). `arriving` are those it would newly write in the session's worktree on the way, as far as it gets, also what
    is gone again at the end; `touched` all that it writes or removes there. `separable` is false when manual
    commits cannot be kept apart from the agent's. `result` is the tree that comes of a rebase without conflicts.
    """

    conflicts: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    separable: bool = True
    arriving: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    result: str | None = None


def predicted_conflicts(root: Path, worktree: Path, tip: str, target: str, branch_point: str) -> list[str]:
    """The paths that conflict when everything from `branch_point` to `tip` is put onto `target` as one commit, sorted.

    Equal to what `git rebase --onto` meets: merge drivers, renames and directory renames count, by the attributes that
    `target` has. Nothing is written to the repository; `worktree` need not exist any more. Raises GitError.
    """
    found = trees_of(root, [branch_point, target, tip])
    trees = [found[commit] for commit in (branch_point, target, tip)]
    if trees[0] in trees[1:] or trees[1] == trees[2]:
        return []
    with trial_picks(root, worktree) as replay:
        return replay.pick(trees[1], trees[0], trees[2])[1]


def predict(
    root: Path,
    worktree: Path,
    *,
    tip: str,
    target: str,
    branch_point: str,
    commits: Sequence[MovedCommit],
    how: str,
    pending: Pending | None = None,
    programs: bool = False,
) -> Prediction:
    """What putting a session's commits (from `branch_point` to `tip`, oldest first) onto `target` would meet, `how` one
    of SQUASHED, APART, EACH. As true as `predicted_conflicts`, and touches as little. `pending` makes the tree of a
    commit of the agent's that comes first. With `programs` merge drivers run that came with the session, as they will
    in the rebase."""
    if how == APART and any(len(commit.parents) != 1 for commit in commits):
        return Prediction(separable=False)  # as a squash refuses it
    with trial_picks(root, worktree, programs) as replay:
        trees = trees_of(root, [branch_point, target, tip, *([] if how == SQUASHED else _named(commits))])
        point, start, end = trees[branch_point], trees[target], trees[tip]
        last: list[tuple[str, str]] = []
        if pending:
            last, end = [(end, found := pending(replay.quarantined, replay.scratch))], found
        kinds = {commit.amp for commit in commits} | ({True} if pending else set())
        if how == EACH or (how == APART and kinds == {False}):
            picks = _each(root, trees, commits) + last
        elif how == APART and len(kinds) == 2:
            apart = _apart(root, replay, trees, commits, last, point, end)
            if apart is None:
                return Prediction(separable=False)
            picks = apart
        else:
            picks = [(point, end)]
        if target == branch_point:  # nothing is rebased: commits stay, merges among them
            return Prediction(changed=replay.changes(start, end))
        way, conflicts = replay.through(start, picks)
        written = replay.written([end, *way])
        new, touched = tuple(arriving(written)), tuple(dict.fromkeys(path for path, _ in written))
        if conflicts:
            return Prediction(tuple(conflicts), arriving=new, touched=touched)
        changed = replay.changes(start, way[-1])
        return Prediction(changed=changed, arriving=new, touched=touched, result=way[-1])


def arriving_paths(root: Path, worktree: Path, start: str, commits: Sequence[str]) -> list[str]:
    """The paths that putting commits, one after the other, onto the tree or commit `start` would newly write on the
    way, up to the first conflict, whose files count."""
    with trial_picks(root, worktree) as replay:
        trees = trees_of(root, [start, *(name for commit in commits for name in (f"{commit}^", commit))])
        picks = [(trees[f"{commit}^"], trees[commit]) for commit in commits]
        return arriving(replay.written(replay.through(trees[start], picks)[0]))


def _named(commits: Sequence[MovedCommit]) -> Iterator[str]:
    """The commits that are put somewhere else one by one, and what each was made on."""
    for commit in commits:
        if len(commit.parents) < 2:
            yield from (commit.sha, *commit.parents)


def _each(root: Path, trees: Mapping[str, str], commits: Sequence[MovedCommit]) -> list[tuple[str, str]]:
    """The trees before and after each commit that a rebase takes along: merges are left out, and before a root commit
    (of another history that was merged in) there is nothing."""
    alone = [commit for commit in commits if len(commit.parents) < 2]
    nothing = "" if all(commit.parents for commit in alone) else git_line(root, "hash-object", "-t", "tree", "--stdin")
    return [(trees[commit.parents[0]] if commit.parents else nothing, trees[commit.sha]) for commit in alone]


def _apart(
    root: Path,
    replay: TrialPicks,
    trees: Mapping[str, str],
    commits: Sequence[MovedCommit],
    last: Sequence[tuple[str, str]],
    start: str,
    end: str,
) -> list[tuple[str, str]] | None:
    """The agent's changes as one, the `last` ones among them, then each manual commit; None when they do not come
    apart, or to another result."""
    current, picks = start, []
    for wanted in (True, False):
        changes = _each(root, trees, [commit for commit in commits if commit.amp is wanted])
        for before, after in [*changes, *(last if wanted else ())]:
            result, conflicts = replay.pick(current, before, after, attributes=end)
            if conflicts:
                return None
            if not wanted:
                picks.append((current, result))
            current = result
        if wanted:
            picks.append((start, current))
    return picks if current == end else None
