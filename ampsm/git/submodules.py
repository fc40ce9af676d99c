"""The submodules that `.gitmodules` names, and whether what is committed in one is found anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ampsm.git.command import LONG_TIMEOUT, git, line_of, paths_of


def submodules(worktree: Path | str, commit: str | None = None) -> dict[str, str]:
    """The names of the submodules by their paths, of the worktree or of a commit."""
    place = ("--file", ".gitmodules") if commit is None else ("--blob", f"{commit}:.gitmodules")
    listed = git(worktree, "config", "-z", *place, "--get-regexp", r"^submodule\..*\.path$", check=False)
    if listed.returncode != 0:
        return {}
    entries = (entry.partition("\n") for entry in paths_of(listed.stdout))
    return {path.rstrip("/"): key.removeprefix("submodule.").removesuffix(".path") for key, _, path in entries}


def unpublished(git_dir: Path, elsewhere: Path, *, at: str | None = None, known: str | None = None) -> str | None:
    """A commit in a submodule's git directory that neither its remotes are known to have nor the repository
    `elsewhere`, the main checkout's own copy: it would go with the worktree. None when there is none.

    Looked for are the commit `at`, if it is there, and what came before it; by default HEAD and every ref, the stash
    too. `known` is a commit that others have.
    """
    where = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(git_dir)}
    if at and not _has(git_dir, at, where):
        return None
    start = at or "--all"
    others = (known,) if known and _has(git_dir, known, where) else ()
    asked = ("rev-list", start, "--not", "--remotes", *others)
    done = git(git_dir, *asked, env=where, check=False, timeout=LONG_TIMEOUT)
    commits = line_of(done).split() if done.returncode == 0 else []
    return commits[0] if commits and not _all_in(elsewhere, commits) else None


def modules_in(git_dir: Path) -> Iterator[str]:
    """The git directories of submodules that a worktree's one holds, relative to its `modules`; checked out or not."""
    waiting = [git_dir / "modules"]
    while waiting:
        for folder in waiting.pop().glob("*"):
            if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
                yield str(folder.relative_to(git_dir / "modules"))
                waiting.append(folder / "modules")
            elif folder.is_dir() and not folder.is_symlink():
                waiting.append(folder)


def _all_in(module: Path, commits: list[str]) -> bool:
    """Whether a repository has all these commits on branches, tags or HEAD."""
    if not module.is_dir():
        return False
    where = {"GIT_DIR": str(module), "GIT_WORK_TREE": str(module)}
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    done = git(module, "rev-list", "-1", "--stdin", "--not", "--all", "HEAD", stdin=asked, env=where, check=False)
    return done.returncode == 0 and not done.stdout


def _has(git_dir: Path, commit: str, where: dict[str, str]) -> bool:
    return git(git_dir, "cat-file", "-e", f"{commit}^{{commit}}", env=where, check=False).returncode == 0
