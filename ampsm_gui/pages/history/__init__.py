"""The tab of what happened to a session: its steps as a table, one of them in `detail`, and the way back from the
last.
"""
