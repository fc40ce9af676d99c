"""Which files a rebase would leave in conflict: asked of git itself, nothing is touched (SPEC section 6)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath

from ampsm.git.command import GitError, git, git_line, paths_of
from ampsm.git.in_the_way import arriving, changes_on_the_way
from ampsm.git.location import git_dir
from ampsm.git.objects import trees_of
from ampsm.git.quarantine import quarantine
from ampsm.git.repository import changed_paths
from ampsm.model.record import record

_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ampsm"), ("EMAIL", "ampsm@localhost"), ("DATE", "@0 +0000"))
}
_GITLINK = "160000"
_ATTRIBUTES = ".gitattributes"


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
    with _replay(root, worktree) as replay:
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
    with _replay(root, worktree, programs) as replay:
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
    with _replay(root, worktree) as replay:
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
    replay: _Replay,
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


@contextmanager
def _replay(root: Path, worktree: Path, programs: bool = False) -> Iterator[_Replay]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, quarantine(root, Path(name)) as env:
        yield _Replay(root, worktree, Path(name), env, programs)


class _Replay:
    """Puts changes onto a tree, by objects in a quarantine; git reads attributes where they would be at that moment."""

    def __init__(self, root: Path, worktree: Path, scratch: Path, quarantined: dict[str, str], programs: bool) -> None:
        self._programs = programs
        self.scratch = scratch
        self.quarantined = quarantined
        self._root = root
        self._worktree = worktree
        self._folder = scratch
        self._laid_out: list[tuple[str, str]] | None = None
        self._env = {
            **quarantined,
            "GIT_DIR": str(git_dir(worktree if worktree.is_dir() else root)),
            "GIT_INDEX_FILE": str(scratch / "index"),
            **_NOBODY,
        }

    def pick(self, current: str, before: str, after: str, *, attributes: str | None = None) -> tuple[str, list[str]]:
        """The tree after the change from `before` to `after` is put onto `current`, and the paths in conflict; by the
        attributes of `current` or of another tree."""
        if before in (current, after):
            return (after if before == current else current), []
        if current == after:
            return current, []
        self._lay_out(attributes or current)
        # git 2.39 has no --merge-base: both sides become commits on one root, so that their merge base is that root.
        base = self._commit(before)
        ours, theirs = self._commit(current, base), self._commit(after, base)
        done = git(
            self._folder, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs,
            env=self._env, check=False, writes=self._programs,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise GitError("The merge cannot be predicted", done.stderr)
        tree, *paths = (os.fsdecode(field) for field in done.stdout.split(b"\0"))
        # A file that meets a folder is set aside under the name of its side; what matters is where it belongs.
        aside = re.compile(rf"~(?:{ours}|{theirs})(?:_\d+)?$")
        return tree, sorted({aside.sub("", path) for path in paths if path}) if done.returncode else []

    def through(self, start: str, picks: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
        """The trees after each of these changes is put on top of the one before, `start` first, and the paths at which
        that stops in conflict; the last tree has these files then, with their marks."""
        trees = [start]
        for before, after in picks:
            current, conflicts = self.pick(trees[-1], before, after)
            trees.append(current)
            if conflicts:
                return trees, conflicts
        return trees, []

    def written(self, trees: Sequence[str]) -> list[tuple[str, str]]:
        """The paths in which one of these trees differs from the one before it, each with git's letter."""
        return changes_on_the_way(self._root, list(pairwise(trees)), env=self._objects)

    def changes(self, before: str, after: str) -> tuple[tuple[str, str], ...]:
        """The paths in which two trees differ, each with git's letter."""
        return changed_paths(self._root, before, after, env=self._objects)

    def _commit(self, tree: str, *parents: str) -> str:
        options = [word for parent in parents for word in ("-p", parent)]
        return git_line(self._folder, "commit-tree", "-m", "prediction", *options, tree, env=self._env)

    def _lay_out(self, tree: str) -> None:
        """Puts what decides a merge besides the trees where git looks for it: the attributes and `.gitmodules` of the
        tree that is merged into, and the session's checked-out submodules."""
        links, wanted = self._deciding(tree)
        if [*links, *wanted] == self._laid_out:
            return
        self._laid_out = [*links, *wanted]
        self._folder = self.scratch / f"worktree-{tree}"
        self._folder.mkdir(exist_ok=True)
        self._env["GIT_WORK_TREE"] = str(self._folder)
        for path, _ in links:
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            if not (self._folder / path).is_symlink():
                (self._folder / path).symlink_to(self._worktree / path, target_is_directory=True)
        for path, blob in wanted:
            place = self._folder / PurePosixPath(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(git(self._root, "cat-file", "blob", blob, env=self._objects).stdout)

    def _deciding(self, tree: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Checked-out submodules, and the files that decide, of a tree: pairs of path and object."""
        links, wanted = [], []
        listed = git(self._root, "ls-tree", "-r", "-z", "--full-tree", tree, env=self._objects)
        for entry in paths_of(listed.stdout):
            about, _, path = entry.partition("\t")
            mode, kind, blob = about.split(" ")
            name = path.rpartition("/")[2]
            if mode == _GITLINK and (self._worktree / path / ".git").exists():
                links.append((path, blob))
            elif kind == "blob" and mode != "120000" and (name == _ATTRIBUTES or path == ".gitmodules"):
                wanted.append((path, blob))
        return links, wanted

    @property
    def _objects(self) -> dict[str, str]:
        """The environment in which quarantined objects can be read, in the repository's own worktree."""
        return {name: value for name, value in self._env.items() if "OBJECT_DIRECTOR" in name}
