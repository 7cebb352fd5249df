"""What a text mentions: things, dates, words for properties and roles, and words that deny or postpone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property

from scograph.fit.dates import DateMention, dates_of
from scograph.fit.languages import language_of
from scograph.fit.lexicon import Lexicon, Names, Wording
from scograph.fit.model import Value, ValueSort
from scograph.fit.text import Mention, Words, keys_of, stemmer

_PASSED_OVER = frozenset({"-", '"', "′", "″"})
_MAX_ACRONYM = 6
_NEGATIVE = re.compile("(?:ма|ме|ба|бе|па|пе)(?:ды|ді|ған|ген|й|с)[а-яәғқңөұүһі]*$")
"""What denies a Kazakh verb, between its stem and its ending."""
NEGATIVE = "negative verb"
"""What a verb means that has such an ending."""
_HUNDRED, _TWENTY = 100, 20
_WITHIN_NUMBERS = frozenset({"and", "-", "et", "e", "y"})
"""What stands between the words of one number."""
_VOWELS = "aeiouyáéíóúâêôãõàèùаеиоуыэюяй"
_MIN_ADJECTIVE = 3
_CELL = "|"
"""What stands between the cells of a row."""
_COLUMNS = 2
"""A row of a table has so many cells."""
_MIN_NOUN = 4
"""A shorter word of a name does not stand for it."""
_COMMA = 4
_CONJUNCTION = 2
_BEHIND = 3
_NUMBER = re.compile(r"\d[\d.,  ]*")
_GROUPED = re.compile(r"\d{1,3}(?:[., ]\d{3})+")


class TextView:
    """What a text mentions.

    Args:
        text: The text.
        language: The BCP 47 tag of its language.
        wording: How texts say properties, roles and classes.
        names: The names of all things.
    """

    def __init__(self, text: str, language: str, wording: Wording, names: Names) -> None:
        self.words = Words(text, language)
        self._wording = wording
        self._names = names

    @cached_property
    def things(self) -> list[Mention]:
        """Names of things; a name that is a part of a longer one that nobody knows is left out."""
        found = self._names.lexicon(self.words.tag).find(self.words)
        begins = {mention.first for mention in found}
        return [mention for mention in found if not self._is_part(mention, begins)]

    @cached_property
    def abbreviations(self) -> dict[str, tuple[str, ...]]:
        """Short names in brackets behind a name, as they are written, each with what it stands for."""
        words = self.words
        found: dict[str, tuple[str, ...]] = {}
        for mention in self.things:
            at = mention.after
            if not mention.is_inside and at + 2 < len(words) and words.forms[at] == "(" and words.forms[at + 2] == ")":
                short = words.written(Mention(at + 1, at + 2, ()))
                if short.isupper() and short.isalpha() and len(short) > 1:
                    found[short] = mention.keys
        return found

    def with_abbreviations(self, short: Mapping[str, tuple[str, ...]]) -> list[Mention]:
        """The names in the text, and the short names that are set for things."""
        words = self.words
        taken = {at for one in self.things for at in range(one.first, one.after)}
        more = [
            Mention(at, at + 1, short[written])
            for at in range(len(words))
            if at not in taken and (written := words.text[words.tokens.starts[at] : words.tokens.ends[at]]) in short
        ]
        more += self.resumptions
        return sorted((*self.things, *more), key=lambda one: (one.first, -one.after)) if more else self.things

    @cached_property
    def resumptions(self) -> list[Mention]:
        """Nouns that stand for what was named before: "the bank" behind "New Development Bank", "this organisation"."""
        words, language = self.words, self.words.language
        taken = {at for one in self.things for at in range(one.first, one.after)}
        ranges = self._wording.ranges
        verbs = {one.after for one in self.says if any(key in ranges for key in one.keys)}
        found = []
        for place in range(1, len(words)):
            before = words.forms[place - 1]
            is_said, is_pointed = before in language.definites, before in language.demonstratives
            if place in taken or place - 1 in verbs or not (is_said or is_pointed) or not words.forms[place].isalpha():
                continue
            if place + 1 < len(words) and words.forms[place + 1] in (*language.dating, "of", "du", "des", "da", "do"):
                continue
            noun = next((one for one in self.says if one.first == place), Mention(place, place + 1, ()))
            earlier = [one for one in self.things if one.after < place]
            meant = self._named_with(noun, earlier) or (self._of_class(noun.keys, earlier) if is_pointed else None)
            if meant is not None:
                found.append(Mention(place, noun.after, meant.keys))
        return found

    def _named_with(self, noun: Mention, earlier: Sequence[Mention]) -> Mention | None:
        """The last name of several words with a noun as one of them."""
        words = self.words
        if words.tag.startswith("zh"):
            return next((one for one in reversed(earlier) if words.written(noun) in words.written(one)), None)
        stem = words.stems[noun.first]
        if len(words.forms[noun.first]) < _MIN_NOUN or noun.after - noun.first > 1:
            return None
        return next(
            (
                one
                for one in reversed(earlier)
                if one.after - one.first > 1 and stem in words.stems[one.first : one.after]
            ),
            None,
        )

    def _of_class(self, keys: Sequence[str], earlier: Sequence[Mention]) -> Mention | None:
        """The last name of a thing that has most of some classes."""
        kinds = self._names.kinds
        shared = [max(len(kinds.get(key, frozenset()) & set(keys)) for key in one.keys) for one in earlier]
        most = max(shared, default=0)
        return next(
            (one for one, count in zip(reversed(earlier), reversed(shared), strict=True) if count == most > 0), None
        )

    @cached_property
    def says(self) -> list[Mention]:
        """Words for properties, roles and classes, also inside of names."""
        return self._wording.lexicon(self.words.tag).find(self.words)

    @cached_property
    def concepts(self) -> list[Mention]:
        """Words for roles and other concepts: neither in the name of a thing nor in a longer phrase that says no such.

        `вступил` says a member, and in `вступил в силу` it does not.
        """
        resumed = {one.first for one in self.resumptions}
        dated = {date.first for date in self.dates}
        return [
            one
            for one in self.says
            if one.first not in resumed
            and not self.is_in_name(one)
            and not self._is_swallowed(one)
            and not (one.after in dated and self.words.forms[one.first] in self.words.language.prepositions)
        ]

    def _is_swallowed(self, mention: Mention) -> bool:
        """Whether a longer phrase, which says none of the same, has a mention inside of it."""
        return mention.is_inside and any(
            other.first <= mention.first
            and other.after >= mention.after
            and other != mention
            and not set(other.keys) & set(mention.keys)
            for other in self.says
        )

    @cached_property
    def _named(self) -> frozenset[int]:
        """The tokens inside of names of several words."""
        return frozenset(
            at
            for one in self.things
            if one.after - one.first > 1 and any(map(self.words.is_capital, range(one.first, one.after)))
            for at in range(one.first, one.after)
        )

    def adjectives(self, names: Sequence[str]) -> list[Mention]:
        """Adjectives of names of one word beside a word for a place: "the Bolivian city", "ciudad peruana"."""
        words = self.words
        beside = {
            at for one in self.says for at in (one.first - 1, one.after) if any("Place" in key for key in one.keys)
        }
        found = []
        for place in beside:
            form = words.forms[place] if 0 <= place < len(words) else ""
            for name in names:
                stem = name.casefold().rstrip(_VOWELS)
                if (
                    len(stem) >= _MIN_ADJECTIVE
                    and name.isalpha()
                    and form.startswith(stem)
                    and form.removeprefix(stem).lstrip(_VOWELS)
                    in {ending.lstrip(_VOWELS) for ending in words.language.adjectives}
                    and form != name.casefold()
                ):
                    found.append(Mention(place, place + 1, ()))
        return found

    def is_in_name(self, mention: Mention | DateMention) -> bool:
        """Whether a mention is a part of the name of a thing."""
        return all(at in self._named for at in range(mention.first, mention.after))

    @cached_property
    def dates(self) -> list[DateMention]:
        """Dates."""
        return dates_of(self.words)

    @cached_property
    def denials(self) -> list[Mention]:
        """Words by which a clause says that something is not so, each with what it means."""
        words = self.words
        dated = frozenset(at for date in self.dates for at in range(date.first, date.after))
        kept = []
        affirmed = [at for one in _affirmations(words.tag).find(words) for at in range(one.first, one.after)]
        for mention in _denials(words.tag).find(words):
            behind = words.forms[mention.after] if mention.after < len(words) else ""
            is_number = words.forms[mention.first] == "no" and behind == "."
            if mention.first in affirmed or mention.first in dated or is_number or self.is_in_name(mention):
                continue
            if words.forms[mention.first] == "may" and words.is_capital(mention.first) and mention.first:
                continue
            kept.append(mention)
        if words.language.has_suffixes:
            for mention in self.says:
                form = words.forms[mention.after - 1]
                if _NEGATIVE.search(form[2:]):
                    kept.append(Mention(mention.after - 1, mention.after, (NEGATIVE,)))
        return sorted(kept, key=lambda mention: mention.first)

    def _is_part(self, mention: Mention, begins: Iterable[int]) -> bool:
        """Whether a name is a part of a longer name that is not known: Guinea in Guinea-Bissau, Equatorial Guinea."""
        words = self.words
        first, after = mention.first, mention.after
        if first and words.forms[first - 1] and words.language.directions:
            before = words.forms[first - 1]
            stem = stemmer(words.language.stemmer)
            known = {stem(form) for form in words.language.directions}
            is_direction = before in words.language.directions or (words.stems[first - 1] in known)
            if words.tag.startswith("zh"):
                is_direction = (
                    is_direction
                    and words.touches(first - 1)
                    and not (first > 1 and words.forms[first - 2] in "东西南北在与")
                )
            elif not words.is_capital(first - 1):
                is_direction = False
            if is_direction:
                return True
        if after + 1 < len(words) and words.text[words.tokens.starts[after] : words.tokens.ends[after]] == "-":
            joined = words.touches(after - 1) and words.touches(after)
            if (
                joined
                and words.is_capital(after + 1)
                and (after + 1) not in begins
                and words.forms[after + 1].isalpha()
            ):
                return True
        return False

    @cached_property
    def _cells(self) -> list[tuple[int, int, int]]:
        """Of each token its line, the column of its cell, and how many cells its line has."""
        words = self.words
        lines = words.tokens.lines
        counts: dict[int, int] = {}
        columns = []
        for place, form in enumerate(words.forms):
            line = lines[place]
            is_first = not place or lines[place - 1] != line
            gap = "" if is_first else words.text[words.tokens.ends[place - 1] : words.tokens.starts[place]]
            if is_first:
                counts[line] = 1
            elif (form == _CELL and place + 1 < len(words) and lines[place + 1] == line) or "\t" in gap:
                counts[line] += 1
            columns.append(counts[line] - 1)
        return [(lines[place], column, counts[lines[place]]) for place, column in enumerate(columns)]

    def is_cell(self, mention: Mention | DateMention) -> bool:
        """Whether a mention stands in a row of a table."""
        return self._cells[mention.first][2] > 1

    def is_in_other_column(self, one: Mention | DateMention, other: Mention | DateMention) -> bool:
        """Whether two mentions stand in different rows of a table, and in different columns of it.

        Columns are counted from the right where one row has a cell more, as rows below a head without a first cell.
        """
        (line, column, count), (other_line, other_column, other_count) = (
            self._cells[mention.first] for mention in (one, other)
        )
        if line == other_line or min(count, other_count) < _COLUMNS or abs(count - other_count) > 1:
            return False
        return column - count != other_column - other_count

    def owner(self, mention: Mention | DateMention) -> Mention | None:
        """The name before the bracket that a mention begins, as in "Kenya (observer)"."""
        opened = mention.first - 1
        if opened < 1 or self.words.forms[opened] != "(":
            return None
        return next((one for one in self.things if one.after == opened and not one.is_inside), None)

    def is_apposed(self, mention: Mention) -> bool:
        """Whether a name in brackets stands for the name before it, or for a name inside of that."""
        owner = self.owner(mention)
        return owner is not None and any(
            set(one.keys) & set(mention.keys)
            for one in self.things
            if owner.first <= one.first and one.after <= owner.after
        )

    def values(self, value: Value) -> list[Mention | DateMention]:
        """Where a literal is printed.

        Args:
            value: The literal.

        Returns:
            The mentions; of a date, those of exactly its precision.
        """
        if value.sort is ValueSort.DATE:
            return [
                date for date in self.dates if str(date.date) == value.text[:10] or value.text in map(str, date.others)
            ]
        if value.sort is ValueSort.NUMBER:
            return list(self._numbers(value.text))
        if value.sort is ValueSort.LANGUAGE:
            return list(self._languages(value.text))
        return list(self._letters(value.text, is_code=value.sort is ValueSort.CODE))

    def all_of(self, sort: ValueSort) -> Sequence[Mention | DateMention]:
        """Everything in the text that a literal of a sort may be."""
        if sort is ValueSort.DATE:
            return self.dates
        return self.numbers if sort is ValueSort.NUMBER else []

    @cached_property
    def numbers(self) -> list[Mention]:
        """Numbers, in digits or in words, that are no part of a date."""
        dated = {place for one in self.dates for place in range(one.first, one.after)}
        digits = [Mention(place, place + 1, ()) for place, form in enumerate(self.words.forms) if form[0].isdigit()]
        found = [*digits, *(mention for mention, _ in self._worded_numbers)]
        return sorted((one for one in found if one.first not in dated), key=lambda one: one.first)

    def _letters(self, text: str, *, is_code: bool) -> Iterator[Mention]:
        """A name or symbol letter by letter: case, spaces, quotes and dashes aside."""
        needle, written = keys_of(text, self.words.tag)
        wanted = "".join(form for form in needle if form not in _PASSED_OVER)
        is_acronym = len(written) == 1 and len(text) <= _MAX_ACRONYM and text.isupper() and text != text.lower()
        places: list[int] = []
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        joined = ""
        for place, form in enumerate(self.words.forms):
            if form not in _PASSED_OVER:
                starts[len(joined)] = len(places)
                joined += form
                ends[len(joined)] = len(places)
                places.append(place)
        at = joined.find(wanted) if wanted else -1
        while at >= 0:
            if at in starts and at + len(wanted) in ends:
                mention = Mention(places[starts[at]], places[ends[at + len(wanted)]] + 1, ())
                if (not is_acronym or self.words.written(mention).isupper()) and not (
                    is_code and self._goes_on(mention)
                ):
                    yield mention
            at = joined.find(wanted, at + 1)

    def _goes_on(self, mention: Mention) -> bool:
        """Whether a symbol is a part of a longer one."""
        words = self.words
        behind = (
            words.touches(mention.after - 1)
            and words.forms[mention.after] in ("/", "-")
            and words.touches(mention.after)
        )
        before = (
            mention.first > 1
            and words.touches(mention.first - 1)
            and words.forms[mention.first - 1] in ("/", "-")
            and words.touches(mention.first - 2)
        )
        return behind or before

    def _numbers(self, text: str) -> Iterator[Mention]:
        try:
            wanted = Decimal(text)
        except InvalidOperation:
            yield from self._letters(text, is_code=True)
            return
        for place, form in enumerate(self.words.forms):
            if form[0].isdigit() and wanted in _readings(form):
                yield Mention(place, place + 1, ())
        for mention, number in self._worded_numbers:
            if number == wanted:
                yield mention

    @cached_property
    def _worded_numbers(self) -> list[tuple[Mention, int]]:
        """Numbers in words, as "one hundred and ninety-three", each as long as it goes on."""
        words, language = self.words, self.words.language
        known = {form: number for number, form in enumerate(language.numbers)}
        known |= {form: 10 * number for number, form in enumerate(language.tens, 2)}
        found: list[tuple[Mention, int]] = []
        place = 0
        while place < len(words):
            number, after, last = 0, place, 0
            while after < len(words) and (part := known.get(words.forms[after])) is not None:
                if last and not (part < last or part == _HUNDRED > last):
                    break
                number = number * part if part == _HUNDRED and number else number + part
                last = part
                after += 1
                joined = after
                while joined < len(words) and words.forms[joined] in _WITHIN_NUMBERS:
                    joined += 1
                part_behind = known.get(words.forms[joined]) if joined < len(words) else None
                if joined > after and last >= _TWENTY and part_behind is not None and part_behind < last:
                    after = joined
            if after > place:
                found.append((Mention(place, after, ()), number))
            place = max(after, place + 1)
        return found

    def _languages(self, tag: str) -> Iterator[Mention]:
        beginnings = self.words.language.languages.get(tag.partition("-")[0].lower(), ())
        for beginning in beginnings:
            if self.words.tag.startswith("zh"):
                yield from self._letters(beginning, is_code=False)
            else:
                for place, form in enumerate(self.words.forms):
                    if form.startswith(beginning):
                        yield Mention(place, place + 1, ())

    def distance(self, one: Mention | DateMention, other: Mention | DateMention) -> int:
        """How far two mentions stand apart: tokens between, more for commas and conjunctions."""
        first, last = (one, other) if one.first <= other.first else (other, one)
        return sum(map(self._weight, range(first.after, last.first)))

    def _weight(self, place: int) -> int:
        form = self.words.forms[place]
        if form == ",":
            return _COMMA
        return _CONJUNCTION if form in self.words.language.connectives and len(form) > 1 else 1

    def has_boundary(self, start: int, end: int) -> bool:
        """Whether a comma, or the like, stands between two tokens."""
        return any(self.words.forms[at] in (",", ":", "(", ")", "-") for at in range(start, end))

    def groups(self, mentions: Sequence[Mention | DateMention]) -> list[list[Mention | DateMention]]:
        """Mentions in order, those of one list together."""
        found: list[list[Mention | DateMention]] = []
        for mention in sorted(mentions, key=lambda one: one.first):
            if found and self._is_joined(found[-1][-1].after, mention.first):
                found[-1].append(mention)
            else:
                found.append([mention])
        return found

    def _is_joined(self, start: int, end: int) -> bool:
        """Whether nothing but what joins a list stands between two of its members."""
        language = self.words.language
        if end > start + 2 and self.words.forms[start] == "(" and self.words.forms[start + 2] == ")":
            is_short = self.words.text[
                self.words.tokens.starts[start + 1] : self.words.tokens.ends[start + 1]
            ].isupper()
            start += 3 if is_short else 0
        between = self.words.forms[start:end]
        if end <= start:
            return True
        if any(form in between for form in language.adversatives) and not any(
            form in between for form in language.additives
        ):
            return False
        joins = [
            form in language.connectives
            or form in language.articles
            or form in (",", "、", "-", "&", "/", "至", "to", "по", ";")
            for form in between
        ]
        if all(joins):
            return True
        is_list = between[0] in (",", "、") and (between[-1] in (",", "、") or between[-1] in language.connectives)
        return is_list and all(
            is_joining or (form.isalpha() and self.words.is_capital(place) and not self._is_word(place))
            for place, (form, is_joining) in enumerate(zip(between, joins, strict=True), start)
        )

    def _is_word(self, place: int) -> bool:
        """Whether a token is in a word for a property, role or class, or in a name: in no name that nobody knows."""
        return any(one.first <= place < one.after for one in (*self.says, *self.things))


@cache
def _denials(tag: str) -> Lexicon:
    lexicon = Lexicon(tag, is_open=True)
    for phrase, meaning in language_of(tag).negations.items():
        lexicon.add(phrase, meaning)
    return lexicon


@cache
def _affirmations(tag: str) -> Lexicon:
    lexicon = Lexicon(tag)
    for phrase in language_of(tag).affirmations:
        lexicon.add(phrase, "")
    return lexicon


@cache
def _readings(form: str) -> frozenset[Decimal]:
    """The numbers that digits with points and commas may mean."""
    readings = set()
    if _GROUPED.fullmatch(form):
        readings.add(Decimal(re.sub("[., ]", "", form)))
    for candidate in (form, form.replace(",", "."), form.replace(",", "")):
        try:
            readings.add(Decimal(candidate))
        except InvalidOperation:
            continue
    return frozenset(readings)
