"""A merge as a state machine that is stored step by step (SPEC section 6).

`merge` is the driver, from the preflight (`preflight`, its `checks`, the `plan` of what would be merged, the `report`)
to the end. `machine` is the table: which step follows which, what each may wait for, what going on and giving up need.
`merging` keeps an open merge: every change is held against the table and on the disk before it is acted on. The work is
in `steps` (squash, rebase, test, patch), `target_step`, and `ending` (push, or a `pull_request` instead, cleanup);
`outcome` is the answer. Killed anywhere, `resume` goes on (`open_rebase` takes up a rebase that git has under way) and
`abort` brings back what was before. `options` refuses what cannot be done before anything begins; `target_lock` lets
merges into one target wait for each other; `rebase_help` tells the agent what a rebase stopped at.
"""
