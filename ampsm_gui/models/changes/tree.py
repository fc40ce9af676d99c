"""The changed files of a session as a tree of folders, for an item view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ampsm.git.diff import FileChange
from ampsm_gui.look import figures
from ampsm_gui.look.plain import plain_tip

AnyIndex = QModelIndex | QPersistentModelIndex

#: Roles: the FileChange (None for a folder), whether it was viewed, the node's path.
CHANGE = Qt.ItemDataRole.UserRole + 1
VIEWED = Qt.ItemDataRole.UserRole + 2
PATH = Qt.ItemDataRole.UserRole + 3

LETTERS = {"added": "A", "modified": "M", "deleted": "D", "renamed": "R", "copied": "C", "type-changed": "T",
           "unmerged": "U"}  # fmt: skip
WORDS = {"added": "Added", "modified": "Modified", "deleted": "Deleted", "renamed": "Renamed", "copied": "Copied",
         "type-changed": "Type changed", "unmerged": "In conflict"}  # fmt: skip

_NO_INDEX = QModelIndex()


@dataclass(eq=False)
class Node:
    """A folder, or a file with its change."""

    name: str
    path: str
    parent: Node | None = None
    change: FileChange | None = None
    children: list[Node] = field(default_factory=list)
    row: int = 0


class ChangesTree(QAbstractItemModel):
    """Folders first, then files, by name. Folders with nothing in them but one folder are one row.

    The same files again change rows in place, so that selection, folds and scroll position stay.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("", "")
        self._files: list[Node] = []
        self._by_path: dict[str, Node] = {}
        self._all: list[FileChange] = []
        self._wanted = ""
        self._viewed: set[str] = set()

    def set_changes(self, changes: Sequence[FileChange]) -> bool:
        """Shows these files; whether the tree is another one, so that folders have to be opened again."""
        self._all = list(changes)
        return self._rebuild()

    def set_filter(self, words: str) -> None:
        """Only files whose path holds all of these words."""
        if words != self._wanted:
            self._wanted = words
            self._rebuild()

    def set_viewed(self, paths: Iterable[str]) -> None:
        """Which files were marked as viewed."""
        before, self._viewed = self._viewed, set(paths)
        for path in before ^ self._viewed:
            index = self.index_of_path(path)
            if index.isValid():
                self.dataChanged.emit(index, index, [VIEWED])

    @property
    def files(self) -> list[FileChange]:
        """The files that are shown, as the tree has them from top to bottom."""
        return [node.change for node in self._files if node.change is not None]

    @property
    def total(self) -> int:
        """How many files there are without the filter."""
        return len(self._all)

    def index_of_path(self, path: str) -> QModelIndex:
        """Where a file is; an invalid index when it is not shown."""
        node = self._by_path.get(path)
        return self._index_of(node) if node else QModelIndex()

    # Qt overrides

    def index(self, row: int, column: int, parent: AnyIndex = _NO_INDEX) -> QModelIndex:
        node = self._node(parent)
        if column == 0 and 0 <= row < len(node.children):
            return self.createIndex(row, 0, node.children[row])
        return QModelIndex()

    def parent(self, index: AnyIndex = _NO_INDEX) -> QModelIndex:  # type: ignore[override]
        above = self._node(index).parent
        return QModelIndex() if above is None else self._index_of(above)

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        return len(self._node(parent).children)

    def columnCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        return 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self._node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        if role == CHANGE:
            return node.change
        if role == PATH:
            return node.path
        if role == VIEWED:
            return node.path in self._viewed
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tool_tip(node))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(node)
        return None

    def _spoken(self, node: Node) -> str:
        if node.change is None:
            return f"Folder {node.path}"
        viewed = ", viewed" if node.path in self._viewed else ""
        return (
            f"{WORDS.get(node.change.status, node.change.status)}: {node.path}, {counts_in_words(node.change)}{viewed}"
        )

    def _tool_tip(self, node: Node) -> str:
        if node.change is None:
            return shown_path(node.path)
        moved = f"\nfrom {shown_path(node.change.old_path)}" if node.change.old_path else ""
        words = f"{WORDS.get(node.change.status, node.change.status)}, {counts_in_words(node.change)}"
        return f"{shown_path(node.path)}{moved}\n{words}"

    def _rebuild(self) -> bool:
        words = self._wanted.casefold().split()
        root = _tree([change for change in self._all if all(word in change.path.casefold() for word in words)])
        files = list(_files_below(root))
        if [node.path for node in self._files] == [node.path for node in files]:
            for node, newer in zip(self._files, files, strict=True):
                if node.change != newer.change:
                    node.change = newer.change
                    index = self._index_of(node)
                    self.dataChanged.emit(index, index)
            return False
        self.beginResetModel()
        self._root, self._files = root, files
        self._by_path = {node.path: node for node in files}
        self.endResetModel()
        return True

    def _node(self, index: AnyIndex) -> Node:
        if not index.isValid():
            return self._root
        node: Node = index.internalPointer()
        return node

    def _index_of(self, node: Node) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, 0, node)


def counts_in_words(change: FileChange) -> str:
    """`84 lines added, 21 removed`, or what it is instead."""
    if change.binary:
        return "binary"
    if not change.insertions and not change.deletions:
        return "no lines changed"
    return f"{figures.count(change.insertions or 0, 'line')} added, {change.deletions or 0:,} removed"


def shown_path(path: str) -> str:
    """A path for people: what cannot be shown is replaced, a line break is seen as such."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "␣" if character.isspace() else "�" for character in text)


def _tree(changes: Sequence[FileChange]) -> Node:
    root = Node("", "")
    folders: dict[str, Node] = {"": root}
    for change in changes:
        above, _, name = change.path.rpartition("/")
        folder = _folder(folders, above)
        folder.children.append(Node(shown_path(name), change.path, folder, change))
    _tidy(root)
    return root


def _folder(folders: dict[str, Node], path: str) -> Node:
    found = folders.get(path)
    if found is None:
        above, _, name = path.rpartition("/")
        parent = _folder(folders, above)
        found = folders[path] = Node(shown_path(name), path, parent)
        parent.children.append(found)
    return found


def _tidy(node: Node) -> None:
    """Joins folders that hold only a folder, sorts, numbers the rows."""
    for at, child in enumerate(node.children):
        while child.change is None and len(child.children) == 1 and child.children[0].change is None:
            only = child.children[0]
            only.name, only.parent = f"{child.name}/{only.name}", node
            node.children[at] = child = only
    node.children.sort(key=lambda child: (child.change is not None, child.name.casefold(), child.name))
    for row, child in enumerate(node.children):
        child.row = row
        _tidy(child)


def _files_below(node: Node) -> Iterable[Node]:
    for child in node.children:
        if child.change is not None:
            yield child
        yield from _files_below(child)
