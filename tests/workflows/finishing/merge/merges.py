"""Merging a drawn session in this process, and what is looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ampsm.model.record import document
from ampsm.model.session import Session
from ampsm.store import sessions
from ampsm.workflows.finishing.merge.merge import merge_session
from ampsm.workflows.finishing.merge.outcome import MergeOutcome
from ampsm.workflows.finishing.merge.preflight import preflight_session
from ampsm.workflows.session import session_file
from ampsm.workflows.session.open_merge import MergeOptions
from tests.support.drawn import Drawn

Make = Callable[..., Drawn]

#: A session of three commits, one of them a person's, beside a base that has moved.
MOVED = "main: base a | session: base > s1* h1 s2*"
#: Both sides change `a.txt`; the base deletes `b.txt`, which the session changes.
CONFLICTED = (
    "main: base{a.txt=1\\n,b.txt=1\\n} u{a.txt=upstream\\n,-b.txt} "
    "| session: base > s1*{a.txt=session\\n,b.txt=2\\n} s2*"
)


def run(d: Drawn, message: str | None = "feat: it", **options: Any) -> MergeOutcome:
    """Merges with these options; `onto`, `squash`, … as in MergeOptions. Kept commits keep their messages."""
    message = message if options.get("squash", True) else None
    return merge_session(d.ctx, d.session.id, MergeOptions(message=message, **options))


def check(d: Drawn, **options: Any) -> dict[str, Any]:
    """The document of `preflight`."""
    found: dict[str, Any] = document(preflight_session(d.ctx, d.session.id, MergeOptions(**options)))
    return found


def checks(document: dict[str, Any]) -> dict[str, str]:
    return {found["id"]: found["status"] for found in document["checks"]}


def session_of(d: Drawn) -> Session:
    found = sessions.session_by_id(d.ctx.store, d.session.id)
    assert found
    return found


def give_script(d: Drawn, command: str) -> Path:
    """Gives the session a test script that also counts its runs in the file returned."""
    log = d.repo.with_name(f"{d.repo.name}-script-runs")
    session_file.save_session(d.ctx, session_of(d), script_command=f"echo run >> '{log}'; {command}")
    return log


def runs(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def resolve(d: Drawn, **files: str) -> None:
    """Resolves the conflicts of `CONFLICTED`: `a.txt` by its content, `b.txt` by removal."""
    (d.worktree / "a.txt").write_text(files.get("a", "both\n"))
    d.git("rm", "-q", "--ignore-unmatch", "b.txt", at=d.worktree)


def hook(repo: Path, name: str, text: str) -> Path:
    """Makes a hook of the repository; it is returned."""
    file = repo / ".git" / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def add_remote(d: Drawn, name: str = "origin") -> Path:
    """A bare remote that has `main` as it is, and is its upstream."""
    place = d.repo.with_name(f"{d.repo.name}-{name}.git")
    d.git("init", "-q", "--bare", str(place))
    d.git("remote", "add", name, str(place))
    d.git("push", "-q", "-u", name, "main")
    return place
