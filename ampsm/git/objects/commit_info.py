"""What is told of one commit."""

from __future__ import annotations

from ampsm.model.record import record


@record
class CommitInfo:
    """One commit; `author` as `Name <email>`, `authored_at` as ISO 8601 with the author's own offset, `trailers` by key
    (of a repeated one the last)."""

    sha: str
    parents: tuple[str, ...]
    author: str
    authored_at: str
    subject: str
    trailers: dict[str, str]
