"""Whether a passage says a statement: its value or object, subject and predicate, and that nothing denies it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

from scograph.fit.dates import DateMention
from scograph.fit.lexicon import Names, Wording
from scograph.fit.model import Part, Passage, Statement, Thing, Value, ValueSort, Verdict
from scograph.fit.text import Mention
from scograph.fit.view import NEGATIVE, TextView

Found = Mention | DateMention
_NEAR = 14
"""A word for another property that stands farther from a value does not govern it, where no word is needed."""
_DENIAL_REACH = 4
"""So many tokens may stand between what denies and what is denied."""
_FORMER = "former"
_CANCELLED = "cancelled"
"""What did not take place, in whatever clause of the sentence its place and day stand."""
_STATES = frozenset({"suspended", _FORMER})
"""What is said behind a role as well as before it."""
_WRONG_SIDE = 3
_TIE = 6
"""A word for a property that stands so much farther than the nearest may still be the one that governs."""
_SUBORDINATE = 12
"""What a clause about another time adds to the distance."""
_COORDINATORS = frozenset(
    ["and", "but", "or", "и", "но", "а", "или", "et", "mais", "ou", "e", "mas", "y", "pero", "o", "және"]
)
"""Behind one of these a word says something of what follows it."""
_BEHIND_NAMES = frozenset({'"', "》", ","})
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Reader:
    """Reads passages for statements.

    Args:
        wording: How texts say properties, roles and classes.
        names: The names of all things that are known.
    """

    def __init__(self, wording: Wording, names: Names) -> None:
        self.wording = wording
        self.names = names
        self._views = lru_cache(maxsize=4096)(lambda text, language: TextView(text, language, wording, names))

    def judge(self, statement: Statement, passage: Passage) -> Verdict:
        """What of a statement a passage says.

        Args:
            statement: The statement.
            passage: The passage.

        Returns:
            What is missing, and where the value stands.
        """
        view = self.view(passage.text, passage.language)
        others = [self.view(text, passage.language) for text in passage.read_with]
        return _Judgement(self, statement, passage, view, others).verdict()

    def view(self, text: str, language: str) -> TextView:
        """What a text mentions.

        Args:
            text: The text.
            language: The BCP 47 tag of its language.

        Returns:
            The view, made once for each text.
        """
        return self._views(text, language)


def judge(statement: Statement, passage: Passage, wording: Wording, names: Names) -> Verdict:
    """What of a statement a passage says (see `Reader`).

    Args:
        statement: The statement.
        passage: The passage.
        wording: How texts say properties, roles and classes.
        names: The names of all things that are known.

    Returns:
        What is missing, and where the value stands.

    Example:
        >>> from scograph.fit import Name, Passage, Statement, Thing, Value, ValueSort, Wording
        >>> treaty = Thing("ex:treaty", (Name("Treaty of Riga", "en"),))
        >>> wording = Wording({"ex:signedOn": (Name("signed", "en"),)}, ranges={"ex:signedOn": "date"})
        >>> names = Names({treaty.iri: treaty.names}, {})
        >>> statement = Statement(treaty, "ex:signedOn", Value("1921-03-18", ValueSort.DATE))
        >>> judge(statement, Passage("The Treaty of Riga was signed on 18 March 1921.", "en"), wording, names).is_shown
        True
        >>> judge(statement, Passage("The Treaty of Riga is dated 18 March 1921.", "en"), wording, names).missing
        ((<Part.PREDICATE: 'predicate'>, ''),)
    """
    return Reader(wording, names).judge(statement, passage)


class _Judgement:
    """One statement held against one passage."""

    def __init__(
        self, reader: Reader, statement: Statement, passage: Passage, view: TextView, others: Sequence[TextView]
    ) -> None:
        self.reader = reader
        self.wording = reader.wording
        self.names = reader.names
        self.statement = statement
        self.passage = passage
        self.view = view
        self.others = others
        self.words = view.words
        self._found: dict[int, Sequence[Mention]] = {}

    def _things(self, view: TextView) -> Sequence[Mention]:
        """The names in a text, with the abbreviations that the passage, or one it is read with, sets for them."""
        found = self._found.get(id(view))
        if found is None:
            found = self._found[id(view)] = view.with_abbreviations(
                {short: keys for one in (*self.others, self.view) for short, keys in one.abbreviations.items()}
            )
        return found

    def verdict(self) -> Verdict:
        """The verdict; what several records share, such as their organisation, is said where the rest of each is."""
        own = self._verdict()
        if (
            own.is_shown
            or own.parts - {Part.SUBJECT, Part.POLARITY}
            or not self.statement.record
            or not isinstance(self.statement.object, Thing)
        ):
            return own
        others = [self._sibling(predicate, value) for predicate, value in self.statement.record]
        rest = [other for other in others if other is not None]
        is_shared = self._is_concept(self.statement.object) or self.wording.has(self.statement.predicate, "optional")
        is_said = rest and (
            all(other.is_shown for other in rest)
            or (
                is_shared
                and any(other.is_shown for other in rest)
                and all(other.parts <= {Part.SUBJECT} for other in rest)
            )
        )
        return Verdict((), own.spans) if is_said else own

    def _sibling(self, predicate: str, value: Thing | Value) -> Verdict | None:
        """The verdict on another part of the record."""
        mine = self.statement
        if not isinstance(value, Thing) or (predicate, value) == (mine.predicate, mine.object):
            return None
        other = Statement(mine.subject, predicate, value, mine.record)
        return _Judgement(self.reader, other, self.passage, self.view, self.others)._verdict()  # noqa: SLF001 -- own class

    def _verdict(self) -> Verdict:
        """The verdict over the place where most is said."""
        found = self._objects()
        if found is None:
            part = Part.VALUE if isinstance(self.statement.object, Value) else Part.OBJECT
            return Verdict(((part, self._instead()),))
        best: list[tuple[Part, str]] | None = None
        place: Found | None = None
        for mention in found or (None,):
            missing = self._missing(mention)
            if best is None or len(missing) < len(best):
                best, place = missing, mention
            if not missing:
                break
        spans: tuple[tuple[int, int], ...] = ()
        if place is not None and place.after > place.first:
            spans = ((self.words.tokens.starts[place.first], self.words.tokens.ends[place.after - 1]),)
        return Verdict(tuple(best or ()), spans)

    def _instead(self) -> str:
        """What the passage prints in the place of a value."""
        value = self.statement.object
        if isinstance(value, Value) and value.sort is ValueSort.DATE:
            return ", ".join(dict.fromkeys(str(date.date) for date in self.view.dates))
        return ""

    def _objects(self) -> list[Found] | None:
        """Where the object is printed; nothing in the list where it is said otherwise, None where it is not said."""
        wanted = self.statement.object
        if isinstance(wanted, Value):
            return self.view.values(wanted) or None
        if self.statement.predicate == TYPE:
            return [one for one in self.view.says if wanted.iri in one.keys] or None
        if self._is_concept(wanted):
            return self._concepts(wanted)
        mentions = self._mentions(self.view, wanted)
        if mentions or wanted.is_worded_freely or self._is_described(wanted, self.view):
            return list(mentions)
        if self.wording.ranges.get(self.statement.predicate) in wanted.kinds and not self.statement.record:
            found = self.view.adjectives([name.text for name in wanted.names])
            if found:
                return [Mention(one.first, one.after, (wanted.iri,)) for one in found]
        is_elsewhere = any(self._is_in(other, wanted) for other in self.others) or (
            bool(self.statement.record) and wanted.iri in self.passage.about
        )
        return [] if is_elsewhere and self._names_a_participant() else None

    def _concepts(self, wanted: Thing) -> list[Found] | None:
        """Where a concept is said by its words."""
        found: list[Found] = [one for one in self.view.concepts if wanted.iri in one.keys]
        if found:
            return found
        said = any(wanted.iri in one.keys for other in self.others for one in other.says)
        return [] if said and self._names_a_participant() else None

    def _is_concept(self, thing: Thing) -> bool:
        return thing.iri in self.wording.phrases

    def _names_a_participant(self) -> bool:
        """Whether the passage itself names another part of the statement."""
        return any(self._is_in(self.view, one) for one in self._participants())

    def _participants(self) -> list[Thing]:
        """The things that the statement is about, its object aside."""
        statement = self.statement
        if statement.record:
            return [
                value
                for predicate, value in statement.record
                if isinstance(value, Thing) and (predicate, value) != (statement.predicate, statement.object)
            ]
        return [statement.subject]

    def _is_in(self, view: TextView, thing: Thing) -> bool:
        if self._is_concept(thing):
            return any(thing.iri in one.keys for one in view.says)
        return bool(self._mentions(view, thing)) or self._is_described(thing, view)

    def _mentions(self, view: TextView, thing: Thing) -> list[Mention]:
        """Where a thing is named; inside of a longer name only where that is the name of another part."""
        parts = {self.statement.subject.iri, *(one.iri for one in self._participants())}
        found = []
        for one in self._things(view):
            if thing.iri not in one.keys:
                continue
            if one.is_inside:
                longer = [
                    other
                    for other in self._things(view)
                    if other.first <= one.first and other.after >= one.after and other != one
                ]
                is_said = self.wording.has(self.statement.predicate, "name")
                if not any((is_said and parts & set(other.keys)) or thing.iri in other.keys for other in longer):
                    continue
            found.append(one)
        return found or self._in_other_names(view, thing)

    def _in_other_names(self, view: TextView, thing: Thing) -> list[Mention]:
        """Where what a record is in is named in other names alone, as an organisation in that of its treaty."""
        ranges = [
            self.wording.ranges.get(key, "")
            for key, part in self.statement.record
            if part == thing and self.wording.has(key, "optional")
        ]
        things = self._things(view)
        kinds = [{kind for key in one.keys for kind in self.names.kinds.get(key, ())} for one in things]
        if not ranges or any(ranges[0] in own for one, own in zip(things, kinds, strict=True) if not one.is_inside):
            return []
        return [one for one in things if one.is_inside and thing.iri in one.keys]

    def _is_described(self, thing: Thing, view: TextView) -> bool:
        """Whether a text calls a thing by its class, which the passage introduces or is about."""
        if thing.iri not in self.passage.introduces and thing.iri not in self.passage.about:
            return False
        return any(kind in one.keys for one in view.says for kind in thing.kinds)

    # What is missing at one mention of the object

    def _missing(self, at: Found | None) -> list[tuple[Part, str]]:
        missing: list[tuple[Part, str]] = []
        said = self._predicate(at)
        if said is not None:
            missing.append((Part.PREDICATE, said))
        missing += self._subject(at)
        denial = self._denial(at)
        if denial:
            missing.append((Part.POLARITY, denial))
        return missing

    def _sentence(self, at: Found | None) -> tuple[int, int]:
        """The tokens of the sentence of a mention, or of the whole passage."""
        if at is None:
            return 0, len(self.words)
        sentences = self.words.sentences
        number = sentences[at.first]
        first = next(place for place in range(at.first, -1, -1) if place == 0 or sentences[place - 1] != number)
        after = next((place for place in range(at.first, len(sentences)) if sentences[place] != number), len(sentences))
        return first, after

    def _governing(self, at: Found | None, predicate: str) -> list[Mention]:
        """The words for properties of one range in the sentence of a mention."""
        first, after = self._sentence(at)
        range_ = self.wording.ranges.get(predicate, predicate)
        kinds = self.statement.subject.kinds

        def competes(key: str) -> bool:
            domain = self.wording.domains.get(key)
            is_about_it = not kinds or domain is None or domain in kinds
            return key == predicate or (self.wording.ranges.get(key) == range_ and is_about_it)

        return [
            one
            for one in self.view.says
            if first <= one.first < after
            and not self.view.is_in_name(one)
            and any(map(competes, one.keys))
            and not self._is_outdone(one, competes)
        ]

    def _is_outdone(self, mention: Mention, competes: Callable[[str], bool]) -> bool:
        """Whether a longer phrase of the same sort has a word inside of it."""
        return mention.is_inside and any(
            other.first <= mention.first
            and other.after >= mention.after
            and other != mention
            and any(map(competes, other.keys))
            for other in self.view.says
        )

    def _predicate(self, at: Found | None) -> str | None:
        """What is said instead of the property; None where the property is said, or needs no word."""
        predicate = self.statement.predicate
        ends = {mark for mark in ("start", "end") if self.wording.has(predicate, mark)}
        if isinstance(at, DateMention) and (at.is_start or at.is_end) and ends:
            is_end = (at.is_start and "start" in ends) or (at.is_end and "end" in ends)
            return None if is_end else "the other end"
        if not self.wording.is_said(predicate, self.words.tag) or self._is_said_in_name(predicate, at):
            return None
        governing = self._governing(at, predicate)
        is_optional = self.wording.has(predicate, "optional")
        if not governing:
            is_said = is_optional or self._is_said_above(predicate, at) or self._is_said_below(predicate, at)
            return None if is_said else ""
        if at is None:
            said = is_optional or any(predicate in one.keys for one in governing) or self._is_said_above(predicate, at)
            return None if said else self.words.written(governing[0])
        if is_optional and self._is_dated_name(at):
            return None
        return self._governed(governing, at, predicate, is_optional=is_optional)

    def _is_said_in_name(self, predicate: str, at: Found | None) -> bool:
        """Whether the name of the subject has a word of the property, and the object inside of it: "Amendment to X".

        A name that has such a word and no object, as "Protocol of Amendment", says it of an object in its sentence.
        """
        if at is None or not self.wording.has(predicate, "name"):
            return False
        first, after = self._sentence(at)
        names = [
            one
            for one in self._things(self.view)
            if self.statement.subject.iri in one.keys and first <= one.first < after
        ]
        values = [one for one in self._things(self.view) if self._is_value_like(one)]
        return any(
            any(predicate in one.keys and name.first <= one.first < name.after for one in self.view.says)
            and (
                (name.first <= at.first and at.after <= name.after)
                or not any(name.first <= one.first and one.after <= name.after and one != name for one in values)
            )
            for name in names
        )

    def _is_said_below(self, predicate: str, at: Found | None) -> bool:
        """Whether a line below the object, which stands as a heading, has the word of the property and the subject."""
        if at is None or not self._is_heading(self._sentence(at)[1]):
            return False
        numbers = self.words.sentences
        own = {numbers[one.first] for one in self._mentions(self.view, self.statement.subject)}
        return any(
            predicate in one.keys and numbers[one.first] in own and numbers[one.first] > numbers[at.first]
            for one in self.view.says
        )

    def _is_dated_name(self, at: Found) -> bool:
        """Whether a date is joined to the name of the subject, in brackets or as in "Protocol of 9 December 2005"."""
        forms = self.words.forms
        before = at.first - 1
        is_joined = before > 0 and (forms[before] == "(" or forms[before] in self.words.language.dating)
        if not is_joined or not isinstance(at, DateMention):
            return False
        name_after = before - 1 if forms[before - 1] in _BEHIND_NAMES else before
        return any(one.after == name_after for one in self._mentions(self.view, self.statement.subject))

    def _governed(self, governing: list[Mention], at: Found, predicate: str, *, is_optional: bool) -> str | None:
        """The word that governs a value, if it is none of the property."""
        assigned = self._assigned(governing, at)
        cost = {id(one): self._cost(one, at) for one in governing}
        nearest = assigned or min(governing, key=lambda one: cost[id(one)])
        group = next(group for group in self.view.groups(governing) if nearest in group)
        if any(predicate in one.keys for one in group if isinstance(one, Mention)):
            return None
        if is_optional and cost[id(nearest)] > _NEAR:
            return None
        own = min((one for one in governing if predicate in one.keys), key=lambda one: cost[id(one)], default=None)
        is_near = own is not None and (cost[id(own)] <= cost[id(nearest)] + _TIE or self._only_bounds(group, predicate))
        if own is not None and is_near and self._is_own(own, at):
            return None
        return self.words.written(nearest)

    def _only_bounds(self, group: Sequence[Found], predicate: str) -> bool:
        """Whether words say only from or until when, as in "in force for us from 2 June": other words say what is."""
        ranges = self.wording.ranges
        said = [key for one in group if isinstance(one, Mention) for key in one.keys if key in ranges]
        return bool(said) and all(
            (any(self.wording.has(key, mark) for mark in ("start", "end")) or self._is_bare(key))
            and not any(self.wording.has(predicate, mark) for mark in ("start", "end"))
            for key in said
        )

    def _is_bare(self, key: str) -> bool:
        """Whether a property of dates says nothing of what happened then, as "dated" does."""
        return self.wording.has(key, "optional") and self.wording.ranges.get(key) == ValueSort.DATE.value

    def _assigned(self, governing: list[Mention], at: Found) -> Mention | None:
        """The word that goes with a value: alone between two commas, in turn, or as the nearest that is left."""
        first, after = self._sentence(at)
        values = [group for group in self.view.groups(self._values_alike(at)) if first <= group[0].first < after]
        words = self.view.groups(governing)
        own = next((number for number, group in enumerate(values) if at in group), None)
        if own is None:
            return None
        pairs = dict(self._alone_together(words, values))
        left_words = [number for number in range(len(words)) if number not in pairs.values()]
        left = [number for number in range(len(values)) if number not in pairs]
        order = sorted(
            [(words[n][0].first, True, n) for n in left_words] + [(values[n][0].first, False, n) for n in left]
        )
        if len(left_words) == len(left) and all(one[1] != other[1] for one, other in pairwise(order)):
            pairs |= dict(zip(left, left_words, strict=True))
        else:
            costs = sorted((self._least(words[n], values[place]), n, place) for n in left_words for place in left)
            for _, number, place in costs:
                if number not in pairs.values() and place not in pairs:
                    pairs[place] = number
        return self._nearest_of(words[pairs[own]], at) if own in pairs else None

    def _alone_together(self, words: list[list[Found]], values: list[list[Found]]) -> Iterator[tuple[int, int]]:
        """The values that share a part of the sentence, between two commas, with one word and no other value."""
        forms = self.words.forms
        part = list(accumulate(form in (",", ";", "(", ")") for form in forms))
        parts_of_words = [part[group[0].first] for group in words]
        parts_of_values = [part[group[0].first] for group in values]
        for place, number in enumerate(parts_of_values):
            if parts_of_values.count(number) == 1 and parts_of_words.count(number) == 1:
                yield place, parts_of_words.index(number)

    def _least(self, group: Sequence[Found], values: Sequence[Found]) -> int:
        return min(self._cost(one, value) for one in group if isinstance(one, Mention) for value in values)

    def _nearest_of(self, group: Sequence[Found], at: Found) -> Mention:
        return min((one for one in group if isinstance(one, Mention)), key=lambda one: self._cost(one, at))

    def _is_own(self, governing: Mention, at: Found) -> bool:
        """Whether a word for a property has no value that is nearer."""
        first, after = self._sentence(at)
        values = [one for one in self._values_alike(at) if first <= one.first < after]
        nearest = min(values, key=lambda one: self._cost(governing, one), default=at)
        return (nearest.first, nearest.after) == (at.first, at.after)

    def _is_said_above(self, predicate: str, at: Found | None) -> bool:
        """Whether a heading, or the line before a list, has the words of a property."""
        if any(predicate in one.keys for other in self.others for one in other.says):
            return True
        if at is None:
            return False
        first, _ = self._sentence(at)
        while first > 0:
            before = first - 1
            number = self.words.sentences[before]
            begin = next(
                place for place in range(before, -1, -1) if place == 0 or self.words.sentences[place - 1] != number
            )
            has_value = any(
                begin <= one.first < first and not self.view.is_in_name(one) for one in self._values_alike(at)
            )
            if self.words.forms[before] == ":" or (self._is_heading(first) and not has_value):
                return any(predicate in one.keys and begin <= one.first <= before for one in self.view.says)
            if self.words.forms[before] not in (";", ","):
                return self._is_said_at_head(predicate, at)
            first = begin
        return False

    def _is_said_at_head(self, predicate: str, at: Found) -> bool:
        """Whether the head of a table has the words of a property: above lines with a value each, and no such word."""
        lines = self.words.tokens.lines
        ranges = self.wording.ranges
        says = [
            one for one in self.view.says if not (self.view.is_in_name(one) or self.view.is_in_other_column(one, at))
        ]
        values = {lines[one.first] for one in self._values_alike(at) if not self.view.is_in_name(one)}
        worded = {lines[one.first] for one in says if any(key in ranges for key in one.keys)}
        for line in sorted({one for one in lines if one <= lines[at.first]}, reverse=True):
            if line in worded:
                return line not in values and any(predicate in one.keys and lines[one.first] == line for one in says)
            if line not in values:
                return False
        return False

    def _cost(self, governing: Mention, at: Found) -> int:
        """How far a word for a property stands from a value, more where the language has it on the other side."""
        is_before = governing.first < at.first
        wrong = is_before if self.words.language.is_verb_last else not is_before
        cost = self.view.distance(governing, at) + (_WRONG_SIDE if wrong else 0)
        if wrong and governing.first and self.words.forms[governing.first - 1] in _COORDINATORS:
            cost += _SUBORDINATE
        first, after = sorted((governing.first, at.first))
        between = (
            [date for date in self.view.dates if first < date.first < after] if isinstance(at, DateMention) else []
        )
        return cost + 3 * len(between) + (_SUBORDINATE if self._is_subordinate(governing, at) else 0)

    def _is_subordinate(self, governing: Mention, at: Found) -> bool:
        """Whether a word stands in a clause that begins with "after" or the like, and a value does not."""
        words = self.words
        first, _ = self._sentence(at)
        for place in range(governing.first - 1, max(first, governing.first - 12) - 1, -1):
            if words.forms[place] in (",", ";", "(", ")"):
                return False
            if words.forms[place] in words.language.subordinators:
                if at.first < place:
                    return True
                return words.forms[governing.after : at.first].count(",") > 0
        return False

    # The subject, and the other parts of a record

    def _subject(self, at: Found | None) -> list[tuple[Part, str]]:
        statement = self.statement
        value = statement.object
        if isinstance(value, Value) and value.sort is ValueSort.NAME:
            return self._named_subject(at)
        missing = []
        for thing in self._participants():
            fault = self._participant(thing, at)
            if fault is not None:
                missing.append((Part.SUBJECT, fault))
        return missing[:1]

    def _named_subject(self, at: Found | None) -> list[tuple[Part, str]]:
        """Of a name: that it stands for the subject, and for nothing else that is known."""
        subject = self.statement.subject
        if at is None or subject.is_worded_freely:
            return []
        first, after = at.first, at.after
        forms = self.words.forms
        opened = first > 0 and forms[first - 1] == "(" and (after >= len(forms) or forms[after] != ",")
        before = (
            [one for one in self._things(self.view) if one.after == first - 1 and not one.is_inside] if opened else []
        )
        joined = {one.after for one in self._things(self.view) if subject.iri in one.keys}
        if before and not any(subject.iri in one.keys or one.first in joined for one in before):
            return [(Part.SUBJECT, self.words.written(before[-1]))]
        same = [one for one in self._things(self.view) if (one.first, one.after) == (first, after)]
        of_others = [key for one in same for key in one.keys if key != subject.iri]
        if not of_others:
            return []
        elsewhere = [
            one
            for view in (self.view, *self.others)
            for one in self._things(view)
            if subject.iri in one.keys and (view is not self.view or (one.first, one.after) != (first, after))
        ]
        if elsewhere or subject.iri in self.passage.about or self._shares_name(subject, of_others):
            return []
        return [(Part.SUBJECT, self.words.written(same[0]))]

    def _shares_name(self, subject: Thing, others: Iterable[str]) -> bool:
        """Whether a name is one that the subject has in more than this statement."""
        value = self.statement.object
        assert isinstance(value, Value)  # noqa: S101 -- of a name alone
        same = [name for name in subject.names if name.text.casefold() == value.text.casefold()]
        return bool(same) and all(not self._share_kinds(subject.kinds, other) for other in others)

    def _share_kinds(self, kinds: frozenset[str], other: str) -> bool:
        return bool(kinds & self.names.kinds.get(other, frozenset()))

    def _is_like(self, kinds: frozenset[str], of_others: Iterable[frozenset[str]], other: str) -> bool:
        """Whether a thing is of the kinds of one part of the statement, and not rather of those of another."""
        own = self.names.kinds.get(other, frozenset())
        return bool(kinds & own) and all(len(kinds & own) >= len(one & own) for one in of_others)

    def _alike(self, view: TextView, thing: Thing) -> list[Mention]:
        """Mentions of things of the kinds of one: what may be meant in its place."""
        if self._is_concept(thing):
            return [
                one
                for one in view.concepts
                if (thing.iri in one.keys or any(self._share_kinds(thing.kinds, key) for key in one.keys))
            ]
        value = self.statement.object
        parts = (*self._participants(), *((value,) if isinstance(value, Thing) else ()))
        of_others = [one.kinds for one in parts if one.iri != thing.iri]
        ranges = [self.wording.ranges.get(predicate, "") for predicate, part in self.statement.record if part == thing]
        asked = thing.kinds.intersection(ranges)
        own = {*self._object_iris(), *(one.iri for one in self._participants())} - {thing.iri}
        return [
            one
            for one in self._things(view)
            if not one.is_inside
            and not (view is self.view and view.is_apposed(one))
            and not (own & set(one.keys) and thing.iri not in one.keys)
            and (thing.iri in one.keys or any(map(self._may_be_subject, one.keys)))
            and any(
                key == thing.iri
                or (asked <= self.names.kinds.get(key, frozenset()) and self._is_like(thing.kinds, of_others, key))
                for key in one.keys
            )
        ]

    def _may_be_subject(self, key: str) -> bool:
        """Whether a thing may have the property: its class is in the domain."""
        domain = self.wording.domains.get(self.statement.predicate)
        return bool(self.statement.record) or domain is None or domain in self.names.kinds.get(key, frozenset())

    def _object_iris(self) -> tuple[str, ...]:
        value = self.statement.object
        return (value.iri,) if isinstance(value, Thing) else ()

    def _values_alike(self, at: Found) -> Sequence[Found]:
        """What may be meant in the place of the object."""
        value = self.statement.object
        if isinstance(value, Value):
            return self.view.all_of(value.sort) or [at]
        if self._is_concept(value):
            return [
                one
                for one in self.view.concepts
                if any(key == value.iri or self._share_kinds(value.kinds, key) for key in one.keys)
            ]
        parts = {one.iri for one in self._participants()}
        return [
            one
            for one in self._things(self.view)
            if not one.is_inside
            and not parts & set(one.keys)
            and self._is_value_like(one)
            and not (one != at and self.view.is_apposed(one))
        ]

    def _is_value_like(self, mention: Mention) -> bool:
        """Whether a name is of the object, or of what may be meant in its place."""
        value = self.statement.object
        return isinstance(value, Thing) and any(
            key == value.iri or self._share_kinds(value.kinds, key) for key in mention.keys
        )

    def _participant(self, thing: Thing, at: Found | None) -> str | None:
        """What is said in the place of a thing; None where the thing is said."""
        if thing.is_worded_freely:
            return None
        first, after = self._sentence(at)
        alike = self._alike(self.view, thing)
        if at is not None:
            alike = self._of_row(thing, alike, at)
        here = [one for one in alike if first <= one.first < after]
        named = [one for one in here if thing.iri in one.keys]
        if named:
            return self._aligned(thing, named, here, at, (first, after))
        if any(first <= one.first < after for one in self._mentions(self.view, thing)):
            return None
        value = self.statement.object
        if at is None and isinstance(value, Thing) and value.is_worded_freely and self._is_above(thing):
            return None
        is_above = at is not None and (self._is_heading(after) or self._is_general(at, here))
        if at is not None and is_above and self._is_below(thing, alike, at, after):
            return None
        return self._displacing(thing, here, at, first) or (None if self._is_elsewhere(thing, alike, first) else "")

    def _of_row(self, thing: Thing, alike: list[Mention], at: Found) -> list[Mention]:
        """The mentions that may belong to a value: those of its row, and of its column where that has any."""
        own = [one for one in alike if self._may_go_with(one, at) and not self.view.is_in_other_column(one, at)]
        if isinstance(at, DateMention) and any(self.view.is_cell(one) for one in own):
            return own
        return [one for one in alike if one in own or (thing.iri in one.keys and self.view.is_in_other_column(one, at))]

    def _may_go_with(self, mention: Mention, at: Found) -> bool:
        """Whether a mention may belong to a value: one in brackets belongs to the name before it."""
        owner = self.view.owner(mention) if mention in self.view.concepts else None
        if owner is None or owner == at or self.view.owner(at) == owner or not isinstance(at, Mention):
            return True
        return not any(
            self._share_kinds(self.names.kinds.get(key, frozenset()), other) for key in owner.keys for other in at.keys
        )

    def _is_above(self, thing: Thing) -> bool:
        """Whether a text that the passage is read with, such as the title above an article, has a thing."""
        return any(self._is_in(other, thing) for other in self.others)

    def _displacing(self, thing: Thing, here: list[Mention], at: Found | None, first: int) -> str:
        """What stands in a sentence in the place of a thing, or nothing."""
        if self._is_concept(thing):
            return self.words.written(here[0]) if here else ""
        displaced = [one for one in here if self._is_subject_like(one, first) and (at is None or one.first < at.first)]
        return self.words.written(displaced[0]) if displaced else ""

    def _is_elsewhere(self, thing: Thing, alike: list[Mention], first: int) -> bool:
        """Whether a thing is said outside of a sentence: before it, above the passage, or by what the page is about."""
        return (
            self._is_above(thing)
            or self._is_earlier(thing, alike, first)
            or thing.iri in self.passage.about
            or self._is_described(thing, self.view)
            or (self._is_concept(thing) and not self.wording.is_said(thing.iri, self.words.tag))
        )

    def _is_heading(self, after: int) -> bool:
        """Whether a sentence is a line of its own without a full stop, with others below it."""
        lines = self.words.tokens.lines
        last = self.words.forms[after - 1]
        return after < len(self.words) and lines[after] > lines[after - 1] and last not in (".", ";", "!", "?", "。")

    def _is_general(self, at: Found, here: Sequence[Mention]) -> bool:
        """Whether a value may hold for all that follows: its property needs no word, and nothing is named before it."""
        predicate = self.statement.predicate
        is_bare = self.wording.has(predicate, "optional") and not self.wording.is_said(predicate, self.words.tag)
        return is_bare and all(one.first > at.first for one in here)

    def _is_below(self, thing: Thing, alike: list[Mention], at: Found, after: int) -> bool:
        """Whether a thing is named below a heading, and before the next of what may stand in its place."""
        later = [one for one in self._values_alike(at) if one.first >= after and self.view.owner(one) is None]
        for mention in alike:
            if thing.iri in mention.keys and mention.first >= after:
                between = (one for one in later if one.first <= mention.first)
                if all(self.view.is_in_other_column(one, mention) for one in between):
                    return True
        return False

    def _is_earlier(self, thing: Thing, alike: list[Mention], first: int) -> bool:
        """Whether a thing was the last of its kind that was named before a sentence, or the only one in the passage."""
        before = [one for one in alike if one.first < first]
        if before:
            number = self.words.sentences[before[-1].first]
            last = [one for one in before if self.words.sentences[one.first] == number]
            return any(thing.iri in one.keys for one in last)
        return bool(alike) and all(thing.iri in one.keys for one in alike)

    def _is_subject_like(self, mention: Mention, first: int) -> bool:
        """Whether a name may be the subject of its sentence: no preposition stands before it."""
        language = self.words.language
        at = mention.first - 1
        while at >= first and (
            self.words.forms[at] in language.articles or self.words.forms[at] in language.connectives
        ):
            if self.words.forms[at] in language.prepositions:
                return False
            at -= 1
        return at < first or self.words.forms[at] not in language.prepositions

    def _aligned(
        self,
        thing: Thing,
        named: Sequence[Mention],
        alike: Sequence[Mention],
        at: Found | None,
        sentence: tuple[int, int],
    ) -> str | None:
        """Whether a thing goes with the value, where a sentence has several of both."""
        if at is None or any(self._is_relative(one, at) for one in named):
            return None
        owner = self.view.owner(at) if at in self.view.concepts else None
        if owner in alike and not any(self.view.owner(one) == owner for one in named):
            return None if owner in named else self.words.written(owner)  # type: ignore[arg-type]
        values = [one for one in self._values_alike(at) if sentence[0] <= one.first < sentence[1]]
        others = self.view.groups(values)
        own = next((group for group in others if at in group), None)
        if own is None:  # the value is a word inside of a name
            own = [at]
            others = [*others, own]
        alike = [
            one for one in alike if one in named or self._is_concept(thing) or self._is_subject_like(one, sentence[0])
        ]
        if not any(self._is_apposed(one, sentence) for one in (*named, at)):
            alike = [one for one in alike if not self._is_apposed(one, sentence)]
            values = [one for one in values if not self._is_apposed(one, sentence)]
            others = [group for group in others if group == own or any(one in values for one in group)]
        anchors = self.view.groups(alike)
        paired = self._paired(alike, values, at)
        if paired is not None:
            return None if thing.iri in paired.keys else self.words.written(paired)
        if len(anchors) < 2 or len(others) < 2:  # noqa: PLR2004 -- one of a kind goes with all
            return None
        permitted = self._permitted(anchors, others, own)
        if any(one in permitted for one in named):
            return None
        return self.words.written(permitted[0])  # type: ignore[arg-type]

    def _is_relative(self, mention: Mention, at: Found) -> bool:
        """Whether a value stands in the clause that a name is the subject of: "Kenya, which joined in 2005"."""
        words = self.words
        begin = mention.after + (words.forms[mention.after : mention.after + 1] == [","])
        return (
            begin < at.first
            and words.forms[begin] in words.language.relatives
            and not any(form in (",", ";", "(", ")") for form in words.forms[begin : at.first])
        )

    def _is_apposed(self, mention: Found, sentence: tuple[int, int]) -> bool:
        """Whether a mention stands between commas in what names explain: "Kenya and Ghana, the members of NL, met"."""
        forms = self.words.forms
        start = next((place for place in range(mention.first, sentence[0], -1) if forms[place - 1] == ","), None)
        end = next((place for place in range(mention.after, sentence[1]) if forms[place] == ","), None)
        if (
            start is None
            or end is None
            or not (forms[start] in self.words.language.articles or forms[start] in self.words.language.apposing)
        ):
            return False
        return any(
            start <= one.first and one.after <= end and not self.view.is_in_name(one)
            for one in self.view.says
            if any(key in self.names.kinds for key in one.keys)
        )

    def _paired(self, alike: Sequence[Mention], values: Sequence[Found], at: Found) -> Mention | None:
        """What a value goes with in two lists that a word pairs in order."""
        words = self.words
        said = any(form in words.flat for form in words.language.respectively)
        if not said or len(alike) != len(values) or at not in values:
            return None
        order = sorted(values, key=lambda one: one.first)
        return sorted(alike, key=lambda one: one.first)[order.index(at)]

    def _permitted(self, anchors: list[list[Found]], others: list[list[Found]], own: Sequence[Found]) -> list[Found]:
        """The group of names that a group of values goes with."""
        both = [(group, True) for group in anchors] + [(group, False) for group in others]
        both.sort(key=lambda one: one[0][0].first)
        items = [group for group, _ in both]
        kinds = [is_anchor for _, is_anchor in both]
        place = both.index(([*own], False))
        if all(one != other for one, other in pairwise(kinds)) and len(anchors) == len(others):
            return items[place - 1] if kinds[0] else items[place + 1]

        def cost(group: list[Found]) -> int:
            before = group[-1].first < own[0].first
            near = group[-1] if before else group[0]
            return self.view.distance(near, own[0] if before else own[-1]) + (0 if before else 2)

        return min(anchors, key=cost)

    # Denial

    def _denial(self, at: Found | None) -> str:
        """What the clause says against the statement, or nothing."""
        value = self.statement.object
        if isinstance(value, Value) and value.sort in (ValueSort.NAME, ValueSort.CODE):
            return ""
        if self.statement.predicate == TYPE or (isinstance(value, Thing) and value.is_worded_freely):
            return ""
        first, after = self._sentence(at)
        roles = (one.iri for one in self._participants() if self._is_concept(one))
        wanted = {self.statement.predicate, *self._object_iris(), *roles}
        own = [one for one in self.view.says if wanted & set(one.keys) and first <= one.first < after]
        is_over = any(self.wording.has(predicate, "end") for predicate, _ in self.statement.record)
        left = {place for one in self.view.denials if _FORMER in one.keys for place in range(one.first, one.after)}
        if not is_over:
            own = [one for one in own if one.first not in left]
        covered = {place for one in own for place in range(one.first, one.after)}
        anchor = self._dated(first, after) or at
        said: list[Found] = list(own) if anchor is None else [anchor]
        if anchor is not None and own:
            said.append(min(own, key=lambda one: self._cost(one, anchor)))
        meant = {key for denial in self.view.denials if denial.first in covered for key in denial.keys} - {NEGATIVE}
        for denial in self.view.denials:
            is_here = first <= denial.first < after and (denial.first not in covered or denial.keys == (NEGATIVE,))
            is_known = (is_over and _FORMER in denial.keys) or bool(meant & set(denial.keys))
            if is_here and not is_known and any(self._denies(denial, one) for one in said):
                return self.words.written(denial)
        return "" if own else self._denial_above(wanted)

    def _dated(self, first: int, after: int) -> DateMention | None:
        """The day of a record, where a sentence prints it: what is said nearest to it is said of the record."""
        days = {value.text for _, value in self.statement.record if isinstance(value, Value)}
        found = [one for one in self.view.dates if first <= one.first < after and str(one.date) in days]
        return found[0] if len(found) == 1 else None

    def _denial_above(self, wanted: set[str]) -> str:
        """What a heading says against the role or property that it has the words of, or nothing."""
        for other in self.others:
            if other.denials and any(wanted & set(one.keys) for one in other.says):
                return other.words.written(other.denials[0])
        return ""

    def _is_label(self, denial: Mention) -> bool:
        """Whether a word stands alone at the beginning of a line, with a colon behind it."""
        first, after = self._sentence(denial)
        return denial.first == first and denial.after < after and self.words.forms[denial.after] == ":"

    def _denies(self, denial: Mention, said: Found) -> bool:
        """Whether a word denies what stands near it in its clause, or, as the label of a line, all that follows."""
        if _CANCELLED in denial.keys or self._is_label(denial):
            return True
        if denial.first <= said.first:
            between = range(denial.after, said.first)
            reach = _DENIAL_REACH
        else:
            between = range(said.after, denial.first)
            if denial.first < said.after:
                return True
            is_state = bool(_STATES & set(denial.keys))
            reach = 6 if is_state else 2 if self.words.language.has_suffixes or self.words.tag.startswith("fr") else 0
        return len(between) <= reach and not self.view.has_boundary(between.start, between.stop)
