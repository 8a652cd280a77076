from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Invalid
from bridge.spi.door.body import parse
from bridge.spi.identity.letters import all_written, written

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def named(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects whose names differ even when they come in one way of writing."""
    pairs = st.tuples(TEXT, inner)
    return st.lists(pairs, unique_by=lambda pair: written(pair[0])).map(dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXT,
    lambda inner: st.lists(inner) | named(inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_json_is_what_it_says(value, ascii_only):
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert parse(body) == all_written(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"hello",
        b'{"email": "a"',
        b"{'email': 'a'}",
        b"email=a",
        b'{"a": 1} {"a": 1}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b'{"a": 1e999}',
        b'{"a": [-1e999]}',
        b'{"a": "\x00"}',
        b'{"a": "line\nbreak"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
    ],
)
def test_what_is_not_json_is_refused(body):
    with pytest.raises(Invalid, match=r"not JSON|not UTF-8"):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 2}',
        b'[{"b": {"a": 1, "c": 2, "a": 3}}]',
        '{"å": 1, "a\u030a": 2}'.encode(),
    ],
)
def test_what_says_two_things_at_once_is_refused(body):
    with pytest.raises(Invalid, match="a property twice"):
        parse(body)


@pytest.mark.parametrize("body", [b'{"a": "\xe5"}', b'{"a": "\xed\xa0\x80"}'])
def test_what_is_not_utf_8_is_refused(body):
    with pytest.raises(Invalid, match="not UTF-8"):
        parse(body)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_deep_nesting_is_refused(opening):
    with pytest.raises(Invalid, match="nested too deeply"):
        parse(opening * (256 * 1024 // len(opening)))


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\uDFFF", r"\udc00\ud800"])
@pytest.mark.parametrize(
    "around", ['"%s"', '["a", "%s"]', '{"%s": 1}', '{"a": {"b": ["%s"]}}']
)
def test_text_that_cannot_be_stored_everywhere_is_refused(escape, around):
    with pytest.raises(Invalid, match="not text"):
        parse((around % escape).encode())


@pytest.mark.parametrize(
    ("body", "meant"),
    [(rb'"\ud83d\uded2"', "🛒"), (rb'"\\u0000"', r"\u0000"), (rb'"\u00e5"', "å")],
)
def test_every_other_escape_is_fine(body, meant):
    assert parse(body) == meant


def test_the_refusal_does_not_repeat_the_body():
    with pytest.raises(Invalid) as refused:
        parse(b'{"personal_id": "19121212-1212"')
    assert refused.value.detail == "The body is not JSON."
    assert refused.value.__cause__ is None
