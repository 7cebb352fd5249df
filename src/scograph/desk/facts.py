"""The facts of a passage: what its files state, thing by thing, and the edits that add, change and remove facts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.desk.forms import parted
from scograph.edit.changes import FileChange
from scograph.edit.document import Document
from scograph.edit.facts import basis_of, fact_files
from scograph.edit.turtle_edits import edited_turtle, new_turtle
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.model import Term
from scograph.project import Project, read_bytes
from scograph.read_options import NO_BASE
from scograph.turtle.reader import read_turtle

_SEGMENT = re.compile(r"[^/#]+$")
_MAX_SEGMENT = 60


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact of a passage.

    Args:
        triple: What is stated.
        basis: The suffix of its basis.
        path: The file that states it, relative to the project.
        line: The line in it, from 1.
    """

    triple: Triple
    basis: str
    path: str
    line: int

    @property
    def token(self) -> str:
        """The fact as a form names it: its basis, and its triple in N-Triples."""
        return f"{self.basis} {self.triple}"


def facts_of(document: Document, number: str) -> dict[NamedNode, list[StatedFact]]:
    """The facts of a passage.

    Args:
        document: The document.
        number: The number of the passage.

    Returns:
        For each thing that is spoken of, its facts in the order of the files. What is said of blank nodes is left out.

    Raises:
        RdfSyntaxError: A file is no Turtle.
    """
    found: dict[NamedNode, list[StatedFact]] = defaultdict(list)
    for path in fact_files(document).get(number, ()):
        if not path.endswith(".ttl"):
            continue
        basis = basis_of(path.rpartition("/")[2])
        text = read_bytes(document.project.own_file(document.project.folder / path)).decode("utf-8")
        base = document.project.options.base or NO_BASE
        for placed in read_turtle(text, base=base, path=path).triples:
            subject = placed.triple.subject
            if isinstance(subject, NamedNode):
                line = text.count("\n", 0, placed.object.start) + 1
                found[subject].append(StatedFact(placed.triple, basis, path, line))
    return dict(found)


@dataclass(frozen=True)
class FactEdit:
    """Adds and removes facts of one passage.

    Args:
        document: The document.
        number: The number of the passage.
        prefixes: The prefixes that new files may use.
    """

    document: Document
    number: str
    prefixes: Mapping[str, str]

    def changes(
        self,
        removed: Iterable[tuple[str, Triple]],
        added: Iterable[tuple[str, Triple]],
        *,
        name: str = "",
        note: str = "",
    ) -> tuple[FileChange, ...]:
        """What the files of the passage become.

        Args:
            removed: Facts that they are to state no more, each with its basis.
            added: Facts that they are to state, each with its basis.
            name: What new files are named after, such as the thing.
            note: What is interpreted, and how: a new file begins with it.

        Returns:
            A change for each file. One that states nothing any more is removed; facts on a basis for which there is no
            file go into a new one.

        Raises:
            RdfSyntaxError: A file is no Turtle.
            InputError: A fact to be removed is not there.
            UsageError: There is no such passage or basis, or a fact has a blank node.
        """
        if self.number not in {span.name for span in self.document.spans if not span.is_ignored}:
            raise UsageError(f"{self.document.path} has no passage {self.number}")
        gone, new = _by_basis(removed), _by_basis(added)
        unknown = {*gone, *new} - {*terms.BASES}
        if unknown:
            raise UsageError(f"unknown basis {min(unknown)!r}", hint=f"it is one of {', '.join(terms.BASES)}")
        return tuple(self._changes(gone, new, name, note))

    def _changes(
        self, gone: Mapping[str, Sequence[Triple]], new: Mapping[str, Sequence[Triple]], name: str, note: str
    ) -> Iterator[FileChange]:
        files = {basis_of(path.rpartition("/")[2]): path for path in fact_files(self.document).get(self.number, ())}
        for basis in dict.fromkeys((*gone, *new)):
            path = files.get(basis)
            if path is None and basis in gone:
                raise UsageError(f"passage {self.number} has no facts on the basis {basis!r}")
            if path is None:
                yield FileChange(self._new_path(basis, name), None, self._new_file(new[basis], note))
                continue
            if not path.endswith(".ttl"):
                raise UsageError(f"{path} is not Turtle, and is not edited", hint="edit it in a text editor")
            before = read_bytes(self.document.project.own_file(self.document.project.folder / path))
            base = self.document.project.options.base
            after = edited_turtle(before, gone.get(basis, ()), new.get(basis, ()), path=path, base=base)
            is_left = read_turtle(after.decode("utf-8"), base=base or NO_BASE, path=path).triples
            yield FileChange(path, before, after if is_left else None)

    def _new_file(self, triples: Sequence[Triple], note: str) -> bytes:
        comment = " ".join(note.split())
        return new_turtle(triples, comment=comment, prefixes={**terms.WELL_KNOWN_PREFIXES, **self.prefixes})

    def _new_path(self, basis: str, name: str) -> str:
        folder = self.document.path.rpartition("/")[0]
        suffix = "" if basis == "stated" else f".{basis}"
        named = segment(name) or "facts"
        return f"{folder}/{self.number}-{named}{suffix}.ttl"


