"""Dialogs that finish a session or take that back. Each is a `SessionDialog`: it reads a preview, says what would
happen, allows its verb when that can work, and tells by `outcome` what was done.
"""
