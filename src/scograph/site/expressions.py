"""RDF lists as lists, and OWL class expressions in words (OWL 2 Manchester Syntax, clause 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.model import Term
from scograph.site.markup import html, joined

FIRST, REST, NIL = (NamedNode(terms.RDF + name) for name in ("first", "rest", "nil"))
MAX_MEMBERS = 100
"""At most this many members of a list are shown, and how many are left."""
MAX_PARTS = 1000
"""An expression of more parts ends in an ellipsis: parts that others share would make it as long as one likes."""
MAX_NESTED = 30
"""Expressions are shown to this depth."""
_MAX_COUNTED = 1_000_000
_ELLIPSIS = Markup("…")


def _owl(name: str) -> NamedNode:
    return NamedNode(terms.OWL + name)


_ON_PROPERTY = _owl("onProperty")
_ON_PROPERTIES = _owl("onProperties")
_ON_DATATYPE, _WITH = _owl("onDatatype"), _owl("withRestrictions")
_QUALIFIERS = (_owl("onClass"), _owl("onDataRange"))
_INVERSE = _owl("inverseOf")
_QUANTIFIERS = {_owl("someValuesFrom"): "some", _owl("allValuesFrom"): "only", _owl("hasValue"): "value"}
_CARDINALITIES = {
    _owl("minCardinality"): "min",
    _owl("maxCardinality"): "max",
    _owl("cardinality"): "exactly",
    _owl("minQualifiedCardinality"): "min",
    _owl("maxQualifiedCardinality"): "max",
    _owl("qualifiedCardinality"): "exactly",
}
_JOINED = {_owl("unionOf"): "or", _owl("intersectionOf"): "and"}
_NEGATED = (_owl("complementOf"), _owl("datatypeComplementOf"))
_ONE_OF = _owl("oneOf")
_FACETS = {
    "minInclusive": ">=",
    "maxInclusive": "<=",
    "minExclusive": ">",
    "maxExclusive": "<",
    "length": "length",
    "minLength": "minLength",
    "maxLength": "maxLength",
    "pattern": "pattern",
    "langRange": "langRange",
}
DEFINING = (*_JOINED, *_NEGATED, _ONE_OF, _owl("disjointUnionOf"))
"""The properties that say what a class is by an expression of their own."""

Describing = Callable[[Term], Sequence[Triple]]
"""The triples about a node."""
Shown = Callable[[Term], Markup]
"""What a page shows of a term that is no list and no expression."""


@dataclass(frozen=True, slots=True)
class RdfList:
    """A list of RDF (RDF Schema, clause 5.2).

    Args:
        members: Its first members, `MAX_MEMBERS` at most.
        more: How many there are beyond these.
        is_whole: Whether it ends in `rdf:nil`, and each cell has one value and one rest.
    """

    members: tuple[Term, ...]
    more: int
    is_whole: bool


def read_list(head: Term, describing: Describing) -> RdfList | None:
    """Read a list.

    Args:
        head: Its first cell, or `rdf:nil`.
        describing: What is said of a node.

    Returns:
        The list; None if the node is no cell of one.
    """
    members: list[Term] = []
    seen: set[Term] = set()
    node = head
    while node != NIL:
        if node in seen or len(seen) >= _MAX_COUNTED:
            break
        triples = describing(node)
        firsts = [t.object for t in triples if t.predicate == FIRST]
        rests = [t.object for t in triples if t.predicate == REST]
        if not firsts and not rests:
            break
        seen.add(node)
        members += firsts[:1]
        if len(firsts) != 1 or len(rests) != 1:
            return RdfList(tuple(members[:MAX_MEMBERS]), max(0, len(members) - MAX_MEMBERS), is_whole=False)
        node = rests[0]
    if not seen and node != NIL:
        return None
    return RdfList(tuple(members[:MAX_MEMBERS]), max(0, len(members) - MAX_MEMBERS), is_whole=node == NIL)


@dataclass
class Expressions:
    """Writes the class expressions, data ranges and property expressions of a value.

    Args:
        describing: What is said of a node.
        shown: What the page shows of any other term.
    """

    describing: Describing
    shown: Shown
    _left: int = field(default=MAX_PARTS)

    def of(self, node: Term) -> Markup | None:
        """An expression in words, or None if the node is none.

        Args:
            node: A blank node.

        Returns:
            Its markup; each name in it is linked as the page links it.
        """
        return self._expression(node, 0)

    def defining(self, predicate: NamedNode, value: Term) -> Markup:
        """What a property of `DEFINING` says of a class, as an expression.

        Args:
            predicate: The property.
            value: Its value.

        Returns:
            The expression.
        """
        return self._defined(predicate, value, 0)

    def _expression(self, node: Term, depth: int) -> Markup | None:
        if not isinstance(node, BlankNode):
            return None
        values: Mapping[NamedNode, Term] = {t.predicate: t.object for t in self.describing(node)}
        if _ON_PROPERTY in values or _ON_PROPERTIES in values:
            return self._restriction(values, depth)
        if _ON_DATATYPE in values:
            facets = joined_by(", ", self._facets(values.get(_WITH, NIL)))
            return html("{}[{}]", self._part(values[_ON_DATATYPE], depth), facets)
        if _INVERSE in values:
            return html("<b>inverse</b> {}", self._part(values[_INVERSE], depth))
        predicate = next((p for p in DEFINING if p in values), None)
        return None if predicate is None else self._defined(predicate, values[predicate], depth)

    def _defined(self, predicate: NamedNode, value: Term, depth: int) -> Markup:
        if predicate in _NEGATED:
            return html("<b>not</b> {}", self._part(value, depth))
        parts = list(self._members(value, depth))
        if predicate == _ONE_OF:
            return html("{{{}}}", joined_by(", ", parts))
        word = html(" <b>{}</b> ", _JOINED.get(predicate, "or"))
        return word.join(parts) if parts else Markup("<code>( )</code>")

    def _members(self, head: Term, depth: int) -> Iterator[Markup]:
        found = read_list(head, self.describing)
        for member in found.members if found else ():
            yield self._part(member, depth)
        if found is None or found.more or not found.is_whole:
            yield _ELLIPSIS

    def _restriction(self, values: Mapping[NamedNode, Term], depth: int) -> Markup:
        role = self._part(values.get(_ON_PROPERTY, values.get(_ON_PROPERTIES, NIL)), depth)
        if _owl("hasSelf") in values:
            return html("{} <b>Self</b>", role)
        for predicate, word in _QUANTIFIERS.items():
            if predicate in values:
                return html("{} <b>{}</b> {}", role, word, self._part(values[predicate], depth))
        for predicate, word in _CARDINALITIES.items():
            if predicate in values:
                qualifier = next((self._part(values[q], depth) for q in _QUALIFIERS if q in values), Markup(""))
                number = values[predicate]
                count = number.value if isinstance(number, Literal) else str(number)
                return html("{} <b>{}</b> {}{}{}", role, word, count, " " if qualifier else "", qualifier)
        return html("{} {}", role, _ELLIPSIS)

    def _facets(self, head: Term) -> Iterator[Markup]:
        found = read_list(head, self.describing)
        for member in found.members if found else ():
            for triple in self.describing(member):
                name = terms.local_name(triple.predicate.value)
                if name in _FACETS:
                    yield html("{} {}", _FACETS[name], self.shown(triple.object))

    def _part(self, node: Term, depth: int) -> Markup:
        """A part of an expression, in parentheses where it is one itself."""
        self._left -= 1
        if self._left < 0 or depth >= MAX_NESTED:
            return _ELLIPSIS
        inner = self._expression(node, depth + 1)
        return html("({})", inner) if inner is not None else self.shown(node)


def joined_by(separator: str, parts: Iterator[Markup] | Sequence[Markup]) -> Markup:
    """Markup with a text between."""
    return Markup(separator).join(parts)  # noqa: S704 -- a constant


def list_html(found: RdfList, shown: Shown, more: str) -> Markup:
    """A list as markup.

    Args:
        found: The list.
        shown: What the page shows of a member.
        more: How many members are left, in words; nothing if all are shown.

    Returns:
        An ordered list of HTML; for the empty list, parentheses.
    """
    if not found.members:
        return Markup("<code>( )</code>")
    items = [html("<li>{}</li>", shown(member)) for member in found.members]
    items += [html("<li>{}</li>", more)] if more else []
    items += [] if found.is_whole else [Markup("<li>…</li>")]
    return html('<ol class="blank">{}</ol>', joined(items))
