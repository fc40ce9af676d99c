"""What a merge with given options would make of what: commits, branches and checkouts, before and after."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.context import Context
from ampsm.git import branches, push
from ampsm.git.checkouts import where_checked_out
from ampsm.git.commits import commits_between
from ampsm.git.github import find_gh
from ampsm.git.patch import why_no_place
from ampsm.model.errors import UserError, quoted
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.plan import is_squashed, moved_commits
from ampsm.workflows.session import commit_origin, lookup
from ampsm.workflows.session.branch_point import branch_tip, point_to_rewrite, target_of
from ampsm.workflows.session.open_merge import MergeOptions


@record
class MergeOutlook:
    """The session's commits lie between `branch_point` and `tip`, the `target_commits` that it lacks between that and
    `target_sha`. They become `result_commits` on top of the target. `subjects` are those of the session's commits,
    oldest first. `checkout` is where the target is checked out, `remote` where it would be pushed, `fetch` the command
    that asks there for what is new, `has_gh`: the program is there that opens pull requests. `patch_refused` is why the
    patch is not written where it was asked for, `replaces`: an earlier one makes room for it."""

    target: str
    target_sha: str
    tip: str
    branch_point: str
    subjects: tuple[str, ...]
    amp_commits: int
    manual_commits: int
    target_commits: int
    result_commits: int
    squashes: bool
    rebases: bool
    checkout: str | None
    branches: tuple[str, ...]
    remotes: tuple[str, ...]
    remote: str | None
    fetch: str | None
    has_gh: bool
    patch_refused: str | None = None
    replaces: bool = False

    @property
    def commits(self) -> int:
        return self.amp_commits + self.manual_commits


def merge_outlook(ctx: Context, ref: str, options: MergeOptions) -> MergeOutlook:
    """What a merge would do as far as it meets no conflict; holds nothing and predicts nothing. Raises
    `no-base-branch`, `no-such-branch`, `worktree-missing`, and what `require_session` does."""
    session = lookup.require_session(ctx, ref)
    root = Path(session.repo)
    target, tip = target_of(session, options.onto), branch_tip(session)
    if tip is None:
        raise session.error("status", "worktree-missing", f"The branch {session.branch} is gone")
    point = point_to_rewrite(session, tip, target.sha)
    commits = commit_origin.classify(ctx, session, point, tip)
    rebases, amp = point != target.sha, sum(commit.amp for commit in commits)
    squashes = is_squashed(options, commits, rebases=rebases)
    left = moved_commits(options, commits)
    try:
        remote = push.require_remote(root, target.name, options.remote)
    except UserError:
        remote = None
    checkout = where_checked_out(root, target.name)
    return MergeOutlook(
        target.name, target.sha, tip, point, tuple(commit.subject for commit in commits), amp, len(commits) - amp,
        len(commits_between(root, point, target.sha)) if rebases else 0, left, squashes, rebases,
        str(checkout) if checkout else None, _other_branches(root, session.branch),
        tuple(push.remotes(root)), remote, f"git -C {quoted(root)} fetch {quoted(remote)}" if remote else None,
        find_gh(ctx.environ) is not None, *_patch(options),
    )  # fmt: skip


def _patch(options: MergeOptions) -> tuple[str | None, bool]:
    if options.patch is None:
        return None, False
    path = Path(options.patch)
    return why_no_place(path), os.path.lexists(path)


def _other_branches(root: Path, own: str) -> tuple[str, ...]:
    return tuple(branch.name for branch in branches.local_branches(root) if branch.name != own)
