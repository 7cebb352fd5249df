"""Active contexts of JSON-LD, and the IRIs that terms and compact IRIs stand for (JSON-LD 1.1 API, clauses 4 and 5)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

V = TypeVar("V")

KEYWORDS = frozenset(
    (
        *("@base", "@container", "@context", "@default", "@direction", "@embed", "@explicit", "@graph", "@id"),
        *("@import", "@included", "@index", "@json", "@language", "@list", "@nest", "@none", "@omitDefault"),
        *("@prefix", "@preserve", "@propagate", "@protected", "@requireAll", "@reverse", "@set", "@type"),
        *("@value", "@version", "@vocab", "@always", "@first", "@last", "@link", "@never", "@once", "@annotation"),
    )
)
"""The words that begin with @ and have a meaning (JSON-LD 1.1, 9.16), those of framing among them."""
UNSET: Any = object()
"""What stands for a value that is not given, where null is one."""
MAX_DEFINED = 500_000
"""So many terms of one document are defined; each takes microseconds."""
MAX_CONTEXTS = 1000
"""So many contexts are remembered for each that they stand in."""
MAX_KNOWN = 100_000
"""So much is remembered of keys, IRIs and languages; then they are judged anew."""
MAX_REMEMBERED = 500
"""Characters of what is remembered."""

_KEYWORD_FORM = re.compile(r"@[A-Za-z]+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ENDS_LIKE_A_PREFIX = (":", "/", "?", "#", "[", "]", "@")


class UnreadableError(Exception):
    """A document that cannot be followed: the parser refuses it, or a context stands elsewhere.

    Args:
        reason: Why.
        path: The part at fault, as `walk` names parts.
    """

    def __init__(self, reason: str, path: Any = None) -> None:  # noqa: ANN401 -- nested pairs
        super().__init__(reason)
        self.path = path


class TooManyTermsError(UnreadableError):
    """The contexts of a document define more terms than are followed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term definition (JSON-LD 1.1 API, 4.2).

    Args:
        iri: What it stands for: an IRI, a keyword, or None where it is decoupled.
        is_reverse: Whether it is a property in the other direction.
        is_prefix: Whether compact IRIs may begin with it.
        type: The type that values are coerced to, or nothing.
        language: The language of its strings; None for none, `UNSET` for the default one.
        direction: The base direction of its strings, likewise.
        container: Its containers.
        index: The property that the keys of its index map are values of, or nothing.
        context: Its own context, or `UNSET`.
    """

    iri: str | None
    is_reverse: bool = False
    is_prefix: bool = False
    type: str = ""
    language: Any = UNSET
    direction: Any = UNSET
    container: frozenset[str] = frozenset()
    index: str = ""
    context: Any = UNSET


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of a node object stands for.

    Args:
        iri: A keyword or the IRI of a property; nothing where it stands for nothing.
        term: Its definition, or None.
        is_decoupled: Whether the context maps it to null, and so says that it means nothing.
    """

    iri: str
    term: Term | None = None
    is_decoupled: bool = False


