"""The tool calls of a session.

`CallBook` reads them once and then only what has come since; it numbers them and nests those that sub-agents made.
`table` filters and orders a hundred thousand of them without a proxy; `summary` holds the sums by tool,
`closely` one call with all that it said.
"""
