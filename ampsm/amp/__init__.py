"""Everything about Amp. Its releases differ; outside of this room nobody knows their options and words.

`locate` finds the program, `capabilities` learns from its help what it can do, `command` builds the command line for
that, `authentication` runs the user's login command, and `running` runs Amp. `output` turns what it writes into events
(`terminal` takes out escapes), `failures` its end into an error. `threads` asks about a thread outside of a run;
`prices` knows what tokens cost. `demo_agent` is a program that behaves like Amp and needs no account.
"""
