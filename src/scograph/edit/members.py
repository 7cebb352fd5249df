"""Memberships of states in organisations, as a passage says them: their records, and labels of these."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.checks.evidence import ClaimEvidence, JudgedClaim
from scograph.checks.shapes import project_shapes, validate
from scograph.checks.source_texts import source_texts
from scograph.edit.changes import FileChange
from scograph.edit.document import CONCEPT, Document, Span
from scograph.edit.editorial import editorial_file
from scograph.edit.facts import basis_of, fact_files
from scograph.edit.states import StateRow, add_states, rows_of
from scograph.errors import UsageError
from scograph.fit import Part
from scograph.graph import Graph, load_graph
from scograph.labels import Labels
from scograph.messages import counted, did_you_mean, with_article
from scograph.model import Severity
from scograph.project import Project, read_bytes
from scograph.serialise.formatted import formatted
from scograph.texts import TextArchive

HAS_AGENT = NamedNode(terms.SCOG + "hasAgent")
HAS_ROLE = NamedNode(terms.SCOG + "hasRole")
IN_ORGANISATION = NamedNode(terms.SCOG + "inOrganisation")
START_DATE = NamedNode(terms.SCOG + "startDate")
END_DATE = NamedNode(terms.SCOG + "endDate")
ATTESTED_ON = NamedNode(terms.SCOG + "attestedOn")
ROLES = NamedNode(f"{CONCEPT}role")
"""The scheme of roles."""
LABELS = "labels-of-memberships"
"""The name of the editorial file that labels records."""

_MEMBERSHIP = NamedNode(terms.SCOG + "Membership")
_STATE = NamedNode(terms.SCOG + "State")
_IN_SCHEME = NamedNode(terms.SKOS + "inScheme")
ALT_LABEL = NamedNode(terms.SKOS + "altLabel")
_DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_PATTERNS = {"en": "{state} as {a_role} of {the_organisation}"}
"""Labels of records by language; in others the names stand beside each other."""
_PATTERN = "{state}: {role} ({organisation})"
_PREFIXES = f"""@prefix rdfs: <{terms.RDFS}> .
@prefix scog: <{terms.SCOG}> .
@prefix skos: <{terms.SKOS}> .
@prefix xsd: <{terms.XSD}> .

