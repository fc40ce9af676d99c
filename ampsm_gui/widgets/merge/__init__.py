"""What the merge wizard is made of: `steps_list` the steps at its left, `checks_list` the checks with their cures
(`check_cells` paints its rows), `options` what can be chosen, `graph` the commits before and after.
"""
