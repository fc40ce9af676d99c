"""A step: one command that leads on, as it is typed."""

from __future__ import annotations

from ampsm.model.errors import quoted
from ampsm.model.record import record

#: What stands for words that only the person has: a message, what to tell the agent, a branch.
OPEN_WORDS, OPEN_BRANCH = "…", "BRANCH"


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


def git_step(place: str, verb: str, *arguments: str) -> Step:
    """A command of git in a folder."""
    return Step(verb, arguments, place)
