"""The changed files: `FileTree` with its filter and sums, and `FileField`, which stands for it where there is little
room.
"""
