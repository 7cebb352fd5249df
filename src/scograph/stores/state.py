"""The state of loads, kept in the store: a small graph with the hash and count of each loaded graph.

It lets a second run send nothing, and an interrupted one go on. Readers may look at it: it is VoID and DCMI Terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from scograph import terms
from scograph.stores.load_names import checked_name, is_name
from scograph.stores.parts import DEFAULT

if TYPE_CHECKING:  # what speaks to stores is slow to import, and a store in a folder does not need it
    from scograph.stores.remote import RemoteStore

STATES = "https://w3id.org/scograph/state/"
"""The state graph of a load is called by this and its name."""
PENDING = "pending"
"""In place of a hash: the graph is being written, so that nothing is known of its content but that it is ours."""

_TRIPLES = NamedNode(terms.VOID + "triples")
_DATASET = NamedNode(terms.VOID + "Dataset")
_IDENTIFIER = NamedNode(terms.DCTERMS + "identifier")
_PART_OF = NamedNode(terms.DCTERMS + "isPartOf")
_EXTENT = NamedNode(terms.DCTERMS + "extent")
_SERIAL = NamedNode(terms.DCTERMS + "hasVersion")
_SOURCE = NamedNode(terms.DCTERMS + "source")
_VERSION = NamedNode(terms.OWL + "versionInfo")


@dataclass(frozen=True, slots=True)
class GraphState:
    """A graph that was loaded.

    Args:
        digest: The hash of what was sent, or `PENDING`.
        count: The triples that the store had of it afterwards.
    """

    digest: str
    count: int


@dataclass(frozen=True)
class LoadState:
    """The loads of one name.

    Args:
        name: The name, in letters, digits and dashes.
        release: What was loaded last, in words.
        entries: The graphs, by IRI or `DEFAULT`.
        serial: Which state of that name this is, counted from 0.
        made_of: The hash of the input, if the graphs are all of it and nothing else (`stores.unchanged`).
        of: The base IRI of the project that was loaded; nothing if it is not known.
    """

    name: str
    release: str = ""
    entries: Mapping[str, GraphState] = field(default_factory=dict)
    serial: int = 0
    made_of: str = ""
    of: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name)

    @property
    def graph(self) -> str:
        """The IRI of the state graph."""
        return STATES + self.name

    @property
    def staging(self) -> str:
        """How the graphs begin where content waits until it is whole.

        Each has a name of its own, and nothing is asked of it before the move: Virtuoso 7 keeps what it once guessed of
        a graph, and if it saw the graph empty, a move of 100,000 triples may take over a minute instead of seconds.
        """
        return f"{self.graph}/staging"

    @property
    def serial_line(self) -> bytes:
        """The line that says which state of its name this is."""
        return f'<{self.graph}> <{_SERIAL.value}> "{self.serial}" .'.encode()

    @property
    def places(self) -> tuple[str, str]:
        """The two graphs that take turns in a store that can lose one in the middle: the other stays whole."""
        return self.graph, f"{self.graph}/other"

    def lines(self) -> bytes:
        """The state as sorted N-Triples; how many graphs it lists tells whether it is whole."""
        state = NamedNode(self.graph)
        quads = [
            Quad(state, terms.TYPE, _DATASET),
            Quad(state, _EXTENT, Literal(str(len(self.entries)))),
            Quad(state, _VERSION, Literal(self.release)),
            Quad(state, _SERIAL, Literal(str(self.serial))),
        ]
        if self.made_of:
            quads.append(Quad(state, _SOURCE, Literal(self.made_of)))
        if self.of:
            quads.append(Quad(state, terms.URI_SPACE, Literal(self.of)))
        for graph, entry in self.entries.items():
            node = NamedNode(graph or f"{self.graph}#default")
            quads += [
                Quad(node, _PART_OF, state),
                Quad(node, _IDENTIFIER, Literal(entry.digest)),
                Quad(node, _TRIPLES, Literal(str(entry.count), datatype=terms.INTEGER)),
            ]
        found = serialize(quads, format=RdfFormat.N_TRIPLES) or b""
        return b"".join(sorted(found.splitlines(keepends=True)))

    @classmethod
    def read(cls, name: str, quads: Iterable[Quad]) -> LoadState | None:
        """Read a state.

        Args:
            name: Its name.
            quads: What the state graph holds.

        Returns:
            The state, or nothing if it is not whole.
        """
        empty = cls(name)
        digests: dict[str, str] = {}
        counts: dict[str, int] = {}
        extent, release, serial, made_of, of = -1, "", -1, "", ""
        for quad in quads:
            subject = getattr(quad.subject, "value", "")
            graph = DEFAULT if subject == f"{empty.graph}#default" else subject
            value = getattr(quad.object, "value", "")
            if quad.predicate == _EXTENT and value.isdecimal():
                extent = int(value)
            elif quad.predicate == _VERSION:
                release = value
            elif quad.predicate == _SOURCE:
                made_of = value
            elif quad.predicate == terms.URI_SPACE:
                of = value
            elif quad.predicate == _SERIAL and value.isdecimal():
                serial = int(value)
            elif quad.predicate == _IDENTIFIER:
                digests[graph] = value
            elif quad.predicate == _TRIPLES and value.isdecimal():
                counts[graph] = int(value)
        if extent != len(digests) or digests.keys() != counts.keys() or serial < 0:
            return None
        entries = {graph: GraphState(digests[graph], counts[graph]) for graph in digests}
        return cls(name, release, entries, serial, made_of, of)


def state_in(store: RemoteStore, name: str) -> LoadState:
    """The last whole state that a store carries of a load.

    Args:
        store: The store.
        name: The name of the load.

    Returns:
        The state; an empty one if there is none.

    Raises:
        StoreError: The store does not answer.
    """
    empty = LoadState(name)
    found = [LoadState.read(name, store.dump(graph)) for graph in empty.places]
    return max((state for state in found if state), key=lambda state: state.serial, default=empty)


def states_in(store: RemoteStore) -> tuple[str, ...]:
    """The names of the loads that a store carries states of.

    Args:
        store: The store.

    Returns:
        The names, sorted.

    Raises:
        StoreError: The store does not answer.
    """
    text = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s <{_SERIAL.value}> ?serial ; a <{_DATASET.value}> }} }}"
    names = {graph.removeprefix(STATES).partition("/")[0] for graph in store.values(text) if graph.startswith(STATES)}
    return tuple(sorted(name for name in names if is_name(name)))
