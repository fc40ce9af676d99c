"""The changed files of a session, and of what their diff can be taken."""
