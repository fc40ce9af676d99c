"""What joins widgets, models and the core: the main window, its panes, the tabs of a session.

A page is given the `Desktop`. It asks the core by `desktop.background.ask(…)`, which drops late answers, and acts by
`desktop.commands.run(…)`. `window` holds `sessions` (the list) and `session` (the chosen one); that holds the tabs,
each in a room of its own, as a `Tab` that is known by its `TabName`. What can be done stands in `actions`,
and `opener` starts the user's own programs.
"""
