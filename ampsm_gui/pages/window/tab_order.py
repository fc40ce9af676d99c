"""The way of the Tab key around the window: as one reads, whatever was made first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def tab_neighbour(window: QWidget, focus: QWidget | None, step: int) -> QWidget | None:
    """What gets the focus after (1) or before (-1) the widget that has it; after the last comes the first. None where
    nothing can have it."""
    order = [found for found in _in_order(window) if found is focus or _takes_tab(found)]
    if not order:
        return None
    if focus is None or focus not in order:
        return order[0 if step > 0 else -1]
    return order[(order.index(focus) + step) % len(order)]


def _in_order(parent: QWidget) -> Iterator[QWidget]:
    """What is shown inside, row by row, each with what is inside it."""
    shown = [
        child
        for child in parent.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow()
    ]
    for child in sorted(shown, key=cmp_to_key(_compared)):
        yield child
        yield from _in_order(child)


def _takes_tab(widget: QWidget) -> bool:
    takes = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    seen = min(widget.width(), widget.height()) > 1
    return bool(takes) and seen and widget.isEnabled() and widget.focusProxy() is None


def _compared(one: QWidget, other: QWidget) -> int:
    """Below zero where one is read first: it is above the other, or at the left in the same row."""
    here, there = one.geometry(), other.geometry()
    if here.center().y() < there.top() and here.bottom() < there.center().y():
        return -1
    if there.center().y() < here.top() and there.bottom() < here.center().y():
        return 1
    return here.left() - there.left()
