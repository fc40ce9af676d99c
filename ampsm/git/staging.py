"""Bringing changed files into an index: the real one for a commit, a copy to look at changes."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection
from pathlib import Path

from ampsm.git.calls.conversion import NotConvertedError, why_not_converted
from ampsm.git.command import LONG_TIMEOUT, UNLOCK, GitError, git
from ampsm.git.location import git_path
from ampsm.git.status import Status, worktree_status
from ampsm.model.naming import CONTEXT_FOLDER
from ampsm.model.record import record
from ampsm.system import access
from ampsm.system.calls import Completed
from ampsm.system.plain_files import read_plain
from ampsm.system.programs import at_work_in

_LOCK_SECONDS = 3.0


def stage(
    worktree: Path | str, status: Status, *, leave_out: Collection[str], env: dict[str, str] | None = None,
    writes: bool = False,
) -> None:  # fmt: skip
    """Stages every change of `status` except untracked files in `leave_out`, the context folder and nested
    repositories. What is staged already stays; context files and nested repositories are taken out of the index. It
    `writes` for a commit; else the index is a copy, to look at.

    Linear in the number of changed paths. Raises GitError, NotConvertedError e.g. when a clean filter fails; the index
    is as before then.
    """
    unwanted = [*status.context, *status.nested]
    if unwanted:
        _restore_entries(worktree, unwanted, env, writes)
    gone = {*status.missing, *(path for path in status.unmerged if not os.path.lexists(_full(worktree, path)))}
    gone |= {path for path in (*status.unstaged, *status.unmerged) if _is_pipe(_full(worktree, path))}
    gone |= set(under_folders(worktree, status))
    present = [path for path in (*status.unstaged, *status.unmerged) if path not in gone]
    present += [path for path in status.untracked if path not in leave_out]
    _update(worktree, sorted(gone), "--force-remove", env=env, writes=writes)
    _update(worktree, present, "--add", "--remove", "--replace", env=env, writes=writes)


def under_folders(worktree: Path | str, status: Status) -> list[str]:
    """The paths in conflict at which there is a folder that is no repository. Git tells of nothing in it before they
    are out of the index."""
    places = ((path, Path(worktree, path)) for path in status.unmerged)
    return [
        path for path, at in places if at.is_dir() and not at.is_symlink() and not os.path.lexists(at / ".git")
    ]  # fmt: skip


def not_taken(worktree: Path | str, status: Status, *, leave_out: Collection[str]) -> list[str]:
    """The untracked files of `status` that are still untracked after a commit, since git takes none of their names, as
    of `git~1` or of a link `.gitmodules`. Raises GitError."""
    tried = {path for path in status.untracked if _may_be_refused(path)}.difference(leave_out)
    return sorted(tried.intersection(worktree_status(worktree).untracked)) if tried else []


def _may_be_refused(path: str) -> bool:
    """Asked first, since most names hold nothing like `.git`, its short name on other systems, or what hides it."""
    return "gi" in path.casefold() or not path.isascii()


@record
class SavedIndex:
    """An index file as it was: its bytes, permission bits and time of change, by which git tells racy entries."""

    worktree: Path
    path: Path
    content: bytes
    mode: int
    changed_ns: int


def save_index(worktree: Path | str) -> SavedIndex:
    """The index of a worktree, to be put back by `restore_index`. Raises GitError when there is none."""
    path = git_path(worktree, "index")
    try:
        facts, content = path.stat(), read_plain(path)
    except FileNotFoundError:
        raise GitError(f"{worktree} has no index") from None
    return SavedIndex(Path(worktree), path, content, facts.st_mode & 0o777, facts.st_mtime_ns)


def restore_index(saved: SavedIndex, *, break_lock: bool) -> None:
    """Puts an index back, under git's own lock.

    `break_lock`: a git process of ours was killed, so a lock that is there while no git is at work in the worktree was
    that one's. Raises GitError when somebody else holds the lock for long.
    """
    lock = saved.path.with_name(saved.path.name + ".lock")
    if not break_lock and saved.path.exists() and read_plain(saved.path) == saved.content:
        return
    handle = _take(lock, saved.worktree if break_lock else None)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(saved.content)
            os.fchmod(file.fileno(), saved.mode)
        os.utime(lock, ns=(saved.changed_ns, saved.changed_ns))
        lock.replace(saved.path)
    except BaseException:
        lock.unlink(missing_ok=True)
        raise


def replace_index(saved: SavedIndex, content: bytes) -> bool:
    """Gives the worktree another index under git's own lock; False, and nothing is done, where it is not the `saved`
    one any more. Raises GitError when somebody else holds the lock for long."""
    lock = saved.path.with_name(saved.path.name + ".lock")
    handle = _take(lock, None)
    try:
        with os.fdopen(handle, "wb") as file:
            if read_plain(saved.path) != saved.content:
                lock.unlink()
                return False
            file.write(content)
            os.fchmod(file.fileno(), saved.mode)
        lock.replace(saved.path)
    except BaseException:
        lock.unlink(missing_ok=True)
        raise
    return True


def _take(lock: Path, killed_in: Path | None) -> int:
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            if killed_in is not None and not at_work_in(killed_in, "git"):
                lock.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise GitError(f"{lock} is held by another git process", hint=UNLOCK) from None
            time.sleep(0.02)


def git_when_free(
    worktree: Path | str,
    *args: str,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    timeout: float = LONG_TIMEOUT,
    writes: bool = False,
) -> Completed:
    """Runs git, again for a while when somebody else holds the lock of the index for a moment (an editor's refresh).

    The answer may be a failure. Raises GitError as `git(…, check=False)`.
    """
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        done = git(worktree, *args, stdin=stdin, env=env, timeout=timeout, check=False, writes=writes)
        if done.returncode != 128 or b"index.lock" not in done.stderr or time.monotonic() > deadline:
            return done
        time.sleep(0.05)


def _update(worktree: Path | str, paths: list[str], *options: str, env: dict[str, str] | None, writes: bool) -> None:
    if paths:
        stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
        try:
            _update_index(worktree, *options, "-z", "--stdin", stdin=stdin, env=env, writes=writes)
        except GitError as error:
            ways = (access.way_in(Path(worktree, path)) for path in paths)
            error.hint = next((way for way in ways if way), error.hint)
            raise


def _update_index(
    worktree: Path | str, *args: str, stdin: bytes, env: dict[str, str] | None, writes: bool
) -> None:  # fmt: skip
    done = git_when_free(worktree, "update-index", *args, stdin=stdin, env=env, writes=writes)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace")
        failure = NotConvertedError if why_not_converted(said) else GitError
        raise failure("The changes cannot be staged", done.stderr)


def _restore_entries(worktree: Path | str, paths: list[str], env: dict[str, str] | None, writes: bool) -> None:
    """Makes the index hold for these paths what HEAD holds: an entry, or nothing."""
    listed = git(worktree, "ls-tree", "-r", "-z", "--full-tree", "HEAD", CONTEXT_FOLDER, env=env).stdout
    known = {record.partition(b"\t")[2]: record for record in listed.split(b"\0") if record}
    names = [os.fsencode(path) for path in paths]
    absent = [name for name in names if name not in known]
    if absent:
        stdin = b"".join(name + b"\0" for name in absent)
        _update_index(worktree, "--force-remove", "-z", "--stdin", stdin=stdin, env=env, writes=writes)
    if records := [known[name] for name in names if name in known]:
        stdin = b"".join(record + b"\0" for record in records)
        _update_index(worktree, "-z", "--index-info", stdin=stdin, env=env, writes=writes)


def _is_pipe(path: str | bytes | Path) -> bool:
    """Whether a pipe, socket or device is where a file was: git has no such thing, the file is gone."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISLNK(mode) or stat.S_ISDIR(mode))


def _full(worktree: Path | str, path: str) -> str:
    return os.path.join(worktree, path)  # noqa: PTH118 - a path of git's that is no more than looked at
