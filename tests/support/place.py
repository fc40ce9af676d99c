"""A session to clean up and bring back, handled in this process: as the commands do it, without their start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ampsm.context import Context
from ampsm.git.worktree import hidden_folders
from ampsm.model.errors import UserError
from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.cleanup import cleanup, restore
from ampsm.workflows.session import adopt, create
from tests.support.worktree_state import files_in, worktree_state
from tests.support.world import Content, World


class Place:
    """A repository, and the sessions in it; `notes` are what commands had to say beside their answer."""

    def __init__(self, world: World, ctx: Context) -> None:
        self.world = world
        self.git = world.git
        self.repo = world.make_repo()
        self.ctx = ctx
        self.notes: list[str] = []

    def new(self, name: str = "Task", repo: Path | str | None = None) -> Session:
        return create.create_session(self.ctx, repo=str(repo or self.repo), name=name, prompt="p")

    def commit(self, where: Session | Path, files: Mapping[str, Content], message: str = "work") -> str:
        """Commits these files in a session's worktree or a checkout; the commit."""
        folder = Path(where.worktree) if isinstance(where, Session) else where
        return self.world.commit(folder, files, message)

    def cleanup(self, session: Session | str, *, force: bool = False) -> dict[str, Any]:
        ref = session if isinstance(session, str) else session.id
        done = cleanup.cleanup_session(self.ctx, ref, force=force, on_note=self.notes.append)
        found: dict[str, Any] = document(done)
        return found

    def refused(self, session: Session, *, force: bool = False) -> UserError:
        """The error of a cleanup that must refuse with exit 5 and change nothing."""
        before = self.everything(session)
        try:
            self.cleanup(session, force=force)
        except UserError as error:
            assert error.exit_code == 5, error
            assert self.everything(session) == before
            return error
        raise AssertionError("the cleanup was not refused")

    def restore(self, session: Session) -> Session:
        return restore.restore_session(self.ctx, session.id, on_note=self.notes.append)

    def adopt(self, place: Path | str, **options: Any) -> Session:
        return adopt.adopt_session(self.ctx, str(place), on_note=self.notes.append, **options)

    def again(self, session: Session) -> Session:
        """The session as the store has it now."""
        found = sessions.session_by_id(self.ctx.store, session.id)
        assert found is not None
        return found

    def state(self, session: Session) -> dict[str, Any]:
        return worktree_state(self.git, Path(session.worktree))

    def everything(self, session: Session) -> tuple[Any, ...]:
        """What a refused command must leave as it is: files, the branches and worktrees of git, the session itself."""
        return (
            files_in(Path(session.worktree)),
            self.git(self.repo, "for-each-ref", "refs/heads", "refs/tags"),
            self.git(self.repo, "worktree", "list", "--porcelain"),
            self.again(session).cleaned_up_at,
        )

    def round_trip(self, session: Session) -> None:
        """Cleans up by force, collects garbage at once, restores: all must be as before."""
        before = self.state(session)
        assert self.cleanup(session, force=True)["removed"] == {
            "worktree": session.worktree, "branch": session.branch,
        }  # fmt: skip
        assert not Path(session.worktree).exists()
        assert session.id not in self.git(self.repo, "worktree", "list", "--porcelain")
        assert session.branch not in self.git(self.repo, "branch", "--format=%(refname:short)").splitlines()
        self.git(self.repo, "reflog", "expire", "--expire=now", "--all")
        self.git(self.repo, "gc", "-q", "--prune=now")
        self.restore(session)
        assert self.state(session) == before
        assert "error" not in self.git(self.repo, "fsck", "--no-dangling", "--no-progress")
        assert not (self.repo / ".worktrees/.removing").exists() and not (self.repo / ".worktrees/.restoring").exists()


def make_context_folder(worktree: Path) -> None:
    """Makes `AGENT_CONTEXT/` in a worktree."""
    with hidden_folders.context_folder(worktree):
        pass
