"""The tab of what happened to a session."""
