"""The demo agent: a program that behaves like `amp -x --stream-json`, without a model, network or account.

It edits files, runs commands and continues threads in the folder it is started in; what it does is scripted, what it
reports is true. `[[demo:NAME]]` in the prompt picks one of the `scenarios`; AMPSM_DEMO_SPEED divides the pauses
(2: twice as fast, 0: none). `__main__` reads the command line, `agent` says things as Amp does, `tools` runs what it
calls, `cancelling` ends it on a signal. Standard library only, and nothing else of this project: it is another program.
"""
