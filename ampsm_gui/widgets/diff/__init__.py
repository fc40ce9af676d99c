"""A diff on the screen: a document (see `models.diff`), of which only the lines in sight are laid out and painted.

`DiffCanvas` scrolls, lays out (`geometry`, `line`) and paints (`paint`); `DiffView` adds selection, keys and mouse.
`place` finds the same line again after a fold, another layout or a newer diff. `DiffPane` is all about one file: the
`header`, the diff or two `images` or a sentence, `find`, and the `overview_strip` of all changes beside it.
"""
