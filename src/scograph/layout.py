"""The source, passage and basis of each file of facts, read from its path in the data folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.messages import counted, near_names
from scograph.model import Finding, Place, Severity
from scograph.parse import Parsed
from scograph.project import SOURCE_FILE, compression_of

_FACTS_NAME = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z0-9-]+)(?:\.(?P<basis>[^.]+))?\.[a-z]+")


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One `data/<name>/source.ttl`: a document and its passages.

    Args:
        name: The folder's name; `source` where that is the project itself.
        document: The document's IRI.
        passages: Its passages by the last segment of their IRI.
        parsed: The file.
    """

    name: str
    document: NamedNode
    passages: Mapping[str, NamedNode]
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class FactsFile:
    """One file of facts.

    Args:
        parsed: The file.
        source: The name of its source, or nothing where the project has no sources.
        passage: The passage that it transcribes.
        basis: The suffix of its basis, `stated` if it has none.
    """

    parsed: Parsed
    source: str = ""
    passage: NamedNode | None = None
    basis: str = "stated"

    @property
    def is_asserted(self) -> bool:
        """Whether its triples are facts, not only statements on record."""
        return self.basis in terms.ASSERTED_BASES


def place_files(data: list[Parsed]) -> tuple[tuple[SourceDocument, ...], tuple[FactsFile, ...], tuple[Finding, ...]]:
    """Say of each data file which source and passage it belongs to.

    Args:
        data: The parsed files of the data folder.

    Returns:
        The sources, the files of facts, and what is wrong with how the files lie.
    """
    problems: list[Finding] = []
    sources: dict[str, SourceDocument] = {}
    rest: list[Parsed] = []
    for parsed in data:
        folder = parsed.path.rpartition("/")[0]
        if _name(parsed) == SOURCE_FILE:
            source = _source(parsed, folder, problems)
            if source:
                sources[folder] = source
        else:
            rest.append(parsed)
    if len(rest) == len(data):
        return (), tuple(FactsFile(parsed) for parsed in rest), ()
    described = {parsed.path.rpartition("/")[0] for parsed in data if _name(parsed) == SOURCE_FILE}
    facts: list[FactsFile] = []
    taken: dict[tuple[NamedNode, str], str] = {}
    for parsed in rest:
        folder = parsed.path.rpartition("/")[0]
        if folder not in described:
            problems.append(
                _problem(
                    "F01",
                    "its folder has no source.ttl, so nothing says which document supports it",
                    f"describe the document in {folder}{'/' if folder else ''}{SOURCE_FILE}",
                    parsed.path,
                )
            )
        elif folder in sources:
            file = _facts_file(parsed, sources[folder], taken, problems)
            if file:
                facts.append(file)
    problems.extend(_repeated(facts))
    problems.extend(_of_the_version_before(list(sources.values())))
    return tuple(sources.values()), tuple(facts), tuple(sorted(problems, key=Finding.sort_key))


def gone_passages(source: SourceDocument) -> frozenset[NamedNode]:
    """The passages whose words the newest edition of their document no longer has."""
    triples = source.parsed.triples
    newest = {t.object for t in triples if t.subject == source.document and t.predicate == terms.HAS_NEWEST_EDITION}
    gone = {t.subject for t in triples if t.predicate == terms.IS_GONE_FROM and t.object in newest}
    return frozenset(node for node in source.passages.values() if node in gone)


def revised_passages(source: SourceDocument) -> frozenset[NamedNode]:
    """The passages whose place others have taken: their words were edited, or they were released and then divided."""
    revised = {t.object for t in source.parsed.triples if t.predicate == terms.IS_REVISION_OF}
    return frozenset(node for node in source.passages.values() if node in revised)


def is_source_file(path: str) -> bool:
    """Whether a file, by its path in the data folder, describes a document."""
    return _uncompressed(path) == SOURCE_FILE


def _name(parsed: Parsed) -> str:
    return _uncompressed(parsed.path)


def _uncompressed(path: str) -> str:
    """The name of a file, without the extension of a compression."""
    name = PurePosixPath(path.rpartition("/")[2])
    return name.stem if compression_of(name) else name.name


