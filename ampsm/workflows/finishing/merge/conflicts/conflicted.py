"""The paths that are, or were, in conflict at a stop: what their sides have, and of which kind they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ampsm.context import Context
from ampsm.git.command import git, paths_of
from ampsm.git.content.blobs import contents_of, sizes_of
from ampsm.git.rewrite import stages as index
from ampsm.git.rewrite.left_by_git import in_tree, is_binary, left_by_git
from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.git.rewrite.stages import BASE, SESSION, TARGET, MergeRules, StagedEntry, Stages
from ampsm.model.conflicts import ConflictKind
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts import kinds
from ampsm.workflows.finishing.merge.conflicts.drafts import Drafts, stages_of
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop

#: Larger files are taken for binary: nobody reads them hunk by hunk.
_MOST_TEXT = 64 * 2**20


@record
class Conflicted:
    """A path in conflict. `entry` is what the index has of it once it is `resolved`, None where that is nothing; `left`
    what git wrote when it stopped, as far as it knows (`forgotten`: it does not)."""

    path: str
    old_path: str | None
    stages: Stages
    kind: ConflictKind
    binary: bool
    rules: MergeRules
    sizes: Mapping[str, int]
    resolved: bool
    entry: StagedEntry | None
    left: StagedEntry | None
    forgotten: bool

    @property
    def has_hunks(self) -> bool:
        return kinds.has_hunks(self.kind)


def all_conflicted(stop: ConflictStop, drafts: Drafts, only: str | None = None) -> list[Conflicted]:
    """Every path that has been in conflict since the rebase has stopped, resolved or not, sorted: also what was
    resolved elsewhere. `only`: that path, or what was moved away from it. Raises GitError."""
    worktree = stop.worktree
    waiting = index.unmerged(worktree)
    found = {path: stages_of(draft) for path, draft in drafts.items()} | index.resolved_since(worktree) | waiting
    if only is not None and only in found:
        found = {only: found[only]}
    paths = sorted(found)
    entries = index.entries(worktree, [path for path in paths if path not in waiting])
    rules, left = index.merge_rules(worktree, paths), left_by_git(worktree, paths)
    sizes = sizes_of(stop.root, [side.blob for path in paths for side in found[path].values() if not side.is_submodule])
    binaries = _binaries(stop, sizes)
    renames = _Renames(stop, paths)
    made = []
    for path in paths:
        stages = found[path]
        aside = where_they_belong([path])[0]
        binary = rules[path].apart or any(entry.is_file and entry.blob in binaries for entry in stages.values())
        kind = kinds.kind_of(stages, aside != path, binary)
        made.append(Conflicted(
            path, aside if aside != path else renames.before(path, stages, kind), stages, kind, binary, rules[path],
            sizes, path not in waiting, entries.get(path), (left or {}).get(path), left is None,
        ))  # fmt: skip
    return made if only is None or only in found else [one for one in made if one.old_path == only]


def one_conflicted(ctx: Context, stop: ConflictStop, drafts: Drafts, path: str) -> Conflicted:
    """That of one path, also by the name that it had before it was moved. Raises `no-such-file` (exit 3)."""
    found = all_conflicted(stop, drafts, path)
    if not found:
        raise stop.session.error("conflicts", "no-such-file", f"There is no conflict in {path}", path=path)
    if len(found) > 1:
        names = ", ".join(one.path for one in found)
        raise UserError(
            "no-such-file", f"What was at {path} is at different paths now: {names}",
            hint=f"amp-sessions conflicts {stop.session.id}", details={"path": path},
        )  # fmt: skip
    return found[0]


def _binaries(stop: ConflictStop, sizes: Mapping[str, int]) -> set[str]:
    """Those of the blobs that are not merged line by line, each read once and many of them together."""
    found = {blob for blob, size in sizes.items() if size > _MOST_TEXT}
    batch, held = list[str](), 0
    for blob in [*sizes.keys() - found, None]:
        if batch and (blob is None or held + sizes[blob] > _MOST_TEXT):
            found |= {one for one, content in contents_of(stop.root, batch).items() if is_binary(content)}
            batch, held = [], 0
        if blob is not None:
            batch.append(blob)
            held += sizes[blob]
    return found


class _Renames:
    """Where paths were before a side moved them; git is asked when one may have been."""

    def __init__(self, stop: ConflictStop, paths: Sequence[str]) -> None:
        self._stop = stop
        self._paths = paths
        self._in_base: Collection[str] | None = None
        self._known: dict[int, dict[str, str]] = {}

    def before(self, path: str, stages: Stages, kind: ConflictKind) -> str | None:
        base = self._stop.at.base
        if base is None or (kind is not ConflictKind.RENAMED_APART and BASE not in stages):
            return None
        if self._in_base is None:
            self._in_base = in_tree(self._stop.root, base, self._paths) or {}
        if path in self._in_base:
            return None
        if kind is not ConflictKind.RENAMED_APART and stages[BASE].is_submodule:
            return None
        sides: Iterable[int] = (TARGET, SESSION)
        return next((old for side in sides if (old := self._of(side).get(path))), None)

    def _of(self, side: int) -> dict[str, str]:
        """Old paths by the new ones, as one side has moved them."""
        if side not in self._known:
            at = self._stop.at
            commit = at.head if side == TARGET else at.commit
            words = ("diff-tree", "-r", "-z", "--find-renames", "--diff-filter=R", "--name-status", at.base or "")
            fields = paths_of(git(self._stop.root, *words, commit, "--").stdout)
            self._known[side] = dict(zip(fields[2::3], fields[1::3], strict=True))
        return self._known[side]
