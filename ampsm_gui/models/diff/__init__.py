"""A diff, from git's patch text to rows.

`patch` splits git's output into files and reads one (`path` unquotes their names); `lines` keeps very many lines
cheaply. `DiffDocument` joins the lines of a file with the whole file where that is known: then the parts between the
hunks can be opened, and `syntax` colours and changed `words` are right. `DiffRows` are its rows, unified or side by
side, with folds. Documents are made on the pool; afterwards only folds change. `search` finds text without looking at
lines one by one.
"""
