"""What a tool said, decoded once for everybody who shows it: console, tables, `logs`, reports.

`decoding` tells which kind a result is; `bodies` are the kinds. Each kind has its readers: `ansi` for what programs
print in colour, `patches` for changes of files and `unified` for their diffs, `files` for what was read, `searches` for
what was found, `pictures` for images. `numbers` are those that can be some, `paths` are shown relative to the
worktree; `facts` puts a result into a few words. A `decoded` call takes no files and no time worth a thread of its own,
but a megabyte takes some milliseconds.
"""

from __future__ import annotations

from ampsm.journal.results.ansi import styled_lines
from ampsm.journal.results.bodies import (
    Body,
    Decoded,
    DiffBody,
    FileBody,
    FileDiff,
    JsonBody,
    MatchesBody,
    OutputBody,
    PictureBody,
    ProseBody,
    SearchMatch,
    StyledLine,
    StyledSpan,
    exit_words,
)
from ampsm.journal.results.decoding import decoded
from ampsm.journal.results.facts import FAILURE, note_of, size_words, sizes_words
from ampsm.journal.results.pictures import kind_of

__all__ = [
    "FAILURE",
    "Body",
    "Decoded",
    "DiffBody",
    "FileBody",
    "FileDiff",
    "JsonBody",
    "MatchesBody",
    "OutputBody",
    "PictureBody",
    "ProseBody",
    "SearchMatch",
    "StyledLine",
    "StyledSpan",
    "decoded",
    "exit_words",
    "kind_of",
    "note_of",
    "size_words",
    "sizes_words",
    "styled_lines",
]
