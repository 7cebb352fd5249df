"""Parse Accept, Accept-Language and Accept-Encoding, and choose what fits best (RFC 9110, clause 12.5)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_RANGES = 64
"""Ranges of one header that are read; browsers send fewer than ten."""
MAX_HEADER = 2000
"""Characters of a header that are read; those of Jena, the longest that are seen, have 400."""

_RANGE = re.compile(r"(?:\*|(\*|[!#$%&'*+.^_`|~0-9A-Za-z-]+)/(\*|[!#$%&'*+.^_`|~0-9A-Za-z-]+))")
_PAGES = {"text/html", "application/xhtml+xml", "text/*"}
_LANGUAGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_CODING = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WEIGHT = re.compile(r"0*(?:\.\d*)?|0*1(?:\.0*)?")
"""A weight, also as some clients write it: without the zero, or with more digits."""
_QUOTED = r'"(?:[^"\\]|\\.?)*+"?'
"""A quoted string; one without an end reaches to the end, so that none is looked at twice."""
_ITEMS = re.compile(rf'(?:[^,"]|{_QUOTED})++', re.DOTALL)
_PARTS = re.compile(rf'(?:[^;"]|{_QUOTED})++', re.DOTALL)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One range of an Accept header.

    Args:
        kind: The type, or `*`.
        subtype: The subtype, or `*`.
        weight: Its quality value, from 0 to 1.
    """

    kind: str
    subtype: str
    weight: float

    def specificity(self, media_type: str) -> int:
        """How exactly it names a media type: 3 by name, 2 by its type, 1 as anything, 0 not at all."""
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*":
            return 1 if self.subtype == "*" else 0
        if self.kind != kind:
            return 0
        return 2 if self.subtype == "*" else 3 if self.subtype == subtype else 0


def media_ranges(header: str) -> tuple[MediaRange, ...]:
    """Read an Accept header; parameters but `q` say nothing here, and what is malformed is as if it were not there.

    `*` stands for `*/*`, as Java's HttpURLConnection writes it.

    Args:
        header: Its value.

    Returns:
        Its ranges; none if nothing in it can be read, which stands for anything.
    """
    return _media_ranges(bounded_header(header))


@lru_cache(maxsize=1024)
def _media_ranges(header: str) -> tuple[MediaRange, ...]:
    ranges = []
    for item, weight in _weighted(header):
        match = _RANGE.fullmatch(item)
        if match:
            ranges.append(MediaRange((match[1] or "*").lower(), (match[2] or "*").lower(), weight))
    return tuple(ranges)


def choose(header: str, offered: Sequence[str]) -> int | None:
    """Choose among media types: the highest weight, then the most exactly named, then the first offered.

    Args:
        header: The Accept header, or nothing.
        offered: Media types without parameters, the default first.

    Returns:
        The place of the chosen one; None if none is acceptable.
    """
    ranges = media_ranges(header)
    if not ranges:
        return 0
    best: tuple[float, int, int] | None = None
    for place, media_type in enumerate(offered):
        exactness, weight = max(
            ((one.specificity(media_type), one.weight) for one in ranges), key=lambda weighted: weighted[0]
        )
        if exactness and weight > 0:
            best = max(best or (0.0, 0, 0), (weight, exactness, -place))
    return None if best is None else -best[2]


def names_data(header: str, data_types: Container[str]) -> bool:
    """Whether an Accept header names data and no page, so that `*/*` in it does not ask for a page.

    Args:
        header: Its value.
        data_types: The media types of data.

    Returns:
        Whether it does.

    Example:
        >>> names_data("application/rdf+xml, application/xml;q=0.7, */*;q=0.09", {"application/rdf+xml"})
        True
        >>> names_data("text/html, application/rdf+xml;q=0.9, */*;q=0.8", {"application/rdf+xml"})
        False
    """
    named = {f"{one.kind}/{one.subtype}" for one in media_ranges(header) if one.weight > 0}
    return not named & _PAGES and any(name in data_types for name in named)


def choose_language(header: str, offered: tuple[str, ...]) -> str:
    """Choose a language by lookup (RFC 4647, clause 3.4).

    Args:
        header: The Accept-Language header, or nothing.
        offered: Language tags, the default first.

    Returns:
        The chosen tag; the default where none is acceptable, for a page is never refused for its language.
    """
    known = {tag.lower(): tag for tag in offered}
    ranges = [(item.lower(), weight) for item, weight in _weighted(bounded_header(header)) if _LANGUAGE.fullmatch(item)]
    for item, weight in sorted(ranges, key=lambda weighted: -weighted[1]):
        if weight <= 0:
            continue
        if item == "*":
            return offered[0]
        while item:
            if item in known:
                return known[item]
            item = item.rpartition("-")[0]  # noqa: PLW2901 -- lookup shortens the range
    return offered[0]


def choose_coding(header: str, offered: tuple[str, ...]) -> str:
    """Choose a content coding (RFC 9110, clause 12.5.3).

    Args:
        header: The Accept-Encoding header, or nothing.
        offered: Codings, the best first; identity is always offered.

    Returns:
        The chosen coding, or nothing for identity.
    """
    weights = {item.lower(): weight for item, weight in _weighted(bounded_header(header)) if _CODING.fullmatch(item)}
    others = weights.get("*", 0.0)
    best = max(offered, key=lambda coding: weights.get(coding, others), default="")
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def accepts_identity(header: str) -> bool:
    """Whether a representation without a content coding is acceptable (RFC 9110, clause 12.5.3).

    Args:
        header: The Accept-Encoding header, or nothing.

    Returns:
        True but where it is excluded by name or by `*`.
    """
    weights = {item.lower(): weight for item, weight in _weighted(bounded_header(header))}
    return weights.get("identity", weights.get("*", 1.0)) > 0


def bounded_header(header: str) -> str:
    """The ranges at the beginning of a header that is too long: clients choose its length, and it is cached."""
    return header if len(header) <= MAX_HEADER else header[:MAX_HEADER].rpartition(",")[0]


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    items: Iterable[re.Match[str]] = _ITEMS.finditer(header)
    for number, item in enumerate(items):
        if number == MAX_RANGES:
            return
        name, _, rest = item[0].partition(";")
        parameters = [part.strip() for part in _PARTS.findall(rest)]
        named = (parameter.partition("=") for parameter in parameters)
        weight = next((value.strip() for key, _, value in named if key.strip().lower() == "q"), "1")
        if weight.strip(".") and _WEIGHT.fullmatch(weight):
            yield name.strip(), float(weight)
