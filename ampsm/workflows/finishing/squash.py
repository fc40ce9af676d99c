"""Making one commit out of a session's commits (SPEC section 6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import refs
from ampsm.git.commits import CommitRefused
from ampsm.git.objects import commits_between, trees_of
from ampsm.git.rewrite import squash as objects
from ampsm.git.rewrite.squash import Squashed
from ampsm.model.errors import UserError
from ampsm.model.record import record
from ampsm.model.session import Session, utc_now
from ampsm.workflows.finishing.of_upstream import require_none_of_upstream
from ampsm.workflows.finishing.rewrite import back_up, make_ready, require_related
from ampsm.workflows.session import branch_point, commit_origin, operations, session_file
from ampsm.workflows.session.held import held


@record
class SquashResult:
    """The answer of `squash`: `squashed` commits are one now, after it come `kept` manual ones; `commit` is the tip.
    `backup_ref` keeps the tip from before; None when there was nothing to rewrite, since all are manual and kept."""

    commit: str
    squashed: int
    kept: int
    backup_ref: str | None


def squash_session(ctx: Context, ref: str, *, message: str, include_manual: str = "include") -> SquashResult:
    """Squashes the session's commits into one with the user's message, verbatim.

    `include_manual` "exclude" keeps manual commits as their own after it. The files do not change. Raises
    `nothing-to-merge`, `cannot-separate`, `uncommitted-changes`, `not-ready` (exit 5), `commit-refused`, and as
    `make_ready`.
    """
    with held(ctx, ref, "squash") as (session, _):
        tip = make_ready(ctx, session)
        _require_own_commits(session, tip)

        def announce(made: Squashed, backup_ref: str) -> None:
            operations.push(ctx, session, operations.Operation(
                n=0, operation="squash", at=utc_now(), from_sha=tip, to_sha=made.commit, backup_ref=backup_ref,
                status_before=session.status, merged_at_before=session.merged_at,
                blocked_by_tests_before=session.blocked_by_tests,
            ))  # fmt: skip

        made, backup_ref = squash_held(
            ctx, session, tip, message=message, include=include_manual == "include",
            target_sha=branch_point.base_tip(session), announce=announce,
        )  # fmt: skip
        session_file.save_session(ctx, session)
    return SquashResult(made.commit, made.squashed, made.kept, backup_ref)


def _require_own_commits(session: Session, tip: str) -> None:
    """Raises `not-ready` when commits of the base's upstream would be folded into the session's."""
    if (base := session.base_branch) is None or (target := branch_point.base_tip(session)) is None:
        return
    point = branch_point.point_to_rewrite(session, tip, target)
    require_none_of_upstream(session, base, (commit.sha for commit in commits_between(session.repo, point, tip)))


def squash_held(
    ctx: Context, session: Session, tip: str, *, message: str, include: bool, target_sha: str | None,
    announce: Callable[[Squashed, str], None],
) -> tuple[Squashed, str | None]:  # fmt: skip
    """Squashes the commits of a session that is held and ready, at `tip`, and moves its branch. Returns what it made,
    and the ref that keeps the tip from before.

    `announce` is told the result and the ref of the backup before the branch moves, so that the step can be recorded;
    it is not called when nothing is rewritten. Raises as `squash`; the branch has not moved then.
    """
    worktree = Path(session.worktree)
    point = branch_point.point_to_rewrite(session, tip, target_sha)
    found = commit_origin.classify(ctx, session, point, tip)
    if not found:
        raise nothing_to_merge(session)
    require_related(session, point, tip)
    try:
        made = objects.squash(
            worktree, branch_point=point, tip=tip, commits=found, message=message, include=include,
            hooks=ctx.settings.get("commitHooks") == "run",
        )  # fmt: skip
    except CommitRefused as refused:
        raise UserError(
            "commit-refused", refused.message,
            hint=refused.hint or "change the message, or see `details`: the same again with --json",
            details={"output": ctx.redactor.redact(refused.output)},
        ) from None  # fmt: skip
    except UserError as error:
        if error.code == "cannot-separate":
            error.hint = f"amp-sessions squash {session.id} --message '…'  (folds them in)"
        raise
    trees = trees_of(worktree, [made.commit, tip])
    if trees[made.commit] != trees[tip]:
        raise AssertionError("a squash would change files")
    if made.commit == tip:
        return made, None
    backup_ref = back_up(ctx, session, tip)
    commit_origin.note_rewrite(ctx, session, made.mapping, also=[made.made] if made.made else [])
    announce(made, backup_ref)
    refs.update_ref(worktree, refs.branch_ref(session.branch), made.commit, tip, reason="ampsm: squash")
    return made, backup_ref


def nothing_to_merge(session: Session) -> UserError:
    """The error for a session without commits of its own."""
    return UserError(
        "nothing-to-merge", f"Session {session.id} has no commits of its own",
        hint=without_commits(session),
    )  # fmt: skip


def without_commits(session: Session) -> str:
    """The next command for a session that has no commits of its own: it is merged, or the agent has still to work."""
    done = session.status == "done"
    return f"amp-sessions cleanup {session.id}" if done else f"amp-sessions iterate {session.id} --notes '…'"
