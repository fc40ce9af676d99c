"""Which files a rebase of the squashed session would leave in conflict: asked of git itself, nothing is touched."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from ampsm.git.command import GitError, git, git_line
from ampsm.git.quarantine import quarantine
from ampsm.git.repository import tree_of

_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "ampsm"), ("EMAIL", "ampsm@localhost"), ("DATE", "@0 +0000"))
}
_GITLINK = b"160000"
_ATTRIBUTES = ".gitattributes"


def predicted_conflicts(root: Path, worktree: Path, tip: str, target: str, branch_point: str) -> list[str]:
    """The paths that conflict when everything from `branch_point` to `tip` is put onto `target` as one commit, sorted.

    Equal to what `git rebase --onto` meets: merge drivers, renames and directory renames count, by the attributes that
    `target` has. Nothing is written to the repository; `worktree` need not exist any more. Raises GitError.
    """
    trees = [tree_of(root, commit) for commit in (branch_point, target, tip)]
    if trees[0] in trees[1:] or trees[1] == trees[2]:
        return []
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ampsm-") as name, quarantine(root, Path(name)) as env:
        folder = Path(name) / "worktree"
        folder.mkdir()
        env |= {
            "GIT_DIR": git_line(worktree if worktree.is_dir() else root, "rev-parse", "--absolute-git-dir"),
            "GIT_WORK_TREE": str(folder),
            "GIT_INDEX_FILE": str(Path(name) / "index"),
            **_NOBODY,
        }
        _lay_out(root, worktree, target, folder)
        # git 2.39 has no --merge-base: both sides become commits on one root, so that their merge base is that root.
        base = _commit(folder, env, trees[0])
        ours, theirs = _commit(folder, env, trees[1], base), _commit(folder, env, trees[2], base)
        done = git(
            folder, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs, env=env,
            check=False,
        )  # fmt: skip
    if done.returncode == 0:
        return []
    if done.returncode != 1:
        raise GitError("The merge cannot be predicted", done.stderr)
    # A file that meets a folder is set aside under the name of its side; what matters is where it belongs.
    aside = re.compile(rf"~(?:{ours}|{theirs})(?:_\d+)?$")
    return sorted({aside.sub("", os.fsdecode(path)) for path in done.stdout.split(b"\0")[1:] if path})


def _commit(folder: Path, env: dict[str, str], tree: str, *parents: str) -> str:
    options = [word for parent in parents for word in ("-p", parent)]
    return git_line(folder, "commit-tree", "-m", "prediction", *options, tree, env=env)


def _lay_out(root: Path, worktree: Path, target: str, folder: Path) -> None:
    """Puts what decides a merge besides the trees where git looks for it: the target's attributes and `.gitmodules`,
    and the session's checked-out submodules."""
    wanted: list[tuple[str, bytes]] = []
    for record in git(root, "ls-tree", "-r", "-z", "--full-tree", target).stdout.split(b"\0"):
        if not record:
            continue
        about, _, raw = record.partition(b"\t")
        mode, kind, blob = about.split(b" ")
        path = os.fsdecode(raw)
        name = path.rpartition("/")[2]
        if mode == _GITLINK and (worktree / path / ".git").exists():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(worktree / path, target_is_directory=True)
        elif kind == b"blob" and mode != b"120000" and (name == _ATTRIBUTES or path == ".gitmodules"):
            wanted.append((path, blob))
    for path, blob in wanted:
        place = folder / PurePosixPath(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(git(root, "cat-file", "blob", os.fsdecode(blob)).stdout)
