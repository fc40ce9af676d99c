"""The console: iterations as sections, events as rows, read only when they are shown."""
