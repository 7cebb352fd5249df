"""SHACL validation results and shape errors as findings, each at its file, line and column (SHACL, clause 3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scograph import terms
from scograph.checks.shacl.components import COMPONENTS
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Flaw, Result, ShapeError
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequential, follow
from scograph.checks.shacl.shape_warnings import PROPERTY_SHAPE_TERM
from scograph.checks.shacl.values import compare
from scograph.datatypes import is_well_typed
from scograph.errors import RdfSyntaxError
from scograph.messages import with_article
from scograph.model import Finding, Place, Severity
from scograph.ntriples import TYPE, datatype, is_blank, is_iri, is_literal, language, lexical
from scograph.places import Part, Places
from scograph.terms import SH

_CODE = re.compile(r"([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+): ")
_SEVERITIES = {sh("Violation"): Severity.ERROR, sh("Warning"): Severity.WARNING, sh("Info"): Severity.INFO}
_PARAMETERS = {sh(component.name): tuple(sh(name) for name in component.parameters) for component in COMPONENTS}
_DESCRIPTION, _COMMENT = sh("description"), f"<{terms.RDFS}comment>"
_CLASSES = {f"<{terms.RDFS}Class>", f"<{terms.OWL}Class>"}
_SPARQL = sh("SPARQLConstraintComponent")
_ENOUGH = {sh(f"{name}CountConstraintComponent") for name in ("Max", "QualifiedMax")}
_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
_BESIDE = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}
MAX_BESIDE = 5
"""Of more values than these that are too many, none is written out."""
_TOO_FEW = sh("MinCountConstraintComponent")
_OF_A_TYPE = sh("ClassConstraintComponent")
_OF_A_KIND = {sh(f"{name}ConstraintComponent") for name in ("Datatype", "NodeKind")}
_IN_A_QUERY = re.compile(r"line (\d+), column (\d+): ")
_HELP = (
    ("is no xsd:integer", "write a whole number without quotes, such as 1"),
    ("is no xsd:boolean", "write true or false, without quotes"),
    ("is no IRI", "write <an IRI>, or prefix:name"),
    ("is no literal", 'write a number, a date such as "2001-06-15"^^xsd:date, or a "text"'),
    ("is no text", 'write it in quotes, with or without a language: "…"@en'),
    ("is no regular expression", "mend the pattern; in Turtle a backslash is written as two"),
    ("path", "write a property, or a path such as ( ex:first ex:then ) or [ sh:inversePath ex:back ]"),
    ("no well-formed list", "write it in parentheses: ( … )"),
)
"""What a message about a parameter contains, and what to do about it."""
_LESS = {sh(f"{name}ConstraintComponent"): sh(name[0].lower() + name[1:]) for name in ("LessThan", "LessThanOrEquals")}
_LOCAL = re.compile(r"[^#/:]+$")


@dataclass(frozen=True)
class ValidationContext:
    """The graphs of a validation, and where their statements are written.

    Args:
        data: The data, with the ontology.
        shapes: The shapes.
        in_data: Where the data stand.
        in_shapes: Where the shapes stand.
    """

    data: Index
    shapes: Index
    in_data: Places = field(default_factory=lambda: Places(()))
    in_shapes: Places = field(default_factory=lambda: Places(()))


@dataclass(frozen=True, slots=True, eq=False)
class ResultFinding(Finding):
    """A finding that is a validation result of SHACL.

    Args:
        result: The result, for reports in SHACL's own terms.
        shapes_graph: The shapes graph that its source shape is in.
    """

    result: Result = field(kw_only=True, repr=False)
    shapes_graph: Index = field(kw_only=True, repr=False)


def result_findings(results: Iterable[Result], context: ValidationContext) -> Iterator[Finding]:
    """Say where each result's fault stands, and where what it breaks is asked for.

    Args:
        results: The results.
        context: The graphs, and where they stand.

    Returns:
        A finding per result.
    """
    known = _KnownOfResults(context)
    return (_finding(result, context, known) for result in results)


class _KnownOfResults:
    """What many results have in common, each looked up once.

    Args:
        context: The graphs, and where they stand.
    """

    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._shapes: dict[str, tuple[str, str]] = {}
        self._required: dict[tuple[str, str, str, str], Place | None] = {}

    def shape(self, shape: str) -> tuple[str, str]:
        """What a shape says of itself, and the IRI that it is, or is written in."""
        if shape not in self._shapes:
            named = (is_blank(shape) and self._context.in_shapes.owner(shape)) or shape
            self._shapes[shape] = shape_description(self._context.shapes, shape), plain(named)
        return self._shapes[shape]

    def required_by(self, result: Result) -> Place | None:
        """Where what a result breaks is asked for."""
        by = (result.shape, result.component, result.source, result.parameter)
        if by not in self._required:
            self._required[by] = _required_by(result, self._context)
        return self._required[by]


def _finding(
    result: Result,
    context: ValidationContext,
    known: _KnownOfResults,
    outer: Result | None = None,
    outer_place: Place | None = None,
) -> Finding:
    """A result as a finding; as a detail it stands where the value of the outer one does, if it is about that."""
    message, code = message_and_code(result.messages)
    hint, shape = known.shape(result.shape)
    is_of_outer = outer is not None and result.path is None and result.value and result.value == outer.value
    place = outer_place if is_of_outer else _place(result, context, outer)
    return ResultFinding(
        _SEVERITIES.get(result.severity, Severity.ERROR),
        code or component_code(result.component),
        message,
        hint,
        focus=plain(result.focus),
        path="" if result.path is None else plain(str(result.path)),
        value=result.value or "",
        component=plain(result.component),
        shape=shape,
        place=place,
        note=_note(result, context),
        required_by=known.required_by(result),
        details=(
            *(_finding(one, context, known, result, place) for one in result.details),
            *(_values_beside(result, context) if result.component in _BESIDE else ()),
        ),
        result=result,
        shapes_graph=context.shapes,
    )


def _values_beside(result: Result, context: ValidationContext) -> Iterator[Finding]:
    """The values of which there are too many, each where it stands: any of them may be the wrong one."""
    if not isinstance(result.path, Predicate):
        return
    values = context.data.forward(result.path.iri).get(result.focus, ())
    if result.component == _UNIQUE_LANG:
        tags = Counter(language(one).lower() for one in values if is_literal(one))
        values = [one for one in values if is_literal(one) and language(one) and tags[language(one).lower()] > 1]
    name = local_name(result.path.iri)
    for value in sorted(values) if 1 < len(values) <= MAX_BESIDE else ():
        said = (
            f"{lexical(value)!r} with the language {language(value)}" if is_literal(value) and language(value) else ""
        )
        yield Finding(
            _SEVERITIES.get(result.severity, Severity.ERROR),
            component_code(result.component),
            f"{name} is {said or (lexical(value) if is_literal(value) else value)}",
            focus=plain(result.focus),
            path=plain(result.path.iri),
            value=value,
            place=context.in_data.find(result.focus, result.path.iri, value),
        )


def shape_description(shapes: Index, node: str) -> str:
    """What a shape says of itself: `sh:description` is for property shapes (SHACL, clause 2.3.2), a comment for all.

    The comment of a shape that is a class (clause 2.1.3.3) is about the things of the class, and is left out.

    Args:
        shapes: The shapes graph.
        node: The shape.

    Returns:
        The text, or nothing.
    """
    is_class = not _CLASSES.isdisjoint(shapes.forward(TYPE).get(node, ()))
    keys = (_DESCRIPTION,) if is_class else (_DESCRIPTION, _COMMENT)
    texts = (one for key in keys for one in shapes.forward(key).get(node, ()) if is_literal(one))
    return next(map(lexical, texts), "")


def flaw_findings(flaws: Iterable[Flaw], places: Places) -> Iterator[Finding]:
    """What is wrong with shapes, or suspicious, where it stands.

    Args:
        flaws: The flaws.
        places: Where the shapes stand.

    Returns:
        A finding per flaw: an error; a warning or an info for what has a code of its own.
    """
    for flaw in flaws:
        message, at = flaw.message, _IN_A_QUERY.search(flaw.message)
        place = places.find(flaw.shape, flaw.predicate, flaw.value, part=_part(flaw), last=True) if flaw.shape else None
        if at:
            message = _IN_A_QUERY.sub("", message)
            place = places.within(flaw.shape, flaw.predicate, flaw.value, int(at[1]), int(at[2])) or place
        name = component_name(flaw.predicate)
        yield Finding(
            _severity(flaw),
            flaw.code or "shapes",
            message if flaw.code or not name or name in message else f"{name}: {message}",
            flaw.hint if not flaw.hint.startswith("see SHACL, clause") else _help(message) or flaw.hint,
            focus=plain(flaw.shape),
            path=plain(flaw.predicate),
            value=flaw.value,
            shape=plain(flaw.shape),
            place=place,
        )


def _severity(flaw: Flaw) -> Severity:
    """What is suspicious is a warning; what every engine must allow, and one refuses, is an info."""
    if flaw.code == PROPERTY_SHAPE_TERM:
        return Severity.INFO
    return Severity.WARNING if flaw.code else Severity.ERROR


def _part(flaw: Flaw) -> Part | None:
    """A word that SHACL does not have is the fault itself; otherwise it is the value that it is given."""
    return Part.PREDICATE if flaw.value == flaw.predicate else Part.OBJECT if flaw.predicate else None


def _help(message: str) -> str:
    return next((help_ for part, help_ in _HELP if part in message), "")


def shapes_error(error: ShapeError, places: Places) -> RdfSyntaxError:
    """The error that ill-formed shapes are, each flaw at its place."""
    return RdfSyntaxError(sorted(flaw_findings(error.flaws, places), key=Finding.sort_key))


def component_code(component: str) -> str:
    """What a result is called whose shape gives it no code: its constraint's parameter, such as `sh:minCount`."""
    if component in _PARAMETERS:
        return _PARAMETERS[component][0].replace(sh("")[:-1], "sh:").rstrip(">")
    return "sh:sparql" if component == _SPARQL else local_name(component)


