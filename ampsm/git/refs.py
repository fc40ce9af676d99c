"""Reading and moving refs; every move is compare-and-swap (SPEC section 6)."""

from __future__ import annotations

import time
from pathlib import Path

from ampsm.git.command import GitError, git, line_of
from ampsm.git.objects import read_refs as read_refs
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record

#: Refs that only this program makes.
OWN_REFS = "refs/ampsm/"

_HEADS = "refs/heads/"
_LOCK_SECONDS = 5.0


class RefMoved(UserError):  # noqa: N818 - an answer more than a failure
    """A ref was not where the caller saw it last; nothing was changed."""

    def __init__(self, ref: str, expected: str | None, found: str | None) -> None:
        super().__init__(
            "branch-moved", f"{ref} was moved meanwhile: expected {expected or 'none'}, found {found or 'none'}",
            details={"ref": ref, "expected": expected, "found": found},
        )  # fmt: skip


@record
class DatedRef:
    """A ref's full name, the commit it points at, and when that was made, in seconds since 1970."""

    name: str
    sha: str
    at: int


def branch_ref(name: str) -> str:
    """The full name of a local branch."""
    return _HEADS + name


def branch_name(ref: str) -> str | None:
    """The local branch that a full ref name means; None when it is no branch's."""
    return ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else None


def no_such_branch(root: Path | str, name: str, hint: str | None = None) -> UserError:
    """The error for a name that is none of a local branch."""
    hint = hint or f"git -C {quoted(root)} branch --list"
    return UserError(
        "no-such-branch", f"There is no local branch '{name}' in {root}", hint=hint, details={"name": name}
    )  # fmt: skip


def read_ref(root: Path | str, ref: str) -> str | None:
    """What a ref, given by its full name, points at; None when there is no such ref. Raises GitError."""
    return read_refs(root, [ref]).get(ref)


def refs_below(root: Path | str, prefix: str) -> dict[str, str]:
    """All refs whose full names begin with `prefix`, which ends in a slash, and what they point at."""
    listed = line_of(git(root, "for-each-ref", "--format=%(objectname) %(refname)", prefix))
    return {name: sha for sha, _, name in (line.partition(" ") for line in listed.splitlines())}


def dated_refs(root: Path | str, prefix: str) -> list[DatedRef]:
    """All refs of commits whose full names begin with `prefix`, which ends in a slash."""
    listed = line_of(git(root, "for-each-ref", "--format=%(refname) %(objectname) %(committerdate:unix)", prefix))
    rows = (line.split(" ") for line in listed.splitlines())
    return [DatedRef(name, sha, int(at)) for name, sha, at in rows]


def size_of_own(root: Path | str) -> int:
    """Bytes of the objects that nothing keeps but the program's own refs: about what removing them would free."""
    return int(line_of(git(
        root, "rev-list", "--objects", "--disk-usage", f"--glob={OWN_REFS}*", "--not", "--branches", "--tags",
        "--remotes",
    )))  # fmt: skip


def refs_containing(root: Path | str, commit: str, prefix: str) -> list[str]:
    """The full names of the refs below `prefix` whose history contains a commit."""
    return line_of(git(root, "for-each-ref", "--format=%(refname)", "--contains", commit, prefix)).splitlines()


def update_ref(root: Path | str, ref: str, new: str, old: str | None, *, reason: str = "ampsm") -> None:
    """Moves a ref from `old` to `new`; `old` None: it must not exist yet. Raises RefMoved, or GitError."""
    _swap(root, ref, old, ("-m", reason, ref, new, old or ""))


def delete_ref(root: Path | str, ref: str, old: str) -> None:
    """Deletes a ref that points at `old`. Raises RefMoved (also when it is gone), or GitError."""
    _swap(root, ref, old, ("-d", ref, old))


def keep(root: Path | str, ref: str, sha: str) -> None:
    """Makes one of the program's own refs point at `sha`, wherever it pointed before. Raises GitError."""
    if not ref.startswith(OWN_REFS):
        raise AssertionError(f"{ref} is not the program's own")
    before = None  # as it mostly is
    while True:
        try:
            update_ref(root, ref, sha, before)
            return
        except RefMoved:
            before = read_ref(root, ref)
        if before == sha:
            return


def iteration_ref(session_id: str, number: int, which: str) -> str:
    """The ref that keeps the branch tip from before (`start`) or after (`end`) an iteration (SPEC section 5.6)."""
    return f"{OWN_REFS}iterations/{session_id}/{number}-{which}"


def _swap(root: Path | str, ref: str, old: str | None, arguments: tuple[str, ...]) -> None:
    """Runs `git update-ref`, again for a while when somebody else only holds the ref's lock."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        done = git(root, "update-ref", "--no-deref", *arguments, check=False, writes=True)
        if done.returncode == 0:
            return
        found = read_ref(root, ref)
        if found != old:
            raise RefMoved(ref, old, found)
        if time.monotonic() > deadline or not _is_locked(done.stderr):
            raise GitError(f"{ref} cannot be moved", done.stderr)
        time.sleep(0.02)


def _is_locked(stderr: bytes) -> bool:
    """Only decides whether trying again makes sense, so git's words may be looked at."""
    return b".lock'" in stderr
