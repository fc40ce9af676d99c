"""The main window: panes, menus, status bar, what it remembers."""
