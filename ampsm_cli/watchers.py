"""What sees an iteration's events as they come: one watcher says nothing, one prints JSON, one prints lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from ampsm_cli.style import clean_lines

if TYPE_CHECKING:
    from ampsm.journal.events import AnyEvent, Event
    from ampsm.journal.view import IterationView
    from ampsm_cli.output import Output


class Watcher(Protocol):
    """Sees every event of an iteration after it is recorded. `subjects` maps commits to their first lines."""

    subjects: dict[str, str]

    def on_event(self, event: Event, view: IterationView) -> None: ...


class Quiet:
    """Remembers what the summary needs and says nothing."""

    def __init__(self) -> None:
        self.subjects: dict[str, str] = {}

    def on_event(self, event: Event, view: IterationView) -> None:
        from ampsm.journal.events import Commit

        if isinstance(event, Commit):
            self.subjects[event.sha] = event.subject


class Streaming(Quiet):
    """Prints each event as its journal line."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self.output = output

    def on_event(self, event: Event, view: IterationView) -> None:
        from ampsm.journal.codec import encode

        super().on_event(event, view)
        self.output.event(encode(event))


class Plain(Quiet):
    """Narrates in the words of the readable log."""

    def __init__(self, output: Output, *, verbose: bool) -> None:
        super().__init__()
        self.output = output
        self.verbose = verbose

    def on_event(self, event: Event, view: IterationView) -> None:
        from ampsm.journal.events import IterationFinished, Thinking, UserText
        from ampsm.journal.text import readable_lines

        super().on_event(event, view)
        if isinstance(event, (Thinking, UserText)) and not self.verbose:
            return
        if isinstance(event, IterationFinished):
            return  # the summary and the error line say it
        for line in readable_lines(cast("AnyEvent", event)):
            self.output.narrate(clean_lines(line))
