"""A merge as a state machine that is stored step by step (SPEC section 6).

`merge` is the driver: preflight (`preflight`, its `checks`, the `plan` of what would be merged), then the `steps`
squash, rebase, test, patch and target, then the `ending`: push and cleanup, or a `pull_request` instead. `machine`
keeps the state on the disk before it is acted on, and halts where a person is needed. Killed anywhere, `resume` goes on
(`open_rebase` takes up a rebase that git has under way) and `abort` brings back what was before. `target_lock` lets
merges into one target wait for each other; `rebase_help` tells the agent what a rebase stopped at.
"""