class Context:
    """An active context (JSON-LD 1.1 API, 4.1).

    Args:
        base: The base IRI of the document, or nothing.
        budget: How many terms may still be defined, shared by all contexts of a document.
    """

    def __init__(self, base: str = "", budget: list[int] | None = None) -> None:
        self.document_base = base
        self.base: str = base
        self.vocabulary: str | None = None
        self.language: str | None = None
        self.direction: str | None = None
        self.terms: dict[str, Term] = {}
        self.previous: Context | None = None
        self._keys: dict[str, Key] = {}
        self._processed: dict[tuple[int, bool], tuple[Any, Context]] = {}
        self._written: dict[tuple[str, bool], Context] = {}
        self.budget = budget or [MAX_DEFINED]

    def key(self, name: str) -> Key:
        """What a key of a node object stands for in this context."""
        found = self._keys.get(name)
        if found is None:
            found = self._key(name)
            remember(self._keys, name, found)
        return found

    def _key(self, name: str) -> Key:
        term = self.terms.get(name)
        iri = self.expand(name, is_vocabulary=True)
        if iri is None:
            return Key("", term, is_decoupled=term is not None)
        return Key(iri if ":" in iri or iri in KEYWORDS else "", term)

    def expand(  # noqa: PLR0911 -- the steps of the standard
        self, value: str, *, is_vocabulary: bool = False, is_relative: bool = False
    ) -> str | None:
        """Expand a string to an IRI (JSON-LD 1.1 API, 5.2.2).

        Args:
            value: The string.
            is_vocabulary: Whether it may be a term, or relative to the vocabulary.
            is_relative: Whether it may be relative to the base.

        Returns:
            The IRI, which may still be relative; a keyword; None for what is decoupled, or only looks like a keyword.
        """
        if value[:1] == "@":
            if value in KEYWORDS:
                return value
            if _KEYWORD_FORM.fullmatch(value):
                return None
        term = self.terms.get(value)
        if term is not None and (is_vocabulary or (term.iri is not None and term.iri[:1] == "@")):
            return term.iri
        prefix, colon, rest = value.partition(":")
        if colon and prefix:
            if prefix == "_" or rest[:2] == "//":
                return value
            named = self.terms.get(prefix)
            if named is not None and named.iri is not None and named.is_prefix:
                return named.iri + rest
            if _ABSOLUTE.match(value):
                return value
        if is_vocabulary and self.vocabulary is not None:
            return self.vocabulary + value
        return resolved(value, self.base) if is_relative else value

    def with_local(self, local: Any, path: Any = None, *, propagate: bool = True) -> Context:  # noqa: ANN401 -- JSON
        """This context after a local one (JSON-LD 1.1 API, 4.1.2).

        Args:
            local: The value of `@context`.
            path: Its place in the document, for errors.
            propagate: Whether it also holds for the nodes below.

        Returns:
            The context; the same for the same object, as long as it is in memory.

        Raises:
            UnreadableError: It cannot be followed.
        """
        if isinstance(local, dict) and local.get("@propagate") is False:
            propagate = False
        known = self._processed.get((id(local), propagate))
        if known is not None and known[0] is local:
            return known[1]
        text = (json.dumps(local), propagate)  # records of one shape each carry the same context
        if text in self._written:
            return self._written[text]
        result = Context(self.document_base, self.budget)
        for name in ("base", "vocabulary", "language", "direction", "previous"):
            setattr(result, name, getattr(self, name))
        result.terms = dict(self.terms)
        if not propagate and result.previous is None:
            result.previous = self
        for one in local if isinstance(local, list) else [local]:
            result = result._after(one, path, keeps_previous=not propagate)
        if len(self._written) >= MAX_CONTEXTS:
            self._processed.clear()
            self._written.clear()
        self._processed[id(local), propagate] = (local, result)
        self._written[text] = result
        return result

    def _after(self, one: Any, path: Any, *, keeps_previous: bool) -> Context:  # noqa: ANN401 -- JSON
        if one is None:
            empty = Context(self.document_base, self.budget)
            empty.previous = self.previous if keeps_previous else None
            return empty
        if not isinstance(one, dict):
            raise UnreadableError("a context that stands elsewhere", path)
        if "@import" in one:
            raise UnreadableError("a context that stands elsewhere", (path, "@import"))
        if "@base" in one:
            self._take_base(one["@base"], path)
        if "@vocab" in one:
            self._take_vocabulary(one["@vocab"], path)
        if "@language" in one:
            self.language = one["@language"]
        if "@direction" in one:
            self.direction = one["@direction"]
        defined: dict[str, bool] = {}
        for name in one:
            if name not in KEYWORDS or name == "@type":
                self._define(name, one, defined, path)
        return self

    def _take_base(self, base: Any, path: Any) -> None:  # noqa: ANN401 -- JSON
        if base is not None and not isinstance(base, str):
            raise UnreadableError("@base is no IRI", (path, "@base"))
        self.base = "" if base is None else resolved(base, self.base)
        if base and not is_iri(self.base):
            raise UnreadableError("@base is no IRI", (path, "@base"))

    def _take_vocabulary(self, value: Any, path: Any) -> None:  # noqa: ANN401 -- JSON
        if value is not None and not isinstance(value, str):
            raise UnreadableError("@vocab is no IRI", (path, "@vocab"))
        expanded = value if not value else self.expand(value, is_vocabulary=True, is_relative=True)
        self.vocabulary = resolved("", self.base) if expanded == "" else expanded

    def _define(self, name: str, local: dict[str, Any], defined: dict[str, bool], path: Any) -> None:  # noqa: ANN401
        """Define a term, after those that it rests on (JSON-LD 1.1 API, 4.2.2); `guard` bounds how many these are."""
        if name in defined:
            if not defined[name]:
                raise UnreadableError("terms that are defined by each other", (path, name))
            return
        if _KEYWORD_FORM.fullmatch(name) and name != "@type":
            return
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise TooManyTermsError("contexts with very many terms", path)
        defined[name] = False
        value = local[name]
        self.terms.pop(name, None)
        definition = value if isinstance(value, dict) else {"@id": value}
        if value is not None and not isinstance(value, (str, dict)):
            raise UnreadableError("a term that is no string and no object", (path, name))
        term = self._term(name, definition, local, defined, path, is_simple=not isinstance(value, dict))
        if term is not None:
            self.terms[name] = term
        defined[name] = True

    def _term(  # noqa: PLR0913 -- the names of the algorithm
        self,
        name: str,
        definition: dict[str, Any],
        local: dict[str, Any],
        defined: dict[str, bool],
        path: Any,  # noqa: ANN401 -- nested pairs
        *,
        is_simple: bool,
    ) -> Term | None:
        reverse = definition.get("@reverse")
        given = definition.get("@id", UNSET) if reverse is None else reverse
        if given is None:
            return Term(None)
        if given is not UNSET and given != name:
            if not isinstance(given, str):
                raise UnreadableError("the @id of a term is no string", (path, name))
            iri = self._expand_in(given, local, defined, path)
            if iri is None:
                return None
        else:
            prefix, colon, rest = name.partition(":")
            if colon and prefix and name[:1] != "@":
                if prefix in local and rest[:2] != "//":
                    self._define(prefix, local, defined, path)
                named = self.terms.get(prefix)
                iri = named.iri + rest if named is not None and named.iri is not None else name
            elif name == "@type":
                iri = name
            elif "/" in name:
                iri = self.expand(name, is_relative=True) or name
            elif self.vocabulary is not None:
                iri = self.vocabulary + name
            else:
                raise UnreadableError("a term without an IRI", (path, name))
        container = definition.get("@container") or ()
        kind = definition.get("@type")
        index = definition.get("@index")
        return Term(
            iri,
            is_reverse=reverse is not None,
            is_prefix=bool(definition.get("@prefix"))
            or (is_simple and ":" not in name and "/" not in name and iri.startswith("_:"))
            or (is_simple and ":" not in name and "/" not in name and iri.endswith(_ENDS_LIKE_A_PREFIX)),
            type=(self._expand_in(kind, local, defined, path) or "") if isinstance(kind, str) else "",
            language=definition.get("@language", UNSET),
            direction=definition.get("@direction", UNSET),
            container=frozenset((container,) if isinstance(container, str) else container),
            index=(self._expand_in(index, local, defined, path) or "") if isinstance(index, str) else "",
            context=definition.get("@context", UNSET),
        )

    def _expand_in(self, value: str, local: dict[str, Any], defined: dict[str, bool], path: Any) -> str | None:  # noqa: ANN401
        """Expand a string of a context that is being processed, after the terms that it names."""
        for name in (value, value.partition(":")[0]):
            if name in local and name not in KEYWORDS and defined.get(name) is not True:
                self._define(name, local, defined, path)
        return self.expand(value, is_vocabulary=True)


