"""What the new-session dialog asks beforehand: repositories, branches, the exact base, models."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ampsm.context import open_context
from ampsm.model.errors import UserError
from ampsm.workflows.session.repositories import (
    inspect_repository,
    model_choices,
    recent_repositories,
    resolve_session_base,
)
from tests.support.world import World


def test_recent_repositories_newest_first_and_existing_only(world: World) -> None:
    world.use()
    old, gone, new = (world.make_repo(name) for name in ("old", "gone", "new"))
    for repo in (old, gone, new):
        world.new(repo)
    shutil.rmtree(gone)
    with open_context() as ctx:
        assert recent_repositories(ctx) == [str(new), str(old)]


def test_a_look_changes_nothing_and_tells_the_branches(world: World) -> None:
    repo = world.make_repo()
    world.git(repo, "branch", "feature/one")
    (repo / "README.md").write_text("changed\n")
    before = world.git(repo, "status", "--porcelain=v2", "--branch"), (repo / ".git/index").read_bytes()
    with open_context() as ctx:
        found = inspect_repository(ctx, str(repo / ".git" / ".."))
    assert found.root == str(repo) and found.default_base == "main"
    assert {branch.name for branch in found.branches} == {"main", "feature/one"}
    assert all(branch.behind_upstream is None for branch in found.branches)
    assert (world.git(repo, "status", "--porcelain=v2", "--branch"), (repo / ".git/index").read_bytes()) == before


def test_a_subject_may_hold_what_looks_like_the_end_of_a_line(world: World) -> None:
    repo = world.make_repo()
    world.git(repo, "commit", "-q", "--allow-empty", "-m", "One\u2028two\x0bthree\x85four")
    with open_context() as ctx:
        (branch,) = inspect_repository(ctx, str(repo)).branches
    assert (branch.name, branch.subject.startswith("One")) == ("main", True)
    assert len(branch.sha) == 40


def test_the_base_is_told_exactly_and_as_new_takes_it(world: World, tmp_path: Path) -> None:
    world.use()
    origin = world.make_repo("origin")
    world.git(tmp_path, "clone", "-q", str(origin), "clone")
    clone = tmp_path / "clone"
    world.git(origin, "commit", "-q", "--allow-empty", "-m", "Later")
    world.git(clone, "fetch", "-q")
    with open_context() as ctx:
        found = resolve_session_base(ctx, str(clone))
        assert (found.branch, found.behind) == ("main", 1)
        assert found.sha == world.git(clone, "rev-parse", "main").strip() == world.new(clone)["baseSha"]
        assert inspect_repository(ctx, str(clone)).branches[-1].behind_upstream in (1, None)
        remote = resolve_session_base(ctx, str(clone), "origin/main")
        assert remote.subject == "Later" and remote.sha != found.sha
        with pytest.raises(UserError, match="nowhere"):
            resolve_session_base(ctx, str(clone), "nowhere")


def test_no_repository_is_said(tmp_path: Path) -> None:
    with open_context() as ctx, pytest.raises(UserError) as error:
        inspect_repository(ctx, str(tmp_path))
    assert (error.value.code, error.value.exit_code) == ("not-a-repository", 3)


def test_models_are_those_amp_offers_and_those_used(world: World) -> None:
    world.use()
    world.new(world.make_repo(), "Task", "--model", "my-model")
    world.ok("config", "set", "ampPath", "demo")
    with open_context() as ctx:
        assert model_choices(ctx) == ["deep", "large", "rush", "smart", "my-model"]
    world.ok("config", "set", "ampPath", "/nowhere/amp")
    with open_context() as ctx:
        assert "my-model" in model_choices(ctx)
