"""How each trouble of docs/troubleshooting.md comes about, by the heading of its entry."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.docs.shop import Shop

Said = subprocess.CompletedProcess[str]
MakeAgent = Callable[..., Path]
Trouble = Callable[[Shop, MakeAgent], Said]

TROUBLES: dict[str, Trouble] = {}


def trouble(heading: str) -> Callable[[Trouble], Trouble]:
    def declare(function: Trouble) -> Trouble:
        TROUBLES[heading] = function
        return function

    return declare


def session(world: Shop, prompt: str = "Add a login page", *options: str) -> str:
    """The id of a new session; the demo agent is at work in it."""
    world.prepare(f"new --name 'Add login' --prompt '{prompt}' {' '.join(options)}")
    return str(world.newest()["id"])


def worktree(world: Shop) -> Path:
    return Path(world.newest()["worktree"])


@trouble("Not a Git repository")
def not_a_repository(world: Shop, _agent: MakeAgent) -> Said:
    (world.home / "notes").mkdir()
    return world.say("amp-sessions new --repo ~/notes --name Login --prompt 'Add a login page'")


@trouble("The repository has no commits")
def no_commits(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell(
        "git init -q ~/empty && amp-sessions new --repo ~/empty --name Login --prompt 'Add a login page'"
    )


@trouble("The repository is bare")
def bare(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell(
        "git init -q --bare ~/shop.git && amp-sessions new --repo ~/shop.git --name Login --prompt 'Add a login page'"
    )


@trouble("No such base branch")
def no_such_branch(world: Shop, _agent: MakeAgent) -> Said:
    return world.say("amp-sessions new --base devlop --name Login --prompt 'Add a login page'")


@trouble("Unstaged changes in your checkout")
def dirty_checkout(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell("echo '# more' >> app.py && amp-sessions new --name Login --prompt 'Add a login page'")


@trouble("A branch is in the way")
def branch_blocked(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell("git branch amp && amp-sessions new --name Login --prompt 'Add a login page'")


@trouble("The base tracks `AGENT_CONTEXT/`")
def context_tracked(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell(
        "mkdir AGENT_CONTEXT && touch AGENT_CONTEXT/x && git add AGENT_CONTEXT && git commit -q -m context && "
        "amp-sessions new --name Login --prompt 'Add a login page'"
    )


@trouble("No such session")
def no_such_session(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    return world.say(f"amp-sessions status {id_[:-1]}{'a' if id_.endswith('b') else 'b'}")


@trouble("A name fits several sessions")
def ambiguous(world: Shop, _agent: MakeAgent) -> Said:
    session(world)
    session(world)
    return world.say("amp-sessions status add-login")


@trouble("git does not know who you are")
def no_identity(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    return world.shell(f"git config user.useConfigOnly true && GIT_CONFIG_GLOBAL=/dev/null amp-sessions iterate {id_}")


@trouble("The session is busy")
def busy(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world, "[[demo:hang]] Add a login page")
    started = subprocess.Popen(
        ["amp-sessions", "iterate", id_], cwd=world.repo, env=world.environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while world.newest()["status"] != "running":
            assert started.poll() is None, "the iteration does not start"
        return world.say(f"amp-sessions commit {id_} --message 'Rename the page'")
    finally:
        os.kill(started.pid, signal.SIGINT)
        assert started.wait(60) == 130


@trouble("The worktree is gone")
def worktree_missing(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    worktree(world).rename(world.home / "moved-away")
    return world.say(f"amp-sessions iterate {id_}")


@trouble("The worktree is not the session's any more")
def wrong_worktree(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    for file in (worktree(world) / ".git", worktree(world) / "README.md"):
        file.unlink()
    return world.say(f"amp-sessions iterate {id_}")


@trouble("What git keeps of the worktree is damaged")
def damaged_worktree(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    tree = worktree(world)
    (world.repo / ".git" / "worktrees" / tree.name / "index").write_text("torn")
    return world.say(f"amp-sessions iterate {id_}")


@trouble("Another branch is checked out in the worktree")
def other_branch(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    return world.shell(f"git -C '{worktree(world)}' switch -q -c elsewhere; amp-sessions iterate {id_}")


@trouble("git lacks an object")
def missing_object(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    gone = "$(git rev-parse HEAD^{tree} | sed 's,^..,&/,')"
    world.shell(f"amp-sessions iterate {id_}; cd '{worktree(world)}'; rm -f ../../.git/objects/{gone}")
    return world.say(f"amp-sessions iterate {id_}")


@trouble("The branch has another name")
def renamed_branch(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    return world.shell(f"git -C '{worktree(world)}' branch -m my-login; amp-sessions iterate {id_}")


@trouble("The branch lacks commits it had")
def rewound_branch(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    world.prepare(f"iterate {id_}")
    world.prepare(f"iterate {id_} --notes 'Go on'")
    world.shell(f"git -C '{worktree(world)}' reset -q --hard HEAD~1")
    return world.say(f"amp-sessions merge {id_} --message 'feat: all'")


@trouble("The agent left the branch")
def agent_moved_branch(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions iterate {session(world, '[[demo:move-branch]] Add a login page')}")


@trouble("The agent changed the repository")
def repository_changed(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    world.prepare(f"iterate {id_}")
    world.shell(f"git -C {world.repo} config core.bare true")
    return world.say(f"amp-sessions merge {id_} --message 'feat: all'")


@trouble("Git has not finished something in the worktree")
def unfinished(world: Shop, _agent: MakeAgent) -> Said:
    id_, place = session(world), worktree(world)
    world.shell(f"cd '{place}' && git merge -q --no-ff --no-commit --allow-unrelated-histories "
                "$(git commit-tree -m other 'HEAD^{tree}')")  # fmt: skip
    return world.say(f"amp-sessions iterate {id_}")


@trouble("An ignored file is in the way")
def ignored_in_the_way(world: Shop, _agent: MakeAgent) -> Said:
    id_, place = session(world), worktree(world)
    world.prepare(f"iterate {id_}")
    world.shell(f"echo .env >> .git/info/exclude && echo mine > '{place}/.env'")
    world.shell("echo theirs > .env && git add -f .env && git commit -q -m env")
    return world.say(f"amp-sessions rebase {id_}")


@trouble("A commit hook refuses")
def hook_refuses(world: Shop, _agent: MakeAgent) -> Said:
    id_ = session(world)
    hook = world.repo / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho 'lint: 2 problems in app.py' >&2\nexit 1\n")
    hook.chmod(0o755)
    return world.say(f"amp-sessions iterate {id_}")


@trouble("The tests fail")
def tests_fail(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions iterate {session(world, 'Add a login page', '--script false')}")


@trouble("There is no test script")
def no_test_script(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions run {session(world)}")


@trouble("Nothing to commit")
def nothing_to_commit(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions commit {session(world)} --message 'Rename the page'")


@trouble("Amp command not found")
def amp_not_found(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions --amp-path /path/to/amp iterate {session(world)}")


@trouble("Amp cannot be started")
def amp_broken(world: Shop, _agent: MakeAgent) -> Said:
    amp = world.home / "bin/amp"
    amp.write_text("This is what an unfinished installation leaves.\n")
    amp.chmod(0o755)
    return world.say(f"amp-sessions --amp-path amp iterate {session(world)}")


@trouble("Amp is not logged in")
def not_logged_in(world: Shop, agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions --amp-path '{agent(login=True)}' iterate {session(world)}")


@trouble("Amp does not know an option")
def bad_arguments(world: Shop, _agent: MakeAgent) -> Said:
    return world.shell(f"AMP_ARGS='--frobnicate' amp-sessions iterate {session(world)}")


@trouble("Amp needs a permission")
def permission_needed(world: Shop, agent: MakeAgent) -> Said:
    words = "The following tools require user approval, which is not supported in stream JSON mode: Bash"
    return world.say(f"amp-sessions --amp-path '{agent(agent_error=words)}' iterate {session(world)}")


@trouble("Amp cannot reach its service")
def network(world: Shop, agent: MakeAgent) -> Said:
    amp = agent(agent_error="Connection error.")
    world.config.write_text("ampRetries: 0\n")
    return world.say(f"amp-sessions --amp-path '{amp}' iterate {session(world)}")


@trouble("The service is overloaded or limits the rate")
def overloaded(world: Shop, agent: MakeAgent) -> Said:
    amp = agent(agent_error="Model provider overloaded. Try again in a few seconds.")
    world.config.write_text("ampRetries: 0\n")
    return world.say(f"amp-sessions --amp-path '{amp}' iterate {session(world)}")


@trouble("The thread is full or gone")
def context_full(world: Shop, agent: MakeAgent) -> Said:
    amp = agent(agent_error="Context window limit reached. Start a new thread or use /handoff.")
    return world.say(f"amp-sessions --amp-path '{amp}' iterate {session(world)}")


@trouble("The agent crashed")
def crashed(world: Shop, agent: MakeAgent) -> Said:
    amp = agent(result=False, exit=1, stderr="TypeError: x is not a function\n")
    return world.say(f"amp-sessions --amp-path '{amp}' iterate {session(world)}")


@trouble("The iteration takes too long")
def timed_out(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions iterate {session(world, '[[demo:hang]] Add a login page')} --timeout 1")


@trouble("The file is no session database")
def no_database(world: Shop, _agent: MakeAgent) -> Said:
    (world.home / "notes.txt").write_text("no database at all\n" * 100)
    return world.say("amp-sessions --db ~/notes.txt list")


@trouble("The database is lost")
def lost_database(world: Shop, _agent: MakeAgent) -> Said:
    session(world)
    for file in world.home.rglob("sessions.sqlite*"):
        file.unlink()
    return world.say("amp-sessions list")


@trouble("The database is from a newer release")
def newer_database(world: Shop, _agent: MakeAgent) -> Said:
    with sqlite3.connect(world.home / "newer.sqlite") as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("CREATE TABLE sessions (id)")
    connection.close()
    return world.say("amp-sessions --db ~/newer.sqlite list")


@trouble("The settings file cannot be read")
def config_unreadable(world: Shop, _agent: MakeAgent) -> Said:
    world.config.write_text("ampPath: demo\nampRetries: many\n")
    return world.say("amp-sessions config list")


@trouble("No such setting, or no such value")
def unknown_key(world: Shop, _agent: MakeAgent) -> Said:
    return world.say("amp-sessions config set ampPermissions allow")
