"""What can be asked about a file in conflict before it is resolved: whether the result is right, and who made a hunk
(SPEC section 12)."""

from __future__ import annotations

from ampsm.context import Context
from ampsm.git.objects import blob_at
from ampsm.model.errors import UserError
from ampsm.workflows.finishing.merge.conflicts.conflicted import Conflicted, one_conflicted
from ampsm.workflows.finishing.merge.conflicts.drafts import FileDraft, draft_of, drafts_of
from ampsm.workflows.finishing.merge.conflicts.laid import LaidText, laid
from ampsm.workflows.finishing.merge.conflicts.origins import Ends, HunkCommits, commits_of
from ampsm.workflows.finishing.merge.conflicts.verify import Verified, verified
from ampsm.workflows.finishing.merge.conflicts.waiting import ConflictStop, stop_of


def verify_file(ctx: Context, ref: str, path: str) -> Verified:
    """Compares what is chosen for a file with the target, and the session with the base.

    Raises `usage` (exit 2) for a file without hunks, and as `conflict_hunks`.
    """
    _, _, text, draft = _asked(ctx, ref, path)
    return verified(text.three, text.result(draft), text.encoding)


def hunk_commits(ctx: Context, ref: str, path: str, n: int) -> HunkCommits:
    """The commits of both sides that made the hunk of this number. Raises as `verify_file`, and `usage` when there is
    no such hunk."""
    stop, file, text, _ = _asked(ctx, ref, path)
    region = next((region for region in text.three.regions if region.n == n), None)
    if region is None:
        raise UserError("usage", f"{path} has no hunk {n}", hint=f"amp-sessions conflicts {stop.session.id}")
    ends = [
        Ends(stop.at.base or commit, commit, _place(stop, file, commit)) for commit in (stop.at.head, stop.at.commit)
    ]
    return commits_of(stop.session, stop.merge, region, ends[0], ends[1])


def _asked(ctx: Context, ref: str, path: str) -> tuple[ConflictStop, Conflicted, LaidText, FileDraft]:
    stop = stop_of(ctx, ref)
    drafts = drafts_of(ctx, stop)
    file = one_conflicted(ctx, stop, drafts, path)
    if not file.has_hunks:
        hint = f"amp-sessions conflicts {stop.session.id}"
        raise UserError("usage", f"{path} has no hunks", hint=hint, details={"path": path})
    return stop, file, laid(stop.root, file), draft_of(drafts, file.path, file.stages)


def _place(stop: ConflictStop, file: Conflicted, commit: str) -> str:
    """Where a commit has the file, which one of the sides may have moved."""
    old = file.old_path
    return old if old and blob_at(stop.root, commit, file.path) is None else file.path