"""


@dataclass(frozen=True, slots=True)
class Joining:
    """What a passage says of some states.

    Args:
        organisation: The organisation.
        role: The concept of their role in it.
        states: Each state, with its name as the passage prints it where that is another than the table has, else "".
        since: When they have it from, as `2001`, `2001-06` or `2001-06-15`; empty where it is not said.
        until: When they had it until.
        seen_on: When they are known to have it.
        basis: How it follows from the passage: `stated`, `interpreted`, …
        note: How it follows, in words.
    """

    organisation: NamedNode
    role: NamedNode
    states: tuple[tuple[StateRow, str], ...]
    since: str = ""
    until: str = ""
    seen_on: str = ""
    basis: str = "stated"
    note: str = ""


@dataclass(frozen=True, slots=True)
class AddedMembers:
    """What adds memberships.

    Args:
        changes: The files.
        records: How many records there are in the file of the passage for these states.
        told: What the person has to know, a sentence each.
    """

    changes: tuple[FileChange, ...]
    records: int
    told: tuple[str, ...]


def named_states(texts: Iterable[str]) -> tuple[tuple[StateRow, str], ...]:
    """States with the names that a passage prints.

    Args:
        texts: Codes or names as of `rows_of`, each optionally with `=` and the name that the passage prints.

    Returns:
        Each state once, with that name or nothing.

    Raises:
        UsageError: The table has no such state, or a state is named twice.

    Example:
        >>> [(row.alpha3, name) for row, name in named_states(["KEN", "CIV=Ivory Coast"])]
        [('KEN', ''), ('CIV', 'Ivory Coast')]
    """
    found: dict[StateRow, str] = {}
    for text in texts:
        code, _, name = text.partition("=")
        (row,) = rows_of([code.strip()])
        if row in found:
            raise UsageError(f"{row.alpha3} is named twice", hint="name each state once")
        found[row] = name.strip()
    return tuple(found.items())


def role_of(graph: Graph, text: str) -> NamedNode:
    """The role that a person means.

    Args:
        graph: The graph, with the concepts that it uses.
        text: The IRI of a concept of the scheme of roles, its last part, or a label of it in any language.

    Returns:
        The concept.

    Raises:
        UsageError: The scheme has no such role.
    """
    roles = [
        triple.subject
        for triple in (*graph.ontology, *graph.facts)
        if triple.predicate == _IN_SCHEME and triple.object == ROLES and isinstance(triple.subject, NamedNode)
    ]
    known: dict[str, NamedNode] = {}
    for role in dict.fromkeys(roles):
        known |= {role.value: role, _last(role): role}
        known |= {name.value.casefold(): role for name in _texts(graph, role, terms.PREF_LABEL, ALT_LABEL)}
    found = known.get(text) or known.get(text.casefold())
    if found is None:
        slugs = sorted({_last(role) for role in roles})
        hint = did_you_mean(text, slugs, f"roles: {', '.join(slugs)}; a role of your own is a concept of that scheme")
        raise UsageError(f"the scheme of roles has no {text!r}", hint=hint)
    return found


def passage_of(document: Document, span: Span | None, which: str) -> Span:
    """The passage that a person means, if it is one that facts can rest on.

    Raises:
        UsageError: The document has no such passage, or it is an ignored span.
    """
    if span is not None and not span.is_ignored:
        return span
    names = sorted(one.name for one in document.spans if not one.is_ignored)
    hint = f"scograph source show {document.name} shows its passages: {_range(names)}"
    raise UsageError(f"{document.name} has no passage {which}", hint=hint)


def add_members(project: Project, graph: Graph, document: Document, passage: Span, joining: Joining) -> AddedMembers:
    """Add memberships of states to the facts of a passage.

    A record that another passage gave is used again; one that has ended is not. States that the project does not have
    are added from the table of states. New records get a label in the editorial layer.

    Args:
        project: The project.
        graph: Its graph.
        document: The document of the passage.
        passage: The passage.
        joining: What it says.

    Returns:
        The files that change, and what to say.

    Raises:
        UsageError: A date is none; all of it is there already for a state; another start or end is stated; the shapes
            do not let a membership have the role; the words at hand do not say it.
    """
    base = graph.header.text("void:uriSpace")
    if not base:
        raise UsageError("the project states no void:uriSpace", hint="state it in the description of the dataset")
    dates = _dates(joining)
    records = {row: _record(graph, base, joining, row, dates) for row, _ in joining.states}
    path, before = _file(document, passage, joining)
    wanted = {row: _triples(record, row, joining, dates) for row, record in records.items()}
    new = _new_statements(graph, passage, joining, wanted)
    _refuse_role(graph, joining.role, next(iter(wanted.values())))
    there = {triple.subject for triple in graph.facts if triple.predicate == terms.TYPE and triple.object == _STATE}
    missing = [row for row, _ in joining.states if NamedNode(row.iri) not in there]
    states = add_states(project, base, [row.alpha3 for row in missing])
    are_named = any(name for _, name in joining.states)
    known = load_graph(project, {change.path: change.after for change in states.changes}) if are_named else graph
    blocks = "".join(
        _block(records[row], new[row], _name_of(known, row, name, document.language)) for row, name in joining.states
    )
    after = _with(before, blocks, _comment(graph, joining, passage, is_new=before is None), path)
    changes = _merged([*states.changes, FileChange(path, before, after)])
    changed = load_graph(project, {change.path: change.after for change in changes})
    told = [*states.told]
    held = {triple: row for row, triples in new.items() for triple in triples}
    told += _held(changed, document, passage, joining, held)
    labels = _labels(project, changed, base, joining, records, {change.path: change.after for change in changes})
    if labels is None:
        told.append("the records get no labels: the project has no editorial source")
    if missing:
        codes = ", ".join(row.alpha3 for row in missing)
        told.insert(0, f"{counted(len(missing), 'state')} added from the table of states: {codes}")
    return AddedMembers(_merged([*changes, *(labels or ())]), len(records), tuple(told))


def _dates(joining: Joining) -> dict[NamedNode, Literal]:
    """The dates that are said, as literals of their precision."""
    found = {}
    said = ((START_DATE, "--from", joining.since), (END_DATE, "--until", joining.until))
    for predicate, option, text in (*said, (ATTESTED_ON, "--on", joining.seen_on)):
        if text:
            if not _is_date(text):
                raise UsageError(f"{option} {text!r} is no date", hint="write it as 2001, 2001-06 or 2001-06-15")
            found[predicate] = Literal(text, datatype=NamedNode(terms.XSD + _DATATYPES[len(text)]))
    since, until = joining.since, joining.until
    if since and until and until < since[: len(until)]:
        raise UsageError(f"--until {until} is before --from {since}", hint="exchange the two, or mend one")
    return found


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _record(graph: Graph, base: str, joining: Joining, row: StateRow, dates: Mapping[NamedNode, Literal]) -> NamedNode:
    """The record of a state's role: the one that is there and lasts, or a new one."""
    own = {
        triple.subject
        for triple in graph.facts
        if triple.predicate == IN_ORGANISATION and triple.object == joining.organisation
    }
    state = NamedNode(row.iri)
    found = sorted(
        subject.value
        for subject in own
        if isinstance(subject, NamedNode)
        and {(HAS_AGENT, state), (HAS_ROLE, joining.role)}
        <= {(triple.predicate, triple.object) for triple in graph.by_subject.get(subject, ())}
    )
    lasting = [NamedNode(iri) for iri in found if not _has_ended(graph, NamedNode(iri), joining.since)]
    if lasting:
        if joining.basis in terms.ASSERTED_BASES:
            _refuse_other_dates(graph, lasting[0], row, dates)
        return lasting[0]
    name = f"{_last(joining.organisation)}-{row.alpha3.lower()}-{_last(joining.role)}"
    return NamedNode(f"{base}id/membership/{name}" + (f"-{joining.since[:4]}" if found else ""))


