"""Accept, Accept-Language and Accept-Encoding, after the examples of RFC 9110 (clause 12.5) and RFC 4647."""

from __future__ import annotations

import pytest

from scograph.server.accept import (
    MAX_HEADER,
    MAX_RANGES,
    accepts_identity,
    bounded_header,
    choose,
    choose_coding,
    choose_language,
    media_ranges,
)

EXAMPLE = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
"""The example of clause 12.5.1; parameters of a media type say nothing here."""


@pytest.mark.parametrize(
    ("header", "offered", "place"),
    [
        ("audio/*; q=0.2, audio/basic", ("audio/mpeg", "audio/basic"), 1),  # clause 12.5.1, the first example
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ("text/plain", "text/x-dvi", "text/html"), 2),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ("text/plain", "text/x-dvi"), 1),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ("image/png",), None),
        (EXAMPLE, ("text/html", "image/jpeg"), 1),
        (EXAMPLE, ("text/html", "text/plain"), 1),
        ("", ("text/html", "text/turtle"), 0),
        ("*/*", ("text/html", "text/turtle"), 0),
        ("text/turtle, */*", ("text/html", "text/turtle"), 1),  # the most exactly named of one weight
        ("text/*, text/turtle;q=0", ("text/turtle", "text/html"), 1),  # the exact range counts, not the wider one
        ("*/*, text/html;q=0", ("text/html",), None),
        ("TEXT/Turtle", ("text/html", "text/turtle"), 1),  # clause 8.3.1: media types have no case
        ("text/turtle;q=0.000", ("text/turtle",), None),
        ("text/turtle ;\tq=0.1 , text/html; q=0.2", ("text/turtle", "text/html"), 1),
        ('text/turtle;x="a,b;q=0";q=0.5, text/html;q=0.4', ("text/html", "text/turtle"), 1),
        ("text/turtle;q=1.5, text/html", ("text/turtle", "text/html"), 1),  # a weight beyond 1 is malformed
        ("text/turtle;q=.2, text/html;q=.1", ("text/html", "text/turtle"), 1),  # as Java writes it
        ("text/turtle; q = 0.12345", ("text/turtle",), 0),
        ("text/turtle;q=., text/html;q=-1", ("text/csv",), 0),
        ("image/gif, *; q=.2", ("text/turtle", "image/gif"), 1),
        ("image/gif, *; q=.2", ("text/turtle",), 0),
        ("text/turtle;q=x", ("text/html", "text/turtle"), 0),  # nothing in it can be read
        ("nonsense, , ;q=1", ("text/html",), 0),
        ("*/turtle", ("text/turtle", "text/html"), None),
    ],
)
def test_the_media_type_that_fits_best(header: str, offered: tuple[str, ...], place: int | None) -> None:
    assert choose(header, offered) == place


@pytest.mark.parametrize(
    ("header", "accepts"),
    [
        ("", True),
        ("gzip", True),
        ("identity;q=0.1", True),
        ("gzip, identity;q=0", False),
        ("gzip, *;q=0", False),
        ("identity, *;q=0", True),
    ],
)
def test_a_representation_without_a_coding_is_acceptable_but_where_it_is_excluded(header: str, accepts: bool) -> None:  # noqa: FBT001
    assert accepts_identity(header) is accepts


def test_a_quoted_string_without_an_end_reaches_to_the_end() -> None:
    assert [(one.kind, one.subtype) for one in media_ranges('text/html;x="a, text/turtle')] == [("text", "html")]


def test_what_is_looked_at_is_bounded() -> None:
    many = ", ".join(f"text/x{n}" for n in range(2 * MAX_RANGES))
    assert len(media_ranges(many[:MAX_HEADER])) <= MAX_RANGES
    short = ",".join(f"a/{n}" for n in range(2 * MAX_RANGES))
    assert len(media_ranges(short)) == MAX_RANGES
    long = f"text/turtle, {'x' * MAX_HEADER}, text/html"
    assert bounded_header(long) == "text/turtle"
    assert choose(long, ("text/html", "text/turtle")) == 1


@pytest.mark.parametrize(
    ("header", "offered", "tag"),
    [
        ("da, en-gb;q=0.8, en;q=0.7", ("ru", "en", "da"), "da"),  # RFC 9110, clause 12.5.4
        ("da, en-gb;q=0.8, en;q=0.7", ("ru", "en"), "en"),
        ("zh-Hant-CN-x-private1-private2", ("en", "zh-Hant-CN"), "zh-Hant-CN"),  # RFC 4647, clause 3.4
        ("zh-Hant-CN", ("en", "zh"), "zh"),
        ("ZH-hans", ("en", "zh-Hans"), "zh-Hans"),
        ("fr", ("en", "ru"), "en"),
        ("", ("en", "ru"), "en"),
        ("ru;q=0, *", ("en", "ru"), "en"),
        ("ru;q=0.1, en;q=0", ("en", "ru"), "ru"),
        ("*;q=0.5, ru;q=0.4", ("en", "ru"), "en"),
    ],
)
def test_the_language_by_lookup(header: str, offered: tuple[str, ...], tag: str) -> None:
    assert choose_language(header, offered) == tag


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),  # none is stated: identity is what every client reads
        ("compress, gzip", "gzip"),  # clause 12.5.3
        ("*", "br"),
        ("compress;q=0.5, gzip;q=1.0", "gzip"),
        ("gzip;q=1.0, identity; q=0.5, *;q=0", "gzip"),
        ("gzip;q=0.5, br;q=0.4", "gzip"),
        ("gzip, br", "br"),
        ("GZIP", "gzip"),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("gzip;q=0.1, identity;q=0.9", ""),
        ("br;q=0, *", "gzip"),
        ("*;q=0", ""),
    ],
)
def test_the_content_coding(header: str, coding: str) -> None:
    assert choose_coding(header, ("br", "gzip")) == coding
