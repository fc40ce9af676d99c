"""The merge wizard: a merge or rebase from its checks to its end, beside the window. `wizard` holds steps, pages and
foot together; `mode` decides which page a session needs now, `state` is what is known, `showing` shows it, `deeds` are
what a person does besides merging.

`check_page` is what stands before a merge (`checking` asks for checks and outlook, `cures` say what helps, `leaving`
what a cleanup loses),
`course_page` what is at work, waits or is over; `conflicts` is what the wizard asks of the page for conflicts, which it
is given. `head` is the sentence above, `foot` the buttons below, `frame` how they are laid out; `words` are the
sentences, and `work` the commands.
"""
