"""Opens a conflicted file in the editor or the merge tool of the user."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ampsm.context import Context
from ampsm.model.errors import quoted
from ampsm.workflows.finishing import merge_tool
from ampsm.workflows.status import view_session
from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.opener import WorktreeOpener
from ampsm_gui.runtime.command import CommandError
from ampsm_gui.runtime.given import given


class ConflictPrograms(QObject):
    """What they do to the file is seen by whoever watches the merge."""

    failed = Signal(object)
    #: The merge tool was opened or has ended.
    tool_changed = Signal()

    def __init__(self, desktop: Desktop, session_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._background = desktop.background
        self._session = session_id
        self._commands = desktop.commands
        self._tools: set[str] = set()
        self._opener = WorktreeOpener(desktop.background, self)
        self._opener.failed.connect(self._on_not_opened)

    def open_editor(self, path: str, line: int | None) -> None:
        """At a line of the file."""
        read = partial(_place_of, session_id=self._session, path=path)
        self._background.ask((self, "place"), read, partial(self._on_place, line), self._on_failed)

    def open_merge_tool(self, path: str) -> None:
        """The merge tool of git; it stages the file itself when it is done, also when this page is closed before."""
        if path not in self._tools:
            read = partial(_tool_of, session_id=self._session)
            self._background.ask((self, "tool"), read, partial(self._on_tool, path), self._on_failed)

    def in_tool(self, path: str) -> bool:
        """Whether the merge tool has a file open."""
        return path in self._tools

    def _on_tool(self, path: str, found: tuple[str | None, str]) -> None:
        tool, folder = found
        if tool is None:
            hint = "git config --global merge.guitool meld"
            self.failed.emit(CommandError("cannot-open", "git knows no merge tool", hint, 1, {}))
            return
        options = ("-C", folder, "--literal-pathspecs", "-c", "mergetool.keepBackup=false")
        command = self._commands.run_program("git", *options, "mergetool", f"--tool={tool}", "--no-prompt", "--", path)
        self._tools.add(path)
        command.failed.connect(given(self._on_not_merged, folder))
        command.ended.connect(given(self._on_ended, path))
        self.tool_changed.emit()

    def _on_not_merged(self, folder: str, error: CommandError) -> None:
        self.failed.emit(error._replace(code="cannot-open", hint=f"git -C {quoted(folder)} mergetool"))

    def _on_ended(self, path: str) -> None:
        self._tools.discard(path)
        self.tool_changed.emit()

    def _on_place(self, line: int | None, place: str) -> None:
        self._opener.open_file(self._session, place, line)

    def _on_not_opened(self, _session: str, error: CommandError) -> None:
        self.failed.emit(error)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(error)


def _tool_of(ctx: Context, session_id: str) -> tuple[str | None, str]:
    return merge_tool(ctx, session_id), str(view_session(ctx, session_id).session.worktree)


def _place_of(ctx: Context, session_id: str, path: str) -> str:
    return f"{view_session(ctx, session_id).session.worktree}/{path}"
