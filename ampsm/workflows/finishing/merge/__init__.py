"""A merge as a state machine that is stored step by step (SPEC section 6).

`merge` is the driver, from the `preflight` (the `plan` of what would be merged, what is `asked`, the `checks`,
`checks_of_content` and `signing`) to the end. One table, `CHECKS` in `preflight`, says what must be fine: a preflight
tells it, a merge begins with it, a rebase alone and the moving of the target ask those of it that are about them.
`machine` is the table of steps: which follows which, what each may wait for, what going on and giving up need.
`merging` keeps an open merge: every change is held against the table and on the disk before it is acted on. The work
is in `steps` (squash, rebase, test, patch) and `ending` (target, push or a `pull_request`, cleanup); `outcome` is the
answer. Killed anywhere, `resume` goes on (`going_on` says what forbids it: conflicts that the index has lost, and
markers; `gone_on` what an agent has done of it by itself) and `abort` brings back what was before. `target_lock` lets
merges into one target wait for each other; `rebase_help` tells the agent what a rebase stopped at, `proposals_taken`
what is taken of that, `unharmed` whether the target is as people left it. Options that do not go together are
`contradictions`. The files that a rebase stopped at are a room of its own, `conflicts`. `outlook` says what a merge
would make of what, `course` how one stands or ended, step by step (`commands` are those that each step runs),
`continue_tests` what the test script says of one that stopped at conflicts, all resolved.
"""
