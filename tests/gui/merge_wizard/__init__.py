"""The merge wizard: what it shows before, during and after a merge, and what it does."""
