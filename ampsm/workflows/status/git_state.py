"""What git says about a session now: its place, local changes, position, predicted conflicts (`git` of `status`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import prediction, refs, repository
from ampsm.git.calls.conversion import why_not_read
from ampsm.git.command import OBJECT_MISSING, answer_or, git
from ampsm.git.content.committed import GITLINK, look
from ampsm.git.diff import diff
from ampsm.git.git_files.pipes import pipe_named
from ampsm.git.rewrite.worktree_seen import WorktreeSeen
from ampsm.git.surroundings.main_checkout import Misread, misread_checkout
from ampsm.git.unfinished import operation_in
from ampsm.git.worktree import administration, emptied, proof
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.system import access
from ampsm.workflows.session import branch_point
from ampsm.workflows.session.arrival import has_arrived
from ampsm.workflows.session.branch_point import base_tip
from ampsm.workflows.session.known_tip import last_known_tip, lost_since, tip_ref
from ampsm.workflows.session.moved import moved_to, other_checkout, renamed_to
from ampsm.workflows.session.repository_of import way_in, why_not_there
from ampsm.workflows.session.unharmed import harm_to_base
from ampsm.workflows.session.worktree_of import local_changes

_Look = Callable[[Session, WorktreeSeen], "GitState"]


@record
class GitState:
    """The facts of `status`; None for what cannot be known because worktree, branch or repository are gone.

    `repository_problem` is what is in the place of a repository that is not there, the end of a sentence about it.
    `folder_there` when anything lies where the worktree was, unless that was `emptied`; `damaged` are the files of what
    git keeps of a worktree that can be made whole again; `blocked_by` is a pipe in the place of a file that git reads.
    `operation` (`rebase`, `merge`, …) waits in the worktree to be finished, the `unmerged` files to be resolved. `head`
    is the commit the worktree is at, else `tip`, where the branch is; `last_tip` is where one that is gone, or was put
    on another history by hand, was last, `renamed_to` what it is called now, `checked_out` the branch of the worktree's
    HEAD, `elsewhere` another worktree that has the session's branch instead, `moved_to` its own, where that was put.
    `ahead` and `behind` count commits against the base, which is a local branch while `base_there`. Counts of changes
    leave unchanged test leftovers out; `nested` are repositories inside that are no submodules, which are never
    committed. `misread` is why git takes the worktree for none, `missing` what it says of an object that it lacks.
    While the session waits for a person, `linked` are those that were committed as links, and `unpublished` the
    submodules, each with a commit that nobody else has. `repository_back` is the command that mends a repository which
    git cannot read, `harm` what keeps the commits from being merged since somebody did it to the main checkout or to
    the base, with the command that puts it right. `merge_gone`: the session was merged, and no branch that it may have
    gone to has it any more.
    """

    internal = (
        "repository_problem", "blocked_by", "worktree_there", "branch_there", "renamed_to", "folder_there", "damaged",
        "operation", "checked_out", "tip", "last_tip", "base_there", "unmerged", "nested", "emptied",
        "linked", "unpublished", "repository_back", "elsewhere", "moved_to", "harm", "misread", "missing", "merge_gone",
    )  # fmt: skip

    repository_problem: str | None = None
    repository_back: str | None = None
    worktree_there: bool = False
    branch_there: bool = False
    renamed_to: str | None = None
    folder_there: bool = False
    damaged: tuple[str, ...] = ()
    blocked_by: str | None = None
    operation: str | None = None
    checked_out: str | None = None
    elsewhere: Path | None = None
    moved_to: Path | None = None
    tip: str | None = None
    last_tip: str | None = None
    head: str | None = None
    merge_base: str | None = None
    base_there: bool = True
    ahead: int | None = None
    behind: int | None = None
    staged: int | None = None
    unstaged: int | None = None
    untracked: int | None = None
    unmerged: tuple[str, ...] = ()
    test_leftovers: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    emptied: bool = False
    misread: Misread | None = None
    missing: str | None = None
    linked: tuple[str, ...] = ()
    unpublished: tuple[tuple[str, str], ...] = ()
    conflicts_with_base: tuple[str, ...] = ()
    harm: tuple[str, str] | None = None
    merge_gone: bool = False

    @property
    def repository_there(self) -> bool:
        return self.repository_problem is None

    @property
    def way_free(self) -> str:
        """The command that removes what blocks git."""
        return f"rm {quoted(self.blocked_by)}"

    @property
    def dirty(self) -> bool:
        return bool(self.staged or self.unstaged or self.untracked)


def load_git_state(ctx: Context, session: Session, seen: WorktreeSeen | None = None) -> GitState:
    """Reads the state of a session without changing anything; what is gone shows as None and empty lists. `seen` is its
    worktree, for whoever wants to know more of it."""
    seen = seen or WorktreeSeen(session.worktree)
    found = _load(ctx, session, seen, _local_changes)
    return _with_position(ctx, session, found) if found.repository_there else found


def load_place(ctx: Context, session: Session) -> GitState:
    """As `load_git_state`, of repository, branch and worktree alone: changes, position and conflicts stay unknown."""
    return _load(ctx, session, WorktreeSeen(session.worktree), _checked_out)


def _load(ctx: Context, session: Session, seen: WorktreeSeen, look: _Look) -> GitState:
    if (problem := why_not_there(session)) is not None:
        return GitState(repository_problem=problem, repository_back=way_in(session))
    branch, noted = refs.branch_ref(session.branch), tip_ref(session.id)
    try:
        at, found = refs.read_refs(session.repo, [branch, noted]), _place(session, seen, look)
        tip = at.get(branch)
        last = lost_since(session, tip, at.get(noted)) if tip else last_known_tip(ctx, session)
    except (UserError, OSError) as error:
        if isinstance(error, UserError) and error.code == OBJECT_MISSING:
            return GitState(missing=error.message)
        misread = answer_or(None, misread_checkout, Path(session.repo))
        hint = error.hint if isinstance(error, UserError) else None
        back = misread.back if misread else access.way_in(session.worktree) or hint
        return GitState(repository_problem=f"cannot be read ({error})", repository_back=back)
    if tip is None:
        return replace(found, last_tip=last, renamed_to=answer_or(None, renamed_to, session))
    left = found.worktree_there and found.checked_out != session.branch and not found.operation
    return replace(
        found, branch_there=True, tip=tip, last_tip=last, head=found.head if found.worktree_there else tip,
        elsewhere=answer_or(None, other_checkout, session) if left else None,
        moved_to=None if found.folder_there else answer_or(None, moved_to, session),
    )  # fmt: skip


def _place(session: Session, seen: WorktreeSeen, look: _Look) -> GitState:
    root, worktree = Path(session.repo), Path(session.worktree)
    if is_vacant(worktree):
        return GitState()
    git_dir = proof.git_dir_of(worktree, root)
    if git_dir is not None and administration.is_whole(worktree, git_dir):
        try:
            operation = operation_in(git_dir)
            found = _local_changes(session, seen) if operation else look(session, seen)
            if found.misread is not None:
                return replace(found, folder_there=True)
            if found.emptied and not operation:
                return GitState(emptied=True)
            return replace(found, folder_there=True, worktree_there=True, operation=operation)
        except UserError as error:
            if (pipe := pipe_named(error)) is not None:
                return GitState(folder_there=True, blocked_by=pipe)
            if error.code == OBJECT_MISSING:
                return GitState(folder_there=True, missing=error.message)
            if why_not_read(error):  # all is there, but nothing can be said of it
                raise
        except OSError:
            pass
    git(root, "for-each-ref", "--count=1")  # where git reads nothing, the worktree says nothing of itself
    if git_dir is not None and (misread := misread_checkout(worktree)) is not None:
        return GitState(folder_there=True, misread=misread)
    damaged = administration.damage(root, worktree)
    return GitState(folder_there=True, damaged=damaged.parts if damaged else ())


def _checked_out(session: Session, _seen: WorktreeSeen) -> GitState:
    if (misread := misread_checkout(Path(session.worktree))) is not None:
        return GitState(misread=misread)
    found = repository.head(session.worktree)
    git_dir = proof.git_dir_of(Path(session.worktree), Path(session.repo))
    missing = git_dir and emptied.missing_files(Path(session.worktree), git_dir)
    lost = emptied.lost_files(session.worktree, missing or ())
    return GitState(checked_out=found.branch, head=found.sha, emptied=bool(lost))


def _local_changes(session: Session, seen: WorktreeSeen) -> GitState:
    changes = local_changes(session, seen)
    found = changes.status
    return GitState(
        checked_out=found.branch, head=found.head, staged=len(found.staged),
        unstaged=len({*found.unstaged, *found.unmerged}), untracked=len(found.untracked), unmerged=found.unmerged,
        nested=found.nested, test_leftovers=changes.test_leftovers,
        emptied=bool(emptied.lost_files(session.worktree, found.missing)),
    )  # fmt: skip


def _with_position(ctx: Context, session: Session, found: GitState) -> GitState:
    root, base, tip = Path(session.repo), base_tip(session), found.tip
    found = replace(found, base_there=bool(base))
    if tip is None:
        return found
    target = base or session.base_sha
    try:
        point = branch_point.branch_point_of(ctx, session, tip)
        ahead, behind = repository.ahead_behind(root, tip, target)
        conflicts = prediction.predicted_conflicts(root, Path(session.worktree), tip, target, point) if ahead else []
    except UserError as error:
        return replace(found, missing=error.message) if error.code == OBJECT_MISSING else found
    found = replace(
        found, merge_base=point, ahead=ahead, behind=behind, conflicts_with_base=tuple(sorted(conflicts)),
        harm=harm_to_base(ctx, session) if ahead and base else None,
        merge_gone=bool(ahead and session.status == "done" and not answer_or(1, has_arrived, ctx, session, root, tip)),
    )  # fmt: skip
    waits = session.status == "awaiting-input" and found.worktree_there and ahead
    return answer_or(found, _with_repositories, session, found, point, tip) if waits else found


def _with_repositories(session: Session, found: GitState, point: str, tip: str) -> GitState:
    """With the repositories inside that were committed, of a session that may wait because of them."""
    worktree = Path(session.worktree)
    entries = [entry for entry in diff(worktree, base=point, mode=("range", point, tip), patch=False).entries
               if entry.mode == GITLINK]  # fmt: skip
    brought = look(worktree, point, tip, entries)
    return replace(found, linked=brought.nested, unpublished=brought.unpublished)
