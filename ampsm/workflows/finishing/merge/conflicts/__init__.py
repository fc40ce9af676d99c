"""The conflicts of a rebase or merge that waits, file by file (SPEC section 12).

What git wrote into the files is never read for it: `hunks` puts the line diffs of the three blobs together and makes a
text out of what was chosen for each hunk; `texts` turns its bytes into what people read, and what they write into bytes
of that file. `verify` compares what a result does to the target with what the session did to the base, `merged_file`
the same of one that git has put together, `origins` says which commits made a hunk. `remember` lets git put in again
what was resolved before.

`waiting` proves that a rebase waits there. `conflicted` finds the paths in conflict, resolved ones too, and what git
merged by itself; `placed` and `renames` know where else the sides have them. `kinds` says of which kind each is and
what may be chosen for it, `sentences` what the sides did, `files` how it stands, `whole` what the sides have of it and
`outcomes` what it can become. What was chosen is kept by `drafts`; `laid` makes lines of it, and keeps what was
`recently_used`. `reading` answers, `explain` what is asked of one file or hunk, `choose` writes drafts and nothing
else; `resolve` puts a file into worktree and index (`refusals` says why not yet), `unresolve` brings its conflict back,
`bring_back` those that the index has lost; `line_ends` lets files follow rules that are in conflict too. `merge_tool`
is the program that git knows for conflicts. `proposed` is what the agent does there, and what it proposes; `matching`
finds its text for each hunk.
"""
