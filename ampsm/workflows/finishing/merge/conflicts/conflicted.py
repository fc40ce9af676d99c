"""The paths that are, or were, in conflict at a stop: what their sides have, and of which kind they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ampsm.context import Context
from ampsm.git.objects import contents_of, sizes_of
from ampsm.git.rewrite.left_by_git import MOST_TEXT, is_binary, left_by_git
from ampsm.git.rewrite.merged_by_git import changed_by_both
from ampsm.git.rewrite.rebase import where_they_belong
from ampsm.git.rewrite.stages import MergeRules, StagedEntry, Stages
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.model.conflicts import ConflictKind
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts import kinds
from ampsm.workflows.finishing.merge.conflicts.drafts import Drafts, stages_of
from ampsm.workflows.finishing.merge.conflicts.placed import Places, moved_to
from ampsm.workflows.finishing.merge.conflicts.renames import Renames
from ampsm.workflows.finishing.merge.conflicts.sentences import sentence_for
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, are_rules


@record
class Conflicted:
    """A path in conflict. `entry` is what the index has of it once it is `resolved`, None where that is nothing; `left`
    what git wrote when it stopped, as far as it knows (`forgotten`: it does not). `beside` is what the sides have that
    git has put under another name, since only one kind of file can be here; `elsewhere` where sides have it that do not
    have it here, and `other_mode` the mode of what the other side has where this file belongs. `any_ends`: the rules
    for line ends are in conflict too."""

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
    beside: Stages
    elsewhere: Mapping[int, str]
    other_mode: str
    any_ends: bool

    @property
    def sides(self) -> Stages:
        """What can be made of the path: what the sides have here, or would have here."""
        return {**self.beside, **self.stages}

    @property
    def sentence(self) -> str:
        """What the sides did."""
        return sentence_for(self.kind, self.stages, self.path, self.old_path, self.elsewhere, self.other_mode)

    @property
    def in_index(self) -> Stages:
        """The entries that the index has of it."""
        if not self.resolved:
            return self.stages
        return {0: self.entry} if self.entry else {}

    @property
    def has_hunks(self) -> bool:
        return kinds.has_hunks(self.kind)


def all_conflicted(
    stop: ConflictStop, drafts: Drafts, only: str | None = None, seen: WorktreeSeen | None = None
) -> list[Conflicted]:
    """Every path that has been in conflict since the rebase has stopped, resolved or not, sorted: also what was
    resolved elsewhere. `only`: that path, or what was moved away from it. The worktree is `seen` by others too. Raises
    GitError."""
    seen = seen or WorktreeSeen(stop.worktree)
    waiting, resolved = seen.unmerged_and_resolved
    everything = {path: stages_of(draft) for path, draft in drafts.items()} | resolved | waiting
    places, found = Places(everything), everything
    if only is not None and only in found:
        found = {only: found[only]}
    paths = sorted(found)
    entries = seen.entries([path for path in paths if path not in waiting])
    rules, left = seen.rules(paths), left_by_git(stop.worktree, paths)
    sides = [side for path in paths for side in (*found[path].values(), *places.of(path).beside.values())]
    sizes = sizes_of(stop.root, [side.blob for side in sides if not side.is_submodule])
    binaries = _binaries(stop, sizes)
    renames = Renames(stop, sorted(everything))
    any_ends = any(map(are_rules, everything))
    made = []
    for path in paths:
        stages, placed = found[path], places.of(path)
        binary = rules[path].apart or any(entry.is_file and entry.blob in binaries for entry in stages.values())
        kind = kinds.kind_of(stages, placed.apart, binary)
        old = placed.belongs if placed.belongs != path else None
        if not placed.apart:
            old = renames.before(path, stages, kind)
        made.append(Conflicted(
            path, old, stages, kind, binary, rules[path],
            sizes, path not in waiting, entries.get(path), (left or {}).get(path), left is None,
            placed.beside, moved_to(renames, placed, kind, old), placed.other_mode,
            any_ends,
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
    found = {blob for blob, size in sizes.items() if size > MOST_TEXT}
    batch, held = list[str](), 0
    for blob in [*sizes.keys() - found, None]:
        if batch and (blob is None or held + sizes[blob] > MOST_TEXT):
            found |= {one for one, content in contents_of(stop.root, batch).items() if is_binary(content)}
            batch, held = [], 0
        if blob is not None:
            batch.append(blob)
            held += sizes[blob]
    return found


def merged_by_git(stop: ConflictStop, conflicted: Iterable[Conflicted]) -> tuple[str, ...]:
    """The paths in the worktree, sorted, of what both sides changed at this stop, differently, and that is not
    `conflicted`. Raises GitError."""
    if stop.at.base is None:
        return ()
    found = changed_by_both(stop.root, stop.at.base, stop.at.head, stop.at.commit)
    asked = {name for file in conflicted for name in (file.path, file.old_path, *where_they_belong([file.path]))}
    return tuple(sorted(now for before, now in found.items() if not asked & {before, now}))
