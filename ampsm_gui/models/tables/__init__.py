"""What the tables of tool calls, usage and history share.

A `KeyedTable` has rows of any kind, known by a key, and becomes other rows with as few changes as it takes. What it
shows of a row is a `Cell`: text, colour, glyph, bar, all in the theme's words; the delegate that paints cells knows
nothing else. A `RowOrder` has the rows in the order of a column that was chosen.
"""
