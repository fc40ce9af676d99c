"""What `doctor` looks at. Each check yields a `Finding` for what is wrong or worth knowing, with a repair where that
can lose no work; `findings` has what checks share.

`installation` looks at programs, settings and permissions, `database` at the file and `texts` at what is in it, `rows`
at what the store says against what the files say, `left` at what killed commands left, `places` at repositories,
worktrees and branches, `objects` at what git has of them, `pipes` at what git would wait for, `kept` at snapshots and
backups that are old, `outside` at what iterations changed beside their branches; `records` at the small files beside
the database, `misplaced` at what is no file or folder in the program's own places, `access` at what this user may not
read. `aside` puts what is damaged beside, never away.
"""
