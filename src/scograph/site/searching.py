"""The search: what its index holds of each thing, and the order of what is found; `search.js` ranks in the same way.

A query is parted into words. A word fits a word of a name where they are equal, where one begins with the other, where
they differ in an ending only, or by one typing error. Each name of a thing counts by itself, so that many names are no
harm; words that few things have weigh more; a name that is the whole query goes first.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import Any

from pyoxigraph import Literal, NamedNode

from scograph.answers.meaning import partial_date
from scograph.json_text import json_bytes
from scograph.labels import ALSO_NAMING
from scograph.site.answers import question_stem
from scograph.site.folding import fold, is_han, letters_needed, search_words
from scograph.site.render import Renderer
from scograph.terms import local_name

MAX_PER_SHARD = 5000
"""At most this many things are in one file of the index."""
MAX_NAME = 200
"""Characters of a name that are searched."""
MAX_WORDS = 24
"""Words of a query that are looked for."""
MIN_STEM, MAX_ENDING, MIN_SHARED = 4, 3, 0.65
"""Words are one word where they begin with so many equal letters, so many at most follow, and that part is equal."""
MIN_FOR_ONE, MIN_FOR_TWO = 5, 9
"""A word of so many letters may have one typing error; of so many, two."""
CONCEPT_WEIGHT, QUESTION_WEIGHT, DOCUMENT_WEIGHT, RECORD_WEIGHT, TERM_WEIGHT, PART_WEIGHT = (
    0.58,
    0.8,
    0.65,
    0.6,
    0.5,
    0.4,
)
"""How much a match counts, by kind; things that are none of these count 1, and more the more points at them."""
ASKED, NOT_ASKED = 1.5, 0.7
"""How much more a question counts where the query asks, as by *which*; how much less a record or document."""
LINKED = 0.18
"""How much more a match counts in the thing at which the most statements point."""
MIN_SHARE = 0.3
"""What counts less than this part of the best is left out."""
LONG = 4
"""So many words at the beginning of a name are meant to be that name."""
COMMON = 0.15
"""How much a word counts that stands in any sentence."""


def search_entries(site: Renderer) -> Iterator[dict[str, Any]]:
    """What the index holds.

    Args:
        site: The site.

    Returns:
        For each thing, term, document and question:

        - `p`: its page; `i`: its IRI, where that is not the base and the page without extension;
        - `n`: its name by language; `k`: its classes by language; `a`: all that it is called;
        - `c`: words that tell it from others of its name;
        - `w`: its weight; `q`: by how much more it counts where a query asks.
    """
    index = site.index
    documents = set(index.documents)
    most = max((index.connections(node) for node in index.entities), default=0)
    for node in (*index.entities, *index.documents, *index.terms):
        described = index.graph.by_subject.get(node, ())
        called = dict.fromkeys(
            t.object.value[:MAX_NAME]
            for t in described
            if isinstance(t.object, Literal) and (t.predicate in ALSO_NAMING or _is_code(t.object))
        )
        if not called:
            called = dict.fromkeys([site.views[0].name(node)])
        years = dict.fromkeys(date.text[:4] for t in described if (date := partial_date(t.object)) is not None)
        if node in index.terms:
            kinds = [view.words("class" if index.is_class(node) else "property") for view in site.views]
        else:
            kinds = [view.words("comma").join(map(view.name, index.types(node))) for view in site.views]
        links = math.log1p(index.connections(node)) / math.log1p(most) if most else 0.0
        address = index.address(node)
        yield {
            "p": address,
            **({} if node.value == f"{index.base}{address.removesuffix('.html')}" else {"i": node.value}),
            "n": {view.language: view.name_and_status(node) for view in site.views},
            "k": {view.language: kind for view, kind in zip(site.views, kinds, strict=True)},
            "a": list(called),
            "c": " ".join((local_name(node.value).replace("-", " "), *years)),
            "w": round(_weight(site, node, documents) * (1 + LINKED * links), 3),
            **({"q": NOT_ASKED} if node in documents or node in index.meaning.involvements else {}),
        }
    for answer in site.answers:
        question = answer.question
        yield {
            "p": f"{question_stem(question)}.html",
            "n": {view.language: question.text_in(view.language)[0] for view in site.views},
            "k": {view.language: view.words("question") for view in site.views},
            "a": list(dict.fromkeys((question.text or question.name, *(text for _, text in question.translations)))),
            "c": question.name.replace("-", " "),
            "w": QUESTION_WEIGHT,
            "q": ASKED,
        }


def _weight(site: Renderer, node: NamedNode, documents: set[NamedNode]) -> float:
    index = site.index
    if node in documents:
        return DOCUMENT_WEIGHT
    if node in index.terms:
        return TERM_WEIGHT
    if node in index.meaning.involvements:
        return RECORD_WEIGHT
    if any(node.value.startswith(f"{document.value}/") for document in documents):
        return PART_WEIGHT
    return CONCEPT_WEIGHT if node in set(index.concepts) else 1.0


def _is_code(literal: Literal) -> bool:
    """Whether a literal is what a thing is called in one word, without a language: a code, symbol or number."""
    text = literal.value
    if partial_date(literal) is not None:
        return False
    is_word = 0 < len(text) <= 32 and not any(letter.isspace() for letter in text)  # noqa: PLR2004 -- codes are short
    return is_word and not literal.language and any(c.isascii() and (c.isdigit() or c.isupper()) for c in text)


def search_files(site: Renderer) -> Iterator[bytes]:
    """The files of the index, as scripts that also load from a disk; what parts a query stands in the first.

    Args:
        site: The site.

    Returns:
        The files, at least one.
    """
    entries = list(search_entries(site))
    letters = letters_needed(name for one in entries for name in (*one["a"], one["c"]))
    said = {key: [word for one in site.views for word in one.words(f"search.{key}").split()] for key in _WORDS}
    for number in range(max(1, -(-len(entries) // MAX_PER_SHARD))):
        some = list(entries[number * MAX_PER_SHARD : (number + 1) * MAX_PER_SHARD])
        kinds = list({json.dumps(one["k"], sort_keys=True): one["k"] for one in some}.values())
        things = [{**one, "k": kinds.index(one["k"])} for one in some]
        shard = {
            "number": number,
            **({} if number else {"base": site.index.base, "fold": letters, **said}),
            "kinds": kinds,
            "things": things,
        }
        safe = json_bytes(shard, separators=(",", ":"))
        for separator, escaped in _SEPARATORS:
            safe = safe.replace(separator, escaped)
        yield b"%s%s%s" % (_BEFORE.encode(), safe, _AFTER.encode())


_SEPARATORS = (("\u2028".encode(), rb"\u2028"), ("\u2029".encode(), rb"\u2029"))
"""What ended lines in JavaScript before 2019 (ECMAScript 2018, clause 11.3), and their escapes."""
_WORDS = ("common", "asking")
_BEFORE, _AFTER = "(self.scographIndex=self.scographIndex||[]).push(", ");\n"


def read_index(files: Iterable[bytes]) -> SearchIndex:
    """Read the files of an index.

    Args:
        files: The files, in order.

    Returns:
        The index.

    Raises:
        ValueError: A file is none of an index.
    """
    read = [json.loads(data.decode().removeprefix(_BEFORE).removesuffix(_AFTER)) for data in files]
    base = read[0]["base"]
    entries = [
        {"i": base + one["p"].removesuffix(".html"), **one, "k": shard["kinds"][one["k"]]}
        for shard in read
        for one in shard["things"]
    ]
    return SearchIndex(entries, *(read[0][key] for key in _WORDS))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a thing.

    Args:
        words: Its words.
        text: It, folded.
    """

    words: tuple[str, ...]
    text: str