def _has_ended(graph: Graph, record: NamedNode, since: str) -> bool:
    """Whether a record has an end that lies before a date, or on it."""
    ends = [value.value for value in _texts(graph, record, END_DATE)]
    return bool(since) and any(end[: len(since)] <= since[: len(end)] for end in ends)


def _refuse_other_dates(graph: Graph, record: NamedNode, row: StateRow, dates: Mapping[NamedNode, Literal]) -> None:
    for predicate, option in ((START_DATE, "--from"), (END_DATE, "--until")):
        said = dates.get(predicate)
        there = [value.value for value in _texts(graph, record, predicate)]
        if said is not None and any(not _agree(said.value, other) for other in there):
            raise UsageError(
                f"{option} {said.value}: {row.alpha3} has {' and '.join(there)} there, in the record {_last(record)}",
                hint="--basis contradicted puts the other date on record; an earlier part needs its own end",
            )


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _triples(record: NamedNode, row: StateRow, joining: Joining, dates: Mapping[NamedNode, Literal]) -> list[Triple]:
    """What is said of a record."""
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (terms.TYPE, _MEMBERSHIP),
        (HAS_AGENT, NamedNode(row.iri)),
        (HAS_ROLE, joining.role),
        (IN_ORGANISATION, joining.organisation),
        *dates.items(),
    ]
    return [Triple(record, predicate, value) for predicate, value in said]


def _new_statements(
    graph: Graph, passage: Span, joining: Joining, wanted: Mapping[StateRow, Sequence[Triple]]
) -> dict[StateRow, list[Triple]]:
    """What the passage does not say yet of each state: a statement stands once for each passage.

    Raises:
        UsageError: It says all of it already of a state, or with a basis of the other kind, asserted or on record.
    """
    asserted = {terms.basis(one) for one in terms.ASSERTED_BASES}
    is_asserted = joining.basis in terms.ASSERTED_BASES
    known = {claim.triple: claim.basis for claim in graph.claims if claim.passage == passage.iri}
    new = {row: [triple for triple in triples if triple not in known] for row, triples in wanted.items()}
    there = [row.alpha3 for row, triples in new.items() if not triples]
    if there:
        raise UsageError(
            f"passage {passage.name} says that already of {', '.join(there)}",
            hint="name the others only; nothing is written",
        )
    for row, triples in wanted.items():
        for basis in {known[triple] for triple in triples if triple in known}:
            if (basis in asserted) is not is_asserted:
                raise UsageError(
                    f"passage {passage.name} says that of {row.alpha3} already, with the basis {_last(basis)}",
                    hint="move the record to the file of the other basis",
                )
    return new


def _file(document: Document, passage: Span, joining: Joining) -> tuple[str, bytes | None]:
    """The file of the facts of a passage with a basis, and its bytes."""
    for path in fact_files(document).get(passage.name, ()):
        if basis_of(path.rpartition("/")[2]) == joining.basis:
            if not path.endswith(".ttl"):
                raise UsageError(f"{path} is not Turtle", hint="rewrite it as Turtle first: scograph export -f ttl")
            return path, read_bytes(document.project.own_file(document.project.folder / path))
    suffix = "" if joining.basis == "stated" else f".{joining.basis}"
    folder = document.path.rpartition("/")[0]
    return f"{folder}/{passage.name}-{_last(joining.role)}s{suffix}.ttl", None


