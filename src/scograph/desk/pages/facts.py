"""Pages and forms for facts: those of the passage in hand, the form of a thing, and what the check says of a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from starlette.responses import JSONResponse, Response

from scograph import terms
from scograph.answers.meaning import Meaning
from scograph.checks.statements import Statements
from scograph.desk.desk import Desk
from scograph.desk.facts import FactEdit, StatedFact, facts_of, new_thing
from scograph.desk.forms import Field, Forms, Widget, name_of
from scograph.desk.requests import PageRequest
from scograph.desk.values import FieldValues
from scograph.edit.adding import source_base
from scograph.edit.changes import ChangedSinceError, FileChange
from scograph.edit.document import Document, source_path
from scograph.edit.editorial import editorial_file
from scograph.edit.recording import recorded_with
from scograph.edit.turtle_edits import edited_turtle, new_turtle
from scograph.errors import RdfSyntaxError, ScographError, UsageError
from scograph.fit.view import TextView
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.model import Finding, Severity, Term, distinct
from scograph.project import Project

MOST_MENTIONED = 40
"""So many things and dates that a passage mentions are offered."""
MOST_NAMES = 400
"""So many names are offered while a value is typed."""
FIRST_FIELDS = 10
"""So many fields of a form are shown at once; the others are opened."""
LABELS = "labels"
"""The slug of the file with names of our own."""


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact in words.

    Args:
        fact: The fact.
        property: The name of its property.
        value: Its value in words.
        basis: The name of its basis.
        findings: What the check says of it.
    """

    fact: StatedFact
    property: str
    value: str
    basis: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownThing:
    """A thing, with what the passage in hand says of it.

    Args:
        iri: Its IRI.
        name: Its name.
        kinds: The names of its classes.
        facts: Its facts.
        is_record: Whether it only relates others, such as a membership, and is shown as one row.
    """

    iri: str
    name: str
    kinds: tuple[str, ...]
    facts: tuple[ShownFact, ...]
    is_record: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What the words of a passage mention.

    Args:
        things: Things that have one of the names in it, each IRI with its name.
        dates: The dates in it, as literals have them.
    """

    things: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageFacts:
    """The facts of the passage in hand, as the page of a source shows them.

    Args:
        things: What it says, thing by thing.
        mentioned: What it mentions.
        classes: The classes of which something new may be, each IRI with its name.
        findings: What the check says of its files at no fact of these.
        why: Why nothing can be said, or nothing.
    """

    things: tuple[ShownThing, ...] = ()
    mentioned: Mentioned = Mentioned()
    classes: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    why: str = ""


def passage_facts(desk: Desk, asked: PageRequest, document: Document, number: str, words: str) -> PassageFacts:
    """The facts of a passage, for the page of its source.

    Args:
        desk: The desk.
        asked: The request.
        document: The document.
        number: The number of the passage.
        words: Its words; empty where the text is not at hand.

    Returns:
        What it says, what it mentions, and what the check says of it.
    """
    try:
        stated = facts_of(document, number)
    except RdfSyntaxError as error:
        return PassageFacts(findings=tuple(error.findings), why=asked.words("fact.broken"))
    checked = desk.workspace.check()
    if checked.graph is None:
        return PassageFacts(why=asked.words("fact.broken"))
    labels = labels_of(checked.graph, asked)
    paths = {fact.path for facts in stated.values() for fact in facts}
    found = [one for one in checked.findings if one.place and one.place.path in paths and one.severity != Severity.INFO]
    lines = {(fact.path, fact.line) for facts in stated.values() for fact in facts}
    things = tuple(_shown_things(checked.graph, labels, stated, found, asked))
    others = tuple(one for one in found if one.place and (one.place.path, one.place.line) not in lines)
    forms = Forms(checked.graph, labels)
    classes = tuple((one.value, name) for one, name in forms.classes())
    return PassageFacts(things, _mentioned(checked.graph, labels, document, words), classes, others)


def labels_of(graph: Graph, asked: PageRequest) -> Labels:
    """The names of things in the language of the reader, else in English."""
    return Labels(graph, tuple(distinct((asked.words.language, "en"))))


def _shown_things(
    graph: Graph,
    labels: Labels,
    stated: dict[NamedNode, list[StatedFact]],
    findings: Sequence[Finding],
    asked: PageRequest,
) -> Iterator[ShownThing]:
    meaning = Meaning(graph)
    for subject, facts in stated.items():
        kinds = tuple(
            labels.label(t.object)
            for t in graph.describing(subject)
            if t.predicate == terms.TYPE and isinstance(t.object, NamedNode)
        )
        shown = tuple(
            ShownFact(
                fact,
                name_of(labels, fact.triple.predicate),
                shown_value(labels, fact.triple.object),
                asked.words(f"basis.{fact.basis}"),
                tuple(
                    one for one in findings if one.place and (one.place.path, one.place.line) == (fact.path, fact.line)
                ),
            )
            for fact in facts
            if fact.triple.predicate != terms.TYPE
        )
        typed = [fact for fact in facts if fact.triple.predicate == terms.TYPE]
        if not shown:
            shown = tuple(
                ShownFact(
                    fact, asked.words("fact.kind"), labels.label(fact.triple.object), asked.words(f"basis.{fact.basis}")
                )
                for fact in typed
            )
        yield ShownThing(subject.value, labels.label(subject), kinds, shown, is_record=subject in meaning.involvements)


def shown_value(labels: Labels, term: Term) -> str:
    """A value in words, a text with its language."""
    if not isinstance(term, Literal):
        return labels.label(term)
    return f"{term.value} ({term.language})" if term.language else term.value


def _mentioned(graph: Graph, labels: Labels, document: Document, words: str) -> Mentioned:
    """What words mention: names that the graph knows in any language, and dates."""
    if not words.strip():
        return Mentioned()
    statements = Statements(graph.facts, graph.ontology)
    view = TextView(words, document.language, statements.wording, statements.names)
    facts = graph.by_subject
    keys = distinct(key for mention in view.things for key in mention.keys)
    things = [NamedNode(key) for key in keys if NamedNode(key) in facts]
    dates = distinct(str(one.date) for one in view.dates if one.date.year)
    named = tuple((one.value, labels.label(one)) for one in things[:MOST_MENTIONED])
    return Mentioned(named, tuple(dates)[:MOST_MENTIONED])


# The form of a thing.


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the form.

    Args:
        number: Its number, by which its inputs are named.
        field: The field.
        widget: How its value is given.
        stated: What this passage says already.
        known: What other passages say, in words.
        names: Names that are offered for a thing.
        value: What was typed.
        language: The language that was chosen for it.
    """

    number: int
    field: Field
    widget: Widget
    stated: tuple[ShownFact, ...] = ()
    known: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    value: str = ""
    language: str = ""


