"""What belongs to a repository and to no branch: its configuration, hooks, stash, other refs, worktrees, the HEAD of
its main checkout; and the user's own configuration.

`look` sees all of it without starting git (`ref_files` reads the refs, `linked` the list of worktrees), `config` tells
one setting from another, `compare` says what has changed `between` two looks (`ref_changes` of the refs), each as a
`change` with its way back (`ways_back`), `lasting` whether that is still so, `main_checkout` whether git still takes
the main checkout for one.
"""
