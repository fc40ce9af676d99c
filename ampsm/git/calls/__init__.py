"""What `command` knows of the calls of git that it makes: `failures` tells from git's words what kind of failure one
was, `way_out` what is set for the calls that lead out of a state."""
