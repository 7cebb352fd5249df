"""Conditional and partial requests: validators, dates, one range of bytes (RFC 9110, clauses 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from scograph.server import errors
from scograph.server.answer import Answer, Headers
from scograph.server.folder import FileRange, Stored

CONDITIONS = frozenset((b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"))
"""The headers that name the state of a resource that a request depends on (RFC 9110, clause 13.1)."""
RANGE_UNITS = b"accept-ranges"
ABOUT_THE_BODY = (b"content-type", b"content-encoding", b"content-disposition")
"""Headers that a 304, which has no body, does not have."""
_DATE = re.compile(
    rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    rb"|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"
    rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)
"""The three forms of a date (RFC 9110, clause 5.6.7), all in UTC."""
_TAGS = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_BYTES = re.compile(rb"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


def http_date(seconds: int) -> bytes:
    """A time as HTTP writes it (RFC 9110, clause 5.6.7).

    Args:
        seconds: Since 1970.

    Returns:
        The date.
    """
    return format_datetime(datetime.fromtimestamp(seconds, tz=UTC), usegmt=True).encode()


def is_known_validator(headers: Headers, etag: bytes) -> bool:
    """Whether the one condition of a request is If-None-Match, and it names a validator.

    Then the response is 304 without making one: a client that names the validator was given it with a 200. `*` is not a
    name.
    """
    none_match = headers.get(b"if-none-match")
    if none_match is None or none_match.strip() == b"*" or b"if-match" in headers or b"if-unmodified-since" in headers:
        return False
    return _names(none_match, etag, is_weak_enough=True)


def precondition(headers: Headers, etag: bytes | None, modified: int | None) -> int:
    """Evaluate the preconditions of a GET or HEAD whose response without them is 200 (RFC 9110, clause 13.2.2).

    Args:
        headers: The request's headers.
        etag: The strong validator of the representation; None if it has none.
        modified: When that was last changed, in seconds since 1970; None if it has no date: then conditions about one
            say nothing (clauses 13.1.3 and 13.1.4).

    Returns:
        200, 304 or 412.
    """
    match = headers.get(b"if-match")
    if match is not None:
        if not _names(match, etag, is_weak_enough=False):
            return 412
    elif b"if-unmodified-since" in headers:
        since = _seconds(headers[b"if-unmodified-since"])
        if since is not None and modified is not None and modified > since:
            return 412
    none_match = headers.get(b"if-none-match")
    if none_match is not None:
        return 304 if _names(none_match, etag, is_weak_enough=True) else 200
    since = _seconds(headers.get(b"if-modified-since", b""))
    return 304 if since is not None and modified is not None and modified <= since else 200


def conditional(answer: Answer, method: str, headers: Headers) -> Answer:
    """The response to a GET or HEAD with its conditions and its range, which mean something for a 200 only.

    Args:
        answer: The response without them.
        method: The request's method; a range is for GET (RFC 9110, clause 14.2).
        headers: The request's headers.

    Returns:
        The same response; 304 or 412 where the conditions say so; 206 or 416 for a range.
    """
    if answer.status != HTTPStatus.OK:
        return answer
    if not CONDITIONS.isdisjoint(headers):
        own = answer.headers
        status = precondition(headers, own.get(b"etag"), _seconds(own.get(b"last-modified", b"")))
        if status == HTTPStatus.NOT_MODIFIED:
            kept = {name: value for name, value in own.items() if name not in ABOUT_THE_BODY}
            return Answer(status, kept, is_lasting=answer.is_lasting)
        if status == HTTPStatus.PRECONDITION_FAILED:
            return errors.problem(status, "text/plain")
    return _partial(answer, headers) if b"range" in headers and method == "GET" else answer


def _partial(answer: Answer, headers: Headers) -> Answer:
    """The part of a file that a range names, where its bytes can be had in parts."""
    body = answer.body
    if answer.headers.get(RANGE_UNITS) != b"bytes" or not isinstance(body, Stored):
        return answer
    part = byte_range(headers, answer.headers[b"etag"], body.modified, body.size)
    if part is None:
        return answer
    start, length = part
    if not length:
        return Answer(416, {b"content-range": b"bytes */%d" % body.size})
    whole = body.body
    piece = whole.part(start, length) if isinstance(whole, FileRange) else whole[start : start + length]
    content_range = b"bytes %d-%d/%d" % (start, start + length - 1, body.size)
    return Answer(206, {**answer.headers, b"content-range": content_range}, piece)


def byte_range(headers: Headers, etag: bytes, modified: int, size: int) -> tuple[int, int] | None:
    """The one range that a request asks for (RFC 9110, clause 14.2).

    Args:
        headers: The request's headers.
        etag: The strong validator of the representation.
        modified: When it was last changed, in seconds since 1970.
        size: Its bytes.

    Returns:
        The first byte and the number of bytes; no bytes if the range lies outside; None for the whole, which also
        answers several ranges at once, a malformed range, and a condition that no longer holds.
    """
    match = _BYTES.fullmatch(headers.get(b"range", b""))
    if not match or not (match[1] or match[2]):
        return None
    condition = headers.get(b"if-range")
    if condition is not None and condition != etag and _seconds(condition) != modified:
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        return size - length, length
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    if match[2] and int(match[2]) < first:
        return None
    return (first, last - first + 1) if first < size else (0, 0)


def without_conditions(headers: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The headers of a request without its conditions."""
    return {name: value for name, value in headers.items() if name not in CONDITIONS}


def _names(header: bytes, etag: bytes | None, *, is_weak_enough: bool) -> bool:
    if header.strip() == b"*":
        return True
    return any(tag == etag and (is_weak_enough or not weak) for weak, tag in _TAGS.findall(header))


def _seconds(header: bytes) -> int | None:
    """A date in seconds since 1970; None for anything else: such a condition says nothing (clause 13.1.3)."""
    if not _DATE.fullmatch(header):
        return None
    try:
        return int(parsedate_to_datetime(header.decode("ascii")).replace(tzinfo=UTC).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
