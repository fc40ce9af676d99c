"""An iteration while conflicts wait changes the files in conflict and no others (SPEC section 5.2)."""

from __future__ import annotations

import re
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.journal.events import OutputLine
from ampsm.journal.writer import JournalWriter
from ampsm.workflows.finishing import agent_at_conflicts, proposal_for, remember_resolutions
from ampsm.workflows.session.in_conflict.record import TakenBack
from ampsm.workflows.session.in_conflict.since_killed import last_heard
from ampsm.workflows.session.in_conflict.words import bring_back_command
from tests.support.world import World

ASKED = "README.md"


def last_heard_of(session_id: str) -> int:
    with open_context() as ctx:
        return last_heard(ctx, session_id, 2)


class AtConflicts:
    """A session whose merge waits at conflicts in two files, and a person's work beside them."""

    def __init__(self, world: World) -> None:
        self.world = world
        files = {
            ASKED: "1\n", "gone.txt": "1\n", "other.txt": "other\n", "dir/in.txt": "in\n", ".gitignore": "hidden\n",
            "edited.txt": "as committed\n",
        }  # fmt: skip
        self.repo = world.make_repo(files=files)
        world.use(edits={ASKED: "session\n", "gone.txt": "session\n", "taken.txt": "taken over\n"})
        self.session = world.new(self.repo)
        world.iterate(self.session)
        (self.repo / ASKED).write_text("upstream\n")
        (self.repo / "gone.txt").unlink()
        world.git(self.repo, "commit", "-qam", "upstream")
        assert world.cli("merge", self.session["id"], "--message", "m").code == 4
        self.worktree = Path(self.session["worktree"])
        self.write("edited.txt", "a person's\n")
        self.write("mine.txt", "mine\r\n")
        self.write("hidden", "ignored\n")
        (self.worktree / "mine.txt").chmod(0o600)
        self.before = self.state()

    def write(self, path: str, text: str) -> None:
        (self.worktree / path).write_bytes(text.encode())

    def state(self) -> dict[str, Any]:
        """Every file but those in conflict, and the index."""
        files = {
            str(file.relative_to(self.worktree)): (file.read_bytes(), stat.S_IMODE(file.lstat().st_mode))
            for file in self.worktree.rglob("*")
            if file.is_file() and "AGENT_CONTEXT" not in file.parts
        }
        for path in (".git", ASKED, "gone.txt"):
            files.pop(path, None)
        return {**files, "index": self.world.git(self.worktree, "ls-files", "-v", "--stage")}

    def iterate(self, code: int = 0, **scenario: Any) -> dict[str, str]:
        """What is warned of when the agent plays this."""
        self.world.use(**{"edits": {}, **scenario})
        done = self.world.cli("iterate", self.session["id"], "--stream-json")
        assert done.code == code, done
        return {event["code"]: event["message"] for event in done.events if event["type"] == "warning"}

    def journal(self) -> Path:
        """That of the iteration at the conflicts."""
        with open_context() as ctx:
            return ctx.paths.journal(self.session["id"], 2)

    def let_the_clock_go_on(self, probe: Path, wait_until: Callable[..., Any]) -> None:
        """Until what is written next is later than all that was, as the file system tells it."""
        heard = last_heard_of(self.session["id"])

        def is_later() -> bool:
            probe.write_text("")
            return probe.stat().st_ctime_ns > heard

        wait_until(is_later)

    def file(self, path: str) -> dict[str, Any]:
        found = self.world.ok("conflicts", self.session["id"], "--json").json["files"]
        return next(file for file in found if file["path"] == path)


@pytest.fixture
def at(world: World) -> AtConflicts:
    return AtConflicts(world)


#: What an agent does besides → the files that it is told to have changed.
BESIDES = {
    "echo x > other.txt": ["other.txt"],
    "echo x > new.txt; mkdir -p deep/er; echo y > deep/er/new.txt": ["deep/er/new.txt", "new.txt"],
    "rm other.txt mine.txt": ["mine.txt", "other.txt"],
    "echo x > edited.txt; echo x >> mine.txt; chmod 755 mine.txt": ["edited.txt", "mine.txt"],
    "rm taken.txt; mkdir taken.txt; echo x > taken.txt/x": ["taken.txt", "taken.txt/x"],
    "rm -r dir; echo x > dir": ["dir", "dir/in.txt"],
    "rm -r dir; ln -s / dir": ["dir", "dir/in.txt"],
    "chmod +x other.txt; git add -A": ["other.txt"],
    "git rm -q --cached other.txt": [],
    "git update-index --assume-unchanged other.txt; echo x > other.txt": ["other.txt"],
    "git reset -q --hard": ["edited.txt", "taken.txt"],
    "git clean -qfd": ["mine.txt"],
    "git stash -qu": [],
    ": > .gitignore": [".gitignore"],
    "rm .gitignore": [".gitignore"],
    "echo '!hidden' > new.txt; echo new.txt >> .gitignore; echo y > seen": ["new.txt", "seen"],
}  # fmt: skip


