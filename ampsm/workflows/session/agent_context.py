"""The folder `AGENT_CONTEXT/` in a session's worktree: what the agent may read about its task (SPEC section 4.5).

Git never sees it. It is made again whenever it is missing, e.g. after an agent's `git clean -fdx`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ampsm.context import Context
from ampsm.git import diff
from ampsm.git.status import Status
from ampsm.git.worktree import hidden_folders
from ampsm.model.naming import CONTEXT_FOLDER
from ampsm.model.record import document
from ampsm.model.session import Iteration, Session
from ampsm.system.files import atomic_write

_RULES = """\
## Rules

- Work only inside this worktree. Stay on the branch above: do not switch, rename, rebase or reset it.
- Leave changes uncommitted or commit them yourself; whatever is left is committed when you end.
- Do not push, and do not touch other worktrees or the main checkout.
- This folder is for reading. Git ignores it, and it never becomes part of a commit.
"""


def write_session_file(ctx: Context, session: Session) -> None:
    """(Re)makes the folder with `SESSION.md`, and the other files where they are missing."""
    folder = _folder(session)
    base = session.base_branch or "(none)"
    text = (
        f"# {session.name}\n\n## Goal\n\n{session.prompt.strip()}\n\n## Place\n\n"
        f"- Session: {session.id}\n- Branch: {session.branch}\n- Base: {base} at {session.base_sha}\n"
        f"- Test script: {session.script_command or '(none)'}\n\n{_RULES}"
    )
    _write(ctx, folder / "SESSION.md", text)
    for name, start in (
        ("DIFF_SUMMARY.md", "# Changes since the branch point\n\nNone yet.\n"),
        ("ITERATION_LOG.md", "# Iterations\n"),
        ("LAST_STATUS.json", json.dumps({"sessionId": session.id, "iteration": None}, indent=1) + "\n"),
    ):
        if not (folder / name).exists():
            _write(ctx, folder / name, start)


def write_diff_summary(ctx: Context, session: Session, branch_point: str, status: Status | None = None) -> None:
    """Writes `DIFF_SUMMARY.md`: the files changed since the branch point, with counts. `status` is that of the
    worktree, for callers that have just read it."""
    changed = diff.diff(Path(session.worktree), base=branch_point, mode="all", status=status, patch=False)
    lines = [
        f"- {file.status} {file.path}" + (" (binary)" if file.binary else f" (+{file.insertions} -{file.deletions})")
        for file in changed.files
    ]
    text = "# Changes since the branch point\n\n" + ("\n".join(lines) or "None yet.") + "\n"
    _write(ctx, _folder(session) / "DIFF_SUMMARY.md", text)


def write_outcome(ctx: Context, session: Session, iteration: Iteration, log_lines: Iterable[str]) -> None:
    """Adds an ended iteration to `ITERATION_LOG.md`, `LAST_STATUS.json` and `logs/iteration-NNNN.log`."""
    folder = _folder(session)
    log = folder / "ITERATION_LOG.md"
    old = log.read_text(errors="replace") if log.exists() else "# Iterations\n"
    tests = "not run" if iteration.test is None else ("passed" if iteration.test.passed else "failed")
    _write(
        ctx,
        log,
        f"{old}\n## {iteration.number}: {iteration.status}\n\n"
        f"- Ended: {iteration.ended_at}\n- Commit: {iteration.commit_sha or '(nothing changed)'}\n- Tests: {tests}\n"
        + (f"- Error: {iteration.error['message']}\n" if iteration.error else "")
        + f"- Prompt: {' '.join(iteration.prompt.split())[:300]}\n",
    )
    _write(ctx, folder / "LAST_STATUS.json", json.dumps(document(iteration), ensure_ascii=False, indent=1) + "\n")
    log_file = folder / "logs" / f"iteration-{iteration.number:04d}.log"
    with log_file.open("w", encoding="utf-8", errors="replace") as out:
        out.writelines(f"{line}\n" for line in log_lines)


def _folder(session: Session) -> Path:
    hidden_folders.make_context_folder(Path(session.worktree))
    folder = Path(session.worktree) / CONTEXT_FOLDER
    (folder / "logs").mkdir(exist_ok=True)
    return folder


def _write(ctx: Context, path: Path, text: str) -> None:
    atomic_write(path, ctx.redactor.redact(text).encode("utf-8", "replace"), mode=0o644, durable=False)
