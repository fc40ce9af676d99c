"""Kills a merge, in a process of its own, right before the N-th thing it does; everything can be put back and be tried
again with the next N."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from ampsm.git import command
from ampsm.git.rewrite import settled_file
from ampsm.system import calls, files, record_file
from ampsm.workflows.finishing.merge import steps
from tests.support.drawn import Drawn

#: git commands that change something; between two others there is nothing new to see.
CHANGES = frozenset(
    {
        "update-ref", "rebase", "merge", "read-tree", "commit-tree", "update-index", "write-tree", "push", "hook",
        "format-patch", "merge-tree",
    }
)  # fmt: skip
_WRITERS = (record_file, steps, settled_file)


class Kills:
    """A drawn session, and the folders that hold all there is of it."""

    def __init__(self, d: Drawn, scratch: Path) -> None:
        self._world = d.world
        self._repo = d.repo
        self._session = d.session.id
        self._graph = d.graph
        self._scratch = scratch
        self._places = [d.repo, d.ctx.paths.database.parent, *d.repo.parent.glob(f"{d.repo.name}-*.git")]
        d.ctx.close()

    @contextmanager
    def opened(self) -> Iterator[Drawn]:
        """The session as it is now, in a context of its own."""
        from ampsm.store import sessions

        with open_context() as ctx:
            session = sessions.session_by_id(ctx.store, self._session)
            assert session
            yield Drawn(self._world, ctx, session, self._repo, Path(session.worktree), self._graph)

    def save(self, name: str) -> None:
        """Keeps everything as it is under a name."""
        for number, place in enumerate(self._places):
            kept = self._scratch / name / str(number)
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(place, kept, symlinks=True)

    def put_back(self, name: str) -> None:
        for number, place in enumerate(self._places):
            shutil.rmtree(place)
            shutil.copytree(self._scratch / name / str(number), place, symlinks=True)

    def killed(self, work: Callable[[Context, str], Any], number: int, *, every: bool) -> bool:
        """Does the work in a process that is killed before the N-th thing it does; False when it was done before that.

        Counted are files being written whole and git commands: those that change something, with `every` all that the
        program does not run as ones that only look. Before two of these nothing is otherwise.
        """
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _count(number, every)
                with open_context() as ctx:
                    work(ctx, self._session)
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return True
        assert os.WEXITSTATUS(status) == 0, "the work failed by itself"
        return False


def _count(number: int, every: bool) -> None:
    left = number

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    run, atomic_write = calls.run, files.atomic_write

    def counted_run(argv: Any, **options: Any) -> Any:
        looks = options["env"].get("GIT_OPTIONAL_LOCKS") == "0"
        if (every and not looks) or any(word in CHANGES for word in argv[: argv.index("--") if "--" in argv else None]):
            step()
        return run(argv, **options)

    def counted_write(*args: Any, **options: Any) -> None:
        step()
        atomic_write(*args, **options)

    vars(command)["run"] = counted_run
    for module in _WRITERS:
        assert "atomic_write" in vars(module)
        vars(module)["atomic_write"] = counted_write


@pytest.fixture
def same_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits of the same content have the same id, whenever they are made."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_DATE", "2026-01-01T00:00:00Z")
