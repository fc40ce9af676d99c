"""Secrets with something in between that a reader takes away: they go whole, and nothing else does."""

from __future__ import annotations

import json
import re
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampsm.journal.text import plain_lines
from ampsm.system.secrecy.key_blocks import KeyBlocks
from ampsm.system.secrecy.redaction import MARK, Redactor
from tests.support.disguises import DISGUISES, LINE_ENDS

VALUE = "hunter2-Hunter2-hunter2"
QUOTED = 's3cr3t-Va/lue-with"quote\\and-0123456789'
KEYS = {
    "value": VALUE,
    "quoted": QUOTED,
    "sk": "sk-proj-abcdefghij0123456789ABCD",
    "amp": "sgamp_user_abcDEF0123456789abcdef",
    "github": "ghp_aB3dE5gH7jK9mN1pQ3sT5vW7",
    "aws": "AKIAIOSFODNN7EXAMPLE",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpM",
}
REDACTOR = Redactor([VALUE, QUOTED])
#: What Markdown takes away.
MARKS = ("**", "`", "~~", "&shy;", "&#8203;", "&#x200b;")


def left_of(key: str, text: str) -> list[str]:
    """Pieces of the key that are long enough to be of use."""
    return [key[at : at + 7] for at in range(len(key) - 6) if key[at : at + 7] in text]


@pytest.mark.parametrize("disguise", [*DISGUISES.values(), *LINE_ENDS, *MARKS], ids=ascii)
@pytest.mark.parametrize("kind", KEYS)
def test_a_key_goes_whatever_is_in_it(kind: str, disguise: str) -> None:
    key = KEYS[kind]
    if kind == "aws" and disguise in LINE_ENDS:
        pytest.skip("a line that begins with a word of letters alone is no rest of a key")
    for at in range(1, len(key) - 4, 3):
        if disguise in MARKS and key[at - 1] == "\\":
            continue  # the mark is a character of the text then
        text = f"key: {key[:at]}{disguise}{key[at:]} and more"
        assert not left_of(key, found := REDACTOR.redact(text)), (at, found)
        assert found.startswith(f"key: {MARK}") or disguise == "x\b", found
        assert found.endswith(" and more")


@pytest.mark.parametrize("disguise", [*DISGUISES.values(), *LINE_ENDS], ids=ascii)
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("kind", ["quoted", "sk"])
def test_a_line_of_json_stays_one_and_holds_no_key(kind: str, depth: int, disguise: str) -> None:
    key = KEYS[kind]
    for at, ascii_only in product((1, 3, 9, len(key) - 6), (True, False)):
        text = f"key: {key[:at]}{disguise}{key[at:]} and more"
        for _ in range(depth):
            text = json.dumps({"text": text, "n": 1}, ensure_ascii=ascii_only)
        line = REDACTOR.redact_line(text)
        value = json.loads(line)
        assert value["n"] == 1 and MARK in value["text"]
        assert not left_of(key, line), line
        assert not left_of(key, REDACTOR.redact(text))


@pytest.mark.parametrize("disguise", [*DISGUISES.values(), "-"], ids=ascii)
@pytest.mark.parametrize("kind", ["value", "sk", "github"])
def test_a_key_in_a_name_that_git_has_quoted_goes(kind: str, disguise: str) -> None:
    """By bytes in octal figures, and a line of JSON with that."""
    key = KEYS[kind]
    for at in (3, 9, len(key) - 6):
        octal = "".join(f"\\{byte:03o}" for byte in disguise.encode("utf-8", "surrogatepass"))
        quoted = key.replace("-", octal) if disguise == "-" else f"{key[:at]}{octal}{key[at:]}"
        text = f'fatal: "{quoted}.txt" is there'
        for said in (REDACTOR.redact(text), REDACTOR.redact_line(json.dumps({"text": text}))):
            assert MARK in said and not left_of(key, said), said


