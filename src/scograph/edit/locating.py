"""Places in a text by words, never by numbers: passages, stretches and cuts; what is ambiguous is refused and shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scograph.edit.document import Span
from scograph.edit.words import from_to, occurrences
from scograph.errors import UsageError
from scograph.messages import counted, near_names

MAX_SHOWN = 5
"""So many places are shown where words stand in several."""
CONTEXT = 30
"""So many characters are shown before and after words."""

_FROM_TO = re.compile(r"\s*(?:…|\.\.\.)\s*")
_NAME = re.compile(r"(?:(?P<kind>passage|ignored)[ /]?)?(?P<number>[0-9]{1,18})", re.IGNORECASE)
_NUMBER = re.compile(r"(?:passage|ignored)[ /]?[0-9]{1,18}|[0-9]{1,3}", re.IGNORECASE)
"""A number that is never words: a longer one may be a year."""
_NUMBERS = re.compile(r"(?=.*[,-])[0-9]{1,3}(?:-[0-9]{1,3})?(?:,[0-9]{1,3}(?:-[0-9]{1,3})?)*")


def named_span(spans: Iterable[Span], which: str) -> Span | None:
    """The passage or ignored span that a name means.

    Args:
        spans: The passages and ignored spans.
        which: A number such as `06` or `6` for a passage, `ignored 02` or `ignored02` for an ignored span, or an IRI.

    Returns:
        The span; None where the text is no such name, or none of them has it.
    """
    iri = which.strip().removeprefix("<").removesuffix(">")
    match = _NAME.fullmatch(which.strip())
    if match is None:
        return next((span for span in spans if span.iri.value == iri), None)
    is_ignored = (match["kind"] or "").lower() == "ignored"
    kin = [span for span in spans if span.is_ignored == is_ignored and span.name.isdecimal()]
    same = [span for span in kin if span.name == match["number"]]
    found = same or [span for span in kin if int(span.name) == int(match["number"])]
    return found[0] if len(found) == 1 else None


def is_name(which: str) -> bool:
    """Whether a text may be the name of a passage or an ignored span, as `named_span` reads it.

    A number of more than three digits may be words too, such as a year.
    """
    return "://" in which or (not _begins_with_blank(which) and _NAME.fullmatch(which.strip()) is not None)


def is_number(which: str) -> bool:
    """Whether a text is the number of a passage or an ignored span, there or not, and never words.

    Example:
        >>> [is_number(one) for one in ("01", "ignored 02", "1998", " 01")]
        [True, True, False, False]
    """
    return not _begins_with_blank(which) and _NUMBER.fullmatch(which.strip()) is not None


def numbers_of(which: str) -> tuple[str, ...]:
    """The numbers of several passages.

    Args:
        which: Numbers of at most three digits with commas between them, or `-` from the first to the last of a range.

    Returns:
        The numbers in the order that is given, each once; none where the text is one number, or words.

    Raises:
        UsageError: A range ends before it begins.

    Example:
        >>> numbers_of("05,07-09")
        ('05', '07', '08', '09')
        >>> numbers_of("05"), numbers_of(" 05-07"), numbers_of("2004-2010")
        ((), (), ())
    """
    if _NUMBERS.fullmatch(which) is None:
        return ()
    found: list[str] = []
    for part in which.split(","):
        first, _, last = part.partition("-")
        if last and int(last) < int(first):
            raise UsageError(f"{part!r} ends before it begins", hint=f"write {last}-{first}")
        found += (f"{number:02d}" for number in range(int(first), int(last or first) + 1))
    return tuple(dict.fromkeys(found))


def _begins_with_blank(which: str) -> bool:
    return which[:1].isspace()


def passage_at(spans: Sequence[Span], text: str, which: str) -> Span:
    """A passage or ignored span by its name, by words that stand in it alone, or by all its words.

    Args:
        spans: The passages and ignored spans of the text.
        text: The text.
        which: A name, as `named_span` reads it, or words; they begin with a blank where they would be a name. Of
            several passages that have them, one that has no others is meant if it is the only such passage.

    Returns:
        The passage, or ignored span.

    Raises:
        UsageError: No passage has them, or several have; the message shows these.
    """
    named = named_span(spans, which)
    if named is not None and not _begins_with_blank(which):
        return named
    places = () if is_number(which) else occurrences(text, which)
    holding = [span for span in spans if any(_holds(span, place) for place in places)]
    exact = [span for span in holding if (span.start, span.end) in places]
    for found in (holding, exact):
        if len(found) == 1:
            return found[0]
    if not holding:
        raise _unknown(spans, text, which, places)
    raise UsageError(
        f"{_counted(holding)} have the words {which!r}: "
        + ", ".join(f"{shown_name(span)} {shown(span.words(text))!r}" for span in holding[:MAX_SHOWN]),
        hint="give more words, or a number such as 02; of an ignored span 'ignored 02'",
    )


def shown_name(span: Span) -> str:
    """The number of a passage, or `ignored 02` for an ignored span, which is numbered on its own."""
    return f"ignored {span.name}" if span.is_ignored else span.name


def _counted(spans: Sequence[Span]) -> str:
    ignored = sum(span.is_ignored for span in spans)
    kinds = ((len(spans) - ignored, "passage"), (ignored, "ignored span"))
    return " and ".join(counted(number, noun) for number, noun in kinds if number)


def _unknown(spans: Sequence[Span], text: str, which: str, places: Sequence[tuple[int, int]]) -> UsageError:
    """What is wrong with a number that no passage has, or with words that stand in none."""
    if places:
        return UsageError(
            f"the words {which!r} stand in no one passage: {around(text, *places[0])}",
            hint="give words of a single passage; scograph source show prints them",
        )
    if match := _NAME.fullmatch(which.strip()):
        is_ignored = (match["kind"] or "").lower() == "ignored"
        kind = "ignored span" if is_ignored else "passage"
        names = sorted((span.name for span in spans if span.is_ignored == is_ignored), key=lambda it: (len(it), it))
        has = f"it has {counted(len(names), kind)}, {names[0]} to {names[-1]}" if names else "it has none"
        words = "; begin with a blank where words are meant" if occurrences(text, which) else ""
        return UsageError(
            f"there is no {kind} {match['number']}", hint=f"{has}; scograph source show prints them{words}"
        )
    if "://" in which:
        return UsageError(f"no passage of the newest edition is {which}", hint="scograph source show -f json has IRIs")
    return UsageError(f"no passage has the words {which!r}", hint=_nearest(spans, text, which))


def stretch_at(
    text: str, words: str, *, within: tuple[int, int] | None = None, spans: Sequence[Span] = ()
) -> tuple[int, int]:
    r"""The one stretch of a text that words name.

    Args:
        text: The text.
        words: Words as they stand there, white space aside; or its first and its last words, with `…` between them.
            Of several places, one that is all of a line is meant if it is the only such place.
        within: Start and end of the part that is looked at.
        spans: The passages and ignored spans of the text; words that stand outside of the part are said to stand in
            these.

    Returns:
        Code points before the stretch, and before what follows it.

    Raises:
        UsageError: They do not stand there, or several times; the message shows where.

    Example:
        >>> stretch_at("one two three four", "two … four")
        (4, 18)
        >>> stretch_at("The Union\nThe Union met.", "The Union")
        (0, 9)
    """
    start, end = within or (0, len(text))
    first, *rest = _FROM_TO.split(words.strip(), maxsplit=1)
    if not first or (rest and not rest[0]):
        raise UsageError(f"{words!r} names no words", hint="quote words as they stand in the text")
    part = text[start:end]
    found = _places(part, words, first, *rest)
    one = found if len(found) == 1 else [place for place in found if is_line(text, place[0] + start, place[1] + start)]
    if len(one) == 1:
        return one[0][0] + start, one[0][1] + start
    if not found and within is not None and (elsewhere := _places(text, words, first, *rest)):
        holding = [shown_name(span) for span in spans if any(_holds(span, place) for place in elsewhere)]
        where = ", ".join(holding[:MAX_SHOWN]) or around(text, *elsewhere[0])
        own = next((shown_name(span) for span in spans if (span.start, span.end) == within), "this passage")
        raise UsageError(f"the words {words!r} are not in {own}: they stand in {where}", hint="name that one")
    if not found:
        raise UsageError(f"the text does not have the words {words!r}", hint="scograph source show prints it")
    raise UsageError(
        f"the words {words!r} stand in {len(found)} places: "
        + "; ".join(around(part, *place) for place in found[:MAX_SHOWN]),
        hint="give more words, so that they stand in one",
    )


def _places(text: str, words: str, first: str, *last: str) -> list[tuple[int, int]]:
    """Where words stand as they are, else what reaches from the first of them to the last."""
    return occurrences(text, words) or [place for end in last for place in from_to(text, first, end)]


def is_line(text: str, start: int, end: int) -> bool:
    r"""Whether a stretch is all of a line, or of several, white space aside.

    Args:
        text: The text.
        start: Code points before the stretch.
        end: Code points before what follows it.

    Returns:
        Whether nothing else stands in its lines.

    Example:
        >>> is_line("The Union\nThe Union met.", 0, 9), is_line("The Union\nThe Union met.", 10, 19)
        (True, False)
    """
    before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return not text[before:start].strip() and not text[end : after if after >= 0 else None].strip()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without white space at its ends.

    Args:
        text: The text.
        start: Code points before it.
        end: Code points before what follows it.

    Returns:
        The same or a shorter stretch; an empty one if it is all white space.
    """
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return (start, start + len(part.strip()))


def around(text: str, start: int, end: int) -> str:
    """Words of a text with some before and after them, on one line."""
    before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
    return " ".join(f"…{before}[{text[start:end]}]{after}…".split())


def shown(words: str, most: int = 60) -> str:
    """Words on one line, their middle left out where they are many."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most // 2].rstrip()} … {line[-most // 3 :].lstrip()}"


def _holds(span: Span, place: tuple[int, int]) -> bool:
    return span.start is not None and span.end is not None and span.start <= place[0] and place[1] <= span.end


def _nearest(spans: Iterable[Span], text: str, words: str) -> str:
    by_words = {shown(span.words(text)): span for span in spans if span.start is not None}
    near = near_names(words, by_words, cutoff=0.5)
    return (
        f"is it {shown_name(by_words[near[0]])}, {near[0]!r}?" if near else "scograph source show prints the passages"
    )