def without_container(term: Term) -> Term:
    """A term for the values inside of its map or list, which are not maps or lists again."""
    return replace(term, container=frozenset()) if term.container else term


def resolved(value: str, base: str) -> str:
    """An IRI reference resolved against a base, or as it is without one (RFC 3986, clause 5.2)."""
    if not base or _ABSOLUTE.match(value):
        return value
    try:
        found = urljoin(base, value) if value else base.partition("#")[0]
    except ValueError:
        return value
    return f"{found}#" if value.endswith("#") and "#" not in found else found  # urljoin drops an empty fragment


def remember(known: dict[str, V], text: str, value: V) -> None:
    """Remember what was found out of a text, if it is short; only so many are remembered."""
    if len(text) > MAX_REMEMBERED:
        return
    if len(known) >= MAX_KNOWN:
        known.clear()
    known[text] = value


_iris: dict[str, bool] = {}
_languages: dict[str, bool] = {}


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI, in the judgement of the parser."""
    known = _iris.get(text)
    if known is None:
        try:
            NamedNode(text)
        except ValueError:
            known = False
        else:
            known = True
        remember(_iris, text, known)
    return known


def is_language(text: str) -> bool:
    """Whether a text is a well-formed language tag, in the judgement of the parser (BCP 47)."""
    known = _languages.get(text)
    if known is None:
        try:
            Literal("", language=text)
        except ValueError:
            known = False
        else:
            known = True
        remember(_languages, text, known)
    return known
