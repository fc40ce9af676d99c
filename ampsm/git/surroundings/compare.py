"""What has changed between two looks at a repository, but for what others may do meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ampsm.git.objects import is_ancestor
from ampsm.git.refs import OWN_REFS, branch_name
from ampsm.git.surroundings import ways_back
from ampsm.git.surroundings.change import CHECKOUT, FILE, HOOK, REF, REPLACED, STASHED, UNSTASHED, Change
from ampsm.git.surroundings.config import config_changes, is_submodules_own
from ampsm.git.surroundings.linked import Owners, worktree_changes
from ampsm.git.surroundings.look import FileState, Surroundings, file_state, told_apart
from ampsm.git.unfinished import an_operation
from ampsm.model.errors import quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.model.phrases import few
from ampsm.model.record import record
from ampsm.system.plain_files import read_plain

_STASH, _REMOTES = "refs/stash", "refs/remotes/"
_OWN_LINES = {f"/{folder}/".encode() for folder in (WORKTREES_FOLDER, CONTEXT_FOLDER)}

#: How the reflog calls the moves that this program makes.
_OWN_MOVES = ("amp-sessions merge ", "ampsm: ")


@record
class Between:
    """Two looks at the repository `root`, the session's `branch` (and its worktree's git directory `admin`), and the
    branches that are other sessions'. `save` keeps the content that a file had, and names the copy; `is_meant` says
    whether one of those branches is where its own session has put it, or nobody can tell; `owners` whose worktrees
    are."""

    root: Path
    before: Surroundings
    after: Surroundings
    branch: str
    admin: Path
    others: frozenset[str]
    save: Callable[[str, FileState], str | None]
    is_meant: Callable[[str, str | None], bool]
    owners: Owners


def changes_between(between: Between) -> Iterator[Change]:
    """Raises GitError, and what `save` does."""
    yield from _configs(between)
    yield from _files(between, HOOK, between.before.hooks, between.after.hooks)
    yield from _files(between, FILE, between.before.others, between.after.others)
    yield from _stash(between)
    yield from _refs(between)
    yield from worktree_changes(
        between.root, between.admin.name, between.before.worktrees, between.after.worktrees, between.owners,
        between.after.refs.all,
    )  # fmt: skip
    yield from _main_checkout(between)


def _configs(between: Between) -> Iterator[Change]:
    before, after = between.before.configs, between.after.configs
    sections = [f"branch.{name}." for name in (*between.others, between.branch)]
    worktree = ways_back.worktree_of(between.admin)
    own = (between.after.common / "config.worktree", between.admin / "config.worktree")
    watched = [*before, *sorted(between.before.awaited), *map(str, own)]
    for path in dict.fromkeys(watched):  # a file that is included only now is told by the setting
        old, new = before.get(path), after.get(path) or file_state(Path(path))
        if (old and old.digest) != (new and new.digest):
            saved = between.save(path, old) if old else None
            users = path in between.before.users
            for change in config_changes(path, old, new, saved, users=users):
                own_section = any(change.subject.startswith(section) for section in sections)
                if users or not (own_section or is_submodules_own(change, worktree)):
                    yield change


def _files(
    between: Between, kind: str, before: dict[str, FileState], after: dict[str, FileState]
) -> Iterator[Change]:  # fmt: skip
    for path in dict.fromkeys([*before, *after]):
        old, new = before.get(path), after.get(path)
        if old == new or (path.endswith("/exclude") and _meant(old) == _meant(new)):
            continue
        what = f"The hook {Path(path).name}" if kind == HOOK else f"The file {_inside(between, path)} of the repository"
        how = "was added" if old is None else "was removed" if new is None else "was changed"
        saved = between.save(path, old) if old else None
        back = f"rm {quoted(path)}" if old is None else f"cp -p {quoted(saved)} {quoted(path)}" if saved else None
        yield Change(
            f"{kind}:{path}", kind, path, told_apart(old), told_apart(new), f"{what} {how} ({path})", back, True, path
        )


def _stash(between: Between) -> Iterator[Change]:
    before, after = ({entry.sha: entry for entry in seen.stash} for seen in (between.before, between.after))
    git = f"git -C {quoted(between.root)}"
    for sha in before.keys() - after.keys():
        message = f"The entry {sha[:10]} of the stash ({before[sha].message}) is gone: it was dropped or popped"
        back = f"{git} stash store -m {quoted(before[sha].message)} {sha}"
        yield Change(f"{UNSTASHED}:{sha}", UNSTASHED, sha, sha, None, message, back)
    for number, entry in enumerate(reversed(between.after.stash)):
        if entry.sha in before:
            continue
        own = is_stash_of(entry.message, between.branch) or "(no branch)" in entry.message
        message = f"The stash has a new entry, stash@{{{number}}} {entry.sha[:10]}: {entry.message}"
        where = f"git -C {quoted(ways_back.worktree_of(between.admin) or between.root)}"
        apply = f"{where} stash apply {entry.sha}" if own else None
        yield Change(f"{STASHED}:{entry.sha}", STASHED, entry.sha, None, entry.sha, message, apply, own)


def is_stash_of(message: str, branch: str) -> bool:
    """Whether an entry of the stash was made on a branch, as git calls it."""
    return message.startswith((f"WIP on {branch}:", f"On {branch}:"))


def _refs(between: Between) -> Iterator[Change]:
    if between.before.refs == between.after.refs:
        return
    before, after = between.before.refs.all(), between.after.refs.all()
    remote: list[str] = []
    for name in sorted(before.keys() | after.keys(), key=lambda name: (name.startswith(OWN_REFS), name)):
        old, new = before.get(name), after.get(name)
        if old == new or name == _STASH:
            continue
        if name.startswith(OWN_REFS):
            yield from _way_back(between, name, old, new)
        elif _is_others(between, name):
            yield from _others_branch(between, name, old, new)
        elif name.startswith(_REMOTES):
            remote.append(f"{name.removeprefix(_REMOTES)} {_short(old)} → {_short(new)}")
        elif (change := _ref(between, name, old, new)) is not None:
            yield change
    if remote:
        message = f"Remote-tracking branches moved meanwhile: {few(remote)}"
        yield Change("ref:refs/remotes", REF, "refs/remotes", None, None, message, None, False)


def _way_back(between: Between, name: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Of refs that keep what was before: this program takes none away but with age (`doctor --fix`)."""
    if old and new is None:
        message = f"{name}, which keeps a way back at {_short(old)}, was deleted"
        yield Change(f"{REF}:{name}", REF, name, old, None, message, ways_back.of_ref(between.root, name, old, None))


