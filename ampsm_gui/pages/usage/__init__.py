"""The tab of what a session spent."""
