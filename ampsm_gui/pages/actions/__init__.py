"""What can be done with the chosen session.

`table` lists the actions: words, icon, keys, and why one cannot work now. `SessionActions` does them: each is a command
or a dialog (`dialogs`) that ends in one, what came of it is worded by `outcomes`, and `opener` starts the programs of
the user. Pages hear of it by signals: `began`, `done`, `failed`.
"""
