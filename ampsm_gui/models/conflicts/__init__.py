"""The conflicts of a merge that waits, as the window shows them.

`source` is what the pool is asked, `ahead` loads it, `order` is how the files stand. `HunkTexts` (`texts`) are the
hunks of one file and what is chosen for them: a choice counts in the window at once and is put right by the core's
answer. `code` is lines to be painted with numbers, changed words and colours; `hunk_lines` makes them of a hunk,
`panes` of a whole file in three columns. `words` are the sentences, `preview` is what a file without hunks is on
either side, `agent` what is said of the agent at work and of what it proposes.
"""
