"""Files that git reads and writes by itself, where an agent may have put something else in their place.

`pipes` names one that git waits for, also among what `config_names` finds outside the repository; `links` keeps git
from writing where a link leads; `pointers` reads which folders git's own files name, `includes` which files a
configuration includes; `index_file` tells whether an index can be one, and what is marked in it.
"""
