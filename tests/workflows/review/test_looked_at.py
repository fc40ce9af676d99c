"""The image that a call looked at: only what lies in the worktree is read, and only images."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ampsm.workflows.review import looked_at, picture_looked_at
from tests.support.every_result import png


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    found = tmp_path / "work tree"
    (found / "shots").mkdir(parents=True)
    (found / "shots" / "a page.png").write_bytes(png())
    (tmp_path / "secret.png").write_bytes(png())
    (found / "notes.png").write_text("no image")
    (found / "out.png").symlink_to(tmp_path / "secret.png")
    (found / "folder").symlink_to(tmp_path)
    (found / "in.png").symlink_to("shots/a page.png")
    os.mkfifo(found / "pipe.png")
    return found


@pytest.mark.parametrize("path", ["shots/a page.png", "{}/shots/a page.png", "file://{}/shots/a%20page.png", "in.png"])
@pytest.mark.parametrize("tool", ["look_at", "painter"])
def test_an_image_in_the_worktree_is_read(worktree: Path, path: str, tool: str) -> None:
    named = path.format(str(worktree).replace(" ", "%20") if path.startswith("file") else worktree)
    found = picture_looked_at(tool, {"path": named}, str(worktree))
    assert found is not None and (found.mime, found.data) == ("image/png", png())
    assert found.path in ("shots/a page.png", "in.png")


@pytest.mark.parametrize("path", [
    "", ".", "gone.png", "notes.png", "out.png", "folder/secret.png", "../secret.png", "pipe.png", "/dev/zero", "a\0b",
    "file://[", 7, None,
])  # fmt: skip
def test_nothing_else_is(worktree: Path, path: object) -> None:
    assert picture_looked_at("look_at", {"path": path}, str(worktree)) is None


def test_other_tools_and_large_files_are_not_tried(worktree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "shots/a page.png"
    assert picture_looked_at("oracle", {"path": path}, str(worktree)) is None
    assert picture_looked_at("look_at", {"path": str(worktree / path)}, "") is None
    monkeypatch.setattr(looked_at, "_LARGEST", 10)
    assert picture_looked_at("look_at", {"path": path}, str(worktree)) is None
