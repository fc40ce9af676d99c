"""What a cleanup of a session would remove, and whether anything in it is found nowhere else (SPEC section 6)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ampsm.context import Context
from ampsm.git import location, refs, status
from ampsm.git.command import git_answer
from ampsm.git.commits import CommitInfo, commits_between
from ampsm.git.containment import is_contained
from ampsm.git.surroundings.look import Stashed
from ampsm.git.trash.contents import Contents, contents
from ampsm.git.unfinished import Unfinished
from ampsm.git.worktree import nested, proof, removal
from ampsm.git.worktree.administration import damage
from ampsm.git.worktree.vacancy import is_vacant
from ampsm.model.errors import UserError, quoted
from ampsm.model.phrases import counted, few
from ampsm.model.record import record
from ampsm.model.session import Session
from ampsm.workflows.session import outside
from ampsm.workflows.session.arrival import has_arrived
from ampsm.workflows.session.branch_point import branch_point_of, branch_tip
from ampsm.workflows.session.known_tip import last_known_tip, recorded_tip, rewound_from, tip_ref
from ampsm.workflows.session.moved import require_at_home
from ampsm.workflows.session.repository_of import require_repository
from ampsm.workflows.session.worktree_of import hinting_the_way_back, local_changes

#: Where branches are, of this repository and of its remotes.
_BRANCHES = ("refs/heads/", "refs/remotes/")


@record
class CleanupPlan:
    """What would go. `tip` is the commit the branch is at, or was last.

    `worktree` with its `contents` is None when it is gone or stays, `branch` likewise; `already_gone` names what is not
    there any more, `git_dir` is what git still has noted of a worktree that is gone. `commits` and `files` are what the
    base does not have, `taken_off` the commits that somebody took off the branch, found there and in the base no more,
    and `was_at` the last of them, `stashed` the entries of the stash that were made in the session, which stay;
    `unfinished` is what of git's waits in the worktree for a person.
    """

    tip: str
    worktree: removal.Removable | None = None
    branch: str | None = None
    already_gone: tuple[str, ...] = ()
    commits: tuple[CommitInfo, ...] = ()
    taken_off: tuple[CommitInfo, ...] = ()
    was_at: str | None = None
    files: tuple[str, ...] = ()
    contents: Contents | None = None
    stashed: tuple[Stashed, ...] = ()
    git_dir: Path | None = None
    unfinished: Unfinished | None = None


def plan_cleanup(ctx: Context, session: Session, *, force: bool = False) -> CleanupPlan:
    """Looks at everything and changes nothing; by `force` a submodule may hold commits that nobody else has.

    Raises `not-a-repository` (exit 3), and what no `--force` overrides: `wrong-worktree`, `branch-moved`,
    `worktree-locked`, `branch-checked-out`, `nested-repository` (exit 5).
    """
    root, worktree = Path(session.repo), Path(session.worktree)
    require_repository(session)
    at = branch_tip(session)
    tip = at or last_known_tip(ctx, session, search=True)
    gone: tuple[str, ...] = () if at else ("branch",)
    branch = None if session.adopted else at and session.branch
    if damage(root, worktree):
        with hinting_the_way_back(session):
            proof.prove_worktree(worktree, root)
    require_at_home(session)
    if branch:
        removal.require_not_used_elsewhere(root, branch, worktree)
    plan = CleanupPlan(
        tip,
        branch=branch,
        already_gone=gone,
        commits=_commits(ctx, session, root, tip) if branch or gone else (),
        stashed=outside.stashed_in(ctx, session),
    )
    if branch and at:
        was_at, taken_off = _taken_off(ctx, session, root, at)
        plan = replace(plan, was_at=was_at, taken_off=taken_off)
    if is_vacant(worktree):
        noted = location.admin_dirs(root, worktree)
        for git_dir in noted:
            removal.require_unlocked(root, worktree, git_dir)
            nested.require_no_submodule_commits(worktree, git_dir)
        return replace(plan, already_gone=("worktree", *gone), git_dir=noted[0] if noted else None)
    if session.adopted and not removal.is_below(root, worktree):
        return plan
    with hinting_the_way_back(session):
        removable = removal.prove_removable(root, worktree)
    _prove_branch(session, root, worktree, at)
    found = contents(worktree, ctx.settings.get("trashIgnoredMaxMiB") * 2**20, force=force)
    local = local_changes(session)
    files = _dirty(local.status, worktree, tip, branch_there=at is not None)
    return replace(plan, worktree=removable, files=files, contents=found, unfinished=local.unfinished)


def refusal(session: Session, plan: CleanupPlan) -> UserError | None:
    """Why nothing may go without `--force`, naming the commits and files; None when all of it is found elsewhere."""
    waiting = plan.unfinished
    if not plan.commits and not plan.files and not plan.taken_off and not waiting:
        return None
    parts = []
    if plan.commits:
        named = few([f"{commit.sha[:10]} {commit.subject}" for commit in plan.commits])
        base = session.base_branch or session.base_sha[:10]
        parts.append(f"{counted(len(plan.commits), 'commit')} that {base} does not have ({named})")
    if plan.files:
        parts.append(f"{counted(len(plan.files), 'uncommitted file')} ({few(plan.files)})")
    if waiting:
        parts.append(f"{waiting.what_it_is} that waits to be finished" if waiting.operation else waiting.what)
    if plan.taken_off:
        named = few([f"{commit.sha[:10]} {commit.subject}" for commit in plan.taken_off])
        parts.append(f"{counted(len(plan.taken_off), 'commit')} that somebody took off its branch ({named})")
    next_command = f"{'merge' if plan.commits else 'commit'} {session.id} --message '…'"
    if plan.already_gone:
        next_command = f"restore {session.id}"
    hint = f"amp-sessions {next_command}" if waiting is None else waiting.hint
    if plan.taken_off and not plan.already_gone and waiting is None:
        hint = f"git -C {quoted(session.worktree)} reset --keep {plan.was_at}"
    gone = plan.commits and "branch" in plan.already_gone
    whose = f"Session {session.id} has"
    if gone:
        whose = f"The branch of session {session.id} is gone; it had"
    commits = [{"sha": commit.sha, "subject": commit.subject} for commit in (*plan.commits, *plan.taken_off)]
    return UserError(
        "not-merged" if commits else "unfinished-operation" if waiting else "uncommitted-changes",
        f"{whose} {' and '.join(parts)}; --force removes it all the same, into a snapshot",
        hint=hint,
        details={"commits": commits, "files": list(plan.files)},
    )  # fmt: skip


def _prove_branch(session: Session, root: Path, worktree: Path, at: str | None) -> None:
    """HEAD is the session's branch, whether that still exists or not."""
    if at is None and git_answer(worktree, "symbolic-ref", "-q", "HEAD") == refs.branch_ref(session.branch):
        proof.prove_worktree(worktree, root)
        return
    with hinting_the_way_back(session):
        proof.prove_place(worktree, root, session.branch)


