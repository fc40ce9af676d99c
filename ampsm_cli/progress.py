"""What a long command tells while it works: nothing, plain lines, JSON events, or the live view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ampsm_cli.watchers import Plain, Quiet, Streaming, Watcher

if TYPE_CHECKING:
    from ampsm_cli.request import Request


@contextmanager
def watching(request: Request, title: str) -> Iterator[Watcher]:
    """The watcher that suits where the command's words go; a live view lasts as long as it is entered."""
    output = request.output
    verbose = request.verbosity > 0
    if output.streaming:
        yield Streaming(output)
    elif not output.human:
        yield Quiet()
    elif output.narration_is_terminal and output.can_move:
        from ampsm_cli.live import LiveView

        with LiveView(output, title, verbose=verbose) as view:
            yield view
    else:
        yield Plain(output, verbose=verbose)
