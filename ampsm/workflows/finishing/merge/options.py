"""What a merge must be able to do before it begins, by what it was asked for (SPEC section 6)."""

from __future__ import annotations

import os
from pathlib import Path

from ampsm.context import Context
from ampsm.git.push import require_remote
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.workflows.finishing.merge import pull_request
from ampsm.workflows.session.branch_point import target_of
from ampsm.workflows.session.open_merge import MergeOptions


def require_options(ctx: Context, session: Session, options: MergeOptions) -> None:
    """Raises `usage`, `invalid-value` (exit 2), `no-such-branch` (3) or `gh-missing` (1) for what could not be done."""
    if options.pr and (options.no_ff or options.cleanup):
        raise UserError(
            "usage", f"--pr moves no branch, so --{'no-ff' if options.no_ff else 'cleanup'} makes no sense with it",
            hint="amp-sessions merge --help",
        )  # fmt: skip
    target = target_of(session, options.onto)
    if options.push or options.pr:
        require_remote(Path(session.repo), target.name, options.remote)
    if options.pr:
        pull_request.require_gh(ctx)
    if options.patch is not None:
        _require_writable(Path(options.patch))


def require_message(session: Session, options: MergeOptions, commits: int) -> None:
    """Raises `usage` (exit 2) when the commits are to be squashed and there is no message for the result."""
    if options.squash and options.message is None and commits > 1:
        raise UserError(
            "usage", f"Session {session.id} has {commits} commits: squashing them needs a --message",
            hint=f"amp-sessions merge {session.id} --message 'feat: …'  (or --no-squash to keep every commit)",
        )  # fmt: skip


def _require_writable(path: Path) -> None:
    """The folder is there and the file can be written, as far as can be told before."""
    folder = path.parent
    wrong = None
    if path.is_dir():
        wrong = f"{path} is a folder"
    elif not folder.is_dir():
        wrong = f"the folder {folder} does not exist"
    elif not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        wrong = f"{path} cannot be written"
    if wrong:
        raise UserError("invalid-value", f"--export-patch: {wrong}", hint="give a file in a folder that exists",
                        details={"path": str(path)})  # fmt: skip
