"""What commands that answer from one graph share: its labels and reasons, and answers as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scograph.answers.reasons import Reasons
from scograph.cli.frame import write
from scograph.cli.remote import loaded_graph
from scograph.json_text import json_document
from scograph.labels import Labels


def labels_and_reasons(
    path: str | None, languages: Sequence[str], store: str | None = None, store_graph: str | None = None
) -> tuple[Labels, Reasons]:
    """The labels of a graph in the languages that are preferred, then in English, and the reasons of its facts."""
    graph = loaded_graph(path, store, store_graph)
    labels = Labels(graph, (*languages, "en"))
    return labels, Reasons(graph, labels)


def write_json(output: str, value: Any) -> None:
    """Write a value as JSON for people: indented, and in Unicode."""
    write(output, [json_document(value)])
