"""The main window: sessions at the left, the chosen one at the right, and what is around them.

`MainWindow` joins the `panes` and tells them when the store has changed. `actions` are those of the window itself
(those of a session are in `pages.actions`), `menus` places all of them, `status` is the bar below, `state` what is
remembered between starts, `tab_order` the way of the Tab key.
"""
