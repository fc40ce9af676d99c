"""Plots by iteration: `Plot` is what they share (title, legend, grid, an iteration that is chosen); `bars` and
`steps` draw, `scale` finds round figures, `tip` says all figures of the iteration that is chosen. `sparkline` is the
small one of rows.
"""
