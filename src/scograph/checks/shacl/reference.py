"""Validation by pySHACL on rdflib: for features that our engine lacks, and to compare the two engines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Triple, parse

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Flaw, Result, ShapeError
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.report import read_results
from scograph.ntriples import is_literal, lexical
from scograph.rdflib_bridge import quiet, to_graph
from scograph.turtle.tokens import tokens

if TYPE_CHECKING:
    import rdflib

_QUERIES = ("select", "ask", "construct", "update")


@dataclass(frozen=True, slots=True)
class ReferenceOptions:
    """What pySHACL is asked for.

    Args:
        inference: `none`, `rdfs` or `owlrl`: what is inferred before the shapes are applied.
        advanced: Whether SHACL Advanced Features are evaluated.
        focus: Only these focus nodes, as IRIs; None for all.
    """

    inference: str = "none"
    advanced: bool = False
    focus: tuple[str, ...] | None = None


def reference_results(data: Index, shapes: Index, options: ReferenceOptions = ReferenceOptions()) -> list[Result]:
    """Validate data against shapes with pySHACL.

    Args:
        data: The data.
        shapes: The shapes.
        options: What it is asked for.

    Returns:
        The results.

    Raises:
        ShapeError: The shapes cannot be evaluated.
    """
    import pyshacl  # noqa: PLC0415 -- slow to import, and only wanted when it is asked for
    import rdflib  # noqa: PLC0415
    from pyparsing import ParseBaseException  # noqa: PLC0415
    from pyshacl.errors import ReportableRuntimeError  # noqa: PLC0415

    _refuse_other_hosts(shapes)
    try:
        with quiet():
            _, report, text = pyshacl.validate(
                _remembering(to_graph(_triples(data))),
                shacl_graph=to_graph(_triples(shapes)),
                inference=options.inference,
                advanced=options.advanced,
                focus_nodes=list(options.focus) if options.focus is not None else None,
            )
    except ReportableRuntimeError as error:
        raise _not_evaluable(error.args[0] if error.args else str(error)) from error
    except ParseBaseException as error:
        raise _not_evaluable(f"a query does not parse: {error}") from error
    except re.error as error:
        raise _not_evaluable(f"{error.pattern!r} is no regular expression: {error}") from error
    except RecursionError as error:
        raise _not_evaluable("shapes refer to others too deep") from error
    except Exception as error:  # what it raises on shapes that it cannot use is of no one kind
        raise _not_evaluable(f"pySHACL fails on them: {error or type(error).__name__}") from error
    if not isinstance(report, rdflib.Graph):
        raise _not_evaluable(text)
    found = Index()
    lines = report.serialize(format="nt", encoding="utf-8")
    found.add_quads(parse(lines, RdfFormat.N_TRIPLES))
    return list(read_results(found))


def _triples(index: Index) -> Iterable[Triple]:
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in index.triples()).encode()
    return (quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES))


def _remembering(data: rdflib.Graph) -> rdflib.Graph:
    """A graph that parses each query once: the engine asks the same one for every focus node."""
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415 -- slow to import

    ask = data.query
    prepared: dict[str, Any] = {}

    def query(text: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(text, str):
            if text not in prepared:
                prepared[text] = prepareQuery(text, initNs=dict(data.namespaces()))
            text = prepared[text]
        return ask(text, *arguments, **options)

    data.query = query  # type: ignore[assignment, method-assign]
    return data


def _not_evaluable(reason: str) -> ShapeError:
    first, _, rest = reason.strip().partition("\n")
    address = re.search(r"https?://\S+", rest)
    return ShapeError(Flaw("", "", first, f"see {address.group()}" if address else "see SHACL, clauses 2 and 3"))


def _refuse_other_hosts(shapes: Index) -> None:
    """The engine would run SERVICE, and load what FROM names, over the network."""
    for name in _QUERIES:
        for node, values in shapes.forward(sh(name)).items():
            for value in values:
                words = {token.text.upper() for token in tokens(lexical(value)) if token.kind == "word"}
                found = sorted(words & {"SERVICE", "FROM", "LOAD"}) if is_literal(value) else ()
                if found:
                    message = f"a query with {found[0]} would reach another host"
                    raise ShapeError(Flaw(node, sh(name), message, "ask only what the data itself say"))
