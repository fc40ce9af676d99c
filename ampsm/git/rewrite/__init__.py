"""Rewriting a session's commits.

`replay` makes commits again on another parent and `squash` one of many, by objects alone: no ref, index or file is
touched. `rebase` is git's own, in the worktree, where it may stop at conflicts; `resolving` stages those that count as
resolved, `remembering` what git resolves as it was resolved before, `arrivals` tells which paths it would write anew,
`line_ends` keeps it from taking line ends for edits. `stages` are the sides of paths in conflict as the index has them,
`worktree_seen` all that one reading asks of a worktree,
`merged_by_git` what it put together without asking, `left_by_git` what git left in the worktree for them,
`settled_file` writes what one becomes (`unwritable` says why not), `index_change` stages it. `other_files` tells what
else has changed in the worktree since, `rebase_files` what has in git's own files of a rebase, and both put it back.
`redone` finds out from the commits alone what git merged at a stop: so `lost_conflicts` tells what an index has lost,
and `found_again` brings it back; `left_markers` are those that would be committed, and `held_up` is all that keeps a
stop from going on.
"""
