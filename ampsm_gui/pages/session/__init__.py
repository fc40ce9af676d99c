"""The page of one session: its head, its tabs, its messages, its notes."""
