"""The actions on a session: words, icon, keys, and what the core calls them when it judges whether they can work."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from ampsm_gui.look.plain import plain_tip


class Entry(NamedTuple):
    """`judged` is the core's name, as in the `actions` of `view_session`; None for what needs only a session. `words`
    stand on the button, `text` in menus."""

    name: str
    text: str
    words: str
    icon: str
    keys: tuple[str, ...]
    tip: str
    judged: str | None = None


ENTRIES = (
    Entry("newSessionAction", "&New session…", "New session", "plus", ("Ctrl+N",), "Create a session for a task"),
    Entry(
        "iterateAction", "&Iterate", "Iterate", "play", ("Ctrl+Return", "Ctrl+Enter"),
        "Start the next iteration with what the notes box holds; queued while one runs", "iterate",
    ),
    Entry(
        "stopAction", "&Stop", "Stop", "stop", ("Ctrl+.",), "Stop what runs in this session; its work is kept", "stop"
    ),
    Entry(
        "runTestsAction", "Run &tests", "Run tests", "test", ("Ctrl+T",), "Run the test script in the worktree", "run"
    ),
    Entry("squashAction", "S&quash…", "Squash…", "squash", (), "Make one commit of the session’s commits", "squash"),
    Entry("rebaseAction", "&Rebase…", "Rebase…", "rebase", (), "Put the session’s commits on its base", "rebase"),
    Entry(
        "mergeAction", "&Merge…", "Merge…", "merge", ("Ctrl+Shift+M",), "Check and merge into the base", "merge"
    ),
    Entry(
        "continueMergeAction", "&Continue merge or rebase", "Continue", "play", (),
        "Go on with the merge or rebase that is open", "continue-merge",
    ),
    Entry(
        "abortMergeAction", "&Abort merge or rebase…", "Abort…", "close", (),
        "Give up the merge or rebase that is open; everything goes back to before it", "abort-merge",
    ),
    Entry(
        "undoAction", "&Undo squash, rebase or merge…", "Undo…", "undo", ("Ctrl+Z",),
        "Go back to before the last squash, rebase or merge; shows first what would move", "undo",
    ),
    Entry("cleanupAction", "Clean &up…", "Clean up…", "cleanup", (), "Remove worktree and branch into a snapshot",
          "cleanup"),
    Entry("restoreAction", "R&estore", "Restore", "undo", (), "Bring branch, worktree and files back", "restore"),
    Entry("copyBranchAction", "Copy &branch", "Copy branch", "copy", (), "Copy the name of the branch"),
    Entry("openEditorAction", "Open in &editor", "Open in editor", "code", (), "Open the worktree in your editor"),
    Entry("openTerminalAction", "Open in te&rminal", "Open in terminal", "terminal", (), "Open a terminal there"),
    Entry("openFolderAction", "Show &files", "Show files", "folder", (), "Show the worktree in the file manager"),
)  # fmt: skip

#: What stands on the button of a step of a session, by the core's name of it.
LABELS = {entry.judged: entry.words for entry in ENTRIES if entry.judged}

_NO_SESSION = "Choose a session first"
_LOOKING = "Still looking at the session"
_CLEANED_UP = "This session is cleaned up; restore it first"
_IN_WIZARD = ("rebaseAction", "mergeAction")
_WITHOUT_SESSION = ("newSessionAction",)
_BEFORE_KNOWN = ("newSessionAction", "iterateAction", "stopAction")

#: Shown as icons only in the tool bar, whatever its width.
CALM = frozenset({"undoAction", "cleanupAction"})


def make_action(entry: Entry, parent: QObject) -> QAction:
    """The action of an entry, without its icon."""
    action = QAction(entry.text, parent)
    action.setObjectName(entry.name)
    action.setIconText(entry.words)
    action.setAutoRepeat(False)  # keys that are held do a thing once
    action.setShortcuts([QKeySequence(keys) for keys in entry.keys])
    if entry.name in CALM:
        action.setPriority(QAction.Priority.LowPriority)
    show_tip(action, entry, None)
    return action


def why_not(entry: Entry, session_id: str | None, view: dict[str, Any] | None) -> str | None:
    """Why an action cannot work now, None when it can. `view` is the document of `view_session`, None until that is
    known: until then only what works in any session can."""
    if session_id is None:
        return None if entry.name in _WITHOUT_SESSION else _NO_SESSION
    if view is None:
        return None if entry.name in _BEFORE_KNOWN else _LOOKING
    if entry.judged is not None:
        reason: str | None = view["actions"].get(entry.judged)
        return None if entry.name in _IN_WIZARD and _is_for_the_wizard(view) else reason
    return _CLEANED_UP if entry.name.startswith("open") and view["session"]["cleanedUpAt"] else None


def _is_for_the_wizard(view: dict[str, Any]) -> bool:
    """Whether the wizard has something to show where the command would refuse: what is open, or is to be committed
    first."""
    return view.get("merge") is not None or view["actions"].get("commit", "") is None


def show_tip(action: QAction, entry: Entry, why_not: str | None) -> None:
    """What the action does, or why it cannot; with its keys."""
    keys = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if entry.keys else ""
    words = f"{entry.words.rstrip('…')}: {_lower(why_not)}" if why_not else f"{entry.tip}{keys}"
    action.setToolTip(plain_tip(words))
    action.setStatusTip(plain_tip(words))


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