def component_name(predicate: str) -> str:
    """A term of SHACL as people write it, `sh:minCount`; nothing for others."""
    return f"sh:{predicate[len(SH) + 1 : -1]}" if predicate.startswith(f"<{SH}") else ""


def local_name(iri: str) -> str:
    """The last part of an IRI."""
    match = _LOCAL.search(iri.strip("<>"))
    return match[0] if match else iri


def plain(term: str) -> str:
    """An IRI or a path of one property without its brackets, any other term as it is."""
    return term[1:-1] if term.startswith("<") and ">" not in term[:-1] else term


def located_terms(results: Iterable[Result], data: Index) -> frozenset[str]:
    """The terms that the places of results are found by."""
    found: set[str] = set()
    waiting: list[tuple[Result, Result | None]] = [(result, None) for result in results]
    while waiting:
        result, outer = waiting.pop()
        waiting += [(one, result) for one in result.details]
        found.update(one for one in (*_faulty_triple(result, data, outer), result.focus, result.value) if one)
    return frozenset(found)


def message_and_code(messages: Iterable[str]) -> tuple[str, str]:
    """The English message among several, or the first; and the code that it begins with."""
    messages = sorted(messages, key=lambda message: (language(message) != "en", message))
    message = lexical(messages[0]) if messages else "does not conform to its shape"
    code = _CODE.match(message)
    return (message[code.end() :], code[1]) if code else (message, "")


