"""What every page of the window is given, built once: the desktop's counterpart of the core's Context."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from ampsm.workflows.upkeep import is_of_demo
from ampsm_gui.look.theme import Theme
from ampsm_gui.runtime.background import Background
from ampsm_gui.runtime.command import Commands
from ampsm_gui.runtime.garbage import collect_here
from ampsm_gui.runtime.git_watcher import GitWatcher
from ampsm_gui.runtime.merge_watcher import MergeWatcher
from ampsm_gui.runtime.store_watcher import StoreWatcher
from ampsm_gui.runtime.workspace import Workspace


@dataclass
class Desktop:
    """Theme, the database, reads, commands, the watch on store and git, and what the window remembers."""

    theme: Theme
    workspace: Workspace
    background: Background
    commands: Commands
    watcher: StoreWatcher
    git_watcher: GitWatcher
    merge_watcher: MergeWatcher
    state: QSettings
    #: Whether the database is a demo's, not one's own.
    demo: bool = False

    def close(self) -> None:
        """Ends what runs for the window; iterations go on."""
        self.watcher.stop()
        self.git_watcher.stop()
        self.merge_watcher.stop()
        self.commands.close()
        self.background.close()
        self.state.sync()


def open_desktop(theme: Theme, database: str | None = None, amp_path: str | None = None) -> Desktop:
    """Everything for one window on one database, with the watch running."""
    collect_here()
    workspace = Workspace(database, amp_path)
    with workspace.open() as context:
        state = QSettings(str(context.paths.data_dir / "window.ini"), QSettings.Format.IniFormat)
        demo = is_of_demo(context.paths.database)
    watcher = StoreWatcher(workspace)
    git_watcher = GitWatcher(workspace)
    background, commands = Background(workspace), Commands(workspace)
    watcher.found.connect(background.ask_again)
    for watch in (watcher, git_watcher):
        watch.start()
    return Desktop(theme, workspace, background, commands, watcher, git_watcher, MergeWatcher(workspace), state, demo)
