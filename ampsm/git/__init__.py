"""Everything about git. Whatever writes, or touches index or worktree, is done by git's own command line: `command`,
which tells calls that only read from those that write (`calls` knows how they fail); `programs` says which programs of
the repository the former may run, by what was there when the session began. `git_files` is about pipes and links in the
place of files that are git's own.

To read: `objects` has commits, trees, blobs and refs, `repository` HEAD and what a session starts from, `branches` the
local branches, `status` and `diff` (with `shortstat`) what is changed, `hidden_edits` what git was told not to look at,
`unfinished` what waits for a person to finish it, `submodules` which those are and what nobody else has of them,
`content` what commits bring that people seldom want, `versions` one file before and after, `blame` who wrote its lines,
`location` which repository a path is in, `surroundings` what belongs to no branch, `traces` where things are and were,
`history` where a session's own commits begin, `containment` whether another branch has them, `signing` whether commits
can be signed.

To write: `refs` moves refs by compare-and-swap, `commits` makes commits by way of `staging`, `rewrite` squashes and
rebases, `target` moves a branch together with its `checkouts`, `patch` writes commits as mails, `push` and `github`
publish them. `snapshots` keeps a worktree as it is, `trash` one that goes; `worktree` makes and removes worktrees.
`pending` makes the tree of what is not committed yet, `prediction` asks git what a rebase would meet, by `trial_picks`
in a `quarantine`; `in_the_way` looks for files that git does not track where a checkout would write others.

Within a `way_out` git runs no hook and lets no required filter fail.
"""
