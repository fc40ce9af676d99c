"""Everything around sessions that keeps the house in order.

`doctor` runs the examinations of `checkup` and repairs what holds no work; `rebuild` makes rows again out of
`session.json`, journals and refs, `recall` such a file out of the others. `settings` reads and writes the
configuration, `verify` tries whether an iteration would work here (`verify_smoke` runs one), `demo` makes the scratch
place in which a session's whole life is shown, and `launch_gui` starts the desktop app.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ampsm.workflows.exports import exports

if TYPE_CHECKING:
    from ampsm.workflows.upkeep.checkup.findings import Finding
    from ampsm.workflows.upkeep.demo import (
        MERGE_MESSAGE,
        TASK_NAME,
        TASK_PROMPT,
        Scratch,
        is_of_demo,
        make_scratch,
        remove_scratch,
    )
    from ampsm.workflows.upkeep.doctor import examine_health
    from ampsm.workflows.upkeep.launch_gui import DesktopWindow, open_window, require_database, require_desktop
    from ampsm.workflows.upkeep.settings import (
        config_path,
        get_setting,
        list_settings,
        set_setting,
        settings_warnings,
        unset_setting,
    )
    from ampsm.workflows.upkeep.verify import AmpCheck, verify_amp
else:
    __getattr__, __all__ = exports(__name__, {
        "checkup.findings": "Finding",
        "demo": "MERGE_MESSAGE Scratch TASK_NAME TASK_PROMPT is_of_demo make_scratch remove_scratch",
        "doctor": "examine_health",
        "launch_gui": "DesktopWindow open_window require_database require_desktop",
        "settings": "config_path get_setting list_settings set_setting settings_warnings unset_setting",
        "verify": "AmpCheck verify_amp",
    })  # fmt: skip
