"""Whether git can write the files of a branch into a checkout as what is set for them says: a required filter that
fails would leave a merge in the middle."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ampsm.git.calls.conversion import NotConvertedError, see_what_is_set, why_not_converted
from ampsm.git.command import git
from ampsm.git.git_files.config_names import files_of_users, named_in
from ampsm.git.location import common_dir
from ampsm.system.plain_files import read_plain

_PROGRAMS = ("clean", "smudge", "process")
_WORDS = (b"filter", b"working-tree-encoding")


def require_convertible(worktree: Path, commit: str, paths: Sequence[str], *, programs: bool) -> None:
    """Raises NotConvertedError for a path of a commit that git cannot write, by the attributes of the worktree that has
    the commit checked out. Of each filter one file is tried; with `programs` by those, too, that came with the session.
    """
    if not any(_may_convert(file) for file in _attributes_files(worktree, paths)):
        return
    for path in _suspects(worktree, paths, _required(worktree, programs)):
        done = git(worktree, "cat-file", "--filters", f"{commit}:{path}", check=False, writes=programs)
        if done.returncode != 0 and why_not_converted(said := done.stderr.decode("utf-8", "replace")):
            failure = NotConvertedError("The files cannot be written", done.stderr)
            failure.hint = see_what_is_set(worktree, said)
            raise failure


def _attributes_files(worktree: Path, paths: Sequence[str]) -> Iterator[Path]:
    """Where attributes of these paths may stand; found without git, since most repositories have none."""
    folders = {Path(), *(folder for path in paths for folder in Path(path).parents)}
    yield from (worktree / folder / ".gitattributes" for folder in sorted(folders))
    yield common_dir(worktree) / "info/attributes"
    users = list(files_of_users())
    yield from (file for file in users if file.name == "attributes")
    yield from named_in(users)


def _may_convert(file: Path) -> bool:
    try:
        content = read_plain(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # git knows better
    return any(word in content for word in _WORDS)


def _required(worktree: Path, programs: bool) -> set[str]:
    """The filters that must not fail, and run something."""
    listed = git(worktree, "config", "-z", "--get-regexp", r"^filter\.", check=False, writes=programs).stdout
    settings = dict(os.fsdecode(entry).partition("\n")[::2] for entry in listed.split(b"\0") if entry)
    names = {key.removeprefix("filter.").rpartition(".")[0] for key in settings}
    return {
        name
        for name in names
        if settings.get(f"filter.{name}.required", "false").lower() not in ("false", "no", "off", "0")
        and any(settings.get(f"filter.{name}.{program}") for program in _PROGRAMS)
    }


def _suspects(worktree: Path, paths: Sequence[str], required: set[str]) -> Iterator[str]:
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    told = git(worktree, "check-attr", "-z", "--stdin", "filter", "working-tree-encoding", stdin=stdin).stdout
    words = [os.fsdecode(word) for word in told.split(b"\0")]
    tried = set()
    for path, attribute, value in zip(words[::3], words[1::3], words[2::3], strict=False):
        ill = value in required if attribute == "filter" else value in ("set", "unset")
        if ill and value not in tried:
            tried.add(value)
            yield path
