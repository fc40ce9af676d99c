"""The dialogs that squash, rebase, merge, abort, undo and clean up. Each is a `SessionDialog`: it reads a preview,
says what would happen, enables its button when that can work, and reports by `outcome` what was done.
"""
