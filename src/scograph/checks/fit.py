"""Fit: whether the words of a passage, where they are at hand, say what is credited to it as stated."""

from __future__ import annotations

from collections.abc import Iterator

from scograph.checks.evidence import JudgedClaim, unshown
from scograph.checks.run import CheckRun
from scograph.fit import Part, Value
from scograph.labels import Labels
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
        said, E04 for a word that denies or postpones.
    """
    labels = Labels(run.graph)
    files = {(file.passage, file.basis): file.parsed.path for file in run.graph.facts_files}
    for one in unshown(run.evidence):
        parts = [] if one.verdict is None else list(one.verdict.missing)
        if one.claim.passage in run.evidence.incomplete:
            parts = [part for part in parts if part[0] in (Part.VALUE, Part.POLARITY)]
        if one.claim.iri.value in run.evidence.covered:
            parts = [part for part in parts if part[0] is not Part.POLARITY]
        if not parts or one.passage is None or one.claim.passage not in run.evidence.described:
            continue
        subject, predicate, value = map(str, one.claim.triple)
        path = files[one.claim.passage, "stated"]
        place = run.graph.places.find(subject, predicate, value, path=path) or Place(path)
        yield Finding(
            Severity.WARNING,
            _CODES[parts[0][0]],
            "; ".join(_message(one, part, instead, labels) for part, instead in parts),
            f"it prints “{shortened(one.passage.text)}”: {_WAYS.get(parts[0][0], _WAY)}",
            focus=subject.removeprefix("<").removesuffix(">"),
            path=predicate[1:-1],
            value=value,
            place=place,
        )


def _message(one: JudgedClaim, part: Part, instead: str, labels: Labels) -> str:
    triple = one.claim.triple
    name = labels.label(triple.object)
    but = f", but {instead}" if instead else ""
    match part:
        case Part.VALUE:
            value = one.statement.object.text if one.statement and isinstance(one.statement.object, Value) else name
            return f"the passage does not print {value!r}{but}"
        case Part.OBJECT:
            return f"the passage does not name {name!r}"
        case Part.SUBJECT:
            who = labels.own_label(triple.subject) or "the parts of the record"
            return f"the passage does not say it of {who!r}{but}"
        case Part.PREDICATE:
            return f"the passage has no word for {labels.label(triple.predicate)!r}{but}"
        case Part.POLARITY:
            return f"the passage says {instead!r}"


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
