"""The tab of what a session changed."""
