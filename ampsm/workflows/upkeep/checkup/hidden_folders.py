"""The program's two folders are there and git does not see them (SPEC section 4.4)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ampsm.git.worktree import hidden_folders
from ampsm.model.errors import UserError
from ampsm.model.naming import CONTEXT_FOLDER, WORKTREES_FOLDER
from ampsm.model.session import Session
from ampsm.workflows.session import agent_context, recover
from ampsm.workflows.upkeep.checkup.findings import WARNING, Checkup, Finding, Findings


def check(checkup: Checkup) -> Findings:
    at_rest = [session for session in checkup.at_rest() if Path(session.worktree, ".git").exists()]
    for root in sorted({Path(session.repo) for session in at_rest}):
        yield from _repository(root)
    for session in at_rest:
        yield from _context(checkup, session)


def _repository(root: Path) -> Findings:
    try:
        lines = hidden_folders.missing_exclusions(root)
    except (UserError, OSError):
        return  # `places` has said that it cannot be read
    missing = [f"info/exclude does not hold {line}" for line in lines]
    if not hidden_folders.is_hidden(root / WORKTREES_FOLDER):
        missing.append(f"{WORKTREES_FOLDER}/.gitignore does not hold *")
    if missing:
        yield Finding(
            "folders-visible", WARNING, str(root),
            f"`git status` may show the program's own folders: {'; '.join(missing)}.",
            "doctor --fix adds what is missing", partial(hidden_folders.hide_folders, root),
        )  # fmt: skip


def _context(checkup: Checkup, session: Session) -> Findings:
    folder = Path(session.worktree) / CONTEXT_FOLDER
    if folder.is_dir() and hidden_folders.is_hidden(folder) and (folder / "SESSION.md").exists():
        return
    what = "is not hidden from git" if folder.is_dir() and not hidden_folders.is_hidden(folder) else "is not complete"

    def repair() -> bool:
        if recover.worker_lives(checkup.ctx, session.id):
            return False
        agent_context.write_session_file(checkup.ctx, session)
        return True

    yield Finding(
        "context-folder", WARNING, session.id,
        f"{folder} {what if folder.is_dir() else 'is gone'}. The next iteration puts that right.",
        "doctor --fix makes it again", repair,
    )  # fmt: skip
