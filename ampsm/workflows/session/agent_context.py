"""The folder `AGENT_CONTEXT/` in a session's worktree: what the agent may read about its task (SPEC section 4.5).

Git never sees it. It is made again whenever it is missing, e.g. after an agent's `git clean -fdx`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ampsm.context import Context
from ampsm.git import diff
from ampsm.git.status import Status
from ampsm.git.worktree import hidden_folders
from ampsm.model.record import document
from ampsm.model.session import Iteration, Session
from ampsm.system.own_folder import OwnFolder

_LOG_HEAD, _LOGS = "# Iterations\n", "logs"
_RULES = """\
## Rules

- Work only inside this worktree. Stay on the branch above: do not switch, rename, rebase or reset it.
- Leave changes uncommitted or commit them yourself; whatever is left is committed when you end.
- Do not push, and do not touch other worktrees or the main checkout.
- This folder is for reading. Git ignores it, and it never becomes part of a commit.
"""


def write_session_file(ctx: Context, session: Session) -> None:
    """(Re)makes the folder with `SESSION.md`, and the other files where they are missing."""
    base = session.base_branch or "(none)"
    text = (
        f"# {session.name}\n\n## Goal\n\n{session.prompt.strip()}\n\n## Place\n\n"
        f"- Session: {session.id}\n- Branch: {session.branch}\n- Base: {base} at {session.base_sha}\n"
        f"- Test script: {session.script_command or '(none)'}\n\n{_RULES}"
    )
    with _folder(session) as folder:
        folder.write("SESSION.md", _bytes(ctx, text))
        for name, start in (
            ("DIFF_SUMMARY.md", "# Changes since the branch point\n\nNone yet.\n"),
            ("ITERATION_LOG.md", _LOG_HEAD),
            ("LAST_STATUS.json", json.dumps({"sessionId": session.id, "iteration": None}, indent=1) + "\n"),
        ):
            if folder.read(name) is None:
                folder.write(name, _bytes(ctx, start))


def write_diff_summary(ctx: Context, session: Session, branch_point: str, status: Status | None = None) -> None:
    """Writes `DIFF_SUMMARY.md`: the files changed since the branch point, with counts. `status` is that of the
    worktree, for callers that have just read it."""
    changed = diff.diff(Path(session.worktree), base=branch_point, mode="all", status=status, patch=False)
    lines = [
        f"- {file.status} {file.path}" + (" (binary)" if file.binary else f" (+{file.insertions} -{file.deletions})")
        for file in changed.files
    ]
    text = "# Changes since the branch point\n\n" + ("\n".join(lines) or "None yet.") + "\n"
    with _folder(session) as folder:
        folder.write("DIFF_SUMMARY.md", _bytes(ctx, text))


def write_outcome(ctx: Context, session: Session, iteration: Iteration, log_lines: Iterable[str]) -> None:
    """Adds an ended iteration to `ITERATION_LOG.md`, `LAST_STATUS.json` and `logs/iteration-NNNN.log`."""
    tests = "not run" if iteration.test is None else ("passed" if iteration.test.passed else "failed")
    entry = (
        f"\n## {iteration.number}: {iteration.status}\n\n"
        f"- Ended: {iteration.ended_at}\n- Commit: {iteration.commit_sha or '(nothing changed)'}\n- Tests: {tests}\n"
        + (f"- Error: {iteration.error['message']}\n" if iteration.error else "")
        + f"- Prompt: {' '.join(iteration.prompt.split())[:300]}\n"
    )
    with _folder(session) as folder:
        old = (folder.read("ITERATION_LOG.md") or _LOG_HEAD.encode()).decode("utf-8", "replace")
        folder.write("ITERATION_LOG.md", _bytes(ctx, old + entry))
        last = json.dumps(document(iteration), ensure_ascii=False, indent=1) + "\n"
        folder.write("LAST_STATUS.json", _bytes(ctx, last))
        with folder.folder(_LOGS) as logs, logs.new_file(f"iteration-{iteration.number:04d}.log") as file:
            file.writelines(f"{line}\n".encode("utf-8", "replace") for line in log_lines)


def is_complete(session: Session) -> bool:
    """Whether the folder is there, a real one, with the file that says what the session is about."""
    try:
        with hidden_folders.existing_context_folder(Path(session.worktree)) as folder:
            return folder is not None and folder.read("SESSION.md") is not None
    except OSError:
        return False


@contextmanager
def _folder(session: Session) -> Iterator[OwnFolder]:
    with hidden_folders.context_folder(Path(session.worktree)) as folder:
        with folder.folder(_LOGS):
            pass
        yield folder


def _bytes(ctx: Context, text: str) -> bytes:
    return ctx.redactor.redact(text).encode("utf-8", "replace")
