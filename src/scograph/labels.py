"""Names of things: labels in the reader's language, CURIEs, and finding a thing by what a person types."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.messages import first_of, near_names
from scograph.model import Term, distinct
from scograph.own_vocabulary import is_own_term, own_vocabulary

NAMING = tuple(
    NamedNode(iri)
    for iri in (
        terms.RDFS + "label",
        terms.SKOS + "prefLabel",
        terms.SCHEMA + "name",
        "http://xmlns.com/foaf/0.1/name",
        terms.DCTERMS + "title",
    )
)
"""The properties that name a thing, the first that it has is its label."""

ALT_LABEL = NamedNode(terms.SKOS + "altLabel")
"""The property whose value is the label of what has no other name, or none in a language that is preferred."""

ALSO_NAMING = (
    *NAMING,
    ALT_LABEL,
    NamedNode(terms.SKOS + "hiddenLabel"),
    NamedNode(terms.SCOG + "acronym"),
    NamedNode(terms.SCOG + "officialTitle"),
)
"""The properties by whose value a thing can be found."""

_CLASS_TYPES = (terms.CLASS, NamedNode(terms.RDFS + "Class"))
_SCRIPTS = {"en": "latn", "ru": "cyrl", "zh": "hans", "zh-hk": "hant", "zh-mo": "hant", "zh-tw": "hant"}
"""The script that a tag without one means, by the longest beginning of it that is here (CLDR, likely subtags)."""
_SCRIPT = re.compile("-([a-z]{4})(?=-|$)")
_CJK = re.compile("[\u2e80-\u9fff]")

MOST_NEAR = 5
"""So many near matches are offered."""


class Labels:
    """The names of a graph's things.

    Args:
        graph: The graph.
        languages: The languages preferred, as BCP 47 tags, the first most.
    """

    def __init__(self, graph: Graph, languages: Sequence[str] = ("en",)) -> None:
        self._graph = graph
        self._languages = tuple(language.lower() for language in languages)

    def label(self, term: Term) -> str:
        """The label of a thing, its CURIE where it has none, the text of a literal."""
        if isinstance(term, Literal):
            return f"{term.value}@{term.language}" if term.language else term.value
        return self.own_label(term) or self.curie(term)

    def own_label(self, term: Term) -> str:
        """The label of a thing in the best language it has, or nothing."""
        found = self.own_literal(term)
        return found.value if found is not None else ""

    def own_literal(self, term: Term) -> Literal | None:
        """The label of a thing in the best language it has, with that language, or None."""
        if not isinstance(term, NamedNode):
            return None
        described = self.described(term)
        of = {p: self.best(t.object for t in described if t.predicate == p) for p in (*NAMING, ALT_LABEL)}
        name = next((found for p in NAMING if (found := of[p]) is not None), None)
        short = of[ALT_LABEL]
        if short is not None and (name is None or (self._is_foreign(name) and not self._is_foreign(short))):
            return short
        return name

    def described(self, term: Term) -> Sequence[Triple]:
        """What the graph says of a thing, or of a term of scograph's vocabulary the ontology that scograph carries."""
        if not isinstance(term, NamedNode):
            return ()
        found = self._graph.by_subject.get(term, ())
        return found if found or not is_own_term(term.value) else own_vocabulary().get(term, ())

    def _is_foreign(self, literal: Literal) -> bool:
        """Whether a literal has a language, and none that is preferred."""
        return self._rank(literal)[0] > len(self._languages)

    def best(self, values: Iterable[Term]) -> Literal | None:
        """Of the literals among some values the one in the best language, or None."""
        found = [value for value in values if isinstance(value, Literal)]
        return min(found, key=self._rank) if found else None

    def curie(self, term: Term) -> str:
        """The CURIE of an IRI by the graph's prefixes and those that are well known, else the IRI in angle brackets."""
        if not isinstance(term, NamedNode):
            return str(term)
        return terms.curie(term.value, self._prefixes) or str(term)

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return terms.with_well_known(self._graph.prefixes)

    def find(self, text: str, *, is_whole: bool = False) -> NamedNode:
        """The thing that a person means.

        Args:
            text: An IRI, with or without angle brackets; a CURIE; the last part of an IRI; or a name in any language.
                The last part of one IRI goes before names of others. The beginning of a name will do, or else a part
                of one, if only one thing has such a name.
            is_whole: Whether a part of a name will not do.

        Returns:
            The thing's IRI.

        Raises:
            UsageError: Several things are called that, and then they are listed; or nothing is, and then near names are
                offered.
        """
        exact = self._as_iri(text)
        if exact is not None:
            return exact
        found = self._by_name.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if not found and not is_whole and (part := self._by_part(text, self._by_name)) is not None:
            return part
        if found:
            return self._one_of(found, text, "things")
        offered = ", ".join(
            f"{self._spelt[name]!r} ({self.curie(self._by_name[name][0])})" for name in self._near(text)
        )
        raise UsageError(
            f"nothing is called {text!r}",
            hint=f"did you mean {offered}?" if offered else "give an IRI, a CURIE such as scog:Claim, or a label",
        )

    def find_property(self, text: str) -> NamedNode:
        """The property that a person means: as `find`, but of several things of one name the one that is used.

        Args:
            text: As for `find`.

        Returns:
            The property's IRI.

        Raises:
            UsageError: As for `find`.
        """
        used = [node for node in self._by_name.get(text.casefold(), ()) if node in self._used]
        return used[0] if len(used) == 1 and self._as_iri(text) is None else self.find(text)

    def find_class(self, text: str) -> NamedNode:
        """The class that a person means: as `find`, but among the classes.

        Args:
            text: As for `find`.

        Returns:
            The IRI of the class.

        Raises:
            UsageError: As for `find`.
        """
        exact = self._as_iri(text)
        if exact is not None:
            return exact
        named = {name: [node for node in nodes if node in self._classes] for name, nodes in self._by_name.items()}
        named = {name: nodes for name, nodes in named.items() if nodes}
        found = named.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            return self._one_of(found, text, "classes")
        part = self._by_part(text, named)
        return self.find(text) if part is None else part

    def _one_of(self, found: Sequence[NamedNode], text: str, nouns: str) -> NamedNode:
        """The one of several things of a name whose IRI ends with it.

        Raises:
            UsageError: None or several do; the message lists the first of them.
        """
        by_iri = [node for node in found if _last_part(node).casefold() == text.casefold()]
        if len(by_iri) == 1:
            return by_iri[0]
        raise UsageError(
            f"{len(found):,} {nouns} are called {text!r}", hint=f"one of {first_of(list(map(self.curie, found)))}"
        )

    def _by_part(self, text: str, named: Mapping[str, Sequence[NamedNode]]) -> NamedNode | None:
        """The one thing with a name that begins with a text, or else has it in it; None where nothing has.

        Raises:
            UsageError: Several things have.
        """
        wanted = text.casefold().strip()
        for is_meant, said in ((str.startswith, "begins with"), (str.__contains__, "contains")):
            names = sorted(
                (name for name in named if wanted and is_meant(name, wanted)), key=lambda one: (len(one), one)
            )
            shown = {node: self._spelt[name] for name in reversed(names) for node in named[name]}
            if len(shown) == 1:
                return next(iter(shown))
            if shown:
                offered = [f"{name!r} ({self.curie(node)})" for node, name in reversed(shown.items())]
                raise UsageError(
                    f"{len(shown):,} things have a name that {said} {text!r}", hint=f"one of {first_of(offered)}"
                )
        return None

    def _near(self, text: str) -> list[str]:
        """Names like a text: those that begin with it or have it among their words, then those spelt nearly so."""
        wanted = text.casefold().strip()
        names = sorted(self._by_name)
        edge = "" if _CJK.search(wanted) else r"\b"  # Chinese is written without blanks between words
        holding = [name for name in names if wanted and re.search(edge + re.escape(wanted) + edge, name)]
        holding.sort(key=lambda name: (not name.startswith(wanted), len(name)))
        return [*distinct((*holding, *near_names(wanted, names, MOST_NEAR, cutoff=0.5)))][:MOST_NEAR]

    def _as_iri(self, text: str) -> NamedNode | None:
        prefix, _, local = text.partition(":")
        candidates = [text.removeprefix("<").removesuffix(">")]
        if prefix in self._prefixes:
            candidates.append(self._prefixes[prefix] + local)
        for candidate in candidates:
            try:
                node = NamedNode(candidate)
            except ValueError:
                continue
            if node in self._graph.by_subject or node in self._used or node in self._pointed_at:
                return node
        return None

    @cached_property
    def _used(self) -> frozenset[NamedNode]:
        return frozenset(triple.predicate for triples in self._graph.by_subject.values() for triple in triples)

    @cached_property
    def _classes(self) -> frozenset[Term]:
        """What is declared as a class, or has an instance."""
        typed = [t for triples in self._graph.by_subject.values() for t in triples if t.predicate == terms.TYPE]
        declared = {t.subject for t in typed if t.object in _CLASS_TYPES}
        return frozenset(declared | {t.object for t in typed})

    @cached_property
    def _pointed_at(self) -> frozenset[Term]:
        return frozenset(triple.object for triples in self._graph.by_subject.values() for triple in triples)

    @cached_property
    def _by_name(self) -> Mapping[str, list[NamedNode]]:
        names: dict[str, dict[NamedNode, None]] = defaultdict(dict)
        for subject, triples in self._graph.by_subject.items():
            if isinstance(subject, NamedNode) and not _is_claim(triples):
                names[_last_part(subject).casefold()][subject] = None
                for triple in triples:
                    if triple.predicate in ALSO_NAMING and isinstance(triple.object, Literal):
                        names[triple.object.value.casefold()][subject] = None
        return {name: list(nodes) for name, nodes in names.items() if name}

    @cached_property
    def _spelt(self) -> Mapping[str, str]:
        spelt: dict[str, str] = {}
        for triples in self._graph.by_subject.values():
            for triple in triples:
                if triple.predicate in ALSO_NAMING and isinstance(triple.object, Literal):
                    spelt.setdefault(triple.object.value.casefold(), triple.object.value)
        for subject in self._graph.by_subject:
            if isinstance(subject, NamedNode):
                spelt.setdefault(_last_part(subject).casefold(), _last_part(subject))
        return spelt

    def _rank(self, literal: Literal) -> tuple[int, bool, str]:
        language = (literal.language or "").lower()
        for rank, wanted in enumerate(self._languages):
            if is_read_as(language, wanted):
                return rank, language != wanted, literal.value  # zh before zh-hans, where zh is asked for
        return len(self._languages) + bool(language), False, literal.value


