"""Links in what an agent wrote: nothing is opened before a person has seen where one leads, and chosen to go there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QStatusTipEvent
from PySide6.QtWidgets import QMenu, QWidget

from ampsm_gui.look.plain import in_order, plain_label

_OPENED = ("http", "https")
#: Characters of a host that a person can take in, and of a target that a menu shows; a cut one keeps its host.
_LONGEST_HOST, _LONGEST = 80, 160


def target_of(link: str) -> str:
    """Where a link leads, as it would be asked for: a host in other letters than a to z is told in these."""
    url = QUrl(link)
    return url.toEncoded().toStdString() if url.isValid() and not url.isRelative() else link


def can_be_opened(link: str) -> bool:
    """Whether a browser may be asked for it: a page of the web whose host can be read, and stands where one looks."""
    url = QUrl(target_of(link))
    return (
        url.isValid()
        and url.scheme() in _OPENED
        and 0 < len(url.host()) <= _LONGEST_HOST
        and not url.userInfo()
    )  # fmt: skip


def add_link(menu: QMenu, link: str) -> None:
    """What can be done with a link, with its target: open it, where that is a page of the web; copy it."""
    target, widget = target_of(link), menu.parent()
    said = target if len(target) <= _LONGEST else target[: _LONGEST - 1] + "…"
    if can_be_opened(link):
        menu.addAction(plain_label(f"Open {said}"), lambda: _open(widget, target))
        menu.addAction("Copy link", lambda: QGuiApplication.clipboard().setText(target))
    else:
        menu.addAction(plain_label(f"Copy {said}"), lambda: QGuiApplication.clipboard().setText(target))


def offer_link(widget: QWidget, link: str, where: QPoint) -> None:
    """Asks at a place of the screen what to do with a link that was clicked."""
    menu = QMenu(widget)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    add_link(menu, link)
    menu.popup(where)


def tell_target(widget: QObject, link: str) -> None:
    """Says in the status bar where a link leads; of no link nothing."""
    _tell(widget, target_of(link) if link else "")


def _open(widget: QObject | None, target: str) -> None:
    if not QDesktopServices.openUrl(QUrl(target)):
        QGuiApplication.clipboard().setText(target)
        if widget is not None:
            _tell(widget, f"Nothing is set up to open {target}. The link is on the clipboard.")


def _tell(widget: QObject, words: str) -> None:
    QCoreApplication.sendEvent(widget, QStatusTipEvent(in_order(words)))
