"""The page for conflicts, which the merge wizard holds at its step of this name.

`ConflictPage` shows the files and one of them. `reading` knows which they are and which one is open, `showing` shows
it, `moving` goes from one to another, `deciding` says what becomes of hunks, `asking` reads what else is wanted of
one. `actions` is what can be done, `judging` when, `next_step` what comes next. `chooser` keeps choices as drafts one
after the other, `resolver` resolves a file by a command once they are kept. `stage` holds what a file is shown in,
`side` the files; `programs` opens a file elsewhere, `merged` shows one that git has put together, `memory` lets git
remember, `agent` is how the agent stands. `wiring` connects all of them.
"""
