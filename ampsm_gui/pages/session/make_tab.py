"""Makes the tabs of the session page. A tab's module is imported when it is wanted, which most of a start never is."""

from __future__ import annotations

from ampsm_gui.desktop import Desktop
from ampsm_gui.pages.tab import Tab, TabName


def make_tab(name: TabName, desktop: Desktop) -> Tab:
    """The tab of this name, not shown yet."""
    match name:
        case TabName.CONSOLE:
            from ampsm_gui.pages.console.tab import ConsoleTab

            return ConsoleTab(desktop)
        case TabName.CHANGES:
            from ampsm_gui.pages.changes.tab import ChangesTab

            return ChangesTab(desktop)
        case TabName.TOOL_CALLS:
            from ampsm_gui.pages.tool_calls.tab import ToolCallsTab

            return ToolCallsTab(desktop)
        case TabName.USAGE:
            from ampsm_gui.pages.usage.tab import UsageTab

            return UsageTab(desktop)
        case TabName.HISTORY:
            from ampsm_gui.pages.history.tab import HistoryTab

            return HistoryTab(desktop)
