"""A merge as the wizard shows it: `form` is what is asked for, and keeps it until the merge is over, `steps` the seven
steps with a fact each, before, during and after, `words` how checks and options are said, `message` what it starts
from.
"""
