"""The changed files: `FileTree` with its filter and totals, and `FileField`, which replaces it where there is little
room.
"""
