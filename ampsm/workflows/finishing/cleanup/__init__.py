"""Removing a session whose work is elsewhere, and bringing it back (SPEC section 6).

`plan` looks at everything and says what would go and what is found nowhere else. `cleanup` takes the snapshot, writes
the `note` and only then removes; whoever comes after a kill finishes what the note says. `restore` brings branch,
worktree, index and files back from the snapshot, and makes a worktree again that was deleted by hand; `lost_branch`
does that with a branch. `forget` takes a session off the list whose repository is gone for good.
"""
