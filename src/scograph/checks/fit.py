"""Fit: whether the words of a passage say what is credited to it as stated, and what was recorded of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scograph.checks.evidence import JudgedClaim, Shown, unshown
from scograph.checks.run import CheckRun
from scograph.claims import Claim
from scograph.fit import Part, Value
from scograph.fit.normalising import NormalisationRule
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.layout import FactsFile
from scograph.messages import counted
from scograph.model import Finding, Place, Severity

MAX_WORDS = 25
"""So many words of a passage are shown."""
MAX_CHARACTERS = 60
"""So many characters, of a language without blanks between words."""
_CODES = {Part.VALUE: "E01", Part.OBJECT: "E01", Part.SUBJECT: "E02", Part.PREDICATE: "E03", Part.POLARITY: "E04"}

_WAY = "credit the passage that says it, or make it normalised by a rule, or interpreted with a note"
_WAYS = {
    Part.SUBJECT: "say which passage names it (scograph source read-with) or what the passage or document is about "
    "(scograph source about), or make it interpreted with a note",
    Part.POLARITY: "read it, and record the reading (scog:covers), or take it away",
}


def check_fit(run: CheckRun) -> Iterator[Finding]:
    """Find stated claims that the words of their passage do not say.

    Who follows a fact to its passage must find it there. A claim is held against the text of its passage, or its
    quotation, and the passages that it is read with: the value, or a name of the object; a name of the subject; one of
    the words by which texts say the property (`scog:saidAs`); and no word that denies it. Credit the passage that says
    it; or call it normalised, by a rule of reading, or interpreted, with a note; or take it away. Claims whose passage
    has no words at hand are counted, and not found; so are those of a passage that is not quoted, if nothing
    says what it or its document is about (`scog:isAbout`) or what it is read with (`scog:isReadWith`).

    Args:
        run: The graph, and how it is checked: with the texts.

    Returns:
        E01 for a value or object that is not printed, E02 for a subject that is not, E03 for a property that is not
        said, E04 for a word that denies or postpones; E09 for a normalised claim whose value follows from the words by
        no rule, and that nobody has read.
    """
    labels = Labels(run.graph)
    for one in unshown(run.evidence):
        parts = [] if one.verdict is None else list(one.verdict.missing)
        if one.claim.passage in run.evidence.incomplete:
            parts = [part for part in parts if part[0] in (Part.VALUE, Part.POLARITY)]
        if one.claim.iri.value in run.evidence.covered:
            parts = [part for part in parts if part[0] is not Part.POLARITY]
        if parts and one.claim.passage in run.evidence.described:
            yield fit_finding(one, parts, run.graph, labels)
    yield from _unexplained(run, labels)


def _unexplained(run: CheckRun, labels: Labels) -> Iterator[Finding]:
    """The normalised claims whose value follows from the words of their passage by no rule."""
    for one in run.evidence.normalised:
        if one.rules or one.claim.iri.value in run.evidence.covered:
            continue
        subject, predicate, value = map(str, one.claim.triple)
        yield Finding(
            Severity.WARNING,
            "E09",
            f"no rule of normalisation makes {labels.label(one.claim.triple.object)!r} of the words of the passage",
            f"it prints “{shortened(one.passage.text)}”: state the date of issue of the document, or make the claim "
            f"interpreted with a note; the rules are: {', '.join(NormalisationRule)}",
            focus=subject.removeprefix("<").removesuffix(">"),
            path=predicate[1:-1],
            value=value,
            place=_place_of(one.claim, run.graph, _file_of(one.claim, run.graph, "normalised")),
        )


def fit_finding(one: JudgedClaim, parts: Sequence[tuple[Part, str]], graph: Graph, labels: Labels) -> Finding:
    """The finding of a claim that the words of its passage do not say.

    Args:
        one: The claim, with its passage.
        parts: What the words do not say, each with what they say instead.
        graph: The graph.
        labels: The names of its things.

    Returns:
        The finding, at the fact.
    """
    subject, predicate, value = map(str, one.claim.triple)
    file = _file_of(one.claim, graph, "stated")
    words = f"it {'prints' if one.is_whole else 'is'} “{shortened(one.passage.text)}”: " if one.passage else ""
    if not one.is_whole:
        words += f"with the text at hand, quote the words that say it (scograph source quote {file.source} '…'); or "
    return Finding(
        Severity.WARNING,
        _CODES[parts[0][0]],
        "; ".join(_message(one, part, instead, labels) for part, instead in parts),
        f"{words}{_WAYS.get(parts[0][0], _WAY)}",
        focus=subject.removeprefix("<").removesuffix(">"),
        path=predicate[1:-1],
        value=value,
        place=_place_of(one.claim, graph, file),
    )


def _file_of(claim: Claim, graph: Graph, basis: str) -> FactsFile:
    """The first file with facts of a claim's passage on a basis."""
    return next(file for file in graph.facts_files if file.passage == claim.passage and file.basis == basis)


