"""One session: when its page is read anew, and with what its worktree is opened."""
