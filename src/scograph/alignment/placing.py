"""Decides what became of each passage. Nothing is attached to words by likeness.

Two texts are first aligned as a whole (`matching.matches`). A passage is the same where all its words were matched in
one piece, in an order that nothing else contradicts: its words occur once between its neighbours, under its heading.
Other places with its words count only if the older text does not account for them. What is not certain is ambiguous.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scograph.alignment.matching import matches
from scograph.alignment.model import Alignment, Extent, Heading, Outcome, Passage, Placement
from scograph.alignment.tokens import Tokens, compounds_of, forms_changed, tokens_of
from scograph.model import BULLETS, TextSpan

MIN_WORDS = 9
"""Words of a passage that can have moved by itself: more than eight."""
MAX_HEADING_WORDS = 8
"""Where headings are not known, a line of so many words may be one."""
SENTENCE_ENDS = frozenset([*".!?;,。！？；，؟۔।", "..."])
"""Marks after which other words say something else."""
_COLONS = frozenset(":：")
MAX_OCCURRENCES = 200
"""Places of the same words that are looked at. Words that stand in more are the same only between their neighbours."""
MAX_REGION = 5000
"""Tokens in the place of a passage in which other lines with its words are looked for."""
MAX_CANDIDATES = 20
"""Places of an ambiguous passage that are told."""
_WEAK_WORDS = 2
"""Words in a row that rewritten text may have in common with the old by accident."""
_NOBODY: frozenset[int] = frozenset()
_SETTLED = (Outcome.SAME, Outcome.MOVED)

_OTHER_ITEM = "it does not stand below what it stood below, and may belong to another item"
_OTHER_HEADING = "its words stand under another heading"
_RENAMED = "the heading that it stands under was edited"
_SEVERAL = "its words stand in more than one place"
_SHORT = "its words stand in another place, where nothing shows that they are the same ones"
_PARTNER = "what it is read with is not there as it was"
_TAKEN = "what stands in its place may be another passage that moved"
_RIVALS = "more than one line in its place has words of it"
_CROSSED = "words of another passage stand where it stood, on the other side of what stands there now"
_SHARED = "a line has words of it and of another passage"
_REPEATED = "other passages with the same words are not in their places either"


def align(  # noqa: PLR0913 -- two texts, and what is known of each
    old: str,
    new: str,
    passages: Sequence[Passage],
    *,
    old_headings: Sequence[Heading] | None = None,
    new_headings: Sequence[Heading] | None = None,
    extent: Extent = Extent.WHOLE,
) -> Alignment:
    """Say what became of passages in a newer text.

    Args:
        old: The older text, in which the passages stand.
        new: The newer text.
        passages: The passages, in any order. They may overlap.
        old_headings: The headings of the older text; None if they are not known, as in plain text. An empty list says
            that there are none. Both lists or neither.
        new_headings: Those of the newer text.
        extent: How much of the document the newer text has.

    Returns:
        A placement for each passage, and what is new. Typography (white space between words, quotes, dashes, hyphens
        at ends of lines, Unicode form) makes no difference; the case of letters does.

    Raises:
        ValueError: A passage does not lie in the older text, has no words, or has the name of another.

    Example:
        >>> old = "Members" + chr(10) + "Kenya, since 2012" + chr(10) + "Former members" + chr(10) + "Chad"
        >>> new = old.replace("2012", "2013")
        >>> found = align(old, new, [Passage("1", 8, 25), Passage("2", 41, 45)])
        >>> [(placement.name, placement.outcome.value, placement.span) for placement in found.placements]
        [('1', 'edited', TextSpan(start=8, end=25)), ('2', 'same', TextSpan(start=41, end=45))]
    """
    compounds = compounds_of(old, new)
    sides = (
        _AlignedText(old, tokens_of(old, compounds), old_headings),
        _AlignedText(new, tokens_of(new, compounds), new_headings),
    )
    return _Aligner(*sides, passages, extent).align()


class _AlignedText:
    """A text with its tokens and headings."""

    def __init__(self, text: str, tokens: Tokens, headings: Sequence[Heading] | None) -> None:
        self.text = text
        self.tokens = tokens
        self.are_headings_known = headings is not None
        found = self._guessed() if headings is None else headings
        self.headings = sorted((*tokens.span(one.start, one.end), one.level) for one in found)
        self._starts = [first for first, _, _ in self.headings]
        self._above: list[int] = []  # the number of the heading above each heading, or -1
        stack: list[int] = []
        for number, (_, _, level) in enumerate(self.headings):
            while stack and (not level or self.headings[stack[-1]][2] >= level or not self.headings[stack[-1]][2]):
                stack.pop()
            self._above.append(stack[-1] if stack else -1)
            stack.append(number)
        self.words_of_headings = {self.key(first, after) for first, after, _ in self.headings}

    def _guessed(self) -> list[Heading]:
        """Lines that may be headings: short, and without the mark that ends a sentence."""
        found, at = list[Heading](), 0
        for line in self.text.split("\n"):
            words = line.strip()
            first, after = self.tokens.span(at, at + len(line))
            if words and words[-1] not in SENTENCE_ENDS and self.tokens.words(first, after) <= MAX_HEADING_WORDS:
                found.append(Heading(at, at + len(line)))
            at += len(line) + 1
        return found

    def key(self, first: int, after: int) -> tuple[str, ...]:
        """The words of a range of tokens."""
        return tuple(self.tokens.keys[first:after])

    def path(self, first: int) -> list[tuple[int, int]]:
        """The headings over a place, from the nearest on; a heading does not stand under itself."""
        number = bisect_right(self._starts, first) - 1
        while number >= 0 and self.headings[number][1] > first:
            above = self._above[number]
            if self.headings[number][2] or above >= 0:
                number = above
            else:
                number -= 1
        found = []
        while number >= 0:
            found.append(self.headings[number][:2])
            number = self._above[number]
        return found


@dataclass(slots=True)
class _Case:
    """A passage, as far as it is decided."""

    passage: Passage
    first: int
    after: int
    words: int
    number: int = 0  # in the order of the text
    decided: Placement | None = None
    target: tuple[int, int] | None = None  # its tokens in the newer text
    places: tuple[tuple[int, int], ...] = ()  # of its words, where nothing old accounts for them


class _Aligner:
    """Aligns two texts, and decides passages."""

    def __init__(self, old: _AlignedText, new: _AlignedText, passages: Sequence[Passage], extent: Extent) -> None:
        self.old, self.new, self.extent = old, new, extent
        self.cases = [self._case(passage) for passage in passages]
        self.by_name = {case.passage.name: case for case in self.cases}
        if len(self.by_name) < len(self.cases):
            raise ValueError("two passages have the same name")
        self.in_order = sorted(self.cases, key=lambda case: (case.first, case.after))
        self.by_key: dict[tuple[str, ...], list[_Case]] = {}
        for number, case in enumerate(self.in_order):
            case.number = number
            self.by_key.setdefault(old.key(case.first, case.after), []).append(case)
        self.owners = {place: case for case in self.in_order for place in range(case.first, case.after)}
        self.starts = _index(new.tokens.keys)
        self.occurrences: dict[tuple[str, ...], list[int]] = {}
        self.standing: dict[tuple[str, ...], list[tuple[int, bool, bool]]] = {}
        self.places, moved = matches(old.tokens.keys, new.tokens.keys, self._known())
        self._drop_weak()
        self._slide(moved)
        self.claims: dict[
            int, set[int]
        ] = {}  # for each token the passages that are not in their places and may be there
        self.back = [-1] * len(new.tokens)
        for place, target in enumerate(self.places):
            if target >= 0:
                self.back[target] = place
        # The place of the nearest token that is matched, before and after each.
        self.before = [-1] * (len(self.places) + 1)
        for place, target in enumerate(self.places):
            self.before[place + 1] = target if target >= 0 else self.before[place]
        self.behind = [len(new.tokens)] * (len(self.places) + 1)
        for place in range(len(self.places) - 1, -1, -1):
            self.behind[place] = self.places[place] if self.places[place] >= 0 else self.behind[place + 1]
        self.reach = self._reach()

    def _known(self) -> list[tuple[int, int, int]]:
        """Long passages whose words occur once in each text: they are the same, wherever they stand."""
        starts = _index(self.old.tokens.keys)
        found: list[tuple[int, int, int]] = []
        for keys, cases in self.by_key.items():
            if len(cases) == 1 and cases[0].words >= MIN_WORDS:
                ours = _occurrences(self.old.tokens.keys, starts, list(keys))
                theirs = _occurrences(self.new.tokens.keys, self.starts, list(keys)) if len(ours) == 1 else []
                self.occurrences[keys] = theirs
                if len(theirs) == 1:
                    found.append((ours[0], theirs[0], len(keys)))
                elif len(ours) > 1:
                    del self.occurrences[keys]
        apart: list[tuple[int, int, int]] = []
        old_end = 0
        new_taken: set[int] = set()
        for first, start, size in sorted(found):  # passages may overlap
            if first >= old_end and new_taken.isdisjoint(range(start, start + size)):
                apart.append((first, start, size))
                old_end = first + size
                new_taken.update(range(start, start + size))
        return apart

    def _case(self, passage: Passage) -> _Case:
        if not 0 <= passage.start < passage.end <= len(self.old.text):
            raise ValueError(f"the passage {passage.name} does not lie in the text")
        first, after = self.old.tokens.span(passage.start, passage.end)
        if first >= after:
            raise ValueError(f"the passage {passage.name} has no words")
        return _Case(passage, first, after, self.old.tokens.words(first, after))

    def align(self) -> Alignment:
        """Decide all."""
        for case in self.cases:
            case.places = tuple(self._places(case))
        for case in self.cases:
            self._decide_in_place(case)
        is_changed = True
        while is_changed:  # a passage may move with one that moved with another
            is_changed = sum(self._decide_moved(case) for case in self.cases if case.decided is None) > 0
        self._note_claims()
        is_cut = self._is_cut()
        for case in self.cases:
            if case.decided is None:
                self._decide_rest(case, is_cut=is_cut)
        while sum(self._without_support(case) for case in self.in_order):  # each time one more is in doubt
            continue
        placements = tuple(case.decided for case in self.cases if case.decided is not None)
        return Alignment(placements, tuple(self._new()), is_cut)

    def _note_claims(self) -> None:
        """Note where passages may stand that are not in their places."""
        for case in self.cases:
            if case.decided is None or case.decided.outcome is not Outcome.SAME:
                for start, end in case.places[:MAX_CANDIDATES]:
                    for place in range(start, end):
                        self.claims.setdefault(place, set()).add(case.number)

    # Where the words of a passage stand.

    def _places(self, case: _Case) -> list[tuple[int, int]]:
        """Where its words stand in the newer text, and nothing in the older one accounts for all of them."""
        keys = self.old.key(case.first, case.after)
        rows = self.standing.get(keys)
        if rows is None:
            rows = self.standing[keys] = self._standing(keys)
        size = len(keys)
        found = [(start, is_line) for start, is_free, is_line in rows if is_free or self.back[start] == case.first]
        if _is_line(self.old.tokens, case.first, case.after):
            found = [row for row in found if row[1]] or found
        return [(start, start + size) for start, _ in found]

    def _standing(self, keys: tuple[str, ...]) -> list[tuple[int, bool, bool]]:
        """Where words stand in the newer text, if the older one leaves a part of them, and if they are whole lines."""
        if keys not in self.occurrences:
            self.occurrences[keys] = _occurrences(self.new.tokens.keys, self.starts, list(keys))
        size = len(keys)
        return [
            (start, min(self.back[start : start + size]) < 0, _is_line(self.new.tokens, start, start + size))
            for start in self.occurrences[keys]
        ]

    def _region(self, case: _Case) -> tuple[int, int]:
        """The tokens of the newer text between what is matched before and after the passage."""
        return self.before[case.first] + 1, self.behind[case.after]

    def _is_whole(self, case: _Case) -> bool:
        """Whether all its tokens were matched, in one piece."""
        target = self.places[case.first]
        return target >= 0 and all(
            self.places[case.first + step] == target + step for step in range(case.after - case.first)
        )

    def _decide_in_place(self, case: _Case) -> None:
        """Decide what is the same, or seems so."""
        if not self._is_whole(case):
            return
        start = self.places[case.first]
        target = start, start + case.after - case.first
        if self._has_grown(case, target):
            return
        low, high = self._region(case)
        inside = [place for place in case.places if low <= place[0] and place[1] <= high]
        others = [place for place in inside if place != target]
        is_between_neighbours = (low, high) == target
        if others or (
            len(self.occurrences[self.old.key(case.first, case.after)]) > MAX_OCCURRENCES and not is_between_neighbours
        ):
            self._ambiguous(case, _SEVERAL, [target, *others])
            return
        heading = self._heading_changed(case, target)
        loose = self._loose(case, target)
        if loose and not heading:
            self._ambiguous(case, loose, [target, *(place for place in case.places if place != target)])
            return
        if heading and (heading != _RENAMED or case.words < MIN_WORDS):
            self._ambiguous(case, heading, [target, *(place for place in case.places if place != target)])
            return
        self._settle(case, Outcome.SAME, target, heading)

    def _heading_changed(self, case: _Case, target: tuple[int, int]) -> str:
        """What is wrong with the headings over a place; empty if they are those of the passage."""
        if not self.old.are_headings_known:
            return ""
        old_path, new_path = self.old.path(case.first), self.new.path(target[0])
        if len(old_path) != len(new_path):
            return _OTHER_HEADING
        is_renamed = False
        for ours, theirs in zip(old_path, new_path, strict=True):
            if self.old.key(*ours) != self.new.key(*theirs):
                if not self._is_renamed(ours, theirs):
                    return _OTHER_HEADING
                is_renamed = True
        return _RENAMED if is_renamed else ""

    def _is_renamed(self, ours: tuple[int, int], theirs: tuple[int, int]) -> bool:
        """Whether a heading was edited in its place, and not taken from elsewhere."""
        return (
            self.new.key(*theirs) not in self.old.words_of_headings
            and self.old.key(*ours) not in self.new.words_of_headings
            and self.before[ours[0]] < theirs[0]
            and theirs[1] <= self.behind[ours[1]]
        )

    def _has_grown(self, case: _Case, target: tuple[int, int]) -> bool:
        """Whether a passage that was a whole line has new words in its sentence, as in "Former members"."""
        start, end = target
        lines, keys = self.new.tokens.lines, self.new.tokens.keys
        ours = self.old.tokens.lines
        is_start = not case.first or ours[case.first - 1] != ours[case.first]
        is_end = case.after == len(ours) or ours[case.after] != ours[case.after - 1]
        return (
            is_start
            and start > 0
            and lines[start - 1] == lines[start]
            and keys[start - 1] not in SENTENCE_ENDS
            and not self._is_bullet(start - 1)
            and not self._is_end_of_line(self.back[start - 1])
        ) or (
            is_end
            and end < len(keys)
            and lines[end] == lines[end - 1]
            and keys[end - 1] not in SENTENCE_ENDS
            and not self._is_start_of_line(self.back[end])
        )

    def _is_bullet(self, place: int) -> bool:
        """Whether a token of the newer text is the mark of an item of a list, before its words."""
        lines = self.new.tokens.lines
        return self.new.tokens.keys[place] in BULLETS and (not place or lines[place - 1] != lines[place])

    def _is_end_of_line(self, place: int) -> bool:
        """Whether a token of the older text ends its line, as the last before one that was joined to it."""
        lines = self.old.tokens.lines
        return place >= 0 and (place + 1 == len(lines) or lines[place + 1] != lines[place])

    def _is_start_of_line(self, place: int) -> bool:
        """Whether a token of the older text begins its line."""
        lines = self.old.tokens.lines
        return place >= 0 and (not place or lines[place - 1] != lines[place])

    def _is_linked_above(self, case: _Case, target: tuple[int, int]) -> bool:
        """Whether what stands before a place, in its line or the one above, is what stood before the passage."""
        place, above = case.first - 1, target[0] - 1
        if place < 0 or above < 0:
            return place == above
        ours, theirs = self.old.tokens.lines, self.new.tokens.lines
        line = ours[place]
        while place >= 0 and ours[place] == line:
            if self.places[place] >= 0 and theirs[self.places[place]] == theirs[above]:
                return True
            place -= 1
        return False

    def _is_linked_below(self, case: _Case, target: tuple[int, int]) -> bool:
        """The same for what stands behind it."""
        place, below = case.after, target[1]
        if place >= len(self.places) or below >= len(self.back):
            return place >= len(self.places) and below >= len(self.back)
        ours, theirs = self.old.tokens.lines, self.new.tokens.lines
        line = ours[place]
        while place < len(self.places) and ours[place] == line:
            if self.places[place] >= 0 and theirs[self.places[place]] == theirs[below]:
                return True
            place += 1
        return False

    def _is_below_item(self, case: _Case, target: tuple[int, int]) -> bool:
        """Whether a passage stands, or stood, right below a long line, to which it may belong, as a date does."""
        if self.old.are_headings_known and any(one[:2] == (case.first, case.after) for one in self.old.headings):
            return False  # a heading belongs to no item
        return _is_below_long(self.old.tokens, case.first) or _is_below_long(self.new.tokens, target[0])

    def _loose(self, case: _Case, target: tuple[int, int]) -> str:
        """Why a passage may not be the same one, though its words are in order; empty if it is.

        A short one, or any where headings are not known, has to stand below what it stood below, or above what it
        stood above.
        """
        if (case.words >= MIN_WORDS and self.old.are_headings_known) or self._is_linked_above(case, target):
            return ""
        if not self._is_linked_below(case, target):
            return _SHORT
        if case.words < MIN_WORDS and self._is_below_item(case, target):
            return _OTHER_ITEM
        if case.words >= MIN_WORDS or self.old.are_headings_known:
            return ""
        # What was put before it may be a heading: a short line of other words.
        return _OTHER_HEADING if any(after == target[0] for _, after, _ in self.new.headings) else ""

    # What moved.

    def _decide_moved(self, case: _Case) -> bool:
        """Decide what moved for certain; gives whether something was decided."""
        if len(case.places) != 1 or self._is_whole(case) or self._unplaced(case) > 1:
            return False
        target = case.places[0]
        if any(self.back[place] >= 0 for place in range(*target)) or self._has_grown_moved(case, target):
            return False
        first, after, start = self._run(case, target)
        above = _line_start(self.old.tokens, case.first - 1) if case.first else 0
        if case.words < MIN_WORDS and first > above and self._is_below_item(case, target):
            return False
        moved_with = has_left = False
        for other in self._partners(case):
            if other.decided is not None and other.decided.outcome is Outcome.MOVED and other.target is not None:
                moved_with |= (other.first < case.first) == (other.target[0] < target[0])
            elif (other.first, other.after) not in self.old.path(case.first):
                has_left = True
        if not self._stands_under_same(case, target, (first, start)):
            return False
        has_neighbour = self.old.tokens.words(first, after) >= MIN_WORDS and any(
            first <= other.first and other.after <= after for other in self._neighbours(case)
        )
        if moved_with or ((case.words >= MIN_WORDS or has_neighbour) and not has_left):
            self._settle(case, Outcome.MOVED, target, "")
            return True
        return False

    def _has_grown_moved(self, case: _Case, target: tuple[int, int]) -> bool:
        """The same for a passage in another place: a whole line is one there too, or stands beside sentences."""
        return _is_line(self.old.tokens, case.first, case.after) and self._has_grown(case, target)

    def _partners(self, case: _Case) -> list[_Case]:
        """The passages that it is read with."""
        return [self.by_name[name] for name in case.passage.read_with if name in self.by_name]

    def _stands_under_same(self, case: _Case, target: tuple[int, int], run: tuple[int, int]) -> bool:
        """Whether another place is under the headings of the passage.

        Where headings are not known, the line above may be one: the line above all that moved as one piece.
        """
        if not self.old.are_headings_known:
            ours, theirs = self.old.path(run[0])[:1], self.new.path(run[1])[:1]
            return [self.places[first] for first, _ in ours] == [first for first, _ in theirs]
        old_path = [self.old.key(*one) for one in self.old.path(case.first)]
        return old_path == [self.new.key(*one) for one in self.new.path(target[0])]

    def _unplaced(self, case: _Case) -> int:
        """How many passages with the same words are not in their places."""
        twins = self.by_key[self.old.key(case.first, case.after)]
        return sum(1 for other in twins if other.decided is None or other.decided.outcome is not Outcome.SAME)

    def _run(self, case: _Case, target: tuple[int, int]) -> tuple[int, int, int]:
        """The longest run of tokens around a passage that moved as one piece: in the old text, and where it begins."""
        first, after, (start, end) = case.first, case.after, target
        ours, theirs = self.old.tokens.keys, self.new.tokens.keys
        while first and start and ours[first - 1] == theirs[start - 1] and self.back[start - 1] < 0:
            first, start = first - 1, start - 1
        while after < len(ours) and end < len(theirs) and ours[after] == theirs[end] and self.back[end] < 0:
            after, end = after + 1, end + 1
        return first, after, start

    def _neighbours(self, case: _Case) -> list[_Case]:
        """The passages before and after it."""
        at = case.number
        return self.in_order[max(at - 1, 0) : at] + self.in_order[at + 1 : at + 2]

    # What was edited, and what is gone.

    def _decide_rest(self, case: _Case, *, is_cut: bool) -> None:
        edited = self._edited(case)
        free = [
            place for place in case.places if edited is None or not (edited[0] <= place[0] and place[1] <= edited[1])
        ]
        if free:
            reason = _SEVERAL if len(free) > 1 else _REPEATED if self._unplaced(case) > 1 else _SHORT
            if len(free) == 1 and not self._stands_under_same(case, free[0], self._run(case, free[0])[::2]):
                reason = _OTHER_HEADING
            self._ambiguous(case, reason, [*free, *([edited] if edited else [])])
        elif edited and not (self._is_out_of_reach(case, is_cut=is_cut, is_any=True) and self._is_cut_off(case)):
            self._decide_edited(case, edited, is_cut=is_cut)
        elif self._is_out_of_reach(case, is_cut=is_cut):
            case.decided = Placement(case.passage.name, Outcome.NOT_REACHED)
        elif doubtful := self._doubtful(case):
            self._ambiguous(case, _REPEATED, doubtful)
        elif shared := self._shared_lines(case):
            self._ambiguous(case, _SHARED, shared)
        else:
            case.decided = Placement(case.passage.name, Outcome.GONE)

    def _decide_edited(self, case: _Case, edited: tuple[int, int], *, is_cut: bool) -> None:
        """Decide whether what stands in the place of a passage, and has words of it, is the passage edited."""
        if (
            self.new.key(*edited) in self.by_key
            or self._is_claimed(case, edited)
            or self._is_out_of_reach(case, is_cut=is_cut, is_any=True)
        ):
            self._ambiguous(case, _TAKEN, [edited])
        elif rivals := self._rivals(case, edited):
            self._ambiguous(case, _RIVALS, [edited, *rivals])
        elif self._is_crossed(case, edited):
            self._ambiguous(case, _CROSSED, [edited])
        elif shared := self._shared_lines(case):
            self._ambiguous(case, _SHARED, shared)
        else:
            self._settle(case, Outcome.EDITED, edited, "")

    def _doubtful(self, case: _Case) -> list[tuple[int, int]]:
        """Where its words stand as those of another passage that is itself not certain to stand there."""
        key = self.old.key(case.first, case.after)
        found = []
        for start in self.occurrences[key][:MAX_CANDIDATES]:
            owner = self.owners.get(self.back[start])
            is_certain = owner is None or (
                owner is not case
                and (
                    (owner.decided is not None and owner.decided.outcome in _SETTLED)
                    or (not self._is_whole(owner) and self._edited(owner) is not None)
                )
            )
            is_line = _is_line(self.old.tokens, case.first, case.after)
            is_line &= _is_line(self.new.tokens, start, start + len(key))
            if is_line and is_certain:  # a line is accounted for by a line, and not by words of a sentence
                back = self.back[start : start + len(key)]
                is_certain = back == list(range(back[0], back[0] + len(key)))
                is_certain &= _is_line(self.old.tokens, back[0], back[-1] + 1)
            if not is_certain:
                found.append((start, start + len(key)))
        return found

    def _edited(self, case: _Case) -> tuple[int, int] | None:
        """The tokens that stand in the place of a passage, if a part of them is its own."""
        low, high = self._region(case)
        kept = [place for place in self.places[case.first : case.after] if place >= 0]
        lines = self.new.tokens.lines
        if kept:
            start, end = kept[0], kept[-1] + 1
            while start > low and lines[start - 1] == lines[kept[0]] and self.back[start - 1] < 0:
                start -= 1
            while end < high and lines[end] == lines[kept[-1]] and self.back[end] < 0:
                end += 1
            start += start < kept[0] and self._is_bullet(start)
            own = sum(self.new.tokens.is_word(place) for place in kept)
            before = sum(self.old.tokens.is_word(place) for place in range(case.first, case.after))
            now = sum(self.new.tokens.is_word(place) for place in range(start, end))
            is_much = own * 2 >= before or (case.words >= MIN_WORDS and own * 2 >= now and own * 3 >= before)
            is_much = is_much or self._has_same_label(case, (start, end))
            return (start, end) if own and is_much else None
        # Other words between the same words of one line, as in "Last updated: March 2021".
        ours = self.old.tokens.lines
        is_in_line = case.first > 0 and self.places[case.first - 1] == low - 1 and low > 0
        if not is_in_line or ours[case.first - 1] != ours[case.first] or low >= high or lines[low] != lines[low - 1]:
            return None
        end = low
        while end < high and lines[end] == lines[low]:
            end += 1
        return low, end

    def _has_same_label(self, case: _Case, edited: tuple[int, int]) -> bool:
        """Whether a line begins with the same words and a colon as the passage, as in "Last updated: 3 March 2024"."""
        ours, theirs = self.old.tokens, self.new.tokens
        if not (_is_line(ours, case.first, case.after) and _is_line(theirs, *edited)):
            return False
        for place in range(case.first, case.after):
            if self.places[place] != edited[0] + place - case.first:
                return False
            if ours.keys[place] in _COLONS:
                return place > case.first
        return False

    def _rivals(self, case: _Case, edited: tuple[int, int]) -> list[tuple[int, int]]:
        """Other lines in the place of an edited passage that have half of its words."""
        low, high = self._region(case)
        tokens = self.new.tokens
        words = [key for key in self.old.tokens.keys[case.first : case.after] if key[0].isalnum()]
        found = []
        start = low
        while start < min(high, low + MAX_REGION):
            end = start + 1
            while end < high and tokens.lines[end] == tokens.lines[start]:
                end += 1
            shared = len(set(words) & set(tokens.keys[start:end]))
            if (end <= edited[0] or edited[1] <= start) and shared * 2 >= len(set(words)):
                found.append((start, end))
            start = end
        return found

    def _is_crossed(self, case: _Case, edited: tuple[int, int]) -> bool:
        """Whether a passage that followed it may stand before what is in its place, or one before it behind that."""
        low, high = self._region(case)
        return any(
            number > case.number
            for place in range(max(low, edited[0] - MAX_REGION), edited[0])
            for number in self.claims.get(place, _NOBODY)
        ) or any(
            number < case.number
            for place in range(edited[1], min(high, edited[1] + MAX_REGION))
            for number in self.claims.get(place, _NOBODY)
        )

    def _shared_lines(self, case: _Case) -> list[tuple[int, int]]:
        """The lines that have words of a passage that was a whole line, and of another one that is not there whole."""
        if not _is_line(self.old.tokens, case.first, case.after):
            return []
        tokens = self.new.tokens
        found: list[tuple[int, int]] = []
        for place in self.places[case.first : case.after]:
            if place < 0 or not tokens.is_word(place) or (found and place < found[-1][1]):
                continue
            start, end = _line_start(tokens, place), bisect_right(tokens.lines, tokens.lines[place])
            owners = {
                owner.number
                for at in range(start, end)
                if tokens.is_word(at)
                and (owner := self.owners.get(self.back[at])) is not None
                and owner is not case
                and not self._is_whole(owner)
                and (owner.after <= case.first or case.after <= owner.first)
            }
            if owners:
                found.append((start, end))
        return found

    def _is_claimed(self, case: _Case, edited: tuple[int, int]) -> bool:
        """Whether the words in the place of a passage are those of another one that is not in its place."""
        return any(not self.claims.get(place, _NOBODY) <= {case.number} for place in range(*edited))

    def _last_reached(self) -> int:
        """The last token of the older text up to which the newer one goes, if it ends there; else -1."""
        last = len(self.places) - 1
        while last >= 0 and self.places[last] < 0:
            last -= 1
        if last < 0:
            return -1
        left = self.new.tokens.keys[self.places[last] + 1 :]
        is_part = len(left) == 1 and last + 1 < len(self.places) and self.old.tokens.keys[last + 1].startswith(left[0])
        return last if not left or is_part else -1

    def _is_cut(self) -> bool:
        """Whether the newer text ends in the middle of a line of the older one, and all lines below are missing."""
        last = self._last_reached()
        lines = self.old.tokens.lines
        return 0 <= last < len(lines) - 1 and lines[last] == lines[last + 1] and lines[last] < lines[-1]

    def _reach(self) -> tuple[int, int]:
        """The first token of the older text that the newer one has, and the place after the last one.

        Only lines count at least half of whose words are those of the older text: a phrase of an older line that stands
        in a new sentence does not show that the newer text goes as far as that line.
        """
        lines, is_word = self.new.tokens.lines, self.new.tokens.is_word
        own: Counter[int] = Counter()
        all_: Counter[int] = Counter()
        for place, back in enumerate(self.back):
            if is_word(place):
                all_[lines[place]] += 1
                own[lines[place]] += back >= 0
        there = [place for place, to in enumerate(self.places) if to >= 0 and own[lines[to]] * 2 >= all_[lines[to]] > 0]
        return (there[0], there[-1] + 1) if there else (len(self.places), 0)

    def _is_out_of_reach(self, case: _Case, *, is_cut: bool, is_any: bool = False) -> bool:
        """Whether the newer text ends before the end of a passage, or begins after its beginning.

        Args:
            case: The passage.
            is_cut: Whether the newer text ends in the middle of a line.
            is_any: Whether any words of the older text count for how far the newer one goes, and not its lines alone.
        """
        is_at_end = self.behind[case.after] == len(self.back) if is_any else case.after >= self.reach[1]
        if is_cut or self.extent is Extent.BEGINNING:
            return is_at_end
        is_at_start = self.before[case.first] == -1 if is_any else case.first <= self.reach[0]
        return self.extent is Extent.EXCERPT and (is_at_end or is_at_start)

    def _is_cut_off(self, case: _Case) -> bool:
        """Whether nothing but the end of a text, or its beginning, parts a passage."""
        places = self.places[case.first : case.after]
        kept = [place for place in places if place >= 0]
        is_whole_start = places[: len(kept)] == kept and self.before[case.after] >= len(self.back) - 2
        is_whole_end = places[len(places) - len(kept) :] == kept and self.behind[case.first] <= 1
        return bool(kept) and (is_whole_start or is_whole_end)

    # What is read with what.

    def _without_support(self, case: _Case) -> bool:
        """Take back that a passage is certain, where what it rests on is not; gives whether that was so."""
        if self._without_partner(case):
            return True
        if case.decided is None or case.decided.outcome is not Outcome.SAME or case.target is None:
            return False
        if case.words >= MIN_WORDS or case.after - case.first == len(self.places):
            return False
        is_supported = (self._is_linked_above(case, case.target) and self._is_certain(case.first - 1)) or (
            self._is_linked_below(case, case.target) and self._is_certain(case.after)
        )
        if not is_supported:
            self._ambiguous(case, _SHORT, [case.target])
        return not is_supported

    def _is_certain(self, place: int) -> bool:
        """Whether the passage at a token, if there is one, is not in doubt."""
        owner = self.owners.get(place)
        return owner is None or owner.decided is None or owner.decided.outcome is not Outcome.AMBIGUOUS

    def _without_partner(self, case: _Case) -> bool:
        """Take back that a passage is certain, where what it is read with is not; gives whether that was so."""
        decided = case.decided
        if decided is None or decided.outcome not in _SETTLED or case.target is None:
            return False
        outcomes = [partner.decided.outcome for partner in self._partners(case) if partner.decided is not None]
        moved_apart = decided.outcome is Outcome.SAME and Outcome.MOVED in outcomes
        unsettled = any(outcome not in _SETTLED for outcome in outcomes)
        if moved_apart or (unsettled and case.words < MIN_WORDS):
            self._ambiguous(case, _PARTNER, [case.target])
            return True
        if unsettled and not decided.reason:
            case.decided = replace(decided, reason=_PARTNER)
        return False

    # What is told.

    def _span(self, target: tuple[int, int]) -> TextSpan:
        return TextSpan(self.new.tokens.starts[target[0]], self.new.tokens.ends[target[1] - 1])

    def _settle(self, case: _Case, outcome: Outcome, target: tuple[int, int], reason: str) -> None:
        span = self._span(target)
        forms: tuple[str, ...] = ()
        if outcome in _SETTLED:
            old = self.old.text[case.passage.start : case.passage.end].strip()
            forms = forms_changed(old, self.new.text[span.start : span.end])
        case.target = target
        case.decided = Placement(case.passage.name, outcome, span, forms, reason)

    def _ambiguous(self, case: _Case, reason: str, places: Sequence[tuple[int, int]]) -> None:
        spans = tuple(self._span(place) for place in list(dict.fromkeys(places))[:MAX_CANDIDATES])
        case.target = None
        case.decided = Placement(case.passage.name, Outcome.AMBIGUOUS, reason=reason, candidates=spans)

    def _new(self) -> list[TextSpan]:
        """What the older text does not have, line by line."""
        tokens = self.new.tokens
        # Words of a passage that is gone are new where they stand with others: no passage has them there.
        # Those of a passage that the text does not reach stand there by accident.
        taken = [self.reach[0] <= back < self.reach[1] and not self._is_decided(back) for back in self.back]
        for case in self.cases:
            spans = [case.decided.span, *case.decided.candidates] if case.decided else []
            for span in spans:
                if span is not None:
                    first, after = tokens.span(span.start, span.end)
                    taken[first:after] = [True] * (after - first)
        found: list[TextSpan] = []
        start = -1
        for place in range(len(taken) + 1):
            is_free = place < len(taken) and not taken[place]
            ends = start >= 0 and (not is_free or tokens.lines[place] != tokens.lines[start])
            if ends:
                found.append(TextSpan(tokens.starts[start], tokens.ends[place - 1]))
                start = -1
            if is_free and start < 0:
                start = place
        return found

    def _is_decided(self, place: int) -> bool:
        """Whether a token of the older text belongs to a passage that has its place here, or is gone or in doubt."""
        owner = self.owners.get(place)
        return owner is not None and owner.decided is not None and owner.decided.outcome is not Outcome.NOT_REACHED

    def _drop_weak(self) -> None:
        """Take back matches of a word or two in text that was rewritten on both sides of them."""
        runs: list[tuple[int, int]] = []  # first and what follows the last, in the older text
        for place, target in enumerate(self.places):
            if target >= 0:
                if runs and runs[-1][1] == place and self.places[place - 1] == target - 1:
                    runs[-1] = runs[-1][0], place + 1
                else:
                    runs.append((place, place + 1))
        kept: list[tuple[int, int]] = []
        for number, (first, after) in enumerate(runs):
            last_old, last_new = (kept[-1][1], self.places[kept[-1][1] - 1] + 1) if kept else (0, 0)
            next_old, next_new = (
                (runs[number + 1][0], self.places[runs[number + 1][0]])
                if number + 1 < len(runs)
                else (len(self.places), len(self.new.tokens))
            )
            gaps = (
                first - last_old,
                self.places[first] - last_new,
                next_old - after,
                next_new - self.places[after - 1] - 1,
            )
            # At the end of a text that was cut, a word or a full stop may be found again far below.
            is_last = number + 1 == len(runs) and gaps[3] <= 1
            is_weak = (
                ((is_last and gaps[0] > 3 * (after - first)) or self._is_lost(gaps, after - first))
                and self.old.tokens.words(first, after) <= _WEAK_WORDS
                and not self._is_line_in_both(first, after)
            )
            if is_weak:
                self.places[first:after] = [-1] * (after - first)
            else:
                kept.append((first, after))

    def _is_line_in_both(self, first: int, after: int) -> bool:
        """Whether a run of matched tokens is a whole line, or several, in both texts."""
        target = self.places[first], self.places[after - 1] + 1
        return _is_line(self.old.tokens, first, after) and _is_line(self.new.tokens, *target)

    @staticmethod
    def _is_lost(gaps: tuple[int, int, int, int], size: int) -> bool:
        """Whether much was rewritten on both sides of a run: what is not matched before and behind it, in each text."""
        return all(gaps) and min(gaps[0] + gaps[2], gaps[1] + gaps[3]) > 3 * size

    def _slide(self, moved: Sequence[tuple[int, int, int]]) -> None:
        """Leave a full stop with the sentence that it ends, where a run of matches begins with the one before it."""
        ours, theirs = self.old.tokens, self.new.tokens
        taken = {target for target in self.places if target >= 0}
        gone = {first + step for first, _, size in moved for step in range(size)}
        taken |= {start + step for _, start, size in moved for step in range(size)}
        for place, target in enumerate(self.places):
            if target < 0 or ours.keys[place][0].isalnum() or not place or not target:
                continue
            is_first = self.places[place - 1] != target - 1
            if is_first and ours.lines[place - 1] == ours.lines[place] and self.places[place - 1] < 0:
                self.places[place] = -1
                taken.discard(target)
        for place in range(1, len(self.places)):
            target = self.places[place - 1] + 1
            is_free = self.places[place] < 0 < target < len(theirs) and target not in taken
            if is_free and place not in gone and ours.keys[place] == theirs.keys[target]:
                self.places[place] = target
                taken.add(target)


def _index(keys: Sequence[str]) -> dict[str, list[int]]:
    """The places of each token."""
    found: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return found


def _occurrences(tokens: Sequence[str], starts: Mapping[str, Sequence[int]], keys: Sequence[str]) -> list[int]:
    """The places of a row of tokens in a text, the first of many."""
    rarest = min(range(len(keys)), key=lambda number: len(starts.get(keys[number], ())))
    found: list[int] = []
    for place in starts.get(keys[rarest], ()):
        start = place - rarest
        if start >= 0 and tokens[start : start + len(keys)] == keys:
            found.append(start)
            if len(found) > MAX_OCCURRENCES:
                break
    return found


def _is_line(tokens: Tokens, first: int, after: int) -> bool:
    """Whether a range of tokens begins where a line begins, and ends where one ends."""
    lines = tokens.lines
    return (not first or lines[first - 1] != lines[first]) and (after == len(lines) or lines[after] != lines[after - 1])


def _is_below_long(tokens: Tokens, place: int) -> bool:
    """Whether the line above a token, or what stands before it in its line, is long."""
    if not place:
        return False
    return tokens.words(_line_start(tokens, place - 1), place) >= MIN_WORDS


def _line_start(tokens: Tokens, place: int) -> int:
    """The first token of the line in which a token stands."""
    return bisect_left(tokens.lines, tokens.lines[place])
