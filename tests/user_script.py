"""What a user's program may look like: open a project, check it, ask it, export it.

    python user_script.py PROJECT IRI

It prints what it found. `test_api.py` runs it, and holds what it prints against what the command line says.
"""
# ruff: noqa: T201 -- it is a script: it prints

from __future__ import annotations

import sys
from pathlib import Path

import rdflib
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from scograph import Project
from scograph.errors import FindingsError, InputError, ScographError, UsageError


def main(path: str, iri: str) -> None:
    graph = Project.open(path).load()

    report = graph.check()
    print("conforms:", report.conforms)
    for finding in report.findings:
        print(finding.severity, finding.code, finding.place, finding.message)
    print("triples:", report.triples, "claims:", report.claims, "coverage:", report.coverage_percent)

    solutions = graph.query("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 1")
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        print("most used:", solution["p"], solution["n"])
    answer = graph.query("ASK { ?claim a scog:Claim }")
    assert isinstance(answer, QueryBoolean)
    print("claims there:", bool(answer))
    triples = graph.query("CONSTRUCT WHERE { ?s a ?class }")
    assert isinstance(triples, QueryTriples)
    print("things with a class:", len({triple.subject for triple in triples}))

    for triple in sorted(graph.describe(iri), key=str):
        print(triple)
    print("facts about it:", len(graph.describe(iri)))

    turtle: bytes = b"".join(graph.export("ttl", facts_only=True))
    Path("facts.ttl").write_bytes(turtle)
    dataset: rdflib.Dataset = graph.to_rdflib()
    print("facts read back:", len(rdflib.Graph().parse("facts.ttl")), "of", len(graph.facts))
    print("quads for rdflib:", len(list(dataset.quads())))

    try:
        graph.query("SELECT nonsense")
    except UsageError as error:
        print("refused:", error.exit_code, error.message)
    try:
        graph.export("docx")
    except UsageError as error:
        print("refused:", error.exit_code, error.message)
    try:
        Project.open("nowhere")
    except InputError as error:
        print("refused:", error.exit_code, error.message)
    try:
        graph.describe("not an IRI")
    except ScographError as error:
        print("refused:", error.exit_code, error.hint)
    assert issubclass(FindingsError, ScographError)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
