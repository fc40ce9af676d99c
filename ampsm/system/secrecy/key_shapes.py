"""What keys look like: `sgamp_…`, `sk-…`, `ghp_…`, private keys and others, also in a reading of a text."""

from __future__ import annotations

import re
from functools import cache

from ampsm.system.readable import HIDDEN, Extent

# What a key of a known shape cannot do without, each found from one character that is quick to look for: a fifth
# of the time of looking for every prefix, and most texts hold no key.
_BY_UNDERSCORE = re.compile(r"_(?:(?<=sgamp_)|(?<=gh[pousr]_)|(?<=github_pat_)|(?<=npm_))")
_BY_HYPHEN = re.compile(r"-(?:(?<=sk-)|(?<=glpat-)|(?<=xox[a-z]-)|(?<=pypi-)|(?<=PRIVATE KEY-))")
_BY_I = re.compile(r"I(?:(?<=AKI)A|(?<=ASI)A|(?<=AI)za)")
_MAKERS = ("ant", "proj", "live", "test", "svcacct", "admin", "or")
_SCHEMES = ("Bearer ", "bearer ", "BEARER ")


def may_hold_key(text: str) -> bool:
    """Whether looking for keys in the text is worth it."""
    return bool(
        _BY_UNDERSCORE.search(text)
        or _BY_HYPHEN.search(text)
        or ("I" in text and _BY_I.search(text))
        or ("J" in text and "eyJ" in text)
        or "earer " in text
        or "BEARER " in text
    )


def key_spans(text: str, *, reading: bool = False) -> list[Extent]:
    """Where keys stand in a text, or in a `reading` of one, in which HIDDEN may stand between any two characters."""
    spans = []
    for found in (_reading() if reading else _plain()).finditer(text):
        start = found.end("scheme") if found["scheme"] else found.start()
        spans.append((start, start + len(text[start : found.end()].rstrip(HIDDEN))))
    return spans


@cache
def _plain() -> re.Pattern[str]:
    """Compiled for the first text that may hold a key: it takes a millisecond."""
    return re.compile(_shapes("", ""))


@cache
def _reading() -> re.Pattern[str]:
    return re.compile(_shapes(f"{HIDDEN}?", HIDDEN))


def _shapes(gap: str, also: str) -> str:
    """The pattern. `gap` may stand between two characters of a key's beginning, `also` is a character of all others.

    A key begins where no word goes on. A letter before it may be the end of an escape: `\\n` in a line of JSON, `[31m`
    of a terminal. No part may look far ahead at each of many beginnings: a line can have 16 MiB.
    """

    def word(text: str) -> str:
        return gap.join(re.escape(letter) for letter in text)

    def one_of(*words: str) -> str:
        return "(?:" + "|".join(word(text) for text in words) + ")"

    begin, end, base64 = word("-----BEGIN "), word("-----END "), rf"[A-Za-z0-9+/{also}]"
    owner = rf"(?:[A-Z{also}]+\ )*{word('PRIVATE KEY-----')}"
    header = 400 if gap else 2000  # characters; a reading may begin a key in a word
    token = rf"(?=[\w.~+/{also}-]*\d)[\w.~+/{also}-]{{16,}}=*"
    return rf"""(?x)
    (?: (?<![A-Za-z0-9]) | (?<=\\[bfnrt]) | (?<=[\d\[;][mK]) )
    (?: {word("sgamp_")}[\w{also}-]{{8,}}
      | {word("sk-")}{gap}{one_of(*_MAKERS)}{gap}-[\w{also}-]{{12,}}
      | {word("sk-")}[A-Za-z0-9{also}]{{20,}}
      | {word("sk-")}(?=[\w{also}-]{{0,60}}\d)[\w{also}-]{{20,}}
      | {word("gh")}{gap}[pousr]{gap}_[A-Za-z0-9{also}]{{16,}}
      | {word("github_pat_")}[\w{also}]{{16,}}
      | {word("glpat-")}[\w{also}-]{{16,}}
      | {word("xox")}{gap}[a-z]{gap}-[\w{also}-]{{10,}}
      | {one_of("AKIA", "ASIA")}(?:{gap}[A-Z0-9]){{16}}{"" if gap else "(?![A-Za-z0-9])"}
      | {word("AIza")}[\w{also}-]{{30,}}
      | {word("npm_")}[A-Za-z0-9{also}]{{30,}}
      | {word("pypi-")}[\w{also}-]{{40,}}
      | (?<![_-]){word("eyJ")}[\w{also}-]{{8,{header}}}+\.{gap}{word("eyJ")}[\w{also}-]{{8,}}\.[\w{also}-]*
    )
    | (?P<scheme>{one_of(*_SCHEMES)}) {token}
    | {begin}{gap}{owner}
      (?: [^"-]*+(?>(?:-(?!{gap}{word("----")}{gap}{one_of("BEGIN", "END")})[^"-]*+)*){end}{gap}{owner}
        | (?: (?>(?:\\+[nr]|[\s{also}])+) {base64}{{16,}}+ =* )+ )  # its end was cut off
    """
