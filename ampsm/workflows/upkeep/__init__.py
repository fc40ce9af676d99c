"""Everything around sessions that keeps the house in order.

`doctor` runs the examinations of `checkup` and repairs what holds no work; `rebuild` makes rows again out of
`session.json`, journals and refs. `settings` reads and writes the configuration, `verify` tries whether an iteration
would work here (`verify_smoke` runs one), `demo` shows the whole life of a session in a `scratch` folder, `launch_gui`
starts the desktop app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.upkeep.checkup.findings import Finding as Finding
    from ampsm.workflows.upkeep.demo import MERGE_MESSAGE as MERGE_MESSAGE
    from ampsm.workflows.upkeep.demo import TASK_NAME as TASK_NAME
    from ampsm.workflows.upkeep.demo import TASK_PROMPT as TASK_PROMPT
    from ampsm.workflows.upkeep.demo import Scratch as Scratch
    from ampsm.workflows.upkeep.demo import make_scratch as make_scratch
    from ampsm.workflows.upkeep.demo import remove_scratch as remove_scratch
    from ampsm.workflows.upkeep.doctor import examine_health as examine_health
    from ampsm.workflows.upkeep.launch_gui import DesktopWindow as DesktopWindow
    from ampsm.workflows.upkeep.launch_gui import open_window as open_window
    from ampsm.workflows.upkeep.launch_gui import require_desktop as require_desktop
    from ampsm.workflows.upkeep.settings import config_path as config_path
    from ampsm.workflows.upkeep.settings import get_setting as get_setting
    from ampsm.workflows.upkeep.settings import list_settings as list_settings
    from ampsm.workflows.upkeep.settings import set_setting as set_setting
    from ampsm.workflows.upkeep.settings import settings_warnings as settings_warnings
    from ampsm.workflows.upkeep.settings import unset_setting as unset_setting
    from ampsm.workflows.upkeep.verify import AmpCheck as AmpCheck
    from ampsm.workflows.upkeep.verify import verify_amp as verify_amp
else:
    __getattr__, __all__ = exports(__name__, {
        "checkup.findings": "Finding",
        "demo": "MERGE_MESSAGE Scratch TASK_NAME TASK_PROMPT make_scratch remove_scratch",
        "doctor": "examine_health",
        "launch_gui": "DesktopWindow open_window require_desktop",
        "settings": "config_path get_setting list_settings set_setting settings_warnings unset_setting",
        "verify": "AmpCheck verify_amp",
    })  # fmt: skip
