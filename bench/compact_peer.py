"""Compact JSON-LD by a library, as a user's script would make it: python compact_peer.py LIBRARY DATA CONTEXT > OUT."""

# ruff: noqa: PLC0415 -- only the library that is measured is to be imported
from __future__ import annotations

import json
import sys
from pathlib import Path


def with_rdflib(data: str, context: dict[str, object]) -> str:
    """Turtle through rdflib."""
    import rdflib

    return rdflib.Graph().parse(data, format="turtle").serialize(format="json-ld", context=context)


def with_pyld(data: str, context: dict[str, object]) -> str:
    """A document that is expanded already, through PyLD's compaction alone."""
    from pyld import jsonld

    return json.dumps(jsonld.compact(json.loads(Path(data).read_bytes()), {"@context": context}), ensure_ascii=False)


LIBRARIES = {"rdflib": with_rdflib, "pyld": with_pyld}

if __name__ == "__main__":
    library, data_path, context_path = sys.argv[1:]
    known = json.loads(Path(context_path).read_bytes())["@context"]
    sys.stdout.write(LIBRARIES[library](data_path, known))
