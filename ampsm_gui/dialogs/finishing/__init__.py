"""The small dialogs that commit, squash, rebase, abort, undo and clean up; a merge has a wizard of its own.
Each is a `SessionDialog`: it reads a preview,
says what would happen, enables its button when that can work, and reports by `outcome` what was done.
"""