class SearchIndex:
    """The index of a site, for the server.

    Args:
        entries: What it holds (see `search_entries`).
        common: Words that stand in any sentence.
        asking: Words that ask.
    """

    def __init__(self, entries: Sequence[Mapping[str, Any]], common: Iterable[str], asking: Iterable[str]) -> None:
        self.entries = entries
        self._common = frozenset(word for text in (*common, *asking) for word in search_words(text))
        self._asking = frozenset(word for text in asking for word in search_words(text))
        self._names = [
            [_Name(tuple(search_words(name)), " ".join(fold(name).split())) for name in entry["a"]] for entry in entries
        ]
        self._contexts = [[*search_words(entry["c"]), *_joined(entry["a"])] for entry in entries]

    @cached_property
    def _things_of(self) -> Mapping[str, frozenset[int]]:
        """The things that have a word in a name or beside it."""
        found: dict[str, set[int]] = defaultdict(set)
        for place, names in enumerate(self._names):
            for name in names:
                for word in name.words:
                    found[word].add(place)
        for place, words in enumerate(self._contexts):
            for word in words:
                found[word].add(place)
        return {word: frozenset(things) for word, things in found.items()}

    def rarity(self, word: str) -> float:
        """How much a word tells: more, the fewer things have it."""
        return math.log(1 + len(self.entries) / len(self._things_of[word]))

    def search(self, query: str) -> list[int]:
        """Find things.

        Args:
            query: What a person typed.

        Returns:
            The places of what is found in the index, the best first.
        """
        whole = " ".join(fold(query).split())
        wanted = search_words(query)[:MAX_WORDS]
        fitting = [_fitting(word, self._things_of) for word in wanted]
        weights = [self._weight(word, found) for word, found in zip(wanted, fitting, strict=True)]
        total = sum(weights)
        if not total:
            return []
        asks = any(self._is_said(word, self._asking) for word in wanted)
        best = {word: max(found.get(word, 0.0) for found in fitting) for word in set().union(*fitting)}
        scores = {}
        for thing in set().union(*(self._things_of[word] for word in best)):
            fits = [max((found.get(word, 0.0) for word in self._contexts[thing]), default=0.0) for found in fitting]
            score = 0.0
            years = [word for word in self._contexts[thing] if word.isdigit()]
            for name in self._names[thing]:
                said_too = (*name.words, *years)  # a year beside a name tells things of that name apart
                own = [max((found.get(word, 0.0) for word in said_too), default=0.0) for found in fitting]
                fits = list(map(max, fits, own))
                covered = sum(map(mul, weights, own)) / total
                said = sum(self.rarity(word) * best.get(word, 0.0) for word in name.words)
                length = sum(map(self.rarity, name.words))
                share = said / length if length else 0.0
                more = max(_whole(whole, name.text, len(wanted)), 0.6 * (covered * share) ** 4)
                score = max(score, covered * (0.65 + 0.35 * share) + more)
            union = sum(map(mul, weights, fits)) / total
            entry = self.entries[thing]
            scores[thing] = entry.get("q", 1.0) * entry["w"] if asks else entry["w"]
            scores[thing] *= score + 0.5 * union
        least = max(scores.values()) * MIN_SHARE
        found = [thing for thing, score in scores.items() if score >= least]
        return sorted(found, key=lambda thing: (-round(scores[thing], 9), self.entries[thing]["p"]))

    def _weight(self, word: str, found: Mapping[str, float]) -> float:
        if not found:
            return 0.0
        rarity = self.rarity(max(found, key=lambda one: (found[one], -len(one), one)))
        return rarity * (COMMON if self._is_said(word, self._common) else 1.0)

    def _is_said(self, word: str, words: frozenset[str]) -> bool:
        """Whether a word, or a Chinese character of it, is among some."""
        return word in words or (is_han(word) and any(letter in words for letter in word))


