"""What works without widgets: commands and followers in processes, reads on a pool, the watch on the store, timers, the
search for `garbage`. QtCore only.
"""
