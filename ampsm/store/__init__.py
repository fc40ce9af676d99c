"""The SQLite file: an index of journals and record files, made again from them when it is lost. The only room with SQL.

`opening` makes, migrates or refuses a file, after `header` has looked at its first bytes; `connection` is the open
`Store`. `schema` has the tables and `migrations` the way to them. `sessions`, `iterations`, `telemetry` (with
`usage_columns`) and `merges` read and write rows; `overview` sums up for the list. `unsettled` is what readers see in
place of rows that a dead worker left. `errors` words what SQLite says; `inspection` looks at a file for `doctor`
without changing it, `texts` for texts that cannot be read; `stored_json` reads JSON in columns.
"""
