"""What can be done with the chosen session.

`table` lists the actions: words, icon, keys, and why one cannot work now. `SessionActions` does them: each is a command
or a dialog (`dialogs`) that ends in one, or the wizard (`merging`), and `outcomes` words what it has done.
Pages follow by signals: `began`, `done`, `failed`.
"""
