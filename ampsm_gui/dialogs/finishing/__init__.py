"""The dialogs that finish a session or take that back: each shows first what would happen."""
