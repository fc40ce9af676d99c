"""The merge wizard: a merge or rebase from its checks to its end, beside the window. `wizard` holds steps, pages and
foot together, `wiring` connects them, `placement` says where the window stands, `keys` where the keys go. `following`
reads where the session is, `mode` decides which page it needs now, `state` is what is known, `showing` shows it;
`filling` keeps what is filled in, for a merge and for a rebase. `stepping` does what the one button says,
`side_actions` are what a person does besides, `work` the commands, `trouble` what one said when it failed.

`check_page` is what stands before (`checking` asks for checks and outlook, `cures` say what helps, `foreseen` what is
made of what, `leaving` what a cleanup loses), `course_page` what is at work, waits or is over, with the
``script_output`; `conflicts` is what the wizard asks of the page for conflicts, which it is given, `last_tests` the
tests after the last of them. `head` is the sentence above, `foot` the buttons below, `frame` how they are laid out;
`words` are the sentences.
"""
