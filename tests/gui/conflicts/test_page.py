"""Conflicts solved on the page: what is chosen is shown at once, kept as a draft, and written when it is resolved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ampsm.context import open_context
from ampsm.model.conflicts import Choice
from ampsm_gui.desktop import Desktop
from ampsm_gui.dialogs.merge_wizard.conflicts import scrolling
from ampsm_gui.dialogs.merge_wizard.mode import read_merge
from ampsm_gui.dialogs.merge_wizard.words import why_not_continued
from ampsm_gui.models.conflicts import words
from ampsm_gui.pages.conflicts.page import ConflictPage
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.conflicts.page_head import PANES
from tests.gui.conflicts.conftest import TWO, Sides, numbered
from tests.gui.conftest import World

Make = Callable[[Sides], dict[str, Any]]
Open = Callable[[dict[str, Any]], ConflictPage]

GONE: Sides = {"a.txt": TWO, "gone.txt": ("a\n", "b\n", None)}


def action(page: ConflictPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert found is not None
    return found


def result(page: ConflictPage) -> str:
    return page.stage.cards.card.result.toPlainText()


def kept(world: World, session: dict[str, Any], what: str) -> list[Any]:
    """What the command line says of each conflict of a.txt: `choice`, `result`."""
    hunks = world.ok("conflicts", session["id"], "a.txt", "--json").json["hunks"]
    return [hunk[what] for hunk in hunks if hunk["kind"] == "conflict"]


def errors(page: ConflictPage) -> list[CommandError]:
    """What cannot be done from now on, and why."""
    told: list[CommandError] = []
    page.error.connect(told.append)
    return told


def press(page: ConflictPage, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(page.stage.cards, key)


def test_keys_choose_and_go_through_the_conflicts(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    made = page(session)
    disk = (Path(session["worktree"]) / "a.txt").read_text()
    assert made.stage.cards.property("hunkCount") == 2 and result(made) == "line 5"
    made.stage.cards.setFocus()
    shown = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_0):
        press(made, key)
        shown.append(result(made))
    QTest.keyClick(made.stage.cards, Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier)
    shown.append(result(made))
    both = ["target five\nsession five", "line 5", "session five\ntarget five"]
    assert shown == ["target five", "session five", *both]
    press(made, Qt.Key.Key_BracketRight)
    assert made.stage.cards.current == 1, "changes of one side are gone to as well"
    press(made, Qt.Key.Key_P, Qt.Key.Key_N, Qt.Key.Key_2)
    assert made.stage.cards.current == 2 and result(made) == "session end"
    qtbot.waitUntil(lambda: kept(world, session, "choice") == ["both-reversed", "session"])
    press(made, Qt.Key.Key_U)
    assert not action(made, "resolveFileAction").isEnabled() and result(made) == "line 25"
    qtbot.waitUntil(lambda: kept(world, session, "choice") == ["both-reversed", None])
    assert (Path(session["worktree"]) / "a.txt").read_text() == disk, "only resolving writes"


def test_keys_work_wherever_no_text_is_written(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO, "b.bin": (b"\0a", b"\0b", b"\0c")})
    made = page(session)
    files, head, stage = made.side.files, made.stage.head, made.stage
    for key, place, choice in (
        (Qt.Key.Key_2, files, Choice.SESSION), (Qt.Key.Key_1, head.next, Choice.TARGET),
        (Qt.Key.Key_0, stage.verify, Choice.BASE), (Qt.Key.Key_2, stage.panes.code, Choice.SESSION),
    ):  # fmt: skip
        QTest.keyClick(place, key)
        texts = made.reading.texts
        assert texts is not None and texts.hunks[0].choice is choice, place
    assert files.current_path() == "a.txt", "a digit searches no name"
    QTest.keyClick(stage.cards.card.result, Qt.Key.Key_1)
    assert "1" in result(made) and result(made) != "target five", "in the text it is a letter"
    text = stage.cards.card.result
    for key, at, then in (
        (Qt.Key.Key_Escape, text, stage.cards), (Qt.Key.Key_F6, stage.cards, text), (Qt.Key.Key_F6, text, files),
        (Qt.Key.Key_F6, files, stage.cards),
    ):  # fmt: skip
        at.setFocus()
        QTest.keyClick(at, key)
        assert made.focusWidget() is then, (key, at)
    QTest.keyClick(files, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: made.shown_path() == "b.bin")
    QTest.keyClick(files, Qt.Key.Key_2)
    qtbot.waitUntil(action(made, "resolveFileAction").isEnabled)


def test_resolving_writes_and_opens_the_next_file(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted(GONE)
    made = page(session)
    said: list[str] = []
    resolve = action(made, "resolveFileAction")
    resolve.changed.connect(lambda: said.append(resolve.text()))
    made.resolver._slowly.setInterval(0)
    assert action(made, "resolveFileAction").text() == "Resolve and open gone.txt"
    action(made, "openSessionAction").trigger()
    action(made, "resolveFileAction").trigger()  # waits for what is not on the disk yet
    qtbot.waitUntil(lambda: made.shown_path() == "gone.txt")
    wanted = numbered(30, l5="session five", l15="only target", l25="session end")
    assert (Path(session["worktree"]) / "a.txt").read_text() == wanted
    assert action(made, "resolveFileAction").text() == "Resolve gone.txt"
    assert "Resolving a.txt…" in said, "it is slow here"
    made.resolver._slowly.setInterval(1_000_000)
    assert made.stage.kind.sentence.text() == "Session deleted it, Target changed it."
    made.stage.kind.buttons[Choice.DELETE].click()
    qtbot.waitUntil(action(made, "resolveFileAction").isEnabled)
    action(made, "resolveFileAction").trigger()
    qtbot.waitUntil(lambda: made.next_action() is None)
    assert not (Path(session["worktree"]) / "gone.txt").exists()
    assert "Resolving gone.txt…" not in said, "nor does it flicker when it is not"
    made.moves.show_file("a.txt")
    qtbot.waitUntil(action(made, "unresolveFileAction").isEnabled)
    action(made, "unresolveFileAction").trigger()
    qtbot.waitUntil(lambda: made.stage.cards.property("hunkCount") == 2)
    assert world.git(session["worktree"], "ls-files", "-u", "--", "a.txt")


def test_both_sides_of_a_file_without_hunks_can_be_looked_at(conflicted: Make, page: Open, qtbot: QtBot) -> None:
    session = conflicted({"gone.py": ("a\n", "import b\n", None), "p.png": (picture(1), picture(2), picture(3))})
    made = page(session)
    kind = made.stage.kind
    qtbot.waitUntil(kind.text.isVisible)
    assert kind.text.words() == "import b" and not kind.images.isVisible()
    made.moves.show_file("p.png")
    qtbot.waitUntil(kind.images.isVisible)
    assert kind.images.accessibleName().startswith("Target: 40 × 30, ") and not kind.text.isVisible()
    press(made, Qt.Key.Key_2)
    qtbot.waitUntil(action(made, "resolveFileAction").isEnabled)
    assert kind.images.isVisible() and kind.buttons[Choice.SESSION].isChecked()


def picture(color: int) -> bytes:
    buffer, image = QBuffer(), QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(color)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def test_what_is_typed_is_a_draft(world: World, conflicted: Make, page: Open, qtbot: QtBot) -> None:
    session = conflicted({"a.txt": TWO})
    made = page(session)
    edit = made.stage.cards.card.result
    edit.setFocus()
    QTest.keyClicks(edit, "n1")
    assert made.stage.cards.current == 0, "keys of the hunks are letters in a text"
    qtbot.waitUntil(lambda: kept(world, session, "choice") == ["text", None])
    press(made, Qt.Key.Key_2)
    assert result(made) == "session five"
    edit.undo()
    assert result(made) == "n1line 5", "a choice is undone like what was typed"
    made.hide()  # what was typed is said at once
    qtbot.waitUntil(lambda: kept(world, session, "result") == ["n1line 5\n", "line 25\n"])


def test_what_was_chosen_is_kept_though_the_window_closes_at_once(
    world: World, conflicted: Make, page: Open
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    made = page(session)
    for _ in range(4):
        made.refresh()  # the threads have enough to do
    press(made, Qt.Key.Key_1, Qt.Key.Key_N, Qt.Key.Key_2)
    made.close()
    made.desktop.background.close()
    assert kept(world, session, "choice") == ["target", "session"]


def test_a_file_is_resolved_though_the_page_is_gone_before(
    world: World, conflicted: Make, desktop: Desktop, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    world.git(session["repo"], "config", "merge.tool", "mine")
    go = Path(session["repo"]).with_name("go")
    tool = f"""until test -e '{go}'; do sleep 0.1; done; printf '%s' mine > "$MERGED\""""
    world.git(session["repo"], "config", "mergetool.mine.cmd", tool)
    world.git(session["repo"], "config", "mergetool.mine.trustExitCode", "true")
    page = ConflictPage(desktop, session["id"])
    qtbot.waitUntil(lambda: page.shown_path() != "")
    page.resolver.run("a.txt", "--undo")
    page.open_merge_tool()
    qtbot.waitUntil(lambda: page.programs.in_tool("a.txt"))
    delete(page)
    qtbot.waitUntil(lambda: desktop.commands.running == 1)
    go.touch()
    qtbot.waitUntil(lambda: desktop.commands.running == 0)
    assert (Path(session["worktree"]) / "a.txt").read_text() == "mine"
    assert not world.git(session["worktree"], "status", "--porcelain", "--", "*.orig")