def _comment(graph: Graph, joining: Joining, passage: Span, *, is_new: bool) -> str:
    """The comment at the beginning of a new file: the note, or what its records are."""
    if joining.note:
        return "".join(f"# {line}\n" for line in joining.note.splitlines()) + ("\n" if is_new else "")
    labels = Labels(graph)
    role, organisation = labels.label(joining.role), labels.label(joining.organisation)
    return f"# States in the role of {role}, {organisation}: passage {passage.name}.\n\n" if is_new else ""


def _name_of(graph: Graph, row: StateRow, name: str, language: str) -> Triple | None:
    """The name of a state that the passage prints: its label, if that is the same, else another name of it."""
    if not name:
        return None
    state, value = NamedNode(row.iri), Literal(name, language=language) if language else Literal(name)
    is_label = any(one.predicate == terms.LABEL and one.object == value for one in graph.by_subject.get(state, ()))
    return Triple(state, terms.LABEL if is_label else ALT_LABEL, value)


def _block(record: NamedNode, triples: Sequence[Triple], name: Triple | None) -> str:
    """Statements of a record in Turtle, with the name of the state that the passage prints."""
    said = " ;\n    ".join(f"{one.predicate} {one.object}" for one in triples)
    return f"{record} {said} .\n\n" + (f"{name} .\n\n" if name else "")


def _with(before: bytes | None, blocks: str, comment: str, path: str) -> bytes:
    """A file of facts with more of them, laid out."""
    if before is None:
        text = comment + _PREFIXES + blocks
    else:
        text = before.decode("utf-8").rstrip("\n") + "\n\n" + _PREFIXES + comment + blocks
    return formatted(text, path=path).encode()


def _refuse_role(graph: Graph, role: NamedNode, record: Iterable[Triple]) -> None:
    """Refuse a role that the shapes do not let a membership have, such as one in an event.

    Raises:
        UsageError: A shape of the project finds a violation in the role.
    """
    data = [*record, *graph.ontology, *graph.by_subject.get(role, ())]
    for finding in validate(data, project_shapes(graph)):
        if finding.severity is Severity.ERROR and finding.path == HAS_ROLE.value:
            raise UsageError(
                f"{finding.message} ({Labels(graph).label(role)}; {finding.code}): nothing is written",
                hint=finding.hint,
            )


def _held(
    graph: Graph, document: Document, passage: Span, joining: Joining, new: Mapping[Triple, StateRow]
) -> list[str]:
    """Hold the new statements against the words of the passage.

    Raises:
        UsageError: The words are at hand, and do not say all of them.
    """
    if joining.basis != "stated":
        return []
    evidence = ClaimEvidence(graph, source_texts(graph), TextArchive(document.project).text)
    judged = [one for one in evidence.claims_of(frozenset({passage.iri})) if one.claim.triple in new]
    unsaid = [one for one in judged if one.verdict is not None and not one.verdict.is_shown]
    if unsaid and passage.iri in evidence.whole:
        raise _not_said(unsaid, new, graph, joining, passage, document)
    if all(one.passage is None or one in unsaid for one in judged):
        return [f"the words of passage {passage.name} are not at hand: nothing was held against them"]
    return []


