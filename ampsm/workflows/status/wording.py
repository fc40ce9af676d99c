"""How each surface words a condition, from the tables `sentences` and `sentences_at_rest`. Nothing is decided here."""

from __future__ import annotations

from ampsm.model.record import record
from ampsm.workflows.status.condition import Condition
from ampsm.workflows.status.kind import ASTRAY, Kind
from ampsm.workflows.status.sentences import LEFT_OPEN
from ampsm.workflows.status.sentences_at_rest import SENTENCES

#: The verbs that the desktop app has a button for; git is left to whoever opens the worktree.
BUTTONS = frozenset({"iterate", "stop", "run", "merge", "continue-merge", "abort-merge", "restore", "cleanup"})


@record
class OtherWay:
    """One more button: what it does and the words on it."""

    action: str
    label: str


@record
class Situation:
    """What the desktop app says of a session. `status` is what its badge shows: never ready while a person is to put
    its place right. `sentence` says what is, what happens next and what stays untouched.
    `action` names what the button does (a command, or `open-worktree`), None when there is nothing to press; `options`
    is what the command is told beside the session; `label` are the words on it. `command` is what to type first
    where there is no button for it: it is shown to be copied. `more` are further buttons."""

    status: str
    sentence: str
    action: str | None = None
    label: str | None = None
    options: tuple[str, ...] = ()
    command: str | None = None
    more: tuple[OtherWay, ...] = ()


def shown_status(condition: Condition) -> str:
    """The status of a session in the desktop app; `cleaned-up` says that nothing waits there, unless it is merged."""
    session = condition.facts.session
    status = session.status
    if session.cleaned_up_at and status != "done":
        return Kind.CLEANED_UP.value
    return "awaiting-input" if status == "idle" and condition.kind in ASTRAY else status


def next_step(condition: Condition) -> str:
    """What to do now, in one sentence with the commands to type (`nextStep` of `status`)."""
    return _said(SENTENCES[condition.kind].next, condition, *(step.text for step in condition.steps))


def next_command(condition: Condition) -> str:
    """The one thing to type next, for the end of a command's summary: what the error of the last iteration says, where
    that is what came of it."""
    said = SENTENCES[condition.kind]
    if said.cured and condition.facts.cure:
        return condition.facts.cure
    return f"amp-sessions status {condition.facts.session.id}" if said.by_hand else condition.steps[0].text


def situation(condition: Condition) -> Situation:
    """The same without command lines, and the one action that does the next step."""
    said = SENTENCES[condition.kind]
    sentence, label = _said(said.sentence, condition), _said(said.label, condition)
    first = condition.steps[0] if condition.steps else None
    command = first.text if first and first.place is not None else _said(said.command, condition) or None
    status = shown_status(condition)
    more = tuple(OtherWay(verb, words) for verb, words in said.more)
    for step in condition.steps:
        if label and (action := _button(condition, step.verb, step.place)):
            told = step.arguments[1:] if step.place is None else ()
            options = () if LEFT_OPEN.intersection(told) else told
            return Situation(status, sentence, action, label, options, command, more)
    return Situation(status, sentence, command=command, more=more)


def reason(condition: Condition) -> str:
    """Why the status is what it is, in two or three words for a list; empty when the status says it all."""
    return _said(SENTENCES[condition.kind].reason, condition).strip()


def hindrance(condition: Condition) -> str:
    """Why a command cannot work now: one short sentence."""
    return _said(SENTENCES[condition.kind].hindrance, condition)


def complaint(condition: Condition) -> str:
    """What `doctor` says about it; empty for what is no illness."""
    return _said(SENTENCES[condition.kind].complaint, condition)


def _said(template: str, condition: Condition, *steps: str) -> str:
    return template.format(*steps, f=condition.facts, m=condition.facts.merge) if "{" in template else template


def _button(condition: Condition, verb: str, place: str | None) -> str | None:
    if place is None:
        return verb if verb in BUTTONS else None
    return "open-worktree" if place == condition.facts.session.worktree else None