def _source(parsed: Parsed, folder: str, problems: list[Finding]) -> SourceDocument | None:
    typed = [t for t in parsed.triples if t.predicate == terms.TYPE]
    documents = {t.subject for t in typed if t.object == terms.SOURCE_DOCUMENT and isinstance(t.subject, NamedNode)}
    if len(documents) != 1:
        problems.append(
            _problem(
                "F06",
                f"describes {len(documents)} documents, and must describe one",
                "give exactly one IRI the type scog:SourceDocument",
                parsed.path,
                next((t for t in reversed(typed) if t.object == terms.SOURCE_DOCUMENT), None),
            )
        )
        return None
    document = documents.pop()
    passages: dict[str, NamedNode] = {}
    for triple in typed:
        if triple.object == terms.PASSAGE and isinstance(triple.subject, NamedNode):
            number = triple.subject.value.rpartition("/")[2]
            other = passages.setdefault(number, triple.subject)
            if other != triple.subject:
                problems.append(
                    _problem(
                        "F09",
                        f"two passages end in /{number}: {other} and {triple.subject}",
                        "the number in a file's name must lead to one passage: end one of them otherwise",
                        parsed.path,
                        triple,
                    )
                )
    name = folder.rpartition("/")[2] or SOURCE_FILE.partition(".")[0]  # the project may be the one source's folder
    return SourceDocument(name, document, passages, parsed)


def _of_the_version_before(sources: list[SourceDocument]) -> Iterator[Finding]:
    """One finding for all documents that say of themselves what an edition says."""
    found = [
        (t, s)
        for s in sources
        for t in s.parsed.triples
        if t.subject == s.document and t.predicate in terms.OF_AN_EDITION
    ]
    if found:
        triple, source = found[0]
        number = len({one.document for _, one in found})
        yield _problem(
            "F11",
            f"{counted(number, 'document')} of the version before editions: a digest, length or day stands in the "
            "document itself",
            "run `scograph migrate`: it moves them to editions, and changes nothing else",
            source.parsed.path,
            triple,
        )


def _facts_file(
    parsed: Parsed, source: SourceDocument, taken: dict[tuple[NamedNode, str], str], problems: list[Finding]
) -> FactsFile | None:
    name = _name(parsed)
    match = _FACTS_NAME.fullmatch(name)
    if not match:
        problems.append(
            _problem(
                "F02",
                f"the name {name!r} is not NN-slug.ttl or NN-slug.basis.ttl",
                "begin it with the number of the passage, in small letters, digits and hyphens",
                parsed.path,
            )
        )
        return None
    number, basis = match["number"], match["basis"] or "stated"
    if basis not in terms.BASES:
        near = near_names(basis, terms.BASES)
        known = f"one of {', '.join(terms.BASES)}"
        hint = f"did you mean {near[0]!r}? It is {known}" if near else f"it is {known}"
        problems.append(_problem("F03", f"unknown basis {basis!r}", hint, parsed.path))
        return None
    passage = source.passages.get(number)
    if passage is None:
        near = [other for other in source.passages if other.isdecimal() and other.lstrip("0") == number.lstrip("0")]
        hint = f"describe the passage …/{number} there, or put the facts where they belong"
        problems.append(
            _problem(
                "F05",
                f"{source.parsed.path} describes no passage {number}",
                f"did you mean {near[0]}?" if near else hint,
                parsed.path,
            )
        )
        return None
    other = taken.setdefault((passage, basis), parsed.path)
    if other != parsed.path:
        problems.append(
            _problem(
                "F04",
                f"passage {number} has a second file for the basis {basis!r}, beside {other}",
                "put the facts of a passage that share a basis into one file",
                parsed.path,
            )
        )
        return None
    return FactsFile(parsed, source.name, passage, basis)


def _repeated(facts: list[FactsFile]) -> Iterator[Finding]:
    """A triple must occur once per passage: twice would be two claims for one thing."""
    first: dict[tuple[NamedNode | None, Triple], str] = {}
    for file in facts:
        for quad, count in Counter(file.parsed.quads).items():
            triple = quad.triple  # in two graphs of one file it stands once in each
            other = first.setdefault((file.passage, triple), file.parsed.path)
            if count > 1 or other != file.parsed.path:
                where = "twice here" if count > 1 else f"already in {other}"
                yield _problem(
                    "F07",
                    f"the triple stands {where}: {triple} .",
                    "leave it once per passage, with the basis that fits",
                    file.parsed.path,
                    triple,
                )


def _problem(code: str, message: str, hint: str, path: str, triple: Triple | None = None) -> Finding:
    place = Place(path)
    if triple is None:
        return Finding(Severity.ERROR, code, message, hint, place=place)
    subject, predicate, value = map(str, triple)
    focus = triple.subject.value if isinstance(triple.subject, NamedNode) else subject
    return Finding(Severity.ERROR, code, message, hint, focus, predicate[1:-1], value, place=place)
