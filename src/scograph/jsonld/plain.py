"""A fast test that a JSON-LD object yields triples for all of its parts; where it is not sure, `walk` finds out."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from scograph.jsonld.context import UNSET, Context, is_iri, is_language, remember
from scograph.jsonld.walk import LARGEST_HELD

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._~-]*")


class KeyRole(Enum):
    """What the values of a key are, as far as it matters here."""

    TEXT = "texts, numbers and objects, of which nothing is lost if nothing in them is"
    REFERENCE = "IRIs, as they are or as objects"
    NAME = "the IRI of the object itself"
    TYPE = "types"
    VALUE = "a literal of an object"
    LANGUAGE = "its language"
    NOTHING = "what is no RDF by intent"
    UNSURE = "what has to be looked at closely"


class PlainNodes:
    """Judges objects in one context.

    Args:
        context: The context around them.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._roles: dict[str, KeyRole] = {}
        self._types: dict[str, bool] = {}
        self._namespaces: dict[str, bool] = {}

    def lose_nothing(self, value: Any) -> bool:  # noqa: ANN401 -- JSON
        """Whether a value of a property surely loses nothing: an object, array, text, number or boolean."""
        kind = type(value)
        if kind is dict:
            return self._object(value)
        if kind is list:
            return all(self.lose_nothing(one) for one in value)
        return (kind is not int and kind is not float) or -LARGEST_HELD < value < LARGEST_HELD

    def is_plain(self, value: Any) -> bool:  # noqa: ANN401 -- JSON
        """Whether an object at the top of a document surely loses nothing."""
        return type(value) is dict and "@value" not in value and "@list" not in value and self._object(value)

    def _object(self, entries: dict[str, Any]) -> bool:  # noqa: C901, PLR0911, PLR0912 -- in one loop it is fast
        roles = self._roles
        for name, value in entries.items():
            role = roles.get(name) or self._role(name)
            if role is KeyRole.TEXT:
                if type(value) is not str and not self.lose_nothing(value):
                    return False
            elif role is KeyRole.REFERENCE:
                if type(value) is list:
                    if not all(self._is_iri(one) if type(one) is str else self.lose_nothing(one) for one in value):
                        return False
                elif not (self._is_iri(value) if type(value) is str else self.lose_nothing(value)):
                    return False
            elif role is KeyRole.NAME:
                if type(value) is not str or not self._is_iri(value):
                    return False
            elif role is KeyRole.TYPE:
                if not all(map(self._is_type, value if type(value) is list else (value,))):
                    return False
            elif role is KeyRole.VALUE:
                if (
                    type(value) in _NESTED
                    or not any(names.issuperset(entries) for names in _OF_VALUES)
                    or not self.lose_nothing(value)
                ):
                    return False
            elif role is KeyRole.LANGUAGE:
                if type(value) is not str or not is_language(value) or type(entries.get("@value")) is not str:
                    return False
            elif role is not KeyRole.NOTHING:
                return False
        return True

    def _role(self, name: str) -> KeyRole:
        role = self._found_role(name)
        remember(self._roles, name, role)
        return role

    def _found_role(self, name: str) -> KeyRole:
        context = self._context
        key = context.key(name)
        if key.iri[:1] == "@" or not key.iri:
            return _KEYWORDS.get(name, KeyRole.UNSURE)
        term = key.term
        if not is_iri(key.iri) or context.previous is not None:
            return KeyRole.UNSURE
        if term is None or (not term.container and not term.is_reverse and term.context is UNSET):
            if term is not None and term.type == "@id":
                return KeyRole.REFERENCE
            language = context.language if term is None or term.language is UNSET else term.language
            direction = context.direction if term is None or term.direction is UNSET else term.direction
            is_typed = term is not None and term.type and term.type[0] != "@" and is_iri(term.type)
            is_plain = term is None or not term.type or term.type == "@none"
            if is_typed or (is_plain and direction is None and (language is None or _is_tag(language))):
                return KeyRole.TEXT
        return KeyRole.UNSURE

    def _is_iri(self, text: str) -> bool:
        prefix, colon, rest = text.partition(":")
        if colon and rest[:2] != "//" and prefix != "_":
            is_known = self._namespaces.get(prefix)
            if is_known is None:
                is_known = self._is_namespace(prefix)
                remember(self._namespaces, prefix, is_known)
            if is_known and _PLAIN_NAME.fullmatch(rest):
                return True
        if text[:1] == "@":
            return False
        iri = self._context.expand(text, is_relative=True)
        return iri is not None and (iri[:2] == "_:" or is_iri(iri))

    def _is_namespace(self, prefix: str) -> bool:
        """Whether a prefix with any name behind it makes an IRI, for which only a few things are judged here."""
        term = self._context.terms.get(prefix)
        if term is None or not term.is_prefix or term.iri is None:
            return False
        return term.iri.endswith(("/", "#")) and term.iri.startswith(("http://", "https://")) and is_iri(term.iri)

    def _is_type(self, text: Any) -> bool:  # noqa: ANN401 -- JSON
        if type(text) is not str:
            return False
        found = self._types.get(text)
        if found is None:
            term = self._context.terms.get(text)
            iri = self._context.expand(text, is_vocabulary=True, is_relative=True)
            found = iri is not None and (term is None or term.context is UNSET) and is_iri(iri)
            remember(self._types, text, found)
        return found


_NESTED = (dict, list)
_OF_VALUES = frozenset(("@value", "@type", "@index")), frozenset(("@value", "@language", "@index"))
_KEYWORDS = {
    "@id": KeyRole.NAME,
    "@type": KeyRole.TYPE,
    "@value": KeyRole.VALUE,
    "@language": KeyRole.LANGUAGE,
    "@index": KeyRole.NOTHING,
}
"""Those of which an object that loses nothing may have; aliases of them are left to `walk`."""


def _is_tag(language: Any) -> bool:  # noqa: ANN401 -- JSON
    return isinstance(language, str) and is_language(language)
