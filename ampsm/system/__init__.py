"""The operating system: processes, files, locks, environment, secrets. It knows neither git nor Amp.

`processes` starts and ends programs, as the only user of `subprocess`. On it stand `calls` (run to their end, ended by
a stop), `child` (read while it works), `watching` (read to its end, or told to stop), `probe` (asked something within a
time limit), `process_tree` (what an iteration left running), `programs` (others at work in a folder) and `stopping`
(Ctrl-C as a request). `locks` (with `holders`) says who may write in a session, `activity` who does now.

`paths` knows where everything lives. `files` writes files whole; `own_folder` does so in folders where an agent can
write, too, and follows no link there, as `unfollowed` for locks and journals; `plain_files` reads without waiting for
anybody; `seen_files` puts one where others write at the same moment. `record_file` keeps small typed records in them,
`os_errors` words what goes wrong, `access` what keeps this user out. `configuration` has the settings in force, out of
`config_file`, `environment` and the keyring; what is secret in them and in texts is the matter of `secrecy`, which
looks at texts as they read (`readable`), without what nobody sees (`unseen`) and with what is written out (`escapes`).
`test_leftovers` recognises the files that a test script left.
"""