#: How programs write what is not seen.
WRITTEN = (
    r"\e[0m", r"\033[1;31m", r"\u{200b}", r"\x{200b}", r"\U000e0061", r"\xe2\x80\x8b", "%E2%80%8B", "%00",
    "^[[31m", "^[(B", "\t", "\n    ", "\n\t", "\n> ", "\n  | ",
)  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN, ids=ascii)
@pytest.mark.parametrize("kind", ["value", "sk", "github"])
def test_a_key_goes_through_which_something_is_written_out(kind: str, written: str) -> None:
    key = KEYS[kind]
    for at in (4, 9, len(key) - 6):
        text = f"key: {key[:at]}{written}{key[at:]} and more"
        for said in (REDACTOR.redact(text), REDACTOR.redact_line(json.dumps({"text": text}))):
            assert MARK in said and " and more" in said and not left_of(key, said), said


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_that_is_escaped_for_markdown_goes(kind: str) -> None:
    """As agents like to write: `sgamp\\_user\\_…`."""
    key = KEYS[kind]
    for written in (
        re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", key),
        re.sub(r"[!-/:-@\[-`{-~]", lambda found: f"&#{ord(found[0])};", key),
        key.replace("_", "&lowbar;").replace("-", "&#x2D;"),
        f"[{key[:12]}](https://example.invalid/{key[12:14]}){key[12:]}",
    ):
        assert not left_of(key, found := REDACTOR.redact(f"It is **{written}**, as said.")), found
        assert found.startswith("It is **") and found.endswith("**, as said.")
        line = json.dumps({"text": f"It is {written}."})
        assert not left_of(key, REDACTOR.redact_line(line))
        assert not left_of(key, REDACTOR.redact(json.dumps(line)))


def test_what_is_marked_up_is_left_as_it_is() -> None:
    for text in (
        "a *task-list* of `sk-` and [x](y)\\_z",
        "&amp; &#45; &lowbar; &#99999999;",
        "2 * 3 ** 4 \\* ~~",
    ):
        assert REDACTOR.redact(text) == text


@pytest.mark.parametrize("key", [KEYS["sk"], VALUE])
@pytest.mark.parametrize("width", [12, 20])
def test_a_key_that_was_wrapped_goes(key: str, width: int) -> None:
    text = re.sub(f"(.{{{width}}})", r"\1\n", f"KEY={key}")
    assert not left_of(key, REDACTOR.redact(text).replace("\n", ""))
    line = json.dumps({"output": json.dumps({"said": text})})
    assert not left_of(key, REDACTOR.redact_line(line).replace("\\", "").replace("n", ""))


def test_a_member_that_comes_twice_hides_nothing() -> None:
    line = '{"a":"' + KEYS["sk"] + '","a":"x"}'
    assert json.loads(REDACTOR.redact_line(line)) == {"a": "x"}
    assert not left_of(KEYS["sk"], REDACTOR.redact_line(line))


@pytest.mark.parametrize("form", ["a%20b%2Fc%3Ad-secret", "a%20b/c%3Ad-secret", "a%20b%2fc%3ad-secret"])
def test_a_value_in_an_address_goes(form: str) -> None:
    assert Redactor(["a b/c:d-secret"]).redact(f"https://me:{form}@host/") == f"https://me:{MARK}@host/"


@pytest.mark.parametrize(
    "text",
    [
        f"{KEYS['sk']}\nDB2_URL=x\n",
        f"a {KEYS['sk']}\nDone.\n",
        f"{KEYS['sk']}\r\nok 1\r\n",
        f"{KEYS['sk']}\n2026-11-29\n",
        f"{VALUE}\nand Then1\n",
        f"\x1b[32mKEY\x1b[0m={KEYS['sk']}\x1b[0m\n\x1b[31mred\x1b[0m\n",
        f"{KEYS['sk']}\n{KEYS['amp']}\n",
        f"x\b_\b{VALUE}\n",
        f"50%\r100% {KEYS['github']}\u200b.\n",
        f"{KEYS['sk']}\t2026-11-29\tok\n    - done\n",
        f"a: {KEYS['sk']}\n    port2: 80\n",
        f"100%25 ^[a-z] C:\\Users\\e {KEYS['amp']}\n",
    ],
)
def test_what_is_around_a_key_stays(text: str) -> None:
    expected = text
    for key in KEYS.values():
        expected = expected.replace(key, MARK)
    assert REDACTOR.redact(text) == expected
    line = json.dumps({"text": text})
    assert json.loads(REDACTOR.redact_line(line)) == {"text": expected}