def _dirty(found: status.Status, worktree: Path, tip: str, *, branch_there: bool) -> tuple[str, ...]:
    staged = set(found.staged)
    if not branch_there and not status.index_entries_differ(worktree, tip):
        staged = set()  # against a branch that is gone every file is new
    others = (found.unstaged, found.untracked, found.unmerged, found.nested, found.submodules)
    return tuple(sorted(staged.union(*others)))


def _commits(ctx: Context, session: Session, root: Path, tip: str) -> tuple[CommitInfo, ...]:
    """The session's commits, unless one of the branches they may have gone to has them, or what they change. Where the
    session's branch is gone, any branch may have them, as when somebody gave it another name."""
    own = tuple(commits_between(root, branch_point_of(ctx, session, tip), tip))
    if not own or has_arrived(ctx, session, root, tip):
        return ()
    kept = branch_tip(session) is None and any(refs.refs_containing(root, tip, place) for place in _BRANCHES)
    return () if kept else own


def _taken_off(ctx: Context, session: Session, root: Path, tip: str) -> tuple[str | None, tuple[CommitInfo, ...]]:
    """Where the branch, which is at `tip`, was when it was last seen or recorded, and the commits that it has no more
    since somebody put it back; None where it has them all, or what they change, or the branches have they went to."""
    kept = tip
    for seen in (refs.read_ref(root, tip_ref(session.id)), recorded_tip(ctx, session, tip)):
        was_at = rewound_from(session, kept, rewound_from(session, tip, seen))
        if was_at is None:
            continue
        if not is_contained(root, was_at, tip) and not has_arrived(ctx, session, root, was_at):
            return was_at, tuple(commits_between(root, tip, was_at))
        kept = was_at  # whatever it holds is there, if otherwise
    return None, ()
