"""Nothing is merged on top of a main checkout that git misreads, or a target that an agent took commits from."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

#: What an agent does to the repository `$R`, and words of the refusal.
HARM: dict[str, tuple[str, str]] = {
    "bare": ("git config core.bare true", "reads as a bare repository"),
    "bare by git init": ("GIT_DIR=$(git rev-parse --git-dir) git init -q", "reads as a bare repository"),
    "bare in config.worktree": (
        "git config extensions.worktreeConfig true; git -C $R config --worktree core.bare true", "reads as a bare",
    ),
    "elsewhere": ("git config core.worktree $R/..", "for the main checkout"),
    "rewound": ("git -C $R reset -q --hard HEAD~1", "which was taken away while"),
    "rewound beneath": ("git update-ref refs/heads/main HEAD~1", "which was taken away while"),
    "replaced": ("git replace main main~1", "shows commits as others"),
    "grafted": ("git rev-parse main >$R/.git/info/grafts", "shows commits as others"),
    "rewritten": ("git -C $R commit -q --amend -m other", "which was taken away while"),
}  # fmt: skip
CASES = slow_but(HARM, {"bare by git init", "rewound beneath", "replaced"})


@pytest.fixture
def repo(world: World) -> Path:
    repo = world.make_repo()
    world.commit(repo, {"second.txt": "2\n"}, "second")
    return repo


def seen(world: World, repo: Path) -> tuple[str, ...]:
    """Where the branches are, and the configuration."""
    git_dir = repo / ".git"
    refs = world.git(repo, "--git-dir", git_dir, "for-each-ref", "refs/heads", "refs/tags")
    return refs, (git_dir / "config").read_text(), (git_dir / "HEAD").read_text()


def put_right(world: World, hint: str) -> None:
    command = hint.partition(", then: ")[0]
    ended = subprocess.run(["/bin/sh", "-c", command], capture_output=True, cwd=world.root, check=False)
    assert ended.returncode == 0, (command, ended)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.rounds(1)
def test_preflight_and_merge_refuse_until_the_hint_is_followed(world: World, repo: Path, name: str) -> None:
    command, words = HARM[name]
    world.use(edits={"work.txt": "w\n"}, shell=[f"R={repo}; {command}"])
    session = world.new(repo)
    world.iterate(session)
    before = seen(world, repo)
    ready = world.cli("preflight", session["id"], "--json")
    check = next(check for check in ready.json["checks"] if check["id"] == "target-checkout")
    assert (ready.code, check["status"]) == (5, "fail")
    assert words in check["message"]
    for options in (("--message", "all"), ("--message", "all", "--no-ff"), ("--no-squash",)):
        refused = world.cli("merge", session["id"], "--json", *options)
        assert (refused.code, refused.json["status"]) == (5, "refused"), refused
        assert words in refused.json["error"]["message"]
    assert seen(world, repo) == before
    assert world.cli("doctor").code == 1
    put_right(world, check["hint"])
    merged = world.cli("merge", session["id"], "--message", "all", "--json")
    assert (merged.code, merged.json["status"]) == (0, "merged"), merged
    assert world.git(repo, "status", "--porcelain", "--untracked-files=no") == ""
    assert (repo / "second.txt").exists()
    assert (repo / "work.txt").read_text() == "w\n"


@pytest.mark.parametrize("name", slow_but(["bare", "elsewhere"], {"bare"}))
def test_a_merge_that_goes_on_and_an_undo_refuse_too(world: World, repo: Path, name: str) -> None:
    harm = HARM[name][0].replace("$R", str(repo))
    world.use(edits={"README.md": "session\n"})
    session, merged = world.new(repo), world.new(repo, "Merged")
    world.iterate(session)
    world.use(edits={"other.txt": "o\n"})
    world.iterate(merged)
    world.ok("merge", merged["id"], "--message", "merged")
    world.commit(repo, {"README.md": "main\n"}, "main")
    assert world.cli("merge", session["id"], "--message", "all").code == 4
    worktree = Path(session["worktree"])
    (worktree / "README.md").write_text("both\n")
    world.git(worktree, "add", "README.md")
    tip = world.git(repo, "rev-parse", "main")
    subprocess.run(["/bin/sh", "-c", harm], cwd=worktree, check=True)
    refused = world.cli("continue-merge", session["id"], "--json")
    assert refused.code == 5, refused
    assert world.git(repo, "--git-dir", repo / ".git", "rev-parse", "main") == tip
    undone = world.cli("undo", merged["id"], "--json")
    assert undone.code == 5, undone
    assert world.git(repo, "--git-dir", repo / ".git", "rev-parse", "main") == tip
    put_right(world, next(f["fix"] for f in world.cli("doctor", "--json").json["findings"] if f["severity"] == "error"))
    world.ok("continue-merge", session["id"])
    assert (repo / "README.md").read_text() == "both\n"


@pytest.mark.parametrize("harm", slow_but(["core.worktree /no/where", "core.worktree ''"], {"core.worktree /no/where"}))
def test_where_git_fails_for_it_the_main_checkout_is_named(world: World, repo: Path, harm: str) -> None:
    world.use(edits={"work.txt": "w\n"})
    session = world.new(repo)
    world.iterate(session)
    subprocess.run(["/bin/sh", "-c", f"git config {harm}"], cwd=repo, check=True)
    for words in (["preflight"], ["merge", "--message", "all"]):
        refused = world.cli(words[0], session["id"], *words[1:], "--json")
        assert refused.code == 5, (words, refused)
    put_right(world, world.cli("merge", session["id"], "--message", "all", "--json").json["error"]["hint"])
    world.ok("merge", session["id"], "--message", "all")


def test_what_was_meant_is_accepted(world: World, repo: Path) -> None:
    world.use(edits={"work.txt": "w\n"}, shell=[f"git -C {repo} reset -q --hard HEAD~1", "git config user.name Bot"])
    session = world.new(repo)
    world.iterate(session)
    assert world.cli("merge", session["id"], "--message", "all").code == 5
    accepted = world.cli("doctor", "--accept", session["id"])
    assert (accepted.code, accepted.err.count("accepted: ")) == (0, 2), accepted
    world.ok("preflight", session["id"])
    assert world.cli("doctor", "--accept", "no-such").code == 3


@pytest.mark.parametrize("how", slow_but(["taken back", "built upon"], {"taken back"}))
def test_a_second_time_counts_as_the_first_did(world: World, repo: Path, how: str) -> None:
    """What a person did in between, on top of all there was or of what was left, is missed as well."""
    rewind = "git update-ref refs/heads/main main~1"
    world.use(edits={"work.txt": "w\n"}, shell=[rewind])
    session = world.new(repo)
    first = world.git(repo, "rev-parse", "main")
    world.iterate(session)
    world.git(repo, "reset", "-q", "--hard", first if how == "taken back" else "main")
    third = world.commit(repo, {"third.txt": "3\n"}, "third")
    world.use(edits={"work.txt": "more\n"}, shell=[rewind])
    world.iterate(session)
    for lacking in [third] if how == "taken back" else [third, first]:
        refused = world.cli("merge", session["id"], "--message", "all", "--json")
        assert (refused.code, refused.json["status"]) == (5, "refused"), refused
        assert f"lacks {lacking[:10]}" in refused.json["error"]["message"]
        assert [f for f in world.cli("doctor", "--json").json["findings"] if lacking in (f["fix"] or "")]
        world.git(repo, "reset", "-q", "--hard", lacking)
        world.git(repo, "merge", "-q", "-m", "both", third)
    world.ok("merge", session["id"], "--message", "all")
    assert all((repo / name).exists() for name in ("second.txt", "third.txt", "work.txt"))


def test_others_may_move_the_target_meanwhile(world: World, repo: Path, wait_until: Callable[..., object]) -> None:
    """A person's commits, merges of other sessions and their undo are no harm, and no warning but that main moved."""
    world.use(edits={"other.txt": "o\n"})
    other, gone = world.new(repo, "Other"), world.new(repo, "Gone")
    world.iterate(other)
    world.iterate(gone)
    go_on, waits = world.root / "go-on", world.root / "waits"
    world.use(edits={"work.txt": "w\n"}, ready=waits, hang_until=go_on)
    session = world.new(repo)
    world.ok("iterate", session["id"], "--detach")
    wait_until(waits.exists)
    world.ok("merge", other["id"], "--message", "other")
    world.ok("undo", other["id"])
    world.ok("merge", other["id"], "--message", "other")
    world.new(repo, "New")
    world.ok("cleanup", gone["id"], "--yes", "--force")
    world.commit(repo, {"person.txt": "p\n"}, "person")
    world.git(repo, "branch", "mine")
    go_on.touch()
    world.ok("logs", session["id"], "--follow")
    events = world.ok("logs", session["id"], "--json").json["events"]
    said = [event["message"] for event in events if event["type"] == "warning"]
    assert len(said) == 2, said
    assert any("The branch main moved forward meanwhile" in words for words in said)
    assert any("The branch mine was created" in words for words in said)
    assert world.cli("doctor").code == 0
    world.ok("merge", session["id"], "--message", "all")


def test_a_target_that_an_agent_deleted_is_named_with_its_way_back(world: World, repo: Path) -> None:
    world.use(edits={"work.txt": "w\n"}, shell=["git update-ref -d refs/heads/main"])
    session = world.new(repo)
    tip = world.git(repo, "rev-parse", "main")
    world.iterate(session)
    for words in (["preflight"], ["rebase"], ["merge", "--message", "all"]):
        refused = world.cli(words[0], session["id"], *words[1:], "--json")
        assert refused.code == 3, refused
        assert "it was deleted while an iteration" in refused.json["error"]["message"]
    put_right(world, refused.json["error"]["hint"].partition("; or")[0])
    assert world.git(repo, "rev-parse", "main") == tip
    world.ok("merge", session["id"], "--message", "all")
