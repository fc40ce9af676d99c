from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ampsm.system.secrecy.redaction import MARK, Redactor, secret_values

SECRET = 'pa"ss\\wörd\n123'
A40 = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5kL7n"


@pytest.mark.parametrize(
    "key",
    [
        f"sgamp_user_{A40}",
        f"sk-{A40}",
        f"sk-ant-api03-{A40}-x_y",
        f"sk-proj-{A40}",
        "sk-abcdefghijklmnopqrstuvwxyz",
        f"ghp_{A40[:36]}",
        f"gho_{A40[:36]}",
        f"github_pat_{A40}",
        f"glpat-{A40[:20]}",
        "xoxb-1234567890-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        f"AIza{A40[:35]}",
        f"npm_{A40[:36]}",
        f"pypi-{A40}{A40}",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpM",
    ],
)
@pytest.mark.parametrize("around", ["{}", "export KEY={} &&", '{{"a":"x {}"}}', "https://u:{}@host/", "({})"])
def test_known_shapes_of_keys_go(key: str, around: str) -> None:
    assert Redactor([]).redact(around.format(key)) == around.format(MARK)


def test_bearer_token_goes_and_the_word_stays() -> None:
    assert Redactor([]).redact("Authorization: Bearer abcdefgh12345678+/==") == f"Authorization: Bearer {MARK}"


def test_private_key_goes_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----"
    assert Redactor([]).redact(f"x {key} y") == f"x {MARK} y"
    assert Redactor([]).redact_line(json.dumps({"k": key})) == json.dumps({"k": MARK}, separators=(",", ":"))


@pytest.mark.parametrize(
    "text",
    [
        "task-list disk-usage risk-assessment-of-everything",
        "class='sk-folding-cube-container-element'",
        "the bearer of this-authentication-middleware",
        "npm_config_cache npm_lifecycle_event",
        "eyJ.eyJ. and AKIA and xoxo",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b toolu_01A09q90qw90lq917835lq9 T-5e0c-11",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor([]).redact(text) == text


@pytest.mark.parametrize("levels", [0, 1, 2])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_value_goes_plain_and_escaped(levels: int, ascii_only: bool) -> None:
    text: Any = SECRET
    for _ in range(levels):
        text = json.dumps({"x": text}, ensure_ascii=ascii_only)
    assert "ss" not in Redactor([SECRET]).redact(text).replace(MARK, "")


def test_unusual_escapes_hide_nothing() -> None:
    line = '{"a":"' + "".join(f"\\u{ord(c):04X}" for c in "letmein-now") + '","b":"let\\u006dein-now"}'
    assert json.loads(Redactor(["letmein-now"]).redact_line(line)) == {"a": MARK, "b": MARK}
    slashes = '{"a":"user\\/secret\\/path"}'
    assert json.loads(Redactor(["user/secret/path"]).redact_line(slashes)) == {"a": MARK}


def test_line_without_secrets_is_kept_byte_by_byte() -> None:
    for line in ('{ "a" : 1.0e5 ,"b":"\\u00e9\\/" }', "plain \\u00e9", "[1, 2", ""):
        assert Redactor(["letmein-now"]).redact_line(line) == line


def test_overlapping_values_leave_no_end_of_one() -> None:
    assert Redactor(["abcdefgh", "efghijkl"]).redact("-abcdefghijkl-") == f"-{MARK}-"
    assert Redactor(["abcdefgh", "abcdefghij"]).redact("abcdefghijk") == f"{MARK}k"


def test_lines_of_a_value_with_several_lines_go_too() -> None:
    key = f"-----BEGIN KEY-----\n{A40}\n{A40[::-1]}\n-----END KEY-----\n"
    assert Redactor([key]).redact(f"got {A40[::-1]}") == f"got {MARK}"


def test_mark_is_never_redacted_again() -> None:
    redactor = Redactor(["REDACTED", "[REDACTED]", ""])
    assert redactor.redact(redactor.redact("REDACTED")) == "REDACTED"


awkward = st.text(st.sampled_from('abn"\\{}[]:,u0 \n1é'), min_size=1, max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | awkward,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(awkward, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(awkward, json_values, min_size=1, max_size=4), st.lists(awkward, max_size=3), st.booleans())
def test_json_line_stays_json_of_the_same_shape(value: dict[str, Any], secrets: list[str], ascii_only: bool) -> None:
    redactor = Redactor(secrets)
    redacted = json.loads(redactor.redact_line(json.dumps(value, ensure_ascii=ascii_only)))
    assert redacted == redactor.redact_value(value)


@given(st.text(max_size=20), st.text(min_size=8, max_size=20), st.text(max_size=20))
def test_no_value_survives(before: str, secret: str, after: str) -> None:
    assume(secret not in MARK and secret not in before + MARK + after)
    for text in (before + secret + after, json.dumps(before + secret + after)):
        assert secret not in Redactor([secret]).redact(text)
    line = json.dumps({"text": before + secret + after})
    assert secret not in json.loads(Redactor([secret]).redact_line(line))["text"]


def test_secret_values_follow_the_rules_of_the_contract(tmp_path: Path) -> None:
    existing = tmp_path / "key-file"
    existing.touch()
    named = {
        "AMP_TOKEN": "abcdefgh",
        "myApiKey": "ijklmnop",
        "DB_PASSWORD": "qrstuvwx",
        "CREDENTIALS": "a/b/c/d/e",
        "SHORT_TOKEN": "abcdefg",
        "MAX_TOKENS": "123456789",
        "PRICE_KEY": "-1234.5678",
        "KEY_FILE": str(existing),
        "TOKENIZER": "abcdefgh",
        "MONKEY": "abcdefgh",
        "PATH": "/usr/bin:/bin",
    }
    assert secret_values(named) == ["abcdefgh", "ijklmnop", "qrstuvwx", "a/b/c/d/e"]


def test_huge_line_is_quick() -> None:
    line = json.dumps({"text": "x" * 1_000_000 + f" ghp_{A40} "})
    assert A40 not in Redactor([SECRET]).redact_line(line)


@pytest.mark.parametrize(
    "key", ["sk-ant-api03-abcdefghijklmnop0123", "ghp_abcdefghijklmnopqrst0123", "AKIAABCDEFGHIJKLMNOP"]
)
@pytest.mark.parametrize("before", ["\n", "\t", "x\r\n", "\x1b[31m", "\x1b[01;31m\x1b[K", "\x1b[m"])
def test_a_key_is_found_behind_an_escape(before: str, key: str) -> None:
    for text in (f"key:{before}{key}", json.dumps({"text": f"key:{before}{key}"})):
        line = json.dumps({"type": "tool_result", "content": text})
        redacted = Redactor([]).redact_line(line)
        assert key not in redacted and json.loads(redacted)["content"] == text.replace(key, MARK)
        assert key not in Redactor([]).redact(line)


@pytest.mark.parametrize(
    "unit",
    [
        "sk-",
        "-eyJabcdefgh",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN A ",
        "Bearer ",
        "xoxb-",
        "ghp_",
        "-----END ",
        "PRIVATE KEY-----\\n",
    ],
)
def test_beginnings_of_keys_without_end_cost_no_more_than_their_length(unit: str) -> None:
    """The time limit of the test is the bound: looking ahead from each beginning would take minutes."""
    text = unit * (500_000 // len(unit))
    Redactor([]).redact(text)
    assert Redactor([]).redact(f"{text} sk-ant-api03-abcdefghijklmnop0123").endswith(MARK)
