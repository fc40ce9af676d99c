"""The sessions: one view that is a rail, a list or a table.

`SessionList` knows when rows must keep their places and which are in sight; `newcomers` says at its edge what has come
out of sight; `columns` are those of the table. The
`delegate` paints whole rows with `row_style` and `row_text`, which keep what they have made: a thousand cells are
painted while somebody scrolls. `head` stands above, with the filter's field and the chips; `no_sessions` stands there
while there is none.
"""
