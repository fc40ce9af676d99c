"""An iteration of a session while a rebase waits for its conflicts: what it proposes, and nothing else of it stays
(SPEC section 5.2).

`record` keeps how everything was before the agent began, what it made of the files in conflict, and what was taken back
of the rest. `taking_back` looks, and does it, with the files `besides`; `words` says it. What was killed in the middle,
or failed, is done by whoever holds the session next; `since_killed` tells what may be a person's by then, and stays.
`holding` finds what of all that is said is still so.
"""
