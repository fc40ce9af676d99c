"""The tab of a session's tool calls: filters in the `head`, the table, one call in `detail`, the sums by tool."""
