"""The tool calls of a session, live, and their sums by tool."""