def _place_of(claim: Claim, graph: Graph, file: FactsFile) -> Place:
    path = file.parsed.path
    return graph.places.find(*map(str, claim.triple), path=path) or Place(path)


def check_recorded(run: CheckRun) -> Iterator[Finding]:
    """Find rows of the tables of recorded fits that do not agree with the graph, or with the words.

    Where the text of a source is not at hand, `fit.tsv` beside its source.ttl records which stated claims the words of
    their passages were seen to say while it was. `scograph source fix` writes it and nobody else, so that a row which
    does not agree with the claims and passages as they are was true of others. The claim is not shown then. Run
    `scograph source fix` again: where the text is at hand all rows are made anew, else those that do not agree are
    taken out.

    Args:
        run: The graph, and how it is checked: with the texts.

    Returns:
        E05 for a table or a row that cannot be read, is not in order or stands twice, or a conflict that git left; E06
        for a row without a stated claim; E07 for a row whose passage has another edition, place or other words; E08 for
        a row of a claim that the words at hand do not say.
    """
    texts = {one.claim.iri.value: one.shown for one in run.evidence.claims if one.claim.passage in run.evidence.whole}
    bare = Counter(one.claim.passage for one in run.evidence.claims if one.shown is Shown.TEXT)
    missing = Counter[str]()
    for source, one in zip(run.graph.sources, run.evidence.recorded, strict=True):
        way = f"scograph source fix {source.name} makes the table again"
        for fault in one.table.faults if one.table else ():
            yield Finding(Severity.ERROR, "E05", fault.message, way, place=fault.place)
        for other in one.disagreeing:
            code = "E07" if other.claim else "E06"
            yield Finding(Severity.ERROR, code, other.message, way, focus=other.claim, place=other.place)
        for iri, (row, place) in one.agreeing.items():
            if texts.get(iri, Shown.TEXT) is not Shown.TEXT:
                message = f"the words of passage {row.passage} do not say the claim"
                yield Finding(Severity.ERROR, "E08", message, way, focus=iri, place=place)
        missing[source.name] = sum(bare[iri] for iri in source.passages.values())
        missing[source.name] -= sum(texts.get(iri) is Shown.TEXT for iri in one.agreeing)
    names = [name for name, count in missing.items() if count]
    if names:
        named = f"scograph source fix {names[0]}" if len(names) == 1 else "scograph source fix --all"
        run.notes.append(
            f"{counted(missing.total(), 'claim')} of {counted(len(names), 'source')} shown by a text at hand, and not"
            f" recorded for those without the text: {named}"
        )


def _message(one: JudgedClaim, part: Part, instead: str, labels: Labels) -> str:
    triple = one.claim.triple
    name = labels.label(triple.object)
    but = f", but {instead}" if instead else ""
    words = "passage" if one.is_whole else "quotation of the passage"
    match part:
        case Part.VALUE:
            value = one.statement.object.text if one.statement and isinstance(one.statement.object, Value) else name
            return f"the {words} does not print {value!r}{but}"
        case Part.OBJECT:
            return f"the {words} does not name {name!r}"
        case Part.SUBJECT:
            who = labels.own_label(triple.subject) or "the parts of the record"
            return f"the {words} does not say it of {who!r}{but}"
        case Part.PREDICATE:
            return f"the {words} has no word for {labels.label(triple.predicate)!r}{but}"
        case Part.POLARITY:
            return f"the {words} says {instead!r}"


def shortened(text: str) -> str:
    """The beginning of a text, on one line: at most `MAX_WORDS` words.

    Args:
        text: The text.

    Returns:
        The words, with an ellipsis where there are more.

    Example:
        >>> shortened("one  two")
        'one two'
    """
    words = text.split()
    short = " ".join(words[:MAX_WORDS])
    is_cut = len(words) > MAX_WORDS
    if len(words) < len(text) // 20:
        is_cut, short = is_cut or len(short) > MAX_CHARACTERS, short[:MAX_CHARACTERS]
    return f"{short}…" if is_cut else short
