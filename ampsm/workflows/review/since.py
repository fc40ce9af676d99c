"""What `--since` means: a time, or a commit that iterations build on (SPEC section 3, `tools`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from ampsm.git import repository
from ampsm.git.command import answer_or
from ampsm.model.errors import UserError, quoted
from ampsm.model.session import Iteration, Session, utc_text

_COMMIT_PREFIX = re.compile(r"[0-9a-fA-F]{4,64}")


def moment(text: str, command: str) -> str | None:
    """The time as the store writes times; None when the text is no time but a commit (it has neither `-` nor `T`).

    ISO 8601; without a zone it is UTC, as all times the program shows. Raises `invalid-value` (exit 2).
    """
    if "-" not in text and "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return utc_text(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise UserError(
            "invalid-value", f"--since '{text}' is no time: expected e.g. 2026-01-31 or 2026-01-31T09:30:00Z",
            hint=f"{command} --since 2026-01-31", details={"value": text},
        ) from None  # fmt: skip


def iterations_since(session: Session, iterations: Sequence[Iteration], prefix: str) -> list[int]:
    """The numbers of the iterations whose start commit contains the commit: is it, or has it in its history.

    A commit that one of the session's iterations made also counts as contained in all later ones: a rewrite of the
    branch (squash, rebase) gives it another name but does not undo it. Raises `no-such-commit` (exit 3).
    """
    commit = _resolve(session, iterations, prefix)
    if commit is None:
        raise UserError(
            "no-such-commit",
            f"There is no commit '{prefix}' in {session.repo} (4 hexadecimal digits at least); a time looks like "
            "2026-01-31",
            hint=f"git -C {quoted(session.repo)} log --oneline {quoted(session.branch)}", details={"commit": prefix},
        )  # fmt: skip

    @cache
    def holds(tip: str) -> bool:
        """Of a tip that is gone, or of a repository, only what was recorded is known."""
        return tip == commit or answer_or(False, repository.is_ancestor, session.repo, commit, tip)

    starting = {i.number for i in iterations if holds(i.start_sha)}
    makers = [i.number for i in iterations if i.number not in starting and any(map(holds, _tips(i)))]
    return [i.number for i in iterations if i.number in starting or (makers and i.number > makers[0])]


def _resolve(session: Session, iterations: Sequence[Iteration], prefix: str) -> str | None:
    """The commit a prefix stands for in the repository, else among the commits that iterations recorded."""
    if not _COMMIT_PREFIX.fullmatch(prefix):
        return None
    if found := answer_or(None, repository.resolve_commit, session.repo, prefix):
        return found
    recorded = {sha for i in iterations for sha in (i.start_sha, *_tips(i)) if sha.startswith(prefix.lower())}
    return recorded.pop() if len(recorded) == 1 else None


def _tips(iteration: Iteration) -> list[str]:
    return [sha for sha in (iteration.commit_sha, iteration.end_sha) if sha]
