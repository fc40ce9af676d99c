"""A patch read, its lines, and the rows in which it is shown."""
