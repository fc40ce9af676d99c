"""The sessions of all repositories, as the list and the table show them.

`SessionTable` holds the rows that the core's overview has read. `filter` says which are listed; `order` where each
stands: by need of attention, decided when its status changes and kept until it does again, so that rows do not jump
under the pointer. `keyed_rows` becomes another list by as few removals, moves and insertions as it takes. `text` is
what a cell says, to eyes and to a screen reader.
"""
