"""What a commit object says, where it is written as nearly all are; git knows what to make of the others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from ampsm.git.objects.commit_info import CommitInfo
from ampsm.git.objects.reader import CannotTell

#: A name without blanks around it, an address, and a time of ten digits at most with a usual offset.
_AUTHOR = re.compile(r"author ((?:[^\s<>]|[^\s<>][^<>\n]*[^\s<>]) <[^\s<>]*>) (\d{1,10}) ([+-])(0\d|1[0-4])([0-5]\d)")
_TRAILER = re.compile(r"([A-Za-z0-9-]+):(.*)")
_LIKE_A_TRAILER = re.compile(r"[A-Za-z0-9-]+[ \t]*:")

#: Lines that mean something to git wherever they are, and those that may be comments at the end of a message.
_SPECIAL = ("#", "---", "Conflicts:", "(cherry picked from commit ")
_COMMENTS = tuple(";@!$%^&|:")
_BLANKS = " \t\r"


def plain_commit(sha: str, content: bytes) -> CommitInfo:
    """The commit whose object holds `content`. Raises CannotTell when anything in it is out of the ordinary."""
    text = _text(content)
    head, _, message = text.partition("\n\n")
    lines = head.split("\n")
    author = next((found for line in lines if (found := _AUTHOR.fullmatch(line))), None)
    if author is None:
        raise CannotTell
    parents = tuple(line.removeprefix("parent ") for line in lines if line.startswith("parent "))
    who, seconds, sign, hours, minutes = author.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    at = datetime.fromtimestamp(int(seconds), UTC).astimezone(timezone(-offset if sign == "-" else offset))
    paragraphs = _paragraphs(message)
    trailers = _trailers(paragraphs[-1]) if len(paragraphs) > 1 else {}
    return CommitInfo(sha, parents, who, at.isoformat(), " ".join(paragraphs[0]), trailers)


def plain_subject(content: bytes) -> str:
    """The first paragraph of a commit's message as one line. Raises CannotTell as `plain_commit`."""
    return " ".join(_paragraphs(_text(content).partition("\n\n")[2])[0])


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise CannotTell from error
    if "\0" in text or "\nencoding " in text.partition("\n\n")[0]:
        raise CannotTell
    return text


def _paragraphs(message: str) -> list[list[str]]:
    """The lines between blank lines, without blanks at their ends; at least one paragraph."""
    found: list[list[str]] = [[]]
    for line in message.split("\n"):
        if line.startswith(_SPECIAL):
            raise CannotTell
        words = line.rstrip(_BLANKS)
        if words:
            found[-1].append(words)
        elif found[-1]:
            found.append([])
    return found[:-1] if len(found) > 1 and not found[-1] else found


def _trailers(lines: list[str]) -> dict[str, str]:
    """The trailers in the last paragraph, when it is nothing else or has none."""
    if any(line.startswith(_COMMENTS) for line in lines):
        raise CannotTell
    if not any(_LIKE_A_TRAILER.match(line) for line in lines):
        return {}
    found = {}
    for line in lines:
        trailer = _TRAILER.fullmatch(line)
        if trailer is None:
            raise CannotTell
        found[trailer[1]] = trailer[2].strip()
    return found
