"""The check of the committed JSON-LD context against the one that is derived from the ontology."""

from __future__ import annotations

from collections.abc import Iterator

from scograph.checks.run import CheckRun
from scograph.model import Finding, Place, Severity
from scograph.project import read_text
from scograph.serialise.derive import context_bytes


def check_context(run: CheckRun) -> Iterator[Finding]:
    """Find a committed context that is not the one derived from the ontology.

    Documents would then be written with other keys than the context that people use says. Write it anew.

    Args:
        run: The graph, and how it is checked.

    Returns:
        X01 if the files differ.
    """
    graph = run.graph
    path = graph.project.context_file
    if path.is_file():
        shown = graph.project.relative(path)
        found = read_text(path, shown).replace("\r\n", "\n")  # as some checkouts end lines
        right = context_bytes(graph.context).decode()
        if found != right:
            written, wanted = found.splitlines(), right.splitlines()
            pairs = enumerate(zip(written, wanted, strict=False), 1)
            line = next((number for number, (one, other) in pairs if one != other), min(len(written), len(wanted)))
            yield Finding(
                Severity.ERROR,
                "X01",
                "the context is not the one that the ontology gives",
                f"write it anew: scograph export -f context -o {shown}",
                place=Place(shown, line or 1, 1),
            )
