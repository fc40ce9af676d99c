"""What a session's commits bring is looked at, by the iteration and before a merge (SPEC sections 5.6 and 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.variants import slow_but
from tests.support.world import World

Session = dict[str, Any]

MARKED = "<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\n"
BIG = "import os; os.truncate(os.open('core.1', os.O_CREAT | os.O_WRONLY), 51_000_000)"

#: What an agent does → the warning's code and what it names.
SEEN: dict[str, tuple[str, str, str]] = {
    "big": (f'python3 -c "{BIG}"', "large-file", "core.1 (51 MB)"),
    "absolute": ("ln -s /etc/hosts hosts", "link-outside", "hosts -> /etc/hosts"),
    "upwards": ("mkdir a; ln -s ../../up a/up", "link-outside", "a/up -> ../../up"),
    "chain": ("ln -s chain2/x chain; ln -s ../.. chain2", "link-outside", "chain2 -> ../.."),
    "shadow": ("mkdir mods; touch mods/m; ln -s mods node_modules", "link-ignored", "node_modules"),
    "deep shadow": ("mkdir -p p/q; ln -s ../src p/build", "link-ignored", "p/build"),
    "markers": (f"printf '{MARKED}' >> README.md", "conflict-markers", "README.md:2"),
    "diff3": ("printf 'a\\n<<<<<<< x\\n||||||| b\\n=======\\n>>>>>>> y\\n' > n.txt", "conflict-markers", "n.txt:2"),
    "one marker": ("printf 'a\\nb\\n>>>>>>> main\\n' > n.txt", "conflict-markers", "n.txt:3"),
    "long markers": (
        "printf '*.md conflict-marker-size=9\\n' > .gitattributes; printf '<<<<<<<<< a b\\n' > n.md",
        "conflict-markers", "n.md:1",
    ),
    "bare": ("git init -q --bare foo.git; rm -r foo.git/hooks", "nested-repository", "foo.git"),
    "odd name": (f"printf '{MARKED}' > \"ä \\\"b\\\".txt\"", "conflict-markers", 'ä "b".txt:1'),
}  # fmt: skip
UNSEEN = {
    "reST headings": "printf 'Title\\n=======\\n\\nMore\\n<<<<<<<\\n' > doc.rst",
    "quoted markers": "printf '    <<<<<<< HEAD\\n  >>>>>>> main\\n' > doc.md",
    "other size": "echo '*.md conflict-marker-size=9' > .gitattributes; printf '<<<<<<< a\\n>>>>>>> b\\n' > doc.md",
    "old markers": "git mv old.txt moved.txt; echo end >> moved.txt",
    "inner link": "ln -s src/app.py app; mkdir in; ln -s ../README.md in/readme; ln -s . self",
    "old link": "git mv hosts.old hosts.new",
    "binary": "printf 'a\\0\\n<<<<<<< HEAD\\n' > b.bin",
    "ignored": "mkdir node_modules; ln -s /etc node_modules/x",
}


@pytest.fixture
def repo(world: World) -> Path:
    text = MARKED + "line\n" * 50
    return world.make_repo(files={
        "README.md": "hello\n", "src/app.py": "1\n", ".gitignore": "node_modules/\n", "p/.gitignore": "build/\n",
        "old.txt": text,
    })  # fmt: skip


def warnings_of(world: World, session: Session, number: int) -> list[tuple[str, str]]:
    events = world.ok("logs", session["id"], "--iteration", number, "--stream-json").events
    return [(e["code"], e["message"]) for e in events if e["type"] == "warning"]


def check_of(world: World, session: Session, name: str, *options: str) -> tuple[str, str]:
    checks = world.cli("preflight", session["id"], "--json", *options).json["checks"]
    found = next(check for check in checks if check["id"] == name)
    return found["status"], found["message"]


@pytest.mark.parametrize("what", slow_but(SEEN, ["big", "chain", "markers"]))
@pytest.mark.parametrize("own", slow_but([False, True], [False]))
@pytest.mark.rounds(1)
def test_what_is_unusual_is_said(world: World, repo: Path, what: str, own: bool) -> None:
    does, code, named = SEEN[what]
    world.use(edits={}, shell=[does, *(["git add -A; git commit -qm own"] if own else [])])
    session = world.new(repo)
    done = world.iterate(session)
    assert (done["session"]["status"], done["iteration"]["status"]) == ("idle", "succeeded")
    assert [(found, named in message) for found, message in warnings_of(world, session, 1)] == [(code, True)]
    status, message = check_of(world, session, "content")
    assert status == "warn" and named in message
    world.use(edits={"later.txt": "later\n"})
    world.iterate(session)
    assert warnings_of(world, session, 2) == []
    assert check_of(world, session, "content") == (status, message)
    world.ok("merge", session["id"], "--message", "All of it")


@pytest.mark.parametrize("what", slow_but(UNSEEN, ["reST headings", "old markers"]))
def test_what_is_usual_is_not(world: World, repo: Path, what: str) -> None:
    (repo / "hosts.old").symlink_to("/etc/hosts")
    world.commit(repo, {})
    world.use(edits={}, shell=[UNSEEN[what], "echo x >> README.md"])
    session = world.new(repo)
    world.iterate(session)
    assert warnings_of(world, session, 1) == []
    assert check_of(world, session, "content")[0] == "pass"


def test_what_a_person_commits_is_looked_at_as_well(world: World, repo: Path) -> None:
    world.use(edits={"a.txt": "a\n"})
    session = world.new(repo)
    (Path(session["worktree"]) / "n.txt").write_text(MARKED)
    world.iterate(session)
    assert check_of(world, session, "content") == ("warn", "Conflict markers were added: n.txt:1")


def test_a_huge_file_that_was_taken_out_again_is_in_commits_that_are_kept(world: World, repo: Path) -> None:
    world.use(edits={}, shell=[f'python3 -c "{BIG}"', "git add -A; git commit -qm big; git rm -q core.1"])
    session = world.new(repo)
    world.iterate(session)
    assert check_of(world, session, "content")[0] == "pass"
    assert check_of(world, session, "content", "--no-squash") == (
        "warn", "Files over 50 MB are in commits that are kept: core.1",
    )  # fmt: skip


MAKE = "mkdir -p {0}; cd {0}; git init -q; echo app > app.js; git add -A; git commit -qm inner; cd - >/dev/null"
NESTED = {
    "committed": (MAKE.format("in") + "; git add -A; git commit -qm outer", "in"),
    "added": (MAKE.format("in") + "; git add -A", "in"),
    "left": (MAKE.format("in"), "in"),
    "deeper": (MAKE.format("a/b/in") + "; git add -A; git commit -qm outer", "a/b/in"),
    "changed": (MAKE.format("in") + "; git add -A; git commit -qm outer; echo more >> in/app.js", "in"),
}


@pytest.mark.parametrize("what", slow_but(NESTED, ["committed", "deeper"]))
@pytest.mark.rounds(1)
def test_a_repository_inside_is_not_merged_as_a_link_without_files(world: World, repo: Path, what: str) -> None:
    does, path = NESTED[what]
    world.use(edits={"a.txt": "a\n"}, shell=[does])
    session = world.new(repo)
    done = world.iterate(session)
    assert done["session"]["status"] == "awaiting-input"
    assert any(code == "nested-repository" and path in message for code, message in warnings_of(world, session, 1))
    before = world.git(repo, "rev-parse", "main")
    status, message = check_of(world, session, "repositories")
    assert status == "fail" and path in message
    refused = world.cli("merge", session["id"], "--message", "m", "--json")
    assert refused.code == 5 and refused.json["status"] == "refused" and world.git(repo, "rev-parse", "main") == before
    for options in ((), ("--force",)):
        done_ = world.cli("cleanup", session["id"], "--yes", *options)
        assert done_.code == 5 and path in done_.err, done_
    assert (Path(session["worktree"]) / path / "app.js").read_text().startswith("app\n")
    (Path(session["worktree"]) / path).rename(world.root / "moved")
    if what not in ("added", "left"):
        world.ok("commit", session["id"], "--message", "Without it")
    world.ok("merge", session["id"], "--message", "m", "--cleanup")


SUBMODULE = "git submodule update --init -q; cd lib; {}; git commit -q --allow-empty -m unique"


@pytest.mark.parametrize(
    "on", slow_but(["git checkout -q --detach", "git checkout -q -b side"], ["git checkout -q --detach"])
)
@pytest.mark.parametrize("back", slow_but(["", "; git checkout -q --detach HEAD~1"], [""]))
def test_a_commit_in_a_submodule_that_nobody_else_has(world: World, repo: Path, on: str, back: str) -> None:
    library = world.make_repo("library")
    world.git(repo, "submodule", "--quiet", "add", library, "lib")
    world.commit(repo, {}, "Add lib")
    world.use(edits={"a.txt": "a\n"}, shell=[SUBMODULE.format(on) + back])
    session = world.new(repo)
    done = world.iterate(session)
    lib = Path(session["worktree"]) / "lib"
    if not back:
        assert done["session"]["status"] == "awaiting-input"
        assert "unpublished-submodule" in dict(warnings_of(world, session, 1))
        assert check_of(world, session, "repositories")[0] == "fail"
        assert world.cli("merge", session["id"], "--message", "m").code == 5
        world.git(lib, "push", "origin", "HEAD:refs/heads/new")
        assert check_of(world, session, "repositories")[0] == "pass"
        world.git(lib, "update-ref", "-d", "refs/remotes/origin/new")
        world.git(repo / "lib", "fetch", "-q", "origin")  # the main checkout's own copy has it as well
    elif "side" not in on:
        world.git(lib, "branch", "kept", "HEAD@{1}")
    world.ok("merge", session["id"], "--message", "m")
    if back:
        kept = world.cli("cleanup", session["id"], "--yes")
        assert kept.code == 5 and "lib" in kept.err, kept
        world.git(lib, "push", "origin", "--all")
    world.ok("cleanup", session["id"], "--yes")


def test_an_ignored_repository_that_holds_work_is_said(world: World, repo: Path) -> None:
    """Git leaves it out, and so does the merge, which goes on: what is ignored is meant to stay behind."""
    session = world.new(repo)
    inner = Path(session["worktree"], "node_modules", "inner")
    inner.mkdir(parents=True)
    world.git(inner, "init", "-q")
    world.commit(inner, {"work.txt": "mine\n"})
    world.use(edits={"a.txt": "a\n"})
    world.iterate(session)
    found = world.ok("preflight", session["id"], "--json").json["checks"]
    (check,) = [row for row in found if row["id"] == "repositories"]
    assert check["status"] == "warn" and "node_modules/inner, which git ignores" in check["message"]
    world.git(world.root, "-C", inner, "status")
    world.ok("merge", session["id"], "--message", "m")
