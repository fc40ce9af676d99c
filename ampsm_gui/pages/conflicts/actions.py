"""What can be done on the page for conflicts."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent

from ampsm.model.conflicts import Choice
from ampsm_gui.look.plain import plain_tip


class ConflictEntry(NamedTuple):
    """An action: its name, words, keys as they are told, and what it does in a sentence."""

    name: str
    words: str
    keys: str = ""
    tip: str = ""
    icon: str = ""


CHOICES = {
    "takeTargetAction": Choice.TARGET,
    "takeSessionAction": Choice.SESSION,
    "takeBothAction": Choice.BOTH,
    "takeBothReversedAction": Choice.BOTH_REVERSED,
    "takeAncestorAction": Choice.BASE,
}
#: As the session's header names it too.
BY_AGENT = "Let the agent resolve"
#: The choices of a card, with their words there.
ROW = (
    ("takeTargetAction", "Target", "1"), ("takeSessionAction", "Session", "2"), ("takeBothAction", "Both", "3"),
    ("takeBothReversedAction", "Reversed", "Shift+3"), ("takeAncestorAction", "Ancestor", "0"),
    ("resetHunkAction", "Un-choose", "u"),
)  # fmt: skip
#: What is chosen for all open conflicts of a file; None takes back what is chosen.
WHOLE = {
    "openTargetAction": Choice.TARGET,
    "openSessionAction": Choice.SESSION,
    "openBothAction": Choice.BOTH,
    "resetFileAction": None,
}
STEPS = ("nextConflictAction", "previousConflictAction", "nextConflictChangeAction", "previousConflictChangeAction")
FILES = {"nextFileAction": 1, "previousFileAction": -1}
PROPOSED = ("compareProposalAction", "takeProposedHunkAction")
TOOLS = ("unresolveFileAction", "askAmpAction", "openFileEditorAction", "openMergeToolAction")

ENTRIES = (
    ConflictEntry("takeTargetAction", "Take Target", "1", "Take the target's lines"),
    ConflictEntry("takeSessionAction", "Take Session", "2", "Take the session's lines"),
    ConflictEntry("takeBothAction", "Take Both", "3", "Take the target's lines, then the session's"),
    ConflictEntry("takeBothReversedAction", "Take Both, Session First", "Shift+3",
                  "Take the session's lines, then the target's"),
    ConflictEntry("takeAncestorAction", "Take Ancestor", "0", "Take the lines that both began with"),
    ConflictEntry("resetHunkAction", "Un-choose", "U", "Forget what is chosen for this conflict"),
    ConflictEntry("resolveFileAction", "Resolve", "Ctrl+Enter", "Write this file, stage it and open the next"),
    ConflictEntry("unresolveFileAction", "Un-resolve", "", "Bring the three sides back; your choices stay", "undo"),
    ConflictEntry("askAmpAction", BY_AGENT, "",
                  "Let the agent resolve the conflicts; what it writes is a proposal",
                  "wand"),
    ConflictEntry("openFileEditorAction", "Open in Editor", "E", "Open this file in your editor", "code"),
    ConflictEntry("openMergeToolAction", "Open in Merge Tool", "T", "Open this file in the merge tool of your git",
                  "external"),
    ConflictEntry("compareProposalAction", "Compare", "C", "Compare the agent's text with what you chose, and back"),
    ConflictEntry("takeProposedHunkAction", "Take it for this conflict", "A",
                  "Make the agent's text your choice for this conflict"),
    ConflictEntry("nextConflictAction", "Next Conflict", "N"),
    ConflictEntry("previousConflictAction", "Previous Conflict", "P"),
    ConflictEntry("nextConflictChangeAction", "Next Change", "]"),
    ConflictEntry("previousConflictChangeAction", "Previous Change", "["),
    ConflictEntry("nextFileAction", "Next File", "Shift+N"),
    ConflictEntry("previousFileAction", "Previous File", "Shift+P"),
    ConflictEntry("openLeftFileAction", "Open", "Ctrl+Enter", "Open the next file that is not resolved"),
    ConflictEntry("conflictPanesAction", "Cards or Three Panes", "V"),
    ConflictEntry("openTargetAction", "Target for All Open Conflicts", "", "Take the target's side of every open one"),
    ConflictEntry("openSessionAction", "Session for All Open Conflicts", "",
                  "Take the session's side of every open one"),
    ConflictEntry("openBothAction", "Both for All Open Conflicts", "", "Take both sides, target first"),
    ConflictEntry("resetFileAction", "Un-choose All", "", "Forget what is chosen in this file"),
)  # fmt: skip

#: (key, with Shift) → action, wherever no text is written.
KEYS = {
    (Qt.Key.Key_1, False): "takeTargetAction", (Qt.Key.Key_2, False): "takeSessionAction",
    (Qt.Key.Key_3, False): "takeBothAction", (Qt.Key.Key_3, True): "takeBothReversedAction",
    (Qt.Key.Key_0, False): "takeAncestorAction", (Qt.Key.Key_U, False): "resetHunkAction",
    (Qt.Key.Key_N, False): "nextConflictAction", (Qt.Key.Key_P, False): "previousConflictAction",
    (Qt.Key.Key_N, True): "nextFileAction", (Qt.Key.Key_P, True): "previousFileAction",
    (Qt.Key.Key_BracketRight, False): "nextConflictChangeAction",
    (Qt.Key.Key_BracketLeft, False): "previousConflictChangeAction", (Qt.Key.Key_V, False): "conflictPanesAction",
    (Qt.Key.Key_C, False): "compareProposalAction", (Qt.Key.Key_A, False): "takeProposedHunkAction",
    (Qt.Key.Key_E, False): "openFileEditorAction", (Qt.Key.Key_T, False): "openMergeToolAction",
}  # fmt: skip


def make_actions(parent: QObject) -> dict[str, QAction]:
    """All of them, by their names. Their keys are the page's; those of resolving are its window's, whose next step it
    is."""
    found = {}
    for entry in ENTRIES:
        action = QAction(entry.words, parent)
        action.setObjectName(entry.name)
        action.setToolTip(plain_tip(tip_of(entry.name)))
        action.setAutoRepeat(False)
        found[entry.name] = action
    return found


def tip_of(name: str) -> str:
    """What an action does, and its keys."""
    entry = next(entry for entry in ENTRIES if entry.name == name)
    return f"{entry.tip or entry.words}{f' ({entry.keys})' if entry.keys else ''}"


def typed_action(event: QKeyEvent) -> str | None:
    """The name of the action that a key stands for. Shift counts where both are keys; elsewhere layouts differ in what
    needs it."""
    if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return None
    if event.text() == "#":
        return KEYS[Qt.Key.Key_3, True]
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    key = Qt.Key(event.key())
    return KEYS.get((key, shift)) or KEYS.get((key, not shift))
