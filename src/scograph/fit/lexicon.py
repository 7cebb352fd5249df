"""Phrases to look for in a text: names of things, and the words by which texts say properties, roles and classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scograph.fit.languages import LANGUAGES
from scograph.fit.model import Name
from scograph.fit.text import Mention, Words, is_same_word, keys_of, stemmer

_IGNORED = frozenset({"-", '"', "(", ")", "«", "»", "[", "]"})
"""Marks that do not count inside a name."""
_MAX_ACRONYM = 8
"""A longer word in capitals is no acronym."""
_LATIN = frozenset({"es", "fr", "pt"})
"""Languages whose pages have headings in English as well."""
_HEAD = 3
"""Phrases are found by so many first letters of their first word."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    key: str
    forms: tuple[str, ...]
    stems: tuple[str, ...]
    written: str
    is_acronym: bool
    is_capital: bool


class Lexicon:
    """Phrases in one language, each with what it stands for.

    Args:
        language: The BCP 47 tag of the texts that are searched.
        is_open: Whether any ending may follow a phrase, in languages where endings are added: so for verbs.
    """

    def __init__(self, language: str, *, is_open: bool = False) -> None:
        self.language = language
        self._is_open = is_open
        self._known = LANGUAGES.get(language.partition("-")[0].lower())
        self._stem = stemmer(self._known.stemmer if self._known else "")
        self._articles = self._known.articles if self._known else frozenset()
        self._by_head: dict[str, list[_Phrase]] = defaultdict(list)

    def add(self, phrase: str, key: str) -> None:
        """Look for a phrase.

        Args:
            phrase: The phrase.
            key: What it stands for.
        """
        forms, written = keys_of(phrase, self.language)
        kept = [
            (form, raw)
            for form, raw in zip(forms, written, strict=True)
            if form not in _IGNORED and form not in self._articles
        ]
        if not kept:
            kept = list(zip(forms, written, strict=True))
        if not kept:
            return
        shown = tuple(form for form, _ in kept)
        raw = kept[0][1]
        is_acronym = (
            len(kept) == 1 and 1 < len(raw) <= _MAX_ACRONYM and raw.isupper() and raw.isalpha() and raw != raw.lower()
        )
        found = _Phrase(
            key,
            shown,
            tuple(self._stem(form) for form in shown),
            raw,
            is_acronym,
            len(kept) == 1 and raw[0].isupper() and not is_acronym,
        )
        self._by_head[shown[0][:_HEAD]].append(found)

    def find(self, words: Words) -> list[Mention]:
        """Where a text has the phrases.

        Args:
            words: The text.

        Returns:
            The mentions in order, the longer first where two begin at one place; those inside of a longer one are
            marked.
        """
        found: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
        for place, form in enumerate(words.forms):
            for phrase in self._by_head.get(form[:_HEAD], ()):
                after = self._after(words, place, phrase)
                if after:
                    found[place, after][phrase.key] = None
        mentions = []
        reach = 0
        spans = sorted(found, key=lambda span: (span[0], -span[1]))
        for first, after in spans:
            keys = tuple(found[first, after])
            mentions.append(Mention(first, after, keys, is_inside=after <= reach))
            reach = max(reach, after)
        return mentions

    def _after(self, words: Words, place: int, phrase: _Phrase) -> int:
        """What follows a phrase that begins at a token; 0 where it does not."""
        if phrase.is_acronym and words.text[words.tokens.starts[place] : words.tokens.ends[place]].rstrip(
            "s"
        ) != phrase.written.rstrip("s"):
            return 0
        if phrase.is_capital and not words.is_capital(place):
            return 0
        at = place
        for number, (form, stem) in enumerate(zip(phrase.forms, phrase.stems, strict=True)):
            while number and at < len(words) and (words.forms[at] in _IGNORED or words.forms[at] in self._articles):
                at += 1
            if at >= len(words) or not is_same_word(words, at, form, stem, is_open=self._is_open):
                return 0
            at += 1
        return at


@dataclass(frozen=True, slots=True)
class Wording:
    """How texts say properties, roles and classes.

    Args:
        phrases: Phrases with their languages, by the IRI of the property, concept or class that they say.
        marks: What is special about a property or class, by its IRI: `optional`, a property that needs no word of its
            own; `layout`, one that the place in a document says; `start` and `end`, one that is the first or last of a
            range of dates; `name`, one that a name of its subject can say; `free`, a class whose things each text words
            in its own way; `record`, a class whose things have no name in texts, and are said by what they connect.
        ranges: What the values of a property are, by its IRI: a class, or `date`. Properties with one range are told
            apart by their words.
        domains: The class of the things that have a property, by its IRI.
    """

    phrases: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    marks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    _made: dict[str, Lexicon] = field(default_factory=dict, compare=False)

    def has(self, iri: str, mark: str) -> bool:
        """Whether a property or class has a mark."""
        return mark in self.marks.get(iri, frozenset())

    def is_said(self, iri: str, language: str) -> bool:
        """Whether words for a property, role or class are known in a language."""
        return any(_is_of(name, language) for name in self.phrases.get(iri, ()))

    def lexicon(self, language: str) -> Lexicon:
        """The phrases of a language."""
        made = self._made.get(language)
        if made is None:
            made = self._made[language] = Lexicon(language, is_open=True)
            is_latin = language.partition("-")[0] in _LATIN
            for iri, names in self.phrases.items():
                for name in names:
                    if _is_of(name, language) or (name.language == "en" and is_latin):
                        made.add(name.text, iri)
        return made


def _is_of(name: Name, language: str) -> bool:
    return not name.language or name.language.partition("-")[0].lower() == language.partition("-")[0].lower()


class Names:
    """The names of all things that are known, to tell which a text names.

    Args:
        named: The names of each thing, by its IRI.
        kinds: The classes of each thing, by its IRI.
    """

    def __init__(self, named: Mapping[str, Iterable[Name]], kinds: Mapping[str, frozenset[str]]) -> None:
        self._named = {iri: tuple(names) for iri, names in named.items()}
        self.kinds = kinds
        self._made: dict[str, Lexicon] = {}

    def lexicon(self, language: str) -> Lexicon:
        """The names as a text in a language has them: those of all languages, inflected as in its own."""
        made = self._made.get(language)
        if made is None:
            made = self._made[language] = Lexicon(language)
            for iri, names in self._named.items():
                for name in names:
                    made.add(name.text, iri)
        return made
