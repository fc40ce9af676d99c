"""Private keys that come line by line."""

from __future__ import annotations

import json

import pytest

from ampsm.system.secrecy.key_blocks import KeyBlocks
from ampsm.system.secrecy.redaction import MARK, Redactor

BODY = [
    "MIIEowIBAAKCAQEA7bq0k3v0mQ1mXk2Yw0o5D3cWc8ZfT1r9u+/HqKJ0n6Yx5eVz",
    "b3JhbmdlIGp1aWNlIGFuZCBhIGxpdHRsZSBiaXQ=",
    "Zm9v",
]
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"


def said(*lines: str) -> list[str]:
    keys = KeyBlocks(Redactor([]).redact_line)
    return [keys.redact(line) for line in lines]


@pytest.mark.parametrize("form", ["{}", "  {}", "{}\r", "     7\t{}", "12:{}", "> {}", "+{}"])
def test_the_body_goes_and_what_follows_stays(form: str) -> None:
    lines = [form.format(line) for line in (BEGIN, *BODY, END)]
    shown = said("key.pem", *lines, "done")
    assert shown[0] == "key.pem" and shown[-1] == "done"
    assert shown[2:-2] == [MARK] * len(BODY)


def test_headers_of_the_key_do_not_end_it() -> None:
    lines = [BEGIN, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,F00", "", *BODY, END]
    assert said(*lines)[4:-1] == [MARK] * len(BODY)


def test_what_is_no_key_ends_it() -> None:
    prose = ["see above for what it is", "word", BODY[0]]
    assert said(BEGIN, *prose) == [BEGIN, *prose]
    assert said("no BEGIN PRIVATE KEY----- here", BODY[0])[1] == BODY[0]
    assert said(f"{BEGIN} is how it begins", BODY[0])[1] == BODY[0]


def test_a_key_whose_end_was_cut_off_goes_from_a_line_of_json() -> None:
    line = json.dumps({"result": "\n".join([f"cat k: {BEGIN}", *BODY[:2], BODY[0][:20]]), "n": 1})
    (shown,) = said(line)
    assert json.loads(shown) == {"result": f"cat k: {MARK}", "n": 1}
