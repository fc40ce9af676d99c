"""Dialogs: for what needs input, or cannot simply be taken back.

Each ends in one command, which it also offers to copy: `CommandDialog` runs it, shows what it says and stays open when
it fails. `finishing` holds those that squash, rebase, undo and clean up, `new_session` the form for a new one. The
`merge_wizard` stays beside the window while a merge goes on.
"""
