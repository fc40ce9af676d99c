"""Which files a rebase would leave in conflict: asked of git itself, nothing is touched (SPEC section 6)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ampsm.git.command import GitError, git, git_line, paths_of
from ampsm.git.quarantine import quarantine
from ampsm.git.repository import tree_of

_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ampsm"), ("EMAIL", "ampsm@localhost"), ("DATE", "@0 +0000"))
}
_GITLINK = "160000"
_ATTRIBUTES = ".gitattributes"


#: A commit as a change: the trees, or commits, before and after it.
Pick = tuple[str, str]


def predicted_conflicts(root: Path, worktree: Path, tip: str, target: str, branch_point: str) -> list[str]:
    """The paths that conflict when everything from `branch_point` to `tip` is put onto `target` as one commit, sorted.

    Equal to what `git rebase --onto` meets: merge drivers, renames and directory renames count, by the attributes that
    `target` has. Nothing is written to the repository; `worktree` need not exist any more. Raises GitError.
    """
    return predicted_stop(root, worktree, target, [(branch_point, tip)])


def predicted_stop(root: Path, worktree: Path, target: str, picks: Sequence[Pick]) -> list[str]:
    """As `predicted_conflicts` for commits that are put onto `target` one after the other: the paths at which the first
    of them stops that does not go through."""
    current = tree_of(root, target)
    trees = [(tree_of(root, before), tree_of(root, after)) for before, after in picks]
    if all(before == after for before, after in trees) or (len(trees) == 1 and trees[0][0] == current):
        return []
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, quarantine(root, Path(name)) as env:
        replay = _Replay(root, worktree, Path(name), env)
        for before, after in trees:
            current, conflicts = replay.pick(current, before, after)
            if conflicts:
                return conflicts
    return []


class _Replay:
    """Puts changes onto a tree, by objects in a quarantine; git reads attributes where they would be at that moment."""

    def __init__(self, root: Path, worktree: Path, scratch: Path, quarantined: dict[str, str]) -> None:
        self._root = root
        self._worktree = worktree
        self._scratch = scratch
        self._folder = scratch / "worktree"
        self._folder = scratch
        self._laid_out: list[tuple[str, str]] | None = None
        self._env = {
            **quarantined,
            "GIT_DIR": git_line(worktree if worktree.is_dir() else root, "rev-parse", "--absolute-git-dir"),
            "GIT_INDEX_FILE": str(scratch / "index"),
            **_NOBODY,
        }

    def pick(self, current: str, before: str, after: str) -> tuple[str, list[str]]:
        """The tree after the change from `before` to `after` is put onto `current`, and the paths in conflict."""
        if before in (current, after):
            return (after if before == current else current), []
        if current == after:
            return current, []
        self._lay_out(current)
        # git 2.39 has no --merge-base: both sides become commits on one root, so that their merge base is that root.
        base = self._commit(before)
        ours, theirs = self._commit(current, base), self._commit(after, base)
        done = git(
            self._folder, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs,
            env=self._env, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise GitError("The merge cannot be predicted", done.stderr)
        tree, *paths = (os.fsdecode(field) for field in done.stdout.split(b"\0"))
        # A file that meets a folder is set aside under the name of its side; what matters is where it belongs.
        aside = re.compile(rf"~(?:{ours}|{theirs})(?:_\d+)?$")
        return tree, sorted({aside.sub("", path) for path in paths if path}) if done.returncode else []

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
        self._folder = self._scratch / f"worktree-{tree}"
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
