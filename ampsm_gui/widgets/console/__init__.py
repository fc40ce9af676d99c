"""The console: a table of one column, in which only rows in sight have a height and a text.

`FollowingView` lays rows out as they come into sight and stays at the end, or keeps what is at the top where it is;
`ConsoleView` adds keys, mouse and copying. `layout` measures a row and says what in it can be clicked; `delegate`
paints it, an iteration's header by `header`, the words in a call's row by `call_head`, rows of one line by `notes`.
What an open call said is a block of `strips` below its row: `block_layout` measures it, `block_painter` paints those in
sight. All take fonts and colours from `pen` and text documents from `texts`, which keep them. `hit_seeker` goes to what
a search has found in them. `corner` holds the controls that stand in the tab bar.
"""
