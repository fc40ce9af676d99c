"""The commands, one module a family. A module is imported when its command is wanted (the table is in
`ampsm_cli.group`), and itself imports workflows only inside its functions."""