def _others_branch(between: Between, name: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Of branches of other sessions, which their own commands move as well. Said, and no more: `status` and `doctor`
    go on to tell of each session whose branch is gone or was put back."""
    branch = branch_name(name) or ""
    if old is None or branch not in between.others or (new and _is_ancestor(between, old, new)):
        return
    if not between.is_meant(branch, new):
        how = f"was deleted; it was at {_short(old)}" if new is None else f"was moved: {_short(old)} → {_short(new)}"
        message = f"The branch {branch} of another session {how}"
        back = ways_back.of_ref(between.root, name, old, new)
        yield Change(f"{REF}:{name}", REF, name, old, new, message, back, False)


def _ref(between: Between, name: str, old: str | None, new: str | None) -> Change | None:
    branch = branch_name(name)
    called = f"The branch {branch}" if branch else f"The ref {name}"
    moved, lasting = f"{_short(old)} → {_short(new)}", True
    back = None
    if new is None:
        how = f"was deleted; it was at {_short(old)}"
    elif old is None:
        how, lasting = f"was created at {_short(new)}", name.startswith(REPLACED)
    elif _moved_by_us(between, name, new):
        return None
    elif _is_ancestor(between, old, new):
        how, lasting = f"moved forward meanwhile: {moved}", False
    else:
        how = f"was {'rewound' if branch and _is_ancestor(between, new, old) else 'moved'}: {moved}"
    if lasting or old is None:
        back = ways_back.of_ref(between.root, name, old, new)
    return Change(f"{REF}:{name}", REF, name, old, new, f"{called} {how}", back, lasting)


def _is_ancestor(between: Between, old: str, new: str) -> bool:
    return not any(said.startswith("ref: ") for said in (old, new)) and is_ancestor(between.root, old, new)


def _main_checkout(between: Between) -> Iterator[Change]:
    before, after = between.before, between.after
    if before.head != after.head:
        message = f"The main checkout {between.root} was switched: {_head(before.head)} → {_head(after.head)}"
        back = ways_back.of_head(between.root, before.head)
        yield Change(f"{CHECKOUT}:HEAD", CHECKOUT, "HEAD", before.head, after.head, message, back)
    if before.operation != after.operation and after.operation is not None:
        message = f"In the main checkout {between.root} {an_operation(after.operation)} waits to be finished"
        back = f"git -C {quoted(between.root)} status"
        yield Change(f"{CHECKOUT}:operation", CHECKOUT, "operation", before.operation, after.operation, message, back)


def _is_others(between: Between, name: str) -> bool:
    branch = branch_name(name)
    return branch is not None and (branch in between.others or branch == between.branch or branch.startswith("amp/"))


def _moved_by_us(between: Between, name: str, new: str) -> bool:
    """Whether the last move of a ref was a merge of ours, or its undo."""
    try:
        last = os.fsdecode(read_plain(between.after.common / "logs" / name)).splitlines()[-1]
    except (OSError, IndexError):
        return False
    about, _, message = last.partition("\t")
    return about.split(" ")[1:2] == [new] and message.startswith(_OWN_MOVES)


def _meant(state: FileState | None) -> list[bytes]:
    """The lines of `info/exclude` that are not the program's."""
    return [line for line in (state.content or b"").splitlines() if line not in _OWN_LINES] if state else []


def _inside(between: Between, path: str) -> str:
    return os.path.relpath(path, between.after.common)


def _head(said: str) -> str:
    return branch_name(said.removeprefix("ref: ")) or said[:10]


def _short(sha: str | None) -> str:
    return "nothing" if sha is None else sha if sha.startswith("ref: ") else sha[:10]
