"""Sessions whose history a test has drawn, and what must not change."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ampsm.context import Context
from ampsm.git.command import git
from ampsm.model.session import Session
from ampsm.workflows.session.create import create_session
from tests.support.commit_graph import COMMIT, Graph, draw
from tests.support.world import World


@dataclass
class Drawn:
    """A session in a repository with a drawn history."""

    world: World
    ctx: Context
    session: Session
    repo: Path
    worktree: Path
    graph: Graph

    @property
    def tip(self) -> str:
        return self.git("rev-parse", f"refs/heads/{self.session.branch}")

    def git(self, *words: str, at: Path | None = None) -> str:
        """Git's standard output, by the product's own git: no editor opens, and a failure is a GitError."""
        return os.fsdecode(git(at or self.repo, *words).stdout).removesuffix("\n")

    def subjects(self, revisions: str) -> list[str]:
        """Newest first, as `git log` lists them."""
        return self.git("log", "--format=%s", revisions, "--").splitlines()

    def state(self) -> tuple[dict[str, str], dict[str, tuple[str, int]], str]:
        """Every ref but the program's backups, snapshots and known tips, every file of the worktree, and its index."""
        kept = ("refs/ampsm/backup/", "refs/ampsm/snapshots/", "refs/ampsm/tips/")
        refs = {name: sha for name, sha in refs_of(self.repo).items() if not name.startswith(kept)}
        return refs, files_of(self.worktree), self.git("ls-files", "--stage", at=self.worktree)


def draw_session(world: World, ctx: Context, repo: Path, text: str, *, name: str = "Drawn") -> Drawn:
    """Draws the base's commits up to the one that the session starts from, starts it there, and draws the rest.

    The branch `session` of the notation is the session's, checked out in its worktree; the first line's is its base.
    """
    first, _, rest = text.strip().partition("|")
    branch, _, words = first.partition(":")
    began = re.search(r"\bsession: *([\w-]+) +>", rest)
    commits = list(COMMIT.finditer(words))
    start = next(found for found in commits if not began or found["name"] == began[1])
    graph = draw(repo, f"{branch}: {words[: start.end()]}")
    world.git(repo, "reset", "-q", "--hard")
    session = create_session(ctx, repo=str(repo), name=name, prompt="p", base=branch.strip(), on_note=lambda _: None)
    later = words[start.end() :]
    lines = ([f"{branch}: {start['name']} > {later}"] if later.strip() else []) + ([rest] if rest else [])
    if lines:
        draw(
            repo, "|".join(lines), graph=graph, session=session.id,
            branches=lambda name: session.branch if name == "session" else name,
        )  # fmt: skip
    worktree = Path(session.worktree)
    for place in (repo, worktree):
        world.git(place, "reset", "-q", "--hard")
    return Drawn(world, ctx, session, repo, worktree, graph)


def refs_of(repo: Path) -> dict[str, str]:
    """Every ref and what it points at, without those that only remember where a session's branch was last."""
    listed = os.fsdecode(git(repo, "for-each-ref", "--format=%(refname) %(objectname)").stdout)
    found = {name: sha for name, _, sha in (line.partition(" ") for line in listed.splitlines())}
    return {name: sha for name, sha in found.items() if not name.startswith("refs/ampsm/tips/")}


def files_of(worktree: Path) -> dict[str, tuple[str, int]]:
    """Digest and mode of every file, git's and the program's own folders left out."""
    found = {}
    for path in sorted(worktree.rglob("*")):
        relative = path.relative_to(worktree)
        if relative.parts[0] in (".git", ".worktrees", "AGENT_CONTEXT") or (path.is_dir() and not path.is_symlink()):
            continue
        content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        found[str(relative)] = (hashlib.sha256(content).hexdigest(), path.lstat().st_mode)
    return found
