"""The dialog for a new session: `fields` are its fields and what is said below them, `dialog` checks them while they
are filled in and creates the session.
"""
