"""What has changed between two looks at a repository, but for what others may do meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ampsm.git.hidden_edits import show_again
from ampsm.git.refs import branch_name
from ampsm.git.surroundings import ways_back
from ampsm.git.surroundings.between import Between
from ampsm.git.surroundings.change import CHECKOUT, FILE, HOOK, MARKED, STASHED, UNSTASHED, Change
from ampsm.git.surroundings.config import config_changes, is_submodules_own
from ampsm.git.surroundings.linked import worktree_changes
from ampsm.git.surroundings.look import FileState, file_state, told_apart
from ampsm.git.surroundings.ref_changes import ref_changes
from ampsm.git.unfinished import an_operation
from ampsm.model.errors import quoted
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER

_MOST_MARKED = 50
_OWN_LINES = {f"/{folder}/".encode() for folder in (WORKTREES_FOLDER, CONTEXT_FOLDER)}


def changes_between(between: Between) -> Iterator[Change]:
    """Raises GitError, and what `save` does."""
    yield from _configs(between)
    yield from _files(between, HOOK, between.before.hooks, _hooks_now(between))
    yield from _files(between, FILE, between.before.others, between.after.others)
    yield from _stash(between)
    yield from ref_changes(between)
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


def _hooks_now(between: Between) -> dict[str, FileState]:
    """The hooks in the folders that were looked at before: what is in one that counts only now has been there, perhaps,
    and that it counts is told by the setting."""
    before, after = between.before, between.after
    gone = [path for path in before.hooks if str(Path(path).parent) not in after.hook_folders]
    found = {path: state for path in gone if (state := file_state(Path(path)))}
    return found | {path: one for path, one in after.hooks.items() if str(Path(path).parent) in before.hook_folders}


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
    for path in sorted(after.marked - before.marked)[:_MOST_MARKED]:
        message = f"In the main checkout {between.root} git was told not to look at {path}, so that edits are not seen"
        subject = f"{MARKED}{path}"
        yield Change(f"{CHECKOUT}:{subject}", CHECKOUT, subject, None, MARKED, message, show_again(between.root, path))


def _meant(state: FileState | None) -> list[bytes]:
    """The lines of `info/exclude` that are not the program's."""
    return [line for line in (state.content or b"").splitlines() if line not in _OWN_LINES] if state else []


def _inside(between: Between, path: str) -> str:
    return os.path.relpath(path, between.after.common)


def _head(said: str) -> str:
    return branch_name(said.removeprefix("ref: ")) or said[:10]
