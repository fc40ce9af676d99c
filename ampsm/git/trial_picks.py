"""Putting changes onto trees as a rebase would, to see what comes of it: git's own merge, in a quarantine."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path, PurePosixPath

from ampsm.git.command import GitError, git, line_of, paths_of
from ampsm.git.in_the_way import changes_on_the_way
from ampsm.git.location import git_dir
from ampsm.git.quarantine import quarantine
from ampsm.git.repository import changed_paths
from ampsm.model.record import record

_NOBODY = "author ampsm <ampsm@localhost> 0 +0000\ncommitter ampsm <ampsm@localhost> 0 +0000\n\nprediction\n"
_GITLINK = "160000"
_ATTRIBUTES = ".gitattributes"


@contextmanager
def trial_picks(root: Path, worktree: Path, programs: bool = False, keep: bool = False) -> Iterator[TrialPicks]:
    """With `programs` merge drivers run that came with the session. What is made is gone at the end, but with `keep`,
    which leaves it to the repository."""
    import tempfile

    apart = nullcontext(dict[str, str]()) if keep else None
    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, apart or quarantine(root, Path(name)) as env:
        yield TrialPicks(root, worktree, Path(name), env, programs)


@record
class PickedTree:
    """What came of a pick: a `tree`, in which files in conflict have their marks, and the `entries` of these for an
    index, as `git ls-files --unmerged -z` writes them. The sides have the names `ours` and `theirs` there."""

    tree: str
    entries: tuple[bytes, ...]
    ours: str
    theirs: str


class TrialPicks:
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
        }

    def pick(self, current: str, before: str, after: str, *, attributes: str | None = None) -> tuple[str, list[str]]:
        """The tree after the change from `before` to `after` is put onto `current`, and the paths in conflict; by the
        attributes of `current` or of another tree."""
        if before in (current, after):
            return (after if before == current else current), []
        if current == after:
            return current, []
        made = self.merged(current, before, after, attributes or current)
        # A file that meets a folder is set aside under the name of its side; what matters is where it belongs.
        aside = re.compile(rf"~(?:{made.ours}|{made.theirs})(?:_\d+)?$")
        paths = {os.fsdecode(entry.partition(b"\t")[2]) for entry in made.entries}
        return made.tree, sorted({aside.sub("", path) for path in paths})

    def merged(self, current: str, before: str, after: str, attributes: str) -> PickedTree:
        """The same of trees that all differ, with all that git says of conflicts."""
        self._lay_out(attributes)
        # git 2.39 has no --merge-base: both sides become commits on one root, so that their merge base is that root.
        ours, theirs = self._commits(before, current, after)
        done = git(
            self._folder, "merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs,
            env=self._env, check=False, writes=self._programs,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise GitError("The merge cannot be predicted", done.stderr)
        tree, *entries = done.stdout.split(b"\0")
        return PickedTree(tree.decode(), tuple(filter(None, entries)) if done.returncode else (), ours, theirs)

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

    def _commits(self, before: str, current: str, after: str) -> tuple[str, str]:
        """A commit of each of the sides, on one of what was before; all of them are written by one call."""
        base = _commit(before)
        files = [self.scratch / name for name in ("base", "ours", "theirs")]
        for file, commit in zip(files, (base, _commit(current, _id(base)), _commit(after, _id(base))), strict=True):
            file.write_bytes(commit)
        words = ("hash-object", "-t", "commit", "-w", "--no-filters", "--")
        _, ours, theirs = line_of(git(self._folder, *words, *map(str, files), env=self._env)).splitlines()
        return ours, theirs

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


def _commit(tree: str, parent: str | None = None) -> bytes:
    on = f"parent {parent}\n" if parent else ""
    return f"tree {tree}\n{on}{_NOBODY}".encode()


def _id(commit: bytes) -> str:
    """The id of a commit, by the kind of ids that it has itself."""
    made = hashlib.sha1(usedforsecurity=False) if commit.index(b"\n") == len("tree ") + 40 else hashlib.sha256()
    made.update(b"commit %d\0" % len(commit) + commit)
    return made.hexdigest()
