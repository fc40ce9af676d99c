"""What the console shows: the journals of a session, one iteration each.

A `Section` is one iteration: the byte offsets of those events in its journal that are rows, so that a million rows are
a million numbers. `SectionRows` puts sections below one another as a Qt model and asks, by signals, for rows of
sections that are unfolded and for the `Entry` (an event, decoded) of rows that come into sight. `ConsoleModel` adds
what a person does: fold, show thinking, show the agent's own lines. `search` finds text in the files, whether folded or
not. Only functions that run on the pool read files.
"""
