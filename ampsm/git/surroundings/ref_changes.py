"""What has changed of a repository's refs between two looks, but for what others may do meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ampsm.git.objects import is_ancestor
from ampsm.git.refs import OWN_REFS, branch_name
from ampsm.git.surroundings import ways_back
from ampsm.git.surroundings.between import Between
from ampsm.git.surroundings.change import REF, REPLACED, Change
from ampsm.git.surroundings.look import FileState
from ampsm.git.surroundings.ref_files import ITERATIONS
from ampsm.model.errors import quoted
from ampsm.model.phrases import counted, few
from ampsm.system.plain_files import read_plain

_STASH, _REMOTES = "refs/stash", "refs/remotes/"

#: How the reflog calls the moves that this program makes.
_OWN_MOVES = ("amp-sessions merge ", "ampsm: ")


def ref_changes(between: Between) -> Iterator[Change]:
    """Raises GitError, and what `save` does."""
    if between.before.refs == between.after.refs:
        return
    before, after = between.before.refs.all(), between.after.refs.all()
    remote, lost = list[str](), list[str]()
    for name in sorted(before.keys() | after.keys(), key=lambda name: (name.startswith(OWN_REFS), name)):
        old, new = before.get(name), after.get(name)
        if old == new or name == _STASH:
            continue
        if name.startswith(ITERATIONS):
            lost += [name] if new is None else []
        elif name.startswith(OWN_REFS):
            yield from _way_back(between, name, old, new)
        elif _is_others(between, name):
            yield from _others_branch(between, name, old, new)
        elif name.startswith(_REMOTES):
            remote.append(f"{name.removeprefix(_REMOTES)} {_short(old)} → {_short(new)}")
        elif (change := _ref(between, name, old, new)) is not None:
            yield change
    if lost:
        yield _of_iterations(between, lost, before)
    if remote:
        message = f"Remote-tracking branches moved meanwhile: {few(remote)}"
        yield Change("ref:refs/remotes", REF, "refs/remotes", None, None, message, None, False)


def _of_iterations(between: Between, lost: list[str], before: dict[str, str]) -> Change:
    """Of refs that keep what iterations began and ended with: one file makes all of them again."""
    known = {name: before[name] or between.commit_of(name) for name in lost}
    lines = "".join(f"update {name} {commit}\n" for name, commit in known.items() if commit)
    saved = between.save("iterations", FileState(os.fsencode(lines), "", 0o600)) if lines else None
    back = f"git -C {quoted(between.root)} update-ref --stdin <{quoted(saved)}" if saved else None
    names = few([name.removeprefix(ITERATIONS) for name in lost])
    verb = "was" if len(lost) == 1 else "were"
    message = (
        f"{counted(len(lost), 'ref')} of iterations ({names}) {verb} deleted, which keep the commits before and after"
    )
    return Change(f"{REF}:{ITERATIONS}", REF, ITERATIONS, None, None, message, back, False)


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


def _short(sha: str | None) -> str:
    return "nothing" if sha is None else sha if sha.startswith("ref: ") else sha[:10]
