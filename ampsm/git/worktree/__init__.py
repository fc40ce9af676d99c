"""Linked worktrees, and what lies in them.

`worktrees` makes and lists them, `half_made` takes back one that was not finished, `hidden_folders` keeps the program's
own folders out of `git status`. `vacancy` tells whether a place is free, `proof` whether a folder is the worktree that
was recorded, `administration` what somebody damaged of git's folder for it, `emptied` whether somebody took all of its
files, `existing` which one people mean. `folder_scan` lists what lies in one, `ignored` and `nested` what git's own
lists leave out, `permissions` what the system would not let this user delete, `mounts` what is mounted in it; `removal`
deletes one, proved first; `writable` tells whether git could write there, `convertible` whether it could convert
what it writes; `submodules` follow a branch that was put on other commits.
"""
