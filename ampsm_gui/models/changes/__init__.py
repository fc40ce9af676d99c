"""What a session changed: the sources to choose from, their files as a tree, and one file in detail.

`sources` reads what there is to choose (everything, what is not committed, an iteration, a commit) and the patch of one
of them. `ChangesTree` shows the files. `file` makes of one file a `FileView`: a diff (see `models.diff`), two pictures,
or a sentence. `viewed` remembers which files a person has looked at.
"""
