"""What each published file is for, in a sentence."""

from __future__ import annotations

from scograph.exports.facts_table import FACTS_TABLE
from scograph.exports.publication import CORE, WITH_ONTOLOGY
from scograph.exports.tables import ARCHIVE, METADATA, TABLES
from scograph.formats import CONTEXT, EXPORT_FORMATS

_KNOWN = {
    "check.json": "The report of the check.",
    CONTEXT.extension: CONTEXT.about,
    ARCHIVE: "The tables with their metadata, in one file.",
    f"{TABLES}/{METADATA}": "CSVW: the columns of the tables, with properties and datatypes.",
}

_BY_ENDING = {
    FACTS_TABLE: "CSV: all facts, a line for each passage behind one, with document, date and link, for spreadsheets.",
    WITH_ONTOLOGY: "The data and the ontology in one file, for tools that take one.",
}


def purpose(path: str) -> str:
    """What a file that no description is is for.

    Args:
        path: Its path in the published folder.

    Returns:
        A sentence; nothing if nothing is known of it.

    Example:
        >>> purpose("tables.zip")
        'The tables with their metadata, in one file.'
    """
    if path in _KNOWN:
        return _KNOWN[path]
    if path.startswith(f"{TABLES}/"):
        return "CSV: a class, with a row for each of its instances."
    if path.startswith("ontology."):
        return "The ontology, with the concepts."
    if path.startswith("shapes"):
        is_core = path.rpartition(".")[0].endswith(CORE)
        return f"SHACL shapes, which the data is held to{', without SHACL-SPARQL' if is_core else ''}."
    for ending, about in _BY_ENDING.items():
        if path.endswith(ending):
            return about
    about = next((row.about for row in EXPORT_FORMATS if path.endswith(f".{row.extension}")), "")
    return f"The facts alone, without claims. {about}" if "-facts." in path else about
