"""Reading the agent's output: just decoding its lines as JSON is the floor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from ampsm.amp.output.reader import AgentOutput
from ampsm.system.secrecy.redaction import Redactor
from tests.benchmarks.measure import interleave, seconds_of
from tests.benchmarks.place import Place
from tests.benchmarks.report import Row
from tests.benchmarks.sample_lines import lines

SIZE = 40_000_000
_PARTS = 10

#: The specification asks for half the speed of decoding for parsing alone. Redaction searches every line several times
#: more, which decoding does not; this keeps an eye on it.
REDACTED_SPEED = 0.25

#: Values as a user's settings and environment hold them; none of them is in the lines, as on most days.
SECRETS = ("sk-ant-REDACTED-0123456789", "a-password-of-some-length", "another secret value", "0a1b2c3d4e5f6a7b")

_MEMORY = """\
import resource, sys
from ampsm.amp.output.reader import AgentOutput
from ampsm.journal.lines import LineSplitter, decode_line
from ampsm.journal.view import IterationView
from ampsm.system.secrecy.redaction import Redactor

output, view, splitter, redactor = AgentOutput("stream-json"), IterationView(1), LineSplitter(), Redactor([])
peaks, seq, done = [], 0, 0
with open(sys.argv[1], "rb") as file:
    while block := file.read(262_144):
        for line in splitter.feed(block):
            for event in output.stdout_line(redactor.redact_line(decode_line(line))):
                event.seq = seq = seq + 1
                event.at = "2026-05-04T10:00:00.000Z"
                view.apply(event)
        done += len(block)
        if not peaks and done >= int(sys.argv[2]):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print((peaks[1] - peaks[0]) * (1 if sys.platform == "darwin" else 1024))
"""


def measure_reading(place: Place) -> Iterator[Row]:
    everything = list(lines(SIZE))
    redact = Redactor(SECRETS).redact_line
    size = f"{SIZE // 1_000_000} MB of stream-json"
    yield _speed_row("parse", f"{size} → events", everything, lambda line: line, 0.5)
    yield _speed_row("redact-parse", f"{size} → redacted → events", everything, redact, REDACTED_SPEED)
    log = place.root / "stream.jsonl"
    with log.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in everything)
    grown = int(place.run(*place.python("-c", _MEMORY, log, SIZE // 4)))
    yield Row("parse-memory", f"{size}: growth after its first quarter", "none", grown / 1e6, 8, unit="MB")


def _speed_row(
    id: str,  # noqa: A002
    what: str,
    everything: Sequence[str],
    redact: Callable[[str], str],
    target: float,
) -> Row:
    """Both sides take the same part of the lines, one part a round, so that each pair sees the machine alike."""
    length = -(-len(everything) // _PARTS)
    parts = [everything[start : start + length] for start in range(0, len(everything), length)]
    floors, ours = _cycle(parts), _cycle(parts)

    def decode() -> float:
        part = next(floors)
        return seconds_of(lambda: [None for line in part if json.loads(line) is None])

    def read() -> float:
        part, output = next(ours), AgentOutput("stream-json")
        return seconds_of(lambda: [None for line in part if not output.stdout_line(redact(line))])

    pairs = interleave(decode, read, _PARTS)
    return Row(id, what, "json.loads of each line", pairs.speed, target, unit="× speed", at_most=False,
               floor_ms=pairs.floor_ms * _PARTS, ours_ms=pairs.ours_ms * _PARTS)  # fmt: skip


def _cycle(parts: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    while True:
        yield from parts
