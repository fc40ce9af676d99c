"""Where words go: the answer to stdout, narration to stderr, documents as JSON (SPEC section 2)."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from ampsm_cli.screen import in_color, json_on_screen, on_screen
from ampsm_cli.style import clean, paint

if TYPE_CHECKING:
    from ampsm.system.secrecy.redaction import Redactor

HUMAN, JSON, STREAM = "human", "json", "stream"

#: The reader has closed its end of the pipe; the terminal is gone.
_GONE = (errno.EPIPE, errno.EIO)

#: One of our commands in a text, where it is one to type; help is the same for every database.
_COMMAND = re.compile(r"\bamp-sessions (?=[a-z])(?![^,;]*--help)")

#: The parts of a document that hold commands to type, and those that hold such parts.
_TYPED, _HOLDERS = ("hint", "fix", "nextStep", "warnings"), ("error", "checks", "findings")


Redact = Callable[[Any], Any]


class ReaderGone(Exception):  # noqa: N818 (it is no error)
    """Whoever read standard output has closed it; a command that only answers ends silently."""


class Output:
    """Writes one command's answer and narration.

    `keep_going` is set by commands whose work goes on without a reader: then a closed standard output is no reason to
    stop. `last_document` is what `finish` was given last.
    """

    def __init__(self, mode: str, *, color: bool, environ: Mapping[str, str]) -> None:
        self.mode = mode
        self.keep_going = False
        #: Takes secrets out of a document; of words and events that no journal has seen.
        self.redacted: Callable[[dict[str, Any]], dict[str, Any]] = dict
        #: Takes out of each word what is at hand of secrets: whoever wrote it, a name or a message may hold one.
        self.redactor: Callable[[], Redactor] | None = None
        #: What `--db` said: `typed` repeats it.
        self.database: str | None = None
        self.last_document: dict[str, Any] | None = None
        self._lost: OSError | None = None
        self.answer_is_terminal = _is_terminal(sys.stdout)
        self.narration_is_terminal = _is_terminal(sys.stderr)
        self.can_move = environ.get("TERM", "") not in ("", "dumb")
        wanted = color and not environ.get("NO_COLOR") and self.can_move
        self.answer_color = wanted and self.answer_is_terminal
        self.narration_color = wanted and self.narration_is_terminal

    @property
    def human(self) -> bool:
        return self.mode == HUMAN

    @property
    def width(self) -> int:
        """Columns of the terminal that the answer goes to; 80 when unknown."""
        try:
            return os.get_terminal_size(sys.stdout.fileno()).columns or 80
        except (OSError, ValueError, AttributeError):
            return 80

    @property
    def streaming(self) -> bool:
        return self.mode == STREAM

    def answer(self, text: str = "", style: str = "", *, as_it_is: bool = False) -> None:
        """A line of the answer; `as_it_is` with what git has, which is never altered."""
        text = text if as_it_is else self.without_secrets(text)
        self._answer(paint(text, style, on=self.answer_color) + "\n")

    def answer_path(self, path: str) -> None:
        """A path as a line of the answer: its bytes, and on a terminal its name in one line."""
        if self.answer_is_terminal:
            self.answer(path.replace("\n", "\\n"), as_it_is=True)
        else:
            self.answer_bytes(os.fsencode(path) + b"\n")

    def answer_paragraph(self, text: str) -> None:
        """A sentence of the answer, broken between words on a terminal."""
        if self.answer_is_terminal:
            from textwrap import fill

            text = fill(self.without_secrets(text), self.width, break_long_words=False, break_on_hyphens=False)
        self.answer(text)

    def answer_bytes(self, data: bytes, *, flush: bool = False) -> None:
        """Bytes of the answer, as they are; a terminal gets them as `screen` lets them through. As for raising, see
        `_write_answer`."""
        if self.answer_is_terminal:
            self._answer(data.decode("utf-8", "surrogateescape"), flush=flush)
        else:
            self._write_answer(data, flush=flush)

    def _answer(self, text: str, *, flush: bool = False) -> None:
        if not self.answer_is_terminal:
            text = in_color(text)
        else:
            text = on_screen(text) if self.human else json_on_screen(text)
        self._write_answer(_encode(text, sys.stdout), flush=flush)

    def _write_answer(self, data: bytes, *, flush: bool) -> None:
        """Raises ReaderGone when nobody reads any more, OSError when it cannot be written (a full disk). A command that
        is to keep going does so, and hears of the latter at its end, from `flush`."""
        if sys.stdout is None:
            return
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            if flush:
                sys.stdout.buffer.flush()
        except OSError as error:
            self._answer_lost(error)

    def narrate(self, text: str = "", style: str = "", *, end: str = "\n") -> None:
        """A line beside the answer, on stderr; never raises. With an empty `end` the line goes on."""
        if sys.stderr is None:
            return
        try:
            if self.narration_is_terminal and sys.stdout is not None:
                sys.stdout.flush()  # two streams on one screen keep their order
            line = paint(self.without_secrets(text), style, on=self.narration_color) + end
            line = on_screen(line) if self.narration_is_terminal else in_color(line)
            sys.stderr.flush()
            sys.stderr.buffer.write(_encode(line, sys.stderr))
            sys.stderr.buffer.flush()
        except OSError:
            silence(sys.stderr)

    def note(self, text: str) -> None:
        """Something the user should know while the command goes on."""
        said = str(self.redacted({"text": text})["text"])
        self.narrate(paint("note:", "yellow", on=self.narration_color) + " " + clean(said))

    def event(self, line: bytes) -> None:
        """One event of `--stream-json`, a whole line; seen by the reader at once."""
        self.answer_bytes(line, flush=True)

    def event_document(self, document: Mapping[str, Any]) -> None:
        self.event(_json_line(self.typed_in(self.redacted({**document}))))

    def finish(
        self,
        document: dict[str, Any],
        show: Callable[[], None],
        error: Mapping[str, Any] | None = None,
        *,
        git_has: Collection[str] = (),
    ) -> None:
        """The command's answer: its document with `error`, or `show` for people. `git_has` names the parts, wherever
        they are in a JSON document, that hold names and contents of files: these are never altered."""
        self.last_document = self.typed_in({**document, "error": error})
        if self.mode == JSON:
            self._print_document(self.last_document, git_has)
        elif self.mode == STREAM:
            self.event_document({"type": "result", **self.last_document})
        else:
            show()

    def typed(self, text: str) -> str:
        """A text with commands to type, of which each that is ours names the database that this command was given."""
        if not self.database:
            return text
        import shlex

        named = f"amp-sessions --db {shlex.quote(self.database)} "
        return _COMMAND.sub(lambda _: named, text)

    def typed_in(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with such texts in it, wherever it has any."""
        return {key: self._typed_part(key, value) for key, value in document.items()} if self.database else {**document}

    def _typed_part(self, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._typed_part(key, part) for part in value]
        if key in _TYPED and isinstance(value, str):
            return self.typed(value)
        return self.typed_in(value) if key in _HOLDERS and isinstance(value, Mapping) else value

    def _print_document(self, document: Mapping[str, Any], git_has: Collection[str]) -> None:
        if self.redactor is not None and git_has:
            document = self._redacted_but(git_has, document, self.redactor().redact_value)
        line = _json_line(document)
        if self.redactor is not None and not git_has:
            line = self.redactor().redact_line(line.decode()).encode()
        if self.answer_is_terminal:
            import json

            self.answer(json.dumps(json.loads(line), indent=2, ensure_ascii=False), as_it_is=True)
        else:
            self.answer_bytes(line)

    def _redacted_but(self, git_has: Collection[str], document: Mapping[str, Any], redact: Redact) -> dict[str, Any]:
        def part(key: str, value: Any) -> Any:
            if isinstance(value, Mapping):
                return {name: part(name, inner) for name, inner in value.items()}
            if isinstance(value, list | tuple):
                return [part(key, inner) for inner in value]
            return value if key in git_has else redact(value)

        return {key: redact(value) if key == "error" else part(key, value) for key, value in document.items()}

    def without_secrets(self, text: str) -> str:
        """The text as any answer has it: for what is cut before it is answered."""
        return self.redactor().redact(text) if text and self.redactor is not None else text

    def flush(self) -> None:
        """Raises ReaderGone, or OSError when what was answered cannot be written (a full disk)."""
        if sys.stdout is None:
            return
        try:
            sys.stdout.flush()
        except OSError as error:
            self._answer_lost(error)
        lost, self._lost = self._lost, None
        if lost is not None:
            raise lost

    def _answer_lost(self, error: OSError) -> None:
        silence(sys.stdout)
        is_gone = error.errno in _GONE
        if is_gone and not self.keep_going:
            raise ReaderGone from None
        if not self.keep_going:
            raise error
        if not is_gone:
            self._lost = self._lost or error


class Narration:
    """Standard error as a file for a live view: once nobody can read it any more, words are lost without an error."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            silence(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            silence(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def silence(stream: TextIO) -> None:
    """Makes the stream lead nowhere, so that the interpreter does not complain when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return bool(stream and stream.isatty())
    except ValueError:
        return False


def _encode(text: str, stream: TextIO | None) -> bytes:
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower()
    return text.encode(encoding, "surrogateescape" if encoding.startswith("utf") else "replace")


def _json_line(document: Mapping[str, Any]) -> bytes:
    import json

    try:
        return json.dumps(document, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # a path that is no UTF-8: only escapes can carry it
        return json.dumps(document).encode() + b"\n"
