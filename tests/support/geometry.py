"""What is wrong with a layout, found by geometry alone: widgets that cover one another, that reach out of what they
stand in, or that are too small for their own words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from ampsm_gui.widgets.elided_label import ElidedLabel

#: Lie above others on purpose, and go when they are not needed.
OVERLAYS = {"StickyHeader", "Toast", "QSplitterHandle"}
#: Qt's own, for what has no room in a bar.
_EXTENSIONS = {"qt_toolbar_ext_button", "qt_menubar_ext_button"}


def faults(root: QWidget) -> list[str]:
    """Everything that is wrong below a widget that is shown, each in a line."""
    found = list(_overlaps(root))
    for widget in _shown_below(root):
        found += [f"{_path(widget, root)}: {fault}" for fault in _of(widget)]
    return found


def _of(widget: QWidget) -> Iterator[str]:
    if widget.objectName() in _EXTENSIONS:
        yield "not all has room in its bar"
    yield from _overlaps(widget)
    yield from _outside(widget)
    yield from _small(widget)
    yield from _icon(widget)


def _overlaps(parent: QWidget) -> Iterator[str]:
    children = [
        child
        for child in parent.children()
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow() and not _is_overlay(child)
    ]
    if isinstance(parent, QLineEdit | QComboBox):  # their own buttons lie in their margins
        return
    for one, other in combinations(children, 2):
        common = one.geometry() & other.geometry()
        if not common.isEmpty():
            yield f"{_name(one)} and {_name(other)} lie over one another, {common.width()} × {common.height()}"


def _outside(widget: QWidget) -> Iterator[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or _is_overlay(widget) or _scrolls(parent):
        return
    if not parent.rect().contains(widget.geometry()) and not widget.geometry().isEmpty():
        yield f"reaches out of {_name(parent)}: {_words(widget.geometry())} in {_words(parent.rect())}"


def _small(widget: QWidget) -> Iterator[str]:
    size, wanted = widget.size(), _wanted(widget)
    if size.width() < wanted.width() or size.height() < wanted.height():
        yield f"{size.width()} × {size.height()} is less than {wanted.width()} × {wanted.height()}"
    if isinstance(widget, QTabBar):
        hidden = [widget.tabText(at) for at in range(widget.count()) if not widget.rect().contains(widget.tabRect(at))]
        if hidden:
            yield f"tabs without room: {', '.join(hidden)}"
    if isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        words = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        margins, icons = widget.textMargins(), [b for b in widget.findChildren(QToolButton) if b.isVisible()]
        room = widget.contentsRect().width() - margins.left() - margins.right() - sum(b.width() for b in icons)
        if room < words:
            yield f"{room} is less than the {words} of its words '{widget.placeholderText()}'"


def _icon(widget: QWidget) -> Iterator[str]:
    """Icons have room before the words of their buttons, and stand in the middle where there are none."""
    if not isinstance(widget, QPushButton | QToolButton) or widget.icon().isNull():
        return
    words = bool(widget.text())
    if isinstance(widget, QToolButton):
        action = widget.defaultAction()
        low = action is not None and action.priority() is QAction.Priority.LowPriority
        words = words and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon and not low
    if words != (widget.iconSize().width() > widget.iconSize().height()):
        yield "no room between its icon and its words" if words else "room for words beside its icon, and no words"


def _wanted(widget: QWidget) -> QSize:
    """What a widget's own words need; nothing where they lose something on purpose."""
    if isinstance(widget, ElidedLabel) or not _has_words(widget) or isinstance(widget.parentWidget(), QLineEdit):
        return QSize(0, 0)
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    if isinstance(widget, QComboBox):
        return _combo_box(widget)
    return widget.minimumSizeHint().expandedTo(QSize(0, 0))


def _combo_box(box: QComboBox) -> QSize:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    field = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
    lacking = max(0, box.fontMetrics().horizontalAdvance(box.currentText()) - field.width())
    return QSize(0 if box.isEditable() else box.width() + lacking, box.fontMetrics().height())


def _has_words(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.text())
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton | QToolButton):
        return True
    return isinstance(widget, QComboBox)


def _shown_below(root: QWidget) -> Iterator[QWidget]:
    for child in root.children():
        if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
            yield child
            yield from _shown_below(child)


def _scrolls(parent: QWidget) -> bool:
    around = parent.parentWidget()
    return isinstance(around, QAbstractScrollArea) and around.viewport() is parent


def _is_overlay(widget: QWidget) -> bool:
    return any(kind.__name__ in OVERLAYS for kind in type(widget).__mro__)


def _words(area: QRect) -> str:
    return f"{area.x()},{area.y()} {area.width()} × {area.height()}"


def _name(widget: QWidget) -> str:
    said = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    words = said or widget.objectName() or widget.accessibleName()
    return f"{type(widget).__name__}({words[:40]})" if words else type(widget).__name__


def _path(widget: QWidget, root: QWidget) -> str:
    names = [_name(widget)]
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        names.append(type(parent).__name__)
        parent = parent.parentWidget()
    return " < ".join(names[:5])


def popup_faults(box: QComboBox) -> list[str]:
    """What is wrong with the list that a box folds out: rows that it does not show, or not whole."""
    box.showPopup()
    QApplication.processEvents()
    view, name = box.view(), _name(box)
    found: list[str] = []
    room = view.viewport().rect()
    last = min(box.count(), box.maxVisibleItems()) - 1
    if last >= 0 and view.visualRect(box.model().index(last, box.modelColumn())).bottom() > room.bottom():
        found.append(f"{name} shows not all of its {box.count()} rows")
    if view.sizeHintForColumn(box.modelColumn()) > room.width():
        found.append(f"{name} cuts its rows at {room.width()}")
    if not box.screen().availableGeometry().contains(view.window().geometry()):
        found.append(f"{name} folds out of the screen")
    box.hidePopup()
    return found
