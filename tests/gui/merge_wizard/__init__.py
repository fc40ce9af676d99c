"""The merge wizard: what it shows before, during and after a merge, and what it does.

`victim` is a window in a process of its own that brings a merge somewhere, to be killed there.
"""
