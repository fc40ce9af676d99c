"""What works without widgets: commands and followers in processes, reads on a pool, the watches on store and git,
timers, slots that are `given` arguments before, the search for `garbage`. QtCore only.
"""
