"""What all surfaces say of one kind of condition."""

from __future__ import annotations

from ampsm.model.record import record


@record
class Words:
    """Templates. `next` is the sentence with commands to type, `sentence` and `label` the desktop app's, `reason` the
    few words of a list, `hindrance` why a command cannot work now, `complaint` what `doctor` says. With `cured`, the
    error of the last iteration names what to do next; with `by_hand` a person has to do something before the first
    step."""

    next: str = ""
    sentence: str = ""
    label: str = ""
    reason: str = ""
    hindrance: str = ""
    complaint: str = ""
    cured: bool = False
    by_hand: bool = False
