"""The changed files: as a tree, and as a field that opens it."""