def new_thing(graph: Graph, project: Project, kind: NamedNode, name: str, taken: Iterable[Term] = ()) -> NamedNode:
    """An IRI for a new thing, made as those of the other things of its class are.

    Args:
        graph: The graph.
        project: The project, whose base counts where there is no other thing.
        kind: The class of the thing.
        name: The name of the thing.
        taken: IRIs that are taken beside those of the graph.

    Returns:
        An IRI that nothing has: that of most things of the class up to the last segment, then the name in letters of an
        IRI.

    Raises:
        UsageError: Nothing says with what the IRIs of the project's things begin.
    """
    own = {t.subject for t in graph.facts if t.predicate == terms.TYPE and t.object == kind}
    stems = Counter(_stem(one) for one in own if isinstance(one, NamedNode))
    most = max(stems, key=lambda one: (stems[one], one), default="")
    stem = most or _stem_of_others(graph, project, kind)
    used = {*graph.by_subject, *(triple.object for triple in graph.facts), *taken}
    last = segment(name) or segment(parted(_last(kind)))
    found, number = NamedNode(stem + last), 2
    while found in used:
        found, number = NamedNode(f"{stem}{last}-{number}"), number + 1
    return found


def segment(name: str) -> str:
    """A name as the last segment of an IRI, or a part of the name of a file.

    Args:
        name: The name.

    Returns:
        Its letters and digits that are ASCII, accents aside, in small letters and parted by hyphens; empty where it has
        none.

    Example:
        >>> segment("Réunion d’experts, 2016"), segment("河流")
        ('reunion-d-experts-2016', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_MAX_SEGMENT].strip("-")


def _by_basis(facts: Iterable[tuple[str, Triple]]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = defaultdict(list)
    for basis, triple in facts:
        found[basis].append(triple)
    return dict(found)


def _stem(node: NamedNode) -> str:
    return _SEGMENT.sub("", node.value)


def _stem_of_others(graph: Graph, project: Project, kind: NamedNode) -> str:
    """What the IRIs of a class begin with of which there is no thing yet: a folder of its own where others have one."""
    every = Counter(_stem(t.subject) for t in graph.facts if isinstance(t.subject, NamedNode))
    heads = Counter(stem.partition("/id/")[0] for stem in every.elements() if "/id/" in stem)
    base = project.options.base or (f"{max(heads, key=lambda one: (heads[one], one))}/" if heads else "")
    if any("/id/" in stem and not stem.endswith("/id/") for stem in every) or (base and not every):
        return f"{base}id/{segment(parted(_last(kind)))}/"
    if every:
        return max(every, key=lambda one: (every[one], one))
    raise UsageError(
        "nothing says with what the IRIs of this project's things begin",
        hint='write base = "https://…/" below [project] in scograph.toml',
    )


def _last(node: NamedNode) -> str:
    found = _SEGMENT.search(node.value)
    return found[0] if found else node.value
