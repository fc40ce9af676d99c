"""How each trouble of merging in docs/troubleshooting.md comes about, by the heading of its entry."""

from __future__ import annotations

from tests.docs.shop import Shop
from tests.docs.troubles import MakeAgent, Said, session, trouble, worktree


def worked(world: Shop, *options: str) -> str:
    """The id of a session with the demo agent's commit, which changes `app.py` and adds files."""
    id_ = session(world, "Add a login page", *options)
    world.prepare(f"iterate {id_}", code=None if options else 0)
    return id_


def edited(world: Shop) -> str:
    """The same with a commit of a person's behind it, which changes `app.py`."""
    id_ = worked(world)
    world.shell(f"echo '# session' >> '{worktree(world)}/app.py'")
    world.prepare(f"commit {id_} --message 'Session'")
    return id_


def torn(world: Shop, *options: str) -> str:
    """The id of a session whose merge has stopped at a conflict in `app.py`."""
    id_ = worked(world, *options)
    world.shell(f"echo 'session' > '{worktree(world)}/app.py'")
    world.prepare(f"commit {id_} --message 'Session'")
    world.shell("echo 'target' > app.py && git commit -q -a -m 'Target'")
    world.prepare(f"merge {id_} --message 'feat: all'", code=4)
    return id_


def add_remote(world: Shop) -> None:
    world.shell(f"git init -q --bare {world.home}/hub.git && git remote add origin {world.home}/hub.git")


def continued(world: Shop, id_: str, *git: str) -> Said:
    """What `continue-merge` says after these git commands in the worktree."""
    meanwhile = " && ".join(f"git -C '{worktree(world)}' {words}" for words in git)
    return world.shell(f"{meanwhile}; amp-sessions continue-merge {id_}")


@trouble("The merge stopped at conflicts")
def stopped(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions continue-merge {torn(world)}")


@trouble("The index has lost the conflicts")
def conflicts_lost(world: Shop, _agent: MakeAgent) -> Said:
    return continued(world, torn(world), "read-tree HEAD")


@trouble("The files of a merge that waits are gone")
def emptied(world: Shop, _agent: MakeAgent) -> Said:
    id_ = torn(world)
    assert world.shell(f"amp-sessions resolve {id_} app.py --take target --done").returncode == 0
    return world.shell(f"rm -rf '{worktree(world)}'/*; amp-sessions continue-merge {id_}")


@trouble("The worktree of a merge that waits is gone")
def deleted(world: Shop, _agent: MakeAgent) -> Said:
    id_ = torn(world)
    return world.shell(f"rm -rf '{worktree(world)}'; amp-sessions continue-merge {id_}")


@trouble("A branch is checked out where a merge waits")
def on_branch(world: Shop, _agent: MakeAgent) -> Said:
    return continued(world, torn(world), "symbolic-ref HEAD refs/heads/main")


@trouble("The session's branch was moved where a merge waits")
def branch_moved(world: Shop, _agent: MakeAgent) -> Said:
    id_ = torn(world)
    return continued(world, id_, "checkout -q --theirs app.py", "add app.py", "update-ref $(cat $(git -C "
                     f"'{worktree(world)}' rev-parse --git-path rebase-merge/head-name)) main")  # fmt: skip


@trouble("The agent has gone on with the rebase")
def agent_went_on(world: Shop, make_agent: MakeAgent) -> Said:
    id_ = torn(world)
    agent = make_agent(shell=["git rebase --skip"], edits={})
    world.shell(f"amp-sessions iterate {id_} --amp-path {agent}")
    return world.say(f"amp-sessions continue-merge {id_}")


@trouble("Conflict markers are left")
def markers_left(world: Shop, _agent: MakeAgent) -> Said:
    return continued(world, torn(world), "add --all")


@trouble("Git has forgotten the rebase")
def forgotten(world: Shop, _agent: MakeAgent) -> Said:
    return continued(world, torn(world), "rebase --quit")


@trouble("Not ready to merge")
def not_ready(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world)
    return world.shell(f"echo '# more' >> '{worktree(world)}/app.py'; amp-sessions merge {id_} --message 'feat: all'")


@trouble("Your checkout has edits where the merge would write")
def target_dirty(world: Shop, _agent: MakeAgent) -> Said:
    id_ = edited(world)
    return world.shell(f"echo '# more' >> app.py; amp-sessions merge {id_} --message 'feat: all'")


@trouble("Nothing to merge")
def nothing(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions merge {session(world)} --message 'feat: all'")


@trouble("A merge needs a message")
def no_message(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions merge {edited(world)}")


@trouble("A merge is still open")
def still_open(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions merge {torn(world)} --message 'feat: all'")


@trouble("Nothing is in progress")
def nothing_open(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions continue-merge {worked(world)}")


@trouble("The tests fail in the merge")
def tests_fail(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions merge {worked(world, '--script false')} --message 'feat: all'")


@trouble("Others keep moving the target")
def target_moves(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world, "--script", "'cd ../.. && echo more >> README.md && git commit -q -a -m more'")
    world.shell("echo one >> README.md && git commit -q -a -m one")
    return world.say(f"amp-sessions merge {id_} --message 'feat: all'")


@trouble("The push failed")
def push_failed(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world)
    world.shell(f"git remote add origin {world.home}/gone.git")
    return world.say(f"amp-sessions merge {id_} --message 'feat: all' --push")


@trouble("There is no such remote")
def no_remote(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions merge {worked(world)} --message 'feat: all' --push --remote upstream")


@trouble("The program for pull requests is missing")
def no_gh(world: Shop, _agent: MakeAgent) -> Said:
    add_remote(world)
    return world.say(f"amp-sessions merge {worked(world)} --message 'feat: all' --pr")


@trouble("Manual commits cannot be kept apart")
def inseparable(world: Shop, _agent: MakeAgent) -> Said:
    id_, place = worked(world), worktree(world)
    world.shell(f"sed -i 's/^/by hand: /' '{place}/demo/notes.md' && amp-sessions commit {id_} --message 'By hand'")
    world.prepare(f"iterate {id_} --notes 'Go on'")
    return world.say(f"amp-sessions squash {id_} --message 'feat: all' --include-manual exclude")


@trouble("The branch moved while its merge is open")
def moved(world: Shop, _agent: MakeAgent) -> Said:
    return continued(world, torn(world), "rebase --abort", "commit -q --amend -m mine")


@trouble("Uncommitted changes are in the way of a squash or rebase")
def dirty_squash(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world)
    return world.shell(f"echo '# more' >> '{worktree(world)}/app.py'; amp-sessions squash {id_} --message 'feat: all'")


@trouble("There is nothing to undo")
def nothing_to_undo(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions undo {worked(world)}")


@trouble("The merge cannot be undone")
def not_undone(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world)
    world.shell(f"amp-sessions merge {id_} --message 'feat: all'; git commit -q --allow-empty -m more")
    return world.say(f"amp-sessions undo {id_}")


@trouble("The merge was pushed")
def pushed(world: Shop, _agent: MakeAgent) -> Said:
    id_ = worked(world)
    add_remote(world)
    world.shell(f"amp-sessions merge {id_} --message 'feat: all' --push")
    return world.say(f"amp-sessions undo {id_}")


@trouble("Cleanup would lose commits")
def unmerged(world: Shop, _agent: MakeAgent) -> Said:
    return world.say(f"amp-sessions cleanup {worked(world)} --yes")
