"""Follows a JSON-LD document as the parser does: the triples that it yields, and the parts of it that yield none.

A part of the document is named by a path: None for the whole, else a pair of the path around it and a key or index;
`KEY` behind the name of an entry means its key. Only paths are kept; `scan` finds where they stand in the text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from scograph.escapes import escape
from scograph.jsonld.context import (
    KEYWORDS,
    UNSET,
    Context,
    Key,
    Term,
    UnreadableError,
    is_iri,
    is_language,
    without_container,
)

MAX_KEPT = 1000
"""So many losses of one object are kept."""
Path = Any
"""The place of a part of the document."""
KEY = "\0key"
"""The last step of the path of an entry's key."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_LARGEST_WHOLE = 10**21
"""From here on a number is a double (JSON-LD 1.1 API, 8.2.2)."""
LARGEST_HELD = 10**20
"""From here on the parser takes a whole number for a double, which the standard does only from 10^21 on."""


class Loss(NamedTuple):
    """Something in a document that makes no statement, or another than its text says.

    Args:
        path: The part of the document.
        message: What is lost, and why.
        hint: What to write instead.
        is_error: Whether what the parser makes of it is no RDF, so that the document is refused.
    """

    path: Path
    message: str
    hint: str
    is_error: bool = False


class Stated(NamedTuple):
    """A statement: terms as N-Triples writes them, the parts that they are written as, the outermost node around it."""

    subject: str
    predicate: str
    value: str
    subject_path: Path
    predicate_path: Path
    value_path: Path
    owner: str


_Link = Callable[[str, Path], None]
"""Told of a value as soon as it is known, with its place."""