@pytest.mark.parametrize("does", BESIDES)
def test_what_is_changed_besides_is_taken_back_and_kept(at: AtConflicts, does: str) -> None:
    warned = at.iterate(shell=[does, f"echo both > {ASKED}"])
    assert at.state() == at.before, warned
    assert (at.worktree / ASKED).read_text() == "both\n", "what was asked for stays"
    assert ("other-files-changed" in warned) is bool(BESIDES[does]), warned
    if BESIDES[does]:
        assert all(path in warned["other-files-changed"] for path in BESIDES[does][:3])
    assert at.file(ASKED)["outsideEdit"] and not at.file(ASKED)["resolved"]


def test_the_command_that_is_told_brings_it_back(at: AtConflicts) -> None:
    warned = at.iterate(shell=["echo theirs > other.txt; echo new > new.txt; rm mine.txt"])
    told = warned["other-files-changed"]
    command = told[told.index("git -C ") :]
    at.world.git(at.worktree, "gc", "-q", "--prune=now")
    subprocess.run(command, shell=True, check=True, env=at.world.environ)
    assert (at.worktree / "other.txt").read_text() == "theirs\n" and (at.worktree / "new.txt").read_text() == "new\n"
    assert (at.worktree / "mine.txt").read_bytes() == b"mine\r\n"


def test_that_command_means_no_other_files_whatever_these_are_called(at: AtConflicts) -> None:
    told = at.iterate(shell=["echo new > 'o*.txt'; echo theirs > other.txt; echo x > ':(top)o'"])["other-files-changed"]
    (snapshot,) = re.findall(r"--source=(\S+)", told)
    command = bring_back_command(at.worktree, TakenBack(snapshot, 2, ("o*.txt", ":(top)o")))
    subprocess.run(str(command), shell=True, check=True, env=at.world.environ)
    assert (at.worktree / "o*.txt").read_text() == "new\n" and (at.worktree / ":(top)o").read_text() == "x\n"
    assert (at.worktree / "other.txt").read_text() == "other\n"


def test_nothing_is_said_when_nothing_was_changed_besides(at: AtConflicts) -> None:
    assert "other-files-changed" not in at.iterate(edits={ASKED: "both\n"})


@pytest.mark.parametrize(
    "does",
    ["git add -A", "git rm -qf README.md", "git reset -q", "git checkout -q --theirs README.md; git add README.md"],
)
def test_what_it_stages_is_a_proposal_all_the_same(at: AtConflicts, does: str) -> None:
    at.iterate(shell=[f"echo '<<<<<<< HEAD' >> {ASKED}", does])
    assert at.state() == at.before
    assert not at.file(ASKED)["resolved"]
    assert at.world.cli("continue-merge", at.session["id"]).code == 4


@pytest.mark.parametrize("ends", ["git rebase --abort", "git rebase --skip", "git rebase --quit", "git commit -qam x"])
def test_a_rebase_that_it_lets_go_on_is_left_as_it_is(at: AtConflicts, ends: str) -> None:
    warned = at.iterate(shell=["git add -A", "echo x > later.txt", f"{ends} || true"])
    assert {"rebase-ended", "rebase-went-on"} & warned.keys(), warned
    assert (at.worktree / "later.txt").exists()
    (at.worktree / "later.txt").unlink()
    refused = at.world.cli("continue-merge", at.session["id"], "--json")
    assert refused.code != 0, refused
    if {"--skip", "commit"} & set(ends.split()):
        assert refused.json["error"]["details"]["expected"] == at.world.git(at.repo, "rev-parse", "main"), refused
        again = at.world.cli("continue-merge", at.session["id"])
        assert "by itself" not in again.err and ("no commit was made of" in again.err) == ("--skip" in ends), again


