"""Whether git still takes a checkout of a repository, the main one or a worktree, for one."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.git.command import answer_or, git, line_of
from ampsm.git.git_files.index_file import can_be_read, way_back
from ampsm.git.location import git_dir_at
from ampsm.git.surroundings.config import settings_in
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain


@record
class Misread:
    """What is wrong with a checkout, and the command that puts it right."""

    message: str
    back: str


def misread_checkout(root: Path) -> Misread | None:
    """How git misreads the main checkout that sessions were made from, or a worktree: as bare, as one somewhere else,
    or the main one not at all for its index; None when all is well, or there is no checkout. One call of git. Raises
    GitError."""
    git_dir = git_dir_at(root)
    if git_dir is None or not (git_dir / "index").exists():
        return None
    linked = git_dir.parent.name == "worktrees"
    if not linked and not can_be_read(git_dir / "index"):
        message = f"The index of the main checkout {root} is damaged, so git cannot read it"
        return Misread(message, way_back(root, git_dir / "index"))
    asked = git(root, "rev-parse", "--is-inside-work-tree", "--show-toplevel", check=False)
    if line_of(asked) == f"true\n{os.path.realpath(root)}":
        return None
    what = "worktree" if linked else "main checkout"
    for name in ("config.worktree", "config"):
        file = git_dir / name
        settings = settings_in(read_plain(file)) if file.is_file() else {}
        change = f"git config --file {quoted(file)}"
        if settings is None:
            return Misread(f"{file} can no longer be read by git", f"{change} --edit")
        if (settings.get("core.bare") or ("false",))[-1] not in ("false", "no", "off", "0", ""):
            message = f"The {what} {root} reads as a bare repository: core.bare is set in {file}"
            return Misread(message, f"{change} --replace-all core.bare false")
        if elsewhere := settings.get("core.worktree"):
            if Path(os.path.realpath(git_dir / elsewhere[-1])) == Path(os.path.realpath(root)):
                continue
            message = f"git takes {elsewhere[-1]} for the {what}, not {root}: core.worktree is set in {file}"
            own = linked or git_dir == root / ".git"
            back = "--unset-all core.worktree" if own else f"--replace-all core.worktree {quoted(root)}"
            return Misread(message, f"{change} {back}")
    return None


def hinting_at_misread(error: UserError, root: Path | str) -> UserError:
    """The same error, with what puts the main checkout right as its hint where git misreads that: whatever else was
    tried would fail again."""
    if misread := answer_or(None, misread_checkout, Path(root)):
        error.hint = misread.back
    return error
