"""The pane of all sessions."""
