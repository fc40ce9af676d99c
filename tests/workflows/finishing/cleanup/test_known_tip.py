"""Where a branch was last is known whoever moved it, and `restore` brings it back there."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

Session = dict[str, Any]


def by_hand(world: World, session: Session, *names: str) -> str:
    tree = Path(session["worktree"])
    return [world.commit(tree, {name: f"{name}\n"}, name) for name in names][-1]


def committed(world: World, session: Session) -> None:
    (Path(session["worktree"]) / "mine").write_text("m\n")
    world.ok("commit", session["id"], "--message", "mine")


def squashed(world: World, session: Session) -> None:
    committed(world, session)
    world.ok("squash", session["id"], "--message", "all")


def undone(world: World, session: Session) -> None:
    squashed(world, session)
    world.ok("undo", session["id"])


def rebased(world: World, session: Session) -> None:
    world.commit(Path(session["repo"]), {"later": "l\n"}, "later")
    world.ok("rebase", session["id"])


def rebase_given_up(world: World, session: Session) -> None:
    by_hand(world, session, "README.md")
    world.commit(Path(session["repo"]), {"README.md": "theirs\n"}, "theirs")
    assert world.cli("rebase", session["id"]).code == 4
    world.ok("abort-merge", session["id"])


def seen_outside(world: World, session: Session) -> None:
    by_hand(world, session, "one", "two")
    world.cli("undo", session["id"])  # any command that takes the session


def rewritten_outside(world: World, session: Session) -> None:
    by_hand(world, session, "one")
    world.git(session["worktree"], "commit", "-q", "--amend", "-m", "otherwise")
    world.cli("undo", session["id"])


def restored(world: World, session: Session) -> None:
    by_hand(world, session, "one")
    world.ok("cleanup", session["id"], "--yes", "--force")
    world.ok("restore", session["id"])


MOVES = (committed, squashed, undone, rebased, rebase_given_up, seen_outside, rewritten_outside, restored)


def lose_all(world: World, session: Session) -> None:
    """Nothing but the program's own refs is left of the branch, and git has thrown away what nothing keeps."""
    world.git(session["repo"], "worktree", "remove", "--force", session["worktree"])
    world.git(session["repo"], "branch", "-q", "-D", session["branch"])
    world.git(session["repo"], "reflog", "expire", "--expire=now", "--all")
    world.git(session["repo"], "gc", "-q", "--prune=now")


@pytest.fixture
def session(world: World) -> Session:
    repo = world.make_repo()
    world.use(edits={"a.txt": "a\n"}, text="Done.")
    made = world.new(repo, "Task")
    world.iterate(made)
    return made


def head(world: World, session: Session) -> str:
    return world.git(session["worktree"], "rev-parse", "HEAD")


@pytest.mark.parametrize("move", slow_but(MOVES, {undone, rewritten_outside}))
@pytest.mark.rounds(1)
def test_a_lost_branch_comes_back_where_it_was_last(
    world: World, session: Session, move: Callable[[World, Session], None]
) -> None:
    move(world, session)
    tip = head(world, session)
    lose_all(world, session)
    assert f"last seen at {tip[:12]}" in world.cli("status", session["id"]).out
    refused = world.cli("cleanup", session["id"], "--yes")
    assert refused.code == 5 and f"hint: amp-sessions restore {session['id']}" in refused.err, refused
    [found] = [row for row in world.cli("doctor", "--json").json["findings"] if row["id"] == "branch-missing"]
    assert found["fix"] == f"amp-sessions restore {session['id']}"
    done = world.ok("restore", session["id"])
    assert tip[:12] in done.err and head(world, session) == tip
    assert world.git(session["worktree"], "status", "--porcelain") == ""


def worktree_deleted(world: World, session: Session) -> None:
    shutil.rmtree(session["worktree"])
    world.git(session["repo"], "update-ref", "-d", f"refs/heads/{session['branch']}")


def branch_file_deleted(world: World, session: Session) -> None:
    (Path(session["repo"]) / ".git/refs/heads" / session["branch"]).unlink()


def packed_refs_edited(world: World, session: Session) -> None:
    world.git(session["repo"], "pack-refs", "--all")
    packed = Path(session["repo"]) / ".git/packed-refs"
    lines = packed.read_text().splitlines(keepends=True)
    packed.write_text("".join(line for line in lines if f"refs/heads/{session['branch']}" not in line))


def removed_by_git(world: World, session: Session) -> None:
    world.git(session["repo"], "worktree", "remove", "--force", session["worktree"])
    world.git(session["repo"], "branch", "-q", "-D", session["branch"])


LOSSES = (worktree_deleted, branch_file_deleted, packed_refs_edited, removed_by_git)


@pytest.mark.parametrize("lose", slow_but(LOSSES, {worktree_deleted, removed_by_git}))
@pytest.mark.rounds(1)
def test_commits_that_no_command_has_seen_come_back_too(
    world: World, session: Session, lose: Callable[[World, Session], None]
) -> None:
    tip = by_hand(world, session, "one", "two")
    lose(world, session)
    world.ok("restore", session["id"])
    assert head(world, session) == tip and (Path(session["worktree"]) / "two").exists()


