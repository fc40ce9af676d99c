"""Where a person writes for the next iteration: the `box` with its button, and above it the `queue` of what waits."""
