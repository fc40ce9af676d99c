"""Files that git cannot take as what is set for them says: a filter that is required and fails, an encoding that they
are not in, line ends that would not come back. Told from the words that git always says in English."""

from __future__ import annotations

import re
from pathlib import Path

from ampsm.git.calls.failures import GitError
from ampsm.model.errors import UserError, quoted

#: The only one of them that dies wherever git looks at the file.
_NO_ENCODING = "true/false are no valid working-tree-encodings"

#: What git says, and where it stands what makes it say that; the file is named in each but the last two.
_WORDS = (
    (r"(?P<filtered>.*): (?:clean|smudge) filter '?.*'? failed", "^filter[.]"),
    (r"(?:CRLF|LF) would be replaced by (?:CRLF|LF) in (?P<ended>.*)", "^core[.](autocrlf|eol|safecrlf)$"),
    (r"BOM is (?:required|prohibited) in '(?P<marked>.*)' if encoded as .*", None),
    (r"failed to encode '(?P<encoded>.*)' from .* to .*", None),
    (r"encoding '(?P<back>.*)' from .* to .* and back is not the same", None),
    (_NO_ENCODING, None),
    (r"external filter '.*' (?:failed|is not available anymore).*", "^filter[.]"),
)
_SAID = [(re.compile(rf"^(?:fatal|error): ({words})$", re.MULTILINE), settings) for words, settings in _WORDS]


class NotConvertedError(GitError):
    """The files cannot be staged for what is set for them; `output` is what git said."""

    def __init__(self, what: str, stderr: bytes) -> None:
        super().__init__(what, stderr, code="commit-refused")
        self.output = str(self.details.get("output", ""))
        self.reason = why_not_converted(self.output) or self.message


def failed(what: str, stderr: bytes, where: Path | str) -> GitError:
    """The error of a call that failed in a folder; where it did for want of a conversion its hint says what is set."""
    said = stderr.decode("utf-8", "replace")
    return GitError(what, stderr, hint=see_what_is_set(where, said) if why_not_converted(said) else None, where=where)


def why_not_read(error: UserError) -> str | None:
    """The same sentence, where an error was raised for it; None for any other."""
    return why_not_converted(str(error.details.get("output", ""))) if isinstance(error, GitError) else None


def why_not_converted(output: str) -> str | None:
    """The sentence by which git says that it cannot convert a file; None where it says nothing of the kind."""
    return next((found[1] for pattern, _ in _SAID if (found := pattern.search(output))), None)


def see_what_is_set(place: Path | str, output: str) -> str:
    """The hint where it cannot: a command that shows the attributes of the file, and the settings that count; for the
    words that name no file, which files are concerned."""
    found = ((pattern.search(output), settings) for pattern, settings in _SAID)
    said, settings = next(((match, settings) for match, settings in found if match), (None, None))
    path = next((path for path in said.groupdict().values() if path), None) if said else None
    git = f"git -C {quoted(place)}"
    shows = f"{git} check-attr --all -- {quoted(path)}"
    if path is None:
        attribute = "working-tree-encoding" if _NO_ENCODING in output else "filter"
        shows = f"{git} ls-files --cached --others {quoted(f':(attr:{attribute})')}"
    if settings:
        shows += f" && {git} config --show-origin --get-regexp {quoted(settings)}"
    return f"look at what is set for it, and mend that: {shows}"
