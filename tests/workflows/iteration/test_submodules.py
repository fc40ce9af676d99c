"""A submodule that git is told to ignore counts all the same in what is shown, committed and handed on (SPEC 6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

#: What has git ignore the submodule `lib` of the repository.
IGNORING: dict[str, tuple[str, ...]] = {
    "gitmodules": ("config", "--file", ".gitmodules", "submodule.lib.ignore", "all"),
    "submodule": ("config", "submodule.lib.ignore", "all"),
    "diff": ("config", "diff.ignoreSubmodules", "all"),
    "dirty": ("config", "diff.ignoreSubmodules", "dirty"),
    "recurse": ("config", "submodule.recurse", "true"),
    "log": ("config", "diff.submodule", "log"),
    "status": ("config", "status.submoduleSummary", "true"),
}
MOVE = "git submodule update --init -q && git -C lib checkout -q origin/main"


@pytest.fixture
def repo(world: World) -> Path:
    """With the submodule `lib`, which is a commit behind its `main`."""
    library, repo = world.make_repo("library", {"lib.txt": "1\n"}), world.make_repo()
    world.commit(library, {"lib.txt": "2\n"})
    world.git(repo, "submodule", "--quiet", "add", library, "lib")
    world.git(repo / "lib", "checkout", "-q", "HEAD~1")
    return repo


@pytest.mark.parametrize("by", slow_but(IGNORING, ["gitmodules", "diff"]))
@pytest.mark.rounds(1)
def test_an_ignored_submodule_counts(world: World, repo: Path, by: str) -> None:
    world.git(repo, *IGNORING[by])
    world.git(repo, "add", "-f", ".gitmodules", "lib")
    world.git(repo, "commit", "-qm", "Add lib")
    world.use(edits={}, shell=[MOVE])
    session = world.new(repo)
    iteration = world.iterate(session)["iteration"]
    assert iteration["status"] == "succeeded" and iteration["changedFiles"] == 1
    changed = world.ok("diff", session["id"], "--json").json
    assert [file["path"] for file in changed["files"]] == ["lib"] and "+Subproject commit" in changed["patch"]
    patch, place = world.root / "patch", Path(session["worktree"])
    before = world.git(place / "lib", "rev-parse", "HEAD")
    world.git(place / "lib", "checkout", "-q", "HEAD~1")
    assert world.cli("preflight", session["id"]).code == 5
    assert world.cli("cleanup", session["id"], "--yes").code == 5
    world.ok("commit", session["id"], "--message", "Back")
    world.git(place / "lib", "checkout", "-q", before)
    world.ok("commit", session["id"], "--message", "Forth")
    world.ok("squash", session["id"], "--message", "Move lib")
    world.commit(repo, {"other.txt": "other\n"})
    world.ok("merge", session["id"], "--message", "Move lib", "--export-patch", patch)
    assert "diff --git a/lib b/lib" in patch.read_text()
    assert world.git(repo, "ls-tree", "HEAD", "lib").split()[2] == before
