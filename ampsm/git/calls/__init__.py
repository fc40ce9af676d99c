"""What `command` knows of the calls of git that it makes: `failures` tells from git's words what kind of failure one
was, `conversion` that it cannot take files as what is set for them says; `way_out` is set for the calls that lead out
of a state."""
