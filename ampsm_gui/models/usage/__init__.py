"""What a session spent: `figures` has the sums at the top, the words of a plot's tooltip and the CSV; `tables` the
rows by model and by iteration. What is not known stays unknown; it never counts as zero.
"""
