"""The page of one session.

`SessionPage` shows what `reader` reads: state and next step in the `header` (with `model_field`, `step_buttons` and
`place_line`), figures on the `tabs`. `notes` keeps what is written for each session and what waits in its queue;
`messages` shows what commands reported; `files` goes to files that an agent named. Tabs are made by `make_tab` when
they are wanted, and only the one in front reads.
"""
