"""Preconditions, dates and ranges, after RFC 9110, clauses 13 and 14."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from scograph.server.answer import Answer
from scograph.server.conditions import (
    ABOUT_THE_BODY,
    byte_range,
    conditional,
    http_date,
    is_known_validator,
    precondition,
)
from scograph.server.folder import Pack, Stored

ETAG = b'"xyzzy"'
MODIFIED = 784_111_777
BEFORE, AT, AFTER = http_date(MODIFIED - 1), http_date(MODIFIED), http_date(MODIFIED + 1)


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    pack = Pack(tmp_path)
    pack.put("a.txt", b"0123456789")
    headers = {
        b"etag": ETAG,
        b"last-modified": AT,
        b"content-type": b"text/plain",
        b"accept-ranges": b"bytes",
        b"vary": b"Accept",
    }
    return Answer(200, headers, Stored("a.txt", "text/plain", 10, "", MODIFIED, pack))


def test_a_date_has_three_forms() -> None:
    assert AT == b"Sun, 06 Nov 1994 08:49:37 GMT"  # clause 5.6.7
    for form in (AT, b"Sunday, 06-Nov-94 08:49:37 GMT", b"Sun Nov  6 08:49:37 1994"):
        assert precondition({b"if-modified-since": form}, None, MODIFIED) == 304, form
        assert precondition({b"if-modified-since": form}, None, MODIFIED + 1) == 200, form


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({b"if-match": b'"xyzzy"'}, 200),  # clause 13.1.1
        ({b"if-match": b'"xyzzy", "r2d2xxxx", "c3piozzzz"'}, 200),
        ({b"if-match": b"*"}, 200),
        ({b"if-match": b'"other"'}, 412),
        ({b"if-match": b'W/"xyzzy"'}, 412),  # strong comparison
        ({b"if-none-match": b'"xyzzy"'}, 304),  # clause 13.1.2
        ({b"if-none-match": b'W/"xyzzy"'}, 304),  # weak comparison
        ({b"if-none-match": b'"r2d2xxxx", W/"xyzzy", "c3piozzzz"'}, 304),
        ({b"if-none-match": b"*"}, 304),
        ({b"if-none-match": b'"other"'}, 200),
        ({b"if-modified-since": AT}, 304),  # clause 13.1.3
        ({b"if-modified-since": AFTER}, 304),
        ({b"if-modified-since": BEFORE}, 200),
        ({b"if-modified-since": b"yesterday"}, 200),
        ({b"if-unmodified-since": AT}, 200),  # clause 13.1.4
        ({b"if-unmodified-since": BEFORE}, 412),
        ({b"if-unmodified-since": b"yesterday"}, 200),
        # Which comes before which: clause 13.2.2
        ({b"if-match": b'"xyzzy"', b"if-unmodified-since": BEFORE}, 200),
        ({b"if-match": b'"xyzzy"', b"if-none-match": b'"xyzzy"'}, 304),
        ({b"if-match": b'"other"', b"if-none-match": b'"xyzzy"'}, 412),
        ({b"if-none-match": b'"other"', b"if-modified-since": AT}, 200),
        ({b"if-unmodified-since": AT, b"if-modified-since": AT}, 304),
    ],
)
def test_preconditions_in_their_order(headers: dict[bytes, bytes], status: int) -> None:
    assert precondition(headers, ETAG, MODIFIED) == status


def test_without_a_validator_only_the_star_and_no_date_count() -> None:
    assert precondition({b"if-none-match": b'"xyzzy"'}, None, None) == 200
    assert precondition({b"if-match": b'"xyzzy"'}, None, None) == 412
    assert precondition({b"if-match": b"*"}, None, None) == 200
    assert precondition({b"if-modified-since": AT, b"if-unmodified-since": BEFORE}, None, None) == 200


def test_a_known_validator_is_named_by_the_only_condition() -> None:
    assert is_known_validator({b"if-none-match": b'"other", W/"xyzzy"'}, ETAG)
    assert is_known_validator({b"if-none-match": ETAG, b"if-modified-since": BEFORE}, ETAG)
    assert not is_known_validator({b"if-none-match": b"*"}, ETAG)
    assert not is_known_validator({b"if-none-match": b'"other"'}, ETAG)
    assert not is_known_validator({}, ETAG)
    for other in (b"if-match", b"if-unmodified-since"):
        assert not is_known_validator({b"if-none-match": ETAG, other: b"*"}, ETAG)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (b"bytes=0-499", (0, 500)),  # clause 14.1.2, with 10,000 bytes
        (b"bytes=500-999", (500, 500)),
        (b"bytes=-500", (9500, 500)),
        (b"bytes=9500-", (9500, 500)),
        (b"bytes=0-0", (0, 1)),
        (b"bytes=0-99999", (0, 10_000)),
        (b"bytes=-99999", (0, 10_000)),
        (b"BYTES=0-9", (0, 10)),  # clause 14.1: names of units have no case
        (b"bytes=10000-", (0, 0)),
        (b"bytes=-0", (10_000, 0)),
        (b"bytes=9-5", None),
        (b"bytes=0-0,-1", None),  # several: the whole is an answer to them as well
        (b"bytes=-", None),
        (b"bytes=a-b", None),
        (b"bytes=" + b"9" * 30 + b"-", None),
        (b"lines=0-9", None),
        (b"", None),
    ],
)
def test_one_range_of_bytes(value: bytes, part: tuple[int, int] | None) -> None:
    assert byte_range({b"range": value}, ETAG, MODIFIED, 10_000) == part


@pytest.mark.parametrize(
    ("condition", "holds"),
    [(ETAG, True), (b'W/"xyzzy"', False), (b'"other"', False), (AT, True), (AFTER, False), (b"yesterday", False)],
)
def test_a_range_under_a_condition(condition: bytes, holds: bool) -> None:  # noqa: FBT001 -- of a table
    found = byte_range({b"range": b"bytes=0-9", b"if-range": condition}, ETAG, MODIFIED, 10_000)
    assert found == ((0, 10) if holds else None)


def test_a_response_under_conditions(answer: Answer) -> None:
    assert conditional(answer, "GET", {}) is answer
    unchanged = conditional(answer, "GET", {b"if-none-match": ETAG})
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers == {name: answer.headers[name] for name in answer.headers if name not in ABOUT_THE_BODY}
    assert conditional(answer, "HEAD", {b"if-match": b'"other"'}).status == 412


def test_conditions_and_ranges_mean_nothing_for_what_is_no_200(answer: Answer) -> None:
    for status, method in product((303, 404, 406, 500), ("GET", "HEAD")):
        other = Answer(status, answer.headers, answer.body)
        for headers in ({b"if-none-match": ETAG}, {b"if-match": b'"other"'}, {b"range": b"bytes=0-1"}):
            assert conditional(other, method, headers) is other


def test_a_part_of_a_file(answer: Answer) -> None:
    part = conditional(answer, "GET", {b"range": b"bytes=2-4"})
    assert (part.status, part.headers[b"content-range"], part.body) == (206, b"bytes 2-4/10", b"234")
    assert part.headers[b"etag"] == ETAG
    beyond = conditional(answer, "GET", {b"range": b"bytes=10-"})
    assert (beyond.status, beyond.headers[b"content-range"]) == (416, b"bytes */10")
    assert conditional(answer, "GET", {b"range": b"bytes=2-4", b"if-range": b'"other"'}) is answer
    assert conditional(answer, "GET", {b"range": b"bytes=2-4", b"if-none-match": ETAG}).status == 304


def test_a_range_is_for_get_and_for_bytes_that_can_be_had_in_parts(answer: Answer) -> None:
    assert conditional(answer, "HEAD", {b"range": b"bytes=2-4"}) is answer  # clause 14.2
    coded = answer.with_headers({b"content-encoding": b"gzip"})
    whole = Answer(200, {**coded.headers, b"accept-ranges": b"none"}, answer.body)
    assert conditional(whole, "GET", {b"range": b"bytes=2-4"}) is whole
    made = Answer(200, answer.headers, b"0123456789")
    assert conditional(made, "GET", {b"range": b"bytes=2-4"}) is made
