"""The console: a table of one column, in which only rows in sight have a height and a text.

`FollowingView` lays rows out as they come into sight and stays at the end, or keeps what is at the top where it is;
`ConsoleView` adds keys, mouse and copying. `layout` measures a row and says what in it can be clicked; `delegate`
paints it, an iteration's header by `header`, rows of one line by `notes`; all take fonts and colours from `pen` and
text documents from `texts`, which keep them. `corner` holds the controls that stand in the tab bar.
"""
