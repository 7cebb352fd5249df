"""SHACL validation reports as Turtle (SHACL, clause 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from scograph.checks.findings import ResultFinding
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.report import Line, report_lines
from scograph.model import Finding, Severity
from scograph.ntriples import TYPE, literal
from scograph.places import term
from scograph.terms import RDF, SH, XSD

CHECK = "https://w3id.org/scograph/check#"
"""The namespace of the constraint components that stand for the checks beside the shapes."""

_SEVERITIES = {Severity.ERROR: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}
REPORT_PREFIXES = {"rdf": RDF, "sh": SH, "xsd": XSD}


def report_turtle(lines: Iterable[Line]) -> bytes:
    """A validation report as Turtle.

    Args:
        lines: Its triples.

    Returns:
        UTF-8.
    """
    written = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in lines).encode()
    triples = (quad.triple for quad in parse(written, RdfFormat.N_TRIPLES))
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=REPORT_PREFIXES) or b""


def findings_report(findings: Sequence[Finding]) -> Iterator[Line]:
    """The findings of a project as a validation report.

    A finding of a shape is the result that it is; one of another check becomes a result whose constraint component is
    named by its code in the namespace `CHECK`, and whose focus node, where it is about a file, is the file's path.

    Args:
        findings: The findings.

    Returns:
        The triples of the report.
    """
    own = [finding for finding in findings if isinstance(finding, ResultFinding)]
    shapes = own[0].shapes_graph if own else None
    yield from report_lines((finding.result for finding in own), conforms=not findings, shapes=shapes)
    rest = (finding for finding in findings if not isinstance(finding, ResultFinding))
    for number, finding in enumerate(rest, 1):
        node = f"_:finding{number}"
        focus = term(finding.focus) or literal(str(finding.place or ""))
        yield "_:report", sh("result"), node
        yield node, TYPE, sh("ValidationResult")
        yield node, sh("focusNode"), focus
        if finding.path and _is_iri(finding.path):
            yield node, sh("resultPath"), f"<{finding.path}>"
        if finding.value.startswith(("<", '"', "_:")):
            yield node, sh("value"), finding.value
        yield node, sh("resultSeverity"), sh(_SEVERITIES[finding.severity])
        yield node, sh("sourceConstraintComponent"), f"<{CHECK}{finding.code}>"
        yield node, sh("resultMessage"), literal(finding.message, "@en")


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
