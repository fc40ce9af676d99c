"""What leads on from a condition, as commands: those of its row in the tables, about the session that it is of."""

from __future__ import annotations

import shlex

from ampsm.model.errors import quoted
from ampsm.model.record import record
from ampsm.workflows.status.facts import Facts
from ampsm.workflows.status.kind import Kind
from ampsm.workflows.status.sentences_at_rest import SENTENCES


@record
class Step:
    """`verb` of `amp-sessions` with its arguments, or of git in the folder `place`."""

    verb: str
    arguments: tuple[str, ...] = ()
    place: str | None = None

    @property
    def text(self) -> str:
        """The command to type. Whoever shows it adds the `--db` that its own command was given."""
        program = ["amp-sessions"] if self.place is None else ["git", "-C", quoted(self.place)]
        return " ".join([*program, self.verb, *map(quoted, self.arguments)])


def steps_of(kind: Kind, facts: Facts) -> tuple[Step, ...]:
    """What leads on from a condition; alternatives, the next step first."""
    last = facts.session.last_iteration
    changed = kind is Kind.RESTS and last is not None and last.changed_files
    return tuple(_step(words, facts) for words in (("diff {id}",) if changed else SENTENCES[kind].steps))


def _step(template: str, facts: Facts) -> Step:
    verb, *words = (word.format(id=facts.session.id, f=facts) for word in shlex.split(template))
    return Step(words[1], tuple(words[2:]), words[0]) if verb == "git" else Step(verb, tuple(words))
