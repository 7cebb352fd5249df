"""Imports of ontologies and shapes that are not at hand (OWL 2 Syntax, clause 3.4; SHACL, clause 3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scograph.checks.findings import flaw_findings
from scograph.checks.run import CheckRun
from scograph.checks.shacl.model import Flaw
from scograph.checks.shacl.shape_warnings import MISSING_IMPORT
from scograph.imports import IMPORTS, MissingImport
from scograph.model import Finding
from scograph.places import Places
from scograph.read_options import ReadOptions


def check_imports(run: CheckRun) -> Iterator[Finding]:
    """Find owl:imports of what is not at hand.

    The statements that are imported are missing then: classes without their superclasses, shapes that are not applied.
    An import is read if a file of the project has its IRI (as an ontology, a version of one, or its own), if
    `[imports]` in scograph.toml or --import names a file for it, or if a catalog beside the files does
    (catalog-v001.xml). Nothing is fetched. What is imported is looked at, and not published.

    Args:
        run: The graph, and how it is checked.

    Returns:
        G06 for each import that is not at hand; in an ontology that claims OWL Lite it is L19 as well.
    """
    graph = run.graph
    if graph.imports.missing:
        yield from missing_findings(graph.imports.missing, graph.places_with_imports, graph.project.options)


def missing_findings(missing: Iterable[MissingImport], places: Places, options: ReadOptions) -> Iterator[Finding]:
    """Imports that are not at hand, as warnings where they stand.

    Args:
        missing: The imports.
        places: Where the statements stand.
        options: How the files are read; its hints are those of the command.

    Returns:
        A finding for each.
    """
    flaws = (
        Flaw(
            one.importer,
            str(IMPORTS),
            f"<{one.iri}> is imported and not at hand: its statements are missing"
            + (f"; {one.why}" if one.why else ""),
            options.import_hint(one.iri),
            f"<{one.iri}>",
            MISSING_IMPORT,
        )
        for one in dict.fromkeys(missing)
    )
    return flaw_findings(flaws, places)
