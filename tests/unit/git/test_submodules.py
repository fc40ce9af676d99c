"""A submodule that follows its worktree's branch writes over no ignored file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ampsm.git.worktree import submodules
from tests.support.world import World


@pytest.mark.parametrize("fetched", [True, False])
def test_an_ignored_file_in_a_submodule_stays(world: World, fetched: bool) -> None:
    library = world.make_repo("library", {".gitignore": ".env\n", "one.txt": "1\n"})
    repo = world.make_repo("user")
    world.git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", library, "library")
    world.git(repo, "commit", "-qm", "with it")
    place = repo / "library"
    (library / ".env").write_text("template\n")
    world.git(library, "add", "-f", ".env")
    world.git(library, "commit", "-qm", "track it")
    later = world.git(library, "rev-parse", "HEAD").strip()
    if fetched:
        world.git(place, "-c", "protocol.file.allow=always", "fetch", "-q")
    before = world.git(repo, "rev-parse", "HEAD").strip()
    world.git(repo, "update-index", "--cacheinfo", f"160000,{later},library")
    world.git(repo, "commit", "-qm", "move it")
    after = world.git(repo, "rev-parse", "HEAD").strip()
    (place / ".env").write_bytes(b"MINE")
    submodules.follow(Path(repo), before, after)
    assert (place / ".env").read_bytes() == b"MINE"
    assert world.git(place, "rev-parse", "HEAD").strip() != later
    (place / ".env").unlink()
    submodules.follow(Path(repo), before, after)
    assert not fetched or (place / ".env").read_text() == "template\n"


@pytest.mark.parametrize("name", ["lib*", "[l]ibrary"])
def test_only_the_submodule_of_that_name_is_put_at_a_commit(world: World, name: str) -> None:
    library, repo = world.make_repo("library"), world.make_repo("user")
    for number, path in enumerate((name, "library")):
        world.git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", "--name", number, library,
                  f"./{path}")  # fmt: skip
    before = world.git(library, "rev-parse", "HEAD")
    later = world.commit(library, {"one.txt": "1\n"})
    for path in (name, "library"):
        world.git(repo / path, "fetch", "-q")
        world.git(repo, "update-index", "--cacheinfo", f"160000,{later},{path}")
    assert submodules.put_at(repo, name, later)
    assert world.git(repo / name, "rev-parse", "HEAD") == later
    assert world.git(repo / "library", "rev-parse", "HEAD") == before
