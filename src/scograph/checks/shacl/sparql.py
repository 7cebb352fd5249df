"""SPARQL-based constraints and constraint components, as shapes write them (SHACL, clauses 5 and 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Store

from scograph.checks.shacl.components import of_each
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Component, Constraint, Fault, Flaw, Parameters, Run, Shape, ShapeError, Values
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.rewriting import QueryError, grouped_by_this, refuse_unsupported, undeclared_prefixes
from scograph.ntriples import iri, is_iri, is_literal, language, lexical
from scograph.stores.embedded import unparsable
from scograph.stores.gate import QueryRefusedError, refuse_unsafe
from scograph.terms import OWL, RDF, RDFS, SH, XSD, local_name

_HINT = "see SHACL, clause 5; ask only what the data say"
_NO_ROW = "VALUES ?scographNone { }"
IMPORTS = f"<{OWL}imports>"
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
USUAL_PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "sh": SH}
"""The prefixes that other engines know without a declaration, and many shapes rely on."""


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """A query of a shapes graph (SHACL, clause 5.2.2).

    Args:
        node: Its node.
        query: The query as written.
        is_ask: Whether it is an ASK, which holds of a value that conforms.
        prefixes: The prefixes declared for it.
        messages: Its messages, as literals.
        parameters: The names of the variables of a component's parameters, with their values.
        usual: The prefixes that it uses without a declaration.
        is_regrouped: Whether it is grouped by `$this` as well, which it selects and does not group by.
        label: The constraint of a component in words.
    """

    node: str
    query: str
    is_ask: bool
    prefixes: Mapping[str, str]
    messages: tuple[str, ...]
    parameters: Mapping[str, str]
    usual: tuple[str, ...] = ()
    is_regrouped: bool = False
    label: str = ""


def prepare(parameters: Parameters) -> Iterator[Constraint]:
    """The SPARQL-based constraints of a shape."""
    graph = parameters.graph

    def read(node: str) -> Constraint | None:
        if is_literal(node):
            raise parameters.fail("sparql", f"{parameters.show(node)} is no constraint")
        deactivated = graph.forward(sh("deactivated")).get(node, ())
        if any(lexical(value) in ("true", "1") for value in deactivated):
            return None
        found = read_executable(graph, node, {}, is_strict=parameters.is_strict)
        if found.is_ask:
            raise ShapeError(Flaw(node, sh("ask"), "sh:sparql asks with sh:select", "see SHACL, clause 5.2"))
        return Constraint(parameters.component, found, source=node, messages=found.messages)

    return of_each(parameters.values("sparql"), read)


def check(run: Run, shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """What a query of a shape finds."""
    return run.sparql_faults(shape, constraint, values)


SPARQL_COMPONENT = Component(
    "SPARQLConstraintComponent",
    ("sparql",),
    prepare,
    check,
    "the SPARQL query of the shape finds this",
    "passes the SPARQL query of its shape",
    sh("SPARQLConstraintComponent"),
)


def read_executable(graph: Index, node: str, parameters: Mapping[str, str], *, is_strict: bool) -> Executable:
    """Read a query of a shapes graph.

    Args:
        graph: The shapes graph.
        node: The query's node.
        parameters: The parameters of the component that it belongs to.
        is_strict: Whether it must declare the usual prefixes (SHACL, clause 5.2.1) and group by `$this` where it
            selects it (SPARQL 1.1, 11.4).

    Returns:
        The query.

    Raises:
        ShapeError: It is none, or uses what queries with pre-bound variables must not.
    """
    texts = [(name, value) for name in ("select", "ask") for value in graph.forward(sh(name)).get(node, ())]
    if len(texts) != 1 or not is_literal(texts[0][1]):
        found = f"{len(texts)} queries" if texts else "no query"
        raise ShapeError(Flaw(node, "", f"{found}: it has one, by sh:select or sh:ask", "see SHACL, clause 5.2"))
    name, value = texts[0]
    prefixes = _prefixes(graph, node)
    written = query = lexical(value)
    usual: tuple[str, ...] = ()
    if not is_strict:
        query = grouped_by_this(written)
        usual = tuple(sorted(USUAL_PREFIXES.keys() & set(undeclared_prefixes(query, prefixes))))
        prefixes |= {prefix: USUAL_PREFIXES[prefix] for prefix in usual}
    bound = {"this", "shapesGraph", "currentShape", "value", "PATH", *parameters}
    try:
        refuse_unsupported(query, prefixes, bound - (set() if name == "ask" else {"value"}))
        refuse_unsafe(query)
        _parse(query, prefixes)
    except QueryRefusedError as error:
        raise ShapeError(Flaw(node, sh(name), error.message, error.hint, value)) from error
    except QueryError as error:
        hint = "declare the prefix with sh:prefixes and sh:declare" if "prefix not declared" in str(error) else _HINT
        message = str(error) if "not parse" in str(error) else f"a query that cannot be evaluated: {error}"
        raise ShapeError(Flaw(node, sh(name), message, hint, value)) from error
    messages = tuple(graph.forward(sh("message")).get(node, ()))
    return Executable(node, query, name == "ask", prefixes, messages, parameters, usual, query != written)


def _parse(query: str, prefixes: Mapping[str, str]) -> None:
    """Parse a query without its evaluation, which may take all memory: joined with no row, it has none to evaluate."""
    for text in (f"{query}\n{_NO_ROW}", query):  # VALUES was refused before; the second has the error where it stands
        try:
            Store().query(text, prefixes=dict(prefixes))
        except (SyntaxError, ValueError) as error:
            if text is query:
                raise QueryError(unparsable(query, str(error)).message) from error
        else:
            return


def _prefixes(graph: Index, node: str) -> dict[str, str]:
    """The prefixes that sh:prefixes leads to, over imports (SHACL, clause 5.2.1)."""
    waiting = list(graph.forward(sh("prefixes")).get(node, ()))
    seen: set[str] = set()
    found: dict[str, str] = {}
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        waiting += graph.forward(IMPORTS).get(one, ())
        for declaration in graph.forward(sh("declare")).get(one, ()):
            names = graph.forward(sh("prefix")).get(declaration, ())
            namespaces = graph.forward(sh("namespace")).get(declaration, ())
            for name in names:
                for namespace in namespaces:
                    text = lexical(namespace)
                    if found.setdefault(lexical(name), text) != text:
                        message = f"the prefix {lexical(name)!r} has two namespaces: {found[lexical(name)]}, {text}"
                        raise ShapeError(Flaw(node, sh("prefixes"), message, "leave one declaration"))
    return found


@dataclass(frozen=True, slots=True)
class BrokenComponent:
    """A constraint component that is ill-formed.

    Args:
        flaws: What is wrong with it.
        parameters: Those of its parameters that can be told: a shape that has one lacks a constraint.
    """

    flaws: tuple[Flaw, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredComponents:
    """The constraint components that a shapes graph declares: those that can be used, and the ill-formed."""

    components: tuple[Component, ...]
    broken: tuple[BrokenComponent, ...]


def declared_components(graph: Index) -> DeclaredComponents:
    """The constraint components that a shapes graph declares (SHACL, clause 6).

    Args:
        graph: The shapes graph.

    Returns:
        A component for each, but for those without a mandatory parameter, which no shape can use.
    """
    found, broken = [], []
    for node in sorted(graph.instances(sh("ConstraintComponent"))):
        parameters: list[tuple[str, bool]] = []
        flaws: list[Flaw] = []
        for parameter in graph.forward(sh("parameter")).get(node, ()):
            paths = graph.forward(sh("path")).get(parameter, ())
            if len(paths) != 1 or not is_iri(paths[0]):
                message = "a parameter has one path, an IRI"
                flaws.append(Flaw(parameter, sh("path"), message, "SHACL, clause 6.2.1"))
            else:
                optional = graph.forward(sh("optional")).get(parameter, ())
                parameters.append((paths[0], any(lexical(value) in ("true", "1") for value in optional)))
        parameters.sort(key=lambda one: one[1])
        if not flaws and parameters and not parameters[0][1]:
            try:
                found.append(_declared(graph, node, parameters))
            except ShapeError as error:
                flaws += error.flaws
        if flaws:
            broken.append(BrokenComponent(tuple(flaws), tuple(path for path, _ in parameters)))
    return DeclaredComponents(tuple(found), tuple(broken))


def _declared(graph: Index, node: str, parameters: list[tuple[str, bool]]) -> Component:
    validators = {
        name: graph.forward(sh(name)).get(node, ()) for name in ("validator", "nodeValidator", "propertyValidator")
    }
    if not any(validators.values()):
        raise ShapeError(Flaw(node, "", "a constraint component without a validator", "SHACL, clause 6.2.3"))

    def prepare_declared(reader: Parameters) -> Iterator[Constraint]:
        specific = validators["propertyValidator" if reader.is_property_shape else "nodeValidator"]
        chosen = (*specific, *validators["validator"])
        for values in _arguments(reader, parameters):
            if chosen:
                executable = read_executable(graph, chosen[0], values, is_strict=reader.is_strict)
                worded = replace(executable, label=_label(reader, values))
                first = values.get(_variable(parameters[0][0]), "")
                yield Constraint(reader.component, worded, messages=executable.messages, parameter=first)

    parts = "the value breaks {declared}", "meets {declared}"
    return Component(node, tuple(name for name, _ in parameters), prepare_declared, check, *parts, node)


def _label(reader: Parameters, values: Mapping[str, str]) -> str:
    """A constraint of a declared component in words: its label template filled in (clause 6.2.1), or its parameters."""
    templates = reader.graph.forward(sh("labelTemplate")).get(reader.component.iri, ())
    texts = sorted((one for one in templates if is_literal(one)), key=lambda one: (language(one) != "en", one))
    name = reader.show(reader.component.iri).strip("<>")
    name = local_name(name, "#/:") or name
    if texts:
        label = _PLACEHOLDER.sub(
            lambda match: reader.show(values[match[1]]) if match[1] in values else match[0], lexical(texts[0])
        )
        return f"{name}: {label}"
    return f"{name}, with {', '.join(f'{key} {reader.show(value)}' for key, value in values.items())}"


def _arguments(reader: Parameters, parameters: list[tuple[str, bool]]) -> Iterable[dict[str, str]]:
    """The values of a component's parameters, by the names of their variables (clause 6.2.1)."""
    if len(parameters) == 1:
        return [{_variable(parameters[0][0]): value} for value in reader.values(parameters[0][0])]
    if any(not optional and not reader.values(name) for name, optional in parameters):
        return []
    values = {_variable(name): reader.one(name) for name, _ in parameters}
    return [{name: value for name, value in values.items() if value is not None}]


def _variable(parameter: str) -> str:
    """The local name of a parameter's IRI."""
    return local_name(iri(parameter), "#/:")
