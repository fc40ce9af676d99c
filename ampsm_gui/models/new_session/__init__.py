"""What a new session is asked for with, and what the core says about it meanwhile."""
