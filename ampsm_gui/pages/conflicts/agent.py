"""The agent at the conflicts that wait: seen at work, stopped, watched, and what has come of it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from ampsm.workflows.finishing import AgentAtConflicts
from ampsm_gui.desktop import Desktop
from ampsm_gui.models.conflicts.agent import AgentSaid, read_agent, said_of
from ampsm_gui.pages.conflicts.actions import BY_AGENT
from ampsm_gui.runtime.background import ignore
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.widgets.messages.strip import Button, Strip
from ampsm_gui.widgets.tick import Tick

_SECOND_MS = 1000
#: The last iteration of each session whose end somebody has read, and how much was said of other files by then.
_READ = "conflicts/agentRead"


class AgentStanding(QObject):
    """Whoever has asked it, here or in a terminal, now or before the window was opened."""

    #: It has begun, or ended.
    changed = Signal()
    #: It is to be asked once more.
    again = Signal()
    #: Its console is to be shown.
    watch_requested = Signal()
    failed = Signal(object)

    def __init__(self, desktop: Desktop, session_id: str, strip: Strip, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop, self._session, self._strip = desktop, session_id, strip
        self._found: AgentAtConflicts | None = None
        self._stopping = False
        self._tick = Tick(strip, self._show)
        desktop.watcher.changed.connect(self.refresh)

    @property
    def works(self) -> bool:
        """Whether it is at work on the files now."""
        return self._found is not None and self._found.works

    @Slot()
    def refresh(self) -> None:
        """Reads anew how it stands."""
        read = partial(read_agent, session_id=self._session)
        self._desktop.background.ask((self, "agent"), read, self._on_read, ignore)

    def clear(self) -> None:
        """Nothing is in conflict any more."""
        self._on_read(None)

    def stop(self) -> None:
        """Ends it; what it has written so far is a proposal."""
        self._stopping = True
        command = self._desktop.commands.run("stop", self._session)
        command.failed.connect(self._on_not_stopped)
        self._show()

    @Slot(object)
    def _on_not_stopped(self, error: CommandError) -> None:
        self._stopping = False
        self._show()
        self.failed.emit(error)

    def _on_read(self, found: AgentAtConflicts | None) -> None:
        worked, self._found = self.works, found
        self._stopping = self._stopping and self.works
        self._tick.set_pace(_SECOND_MS if self.works else 0)
        self._show()
        if worked != self.works:
            self.changed.emit()

    @Slot()
    def _show(self) -> None:
        found = self._found
        said = said_of(found, datetime.now(UTC)) if found is not None else None
        if found is None or said is None or (not found.works and self._is_read(found)):
            self._strip.clear()
            return
        self._strip.show_message(said.token, said.sentence, self._buttons(found, said))

    def _buttons(self, found: AgentAtConflicts, said: AgentSaid) -> list[Button]:
        if found.works:
            stop = [] if self._stopping else [("Stop", self.stop)]
            return [("Watch", self.watch_requested.emit), *stop]
        buttons: list[Button] = []
        if said.again:
            buttons.append((BY_AGENT, self.again.emit))
        buttons.append(("Show its log", self.watch_requested.emit))
        if said.command:
            buttons.append(("Copy command", partial(QGuiApplication.clipboard().setText, said.command)))
        return [*buttons, ("Dismiss", self._dismiss)]

    def _dismiss(self) -> None:
        if self._found is not None:
            self._desktop.state.setValue(f"{_READ}/{self._session}", _what_is_said(self._found))
        self._show()

    def _is_read(self, found: AgentAtConflicts) -> bool:
        return str(self._desktop.state.value(f"{_READ}/{self._session}", "")) == _what_is_said(found)


def _what_is_said(found: AgentAtConflicts) -> str:
    """What tells apart two things that are said: by then something may have become of other files, too."""
    return f"{found.iteration.number}/{found.told}"
