"""What things are, with the rules that need nothing but them. Standard library only; all other rooms stand on it.

`session` has sessions and iterations, `telemetry` what an iteration spent and did, `merge` what a merge goes through
and how it can end, `conflicts` what it may stop at; `transitions` says what an ended iteration or test script makes of
a session, `test_counts` reads how many tests failed. `record` makes their classes and their JSON, cheaply enough for
thousands. `errors` has every error code with its exit code, `arguments` how hints name files, `settings` every setting.
`naming` names sessions, branches and commits, `phrases` puts numbers, names and failures into sentences.
"""
