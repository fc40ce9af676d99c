"""A session to work with: a repository, an agent, the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import Context, open_context
from tests.conftest import Result


@dataclass
class World:
    """The commands a test needs, and what it made."""

    cli: Callable[..., Result]
    git: Callable[..., str]
    make_repo: Callable[..., Path]
    make_agent: Callable[..., Path]

    def ok(self, *args: object, **options: Any) -> Result:
        done = self.cli(*args, **options)
        assert done.code == 0, (args, done)
        return done

    def use(self, **scenario: Any) -> Path:
        """From now on this scenario is Amp."""
        agent = self.make_agent(**scenario)
        self.ok("config", "set", "ampPath", agent)
        return agent

    def new(self, repo: Path, name: str = "Task", *more: object, prompt: str = "do the thing") -> dict[str, Any]:
        session: dict[str, Any] = self.ok(
            "new", "--repo", repo, "--name", name, "--prompt", prompt, "--json", *more
        ).json["session"]
        return session

    def iterate(self, session: dict[str, Any], *more: object, code: int = 0) -> dict[str, Any]:
        done = self.cli("iterate", session["id"], "--json", *more)
        assert done.code == code, done
        found: dict[str, Any] = done.json
        return found

    def status(self, session: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("status", session["id"], "--json").json
        return found

    def subjects(self, session: dict[str, Any]) -> list[str]:
        return self.git(session["repo"], "log", "--format=%s", session["branch"]).splitlines()


@pytest.fixture
def world(
    cli: Callable[..., Result],
    run_git: Callable[..., str],
    make_repo: Callable[..., Path],
    make_agent: Callable[..., Path],
) -> World:
    return World(cli, run_git, make_repo, make_agent)


@pytest.fixture
def ctx(home: Path) -> Iterator[Context]:
    """The context of this test's database."""
    with open_context() as found:
        yield found
