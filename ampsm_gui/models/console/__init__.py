"""What the console shows: the journals of a session, one iteration each, and the steps between them.

`iterations` reads which there are and what came between them. A `Section` is one iteration: the byte offsets of those
events in its journal that are rows, so that a million rows are a million numbers, read by `reading`; `heading` says
what its header tells. `row_places` puts sections, and below each the steps that came after it, below one another as a
Qt model; `SectionRows` takes in what was read and asks, by signals, for rows of sections that are unfolded and for the
`Entry` (an event, decoded) of rows that come into sight. `sub_agents` unfolds the steps of sub-agents. `note` words
rows of one line. `ConsoleModel` adds what a person does: fold, show thinking, show the agent's own lines; what calls
have said it asks for by `results` when they come into sight. `search` finds text in the files, whether folded or not.
Only functions that run on the pool read files.
"""