def _not_said(  # noqa: PLR0913, PLR0917 -- what is told of what
    unsaid: Sequence[JudgedClaim],
    new: Mapping[Triple, StateRow],
    graph: Graph,
    joining: Joining,
    passage: Span,
    document: Document,
) -> UsageError:
    """The error of statements that the words of a passage do not say: what a person can mend, each once."""
    labels = Labels(graph)
    parts: dict[NamedNode, dict[str, Part]] = defaultdict(dict)
    denied: list[str] = []
    for one in unsaid:
        code, predicate = new[one.claim.triple].alpha3, one.claim.triple.predicate
        for part, instead in one.verdict.missing if one.verdict else ():
            if part is Part.POLARITY:
                denied.append(repr(instead))
            elif part is not Part.SUBJECT:
                parts[predicate][code] = part
    names = {row.alpha3: printed or dict(row.names).get("en", "") for row, printed in joining.states}
    unnamed = ", ".join(f"{code} ({names[code]})" for code in parts[HAS_AGENT])
    options = {
        START_DATE: f"--from {joining.since}",
        END_DATE: f"--until {joining.until}",
        ATTESTED_ON: f"--on {joining.seen_on}",
    }
    dates = [option for predicate, option in options.items() if parts[predicate]]
    elsewhere = ", ".join(dict.fromkeys(new[one.claim.triple].alpha3 for one in unsaid))
    faults = {
        f"says {' and '.join(dict.fromkeys(denied))}": denied,
        f"does not name {labels.label(joining.organisation)!r}": parts[IN_ORGANISATION],
        f"does not name {unnamed}": unnamed,
        f"has no word for the role {labels.label(joining.role)!r}": parts[HAS_ROLE],
        f"does not print the date of {' and '.join(dates)}": dates,
    }
    said = [fault for fault, is_so in faults.items() if is_so]
    source, number = document.name, passage.name
    ways = {
        f"say what it is about (scograph source about {source} --passage {number} …) or read with "
        f"(scograph source read-with {source} {number} …)": parts[IN_ORGANISATION] or not said,
        f"give a name as it is printed, as {next(iter(parts[HAS_AGENT]), '')}='…'": unnamed,
        "say --basis interpreted with a --note": True,
    }
    message = "; it ".join(said) or f"does not say it of {elsewhere}"
    return UsageError(
        f"passage {number} of {source} {message}: nothing is written",
        hint=", or ".join(way for way, is_one in ways.items() if is_one),
    )


def _labels(  # noqa: PLR0913, PLR0917 -- what a label is made of
    project: Project,
    graph: Graph,
    base: str,
    joining: Joining,
    records: Mapping[StateRow, NamedNode],
    pending: Mapping[str, bytes | None],
) -> list[FileChange] | None:
    """The labels of records that have none; None where the project has no editorial source."""
    new = [(row, record) for row, record in records.items() if not _texts(graph, record, terms.LABEL)]
    file = editorial_file(project, base, LABELS, pending)
    if not new or file is None:
        return None if file is None else []
    languages = project.settings.languages or ("en",)
    said = {record: [text for tag in languages if (text := _label(graph, joining, row, tag))] for row, record in new}
    blocks = "".join(
        f"{record} {terms.LABEL} {', '.join(map(str, texts))} .\n\n" for record, texts in said.items() if texts
    )
    if not blocks:
        return []
    comment = "# Labels of memberships, made of the names of states, roles and organisations.\n\n"
    after = _with(file.before, blocks, comment if file.before is None else "", file.path)
    return [*file.passage, FileChange(file.path, file.before, after)]


def _label(graph: Graph, joining: Joining, row: StateRow, tag: str) -> Literal | None:
    """The label of a record in a language; None where a name that it is made of is not known in it."""
    names = {
        "state": _in_language(graph, NamedNode(row.iri), terms.LABEL, tag),
        "role": _in_language(graph, joining.role, terms.PREF_LABEL, tag),
        "organisation": _in_language(graph, joining.organisation, terms.LABEL, tag),
    }
    if not all(names.values()):
        return None
    organisation = names["organisation"]
    is_definite = organisation.lower().startswith("the ")
    text = _PATTERNS.get(tag.partition("-")[0], _PATTERN).format(
        **names,
        a_role=with_article(names["role"]),
        the_organisation=organisation if is_definite else f"the {organisation}",
    )
    return Literal(text, language=tag)


def _in_language(graph: Graph, thing: NamedNode, predicate: NamedNode, tag: str) -> str:
    """A name of a thing in a language; empty where there is none."""
    main = tag.partition("-")[0]
    named = _texts(graph, thing, predicate)
    exact = [name.value for name in named if name.language == tag]
    return next(iter(exact or [name.value for name in named if name.language == main]), "")


def _texts(graph: Graph, thing: NamedNode, *predicates: NamedNode) -> list[Literal]:
    """The literals that the graph or its ontology says of a thing."""
    said = graph.describing(thing)
    return [t.object for t in said if t.predicate in predicates and isinstance(t.object, Literal)]


def _merged(changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Changes with one for each file: what it was first, and what it is last."""
    found: dict[str, list[FileChange]] = defaultdict(list)
    for change in changes:
        found[change.path].append(change)
    return tuple(FileChange(path, ones[0].before, ones[-1].after) for path, ones in found.items())


def _last(node: NamedNode) -> str:
    return node.value.rstrip("/#").rpartition("/")[2].rpartition("#")[2]


def _range(names: Sequence[str]) -> str:
    return f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names) or "it has none"