def thing_form(desk: Desk, asked: PageRequest, problem: ScographError | None = None) -> Response:
    """The form of a thing: one that the address names, or a new one of a class."""
    project, name, number = desk.workspace.project, asked.path["name"], _passage_number(asked)
    document = Document.open(project, name)
    folder = source_path(project, name).rpartition("/")[0]
    seen = desk.workspace.show(folder)
    graph = loaded(desk)
    labels = labels_of(graph, asked)
    given = asked.form or {key: (value,) for key, value in asked.query.items()}
    thing, kinds = _thing_and_classes(graph, labels, given)
    shown_name = labels.label(thing) if thing else "".join(given.get("new", ()))
    stated = facts_of(document, number).get(thing, []) if thing else []
    words = _words_of(document, number)
    return desk.page(
        asked,
        "thing",
        asked.words("fact.of", name=shown_name or labels.label(kinds[0])),
        status=400 if problem else 200,
        problem=problem,
        seen=seen,
        source_name=name,
        passage=number,
        passage_words=words,
        document=document,
        thing=thing.value if thing else "",
        new=shown_name if thing is None else "",
        kind=kinds[0].value if kinds else "",
        kinds=[labels.label(one) for one in kinds],
        fields=tuple(_shown_fields(graph, labels, asked, document, thing, kinds, stated, words)),
        first_fields=FIRST_FIELDS,
        languages_of=tuple(distinct((document.language, *(project.settings.languages or ("en",))))),
        bases=[(one, asked.words(f"basis.{one}"), asked.words(f"basis.{one}.help")) for one in terms.BASES],
        basis=asked.one("basis") or "stated",
        note=asked.one("note"),
        mentioned=_mentioned(graph, labels, document, words),
    )


