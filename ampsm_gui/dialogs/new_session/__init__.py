"""The dialog for a new session."""
