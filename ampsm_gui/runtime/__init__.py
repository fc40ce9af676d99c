"""What works without widgets: commands, followers, reads on a pool, the watch on the store. QtCore only."""