def test_a_branch_with_another_name_stays_what_it_is(world: World, session: Session) -> None:
    tip = head(world, session)
    world.git(session["worktree"], "branch", "-m", "mine")
    refused = world.cli("restore", session["id"])
    assert refused.code == 5 and "mine" in refused.err
    assert "amp/" not in world.git(session["repo"], "branch", "--list", "amp/*")
    world.git(session["repo"], "branch", "-m", "mine", session["branch"])
    assert world.ok("restore", session["id"]).code == 0 and head(world, session) == tip


def test_a_branch_that_was_made_again_elsewhere_is_not_moved(world: World, session: Session) -> None:
    main = world.git(session["repo"], "rev-parse", "main")
    removed_by_git(world, session)
    world.git(session["repo"], "branch", session["branch"], "main")
    world.ok("restore", session["id"])
    assert head(world, session) == main


def test_a_cleanup_by_force_of_what_is_gone_says_what_it_keeps(world: World, session: Session) -> None:
    tip = head(world, session)
    lose_all(world, session)
    done = world.ok("cleanup", session["id"], "--yes", "--force")
    assert "Nothing was left" not in done.out and f"amp-sessions restore {session['id']}" in done.out
    world.ok("restore", session["id"])
    assert head(world, session) == tip


def test_a_branch_that_was_put_back_is_said_with_the_way_back(world: World, session: Session) -> None:
    tip = head(world, session)
    world.git(session["worktree"], "reset", "-q", "--hard", "HEAD~1")
    assert f"was at {tip[:12]}" in world.cli("status", session["id"]).out
    [found] = [row for row in world.cli("doctor", "--json").json["findings"] if row["id"] == "branch-rewound"]
    world.cli("undo", session["id"])
    assert tip in world.git(session["repo"], "for-each-ref", "refs/ampsm/backup")
    words = found["fix"].split()
    assert words[0] == "git"
    world.git(session["worktree"], *words[3:])
    assert head(world, session) == tip


def a_folder(repo: Path) -> None:
    repo.mkdir()
    (repo / "x").write_text("x\n")


GONE: dict[str, Callable[[Path], object]] = {
    "moved": lambda repo: None,
    "an empty folder": lambda repo: repo.mkdir(),
    "a folder": a_folder,
    "a file": lambda repo: repo.write_text("x\n"),
}
WRITING = (
    ("iterate",), ("commit", "--message", "m"), ("run",), ("squash", "--message", "m"), ("rebase",), ("preflight",),
    ("merge", "--message", "m"), ("continue-merge",), ("abort-merge",), ("undo",), ("cleanup", "--yes"),
    ("cleanup", "--yes", "--force"), ("restore",), ("status",), ("diff",), ("path",), ("undo", "--list"),
    ("set", "--base", "main"),
)  # fmt: skip


@pytest.mark.parametrize("instead", slow_but([*GONE, "another repository"], {"moved", "another repository"}))
@pytest.mark.rounds(1)
def test_a_repository_that_is_not_there_is_said_and_nothing_given_up(
    world: World, session: Session, instead: str
) -> None:
    repo = Path(session["repo"])
    repo.rename(repo.with_name("away"))
    if instead in GONE:
        GONE[instead](repo)
    else:
        world.make_repo("repo", {"other.txt": "o\n"})
    for command, *rest in WRITING:
        done = world.cli(command, session["id"], *rest)
        assert done.code == 3 and f"repository {repo} " in done.err and "hint: mount or move it back" in done.err, done
    for command, *rest in (("logs",), ("tools",), ("usage",), ("stop",), ("queue",), ("set", "--model", "m")):
        world.ok(command, session["id"], *rest)
    assert world.cli("doctor", "--fix", "--json").code == 1
    [row] = world.cli("list", "--json").json["sessions"]
    assert row["id"] == session["id"] and row["cleanedUpAt"] is None
    shutil.rmtree(repo, ignore_errors=True) if repo.is_dir() else repo.unlink(missing_ok=True)
    repo.with_name("away").rename(repo)
    world.ok("status", session["id"])
    world.iterate(session)


def test_commits_taken_off_the_branch_count_as_work(world: World, session: Session) -> None:
    """A cleanup that is refused says so again: it takes the branch that was put back for no new beginning."""
    by_hand(world, session, "one")
    world.cli("undo", session["id"])  # any command that takes the session
    tree = session["worktree"]
    tip = world.git(tree, "rev-parse", "HEAD")
    world.git(tree, "reset", "-q", "--hard", session["baseSha"])
    back = f"git -C {tree} reset --keep {tip}"
    for _ in range(2):
        done = world.cli("cleanup", session["id"], "--yes")
        assert done.code == 5 and "that somebody took off its branch" in done.err, done
        assert done.err.rstrip().endswith(f"hint: {back}"), done
    world.ok("cleanup", session["id"], "--yes", "--force")
    world.git(session["repo"], "reflog", "expire", "--expire=now", "--all")
    world.git(session["repo"], "gc", "-q", "--prune=now")
    assert back in world.ok("restore", session["id"]).err
    assert back in world.status(session)["nextStep"]
    world.git(tree, "reset", "--keep", tip)
    assert (Path(tree) / "one").exists()


