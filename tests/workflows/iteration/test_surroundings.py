"""What an agent changes in the repository outside its branch is seen, said and remembered (SPEC section 5.6)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.git.surroundings.change import CONFIG, Change
from ampsm.workflows.session import outside
from ampsm.workflows.session.lookup import require_session
from tests.support.variants import slow_but
from tests.support.world import World

#: Shell commands of an agent in its worktree (`$R` is the main checkout), the code of the warning they cause, and words
#: in it.
CHANGES: dict[str, tuple[str, str, str]] = {
    "bare": ("git config core.bare true", "config-changed", "core.bare was changed: false → true"),
    "worktree setting": ("git config core.worktree /tmp", "config-changed", "core.worktree"),
    "identity": ("git config user.email bot@example.org", "config-changed", "not set → bot@example.org"),
    "unset": ("git config --unset-all team.rule", "config-changed", "team.rule was changed: one, two → not set"),
    "own worktree's setting": (
        "git config extensions.worktreeConfig true; git config --worktree user.name Bot",
        "config-changed",
        "user.name",
    ),
    "included": ("git config --file $R/.git/more user.name Bot", "config-changed", "user.name"),
    "included, not there before": (
        "git config --file $R/.git/later core.fsmonitor x",
        "config-changed",
        "core.fsmonitor",
    ),
    "included, empty before": ("git config --file $R/.git/empty alias.st '!x'", "config-changed", "alias.st"),
    "user's": ("git config --global alias.st '!x'", "config-changed", "alias.st was changed: not set → !x"),
    "user's, changed": ("git config --global user.name Bot", "config-changed", "user.name was changed: Tess Ter → Bot"),
    "hook added": ("printf '#!/bin/sh\n' >$R/.git/hooks/pre-commit", "hooks-changed", "pre-commit was added"),
    "hook changed": ("echo : >>$R/.git/hooks/post-commit", "hooks-changed", "post-commit was changed"),
    "hook switched off": ("chmod -x $R/.git/hooks/post-commit", "hooks-changed", "post-commit was changed"),
    "hook removed": ("rm $R/.git/hooks/post-commit", "hooks-changed", "post-commit was removed"),
    "attributes": ("echo '* -text' >>$R/.git/info/attributes", "config-changed", "info/attributes"),
    "exclude": ("echo '*.py' >>$R/.git/info/exclude", "config-changed", "info/exclude"),
    "grafts": ("git rev-parse HEAD >$R/.git/info/grafts", "config-changed", "info/grafts"),
    "stash dropped": ("git stash drop", "stash-changed", "is gone: it was dropped or popped"),
    "stash popped": ("git stash pop", "stash-changed", "is gone: it was dropped or popped"),
    "main rewound": ("git -C $R reset --hard HEAD~1", "refs-changed", "The branch main was rewound"),
    "main rewound beneath": ("git update-ref refs/heads/main HEAD~1", "refs-changed", "The branch main was rewound"),
    "main rewritten": ("git -C $R commit --amend -m other", "refs-changed", "The branch main was moved"),
    "branch deleted": ("git branch -D side", "refs-changed", "The branch side was deleted"),
    "branch made a link": (
        "git symbolic-ref refs/heads/side refs/heads/main",
        "refs-changed",
        "The branch side was moved",
    ),
    "commit replaced": ("git replace HEAD HEAD~1", "refs-changed", "The ref refs/replace/"),
    "tag moved": ("git tag -f v1 HEAD~1", "refs-changed", "The ref refs/tags/v1 was moved"),
    "tag deleted": ("git tag -d v1", "refs-changed", "The ref refs/tags/v1 was deleted"),
    "worktree removed": ("git worktree remove --force $R/../beside", "worktrees-changed", "beside was removed"),
    "worktree locked": ("git worktree lock $R/../beside", "worktrees-changed", "beside was locked"),
    "worktree moved": ("git worktree move $R/../beside $R/../there", "worktrees-changed", "was moved to"),
    "hidden from git": ("git -C $R update-index --skip-worktree README.md", "main-checkout-changed", "at README.md"),
    "assumed unchanged": (
        "git -C $R update-index --assume-unchanged src/app.py",
        "main-checkout-changed",
        "not to look at src/app.py",
    ),
    "checkout switched": ("git -C $R switch -q side", "main-checkout-changed", "main → side"),
    "checkout detached": ("git -C $R switch -q --detach", "main-checkout-changed", "was switched: main → "),
}


@pytest.fixture
def repo(world: World) -> Path:
    """A repository with something of every kind that an agent could change."""
    repo = world.make_repo()
    world.git(repo, "config", "--add", "team.rule", "one")
    world.git(repo, "config", "--add", "team.rule", "two")
    world.git(repo, "config", "include.path", "more")
    world.git(repo, "config", "--add", "includeIf.gitdir:/.path", "later")
    world.git(repo, "config", "--add", "include.path", "empty")
    (repo / ".git/more").write_text("[user]\n\tname = Tess\n")
    (repo / ".git/empty").touch()
    hook = repo / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    world.commit(repo, {"second.txt": "2\n"}, "second")
    world.git(repo, "tag", "v1")
    world.git(repo, "branch", "side")
    world.git(repo, "worktree", "add", "-q", "-b", "beside", world.root / "beside")
    (repo / "README.md").write_text("stashed\n")
    world.git(repo, "stash", "push", "-q", "-m", "mine")
    return repo


def warnings(world: World, session: dict[str, Any]) -> list[dict[str, str]]:
    events = world.ok("logs", session["id"], "--json").json["events"]
    return [event for event in events if event["type"] == "warning"]


def state(world: World, repo: Path) -> tuple[str, ...]:
    """All that this is about, but for the session's own branch and what the program keeps."""
    git = repo / ".git"
    refs = [
        line
        for line in world.git(repo, "--git-dir", git, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        if not line.startswith(("refs/ampsm/", "refs/heads/amp/", "refs/stash"))
    ]
    stash = sorted(world.git(repo, "--git-dir", git, "stash", "list", "--format=%H").split())
    hooks = sorted(f"{hook.name} {hook.stat().st_mode:o} {hook.read_text()}" for hook in (git / "hooks").iterdir())
    files = [
        (git / name).read_text() if (git / name).exists() else ""
        for name in ("more", "info/attributes", "info/exclude", "info/grafts")
    ]
    config = world.git(repo, "config", "--file", git / "config", "--list")
    config += world.git(repo, "--git-dir", git, "ls-files", "-v")
    trees = world.git(repo, "--git-dir", git, "worktree", "list", "--porcelain").splitlines()
    trees = [line for line in trees if "HEAD" not in line]
    config += "".join(
        world.git(repo, "config", "--file", file, "--list", check=False)
        for file in (git / "later", git / "empty", world.root / "gitconfig")
    )
    return (config, *refs, *stash, *hooks, *files, (git / "HEAD").read_text(), *trees)


@pytest.mark.parametrize(
    "name", slow_but(CHANGES, {"bare", "hook changed", "stash popped", "main rewound beneath", "branch deleted"})
)
@pytest.mark.rounds(2)
def test_a_change_is_said_with_a_way_back_that_works(world: World, repo: Path, name: str) -> None:
    command, code, words = CHANGES[name]
    world.use(edits={"work.txt": "w\n"}, shell=[f"R={repo}; {command}"])
    session = world.new(repo)
    before = state(world, repo)
    done = world.cli("iterate", session["id"])
    assert done.code == 0, done
    found = [event for event in warnings(world, session) if event["code"] == code and words in event["message"]]
    assert found, (warnings(world, session), done)
    assert words in done.err + done.out
    findings = [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == code]
    assert [finding for finding in findings if words in finding["message"]], findings
    if name == "worktree moved":
        return
    for finding in reversed(findings):
        way_back = finding["fix"].partition("; if it was meant")[0]
        ended = subprocess.run(["/bin/sh", "-c", way_back], capture_output=True, cwd=world.root, check=False)
        assert ended.returncode == 0, (way_back, ended)
    assert state(world, repo) == before
    assert not [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == code]


def test_what_an_agent_stashes_is_named_until_it_is_out(world: World, repo: Path) -> None:
    """The next session's agent that pops it is found out, and nothing is lost to a garbage collection."""
    world.use(edits={"README.md": "work\n"}, shell=["git stash push -q -m later"])
    one, two = world.new(repo, "One"), world.new(repo, "Two")
    world.iterate(one)
    entry = world.git(repo, "rev-parse", "stash@{0}")
    assert [event["code"] for event in warnings(world, one)] == ["stash-changed"]
    assert entry in warnings(world, one)[0]["message"]
    cleaned = world.ok("cleanup", one["id"], "--yes")
    assert f"Apply it: git -C {repo} stash apply {entry}" in cleaned.err
    found = [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == "stash-changed"]
    assert [f["fix"].partition(";")[0] for f in found] == [f"git -C {repo} stash apply {entry}"]
    world.use(shell=["git stash pop -q"])
    world.iterate(two)
    assert [event["code"] for event in warnings(world, two)] == ["stash-changed"]
    assert f"stash store -m 'On {one['branch']}: later' {entry}" in warnings(world, two)[0]["message"]
    world.git(repo, "reflog", "expire", "--expire=now", "--all")
    world.git(repo, "gc", "-q", "--prune=now")
    world.git(repo, "stash", "store", "-m", "back", entry)
    world.git(repo, "stash", "apply", "-q", entry)
    assert (repo / "README.md").read_text() == "work\n"


def test_commits_taken_from_a_branch_outlive_a_garbage_collection(world: World, repo: Path) -> None:
    world.git(repo, "branch", "-f", "side", world.commit(world.root / "beside", {"x.txt": "x\n"}, "only here"))
    world.git(world.root / "beside", "reset", "-q", "--hard", "HEAD~1")
    lost = world.git(repo, "rev-parse", "side")
    world.use(shell=["git branch -D side"])
    session = world.new(repo)
    world.iterate(session)
    world.git(repo, "reflog", "expire", "--expire=now", "--all")
    world.git(repo, "gc", "-q", "--prune=now")
    assert world.git(repo, "cat-file", "-t", lost) == "commit"


def test_nothing_is_said_of_an_agent_that_keeps_to_its_branch(world: World, repo: Path) -> None:
    world.use(edits={"work.txt": "w\n"}, shell=["git add -A", "git commit -q -m own", "git status", "git gc -q"])
    session = world.new(repo)
    world.iterate(session)
    assert warnings(world, session) == []
    assert world.cli("doctor").code == 0


@pytest.mark.parametrize("key", slow_but(["core.hooksPath", "init.templateDir"], {"core.hooksPath"}))
def test_a_hook_that_counts_only_now_was_not_added_and_one_that_counted_is_looked_at(world: World, key: str) -> None:
    repo, folder = world.make_repo(), world.root / "own"
    inside = folder / "hooks" if key == "init.templateDir" else folder
    inside.mkdir(parents=True)
    (inside / "pre-push").write_text("#!/bin/sh\n")
    session = world.new(repo)
    for command, said in (
        (f"git config --global {key} {folder}", f"{key.lower()} was changed: not set"),
        (f"echo : >>{inside}/pre-push", "The hook pre-push was changed"),
        (f"git config --global --unset {key}", f"{key.lower()} was changed"),
    ):
        world.use(shell=[command])
        world.iterate(session)
        (found,) = [event["message"] for event in warnings(world, session)]  # of the last iteration
        assert said in found


def test_what_an_agent_that_was_stopped_did_is_said(world: World, repo: Path, wait_until: Any) -> None:
    ready = world.root / "ready"
    world.use(shell=["git config core.bare true"], ready=ready, hang=60)
    session = world.new(repo)
    world.ok("iterate", session["id"], "--detach")
    wait_until(ready.exists)
    world.ok("stop", session["id"])
    assert any("core.bare" in event["message"] for event in warnings(world, session))


def test_a_configuration_that_git_cannot_read_is_brought_back_by_its_copy(world: World, repo: Path) -> None:
    world.use(shell=[f"echo '[broken' >>{repo}/.git/config"])
    session = world.new(repo)
    config = (repo / ".git/config").read_text()
    world.cli("iterate", session["id"])
    found = [event["message"] for event in warnings(world, session) if event["code"] == "config-changed"]
    assert len(found) == 1, found
    assert "can no longer be read by git" in found[0]
    subprocess.run(["/bin/sh", "-c", found[0].partition("To take it back: ")[2]], check=True)
    assert (repo / ".git/config").read_text() == config


def test_a_setting_that_a_person_has_set_meanwhile_is_what_comes_back(world: World, repo: Path) -> None:
    world.use(shell=["git config team.lead bot"])
    session = world.new(repo)
    world.iterate(session)
    world.git(repo, "config", "team.lead", "tess")
    world.use(shell=["git config team.lead bot-again"])
    world.iterate(session)
    found = [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == "config-changed"]
    assert len(found) == 1, found
    subprocess.run(["/bin/sh", "-c", found[0]["fix"].partition("; if it was meant")[0]], check=True)
    assert world.git(repo, "config", "team.lead") == "tess"
    assert not [f for f in world.cli("doctor", "--json").json["findings"] if f["id"] == "config-changed"]


def test_a_note_that_cannot_be_read_hides_nothing_and_is_named(world: World) -> None:
    repo = world.make_repo()
    world.git(repo, "tag", "v1")
    session = world.new(repo)
    for note in world.root.rglob("sessions.d/repositories/*.json"):
        note.write_text("no JSON\n")
    world.use(edits={"work.txt": "w\n"}, shell=["git tag -d v1"])
    world.iterate(session)
    assert [event["code"] for event in warnings(world, session)] == ["refs-changed"]
    world.git(repo, "config", "filter.own.clean", "cat")
    for words in (["iterate"], ["diff"], ["status"]):
        refused = world.cli(words[0], session["id"], "--json")
        assert "repositories" in refused.json["error"]["message"], refused
        assert "amp-sessions doctor --fix" in refused.json["error"]["hint"], refused
    world.cli("doctor", "--fix")
    world.iterate(session)


def test_what_comes_while_changes_are_accepted_is_not(
    world: World, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.use(edits={"work.txt": "w\n"}, shell=["git config user.name Bot"])
    made = world.new(repo)
    world.iterate(made)
    with open_context() as ctx:
        session = require_session(ctx, made["id"])
        later = Change(id="config:team.rule", kind=CONFIG, subject="team.rule", before=None, after="x", message="later")
        look = outside.lasting_changes

        def slowly(*given: Any) -> list[Change]:
            found = look(*given)
            outside.remember(ctx, session, [later])
            return found

        with monkeypatch.context() as patched:
            patched.setattr(outside, "lasting_changes", slowly)
            assert [change.subject for change in outside.accept_changes(ctx, made["id"])] == ["user.name"]
        assert outside.outside_file(ctx, session.id).load() == (later,)
