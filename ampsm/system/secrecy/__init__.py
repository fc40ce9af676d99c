"""Secrets: where they are kept, how they are found in texts, and taken out.

`secrets` keeps them in the keyring or the config file; `plain_secrets` finds those that stand in files and environment
before the settings are read. `redaction` takes them out of texts. It asks `first_look`, which costs little, whether
there can be any; `close_look` says where, for every form of `secret_forms` and whatever is shaped like a key
(`key_shapes`), as they stand, as they read, and as Markdown shows them (`markup`). `key_blocks` takes out keys that
come line by line.
"""
