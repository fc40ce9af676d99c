"""What happened to a session, newest first: `table` holds the steps (iterations, test runs, commits, squash, rebase,
merge), `facts` tells one of them in a sentence and by name; `tests` puts into words how the tests went.
"""