def is_read_as(tag: str, wanted: str) -> bool:
    """Whether who asks for a language is served with a text that has a tag: the same language, in the same script.

    Args:
        tag: The tag of the text (BCP 47), in any case.
        wanted: The tag of the language asked for.

    Returns:
        Whether the text's tag is the one asked for or begins with it (RFC 4647, clause 3.3.1), and no other script is
        known of it.

    Example:
        >>> is_read_as("zh-Hans-CN", "zh"), is_read_as("zh-Hant", "zh"), is_read_as("zh-TW", "zh")
        (True, False, False)
    """
    text, range_ = tag.lower(), wanted.lower()
    if text == range_ or not text.startswith(range_ + "-"):
        return text == range_
    scripts = {_script(text), _script(range_)} - {""}
    return len(scripts) < 2  # noqa: PLR2004 -- two scripts are not the same


def is_read_condition(variable: str, wanted: str) -> str:
    """The condition of `is_read_as` in SPARQL.

    Args:
        variable: The variable of the literal, with its question mark.
        wanted: The tag of the language asked for; its form is checked before.

    Returns:
        An expression that is true of literals in that language and script.
    """
    tag, range_ = f"LCASE(LANG({variable}))", wanted.lower()
    script = _script(range_)
    if not script:
        return f'LANGMATCHES({tag}, "{range_}")'
    said = f'REGEX({tag}, "-[a-z]{{4}}(-|$)")'
    others = (f'LANGMATCHES({tag}, "{known}")' for known, other in _SCRIPTS.items() if other != script)
    elsewhere = " || ".join((said, *others))
    return f'(LANGMATCHES({tag}, "{range_}") && (REGEX({tag}, "-{script}(-|$)") || !({elsewhere})))'


def _script(tag: str) -> str:
    """The script of a tag in small letters, or nothing where none is known."""
    if said := _SCRIPT.search(tag):
        return said[1]
    meant = (known for known in sorted(_SCRIPTS, key=len, reverse=True) if tag == known or tag.startswith(known + "-"))
    return _SCRIPTS[found] if (found := next(meant, None)) else ""


def _last_part(node: NamedNode) -> str:
    return terms.local_name(node.value)


def _is_claim(triples: Iterable[object]) -> bool:
    return any(getattr(triple, "object", None) == terms.CLAIM for triple in triples)