def _passage_number(asked: PageRequest) -> str:
    number = asked.one("passage") or asked.query.get("passage", "")
    if not number:
        raise UsageError(asked.words("fact.passage"))
    return number


def loaded(desk: Desk) -> Graph:
    """The graph of the project; RdfSyntaxError where files break their grammar."""
    checked = desk.workspace.check()
    if checked.graph is None:
        raise RdfSyntaxError(checked.findings)
    return checked.graph


def _words_of(document: Document, number: str) -> str:
    span = next((one for one in document.spans if one.name == number and not one.is_ignored), None)
    if span is None:
        return ""
    try:
        _, text = document.newest_text()
    except UsageError:  # the text is not at hand
        return ""
    return span.words(text) if span.start is not None else ""


def _thing_and_classes(
    graph: Graph, labels: Labels, given: Mapping[str, Sequence[str]]
) -> tuple[NamedNode | None, tuple[NamedNode, ...]]:
    """The thing that a form is about, and its classes; of a new one its class alone."""
    named, kind = ("".join(given.get(field, ())).strip() for field in ("thing", "kind"))
    if named:
        thing = labels.find(named)
        classes = [t.object for t in graph.describing(thing) if t.predicate == terms.TYPE]
        return thing, tuple(one for one in classes if isinstance(one, NamedNode))
    if not kind:
        raise UsageError("nothing is chosen", hint="choose a thing, or the class of a new one")
    return None, (labels.find_class(kind),)


def _shown_fields(  # noqa: PLR0913, PLR0917 -- what a form is made of
    graph: Graph,
    labels: Labels,
    asked: PageRequest,
    document: Document,
    thing: NamedNode | None,
    kinds: Sequence[NamedNode],
    stated: Sequence[StatedFact],
    words: str,
) -> Iterator[ShownField]:
    forms = Forms(graph, labels)
    said = graph.describing(thing) if thing else ()
    here = {fact.triple for fact in stated}
    mentioned = {iri for iri, _ in _mentioned(graph, labels, document, words).things}
    typed = {asked.one(f"p{number}"): number for number in range(len(asked.form))}
    for number, field in enumerate(forms.of(kinds, [triple.predicate for triple in said])):
        own = [fact for fact in stated if fact.triple.predicate == field.property]
        known = [t.object for t in said if t.predicate == field.property and t not in here]
        names: list[tuple[str, str]] = []
        if Widget.THING in field.widgets:
            things = [(one.value, name) for one, name in forms.things(field.classes)]
            names = sorted(things, key=lambda pair: pair[0] not in mentioned)[:MOST_NAMES]
        at = typed.get(field.property.value)
        yield ShownField(
            number,
            field,
            field.widgets[0] if field.widgets else Widget.TEXT,
            tuple(
                ShownFact(fact, field.name, shown_value(labels, fact.triple.object), asked.words(f"basis.{fact.basis}"))
                for fact in own
            ),
            tuple(shown_value(labels, value) for value in known),
            tuple(names),
            asked.one(f"v{at}") if at is not None else "",
            asked.one(f"l{at}") if at is not None else "",
        )


# What a form says.


@dataclass(frozen=True)
class _Draft:
    """What a form is to change.

    Args:
        changes: The files.
        thing: The thing.
        label: Its name, for the step.
    """

    changes: tuple[FileChange, ...]
    thing: NamedNode
    label: str


