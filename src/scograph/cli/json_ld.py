"""The options of JSON-LD output: its shape, its context, its frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, Triple

from scograph.cli.frame import say
from scograph.cli.inputs import read_options
from scograph.contexts import with_contexts
from scograph.errors import InputError
from scograph.exports.files import JsonLdShape
from scograph.graph import Graph
from scograph.guard import read_json
from scograph.model import in_default_graph
from scograph.project import read_bytes
from scograph.read_options import ReadOptions


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
    context: Any
    context_url: str
    frame: dict[str, Any] | None

    @classmethod
    def read(
        cls,
        shape: str,
        context_file: str | None,
        context_url: str,
        frame_file: str | None,
        allowed: Sequence[str] = (),
    ) -> JsonLdOptions:
        """Read what the options name; contexts that these refer to are put in where they are allowed.

        Raises:
            InputError: A file is not what it should be.
        """
        read = read_options("", None, allowed)
        context = _context(context_file, read) if context_file else None
        return cls(shape, context, context_url, _json_object(frame_file, read) if frame_file else None)

    def written(
        self, graph: Graph, triples: Iterable[Triple], named: Iterable[Quad], *, by_line: bool
    ) -> Iterator[bytes]:
        """Triples, and the quads of named graphs, as JSON-LD, with the context of a graph if there is no other."""
        used = graph.context if self.context is None else self.context
        shape = JsonLdShape(self.shape, used, self.context_url, self.frame, by_line)
        return shape.sorted(chain(in_default_graph(triples), named), lambda text: say(f"note: {text}"))


def _json_object(path: str, read: ReadOptions) -> dict[str, Any]:
    data = read_bytes(Path(path))
    try:
        value = read_json(with_contexts(data, path, read), path)
    except ValueError as error:
        raise InputError(f"{path}: not JSON: {error}", hint="JSON has double quotes, and no comma at an end") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: not a JSON object", hint='write {"@context": {…}}')
    return value


def _context(path: str, read: ReadOptions) -> Any:
    value = _json_object(path, read)
    context = value.get("@context", value)
    if not isinstance(context, (dict, list)):
        raise InputError(f"{path}: its @context is not an object", hint="write the terms out in one object")
    return context
