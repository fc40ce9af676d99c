"""The notes below a session: the draft of each session, what is sent, and the follow-ups that wait."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ampsm_gui.desktop import Desktop
from ampsm_gui.models.notes.keeper import NotesKeeper
from ampsm_gui.pages.actions.session_actions import SessionActions
from ampsm_gui.runtime.given import given
from ampsm_gui.runtime.timers import single_shot
from ampsm_gui.widgets.notes.box import NotesBox

_DRAFT_MS = 400


class SessionNotes(QObject):
    """Fills the box for the session that is shown. What was being written stays with the session before."""

    #: A follow-up was edited or removed.
    queue_changed = Signal()

    def __init__(self, desktop: Desktop, actions: SessionActions, page: QWidget) -> None:
        super().__init__(page)
        self._desktop = desktop
        self._actions = actions
        self._page = page
        self._keeper = NotesKeeper(desktop.state)
        self._id: str | None = None
        self._queue: list[dict[str, str]] = []
        self._draft = single_shot(self, _DRAFT_MS, self.keep_draft)
        self.box = NotesBox(desktop.theme, page)
        self.box.edited.connect(self._draft.start)
        self.box.submit_requested.connect(self._on_submit)
        self.box.edit_requested.connect(self._on_edit_queued)
        self.box.remove_requested.connect(self._on_remove_queued)

    def show_session(self, session_id: str | None) -> None:
        """Another session, or none."""
        self.keep_draft()
        self._id = session_id
        self._show_queue([])
        self.box.set_notes(self._keeper.draft(session_id) if session_id else "")

    def show_view(self, view: dict[str, Any]) -> None:
        """What the box says and offers for a session as it is now."""
        session, number = view["session"], len(view["iterations"]) + 1
        running = session["status"] == "running"
        words = f"Notes for iteration {number} (may be empty)"
        if running:
            words = "Notes for the next iteration; queued while this one runs"
        elif session["cleanedUpAt"]:
            words = "The session is cleaned up; restore it to go on"
        enabled = self._actions.action("iterateAction").isEnabled()
        self.box.set_state(running=running, placeholder=words, enabled=enabled)
        self._show_queue(view["queue"])
        self.box.set_earlier(self._keeper.earlier(session["id"], view["iterations"]))

    # For the actions

    def take_notes(self) -> str:
        """What is written, which is then on its way."""
        notes = self.box.notes()
        if self._id:
            self._keeper.add_sent(self._id, notes)
            self._keeper.keep_draft(self._id, "")
        self.box.set_notes("")
        return notes

    def give_back(self, session_id: str, notes: str) -> None:
        """What could not be sent is there again, unless something else is being written."""
        if session_id == self._id:
            if not self.box.notes():
                self.box.set_notes(notes)
                self.keep_draft()
        elif not self._keeper.draft(session_id):
            self._keeper.keep_draft(session_id, notes)

    # Slots

    @Slot()
    def keep_draft(self) -> None:
        """Remembers what stands in the box."""
        self._draft.stop()
        if self._id:
            self._keeper.keep_draft(self._id, self.box.text.toPlainText())

    @Slot()
    def _on_submit(self) -> None:
        self._actions.action("iterateAction").trigger()

    @Slot(str)
    def _on_edit_queued(self, entry_id: str) -> None:
        from ampsm_gui.dialogs.follow_up import FollowUpDialog

        entry = next((found for found in self._queue if found["id"] == entry_id), None)
        if self._id and entry:
            dialog = FollowUpDialog(self._desktop, self._id, entry, self._page.window())
            dialog.done_with.connect(given(self._on_queue_of, self._id))
            dialog.open()

    @Slot(str)
    def _on_remove_queued(self, entry_id: str) -> None:
        if self._id:
            command = self._actions.run(self._id, "queue", self._id, "--remove", entry_id)
            command.succeeded.connect(given(self._on_queue_of, self._id))

    def _on_queue_of(self, session_id: str, document: dict[str, Any]) -> None:
        if session_id == self._id:  # else another one is shown meanwhile
            self._show_queue(document.get("queue", []))
            self.queue_changed.emit()

    def _show_queue(self, entries: list[dict[str, str]]) -> None:
        self._queue = entries
        self.box.set_queue(entries)