def _draft(asked: PageRequest, project: Project, graph: Graph) -> _Draft:
    labels = labels_of(graph, asked)
    document = Document.open(project, asked.path["name"])
    number, basis = _passage_number(asked), asked.one("basis") or "stated"
    found, kinds = _thing_and_classes(graph, labels, asked.form)
    name = asked.one("new").strip()
    if found is None and not name:
        raise UsageError(asked.words("fact.name.first"))
    thing = found or new_thing(graph, project, kinds[0], name)
    label = labels.label(found) if found else name
    triples = list(_typed(asked, graph, labels, thing, kinds))
    own: tuple[FileChange, ...] = ()
    if found is None:
        named = Triple(
            thing, terms.LABEL, Literal(name, language=asked.one("new-language") or document.language or "en")
        )
        if not _is_printed(name, _words_of(document, number)):
            own = _own_label(project, named)
        triples[:0] = [] if own else [named]
    if not triples and not own:
        raise UsageError(asked.words("fact.nothing"))
    typed = [Triple(thing, terms.TYPE, kind) for kind in kinds]
    edit = FactEdit(document, number, graph.prefixes)
    changes = edit.changes((), [(basis, triple) for triple in (*typed, *triples)], name=label, note=asked.one("note"))
    return _Draft((*changes, *own), thing, label)


def _typed(
    asked: PageRequest, graph: Graph, labels: Labels, thing: NamedNode, kinds: Sequence[NamedNode]
) -> Iterator[Triple]:
    """What was typed into the fields of a form."""
    forms = Forms(graph, labels)
    fields = {field.property.value: field for field in forms.of(kinds, [t.predicate for t in graph.describing(thing)])}
    values = FieldValues(forms, labels)
    for count in range(len(asked.form)):
        iri, value = asked.one(f"p{count}"), asked.one(f"v{count}").strip()
        if iri and value:
            if iri not in fields:
                raise UsageError(asked.words("fact.field.none", name=iri))
            field = fields[iri]
            yield Triple(thing, field.property, values.read(field, value, asked.one(f"l{count}")))


def _is_printed(name: str, words: str) -> bool:
    return " ".join(name.split()) in " ".join(words.split())


def _own_label(project: Project, named: Triple) -> tuple[FileChange, ...]:
    """A name that the passage does not print is our own: it goes into the editorial source, where there is one."""
    base = source_base(project).removesuffix("source/")
    file = editorial_file(project, base, LABELS)
    if file is None:
        return ()
    if file.before is None:
        return (*file.passage, FileChange(file.path, None, new_turtle([named])))
    after = edited_turtle(file.before, (), [named], path=file.path, base=project.options.base)
    return (FileChange(file.path, file.before, after),)


def save_thing(desk: Desk, asked: PageRequest) -> Response:
    """Add what the form of a thing says, as one step."""
    name, number = asked.path["name"], _passage_number(asked)
    made: list[_Draft] = []
    reasons: list[str] = []
    graph = loaded(desk)

    def make(project: Project) -> list[FileChange]:
        draft = _draft(asked, project, graph)
        made.append(draft)
        recording = recorded_with(Document.open(project, name), draft.changes)
        if recording.reason:
            reasons.append(recording.reason)
        return [*draft.changes, *recording.changes]

    try:
        title = asked.words("step.fact", passage=number, name=name)
        changed = desk.workspace.change(title, make, seen=asked.one("seen"), folder=_folder(desk, name))
    except ChangedSinceError:
        raise
    except ScographError as error:
        return thing_form(desk, asked, error)
    told = asked.words("fact.added", name=made[0].label) if changed else asked.words("nothing.changed")
    return desk.go(f"/source/{quote(name)}?passage={quote(number)}", told, *reasons, mark="facts")


