"""A pull request in the merge wizard: what keeps it from being opened, and where it is when it is."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices

from ampsm_gui.dialogs.merge_wizard.mode import WizardMode
from tests.gui.conftest import World
from tests.gui.merge_wizard.test_wizard import facts, open_wizard, sentence, tip
from tests.gui.shown import Shown
from tests.support.world import FAKES

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def gh(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the one in the path of a window knows, which asks for a login."""
    world.make_program("bin/gh", f"#!{sys.executable} -IS\n" + (FAKES / "gh.py").read_text())
    known = world.root / "github.json"
    known.write_text(json.dumps({"fail": "To get started, please run: gh auth login\nElse set GH_TOKEN."}))
    monkeypatch.setenv("FAKE_GH", str(known))
    monkeypatch.setenv("PATH", f"{world.root / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return known


def test_what_gh_says_stays_until_it_goes_on(
    gh: Path, shown: Shown, world: World, worked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.git(world.root, "init", "-q", "--bare", "origin.git")
    world.git(worked["repo"], "remote", "add", "origin", world.root / "origin.git")
    before = tip(world, worked, worked["branch"])
    wizard = open_wizard(shown, worked)
    foot, strip, outlook = wizard.frame.foot, wizard.frame.strip, wizard.checking.outlook
    wizard.check_page.options.boxes["pull_request"].setChecked(True)
    assert outlook is not None and wizard.start.isEnabled()
    wizard.checking.outlook = replace(outlook, has_gh=False)
    wizard.show_all()
    assert (foot.go_on.isEnabled(), foot.go_on.toolTip()) == (False, "gh is not installed"), "before anything is done"
    wizard.checking.outlook = outlook
    wizard.show_all()
    wizard.start.trigger()
    shown.until(lambda: wizard.mode is WizardMode.WAITS)
    shown.until(lambda: sentence(wizard).startswith("GitHub's gh could not open the pull request: To get started"))
    assert "please run: gh auth login" in strip.text, "a command that has failed says why, until things move on"
    assert foot.note.text() == f"puts the branch back to {before[:7]}; main was never moved; what is pushed stays"
    assert facts(wizard)["Merge"] == "main stays"
    gh.write_text("{}")
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    foot.go_on.click()
    shown.until(lambda: [button.text() for button in wizard.frame.head.buttons] == ["Open in Browser", "Undo…"])
    wizard.frame.head.buttons[0].click()
    assert opened == ["https://github.example/pull/1"]
    wizard.close()
