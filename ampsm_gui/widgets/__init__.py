"""The visual things, one in each module, fed by a model. A widget knows no page, runs no command and reads nothing.

A widget takes a Theme, from which come all colours, fonts, lengths and icons, and follows its changes live. It emits
signals for what the user asks for. Rooms are named after what is seen; what several of them need stands beside them: a
button with an icon, the primary one, a rule, the checked ground of images, a label of plain text and one that is cut,
the drop of a folder, a clock that ticks while it is visible, the `enter_key` of all windows, the `second_press` of a
button, a row that flows (`flow`), `row_keys` and the `focus_ring` of all views, what is `grey`, the `written_text` of
an editor; and for texts of agents `said_text`, `markdown`, `links` that ask before they are opened, and no pictures.
"""