def _joined(names: Iterable[str]) -> list[str]:
    """Words with a hyphen, written without it."""
    words = (word for name in names for word in fold(name).split() if "-" in word)
    return [word for joined in words for word in search_words(joined.replace("-", ""))]


def _whole(query: str, name: str, words: int) -> float:
    """How much more a name counts that is the query, or has it as it stands."""
    if name == query:
        return 1.0
    if words >= LONG and name.startswith(query):
        return 0.8
    return 0.3 if words > 1 and query in name else 0.0


def _fitting(wanted: str, vocabulary: Mapping[str, object]) -> dict[str, float]:
    """The words of an index that fit a word of a query, with how well."""
    found = {wanted: 1.0} if wanted in vocabulary else {}
    if is_han(wanted) or wanted.isdigit():
        if len(wanted) == 1 and is_han(wanted):
            found |= {word: 0.6 for word in vocabulary if wanted in word and word not in found}
        return found
    for word in vocabulary:
        fit = likeness(wanted, word) if word not in found else 0.0
        if fit:
            found[word] = fit
    return found


def likeness(wanted: str, word: str) -> float:
    """How well a word of a name fits one that was typed, from 0 to 1.

    Example:
        >>> likeness("tashkent", "tashkent"), likeness("tash", "tashkent") > 0, likeness("tashknet", "tashkent") > 0
        (1.0, True, True)
        >>> likeness("iran", "iraq")
        0.0
    """
    if wanted == word:
        return 1.0
    short, long = len(wanted), len(word)
    if word.isdigit() or is_han(word):
        return 0.0
    if short > 1 and word.startswith(wanted):
        return 0.55 + 0.4 * short / long
    shared = 0
    while shared < min(short, long) and wanted[shared] == word[shared]:
        shared += 1
    if shared >= max(MIN_STEM, MIN_SHARED * max(short, long)) and max(short, long) - shared <= MAX_ENDING:
        return 0.7 + 0.27 * shared / max(short, long)
    allowed = (short >= MIN_FOR_ONE) + (short >= MIN_FOR_TWO)
    if not allowed or abs(short - long) > allowed:
        return 0.0
    errors = distance(wanted, word)
    return 0.92 - 0.13 * errors if errors <= allowed else 0.0


def distance(one: str, other: str) -> int:
    """In how many letters two words differ: wrong, missing, added, or two in the other order.

    Example:
        >>> distance("tashknet", "tashkent"), distance("pakisan", "pakistan")
        (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        next_row = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, next_row[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            next_row.append(cost)
        before, row = row, next_row
    return row[-1]