def test_what_was_only_written_anew_is_not_lost(world: World, session: Session) -> None:
    """The same work in other commits, and put into the base with git alone."""
    by_hand(world, session, "one", "two")
    world.cli("undo", session["id"])
    tree = session["worktree"]
    world.git(tree, "reset", "-q", "--soft", session["baseSha"])
    world.git(tree, "commit", "-q", "-m", "one and two")
    world.git(session["repo"], "merge", "-q", "--ff-only", session["branch"])
    world.ok("cleanup", session["id"], "--yes")


def test_every_way_back_to_a_branch_can_be_typed(world: World, session: Session) -> None:
    """Where it is gone, or another worktree has it; nobody is told to make a first commit on it."""
    tree, branch, repo = session["worktree"], session["branch"], session["repo"]
    world.git(repo, "update-ref", "-d", f"refs/heads/{branch}")
    for words in (("diff",), ("merge", "--message", "m")):
        assert f"hint: amp-sessions restore {session['id']}" in world.cli(words[0], session["id"], *words[1:]).err
    world.ok("restore", session["id"])
    world.git(tree, "switch", "-q", "--detach")
    world.git(repo, "worktree", "add", "-q", "../second", branch)
    second = Path(repo).parent / "second"
    back = f"git -C {second} switch --detach, then: git -C {tree} switch {branch}"
    for words in (("iterate",), ("restore",), ("preflight",)):
        done = world.cli(words[0], session["id"])
        assert done.code == 5 and back in done.err + done.out, done
    assert world.status(session)["nextStep"].endswith(back)
    assert back in world.cli("doctor").out
    world.git(second, "switch", "-q", "--detach")
    world.git(tree, "switch", "-q", branch)
    world.git(repo, "worktree", "lock", tree)
    done = world.cli("cleanup", session["id"], "--yes", "--force")
    assert done.err.rstrip().endswith(f"hint: git -C {repo} worktree unlock {tree}"), done


def amended(world: World, session: Session) -> None:
    world.git(session["worktree"], "commit", "-q", "--amend", "-m", "My words")


def made_one_by_hand(world: World, session: Session) -> None:
    world.iterate(session, "--notes", "more")
    world.git(session["worktree"], "reset", "-q", "--soft", session["baseSha"])
    world.git(session["worktree"], "commit", "-q", "-m", "My words")


@pytest.mark.parametrize("cut", [amended, made_one_by_hand])
@pytest.mark.rounds(1)
def test_the_same_work_in_other_commits_is_merged(
    world: World, session: Session, cut: Callable[[World, Session], None]
) -> None:
    was_at = head(world, session)
    cut(world, session)
    assert "amp-sessions merge" in world.status(session)["nextStep"]
    assert "branch-rewound" not in world.cli("doctor", "--json").out
    world.ok("preflight", session["id"])
    world.ok("merge", session["id"], "--no-squash")
    assert world.git(session["repo"], "log", "-1", "--format=%s", "main") == "My words"
    assert was_at in world.git(session["repo"], "for-each-ref", f"refs/ampsm/backup/{session['id']}")
    assert "amp-sessions cleanup" in world.status(session)["nextStep"]


@pytest.mark.parametrize("options", [("--message", "All"), ("--no-squash",)])
@pytest.mark.parametrize("back", [True, False])
@pytest.mark.rounds(2)
def test_a_merge_without_what_the_branch_had_says_what_leads_on(
    world: World, session: Session, options: tuple[str, ...], back: bool
) -> None:
    """It is refused as often as it is asked for, until one of the two commands was typed."""
    was_at, tree = head(world, session), Path(session["worktree"])
    (tree / "a.txt").write_text("otherwise\n")
    world.git(tree, "commit", "-q", "--all", "--amend", "-m", "All")
    for verb in ("preflight", "merge", "merge"):
        done = world.cli(verb, session["id"], *(options if verb == "merge" else options[-1:] * (len(options) == 1)))
        assert done.code == 5 and f"at {was_at[:12]} when it was last seen" in done.out + done.err, done
    hint = done.err.rstrip().rpartition("hint: ")[2]
    bring_back, as_it_is = hint.split(", or take it as it is: amp-sessions ")
    if back:
        subprocess.run(bring_back, shell=True, check=True)
        assert head(world, session) == was_at
    else:
        world.ok(*shlex.split(as_it_is.replace("…", "All")))
        assert was_at in world.git(session["repo"], "for-each-ref", f"refs/ampsm/backup/{session['id']}")
    world.ok("preflight", session["id"], *options[-1:] * (len(options) == 1))
    world.ok("merge", session["id"], *options)
    assert world.git(session["repo"], "show", "main:a.txt") == ("a" if back else "otherwise")
