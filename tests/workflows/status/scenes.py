"""How each kind of condition comes about for real: by commands, git, agents and kills.

`SCENES` has an entry for every kind that can come first. `hands` does what the sentences of that kind leave to a
person ("resolve them", "move it away"), before the commands that come after it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from ampsm.workflows.status.kind import Kind
from tests.support.world import World

Session = dict[str, Any]

#: A hook that ends the command that git works for, and git itself when told so.
_KILLER = """#!/bin/sh
{unless}
rm "$0"
kill -9 $(cut -d' ' -f4 /proc/$PPID/stat) {also}
"""
_NO_MOVE_OF = """case "$1" in prepared) ;; *) exit 0 ;; esac
grep -q '{ref}' || exit 0"""


def _git_works_below(folder: Path) -> bool:
    for process in psutil.process_iter():
        try:
            if process.name() == "git" and Path(process.cwd()).is_relative_to(folder):
                return True
        except psutil.Error:
            continue  # it has ended, or is somebody else's
    return False


@dataclass
class Stage:
    """What a scene is made with; what it has left running is ended by `clear`."""

    world: World
    folder: Path
    spawn: Callable[..., subprocess.Popen[str]]
    wait_until: Callable[..., Any]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def repo(self) -> Path:
        return self.folder / "repo"

    def new(self, *options: str, **agent: Any) -> Session:
        """A session in the repository; its agent edits a file, or does as `agent` says."""
        self.world.use(**(agent or {"edits": {"a.txt": "a\n"}}))
        repo = self.repo() if self.repo().exists() else self.world.make_repo()
        return self.world.new(repo, "Task", *options)

    def with_work(self, *options: str, **agent: Any) -> Session:
        session = self.new(*options, **agent)
        self.world.iterate(session, "--no-test")
        return session

    def commit(self, place: Path | str, path: str, text: str) -> None:
        (Path(place) / path).write_text(text)
        self.world.git(place, "add", path)
        self.world.git(place, "commit", "-q", "-m", f"Change {path}")

    def stopped_at_conflicts(self, *command: str) -> Session:
        """With a rebase open, of its own or of a merge."""
        session = self.with_work()
        self.commit(self.repo(), "a.txt", "b\n")
        done = self.world.cli(command[0], session["id"], *command[1:])
        assert done.code == 4, done
        return session

    def killed_at(self, ref: str, *command: str) -> None:
        """Runs a command of ours until git, at its behest, moves a ref whose name matches; git itself goes on."""
        hook = _KILLER.format(unless=_NO_MOVE_OF.format(ref=ref), also="")
        self._killed_by("reference-transaction", hook, command)

    def killed_with_git_in(self, hook: str, *command: str) -> None:
        """Runs a command of ours until git runs this hook for it; git is killed as well."""
        self._killed_by(hook, _KILLER.format(unless="", also="$PPID"), command)

    def killed_on_writing(self, path: str, *command: str) -> None:
        """Runs a command of ours until git, at its behest, writes this file; git itself goes on. No hook is needed."""
        killer = self.folder / "killer"
        self.world.git(self.repo(), "config", "--global", "filter.killer.smudge", str(killer))
        (self.repo() / ".git" / "info" / "attributes").write_text(f"{path} filter=killer\n")
        self._killed(killer, _KILLER.format(unless="", also="") + "exec cat\n", command)
        (self.repo() / ".git" / "info" / "attributes").unlink()

    def _killed_by(self, name: str, text: str, command: tuple[str, ...]) -> None:
        hook = self.repo() / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        self._killed(hook, text, command)

    def _killed(self, program: Path, text: str, command: tuple[str, ...]) -> None:
        program.write_text(text)
        program.chmod(0o755)
        done = self.world.cli(*command)
        assert done.code == -9, done
        self.wait_until(lambda: not _git_works_below(self.folder))

    def killed_iteration(self) -> Session:
        ready = self.folder / "ready"
        session = self.new(edits={"half.txt": "h\n"}, ready=ready, hang=300)
        worker = self.spawn("iterate", session["id"])
        self.wait_until(ready.exists)
        worker.kill()
        worker.wait()
        self.world.use(edits={"a.txt": "a\n"})
        return session

    def begin(self, session: Session, *command: str, sign: Path) -> None:
        """Starts a command that goes on until the scene is over; `sign` is the file that says it is under way."""
        self.started.append(self.spawn(*command))
        self.wait_until(sign.exists)

    def clear(self, session: Session) -> None:
        (self.folder / "go-on").touch()
        self.world.cli("stop", session["id"])
        for process in self.started:
            process.wait(timeout=30)
        self.started.clear()


@dataclass(frozen=True)
class Scene:
    """A state of a session. `lives`: processes run in it, so it is made anew instead of being copied. Where `asks_git`
    is false the kind is what is true without git."""

    kind: Kind
    make: Callable[[Stage], Session]
    name: str
    hands: Callable[[Stage, Session], object] | None = None
    lives: bool = False
    asks_git: bool = True


SCENES: list[Scene] = []

Make = Callable[[Stage], Session]


def scene(kind: Kind, **about: Any) -> Callable[[Make], Make]:
    def declare(make: Make) -> Make:
        SCENES.append(Scene(kind, make, make.__name__, **about))
        return make

    return declare


# The place


@scene(Kind.CLEANED_UP)
def cleaned_up(stage: Stage) -> Session:
    session = merged(stage)
    stage.world.ok("cleanup", session["id"], "--yes")
    return session


def _put_back(stage: Stage, session: Session) -> None:
    (stage.folder / "away").rename(session["repo"])


@scene(Kind.OUT_OF_REACH, hands=_put_back)
def cleaned_up_and_repository_gone(stage: Stage) -> Session:
    session = cleaned_up(stage)
    Path(session["repo"]).rename(stage.folder / "away")
    return session


@scene(Kind.REPOSITORY_GONE, hands=_put_back)
def repository_gone(stage: Stage) -> Session:
    session = stage.with_work()
    Path(session["repo"]).rename(stage.folder / "away")
    return session


def _lose(session: Session, name: str) -> None:
    sha = subprocess.check_output(["git", "-C", session["repo"], "rev-parse", name], text=True).strip()
    Path(session["repo"], ".git", "objects", sha[:2], sha[2:]).unlink()


@scene(Kind.OBJECTS_MISSING)
def commit_of_the_branch_missing(stage: Stage) -> Session:
    session = stage.with_work()
    _lose(session, session["branch"])
    return session


@scene(Kind.OBJECTS_MISSING)
def folder_of_the_branch_missing(stage: Stage) -> Session:
    session = stage.with_work()
    _lose(session, f"{session['branch']}^{{tree}}")
    return session


@scene(Kind.OBJECTS_MISSING)
def commit_of_the_base_missing(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "b.txt", "b\n")
    _lose(session, "main")
    return session


@scene(Kind.BRANCH_RENAMED)
def branch_renamed(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["worktree"], "branch", "-m", "renamed")
    return session


@scene(Kind.BRANCH_RENAMED)
def branch_renamed_twice_and_copied(stage: Stage) -> Session:
    session = branch_renamed(stage)
    stage.world.git(session["repo"], "branch", "-m", "renamed", "again/it's")
    stage.world.git(session["repo"], "branch", "-c", "again/it's", "a-copy")
    return session


@scene(Kind.BRANCH_GONE)
def branch_gone(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["repo"], "update-ref", "-d", f"refs/heads/{session['branch']}")
    return session


@scene(Kind.BRANCH_GONE)
def branch_and_worktree_gone(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["repo"], "worktree", "remove", "--force", session["worktree"])
    stage.world.git(session["repo"], "branch", "-q", "-D", session["branch"])
    return session


@scene(Kind.REWOUND)
def rewound(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["worktree"], "reset", "-q", "--hard", "HEAD~1")
    return session


@scene(Kind.WORKTREE_MOVED)
def worktree_moved(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["repo"], "worktree", "move", session["worktree"], stage.folder / "elsewhere")
    return session


@scene(Kind.WORKTREE_GONE)
def worktree_gone(stage: Stage) -> Session:
    session = stage.with_work()
    shutil.rmtree(session["worktree"])
    return session


@scene(Kind.LINK_BROKEN)
def link_broken(stage: Stage) -> Session:
    session = stage.with_work()
    (Path(session["worktree"]) / ".git").unlink()
    return session


def _head_of(session: Session) -> Path:
    return Path((Path(session["worktree"]) / ".git").read_text().removeprefix("gitdir: ").strip()) / "HEAD"


def _read_well(_stage: Stage, session: Session) -> None:
    _head_of(session).with_name("config.worktree").unlink()


@scene(Kind.MISREAD, hands=_read_well)
def worktree_that_reads_as_bare(stage: Stage) -> Session:
    session = stage.with_work()
    for words in ("core.repositoryFormatVersion 1", "extensions.worktreeConfig true", "--worktree core.bare true"):
        stage.world.git(session["worktree"], "config", *words.split())
    return session


def _known_format(stage: Stage, _session: Session) -> None:
    config = stage.repo() / ".git" / "config"
    config.write_text(config.read_text().partition("[extensions]")[0])


@scene(Kind.REPOSITORY_GONE, hands=_known_format)
def repository_that_git_cannot_read(stage: Stage) -> Session:
    session = stage.with_work()
    with (stage.repo() / ".git" / "config").open("a") as file:
        file.write("[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tunknown = true\n")
    return session


def _remove_pipe(_stage: Stage, session: Session) -> None:
    _head_of(session).unlink()
    _head_of(session).write_text(f"ref: refs/heads/{session['branch']}\n")


@scene(Kind.BLOCKED, hands=_remove_pipe)
def pipe_in_place_of_head(stage: Stage) -> Session:
    session = stage.with_work()
    _head_of(session).unlink()
    os.mkfifo(_head_of(session))
    return session


def _move_away(_stage: Stage, session: Session) -> None:
    Path(session["worktree"]).rename(f"{session['worktree']}.away")


@scene(Kind.PLACE_TAKEN, hands=_move_away)
def another_repository_in_its_place(stage: Stage) -> Session:
    session = stage.with_work()
    (Path(session["worktree"]) / ".git").unlink()
    stage.world.git(session["worktree"], "init", "-q")
    return session


@scene(Kind.PLACE_TAKEN, hands=_move_away)
def a_file_in_its_place(stage: Stage) -> Session:
    session = stage.with_work()
    shutil.rmtree(session["worktree"])
    Path(session["worktree"]).write_text("mine\n")
    return session


@scene(Kind.LINK_BROKEN)
def worktree_forgotten_by_git(stage: Stage) -> Session:
    session = stage.with_work()
    Path(session["worktree"]).rename(stage.folder / "aside")
    stage.world.git(session["repo"], "worktree", "prune")
    (stage.folder / "aside").rename(session["worktree"])
    return session


# Work


@scene(Kind.LEFT_RUNNING, lives=True)
def left_running(stage: Stage) -> Session:
    return stage.killed_iteration()


@scene(Kind.LEFT_RUNNING, lives=True)
def left_running_by_tests(stage: Stage) -> Session:
    ready, go_on = stage.folder / "ready", stage.folder / "go-on"
    session = stage.with_work("--script", f"touch '{ready}'; test -e '{go_on}' || sleep 300")
    worker = stage.spawn("run", session["id"])
    stage.wait_until(ready.exists)
    worker.kill()
    worker.wait()
    go_on.touch()
    return session


@scene(Kind.RUNNING, lives=True)
def running(stage: Stage) -> Session:
    ready = stage.folder / "ready"
    session = stage.new(edits={"a.txt": "a\n"}, ready=ready, hang=300)
    stage.begin(session, "iterate", session["id"], sign=ready)
    return session


@scene(Kind.TESTING, lives=True)
def testing(stage: Stage) -> Session:
    ready = stage.folder / "ready"
    session = stage.with_work("--script", f"touch '{ready}'; sleep 300")
    stage.begin(session, "run", session["id"], sign=ready)
    return session


@scene(Kind.AT_WORK, lives=True)
def at_work(stage: Stage) -> Session:
    """A commit whose hook takes as long as the test lets it."""
    ready, go_on = stage.folder / "ready", stage.folder / "go-on"
    session = stage.with_work()
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    _hook(session, "pre-commit", f"touch '{ready}'; until test -e '{go_on}'; do sleep 0.05; done")
    stage.begin(session, "commit", session["id"], "--message", "Mine", sign=ready)
    return session


# The branch


@scene(Kind.OPERATION_OPEN)
def rebase_of_a_person(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "a.txt", "b\n")
    stage.world.git(session["worktree"], "rebase", "main", check=False)
    return session


@scene(Kind.OPERATION_OPEN)
def merge_of_a_person(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "a.txt", "b\n")
    stage.world.git(session["worktree"], "merge", "main", check=False)
    return session


@scene(Kind.OPERATION_OPEN)
def merge_of_an_agent(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "a.txt", "b\n")
    stage.world.use(shell=["git merge main || true"])
    stage.world.iterate(session, code=5)
    return session


@scene(Kind.UNRESOLVED)
def stash_with_conflicts(stage: Stage) -> Session:
    session = stage.with_work()
    (Path(session["worktree"]) / "a.txt").write_text("stashed\n")
    stage.world.git(session["worktree"], "stash")
    stage.commit(session["worktree"], "a.txt", "c\n")
    stage.world.git(session["worktree"], "stash", "pop", check=False)
    return session


@scene(Kind.LEFT_BRANCH)
def on_another_branch(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["worktree"], "switch", "-q", "-c", "elsewhere")
    return session


@scene(Kind.REBASE_FORGOTTEN)
def rebase_quit_by_hand(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("rebase")
    stage.world.git(session["worktree"], "rebase", "--quit")
    stage.world.git(session["worktree"], "reset", "-q", "--hard")
    return session


# An open merge or rebase


@scene(Kind.ABORTING)
def abort_cut_off(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    stage.killed_on_writing("a.txt", "abort-merge", session["id"])
    return session


def _resolve(_stage: Stage, session: Session) -> None:
    (Path(session["worktree"]) / "a.txt").write_text("both\n")


@scene(Kind.CONFLICTS, hands=_resolve)
def merge_with_conflicts(stage: Stage) -> Session:
    return stage.stopped_at_conflicts("merge", "--message", "One")


@scene(Kind.CONFLICTS, hands=_resolve)
def rebase_with_conflicts(stage: Stage) -> Session:
    return stage.stopped_at_conflicts("rebase")


@scene(Kind.RESOLVED)
def conflicts_resolved(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    _resolve(stage, session)
    return session


@scene(Kind.MARKERS_LEFT, hands=_resolve)
def markers_staged(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    stage.world.git(session["worktree"], "add", "--all")
    return session


@scene(Kind.CONFLICTS_LOST)
def conflicts_lost_by_a_reset(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    stage.world.git(session["worktree"], "read-tree", "HEAD")
    return session


@scene(Kind.STOP_EMPTIED)
def emptied_at_a_stop(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    for name in stage.world.git(session["worktree"], "ls-files").split():
        (Path(session["worktree"]) / name).unlink(missing_ok=True)
    return session


@scene(Kind.STOP_ON_BRANCH)
def branch_checked_out_at_a_stop(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    stage.world.git(session["worktree"], "symbolic-ref", "HEAD", f"refs/heads/{session['branch']}")
    return session


@scene(Kind.REBASE_FINISHED)
def rebase_finished_by_hand(stage: Stage) -> Session:
    session = conflicts_resolved(stage)
    stage.world.git(session["worktree"], "add", "a.txt")
    stage.world.git(session["worktree"], "rebase", "--continue", env={"GIT_EDITOR": "true"})
    return session


@scene(Kind.REBASE_DROPPED)
def rebase_given_up_by_hand(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("rebase")
    stage.world.git(session["worktree"], "rebase", "--abort")
    return session


@scene(Kind.REBASE_TO_REPEAT)
def rebase_of_a_merge_given_up_by_hand(stage: Stage) -> Session:
    session = stage.stopped_at_conflicts("merge", "--message", "One")
    stage.world.git(session["worktree"], "rebase", "--abort")
    return session


@scene(Kind.REBASE_LOST)
def branch_moved_under_a_rebase(stage: Stage) -> Session:
    session = rebase_given_up_by_hand(stage)
    stage.world.git(session["worktree"], "commit", "-q", "--amend", "-m", "Mine")
    return session


def _mend(stage: Stage, session: Session) -> None:
    stage.world.git(session["worktree"], "rm", "-q", "trap")
    stage.world.git(session["worktree"], "commit", "-q", "-m", "Mend")


@scene(Kind.TESTS_KEEP_OPEN, hands=_mend)
def tests_fail_on_what_is_merged(stage: Stage) -> Session:
    mending = [{"edits": {"a.txt": "a\n"}}, {"deletes": ["trap"]}]
    session = stage.new("--script", "test ! -e trap", runs=mending)
    stage.world.iterate(session)
    stage.commit(session["repo"], "trap", "")
    assert stage.world.cli("merge", session["id"], "--message", "One").code == 8
    return session


@scene(Kind.TESTS_MENDED)
def tests_pass_again_while_a_merge_waits(stage: Stage) -> Session:
    session = tests_fail_on_what_is_merged(stage)
    _mend(stage, session)
    assert stage.world.cli("run", session["id"]).code == 0
    return session


@scene(Kind.TARGET_BUSY, hands=lambda stage, session: (Path(session["repo"]) / "a.txt").unlink())
def something_in_the_way_of_the_target(stage: Stage) -> Session:
    session = stage.with_work("--script", f"echo mine > '{stage.repo()}/a.txt'")
    assert stage.world.cli("merge", session["id"], "--message", "One").code == 5
    return session


@scene(Kind.CUT_OFF)
def merge_cut_off(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.iterate(session, "--notes", "more")
    stage.killed_at("refs/heads/", "merge", session["id"], "--message", "One")
    return session


@scene(Kind.CUT_OFF)
def merge_cut_off_in_its_rebase(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "b.txt", "b\n")
    stage.killed_with_git_in("post-checkout", "merge", session["id"], "--message", "One")
    return session


# How the last iteration ended


@scene(Kind.PERMISSION_NEEDED)
def permission_needed(stage: Stage) -> Session:
    refused = {"agent_error": "The following tools require user approval: Bash"}
    session = stage.new(runs=[refused, {"edits": {"a.txt": "a\n"}}])
    stage.world.iterate(session, code=7)
    return session


def _mend_file(_stage: Stage, session: Session) -> None:
    (Path(session["worktree"]) / "a.txt").write_text("good\n")


@scene(Kind.COMMIT_REFUSED, hands=_mend_file)
def commit_refused(stage: Stage) -> Session:
    session = stage.new(runs=[{"edits": {"a.txt": "bad\n"}}, {"edits": {"a.txt": "good\n"}}])
    _hook(session, "pre-commit", "! grep -qs bad a.txt")
    stage.world.iterate(session, code=1)
    return session


@scene(Kind.BRANCH_MOVED)
def rewound_by_the_agent(stage: Stage) -> Session:
    session = stage.with_work(runs=[{"edits": {"a.txt": "a\n"}}, {"shell": ["git reset -q --hard HEAD~1"]}, {}])
    stage.world.iterate(session, code=5)
    return session


@scene(Kind.LEFT_BRANCH)
def left_by_the_agent(stage: Stage) -> Session:
    session = stage.new(runs=[{"shell": ["git switch -q -c mine"]}, {}])
    stage.world.iterate(session, code=5)
    return session


@scene(Kind.INTERRUPTED)
def interrupted(stage: Stage) -> Session:
    session = stage.killed_iteration()
    stage.world.ok("stop", session["id"])
    return session


@scene(Kind.CANCELLED)
def stopped(stage: Stage) -> Session:
    session = running(stage)
    stage.clear(session)
    stage.world.use(edits={"a.txt": "a\n"})
    return session


@scene(Kind.TIMED_OUT)
def timed_out(stage: Stage) -> Session:
    session = stage.new(runs=[{"hang": 300}, {}])
    stage.world.iterate(session, "--timeout", "1", code=7)
    return session


@scene(Kind.FAILED)
def failed(stage: Stage) -> Session:
    session = stage.new(runs=[{"agent_error": "I give up"}, {}])
    stage.world.iterate(session, code=7)
    return session


@scene(Kind.TESTS_FAILED)
def tests_failed(stage: Stage) -> Session:
    session = stage.new("--script", "test -e mended", runs=[{"edits": {"a.txt": "a\n"}}, {"edits": {"mended": ""}}])
    stage.world.iterate(session, code=8)
    return session


@scene(Kind.TESTS_FAILED)
def tests_failed_before_any_iteration(stage: Stage) -> Session:
    session = stage.new("--script", "test -e mended", edits={"mended": ""})
    assert stage.world.cli("run", session["id"]).code == 8
    return session


@scene(Kind.TESTS_FAILED)
def tests_failed_after_the_agent_did(stage: Stage) -> Session:
    session = stage.new("--script", "test -e mended", runs=[{"agent_error": "I give up"}, {"edits": {"mended": ""}}])
    stage.world.iterate(session, code=7)
    assert stage.world.cli("run", session["id"]).code == 8
    return session


def _take_apart(_stage: Stage, session: Session) -> None:
    shutil.rmtree(Path(session["worktree"]) / "vendor" / ".git")


@scene(Kind.NESTED, hands=_take_apart)
def nested_repository(stage: Stage) -> Session:
    made = "git init -q vendor; cd vendor; touch x; git add x; git commit -qm x"
    session = stage.new(runs=[{"shell": [made]}, {}])
    stage.world.iterate(session)
    return session


@scene(Kind.LINKED)
def repository_committed_as_a_link(stage: Stage) -> Session:
    made = "git init -q vendor; cd vendor; touch x; git add x; git commit -qm x; cd ..; git add -A; git commit -qm all"
    session = stage.new(runs=[{"shell": [made]}, {}])
    stage.world.iterate(session)
    return session


@scene(Kind.UNPUBLISHED)
def submodule_that_nobody_else_has(stage: Stage) -> Session:
    world = stage.world
    library = world.make_repo(f"{stage.folder.name}-library")
    world.git(library, "switch", "-q", "--detach")  # so that it takes what is pushed
    added = f"git submodule --quiet add {library} lib; cd lib; git commit -q --allow-empty -m unique; cd .."
    session = stage.new(runs=[{"shell": [f"{added}; git add -A; git commit -qm all"]}, {}])
    world.iterate(session)
    return session


@scene(Kind.WAITS)
def waits(stage: Stage) -> Session:
    session = nested_repository(stage)
    shutil.rmtree(Path(session["worktree"]) / "vendor")
    return session


# At rest


@scene(Kind.UNCOMMITTED)
def uncommitted(stage: Stage) -> Session:
    session = stage.with_work()
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    return session


@scene(Kind.UNCOMMITTED)
def uncommitted_after_the_merge(stage: Stage) -> Session:
    session = merged(stage)
    (Path(session["worktree"]) / "mine.txt").write_text("mine\n")
    return session


@scene(Kind.MERGED)
def merged(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.ok("merge", session["id"], "--message", "One")
    return session


@scene(Kind.MERGE_GONE)
def merged_and_taken_off_the_base(stage: Stage) -> Session:
    session = merged(stage)
    stage.world.git(session["repo"], "reset", "-q", "--hard", "HEAD~1")
    return session


def _no_more_bare(_stage: Stage, session: Session) -> None:
    subprocess.run(["git", "config", "--file", f"{session['repo']}/.git/config", "core.bare", "false"], check=True)


@scene(Kind.HARMED, hands=_no_more_bare)
def the_main_checkout_is_bare(stage: Stage) -> Session:
    session = stage.with_work()
    stage.world.git(session["repo"], "config", "core.bare", "true")
    return session


@scene(Kind.CONFLICTS_EXPECTED)
def conflicts_expected(stage: Stage) -> Session:
    session = stage.with_work()
    stage.commit(session["repo"], "a.txt", "b\n")
    return session


@scene(Kind.NO_BASE)
def no_base(stage: Stage) -> Session:
    stage.world.make_repo()
    return stage.with_work("--base", stage.world.git(stage.repo(), "rev-parse", "main"))


@scene(Kind.NO_BASE)
def base_gone(stage: Stage) -> Session:
    stage.world.make_repo()
    stage.world.git(stage.repo(), "branch", "topic")
    session = stage.with_work("--base", "topic")
    stage.world.git(stage.repo(), "branch", "-q", "-D", "topic")
    return session


@scene(Kind.READY)
def ready(stage: Stage) -> Session:
    return stage.with_work()


@scene(Kind.READY)
def squashed(stage: Stage) -> Session:
    session = stage.with_work("--script", "true")
    stage.world.iterate(session, "--notes", "more")
    stage.world.ok("squash", session["id"], "--message", "One")
    return session


@scene(Kind.NOT_STARTED)
def not_started(stage: Stage) -> Session:
    return stage.new()


@scene(Kind.NOTHING_CHANGED)
def nothing_changed(stage: Stage) -> Session:
    return stage.with_work(edits={})


@scene(Kind.RESTS, asks_git=False)
def at_rest(stage: Stage) -> Session:
    return stage.with_work()


def _hook(session: Session, name: str, text: str) -> None:
    hook = Path(session["repo"]) / ".git" / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{text}\n")
    hook.chmod(0o755)
