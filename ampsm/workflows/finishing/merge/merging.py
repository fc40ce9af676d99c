"""An open merge at work: how its state is stored and told, how it halts and ends (SPEC section 6)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from ampsm.context import Context
from ampsm.git import refs, repository
from ampsm.git.rewrite import rebase as git_rebase
from ampsm.journal.events import OnEvent, StepChanged
from ampsm.model.errors import UserError, quoted
from ampsm.model.merge import MergeStatus, MergeStep, WaitsFor
from ampsm.model.session import Session, utc_now
from ampsm.system.locks import SessionLock
from ampsm.workflows.finishing import rewrite
from ampsm.workflows.finishing.merge import going_on
from ampsm.workflows.finishing.merge.commands import command_of
from ampsm.workflows.finishing.merge.machine import next_step, require_allowed
from ampsm.workflows.finishing.merge.proposals_taken import tell_proposals
from ampsm.workflows.session import merge_records, open_merge, operations, session_file
from ampsm.workflows.session.branch_point import Target


class Halted(Exception):  # noqa: N818 - most often it waits for a person
    """A merge cannot go on by itself; it stays open. `status` is that of the outcome."""

    def __init__(self, status: str, error: UserError) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error


class Merging:
    """A session that is held, with its open merge; every change of state is on the disk before it is acted on."""

    def __init__(
        self, ctx: Context, session: Session, lock: SessionLock, state: open_merge.OpenMerge, on_progress: OnEvent
    ) -> None:
        self.ctx = ctx
        self.session = session
        self.lock = lock
        self.state = state
        self.on_progress = on_progress
        self.root = Path(session.repo)
        self.worktree = Path(session.worktree)
        self.branch_ref = refs.branch_ref(session.branch)
        #: Whether the last step is done.
        self.over = False
        #: What went wrong after the merge itself.
        self.late_errors: list[UserError] = []

    def save(self, **changes: Any) -> None:
        before, after = self.state, replace(self.state, **changes)
        require_allowed(before, after)
        self.state = open_merge.save(self.ctx, self.session.id, after)
        if after.waiting_for != before.waiting_for:
            merge_records.index_merges(self.ctx, self.session.id)

    def enter(self) -> None:
        """Begins the step that is stored, and tells so."""
        self.save(waiting_for=None, conflicts=(), steps=self._with_step("started", None))
        self.tell("started", None)

    def advance(self, message: str | None, status: str = "done", **changes: Any) -> None:
        """Stores that the step at work is done, or was `skipped` or has `failed` without breaking the merge, and with a
        `message` tells so."""
        done, following = self.state.step, next_step(self.state)
        self.over = following is None
        steps = self.state.steps if message is None else self._with_step(status, message, **changes)
        self.save(step=following or done, steps=steps, **changes)
        if message is not None:
            self.tell(status, message, done)

    def note_done(self, message: str) -> None:
        """Keeps for the records that the only step of a rebase is done."""
        self.state = replace(self.state, steps=self._with_step("done", message))

    def announce(self, command: str) -> None:
        """Stores what the step at work is about to run."""
        self.save(steps=self._with_step("started", None, command=command))

    def begin_again(self, step: MergeStep, **changes: Any) -> None:
        """Goes back to an earlier step."""
        self.save(step=step, waiting_for=None, **changes)

    def halt(self, waits_for: WaitsFor, status: str, error: UserError, **changes: Any) -> Halted:
        """Stores what the merge waits for; the exception to raise."""
        self.save(waiting_for=waits_for, steps=self._with_step("failed", error.message), **changes)
        self.save_session(status="awaiting-input", blocked_by_tests=waits_for == WaitsFor.TESTS)
        self.tell("failed", error.message)
        return Halted(status, error)

    def halt_for_tests(self, message: str, **details: object) -> Halted:
        """The same for tests that fail (exit 8)."""
        hint = rewrite.go_on_or_give_up(self.session, f"mend it and commit in {self.worktree}")
        return self.halt(WaitsFor.TESTS, "tests-failed", UserError("tests-failed", message, hint=hint, details=details))

    def broke(self, error: UserError) -> None:
        """Stores why the step at work broke, as far as that can be written; the merge stays open there, for a person to
        put right what is wrong."""
        with suppress(UserError, OSError):
            self.save(steps=self._with_step("failed", error.message))
        self.save_session(status="awaiting-input")
        self.tell("failed", error.message)

    def warn(self, error: UserError) -> None:
        """Something after the merge itself went wrong; the merge stands."""
        self.late_errors.append(error)
        warning = self.ctx.redactor.redact(f"{error.message}. Retry: {error.hint}")
        self.save(warnings=(*self.state.warnings, warning))

    def close(self, status: MergeStatus | None = None) -> Session:
        """Forgets the merge or rebase; the session's facts are what they were before it. `status` is what became of it,
        for the records; None for one that has changed nothing."""
        state = self.state
        self.save_session(
            status=state.status_before, merged_at=state.merged_at_before, blocked_by_tests=state.blocked_by_tests_before
        )
        if status is None:
            merge_records.forget_merge(self.ctx, self.session.id)
        else:
            merge_records.end_merge(self.ctx, self.session.id, state, status)
        return self.session

    def save_session(self, **changes: Any) -> None:
        """Changes facts of the session; a store that is locked or full does not end the merge."""
        self.session = session_file.save_if_it_can(self.ctx, self.session, **changes)

    def record_operation(self) -> int:
        """Puts what was done on the stack of `undo`; the number it has there."""
        state, moved = self.state, None
        if state.target_from and state.target_to and state.target_from != state.target_to:
            moved = operations.MovedTarget(ref=state.target_ref, from_sha=state.target_from, to_sha=state.target_to)
        return operations.push(self.ctx, self.session, operations.Operation(
            n=0, operation=state.operation, at=utc_now(), from_sha=state.tip_before, to_sha=state.tip,
            backup_ref=state.backup_ref or "", status_before=state.status_before,
            merged_at_before=state.merged_at_before, blocked_by_tests_before=state.blocked_by_tests_before,
            target=moved, branch_point=state.branch_point if state.operation == "merge" else None,
        )).n  # fmt: skip

    def back_up(self, tip: str) -> str:
        return rewrite.back_up(self.ctx, self.session, tip)

    def branch_tip(self) -> str:
        """Where the session's branch is. Raises `branch-moved` when it is gone."""
        return self._tip_of(self.branch_ref, "branch-moved")

    def target_tip(self) -> str:
        """Where the target is. Raises `no-such-branch` (exit 3) when it is gone."""
        return self._tip_of(self.state.target_ref, "no-such-branch")

    def require_exact(self) -> None:
        """Raises `uncommitted-changes` or `branch-moved` (exit 5) unless the worktree is exactly what is merged."""
        rewrite.require_clean(self.session)
        found = repository.head(self.worktree)
        if (found.branch, found.sha) != (self.session.branch, self.state.tip):
            raise UserError(
                "branch-moved", f"{self.session.branch} was moved while its merge is open",
                hint=f"git -C {quoted(self.worktree)} log --oneline; to give the merge up: amp-sessions abort-merge "
                f"{self.session.id}",
                details={"expected": self.state.tip, "found": found.sha, "branch": found.branch},
            )  # fmt: skip

    def require_rebased(self, tip: str) -> None:
        """Raises `branch-moved` (exit 5) unless the branch, at `tip`, builds on the target, whoever put it there."""
        if not repository.is_ancestor(self.root, self.state.onto, tip):
            message = f"{self.session.branch} was moved meanwhile, and not onto {self.state.target_name}"
            raise self.session.error("abort-merge", "branch-moved", message, expected=self.state.tip, found=tip)

    def require_no_markers(self, tip: str) -> None:
        """Raises `conflicts` (exit 4) when what was put on top of the target, by whomever, has conflict markers that no
        side had."""
        going_on.markers_committed(self.session, self.worktree, self.state.onto, self.state.tip_before, tip)

    def require_own_rebase(self) -> None:
        """Raises `branch-moved` (exit 5) when the rebase under way is of another branch, or onto something else."""
        found = git_rebase.in_progress(self.worktree)
        if found and (found.branch, found.onto) != (self.session.branch, self.state.onto):
            raise going_on.another_rebase(self.session, self.worktree, found)

    def resume_rebase(self) -> list[str]:
        """Goes on with the rebase under way: the paths that are still to be resolved, or at which it stops next.

        Empty when it is done, and when it was killed in the middle of a commit: then it is taken back, to begin again.
        Raises as `require_own_rebase`, `branch-moved` (exit 5) when somebody has checked out a branch meanwhile or
        moved the session's, and `conflicts` (exit 4) when markers would be committed, or the index has lost what is in
        conflict.
        """
        from ampsm.workflows.finishing.merge.conflicts.line_ends import follow_rules_at_last

        self.require_own_rebase()
        if git_rebase.was_killed(self.worktree):
            self.take_rebase_back()
            return []
        try:
            going_on.require_on_no_branch(self.session, self.worktree)
            going_on.require_branch_left(self.session, self.worktree, self.state.tip)
            going_on.unless_it_may_go_on(self.session, self.worktree)
            follow_rules_at_last(self.ctx, self.session)
            tell_proposals(self.ctx, self.session, self.state.merge_id)
            return git_rebase.go_on(self.worktree)
        except UserError:
            if git_rebase.in_progress(self.worktree) is not None:
                self.save(waiting_for=WaitsFor.CONFLICTS)  # it is not cut off: somebody has to look
            raise

    def take_rebase_back(self) -> None:
        """Aborts the rebase that is under way. The commits it has made so far are kept in a backup: a person may have
        resolved conflicts in them; so is what HEAD is at, on no branch."""
        found, stop = repository.head(self.worktree), git_rebase.stopped_step(self.worktree)
        made = {git_rebase.place_at_stop(self.worktree, stop)} if stop else set[str]()
        if found.sha and (found.branch is None or not made):
            made.add(found.sha)
        for at in sorted(made - {self.state.onto, self.state.tip}):
            self.back_up(at)
        git_rebase.abort(self.worktree)

    def take_forgotten_rebase_back(self) -> None:
        """The same where git has forgotten the rebase and left its conflicts (`git rebase --quit`)."""
        if (at := git_rebase.was_forgotten(self.worktree, self.state.onto)) is None:
            return
        if at not in (self.state.onto, self.state.tip):
            self.back_up(at)
        git_rebase.abort_forgotten(self.worktree, self.session.branch)

    def tell(self, status: str, message: str | None, step: MergeStep | None = None) -> None:
        """Tells how a step, by default the one at work, stands: `started`, `done`, `skipped` or `failed`. What git and
        hooks have said in the message is redacted here: whoever shows it may have taken out signs that belong to it."""
        said: str | None = self.ctx.redactor.redact_value(message)
        self.on_progress(StepChanged(step=step or self.state.step, status=status, message=said))

    def _with_step(
        self, status: str, message: str | None, *, command: str | None = None, **changes: Any
    ) -> tuple[open_merge.StepTaken, ...]:
        """The steps so far and how the one at work stands, for the state with these changes."""
        state = replace(self.state, **changes)
        if status != "skipped" and command is None:
            taken = self.state.step_taken(self.state.step)
            announced = taken.command if taken else None
            command = command_of(self.state.step, self.state, state, self.session) or announced
        message, command = self.ctx.redactor.redact_value([message, command])
        return self.state.with_step(open_merge.StepTaken(self.state.step, status, utc_now(), message, command))

    def _tip_of(self, ref: str, code: str) -> str:
        found = refs.read_ref(self.root, ref)
        if found is None:
            raise self.session.error("abort-merge", code, f"The branch {refs.branch_name(ref)} is gone")
        return found


def opened(
    ctx: Context, session: Session, lock: SessionLock, on_progress: OnEvent, operation: str, step: MergeStep,
    target: Target, point: str, tip: str, **known: Any,
) -> Merging:  # fmt: skip
    """A merge or rebase of the session's commits from `point` to `tip` that begins: it is on the disk, and a row."""
    state = open_merge.new_merge(
        session, operation, step=step, target_ref=target.ref, target_name=target.name, onto=target.sha,
        branch_point=point, tip_before=tip, tip=tip, **known,
    )  # fmt: skip
    merging = Merging(ctx, session, lock, open_merge.save(ctx, session.id, state), on_progress)
    merge_records.index_merges(ctx, session.id)
    return merging
