"""One validation by a library, as a user's script would do it: python peer.py LIBRARY DATA SHAPES > REPORT.

Run by the environment of the peers (bench/.venv); the report is Turtle, whichever library wrote it.
"""

# ruff: noqa: PLC0415 -- only the library that is measured is to be imported
from __future__ import annotations

import sys


def with_pyshacl(data: str, shapes: str) -> str:
    """The report of pySHACL."""
    import pyshacl
    import rdflib

    graphs = [rdflib.Graph().parse(path, format="turtle") for path in (data, shapes)]
    _, report, _ = pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none")
    return report.serialize(format="turtle")


def with_pyshifty(data: str, shapes: str) -> str:
    """The report of Shifty, which infers nothing here: there are no rules."""
    import shifty

    _, report, _ = shifty.validate(data, shapes, graph_mode="data", infer=False)
    return report.serialize(format="turtle")


def with_pyrudof(data: str, shapes: str) -> str:
    """The report of rudof's native engine."""
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data)
    rudof.read_shacl(shapes)
    rudof.validate_shacl()
    return rudof.serialize_shacl_validation_results(format=pyrudof.ResultShaclValidationFormat.Turtle)


LIBRARIES = {"pyshacl": with_pyshacl, "pyshifty": with_pyshifty, "pyrudof": with_pyrudof}

if __name__ == "__main__":
    library, data_path, shapes_path = sys.argv[1:]
    sys.stdout.write(LIBRARIES[library](data_path, shapes_path))
