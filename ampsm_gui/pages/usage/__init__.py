"""The tab of what a session spent: `figures` at the top, `plots` by iteration, tables that say the same."""
