"""Answers as text for a terminal: facts with marks, and the passages that the marks stand for."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.reasons import Reason, Reasons, Support
from scograph.claims import Claim
from scograph.labels import Labels
from scograph.messages import behind_mark, counted
from scograph.model import Term

_NOT_IN_JSON = frozenset(("is_gone", "until", "source"))
"""What of a passage is named in another way in JSON, or only where there is any."""
_PARTS: Mapping[Term | None, str] = {
    terms.PASSAGE: "passage",
    terms.IGNORED_SPAN: "ignored span",
    terms.EDITION: "edition",
}
MAX_INCOMING = 20
"""At most this many subjects of an incoming property are listed; the rest are counted."""


class _Marks:
    """Numbers passages in the order in which they are mentioned."""

    def __init__(self) -> None:
        self._numbers: dict[str, tuple[int, Support]] = {}

    def mark(self, support: Support) -> str:
        number, _ = self._numbers.setdefault(support.passage, (len(self._numbers) + 1, support))
        return f"[{number}]" if support.basis == "stated" else f"[{number} {support.basis}]"

    def lines(self) -> Iterator[str]:
        for number, support in self._numbers.values():
            yield f"  [{number}] {_where(support)}"
            if support.link:
                yield f"      {support.link}"


def show_text(labels: Labels, reasons: Reasons, subject: NamedNode, most: int | None = MAX_INCOMING) -> str:
    """What is known of a thing.

    Args:
        labels: The graph's labels.
        reasons: The graph's reasons.
        subject: The thing.
        most: So many things that point at it are listed for a property; all, if nothing.

    Returns:
        Its facts by property, each with the marks of its passages; what points at it; the passages. A passage comes
        with its link and with what it says, a property with how often it is used.
    """
    marks = _Marks()
    lines = [_head(labels, subject)]
    about = reasons.about(subject)
    if any(reason.triple.predicate == terms.IS_PASSAGE_OF for reason in about):
        lines.append(f"  {reasons.link(subject)}")
    for predicate, group in groupby(about, key=lambda reason: reason.triple.predicate):
        lines.append(f"  {labels.label(predicate)}")
        for reason in group:
            written = " ".join(marks.mark(support) for support in reason.supports)
            unasserted = "" if reason.is_asserted else "  (on record, not asserted)"
            lines.append(f"    {_value(labels, reason.triple)}  {written}".rstrip() + unasserted)
    says = reasons.claims_of(subject)
    if says:
        lines += ["", "says", *_says(labels, says)]
    uses = reasons.uses(subject)
    if uses:
        lines += ["", f"used in {counted(uses, 'statement')}"]
    incoming = reasons.incoming(subject)
    if incoming:
        lines += ["", "pointed at by", *_incoming(labels, incoming, most)]
    sources = list(marks.lines())
    if sources:
        lines += ["", "sources", *sources]
    return "".join(f"{behind_mark(line, '    ')}\n" for line in lines)


def why_text(labels: Labels, found: Sequence[Reason]) -> str:
    """Why statements are made.

    Args:
        labels: The graph's labels.
        found: The statements with their reasons, of one subject.

    Returns:
        For each the passages that support it, the links that open them, and what speaks against it.
    """
    lines = [_head(labels, found[0].triple.subject)]
    for reason in found:
        note = "" if reason.is_asserted else "  (on record, not asserted)"
        lines += ["", f"  {labels.label(reason.triple.predicate)}: {_value(labels, reason.triple)}{note}"]
        if not reason.supports:
            lines.append(f"    no claim: {_why_no_claim(reason)}")
        for support in reason.supports:
            lines += _support(support)
        for triple, group in groupby(reason.contradictions, key=lambda pair: pair[0]):
            for how, supports in groupby((support for _, support in group), key=partial(_against, reason)):
                lines.append(f"    {how}: {_value(labels, triple)}")
                for support in supports:
                    lines += _support(support)
    return "".join(f"{behind_mark(line, '    ')}\n" for line in lines)


def _against(reason: Reason, support: Support) -> str:
    """In what way a passage speaks against a statement: what was said once does not contradict what is said now."""
    if support.basis != "superseded":
        return "against"
    who = "this source" if reason.is_same_source(support) else "another source"
    return f"until {support.until} {who} said" if support.until else f"earlier {who} said"


def _why_no_claim(reason: Reason) -> str:
    """Why nothing supports a statement: only named facts of a source have claims."""
    if not reason.is_fact:
        return "a description of the publication, not a fact from a source"
    if isinstance(reason.triple.object, BlankNode):
        return "a fact with a blank node has none"
    return "the fact is in a file that belongs to no source"


def reasons_json(labels: Labels, found: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as JSON values: subject, predicate and object in N-Triples, labels, supports, contradictions."""
    return [
        {
            "subject": str(reason.triple.subject),
            "predicate": str(reason.triple.predicate),
            "object": str(reason.triple.object),
            "label": f"{labels.label(reason.triple.predicate)}: {labels.label(reason.triple.object)}",
            "asserted": reason.is_asserted,
            "supports": [_support_json(support) for support in reason.supports],
            "contradictions": [
                {"object": str(triple.object), **_support_json(support)} for triple, support in reason.contradictions
            ],
        }
        for reason in found
    ]


