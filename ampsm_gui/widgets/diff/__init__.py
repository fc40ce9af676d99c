"""A diff: laid out, painted, selected, searched, with the bar above it and the overview beside it."""
