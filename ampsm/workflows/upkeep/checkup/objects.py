"""Whether git has all that the sessions at rest are made of."""

from __future__ import annotations

from pathlib import Path

from ampsm.git import refs
from ampsm.git.command import OBJECT_MISSING, GitError
from ampsm.git.objects import subjects
from ampsm.git.objects.missing import require_history, require_whole
from ampsm.model.session import Session
from ampsm.workflows.upkeep.checkup.findings import ERROR, Checkup, Finding, Findings


def check_objects(checkup: Checkup) -> Findings:
    """The commits of every session and what its base holds, with their folders and files."""
    for root in checkup.repositories():
        try:
            _require_all(root, [session for session in checkup.at_rest() if session.repo == str(root)])
        except GitError as error:
            if error.code != OBJECT_MISSING:
                raise
            yield Finding(
                "objects-missing", ERROR, str(root),
                f"git lacks something that sessions there are made of, so some commands fail: {error.message}. Another "
                "clone may have it, or a backup of .git/objects.",
                error.hint,
            )  # fmt: skip


def _require_all(root: Path, sessions: list[Session]) -> None:
    branches = [name for session in sessions for name in (session.branch, session.base_branch) if name]
    tips = list(refs.read_refs(root, [refs.branch_ref(name) for name in branches]).values())
    begun_at = {session.base_sha for session in sessions}
    there = subjects(root, begun_at)
    if not tips:
        return
    if len(there) < len(begun_at):  # a base that was rewritten may be gone, if no branch has it
        require_history(root, tips)
    require_whole(root, tips, list(there))
