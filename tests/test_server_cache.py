"""The cache of responses, and the fields of forms: clients choose keys and lengths, so both are bounded."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scograph.server.answer import Answer
from scograph.server.cache import ENTRY_BYTES, MAX_BODY, MAX_ENTRIES, AnswerCache
from scograph.server.formfields import form_fields
from scograph.server.request import BadRequestError


def answer(body: bytes | AsyncGenerator[bytes] = b"x") -> Answer:
    return Answer(200, {}, body)


def test_the_least_recently_used_go_first() -> None:
    cache = AnswerCache(3 * (ENTRY_BYTES + 2))
    first, second, third, fourth = (answer() for _ in range(4))
    cache.put(("a",), first)
    cache.put(("b",), second)
    cache.put(("c",), third)
    assert cache.get(("a",)) is first
    cache.put(("d",), fourth)
    assert cache.get(("b",)) is None
    assert [cache.get((key,)) for key in "acd"] == [first, third, fourth]
    assert (len(cache), cache.size) == (3, 3 * (ENTRY_BYTES + 2))


def test_keys_count_and_the_bound_holds_whatever_is_put() -> None:
    cache = AnswerCache(100_000)
    for number in range(500):
        cache.put(("document", "x" * number, b"y" * 100, None), answer(b"z" * (number * 10)))
        assert cache.size <= 100_000
    assert 0 < len(cache) < 500 // 10


def test_small_entries_are_bounded_in_number() -> None:
    cache = AnswerCache()
    for number in range(2 * MAX_ENTRIES):
        cache.put(("document", str(number)), answer())
    assert len(cache) == MAX_ENTRIES
    assert cache.get(("document", str(2 * MAX_ENTRIES - 1))) is not None


async def _endless() -> AsyncGenerator[bytes]:
    yield b"x"


def test_values_of_headers_count() -> None:
    cache = AnswerCache()
    cache.put(("a",), Answer(200, {b"link": b"x" * 500, b"etag": b"y" * 40}, b"z" * 10))
    assert cache.size == ENTRY_BYTES + 1 + 540 + 10


def test_what_is_too_large_or_not_whole_is_not_kept() -> None:
    cache = AnswerCache()
    cache.put(("large",), answer(b"x" * (MAX_BODY + 1)))
    cache.put(("made",), answer(_endless()))
    assert (len(cache), cache.size) == (0, 0)
    cache.put(("same",), answer(b"1"))
    cache.put(("same",), answer(b"2"))
    kept = cache.get(("same",))
    assert kept is not None
    assert (kept.body, len(cache)) == (b"1", 1)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=20))
def test_fields_come_back_as_they_were_encoded(fields: list[tuple[str, str]]) -> None:
    assert form_fields(urlencode(fields).encode(), 1000) == fields


@given(st.text(alphabet="%aAfF09+=&zé\n \t_", max_size=60))
def test_fields_are_those_of_the_standard_library(text: str) -> None:
    try:
        data = text.encode("ascii")
        expected = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeError:
        with pytest.raises(BadRequestError):
            form_fields(text.encode(), 1000)
    else:
        assert form_fields(data, 1000) == expected


def test_a_long_value_is_refused_before_it_is_decoded() -> None:
    long = b"query=" + b"%41" * 101
    with pytest.raises(BadRequestError, match="A parameter has more than 100 bytes") as caught:
        form_fields(long, 100)
    assert caught.value.status == 413
    assert form_fields(b"query=" + b"%41" * 100, 100) == [("query", "A" * 100)]
    assert form_fields(b"query=" + quote_plus("é" * 50).encode(), 100) == [("query", "é" * 50)]
    with pytest.raises(BadRequestError, match="more than 3 parameters"):
        form_fields(b"a&b&c&d", 100, max_fields=3)
    with pytest.raises(BadRequestError, match="UTF-8"):
        form_fields(b"query=%FF", 100)