def _place(result: Result, context: ValidationContext, outer: Result | None) -> Place | None:
    subject, predicate, value = _faulty_triple(result, context.data, outer)
    part = Part.OBJECT if result.component in _ENOUGH else None
    places = context.in_data
    found = places.find(subject, predicate, value, part=part, last=result.component in _ENOUGH)
    if found is None and result.value and not is_literal(result.value):
        return places.find(result.value)
    return found


def _faulty_triple(result: Result, data: Index, outer: Result | None) -> tuple[str, str, str]:
    """The triple at fault; without an object where a property has too many values or too few, without both for none.

    Of a detail about a value of the outer result's focus node it is the triple with that value.
    """
    if outer is not None and outer.path is not None and result.path is None and result.focus != outer.focus:
        return _last_triple(data, outer.focus, outer.path, result.focus)
    if result.path is not None:
        return _last_triple(data, result.focus, result.path, result.value)
    if result.value and result.value != result.focus:
        between = (one for one in data.predicates if data.has(result.focus, one, result.value))
        if (predicate := min(between, default="")) != "":
            return result.focus, predicate, result.value
        return (result.focus if is_literal(result.value) else result.value), "", ""
    return result.focus, "", ""


def _last_triple(data: Index, focus: str, path: Path, value: str | None) -> tuple[str, str, str]:
    """The last triple of a way from a focus node along a path to a value; the first property's where there is none."""
    if value is None:
        return focus, _first_predicate(path), ""
    match path:
        case Predicate(iri):
            return focus, iri, value
        case Inverse(inner):
            return _last_triple(data, value, inner, focus)
        case Alternative(paths):
            steps = [(focus, one) for one in paths]
        case Sequential(paths):
            before = paths[0] if len(paths) == 2 else Sequential(paths[:-1])  # noqa: PLR2004 -- the last and one more
            steps = [(node, paths[-1]) for node in sorted(follow(data, before, [focus]).get(focus, ()))]
        case Repeated(inner, _):
            steps = [(node, inner) for node in sorted(follow(data, Repeated(inner, "*"), [focus]).get(focus, ()))]
    for node, last in steps:
        if value in follow(data, last, [node]).get(node, ()):
            return _last_triple(data, node, last, value)
    return focus, "", ""