@pytest.mark.parametrize(
    "text", ["\x1b[1mtask-\x1b[0mlist \u200bdisk-usage\r\n", "café\u0301 ❤️ \\u00e9 C:\\new\\beta \\x41 \x1b]0;t\x07"]
)
def test_text_without_a_key_stays_as_it_is(text: str) -> None:
    assert REDACTOR.redact(text) == text
    for line in (json.dumps({"a": text}), json.dumps({"a": text}, ensure_ascii=False, indent=None)):
        assert REDACTOR.redact_line(line) == line


def test_the_mark_is_no_part_of_an_escape() -> None:
    assert plain_lines(REDACTOR.redact(f"a \x1b{VALUE}")) == [f"a {MARK}"]


disguises = st.sampled_from([*DISGUISES.values(), "\x1b[2K", "\x1b(B", "\x9b1m", "\u200d\u200c", "\0\0"])


@given(st.sampled_from(sorted(KEYS)), st.lists(st.tuples(st.integers(0, 60), disguises), max_size=6), st.integers(0, 3))
def test_no_reader_puts_a_key_together(kind: str, inserted: list[tuple[int, str]], depth: int) -> None:
    key = text = KEYS[kind]
    for at, disguise in sorted(inserted, reverse=True):
        at = min(at, len(key))
        text = text[:at] + disguise + text[at:]
    text = f"key: {text} end"
    for _ in range(depth):
        text = json.dumps({"text": text})
    line = REDACTOR.redact_line(text)
    shown = line
    for _ in range(depth):
        shown = json.loads(shown)["text"]
    for found in (line, shown):
        assert key not in found
        assert key not in "".join(plain_lines(found))
        assert key not in re.sub(r"\x1b\[[0-9;]*m|[^ -~]", "", found)


@pytest.mark.parametrize("colour", ["{}", "\x1b[32m{}\x1b[0m", "\x1b[32m\x1b[K{}\x1b[m\x1b[K", "{}\0", "\u200b{}"])
def test_a_private_key_that_comes_coloured_line_by_line_goes(colour: str) -> None:
    blocks = KeyBlocks(REDACTOR.redact)
    body = ["MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn", "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1d", "Q=="]
    lines = ["-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----"]
    shown = [blocks.redact(colour.format(line)) for line in lines]
    assert shown[1:4] == [MARK] * 3


@pytest.mark.parametrize(
    "unit",
    [
        *("\x1b[31m", "\x1b]0;", "x\b", "a\r", "s\u200b", "sk-\x1b[m", "\\u001b", "\\", "\x9d", "sk-\n", "ab1\n"),
        *(
            "eyJ\0abcdefgh",
            "gh\u200bp_",
            "-----BEGIN PRIVATE KEY-----\x1b[m",
            "Bearer \0",
            "hunter2-hun\0",
            "-\0----END ",
        ),
        "\\u001b]\\\\",
    ],
    ids=ascii,
)
@pytest.mark.rounds(5)
def test_disguises_of_nothing_cost_no_more_than_their_length(unit: str) -> None:
    """The time limit of the test is the bound."""
    text = unit * (300_000 // len(unit))
    assert REDACTOR.redact(f"{text} {KEYS['sk'][:9]}\u200b{KEYS['sk'][9:]}").endswith(f" {MARK}")


@pytest.mark.parametrize("unit", ["\\", "](", "&#45;", "\\u", "**"])
def test_a_long_line_takes_time_in_proportion(unit: str) -> None:
    """A line of an agent can have 16 MiB; twice as far as this, what looks at each place again takes minutes."""
    began = time.process_time()
    REDACTOR.redact("sk-a " + unit * 200_000)
    assert time.process_time() - began < 10


def test_a_key_right_behind_a_secret_goes_too() -> None:
    secret, key = "hunter2-Hunter2-hunter2", "sk-proj-Ab3\x1b[31mDe5Gh7Jk9Mn1Pq3Rs5"
    assert Redactor([secret]).redact(f"{secret}{key} end") == f"{MARK}{MARK} end"
