"""What `doctor` looks at and what it finds (SPEC section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ampsm.context import Context
from ampsm.git import repository
from ampsm.git.command import answer_or
from ampsm.git.git_files.pipes import pipe_named, require_no_pipes
from ampsm.git.programs.known import noted_repositories
from ampsm.model.errors import UserError
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.store.connection import Store
from ampsm.store.inspection import open_to_look
from ampsm.workflows.session import recover, session_file

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(slots=True)
class Finding:
    """One thing that is wrong, or worth knowing (`info`).

    `id` is a kebab-case word for the kind, `subject` what it is about (a session's id, a path). `fix` says what `--fix`
    does when there is a `repair`, else what a person can do. `topic` is the heading that people see it under.
    """

    internal = ("repair", "topic")

    id: str
    severity: str
    subject: str
    message: str
    fix: str | None = None
    repair: Callable[[], object] | None = None
    fixed: bool = False
    topic: str = ""

    @property
    def left(self) -> bool:
        """Whether it is a reason not to be well."""
        return self.severity != INFO and not self.fixed


Findings = Iterator[Finding]


class Checkup:
    """What the checks look at. `store` is None while there is no database that can be read; without `fixing` it is one
    that cannot be written, and no check may use `ctx.store`."""

    def __init__(self, ctx: Context, *, fixing: bool) -> None:
        self.ctx = ctx
        self.fixing = fixing
        self.store: Store | None = None

    def sessions(self) -> list[Session]:
        """All sessions as the store has them now, cleaned-up ones too; where it cannot be read, by their own facts."""
        if self.store is not None:
            return sessions.session_rows(self.store, include_cleaned=True)
        known = (session_file.known_session(self.ctx, session_id) for session_id in session_file.known_ids(self.ctx))
        return [session for session in known if session is not None]

    def at_rest(self) -> list[Session]:
        """Sessions that have a place and in which nobody works now, as far as git can be asked there."""
        return [s for s in self.in_reach() if not s.cleaned_up_at and not recover.worker_lives(self.ctx, s.id)]

    def in_reach(self) -> list[Session]:
        """All sessions but those of repositories in which git would wait for ever."""
        return [session for session in self.sessions() if session.repo not in self.blocked]

    @cached_property
    def blocked(self) -> dict[str, str]:
        """The repositories of sessions in which every call of git would wait for a pipe, each with that. Found without
        git, which is asked nothing there."""
        pipes = {root: _pipe_at(root) for root in sorted({session.repo for session in self.sessions()})}
        return {root: pipe for root, pipe in pipes.items() if pipe}

    def repositories(self) -> list[Path]:
        """The repositories of all sessions, and the one this command was called in, if git can read them; of the others
        `places` tells."""
        known = {session.repo for session in self.sessions()}.union(self._here).difference(self.blocked)
        return [Path(root) for root in sorted(known) if answer_or(None, repository.common_dir, root)]

    @cached_property
    def _here(self) -> set[str]:
        here = answer_or(None, Path.cwd)  # the folder may be gone
        root = None if here is None or _pipe_at(here) else answer_or(None, repository.main_root, here)
        return {str(root)} if root else set()

    def all_repositories(self) -> list[Path]:
        """Also those of which no session is known, and something is noted beside the database."""
        noted = [common for common in noted_repositories(self.ctx.paths.repositories_dir) if not _pipe_at(common)]
        roots = {root for common in noted if (root := answer_or(None, repository.main_root, common))}
        return sorted(roots.union(self.repositories()))

    def look_again(self) -> None:
        """Lets the next check see what others have written meanwhile."""
        if self.store is not None and not self.fixing:
            self.store.close()
            self.store = open_to_look(self.ctx.paths.database)

    def close(self) -> None:
        """Closes a store that was opened only to look."""
        if self.store is not None and not self.fixing:
            self.store.close()


def _pipe_at(where: Path | str) -> str | None:
    try:
        require_no_pipes(where, in_folders=False)
    except UserError as error:
        return pipe_named(error)
    except OSError:  # what cannot be read is said of the repository
        pass
    return None


def size_text(count: int) -> str:
    """`12 KiB`, `3.4 MiB`."""
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 1024:.0f} KiB"
