"""What an iteration was about, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from ampsm.git.command import answer_or
from ampsm.git.commits import subjects
from ampsm.journal.text import plain_lines
from ampsm.model.session import Iteration, Session


def subject_lines(session: Session, iterations: Sequence[Iteration]) -> dict[int, str]:
    """By number: the subject of its commit; of one that did not succeed, or changed nothing, the first line of what it
    was told."""
    done = {found.commit_sha for found in iterations if found.commit_sha and found.status == "succeeded"}
    nothing: dict[str, str] = {}
    known = answer_or(nothing, subjects, session.repo, done)
    return {
        found.number: (known.get(found.commit_sha or "") if found.status == "succeeded" else None)
        or next(iter(plain_lines(found.prompt[:2_000])), "").strip()
        for found in iterations
    }
