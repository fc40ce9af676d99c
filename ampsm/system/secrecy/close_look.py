"""The close look at a text: where secrets are in it, as it stands, as it reads, and as Markdown shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from ampsm.system.readable import Extent, ReadableText, flat, readers, through, without_line_ends
from ampsm.system.secrecy.key_shapes import key_spans, may_hold_key
from ampsm.system.secrecy.markup import MARKUP, may_be_marked_up, shown
from ampsm.system.secrecy.secret_forms import SHORTEST_SECRET


class CloseLook:
    """Looks for the forms that values may have in a text, and for what is shaped like a key."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._forms = forms

    def spans(self, text: str, *, as_it_reads: bool = True) -> list[Extent]:
        """Where secrets stand, in any order; they may overlap. Not `as_it_reads`, only those that stand there plainly
        or escaped for JSON."""
        spans = [span for form in self._forms for span in _occurrences(form, text)]
        spans += key_spans(text)
        for reader in readers(text) if as_it_reads else ():
            spans += _spans_of(reader, self._flat_forms)
        if as_it_reads and may_be_marked_up(text):
            spans += _spans_of(through(text, MARKUP, shown), self._marked_up_forms)
        return spans

    def may_hold_key_in_parts(self, text: str, unmarked: str) -> bool:
        """Whether a key may be in the text without line ends or, of a marked-up text, in what is left `unmarked`."""
        return may_hold_key(without_line_ends(text)) or may_hold_key(unmarked)

    @cached_property
    def _flat_forms(self) -> frozenset[str]:
        return frozenset(form for form in map(flat, self._forms) if len(form) >= SHORTEST_SECRET)

    @cached_property
    def _marked_up_forms(self) -> frozenset[str]:
        marked_up = (through(form, MARKUP, shown).flat for form in self._forms)
        return frozenset(form for form in marked_up if len(form) >= SHORTEST_SECRET)


def _spans_of(reader: ReadableText, values: frozenset[str]) -> list[Extent]:
    """Where in its text what the reader sees holds keys or the values."""
    keys = reader.back(key_spans(reader.text, reading=True)) if may_hold_key(reader.flat) else []
    return keys + reader.back_from_flat(span for form in values for span in _occurrences(form, reader.flat))


def _occurrences(form: str, text: str) -> Iterable[Extent]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)