@pytest.mark.parametrize("scenario", [{"agent_error": "no", "exit": 1}, {"kill": 9}])
def test_also_when_it_fails(at: AtConflicts, scenario: dict[str, Any]) -> None:
    warned = at.iterate(7, shell=["echo x > other.txt"], **scenario)
    assert at.state() == at.before and "other-files-changed" in warned


def test_also_when_it_is_stopped(
    at: AtConflicts, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    at.world.use(edits={"other.txt": "x\n", ASKED: "half\n"}, hang=300, ready=tmp_path / "ready")
    worker = spawn_cli("iterate", at.session["id"])
    wait_until((tmp_path / "ready").exists)
    at.world.ok("stop", at.session["id"])
    worker.communicate()
    assert at.state() == at.before and (at.worktree / ASKED).read_text() == "half\n"


@pytest.fixture
def kill_when(
    at: AtConflicts, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
) -> Callable[..., None]:
    """Lets the agent play this, and kills the worker, which has heard of all of it."""

    def play(**scenario: Any) -> None:
        at.world.use(**{"edits": {}, **scenario}, hang=300, ready=tmp_path / "ready")
        worker = spawn_cli("iterate", at.session["id"])
        wait_until((tmp_path / "ready").exists)
        worker.kill()
        worker.communicate()
        with open_context() as ctx, JournalWriter(at.journal(), ctx.redactor) as writer:
            writer.append(OutputLine(stream="stdout", text="done"))
        at.world.ok("stop", at.session["id"])
        at.let_the_clock_go_on(tmp_path / "clock", wait_until)

    return play


def test_a_killed_worker_is_followed_by_the_next_command(at: AtConflicts, kill_when: Callable[..., None]) -> None:
    kill_when(edits={"other.txt": "x\n", ASKED: "both\n"})
    said = at.world.ok("resolve", at.session["id"], "gone.txt", "--take", "delete", "--done").err
    assert "note: The agent also changed other.txt" in said and "as before again" in said
    assert (at.worktree / "other.txt").read_text() == "other\n"
    at.write("other.txt", "later, by a person\n")
    assert "note:" not in at.world.ok("resolve", at.session["id"], ASKED, "--outside").err
    assert (at.worktree / "other.txt").read_text() == "later, by a person\n", "it has ended"
    at.write("other.txt", "other\n")
    assert at.world.ok("continue-merge", at.session["id"], "--json").json["status"] == "merged"


def test_what_a_person_changed_after_the_kill_is_never_taken_back(
    at: AtConflicts, kill_when: Callable[..., None]
) -> None:
    kill_when(edits={"other.txt": "x\n", "dir/in.txt": "agent\n", "new.txt": "agent\n", ASKED: "both\n"})
    at.write("edited.txt", "edited again\n")
    at.write("dir/in.txt", "by a person\n")
    at.write("persons.txt", "new\n")
    (at.worktree / "mine.txt").unlink()
    at.world.git(at.worktree, "add", "taken.txt", ASKED)
    said = at.world.ok("resolve", at.session["id"], "gone.txt", "--take", "delete", "--done").err
    assert "by the agent or by you, and left alone" in said and f"{ASKED} was staged" in said
    assert (at.worktree / "other.txt").read_text() == "other\n" and not (at.worktree / "new.txt").exists()
    assert (at.worktree / "edited.txt").read_text() == "edited again\n"
    assert (at.worktree / "dir/in.txt").read_text() == "by a person\n"
    assert (at.worktree / "persons.txt").read_text() == "new\n" and not (at.worktree / "mine.txt").exists()
    notes = at.world.ok("conflicts", at.session["id"], "--json").json["notes"]
    assert len(notes) == 2 and "edited.txt" in notes[1], notes
    assert all(f"Note: {note}\n" in at.world.ok("conflicts", at.session["id"]).out for note in notes)
    status = at.world.ok("status", at.session["id"])
    assert all(note in status.out for note in notes), "whoever looks later finds it too"
    at.write("edited.txt", "a person's\n")
    (narrower,) = at.world.ok("status", at.session["id"], "--json").json["merge"]["notes"][1:]
    assert "edited.txt" not in narrower and "persons.txt" in narrower, "what is as before again is told no more"
    subprocess.run(notes[1].partition(": ")[2], shell=True, check=True)
    now, before = (
        {path: found[0] for path, found in state.items() if path != "index"} for state in (at.state(), at.before)
    )
    assert now == before


@pytest.mark.parametrize("goes_on", [False, True])
def test_what_could_not_be_taken_back_is_tried_again(at: AtConflicts, goes_on: bool) -> None:
    kept = at.worktree.parent / "kept"
    warned = at.iterate(edits={ASKED: "both\n"}, shell=[
        f"git for-each-ref --format='update %(refname) %(objectname)' refs/ampsm > {kept}",
        "git for-each-ref --format='delete %(refname)' refs/ampsm | git update-ref --stdin",
        "echo x > other.txt; echo x > edited.txt",
    ])  # fmt: skip
    assert "could not be taken back" in warned["other-files-changed"]
    for look in ("status", "conflicts"):
        assert "could not be taken back" in at.world.ok(look, at.session["id"]).out, look
    if goes_on:
        at.write("gone.txt", "kept\n")
        at.world.git(at.worktree, "add", "gone.txt")
        done = at.world.cli("continue-merge", at.session["id"], "--json")
        assert (done.code, done.json["error"]["code"]) == (5, "edited-outside")
        assert (at.worktree / "other.txt").read_text() == "x\n", "nobody knows what it was"
        assert at.world.ok("continue-merge", at.session["id"], "--json").json["status"] == "merged", "it was said once"
        return
    at.write("edited.txt", "later, by a person\n")
    subprocess.run(["git", "update-ref", "--stdin"], cwd=at.worktree, input=kept.read_bytes(), check=True)
    said = at.world.ok("resolve", at.session["id"], "gone.txt", "--take", "delete", "--done").err
    assert "other.txt" in said and "as before again" in said and "edited.txt was changed since" in said
    assert (at.worktree / "other.txt").read_text() == "other\n"
    assert (at.worktree / "edited.txt").read_text() == "later, by a person\n"
    assert "could not" not in at.world.ok("status", at.session["id"]).out


def test_what_cannot_be_told_apart_goes_into_no_commit_unasked(at: AtConflicts, kill_when: Callable[..., None]) -> None:
    kill_when(edits={ASKED: "both\n"}, deletes=["gone.txt"])
    at.write("other.txt", "x\n")
    at.write("new.txt", "x\n")
    at.world.git(at.worktree, "add", ASKED)
    at.world.git(at.worktree, "rm", "-q", "--cached", "gone.txt")
    done = at.world.cli("continue-merge", at.session["id"], "--json")
    assert (done.code, done.json["error"]["code"]) == (5, "edited-outside")
    assert "new.txt" in done.err and "other.txt" in done.json["error"]["message"]
    assert (at.worktree / "other.txt").read_text() == "x\n" and (at.worktree / "new.txt").read_text() == "x\n"
    done = at.world.ok("continue-merge", at.session["id"], "--json")
    assert done.json["status"] == "merged"
    assert (at.repo / "other.txt").read_text() == "x\n"


@pytest.mark.parametrize("kept", ["git-rebase-todo", "HEAD"])
def test_what_a_person_told_git_after_the_kill_stays(
    at: AtConflicts, kill_when: Callable[..., None], kept: str
) -> None:
    kill_when()
    if kept == "HEAD":
        at.world.git(at.worktree, "branch", "theirs")
        at.world.git(at.worktree, "symbolic-ref", "HEAD", "refs/heads/theirs")
    else:
        folder = Path(at.world.git(at.worktree, "rev-parse", "--absolute-git-dir"), "rebase-merge")
        (folder / kept).write_text("exec true\n")
    at.world.cli("resolve", at.session["id"], "gone.txt", "--take", "delete", "--done")
    if kept == "HEAD":
        assert at.world.git(at.worktree, "symbolic-ref", "--short", "HEAD") == "theirs"
    else:
        assert (folder / kept).read_text() == "exec true\n"


def test_what_it_made_of_a_file_is_its_proposal_until_somebody_edits_it(at: AtConflicts) -> None:
    assert at.file(ASKED)["proposedIn"] is None
    at.iterate(edits={ASKED: "both\n"})
    assert (at.file(ASKED)["proposedIn"], at.file(ASKED)["outsideEdit"]) == (2, True)
    assert at.file("gone.txt")["proposedIn"] is None, "it has left that as it was"
    assert "the agent proposes another text (iteration 2)" in at.world.ok("conflicts", at.session["id"]).out
    ctx = open_context()
    work, found = agent_at_conflicts(ctx, at.session["id"]), proposal_for(ctx, at.session["id"], ASKED)
    assert work and (work.asked, work.proposed, work.works) == (2, (ASKED,), False)
    assert found and (found.text, found.hunks) == ("both\n", {1: "both\n"})
    assert found.patch.splitlines()[1:] == ["-1", "+both"]
    at.write(ASKED, "by hand\n")
    assert (at.file(ASKED)["proposedIn"], at.file(ASKED)["outsideEdit"]) == (None, True)
    at.iterate(edits={"gone.txt": "kept\n"})
    assert at.file(ASKED)["proposedIn"] is None and at.file("gone.txt")["proposedIn"] == 3
    at.world.ok("resolve", at.session["id"], "gone.txt", "--outside")
    work = agent_at_conflicts(ctx, at.session["id"])
    assert work and work.proposed == (), "what was taken is no proposal any more"
    ctx.close()
    at.world.git(at.worktree, "checkout", "-q", "-m", "--", ASKED)
    at.iterate(edits={ASKED: "again\n"})
    assert f"resolved, {ASKED} as the agent proposes it." in at.world.ok("status", at.session["id"]).out
    assert f"note: {ASKED} is taken as the agent proposed it" in at.world.ok("continue-merge", at.session["id"]).err


def test_what_a_person_sets_meanwhile_is_not_the_agents(
    at: AtConflicts, spawn_cli: Callable[..., Any], wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    at.world.use(edits={}, hang_until=tmp_path / "go", ready=tmp_path / "never")
    worker = spawn_cli("iterate", at.session["id"], "--stream-json")
    with closing(open_context()) as ctx:
        wait_until(lambda: agent_at_conflicts(ctx, at.session["id"]))
        remember_resolutions(ctx, at.session["id"], True)
    (tmp_path / "go").touch()
    told, _ = worker.communicate()
    assert worker.returncode == 0 and "rerere" not in str(told)
    warned = at.iterate(shell=["git config rerere.enabled false"])
    assert "rerere.enabled" in warned["config-changed"]


#: What an agent does to the rebase itself → what is said.
TO_THE_REBASE = {
    "git symbolic-ref HEAD refs/heads/main": ("branch-moved", "main"),
    "git branch apart HEAD~1; git symbolic-ref HEAD refs/heads/apart": ("branch-moved", "apart"),
    ": > $(git rev-parse --git-path rebase-merge)/git-rebase-todo": ("rebase-changed", "git-rebase-todo"),
    "echo x > $(git rev-parse --git-path rebase-merge)/update-refs": ("rebase-changed", "update-refs"),
    "ln -sf /nowhere $(git rev-parse --git-path rebase-merge)/message": ("rebase-changed", "message"),
}


@pytest.mark.parametrize("does", TO_THE_REBASE)
def test_what_the_rebase_would_do_is_as_before(at: AtConflicts, does: str) -> None:
    """Neither where it commits to, nor which commits come next."""
    at.world.git(at.worktree, "rebase", "--edit-todo", env={"GIT_SEQUENCE_EDITOR": "echo exec true >"})
    folder = Path(at.world.git(at.worktree, "rev-parse", "--git-path", "rebase-merge"))
    before, head = (
        {file.name: file.read_bytes() for file in folder.iterdir()},
        at.world.git(at.worktree, "rev-parse", "HEAD"),
    )
    code, named = TO_THE_REBASE[does]
    assert named in at.iterate(shell=[does])[code]
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert at.world.git(at.worktree, "branch", "--show-current") == ""
    assert at.world.git(at.worktree, "rev-parse", "HEAD") == head


def test_what_was_uncommitted_is_told_where_it_is_kept_when_it_ends_the_rebase(at: AtConflicts) -> None:
    told = at.iterate(shell=["rm mine.txt", "git rebase --abort"])["rebase-ended"]
    kept = told.rpartition(" ")[2]
    assert at.world.git(at.worktree, "show", f"{kept}:mine.txt") == "mine\r"


def test_a_filter_that_the_agent_sets_does_not_run_when_conflicts_are_looked_at(
    at: AtConflicts, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    at.iterate(shell=[
        f"git config filter.f.smudge 'touch {ran}; cat'; git config filter.f.clean 'touch {ran}; cat'",
        "echo '* filter=f' > $(git rev-parse --git-path info/attributes)",
        f"echo both > {ASKED}",
    ])  # fmt: skip
    ran.unlink(missing_ok=True)
    assert at.file(ASKED)["outsideEdit"]
    at.world.ok("conflicts", at.session["id"], ASKED)
    assert not ran.exists()
