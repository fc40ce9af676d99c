"""What the console says of an iteration's beginning and end, and of what happened between iterations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from ampsm.context import open_context
from ampsm.journal import events as ev
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.console.entries import ConsoleEntry
from ampsm_gui.models.console.heading import heading_of
from ampsm_gui.models.console.iterations import read_iterations
from ampsm_gui.models.console.note import event_note
from ampsm_gui.models.console.section import Section
from ampsm_gui.pages.console.tab import ConsoleTab
from ampsm_gui.widgets.console.rows import note_look
from tests.gui.console.test_tab import lines
from tests.support.world import World


def opened(desktop: Desktop, qtbot: QtBot, session: dict[str, Any]) -> ConsoleTab:
    tab = ConsoleTab(desktop)
    QAbstractItemModelTester(tab.model, QAbstractItemModelTester.FailureReportingMode.Fatal, tab.model)
    qtbot.addWidget(tab)
    tab.resize(820, 560)
    tab.show()
    tab.show_session(session["id"])
    qtbot.waitUntil(lambda: not desktop.background.busy)
    return tab


def refreshed(desktop: Desktop, qtbot: QtBot, tab: ConsoleTab) -> list[str]:
    tab.refresh()
    qtbot.waitUntil(lambda: not desktop.background.busy)
    return lines(tab)


def test_steps_between_iterations_are_rows_below_them(world: World, desktop: Desktop, qtbot: QtBot) -> None:
    world.use(tools=[], edits={"README.md": "session\n"})
    repo = world.make_repo()
    session = world.new(repo, "Task", "--script", "true")
    world.iterate(session)
    world.ok("run", session["id"])
    sha = world.commit(Path(session["worktree"]), {"by-hand.txt": "one\n"}, "by hand")
    world.commit(repo, {"README.md": "main\n"}, "on main")
    assert world.cli("merge", session["id"], "--no-squash", "--no-test").code == 4
    tab = opened(desktop, qtbot, session)
    below = lines(tab)[-3:]
    assert below[0].startswith("Tests passed ")
    assert below[1] == f"Manual commit {sha[:7]} by hand +1 −0"
    assert below[2] == "Merge into main 1 conflicted file Open"

    tab.model.toggle(1)
    assert lines(tab)[2:] == below  # also while the iteration is folded
    tab.view.setCurrentIndex(tab.model.index(3, 0))
    with qtbot.waitSignal(tab.commit_requested) as asked:
        tab.view._enter(3)
    assert asked.args == [sha]

    world.ok("abort-merge", session["id"])
    assert refreshed(desktop, qtbot, tab)[-1] == "Merge into main given up; nothing has moved Aborted"
    tab.show_iteration(1)
    assert lines(tab)[0].startswith("Iteration 1, ")
    tab.model.set_raw(True)
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert not any("given up" in line for line in lines(tab))
    tab.model.set_raw(False)
    qtbot.waitUntil(lambda: not desktop.background.busy)
    assert "given up" in lines(tab)[-1]


@pytest.mark.session(iterations=1, tools=[])
def test_no_row_of_a_phase_stays_and_no_end_that_went_well(
    session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    said = "\n".join(lines(opened(desktop, qtbot, session)))
    assert not any(words in said for words in ("Preparing", "at work", "Recording", "succeeded", "──", "tokens", "UTC"))


@pytest.mark.session(
    "Task",
    "--script",
    "echo '3 failed, 85 passed in 0.10s'; exit 1",
    iterations=1,
    code=8,
    tools=[],
    text="Type the client\n\nAnd more.",
)
def test_an_iteration_says_what_it_was_about(
    world: World, session: dict[str, Any], desktop: Desktop, qtbot: QtBot
) -> None:
    """The subject of its commit; of one that failed the first line of what it was told."""
    world.use(tools=[], runs=[{"text": None, "result": False}])
    world.iterate(session, "--notes", "Try the second\nthing", code=7)
    tab = opened(desktop, qtbot, session)
    first, second = (heading_of(section) for section in tab.model.sections)
    assert first.about == world.git(session["worktree"], "log", "-1", "--format=%s", first.commit)
    assert ("3 of 88 tests failed", "danger.text") in first.figures
    assert (second.about, second.figures[0][0]) == ("Try the second", "Failed")


def _iteration(**values: Any) -> Section:
    known = {
        "number": 4,
        "status": "succeeded",
        "commitSha": "f02b9e4" + "0" * 33,
        "toolCalls": 61,
        "durationMs": 527_000,
    }
    return Section({**known, **values}, Path(), "", "amp: Type the API client")


def test_failed_tests_are_told_in_red_at_the_end_of_the_header() -> None:
    failed = {"passed": False, "timedOut": False, "exitCode": 1}
    heading = heading_of(_iteration(test=failed, toolFailures=2))
    assert (heading.title, heading.about, heading.commit) == ("Iteration 4", "amp: Type the API client", "f02b9e4")
    assert heading.figures == (
        ("61 calls, 2 failed", "text.muted"), ("tests failed", "danger.text"), ("8 min 47 s", "text.muted"),
    )  # fmt: skip
    assert heading_of(_iteration(status="cancelled", commitSha=None)).figures[0] == ("Stopped", "text.muted")


@pytest.mark.parametrize("status, error, said", [
    ("cancelled", {"code": "cancelled", "message": "Stopped by the user"}, "Stopped. What it had done is kept."),
    ("failed", {"code": "failed", "message": "The agent \x1b[31mcrashed\x1b[0m"}, "The agent crashed"),
    ("interrupted", None, "Interrupted"),
])  # fmt: skip
def test_how_an_iteration_ended(status: str, error: dict[str, Any] | None, said: str) -> None:
    event = ev.IterationFinished(
        status=status, error=error, usage={"totalTokens": 41_140}, at="2026-11-30T10:00:00.000Z"
    )
    entry = ConsoleEntry(0, event, b"")
    assert entry.text == said
    assert ("danger" in note_look(entry)[1]) == (status == "failed")
    assert entry.failed == (status != "cancelled")


def test_rows_of_one_line() -> None:
    size = {"commitSha": "a" * 40, "insertions": 120, "deletions": 64}
    note = event_note(ev.Commit(sha="a" * 40, kind="amp", subject="amp: Use it"), size)
    assert note is not None and note.words == "Commit aaaaaaa amp: Use it +120 −64"
    note = event_note(ev.Commit(sha="b" * 40, kind="partial", subject="amp: half"), size)
    assert note is not None and note.words == "Partial commit bbbbbbb"
    note = event_note(ev.TestFinished(command="x", exit_code=3, passed=False, duration_ms=48_000), {})
    assert note is not None and (note.words, note.token) == ("Tests failed with exit code 3 48.0 s", "danger.text")
    known = {"test": {"passed": False, "timedOut": False, "counts": {"failed": 3, "total": 88}}}
    note = event_note(ev.TestFinished(command="x", exit_code=1, passed=False, duration_ms=48_000), known)
    assert note is not None and note.words == "Tests 3 of 88 failed 48.0 s"


def test_while_an_iteration_runs_git_is_not_asked_what_came_between_others(
    world: World, session: dict[str, Any], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The console is read again several times a second then. When it has ended all is asked again."""
    world.use(edits={"one.txt": "1\n"})
    world.iterate(session)
    world.use(sleep=0.2, lines=500)
    world.ok("iterate", session["id"], "--detach")
    qtbot.waitUntil(lambda: world.status(session)["session"]["status"] == "running")
    with open_context() as ctx, monkeypatch.context() as patched:
        first = read_iterations(ctx, session["id"], None)
        assert [document["status"] for document, _ in first.journals] == ["succeeded", "running"]
        patched.setattr("subprocess.Popen.__init__", lambda *_, **__: pytest.fail("git is asked"))
        second = read_iterations(ctx, session["id"], first)
        assert (second.about, second.steps) == (first.about, first.steps) and second.about[2]
    world.ok("stop", session["id"])
    qtbot.waitUntil(lambda: world.status(session)["session"]["status"] != "running")
    sha = world.commit(Path(session["worktree"]), {"by-hand.txt": "one\n"}, "by hand")
    with open_context() as ctx:
        assert [step["sha"] for step in read_iterations(ctx, session["id"], second).steps[2]] == [sha]
