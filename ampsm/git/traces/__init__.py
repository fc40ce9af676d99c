"""Where things are and were, by what git has written down: without starting git where every command asks.

`presence` tells whether a repository is still in its place, `reflog_files` where a branch was that is gone,
`unreachable` which commits nothing keeps any more, `stamps` whether something has moved.
"""
