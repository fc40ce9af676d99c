"""`tools` and `usage` of one session beside a million tool calls of others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.benchmarks.measure import interleave
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row, ratio_row
from tests.benchmarks.sample_sessions import add_calls, add_calls_of_others, add_sessions

CALLS = 1_000_000
_OTHERS = 20
_ITERATIONS = 10
_OWN_CALLS = 200
_LIMIT = 50
_ROUNDS = 15


def measure_telemetry(place: Place) -> Iterator[Row]:
    database, store = place.store("telemetry")
    with store:
        (session,) = add_sessions(store, 1, iterations_each=_ITERATIONS)
        for number in range(1, _ITERATIONS + 1):
            add_calls(store, f"{session}/{number}", _OWN_CALLS)
        add_sessions(store, _OTHERS, iterations_each=_ITERATIONS, first=1)
        if add_calls_of_others(store, session, CALLS // (_OTHERS * _ITERATIONS)) < CALLS:
            raise AssertionError("too few tool calls")
    listing = place.command(database, "list", "--json")
    tools = place.command(database, "tools", session, "--json", "--limit", _LIMIT)
    usage = place.command(database, "usage", session, "--json")
    if len(json.loads(place.run(*tools))["toolCalls"]) != _LIMIT:
        raise AssertionError("tools does not answer what was asked for")
    beside = f"{CALLS:,} calls of others"
    for name, what, command in (
        ("tools", f"tools --json --limit {_LIMIT} beside {beside}", tools),
        ("usage", f"usage --json beside {beside}", usage),
    ):
        pairs = interleave(lambda: place.seconds(*listing), lambda c=command: place.seconds(*c), _ROUNDS)  # type: ignore[misc]
        yield ratio_row(name, what, "list --json in the same store", pairs, 2.0)
