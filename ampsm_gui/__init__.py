"""The desktop app: PySide6 on top of the core.

The window owns no work. What it shows it reads through workflows on a pool of threads; whatever writes, it starts as a
command of `amp-sessions` in a process of its own, and an iteration goes on when the window is gone. When the store has
changed, each part of the window that shows some of it asks again and changes its rows in place.

Layers, each of which imports only those after it: `app` and `grab` (the window, or a picture of a page), `pages` (join
the rest), `dialogs`, `widgets` (what is seen), `models` (what is shown, without widgets), `desktop` (what every page is
given), `look` (the theme) and `runtime` (processes, threads, timers). Below pages, widgets and models, rooms are named
after what is seen, with the same name in each layer: `console`, `diff`, `sessions`, `tool_calls` and so on.
"""
