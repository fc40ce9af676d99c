"""What docs/files.md says is where, is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import ROOT
from tests.docs.shop import Shop

PAGE = (ROOT / "docs" / "files.md").read_text()
PLACES = re.findall(r"^\| `([^`]+)` \|", PAGE, re.M)


def test_every_place_exists_after_an_iteration(home: Path) -> None:
    world = Shop(home)
    assert world.shell("amp-sessions new --name Login --prompt 'Add a login page'").returncode == 0
    assert world.shell("amp-sessions iterate <session-id>").returncode == 0
    assert world.shell("amp-sessions cleanup <session-id> --yes --force").returncode == 0
    assert world.shell("amp-sessions restore <session-id>").returncode == 0
    refs = world.git(world.repo, "for-each-ref", "--format=%(refname)").splitlines()
    assert len(PLACES) > 10
    for place in PLACES:
        filled = world.filled(place)
        if filled.startswith("refs/"):
            assert any(ref.startswith(filled.removesuffix("…")) for ref in refs), place
        else:
            below = world.repo if filled.startswith(".worktrees/") else world.data
            assert (below / filled).exists(), place
    hidden = world.git(world.repo, "status", "--porcelain", "--untracked-files=all")
    assert ".worktrees" not in hidden and "AGENT_CONTEXT" not in hidden


def test_what_is_private_is_private(home: Path) -> None:
    world = Shop(home)
    assert world.shell("amp-sessions config set ampPath demo").returncode == 0
    assert world.shell("amp-sessions new --name Login --prompt 'Add a login page'").returncode == 0
    open_to_others = [path for path in world.data.rglob("*") if path.stat().st_mode & 0o077 and not path.is_dir()]
    assert not [path for path in open_to_others if (path.parent.stat().st_mode & 0o077)]
