"""Every condition, on every surface: made for real, worded everywhere, and every command that is printed in it is typed
in it. Whatever a text tells people to type must not be answered by telling them the same again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ampsm.context import open_context
from ampsm.model.errors import ExitCode
from ampsm.model.record import document
from ampsm.workflows.session.lookup import require_session
from ampsm.workflows.status import wording
from ampsm.workflows.status.availability import ACTIONS
from ampsm.workflows.status.condition import Condition, condition_of
from ampsm.workflows.status.facts import Facts, observe
from ampsm.workflows.status.kind import MERGE_OPEN, STOPPED, Kind
from ampsm.workflows.status.session_view import view_session
from tests.support.world import Result, World
from tests.workflows.status.scenes import SCENES, Scene, Session, Stage
from tests.workflows.status.typing import Typed, commands_in, run_git

#: Kinds that never come first: they only say what is in the way of a command.
IN_THE_WAY = {Kind.LEFT_WORK, Kind.REBASE_CUT_OFF, Kind.NO_SCRIPT, Kind.NOTHING_TO_UNDO, Kind.CANNOT_UNDO}

#: What is tried in every state; the hints of what refuses are typed there in turn.
COMMANDS: dict[str, tuple[str, ...]] = {
    "iterate": ("--no-test",), "stop": (), "run": (), "squash": ("--message", "One"), "rebase": (),
    "merge": ("--message", "One", "--no-test"), "continue-merge": (), "abort-merge": (), "undo": (),
    "cleanup": ("--yes",), "restore": (), "commit": ("--message", "Mine"), "preflight": ("--no-test",), "path": (),
}  # fmt: skip

#: Refusals that a look at the session could have known: they must not meet whoever presses a button that is not grey.
KNOWABLE = frozenset({
    "busy", "session-cleaned-up", "worktree-missing", "wrong-worktree", "no-test-script", "merge-in-progress",
    "nothing-in-progress", "nothing-to-undo", "nothing-to-commit", "no-base-branch", "not-cleaned-up", "branch-moved",
})  # fmt: skip

#: What comes of a step that leads on by another exit code than 0: to conflicts, to tests that fail still, to a question
#: that there is no terminal for.
LEADS_ON = {
    (Kind.REBASE_TO_REPEAT, "continue-merge"): 4, (Kind.TESTS_FAILED, "run"): 8, (Kind.MERGED, "cleanup"): 2,
}  # fmt: skip

#: Kinds of a session whose repository is not there.
AWAY = (Kind.REPOSITORY_GONE, Kind.OUT_OF_REACH)


#: Scenes in which `make test` tries every command; in the others it types what is said.
OFTEN = {
    "ready", "running", "uncommitted", "merge_with_conflicts", "rebase_with_conflicts", "tests_failed", "merged",
    "rewound", "worktree_gone", "nested_repository",
}  # fmt: skip


def copied(source: str, copy: str) -> None:
    """Copies a file, or makes a pipe where there is one."""
    if stat.S_ISFIFO(os.stat(source).st_mode):
        os.mkfifo(copy)
    else:
        shutil.copy2(source, copy)


def test_every_kind_has_a_scene_and_words() -> None:
    assert {scene.kind for scene in SCENES} == set(Kind) - IN_THE_WAY and {scene.name for scene in SCENES} > OFTEN
    assert set(wording.SENTENCES) == set(Kind)
    for kind in IN_THE_WAY:
        assert wording.SENTENCES[kind].hindrance
    assert set(ACTIONS) <= set(COMMANDS)


@dataclass
class Play:
    """A scene that is played again and again: every command meets the state as it was made."""

    scene: Scene
    stage: Stage
    session: Session
    kept: Path
    first_id: str
    stamp: tuple[int, int] = (0, 0)
    problems: list[str] = field(default_factory=list)

    def start(self) -> None:
        if not self.scene.lives:
            shutil.copytree(self.stage.folder, self.kept, symlinks=True, copy_function=copied)
            self.stamp = _stamp(self.stage.folder)

    def put_back(self) -> None:
        """Makes everything as it was, if anything has changed."""
        if self.scene.lives:
            if self.condition().kind is self.scene.kind:
                return
            self._make_anew()
        elif _stamp(self.stage.folder) != self.stamp:
            shutil.rmtree(self.stage.folder)
            shutil.copytree(self.kept, self.stage.folder, symlinks=True, copy_function=copied)
            self.stamp = _stamp(self.stage.folder)

    def _make_anew(self) -> None:
        self.stage.clear(self.session)
        for path in self.stage.folder.iterdir():
            if path.name in ("repo", "db"):
                shutil.rmtree(path)
            elif path.name in ("ready", "go-on"):
                path.unlink()
        self.session = self.scene.make(self.stage)

    def condition(self) -> Condition:
        with open_context() as ctx:
            if self.scene.asks_git:
                return condition_of(observe(ctx, self.session["id"]))
            return condition_of(Facts(require_session(ctx, self.session["id"])))

    def view(self) -> dict[str, Any]:
        with open_context() as ctx:
            view: dict[str, Any] = document(view_session(ctx, self.session["id"]))
            return view

    def type(self, typed: Typed) -> tuple[int, str]:
        """Exit code and hint of a command that is typed after what its text leaves to a person."""
        self.put_back()
        if typed.after_hands and self.scene.hands:
            self.scene.hands(self.stage, self.session)
        words = [word.replace(self.first_id, self.session["id"]) for word in typed.words]
        if words[0] == "git":
            done = run_git(words)
            if "fsck" in words:  # it ends as it was asked to: by what is missing
                return int("missing" not in done.stdout and "invalid sha1" not in done.stderr), done.stderr
            return done.returncode, done.stderr if done.returncode else ""
        try:
            said = self.stage.world.cli(*words[1:], timeout=3 if typed.open_ended else 60)
        except subprocess.TimeoutExpired:
            assert typed.open_ended, typed
            return 0, ""
        leads_on = said.code != 0 and self.condition().kind is not self.scene.kind
        return said.code, "" if leads_on else _hint(said)

    def complain(self, *words: object) -> None:
        self.problems.append(" ".join(map(str, words)))


def _stamp(folder: Path) -> tuple[int, int]:
    """What changes with any file of a folder."""
    count = newest = 0
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            count += 1
            newest = max(newest, os.lstat(os.path.join(place, name)).st_mtime_ns)
    return count, newest


def _hint(said: Result) -> str:
    return next((line.removeprefix("hint: ") for line in said.err.splitlines() if line.startswith("hint: ")), "")


@pytest.fixture
def stage(
    world: World, tmp_path: Path, spawn_cli: Callable[..., subprocess.Popen[str]], wait_until: Callable[..., Any]
) -> Stage:
    return Stage(world, tmp_path, spawn_cli, wait_until)


@pytest.fixture
def play(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Play]:
    scene: Scene = request.param
    session = scene.make(stage)
    made = Play(scene, stage, session, stage.folder.with_name(f"{stage.folder.name}-kept"), session["id"])
    made.start()
    yield made
    if scene.lives:
        stage.clear(made.session)


#: Every scene with every command, and where that is slow, the first of its kind without.
FIRST = {scene.kind: scene.name for scene in reversed(SCENES)}
ROUNDS = [
    pytest.param(scene, every, id=scene.name if every else f"{scene.name}, said", marks=[pytest.mark.slow] * slow)
    for scene in SCENES
    for every, slow in ([(True, 0)] if scene.name in OFTEN else [(True, 1), (False, FIRST[scene.kind] != scene.name)])
]


@pytest.mark.parametrize(("play", "every"), ROUNDS, indirect=["play"])
def test_a_condition(play: Play, every: bool) -> None:
    condition = play.condition()
    assert condition.kind is play.scene.kind
    view = play.view()
    is_worded_on_every_surface(condition)
    steps = {"next step": wording.next_step(condition), "summary": wording.next_command(condition)}
    if play.scene.asks_git:
        assert view["nextStep"] == steps["next step"]
        steps |= {f"fix of {id_}": fix for id_, fix in complaints_of_doctor(play, condition).items()}
    hints = what_refuses(play, view["actions"], view["nextStep"]) if every else {}
    the_button_works(play, view)
    what_is_typed_leads_on(play, condition, steps, hints)
    assert not play.problems, "\n".join(["", *play.problems])


def is_worded_on_every_surface(condition: Condition) -> None:
    text, said = wording.next_step(condition), wording.situation(condition)
    assert "\n" not in text and condition.steps and any(step.text in text for step in condition.steps)
    assert said.sentence.endswith(".") and "amp-sessions" not in said.sentence and "--" not in said.sentence
    assert (said.action is None) == (said.label is None)
    assert said.action is not None or not said.options
    assert len(wording.reason(condition).split()) <= 4
    assert not any("{" in words for words in (text, said.sentence, wording.reason(condition)))


def complaints_of_doctor(play: Play, condition: Condition) -> dict[str, str]:
    """What doctor tells people to do about this session; it complains of exactly what is worded as a complaint."""
    found = play.stage.world.cli("doctor", "--json").json["findings"]
    about = {play.session["id"], play.session["repo"]}
    mine = [finding for finding in found if finding["subject"] in about and finding["severity"] != "info"]
    worded = wording.complaint(condition)
    if bool(worded) != (worded in [finding["message"] for finding in mine]):
        play.complain("doctor says", mine, "and not", repr(worded))
    return {finding["id"]: finding["fix"] for finding in mine if finding["fix"]}


def what_refuses(play: Play, actions: dict[str, str | None], next_step: str) -> dict[str, str]:
    """Tries every command; the hints of those that refuse. What is grey refuses, what is not grey does not for a reason
    that could have been known. What an open merge keeps from working leads on as `status` does."""
    hints = {}
    for verb, options in COMMANDS.items():
        if play.scene.lives and verb in ("iterate", "stop"):
            continue
        play.put_back()
        done = play.stage.world.cli(verb, play.session["id"], *options, "--json")
        error = done.json.get("error") or {}
        if error.get("hint"):
            hints[f"hint of {verb}"] = str(error["hint"])
        why = actions.get(verb)
        if why is not None and done.code == 0 and verb not in ("stop", "restore", "cleanup"):
            play.complain(verb, "is grey and works:", why)
        known = error.get("code") == "unfinished-operation" and play.scene.kind in STOPPED
        if why is None and verb in actions and (known or error.get("code") in KNOWABLE):
            play.complain(verb, "is not grey and refuses:", error)
        says_so = error.get("code") == "merge-in-progress" and verb != "continue-merge"
        if says_so and play.scene.kind in MERGE_OPEN and error["hint"] != next_step:
            play.complain(verb, "hints at", error["hint"], "and status at", next_step)
    return hints


def the_button_works(play: Play, view: dict[str, Any]) -> None:
    action = view["situation"]["action"]
    if action is None or action == "open-worktree":
        return
    if view["actions"][action] is not None:
        play.complain("the button", action, "is grey:", view["actions"][action])
    play.put_back()
    done = play.stage.world.cli(action, play.session["id"], *view["situation"]["options"], *COMMANDS[action])
    says_why = play.scene.kind is Kind.TARGET_BUSY and done.code == 5
    if done.code not in (0, 4) and not says_why:
        play.complain("the button", action, done)


def what_is_typed_leads_on(play: Play, condition: Condition, steps: dict[str, str], hints: dict[str, str]) -> None:
    """The commands of the next step work, and no command fails with a hint that tells to type it again."""
    typed_so_far: dict[Typed, tuple[int, str]] = {}
    for source, text in {**steps, **hints}.items():
        for typed in commands_in(text):
            if typed not in typed_so_far:
                typed_so_far[typed] = play.type(typed)
            code, hint = typed_so_far[typed]
            # Without its repository, `status` shows what is recorded, says what to do and ends with 3.
            told = code == ExitCode.NOT_FOUND and condition.kind in AWAY and not typed.after_hands
            if source in steps and not told and code != LEADS_ON.get((condition.kind, typed.words[1]), 0):
                play.complain(f"{source}: {typed.command} ends with {code}, {hint!r}")
            again = [found.command for found in commands_in(hint) if not found.after_hands]
            if source not in steps and code != 0 and (typed.words[0] == "git" or typed.command in again):
                play.complain(f"{source}: {typed.command} ends with {code} and {hint!r}")
