"""Token usage of logs that do not say whether a figure is of one call or of all so far (SPEC section 7)."""

from __future__ import annotations

from ampsm.journal.events import UsageReported
from ampsm.model.record import record

_MODELS = 32


@record
class Figures:
    """One report: prompt, completion and total tokens, those that it gives."""

    prompt: int | None = None
    completion: int | None = None
    total: int | None = None

    def event(self, cache_read: int | None = None, cache_write: int | None = None) -> UsageReported | None:
        """The report as an event; None when it holds no figure. The total is the sum where both parts are known."""
        known = [value for value in (self.prompt, self.completion) if value is not None]
        total = sum(known) if len(known) == 2 or (known and self.total is None) else self.total
        if total is None:
            return None
        return UsageReported(
            prompt_tokens=self.prompt,
            completion_tokens=self.completion,
            total_tokens=total,
            cache_read_tokens=cache_read,
            cache_write_tokens=cache_write,
        )


class LoggedSpending:
    """Tells repeated totals from separate calls: the same or growing figures of one model are its total so far, and
    only the latest counts; anything else is another call and adds up. A report with the mark of its call counts once.

    Reports that replace each other get the same message id, which begins with `prefix`.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._made = 0
        self._latest: dict[str | None, UsageReported] = {}
        self._last_model: str | None = None

    def take(self, usage: UsageReported, *, mark: str | None = None) -> UsageReported:
        """The same report with the message id it counts under."""
        if mark is not None:
            usage.message_id = f"{self._prefix}{mark}"
            return usage
        model = self._known(usage.model)
        earlier = self._latest.pop(model, None)
        if earlier is not None and _goes_on(earlier, usage):
            usage.message_id = earlier.message_id
            usage.estimated = usage.estimated and (earlier.estimated or not _same(earlier, usage))
            usage.model = usage.model or earlier.model
        else:
            self._made += 1
            usage.message_id = f"{self._prefix}log-usage-{self._made}"
        if len(self._latest) >= _MODELS:
            del self._latest[next(iter(self._latest))]
        self._latest[usage.model] = usage
        self._last_model = usage.model
        return usage

    def _known(self, model: str | None) -> str | None:
        """Which earlier reports this one may go on: those of its model; named or not, the last ones count too."""
        if model is None:
            return self._last_model
        return model if model in self._latest or self._last_model is not None else None


def _goes_on(earlier: UsageReported, later: UsageReported) -> bool:
    pairs = (
        (earlier.total_tokens, later.total_tokens),
        (earlier.prompt_tokens, later.prompt_tokens),
        (earlier.completion_tokens, later.completion_tokens),
    )
    return all(before is None or after is None or after >= before for before, after in pairs)


def _same(earlier: UsageReported, later: UsageReported) -> bool:
    return (earlier.prompt_tokens, earlier.completion_tokens, earlier.total_tokens) == (
        later.prompt_tokens, later.completion_tokens, later.total_tokens,
    )  # fmt: skip
