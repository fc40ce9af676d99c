"""Whether a result does to the target what the session did to the base (SPEC section 12, *Verify*)."""

from __future__ import annotations

from collections.abc import Mapping

from ampsm.git.content.text_patch import text_patch
from ampsm.model.conflicts import Choice
from ampsm.model.record import record
from ampsm.workflows.finishing.merge.conflicts.hunks import ThreeWay, composed
from ampsm.workflows.finishing.merge.conflicts.texts import Encoding

_CONTEXT = 3


@record
class Verified:
    """Two small patches without file headers, to be read beside each other; empty when nothing differs. `alike`: the
    same lines go and come in both, in the same order."""

    target_to_result: str
    base_to_session: str
    alike: bool


def verified(three: ThreeWay, result: bytes, encoding: Encoding) -> Verified:
    """Compares a result with the target, and the session with the base. Raises GitError."""
    base, target, session = (_side(three, choice) for choice in (Choice.BASE, Choice.TARGET, Choice.SESSION))
    return compared(base, target, session, result, encoding)


def compared(base: bytes, target: bytes, session: bytes, result: bytes, encoding: Encoding) -> Verified:
    """The same of whole texts."""
    patches = text_patch(target, result, _CONTEXT), text_patch(base, session, _CONTEXT)
    ours, theirs = (_changed(patch) for patch in patches)
    return Verified(encoding.decode(patches[0]), encoding.decode(patches[1]), ours == theirs)


def _side(three: ThreeWay, choice: Choice) -> bytes:
    everywhere: Mapping[int, tuple[Choice, None]] = {region.n: (choice, None) for region in three.regions}
    return composed(three, everywhere)


def _changed(patch: bytes) -> list[bytes]:
    return [line for line in patch.split(b"\n") if line.startswith((b"-", b"+"))]
