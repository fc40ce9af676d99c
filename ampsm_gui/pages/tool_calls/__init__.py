"""The tab of a session's tool calls."""
