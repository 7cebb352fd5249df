"""The OWL profile that the ontology claims, of itself and with the facts that are published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.checks.owl_lite import owl_lite_findings
from scograph.checks.run import CheckRun
from scograph.graph import Graph
from scograph.model import Finding, Place, distinct


def check_profile(run: CheckRun) -> Iterator[Finding]:
    """Find what leaves OWL 1 Lite, where the project's settings claim that profile.

    An ontology in a small profile can be reasoned over by every tool, and says nothing that readers of its facts would
    not expect. The ontology is held to the profile alone, and if it fits, with all that is published.

    Args:
        run: The graph, and how it is checked.

    Returns:
        A finding per broken rule and term (rules L01 to L19).
    """
    graph = run.graph
    if graph.project.settings.profile != "owl-lite" or not graph.ontology:
        return
    ontology = graph.ontology_with_imports
    first = Place(graph.ontology_files[0].path, 1, 1)

    def everything() -> tuple[Triple, ...]:
        return distinct((*ontology, *graph.default_graph()))

    if run.kept:
        alone, whole = run.kept.profile.findings(ontology, everything)
    else:
        alone = list(owl_lite_findings(ontology))
        whole = None if alone else list(owl_lite_findings(everything()))
    found = list(_without_echoes(graph, whole)) if whole else alone
    for finding in found:
        yield graph.places_with_imports.placed(finding) if finding.focus else replace(finding, place=first)


def _without_echoes(graph: Graph, findings: Sequence[Finding]) -> Iterator[Finding]:
    """A claim repeats its fact, and so the fact's fault; of a claim that was read and is no more T02 tells."""
    claims = {claim.iri.value for claim in graph.claims}
    read = {
        t.object.value for t in graph.default_graph() if t.predicate == terms.COVERS and isinstance(t.object, NamedNode)
    }
    findings = [finding for finding in findings if finding.code != "L15" or finding.focus not in read - claims]
    of_facts = {(finding.code, finding.value) for finding in findings if finding.focus not in claims}
    yield from (f for f in findings if f.focus not in claims or (f.code, f.value) not in of_facts)