class Walk:
    """One way through a document.

    Args:
        base: The base IRI, or nothing.
        keeps: Whether the statements are kept.
    """

    def __init__(self, base: str = "", *, keeps: bool = False) -> None:
        self.losses: list[Loss] = []
        self.statements: list[Stated] = []
        self._keeps = keeps
        self._blank = 0
        self._owner = ""
        self.start = Context(base)

    def document(self, value: Any, context: Context | None = None, path: Path = None) -> None:  # noqa: ANN401 -- JSON
        """Follow a whole document, or one of the objects at its top.

        Args:
            value: The JSON.
            context: The context around it; the initial one if none is given.
            path: Its place.

        Raises:
            UnreadableError: The parser refuses it, or a context stands elsewhere.
            RecursionError: It nests too deep.
        """
        context = context or self.start
        if isinstance(value, list):
            for number, one in enumerate(value):
                self.document(one, context, (path, number))
        elif isinstance(value, dict):
            self._object(value, context, path, None, None)
        elif value is not None:
            self._lose_value(path)

    # Losing

    def _lose(self, path: Path, message: str, hint: str) -> None:
        if len(self.losses) < MAX_KEPT:
            self.losses.append(Loss(path, message, hint))

    def _lose_value(self, path: Path) -> None:
        self._lose(path, "a value without a subject is dropped", 'give it a subject and a property: {"@id": …, "…": …}')

    def _lose_iri(self, path: Path, text: str, iri: str | None, what: str) -> None:
        shown = f"{text[:80]!r}"
        if iri is None:
            self._lose(path, f"{shown} has the form of a keyword, and is dropped", "write an IRI")
        elif is_iri(f"https://example.org/{iri}") and ":" not in iri.partition("/")[0]:
            self._lose(
                path, f"{shown} stays relative, and {what} dropped", "write the IRI in full, or declare an @base"
            )
        else:
            expanded = "" if iri == text else f" (<{iri[:80]}>)"
            hint = "percent-encode what an IRI cannot hold, a space as %20"
            self._lose(path, f"{shown}{expanded} is no IRI, and {what} dropped", hint)

    def _refuse_infinite(self, value: Any, path: Path) -> None:  # noqa: ANN401 -- JSON
        """Refuse JSON with a number that is beyond floating point, which the parser would write as `Infinity`.

        JSON has no word for it (RFC 8259, 6.), and its canonical form takes floating point only (RFC 8785, 3.2.2.3).
        """
        waiting = [(value, path)]
        while waiting and len(self.losses) < MAX_KEPT:
            one, at = waiting.pop()
            if isinstance(one, dict):
                waiting += ((inner, (at, name)) for name, inner in one.items())
            elif isinstance(one, list):
                waiting += ((inner, (at, number)) for number, inner in enumerate(one))
            elif isinstance(one, int | float) and abs(one) > sys.float_info.max:
                hint = "write it as a string"
                self.losses.append(Loss(at, "a number in a JSON literal is beyond floating point", hint, is_error=True))

    # Nodes

    def _node_term(self, text: str, iri: str | None, path: Path, what: str) -> str | None:
        """A subject, type or object; None where it is none."""
        if iri is not None:
            if iri[:2] == "_:":
                return iri
            if is_iri(iri):
                return f"<{iri}>"
        self._lose_iri(path, text, iri, what)
        return None

    def _new_blank(self) -> str:
        self._blank += 1
        return f"_:\0{self._blank}"

    def _emit(  # noqa: PLR0913, PLR0917 -- a statement has three terms, and each a place
        self,
        subject: str | None,
        predicate: str,
        value: str | None,
        subject_path: Path,
        predicate_path: Path,
        value_path: Path,
    ) -> None:
        if self._keeps and subject is not None and value is not None:
            self.statements.append(
                Stated(subject, predicate, value, subject_path, predicate_path, value_path, self._owner)
            )

    def _object(  # noqa: C901, PLR0913 -- what stands around it
        self,
        entries: dict[str, Any],
        context: Context,
        path: Path,
        term: Term | None,
        link: _Link | None,
        *,
        from_map: bool = False,
        extra_type: tuple[str, Path] | None = None,
        map_id: tuple[str, Path] | None = None,
        about: Callable[[str | None, Path], None] | None = None,
    ) -> None:
        """Follow an object: a value, a list, a set or a node (JSON-LD 1.1 API, 5.1.2, step 7 and on)."""
        if context.previous is not None and not from_map:
            names = [context.key(name).iri for name in entries]
            if "@value" not in names and names != ["@id"]:
                context = context.previous
        if term is not None and term.context is not UNSET:
            context = context.with_local(term.context, path)
        if "@context" in entries:
            context = context.with_local(entries["@context"], (path, "@context"))
        keys = [(name, context.key(name)) for name in entries]
        keywords = {key.iri: name for name, key in keys if key.iri[:1] == "@"}
        if "@value" in keywords:
            self._value_object(entries, context, path, keywords, link)
            return
        for keyword in ("@list", "@set"):
            if keyword in keywords:
                name = keywords[keyword]
                inner = without_container(term) if term is not None else None
                if keyword == "@list" and link is None:
                    self._lose_value(path)
                elif keyword == "@list":
                    self._list(entries[name], context, (path, name), inner, link)
                else:
                    self._values(entries[name], context, (path, name), inner, link)
                return
        inner_context = self._typed(entries, context, keywords, extra_type)
        if inner_context is not context:
            context = inner_context
            keys = [(name, context.key(name)) for name in entries]
            keywords = {key.iri: name for name, key in keys if key.iri[:1] == "@"}
        self._node(entries, context, path, keys, keywords, link, extra_type, map_id, about)

    def _typed(
        self,
        entries: dict[str, Any],
        context: Context,
        keywords: dict[str, str],
        extra_type: tuple[str, Path] | None,
    ) -> Context:
        """The context after those of the types (JSON-LD 1.1 API, 5.1.2, step 11)."""
        types = entries[keywords["@type"]] if "@type" in keywords else ()
        names = [one for one in (types if isinstance(types, list) else [types]) if isinstance(one, str)]
        if extra_type is not None:
            names.append(extra_type[0])
        scoped = context
        for name in sorted(names):
            term = context.terms.get(name)
            if term is not None and term.context is not UNSET:
                scoped = scoped.with_local(term.context, None, propagate=False)
        return scoped

    def _node(  # noqa: PLR0913, PLR0917 -- what stands around it
        self,
        entries: dict[str, Any],
        context: Context,
        path: Path,
        keys: Sequence[tuple[str, Key]],
        keywords: dict[str, str],
        link: _Link | None,
        extra_type: tuple[str, Path] | None,
        map_id: tuple[str, Path] | None,
        about: Callable[[str | None, Path], None] | None,
    ) -> None:
        subject: str | None
        place = path
        name = keywords.get("@id")
        says = any(key.iri and (key.iri[:1] != "@" or key.iri not in _SAYS_NOTHING) for _, key in keys)
        if name is not None and entries[name] is not None:
            text = entries[name]
            if not isinstance(text, str):
                raise UnreadableError("@id is no string", (path, name))
            place = (path, name)
            subject = self._named(text, context.expand(text, is_relative=True), place, says, link is not None)
        elif map_id is not None:
            place = map_id[1]
            subject = self._named(map_id[0], context.expand(map_id[0], is_relative=True), place, says, link is not None)
        else:
            subject = self._new_blank()
        if link is None:
            self._owner = subject if subject and subject[0] == "<" else ""
        elif subject is not None:
            link(subject, place)
        if about is not None:
            about(subject, place)
        types = entries[keywords["@type"]] if "@type" in keywords else None
        if types is not None:
            name = keywords["@type"]
            self._types(types, context, subject, place, (path, name))
        if extra_type is not None:
            self._type(extra_type[0], context, subject, place, *[extra_type[1]] * 2)
        self._entries(entries, context, path, keys, subject, place)

    def _named(self, text: str, iri: str | None, path: Path, says: bool, is_value: bool) -> str | None:  # noqa: FBT001
        if iri is None or iri in KEYWORDS:
            self._lose_iri(path, text, None, "")
            return self._new_blank()
        what = "the statements about it are" if says else "the statement with it is"
        if not says and not is_value:
            return self._new_blank()
        return self._node_term(text, iri, path, what)

    def _types(self, types: Any, context: Context, subject: str | None, place: Path, path: Path) -> None:  # noqa: ANN401
        several = isinstance(types, list)
        for number, one in enumerate(types if several else [types]):
            at = (path, number) if several else path
            if not isinstance(one, str):
                raise UnreadableError("@type is no string", at)
            self._type(one, context, subject, place, (path, KEY), at)

    def _type(self, text: str, context: Context, subject: str | None, place: Path, key: Path, at: Path) -> None:  # noqa: PLR0913, PLR0917
        iri = context.expand(text, is_vocabulary=True, is_relative=True)
        if iri is None and text in context.terms:
            return  # decoupled
        self._emit(subject, _TYPE, self._node_term(text, iri, at, "the type is"), place, key, at)

    def _entries(  # noqa: PLR0913, PLR0917 -- what stands around them
        self,
        entries: dict[str, Any],
        context: Context,
        path: Path,
        keys: Sequence[tuple[str, Key]],
        subject: str | None,
        place: Path,
    ) -> None:
        for name, key in keys:
            iri = key.iri
            value = entries[name]
            at = (path, name)
            if not iri:
                if not key.is_decoupled and value is not None and value != []:
                    self._lose_key(name, at)
            elif iri[0] == "@":
                self._keyword(iri, name, value, context, at, key, subject, place)
            elif value is not None:
                self._property(iri, key.term, name, value, context, at, subject, place)

    def _lose_key(self, name: str, at: Path) -> None:
        if name[:1] == "@":
            self._lose((at, KEY), f"{name[:80]!r} is no keyword: it is dropped with all in it", "is it misspelt?")
        else:
            hint = "define the term in the @context, declare an @vocab, or write the IRI in full"
            said = f"{name[:80]!r} is no term and no IRI: it is dropped with all in it"
            self._lose((at, KEY), said, hint)

    def _keyword(  # noqa: C901, PLR0912, PLR0913, PLR0917 -- what stands around it
        self,
        keyword: str,
        name: str,
        value: Any,  # noqa: ANN401 -- JSON
        context: Context,
        at: Path,
        key: Key,
        subject: str | None,
        place: Path,
    ) -> None:
        several = value if isinstance(value, list) else [value]
        if keyword in ("@graph", "@included"):
            for number, one in enumerate(several):
                self.document(one, context, (at, number) if isinstance(value, list) else at)
        elif keyword == "@nest":
            if key.term is not None and key.term.context is not UNSET:
                context = context.with_local(key.term.context, at)
            for number, one in enumerate(several):
                inside = (at, number) if isinstance(value, list) else at
                if not isinstance(one, dict):
                    raise UnreadableError("@nest is no object", inside)
                self._entries(one, context, inside, [(n, context.key(n)) for n in one], subject, place)
        elif keyword == "@reverse":
            if not isinstance(value, dict):
                raise UnreadableError("@reverse is no object", at)
            for inner, one in value.items():
                inner_key = context.key(inner)
                if not inner_key.iri:
                    if not inner_key.is_decoupled:
                        self._lose_key(inner, (at, inner))
                elif inner_key.iri[0] != "@":
                    self._property(
                        inner_key.iri, inner_key.term, inner, one, context, (at, inner), subject, place, is_turned=True
                    )
        elif keyword not in _KNOWN_IN_NODES and name not in KEYWORDS:
            raise UnreadableError(f"{keyword} cannot stand here", at)

    def _property(  # noqa: PLR0913, PLR0917 -- what stands around it
        self,
        iri: str,
        term: Term | None,
        name: str,
        value: Any,  # noqa: ANN401 -- JSON
        context: Context,
        at: Path,
        subject: str | None,
        place: Path,
        *,
        is_turned: bool = False,
    ) -> None:
        key_path = (at, KEY)
        if iri[:2] == "_:":
            self._lose(
                key_path, f"{name[:80]!r} is a blank node, which is no property in RDF: it is dropped", "name it"
            )
            subject = None
        elif not is_iri(iri):
            self._lose_iri(key_path, name, iri, "its values are")
            subject = None
        predicate = f"<{iri}>"
        if is_turned != (term is not None and term.is_reverse):

            def link(node: str, node_place: Path) -> None:
                if node[0] == '"':
                    raise UnreadableError("a literal cannot be a subject", node_place)
                self._emit(node, predicate, subject, node_place, key_path, place)

        else:

            def link(node: str, node_place: Path) -> None:
                self._emit(subject, predicate, node, place, key_path, node_place)

        if term is None or not term.container or term.type == "@json":
            self._values(value, context, at, term, link)
        else:
            self._contained(value, context, at, term, link)

    # Containers

    def _contained(self, value: Any, context: Context, at: Path, term: Term, link: _Link) -> None:  # noqa: ANN401
        container, inner = term.container, without_container(term)
        if isinstance(value, dict) and container & _MAPS:
            if term.context is not UNSET:
                context = context.with_local(term.context, at)
            elif context.previous is not None and "@type" in container:
                context = context.previous
            if "@language" in container:
                self._language_map(value, context, at, term, link)
            else:
                for name, one in value.items():
                    several = one if isinstance(one, list) else [one]
                    for number, member in enumerate(several):
                        inside = ((at, name), number) if isinstance(one, list) else (at, name)
                        self._mapped(name, member, context, (at, name), inside, inner, container, link)
        elif "@list" in container:
            self._list(value, context, at, inner, link)
        elif "@graph" in container:
            several = value if isinstance(value, list) else [value]
            for number, one in enumerate(several):
                self._graph(one, context, (at, number) if isinstance(value, list) else at, inner, link, None)
        else:
            self._values(value, context, at, inner, link)

    def _mapped(  # noqa: PLR0913, PLR0917 -- what stands around it
        self,
        name: str,
        member: Any,  # noqa: ANN401 -- JSON
        context: Context,
        key: Path,
        at: Path,
        term: Term,
        container: frozenset[str],
        link: _Link,
    ) -> None:
        """A member of a map by index, by id or by type (JSON-LD 1.1 API, 5.1.2, step 13.8)."""
        is_none = context.expand(name, is_vocabulary=True) == "@none"
        map_id = (name, (key, KEY)) if "@id" in container and not is_none else None
        if "@graph" in container:
            self._graph(member, context, at, term, link, map_id)
            return
        if "@type" in container and isinstance(member, str):
            iri = context.expand(member, is_vocabulary=term.type == "@vocab", is_relative=True)
            node = self._node_term(member, iri, at, "the statement with it is")
            if node is not None:
                link(node, at)
                if not is_none:
                    self._type(name, context, node, at, (key, KEY), (key, KEY))
            return
        if not isinstance(member, dict):
            self._values(member, context, at, term, link)
            return
        extra = (name, (key, KEY)) if "@type" in container and not is_none else None

        def indexed(subject: str | None, place: Path) -> None:
            if term.index and not is_none and "@index" in container:
                where = (key, KEY)
                found = context.key(term.index).term
                for one in self._scalars(name, context, where, found):
                    self._emit(subject, f"<{term.index}>", one, place, where, where)

        self._object(member, context, at, term, link, from_map=True, extra_type=extra, map_id=map_id, about=indexed)

    def _graph(self, value: Any, context: Context, at: Path, term: Term, link: _Link, map_id: Any) -> None:  # noqa: ANN401, PLR0913, PLR0917
        """A value of a graph container: a node that names the graph, with what is in it."""
        if isinstance(value, dict) and any(context.key(name).iri == "@graph" for name in value):
            self._object(value, context, at, term, link, map_id=map_id)
            return
        name: str | None = self._new_blank()
        place = at
        if map_id is not None:
            place = map_id[1]
            iri = context.expand(map_id[0], is_relative=True)
            name = self._node_term(map_id[0], iri, place, "what is in this graph is")
        if name is not None:
            link(name, place)
        if term.context is not UNSET:
            context = context.with_local(term.context, at)
        self.document(value, context, at)

    def _language_map(self, value: dict[str, Any], context: Context, at: Path, term: Term, link: _Link) -> None:
        direction = context.direction if term.direction is UNSET else term.direction
        for name, texts in value.items():
            tag = None if context.expand(name, is_vocabulary=True) == "@none" else name
            several = isinstance(texts, list)
            for number, text in enumerate(texts if several else [texts]):
                inside = ((at, name), number) if several else (at, name)
                if text is None:
                    continue
                if not isinstance(text, str):
                    raise UnreadableError("a language map has strings only", inside)
                self._text(text, tag, direction, inside, ((at, name), KEY), link)

    # Values

    def _values(self, value: Any, context: Context, at: Path, term: Term | None, link: _Link | None) -> None:  # noqa: ANN401
        if term is not None and term.type == "@json":
            self._refuse_infinite(value, at)
            if link is not None:
                link(_typed_text(_canonical(value), f"{_RDF}JSON"), at)
        elif isinstance(value, list):
            for number, one in enumerate(value):
                self._values(one, context, (at, number), term, link)
        elif isinstance(value, dict):
            self._object(value, context, at, term, link)
        elif value is not None:
            if link is None:
                self._lose_value(at)
            else:
                for one in self._scalars(value, context, at, term):
                    link(one, at)

    def _list(self, value: Any, context: Context, at: Path, term: Term | None, link: _Link | None) -> None:  # noqa: ANN401
        """A list: a cell for each member (JSON-LD 1.1 API, 8.3.2)."""
        members = value if isinstance(value, list) else [value]
        cell, cell_place, is_first = "", at, True
        for number, one in enumerate(members):
            if one is None:
                continue
            inside = (at, number) if isinstance(value, list) else at
            following = self._new_blank()
            following_place = at if is_first else inside
            if is_first:
                if link is not None:
                    link(following, at)
            else:
                self._emit(cell, _REST, following, cell_place, inside, inside)
            cell, cell_place, is_first = following, following_place, False

            def first(node: str, place: Path, cell: str = cell, cell_place: Path = cell_place) -> None:
                self._emit(cell, _FIRST, node, cell_place, place, place)

            if isinstance(one, list) and not (term is not None and term.type == "@json"):
                self._list(one, context, inside, term, first)
            else:
                self._values(one, context, inside, term, first)
        if is_first:
            if link is not None:
                link(_NIL, at)
        else:
            self._emit(cell, _REST, _NIL, cell_place, at, at)

    def _scalars(self, value: Any, context: Context, at: Path, term: Term | None) -> Sequence[str]:  # noqa: ANN401
        """The term that a string, number or boolean stands for (JSON-LD 1.1 API, 5.3.2 and 8.2.2); none where lost."""
        kind = term.type if term is not None else ""
        if isinstance(value, str):
            if kind in ("@id", "@vocab"):
                iri = context.expand(value, is_vocabulary=kind == "@vocab", is_relative=True)
                if iri is None and kind == "@vocab" and value in context.terms:
                    return ()
                node = self._node_term(value, iri, at, "the statement with it is")
                return () if node is None else (node,)
            if kind and kind != "@none":
                return (self._typed_literal(value, kind, at),)
            language = context.language if term is None or term.language is UNSET else term.language
            direction = context.direction if term is None or term.direction is UNSET else term.direction
            found: list[str] = []
            self._text(value, language, direction, at, at, lambda one, _: found.append(one))
            return found
        datatype = kind if kind and kind[0] != "@" else ""
        return (self._number(value, datatype, at),)

    def _typed_literal(self, text: str, datatype: str, at: Path) -> str:
        if not is_iri(datatype):
            raise UnreadableError(f"the datatype {datatype[:80]!r} is no IRI", at)
        return _typed_text(text, datatype)

    def _text(self, text: str, language: Any, direction: Any, at: Path, tag_path: Path, link: _Link) -> None:  # noqa: ANN401, PLR0913, PLR0917
        if direction is not None:
            said = "the base direction of a text is dropped: RDF 1.1 has none"
            self._lose(at, said, 'leave "@direction" out, or set it to null')
        if language is None:
            link(f'"{escape(text)}"', at)
        elif not isinstance(language, str):
            raise UnreadableError("a language that is no string", tag_path)
        elif is_language(language):
            link(f'"{escape(text)}"@{language}', at)
        else:
            said = f"{language[:80]!r} is no language tag (BCP 47), and the text is dropped"
            self._lose(tag_path, said, "write the language as in en, en-GB or zh-Hant")

    def _number(self, value: Any, datatype: str, at: Path) -> str:  # noqa: ANN401 -- JSON
        if isinstance(value, bool):
            return _typed_text("true" if value else "false", datatype or f"{_XSD}boolean")
        if abs(value) > sys.float_info.max:  # the parser keeps the digits, whose value is infinite all the same
            return _typed_text("INF" if value > 0 else "-INF", datatype or f"{_XSD}double")
        is_whole = isinstance(value, int) or value == int(value)
        if is_whole and abs(value) < _LARGEST_WHOLE and datatype != f"{_XSD}double":
            if abs(value) >= LARGEST_HELD:
                said = "so large a whole number becomes an xsd:double"
                self._lose(at, said, 'write {"@value": "…", "@type": "http://www.w3.org/2001/XMLSchema#integer"}')
                return _typed_text(_double(float(value)), datatype or f"{_XSD}double")
            return _typed_text(str(int(value)), datatype or f"{_XSD}integer")
        return _typed_text(_double(float(value)), datatype or f"{_XSD}double")

    def _value_object(  # noqa: C901, PLR0912 -- the steps of the standard
        self, entries: dict[str, Any], context: Context, path: Path, keywords: dict[str, str], link: _Link | None
    ) -> None:
        value = entries[keywords["@value"]]
        at = (path, keywords["@value"])
        kind = entries[keywords["@type"]] if "@type" in keywords else None
        if isinstance(kind, list) and len(kind) == 1:
            kind = kind[0]
        for name in entries:
            if context.key(name).iri not in _IN_VALUES:
                raise UnreadableError(f"{name[:80]!r} cannot stand beside @value", (path, name))
        if kind == "@json":
            self._refuse_infinite(value, at)
            if link is not None:
                link(_typed_text(_canonical(value), f"{_RDF}JSON"), at)
            return
        if value is None:
            return
        if isinstance(value, (list, dict)):
            raise UnreadableError("@value is no text, number or boolean", at)
        if link is None:
            self._lose_value(path)
            return
        if kind is not None:
            kind_path = (path, keywords["@type"])
            iri = context.expand(kind, is_vocabulary=True, is_relative=True) if isinstance(kind, str) else None
            if iri is None or not is_iri(iri):
                raise UnreadableError("the @type of a value is no IRI", kind_path)
            link(self._typed_literal(value, iri, at) if isinstance(value, str) else self._number(value, iri, at), at)
            return
        language = entries[keywords["@language"]] if "@language" in keywords else None
        if isinstance(value, str):
            direction = entries[keywords["@direction"]] if "@direction" in keywords else None
            language_path = (path, keywords["@language"]) if "@language" in keywords else at
            self._text(value, language, direction, at, language_path, link)
        elif language is not None:
            raise UnreadableError("@language stands beside what is no text", (path, keywords["@language"]))
        else:
            link(self._number(value, "", at), at)


_MAPS = frozenset(("@language", "@index", "@id", "@type"))
_SAYS_NOTHING = frozenset(("@id", "@context", "@index"))
_IN_VALUES = frozenset(("@value", "@type", "@language", "@direction", "@index", "@context", "@annotation"))
_KNOWN_IN_NODES = frozenset(("@id", "@type", "@context", "@index", "@annotation"))


def _typed_text(text: str, datatype: str) -> str:
    return f'"{escape(text)}"' if datatype == f"{_XSD}string" else f'"{escape(text)}"^^<{datatype}>'


def _double(value: float) -> str:
    """A double in its canonical form (JSON-LD 1.1 API, 8.6)."""
    mantissa, _, exponent = f"{value!r}".lower().partition("e")
    if not exponent:
        mantissa, _, exponent = f"{value:.{max(len(mantissa.replace('.', '').lstrip('-0')) - 1, 1)}e}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"


def _canonical(value: Any) -> str:  # noqa: ANN401 -- JSON
    """JSON in its canonical form, but for the numbers (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
