"""One session: when its page is read again, and which program opens its worktree.

`reading` compares the session's row before it asks git a dozen questions. `opening` knows editors, terminals and file
managers; `file_search` says where a file is that an agent named.
"""
