"""Which sessions are listed: words, statuses, one repository, cleaned-up ones too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ampsm_gui.look.status import SESSION_ORDER, session_look

if TYPE_CHECKING:
    from ampsm.workflows.status import SessionRow


@dataclass(frozen=True)
class SessionFilter:
    """What hides sessions. Every word must occur in name, repository, branch or id; no status means all of them."""

    text: str = ""
    statuses: frozenset[str] = frozenset()
    repository: str | None = None
    include_cleaned: bool = False

    @property
    def words(self) -> list[str]:
        """The words of the text, folded as `haystack` is."""
        return self.text.casefold().split()

    def without_statuses(self) -> SessionFilter:
        """The same for all statuses: what the chips count."""
        return replace(self, statuses=frozenset())

    def cleared(self) -> SessionFilter:
        """Hides nothing; cleaned-up sessions stay in if they were."""
        return SessionFilter(include_cleaned=self.include_cleaned)

    def sentence(self) -> str:
        """Says what hides everything, for the empty list."""
        parts = []
        if self.words:
            parts.append(f"the text “{self.text.strip()}”")
        if self.statuses:
            words = [session_look(status).word for status in SESSION_ORDER if status in self.statuses]
            parts.append(f"the status {' or '.join(words)}")
        if self.repository is not None:
            parts.append(f"the repository {self.repository}")
        return f"No session has {_listed(parts)}." if parts else "There is no session."


def haystack(row: SessionRow) -> str:
    """What the words of a filter are looked for in."""
    return f"{row.name}\n{row.repository}\n{row.branch}\n{row.id}".casefold()


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
