"""The options of JSON-LD output: its shape, its context, its frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from scograph.errors import InputError
from scograph.exports.files import shaped_quads
from scograph.graph import Graph
from scograph.guard import read_json
from scograph.model import in_default_graph
from scograph.project import read_bytes
from scograph.serialise.context import Context
from scograph.serialise.jsonld import JsonLd


@dataclass(frozen=True)
class JsonLdOptions:
    """How JSON-LD is to be.

    Args:
        shape: Its shape.
        context: Its context, if the one that is derived is not wanted.
        context_url: The context's address.
        frame: The frame.
    """

    shape: str
    context: Context | None
    context_url: str
    frame: dict[str, Any] | None

    @classmethod
    def read(cls, shape: str, context_file: str | None, context_url: str, frame_file: str | None) -> JsonLdOptions:
        """Read what the options name.

        Raises:
            InputError: A file is not what it should be.
        """
        context = _context(context_file) if context_file else None
        return cls(shape, context, context_url, _json_object(frame_file) if frame_file else None)

    def written(self, graph: Graph, triples: Iterable[Triple], *, by_line: bool) -> Iterator[bytes]:
        """Triples as JSON-LD, with the context of a graph if there is no other."""
        quads = in_default_graph(triples)
        used = graph.context if self.context is None else self.context
        if self.shape == "compact":
            return JsonLd(used, self.context_url, by_line=by_line).sorted(quads)
        return shaped_quads(quads, self.shape, used, self.frame)


def _json_object(path: str) -> dict[str, Any]:
    try:
        value = read_json(read_bytes(Path(path)), path)
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}", hint="JSON has double quotes, and no comma at an end") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object", hint='write {"@context": {…}}')
    return value


def _context(path: str) -> Context:
    value = _json_object(path)
    context = value.get("@context", value)
    if not isinstance(context, dict):
        raise InputError(f"{path}: its @context is not an object", hint="write the terms out in one object")
    return context
