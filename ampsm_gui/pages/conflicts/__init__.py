"""The page for conflicts, which the merge wizard holds at its step of this name.

`ConflictPage` shows the files and one of them. `actions` is what can be done, `judging` when. `chooser` keeps choices
as drafts one after the other, `resolver` resolves a file by a command once they are kept. `stage` holds what a file is
shown in, `side` the files; `programs` opens a file elsewhere.
"""