def test_a_hunk_that_is_only_looked_at_stays_open_whatever_its_spaces_are(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    long = "7" * 1_000_000
    odd = {"b.txt": ("5\rm\n", "6\n", "7\n"), "c.txt": ("5\n", "6\n", f"{long}\n")}
    session = conflicted({"a.txt": ("5\u00a0m\n", "6\u00a0m\n", "7\u00a0m\n"), **odd})
    made = page(session)
    edit = made.stage.cards.card.result
    edit.flush()
    assert made.reading.texts is not None and made.reading.texts.open == [0]
    edit.setFocus()
    QTest.keyClicks(edit, "1")
    qtbot.waitUntil(lambda: kept(world, session, "result") == ["15\u00a0m\n"])
    made.moves.show_file("b.txt")
    qtbot.waitUntil(lambda: made.shown_path() == "b.txt")
    edit.flush()
    assert edit.isReadOnly() and made.reading.texts.open == [0], "a text field cannot keep how its line ends"
    made.decisions.choose(Choice.TARGET)
    assert result(made) == "6" and not edit.isReadOnly()
    made.moves.show_file("c.txt")
    qtbot.waitUntil(lambda: made.shown_path() == "c.txt")
    made.decisions.choose(Choice.SESSION)
    qtbot.waitUntil(lambda: not made.chooser.busy)
    assert edit.isReadOnly() and len(result(made)) < 20_000 and "too long" in edit.toolTip(), (
        "no field holds such a line"
    )
    edit.flush()
    assert made.reading.texts.result == f"{long}\n" and made.reading.texts.hunks[0].choice is Choice.SESSION


def test_a_terminal_goes_on_meanwhile(world: World, conflicted: Make, page: Open, qtbot: QtBot) -> None:
    session = conflicted(GONE)
    made = page(session)
    world.ok("resolve", session["id"], "a.txt", "--take", "target")
    made.refresh()
    qtbot.waitUntil(lambda: result(made) == "target five")
    (Path(session["worktree"]) / "a.txt").write_text("by hand\n")
    made.refresh()
    qtbot.waitUntil(lambda: made.stage.strip.text.startswith("This file was changed outside."))
    made.stage.strip._buttons[0].click()
    qtbot.waitUntil(lambda: not world.git(session["worktree"], "ls-files", "-u", "--", "a.txt"))
    assert (Path(session["worktree"]) / "a.txt").read_text() == "by hand\n"
    qtbot.waitUntil(lambda: world.cli("abort-merge", session["id"]).code == 0)  # once the window's command has ended
    with qtbot.waitSignal(made.left_changed, check_params_cb=lambda left, of: of == 0):
        made.refresh()
    assert made.next_action() is None


def test_a_file_that_was_staged_with_markers_is_brought_back(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    made = page(session)
    world.git(session["worktree"], "add", "a.txt")
    made.refresh()
    qtbot.waitUntil(lambda: made.stage.strip.text.startswith("Line 5 of this file is still a conflict marker"))
    assert made.reading.found is not None
    assert [words.fact_of(file) for file in made.reading.found.files] == ["Line 5 is a marker"]
    assert made.next_action() is None
    with open_context() as ctx:
        reading = read_merge(ctx, session["id"])
    assert why_not_continued(reading) == "Conflict markers are left in a.txt:5" and reading.left == 1
    assert reading.tests is None, "no tests run on markers"
    made.stage.strip._buttons[0].click()
    qtbot.waitUntil(lambda: made.stage.cards.property("hunkCount") == 2 and made.next_action() is not None)
    assert made.stage.strip.text == "" and world.git(session["worktree"], "ls-files", "-u", "--", "a.txt")


def test_a_choice_that_cannot_be_kept_is_put_back(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    made = page(session)
    told = errors(made)
    world.ok("abort-merge", session["id"])
    press(made, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].code == "nothing-in-progress"


def test_the_merge_tool_of_git_resolves_a_file(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    made = page(session)
    told = errors(made)
    press(made, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].hint == "git config --global merge.guitool meld"
    world.git(session["repo"], "config", "merge.tool", "mine")
    world.git(session["repo"], "config", "mergetool.mine.cmd", 'printf "%s" mine > "$MERGED"')
    world.git(session["repo"], "config", "mergetool.mine.trustExitCode", "true")
    press(made, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: made.programs.in_tool("a.txt"))
    assert not action(made, "openMergeToolAction").isEnabled()
    qtbot.waitUntil(lambda: not made.programs.in_tool("a.txt"))
    assert (Path(session["worktree"]) / "a.txt").read_text() == "mine"
    assert not world.git(session["worktree"], "ls-files", "-u", "--", "a.txt")


def test_which_commits_made_a_conflict_and_none_tells_a_secret(
    world: World, conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    session = conflicted({"a.txt": TWO})
    secret = "ghp_" + "x1Y2" * 9
    world.git(session["repo"], "commit", "-q", "--amend", "-m", f"Use {secret}")
    world.ok("abort-merge", session["id"])
    assert world.cli("merge", session["id"], "--message", "feat: all").code == 4
    made = page(session)
    made.questions.ask_commits(0)
    commits = made.stage.cards.card.commits
    qtbot.waitUntil(lambda: "Session: " in commits.text())
    told = commits.text() + made.stage.cards.card.target.head.accessibleName()
    assert told.count("Use ") == 2 and secret not in told
    assert "Target: " in commits.text() and "Type them" in commits.text()
    made.questions.ask_commits(0)
    made.moves.go_to(len(made.reading.texts.hunks) - 1 if made.reading.texts else 0)
    qtbot.waitUntil(lambda: not made.desktop.background.busy)
    assert commits.isHidden(), "they are those of another conflict"


def test_it_becomes_as_narrow_as_a_small_window(conflicted: Make, page: Open, qtbot: QtBot) -> None:
    made = page(conflicted({"a.txt": TWO}))
    head = made.stage.head
    made.resize(1200, 600)
    wide = head.height()
    assert head.tools.height() < 2 * head.whole.height(), "one row where there is room for it"
    made.resize(620, 400)
    assert made.width() == 620, "what stands in one row keeps nothing from becoming two"
    qtbot.waitUntil(lambda: head.height() > wide)


def test_many_files_scroll_in_their_list_and_the_rest_stays_in_sight(
    conflicted: Make, page: Open, qtbot: QtBot
) -> None:  # fmt: skip
    sides: Sides = {f"{number:02}.txt": ("b\n", "t\n", "s\n") for number in range(40)}
    made = page(conflicted(sides | {"gone.txt": ("a\n", numbered(300), None)}))
    area = scrolling(made)
    qtbot.addWidget(area)
    area.resize(1000, 620)
    area.show()
    files = made.side.files
    qtbot.waitUntil(lambda: made.size() == area.viewport().size())
    assert files.verticalScrollBar().maximum() > 0 and not area.verticalScrollBar().maximum()
    made.moves.show_file("39.txt")
    qtbot.waitUntil(lambda: files.current_path() == "39.txt")
    area.resize(1000, 500)
    qtbot.waitUntil(lambda: made.size() == area.viewport().size())
    assert files.viewport().rect().contains(files.visualRect(files.currentIndex())), "what is open is in sight"
    made.moves.show_file("gone.txt")
    qtbot.waitUntil(made.stage.kind.text.isVisible)
    assert made.stage.kind.text.verticalScrollBar().maximum() > 0 and not area.verticalScrollBar().maximum()


def test_three_panes_are_remembered(world: World, conflicted: Make, page: Open, qtbot: QtBot) -> None:
    session = conflicted({"a.txt": TWO})
    made = page(session)
    press(made, Qt.Key.Key_V)
    assert made.stage.stack.currentWidget() is made.stage.panes
    QTest.keyClick(made.stage.panes.code, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: kept(world, session, "choice") == ["session", None])
    columns = made.stage.panes._columns
    assert columns is not None
    row = columns.row_of(0)
    texts = [line.text for line in (columns.line(row, column) for column in range(3)) if line]
    assert texts == ["target five", "session five", "session five"]
    other = page(session)
    assert other.showing.view == PANES
