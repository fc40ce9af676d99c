"""A file that meets a folder, put in the folder's place by hand: the merge goes on with that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ampsm.model.conflicts import Choice
from ampsm.workflows.finishing import conflicts_of
from tests.workflows.finishing.merge.conflicts.test_resolving import Waiting, waiting, writes

__all__ = ["waiting"]


def test_the_file_can_be_moved_to_where_the_folder_was(waiting: Callable[..., Waiting]) -> None:
    def folder(at: Path) -> None:
        (at / "thing").mkdir()
        (at / "thing/in.txt").write_text("in\n")

    w = waiting(writes(other="1\n"), writes(thing="file\n"), folder)
    (file,) = conflicts_of(w.d.ctx, w.id).files
    assert file.path.startswith("thing~")
    w.choose(file.path, Choice.KEEP)
    w.resolve(file.path)
    w.d.git("rm", "-rqf", "thing", at=w.wt)
    w.d.git("mv", file.path, "thing", at=w.wt)
    w.merged()
    assert w.blob("thing") == b"file\n"