def change_facts(desk: Desk, asked: PageRequest) -> Response:
    """Remove facts of a passage, or put them on another basis, as one step."""
    name, number, action = asked.path["name"], _passage_number(asked), asked.path["action"]
    chosen = [_fact_of(asked, token) for token in asked.all("fact")]
    basis = asked.one("basis")
    if not chosen:
        raise UsageError(asked.words("fact.select"))
    if action not in ("remove", "basis"):
        raise UsageError(asked.words("not.found"))

    def make(project: Project) -> list[FileChange]:
        document = Document.open(project, name)
        stated = facts_of(document, number)
        added = [(basis, triple) for old, triple in chosen if old != basis] if action == "basis" else []
        removed = [(old, triple) for old, triple in chosen if action == "remove" or old != basis]
        typed = _left_types(stated, removed)
        removed += typed
        added += [(basis, triple) for _, triple in typed] if action == "basis" else []
        edit = FactEdit(document, number, loaded(desk).prefixes)
        label = "-".join(dict.fromkeys(_last_segment(triple) for _, triple in chosen))
        changes = edit.changes(removed, added, name=label)
        return [*changes, *recorded_with(document, changes).changes]

    title = asked.words(f"step.fact.{action}", passage=number, name=name)
    changed = desk.workspace.change(title, make, seen=asked.one("seen"), folder=_folder(desk, name))
    told = title if changed else asked.words("nothing.changed")
    return desk.go(f"/source/{quote(name)}?passage={quote(number)}", told, mark="facts")


def _last_segment(triple: Triple) -> str:
    return str(triple.subject).strip("<>").rstrip("/").rpartition("/")[2]


def _left_types(
    stated: dict[NamedNode, list[StatedFact]], removed: Iterable[tuple[str, Triple]]
) -> list[tuple[str, Triple]]:
    """The classes of things of which a basis says nothing else any more: they go as well."""
    gone = set(removed)
    found: list[tuple[str, Triple]] = []
    for facts in stated.values():
        for basis in {fact.basis for fact in facts}:
            own = [fact for fact in facts if fact.basis == basis]
            left = [fact for fact in own if (basis, fact.triple) not in gone]
            touched = len(left) < len(own)
            if touched and left and all(fact.triple.predicate == terms.TYPE for fact in left):
                found += [(basis, fact.triple) for fact in left]
    return found


def _fact_of(asked: PageRequest, token: str) -> tuple[str, Triple]:
    """A fact as a form names it."""
    basis, _, text = token.partition(" ")
    try:
        (quad,) = parse(f"{text} .".encode(), RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise UsageError(asked.words("fact.select")) from error
    return basis, quad.triple


def _folder(desk: Desk, name: str) -> str:
    return source_path(desk.workspace.project, name).rpartition("/")[0]


def check_thing(desk: Desk, asked: PageRequest) -> Response:
    """What the check says of a form that is not sent yet, for the script that asks while one types."""
    graph = loaded(desk)
    try:
        draft = _draft(asked, desk.workspace.project, graph)
    except ScographError as error:
        return JSONResponse({"findings": [], "problem": error.message})
    before = {_key(one) for one in desk.workspace.check().findings}
    paths = {change.path for change in draft.changes}
    found = [
        {"severity": str(one.severity), "message": one.message, "hint": one.hint, "property": one.path}
        for one in desk.workspace.draft(draft.changes).findings
        if one.place and one.place.path in paths and _key(one) not in before and one.severity != Severity.INFO
    ]
    return JSONResponse({"findings": found, "problem": ""})


def _key(one: Finding) -> tuple[str, str, str, str, str]:
    return one.code, one.focus, one.path, one.value, one.message


def choose_thing(desk: Desk, asked: PageRequest) -> Response:
    """Lead on to the form of the thing that was chosen."""
    given = {key: asked.one(key).strip() for key in ("passage", "thing", "kind", "new")}
    if given["thing"]:
        graph = loaded(desk)
        given["thing"] = labels_of(graph, asked).find(given["thing"]).value
        given["kind"] = given["new"] = ""
    query = urlencode({key: value for key, value in given.items() if value})
    return desk.go(f"/source/{quote(asked.path['name'])}/thing?{query}")