def _first_predicate(path: Path) -> str:
    match path:
        case Predicate(iri):
            return iri
        case Sequential(paths) | Alternative(paths):
            return _first_predicate(paths[0])
        case Repeated(inner, _):
            return _first_predicate(inner)
        case Inverse(_):
            return ""


def _required_by(result: Result, context: ValidationContext) -> Place | None:
    shape, places = result.shape, context.in_shapes
    if result.component == _SPARQL:
        return places.find(shape, sh("sparql"), result.source, part=Part.PREDICATE)
    for parameter in _PARAMETERS.get(result.component) or _parameter_predicates(context.shapes, result.component):
        if shape in context.shapes.forward(parameter):
            return places.find(shape, parameter, result.parameter, part=Part.PREDICATE)
    return places.find(shape)


def _parameter_predicates(shapes: Index, component: str) -> Iterator[str]:
    paths = shapes.forward(sh("path"))
    for parameter in shapes.forward(sh("parameter")).get(component, ()):
        yield from paths.get(parameter, ())


def _note(result: Result, context: ValidationContext) -> str:
    """What the data have there, where the message says only what they should have."""
    value, data = result.value, context.data
    if result.component == _TOO_FEW and isinstance(result.path, Predicate):
        count = len(data.forward(result.path.iri).get(result.focus, ()))
        return f"{f'only {count}' if count else 'no'} {local_name(result.path.iri)} is said of this"
    if value is None:
        return ""
    if result.component == _OF_A_TYPE and not is_literal(value):
        types = [local_name(one) for one in sorted(data.forward(TYPE).get(value, ()))]
        return f"this is {' and '.join(map(with_article, types))}" if types else "nothing says what this is"
    if result.component in {_OF_A_TYPE, *_OF_A_KIND}:
        return f"this is {_term_kind(value)}"
    if result.component in _LESS:
        others = context.shapes.forward(_LESS[result.component]).get(result.shape, ())
        return "; ".join(_comparison(value, other, data.forward(other).get(result.focus, ())) for other in others)
    return ""


def _comparison(value: str, predicate: str, others: Iterable[str]) -> str:
    """What a value is compared with, and if they cannot be, that."""
    others = sorted(others)
    shown = ", ".join(map(lexical, others))
    orders = all(is_literal(one) and compare(value, one) is not None for one in others)
    return f"{local_name(predicate)} is {shown}" + ("" if orders else ": the two cannot be compared")


def _term_kind(value: str) -> str:
    if is_iri(value):
        return "an IRI"
    if is_blank(value):
        return "a blank node"
    tag, kind = language(value), datatype(value)
    if not is_well_typed(lexical(value), kind):
        return f"no valid {local_name(kind)}"
    return f"text with the language {tag}" if tag else f"written as {with_article(local_name(kind))}"
