"""Snapshots of whole worktrees, taken before one is removed, and the way back.

`contents` says what there is to keep. `snapshot` takes one: a commit with every file, ignored ones too, out of `blobs`
and `index_snapshot`. `restore` builds the worktree again out of sight and puts it in place in one step; `lost_worktree`
does so without a snapshot, when somebody deleted the folder. `as_they_are` stages files without converting them.
"""
