"""A worktree that nobody ever got holds no work: whatever `new` was doing when it was killed, all of it goes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.variants import slow_but
from tests.support.world import World


@pytest.fixture
def repo(world: World) -> Path:
    return world.make_repo("repo", {**{f"f{n}.txt": f"{n} abc\n" * 50 for n in range(5)}, ".gitattributes": ""})


def at_a_filter(world: World, repo: Path, ready: Path) -> None:
    """One that stops the checkout at its second file."""
    script = world.root / "smudge"
    count = world.root / "count"
    wait = f"[ $(wc -l < {count}) -gt 1 ] && {{ touch {ready}; exec sleep 60; }}"
    script.write_text(f"#!/bin/sh\necho x >> {count}\n{wait}\ntr a-z A-Z\n")
    script.chmod(0o755)
    world.commit(repo, {".gitattributes": "f*.txt filter=slow\n"})
    world.git(repo, "config", "filter.slow.smudge", script)
    world.git(repo, "config", "filter.slow.clean", "tr A-Z a-z")
    world.git(repo, "config", "filter.slow.required", "true")


def kill(process: subprocess.Popen[str]) -> None:
    """With git and all that git has started."""
    all_of_it = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for child in all_of_it:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    process.communicate()
    psutil.wait_procs(all_of_it, timeout=30)


def at_a_hook(world: World, repo: Path, ready: Path) -> None:
    hook = repo / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ready}\nexec sleep 60\n")
    hook.chmod(0o755)


@pytest.mark.parametrize("way", ["doctor --fix", "new"])
@pytest.mark.parametrize("stop", slow_but((at_a_filter, at_a_hook), {at_a_filter}))
def test_all_of_it_goes(
    world: World, repo: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any],
    stop: Callable[[World, Path, Path], None], way: str,
) -> None:  # fmt: skip
    ready = world.root / "ready"
    stop(world, repo, ready)
    before = world.git(repo, "for-each-ref")
    killed = spawn_cli("new", "--repo", repo, "--name", "Killed", "--prompt", "p")
    wait_until(ready.exists, 60)
    kill(killed)
    [tree] = (repo / ".worktrees").glob("[!.]*")
    (repo / ".git/hooks/post-checkout").unlink(missing_ok=True)
    world.git(repo, "config", "--unset-all", "filter.slow.smudge", check=False)
    world.git(repo, "config", "--unset-all", "filter.slow.required", check=False)
    if way == "new":
        other = world.new(repo, "Other")
        world.ok("cleanup", other["id"], "--yes", "--force")
        world.git(repo, "update-ref", "-d", f"refs/ampsm/trash/{other['id']}")
    else:
        world.ok("doctor", "--fix")
    assert not tree.exists() and world.git(repo, "for-each-ref") == before
    assert not list((repo / ".git/worktrees").glob("*")) and world.ok("list", "--json").json["sessions"] == []


def test_what_a_person_put_there_stays_and_is_named(
    world: World, repo: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> None:
    ready = world.root / "ready"
    at_a_hook(world, repo, ready)
    killed = spawn_cli("new", "--repo", repo, "--name", "Killed", "--prompt", "p")
    wait_until(ready.exists, 60)
    kill(killed)
    [tree] = (repo / ".worktrees").glob("[!.]*")
    (tree / "mine.txt").write_text("mine\n")
    (tree / "f1.txt").write_text("other\n")
    findings = world.cli("doctor", "--fix", "--json").json["findings"]
    [found] = [row for row in findings if row["id"] == "half-made-session"]
    assert not found["fixed"] and "mine.txt" in found["message"]
    assert (tree / "mine.txt").read_text() == "mine\n"
    move, fix = found["fix"].split(" && amp-sessions ")
    subprocess.run(move, shell=True, check=True)
    world.ok(*fix.split())
    assert not world.git(repo, "branch", "--list", "amp/*")
    assert (tree.with_name(f"{tree.name}.old") / "mine.txt").read_text() == "mine\n"
    assert world.git(repo, "status", "--porcelain") == ""