def _support_json(support: Support) -> dict[str, Any]:
    said = {name: getattr(support, name) for name in Support.__dataclass_fields__ if name not in _NOT_IN_JSON}
    gone = {"gone": True} if support.is_gone else {}
    return {**said, **gone, **({"until": support.until} if support.until else {})}


def _support(support: Support) -> list[str]:
    lines = [f"    {support.basis}: {_where(support)}"]
    return lines + [f"      {more}" for more in (support.link, support.note) if more]


def _where(support: Support) -> str:
    kind = f" ({support.kind})" if support.kind else ""
    gone = "no longer in the source" if support.is_gone else ""
    parts = (f"{support.document}{kind}", f"passage {terms.local_name(support.passage)}", support.locator, gone)
    return ", ".join(filter(None, parts))


def _head(labels: Labels, subject: Term) -> str:
    own = labels.own_label(subject) or _part_of_a_source(labels, subject)
    return f"{own}  {labels.curie(subject)}" if own else labels.curie(subject)


def _part_of_a_source(labels: Labels, term: Term) -> str:
    """What a passage, an ignored span or an edition is called, which no project gives a label; else nothing."""
    if not isinstance(term, NamedNode):
        return ""
    said = {triple.predicate: triple.object for triple in labels.described(term)}
    kind = _PARTS.get(said.get(terms.TYPE), "")
    document = next((said[one] for one in (*terms.PART_OF, terms.IS_EDITION_OF) if one in said), None)
    if not kind or document is None:
        return ""
    day = said.get(terms.RETRIEVED_ON)
    name = f"of {_in_words(day.value)}" if isinstance(day, Literal) else terms.local_name(term.value)
    return f"{kind} {name} of {labels.label(document)}"


def _in_words(day: str) -> str:
    """A day or a month in words: `30 November 2026`; what is neither stays as it is."""
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    is_month = month.isdecimal() and 1 <= int(month) < len(month_name)
    if not is_month or (number and not number.isdecimal()):
        return day
    return f"{f'{int(number)} ' if number.isdecimal() else ''}{month_name[int(month)]} {year}"


def _value(labels: Labels, triple: Triple) -> str:
    value = triple.object
    return _head(labels, value) if isinstance(value, NamedNode) else labels.label(value)


def _says(labels: Labels, claims: Iterable[Claim]) -> Iterator[str]:
    for subject, group in groupby(claims, key=lambda claim: claim.triple.subject):
        yield f"  {_head(labels, subject)}"
        for claim in group:
            basis = claim.basis.value.removeprefix(terms.BASIS)
            mark = "" if basis == "stated" else f"  [{basis}]"
            yield f"    {labels.label(claim.triple.predicate)}: {_value(labels, claim.triple)}{mark}"


def _incoming(labels: Labels, triples: Sequence[Triple], most: int | None) -> Iterator[str]:
    for predicate, group in groupby(triples, key=lambda triple: triple.predicate):
        pointing = list(group)
        yield f"  {labels.label(predicate)}"
        for triple in pointing[:most]:
            yield f"    {_head(labels, triple.subject)}"
        if most is not None and len(pointing) > most:
            yield f"    and {len(pointing) - most} more; --all shows them"
