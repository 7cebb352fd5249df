"""Comparisons in words: headings, statuses, dates and differences in one language; as Markdown and as one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.answers.reasons import Support
from scograph.labels import Labels
from scograph.model import Term
from scograph.portal.table import Cell, CellFact, Column, Comparison, Row, RowDifference, Status
from scograph.site.words import Words

MAX_NAMED = 12
"""So many things are named that several organisations have; the others are counted."""
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}"
    "th,td{border:1px solid #8888;padding:.4rem .6rem;text-align:left;vertical-align:top}"
    "td ul{margin:0;padding-left:1rem}"
    "small{opacity:.8}"
)


class ComparisonWords:
    """Says what a comparison says, in one language.

    Args:
        words: The interface in that language.
        labels: The names of things, with that language first.
        inverse: What a property is called from its value, or nothing.
    """

    def __init__(
        self, words: Words, labels: Labels, inverse: Callable[[NamedNode], Literal | None] = lambda _: None
    ) -> None:
        self.words = words
        self.labels = labels
        self._inverse = inverse

    def name(self, term: Term) -> str:
        """What a thing is called; a date or another literal in words."""
        if isinstance(term, Literal):
            return term.value if term.language else self.words.date(term.value)
        return self.labels.label(term)

    def thing(self, fact: CellFact) -> str:
        """What the thing of a fact is called, with its status where that is not in force."""
        name = self.name(fact.thing)
        if not fact.statuses:
            return name
        status = self.words("comma").join(self.name(one.thing) for one in fact.statuses)
        return self.words("with_status", name=name, status=status)

    def heading(self, row: Row) -> str:
        """What a row is called: its title, else the names of its terms."""
        titled = self.labels.best(row.titles)
        if titled is not None:
            return titled.value
        names = []
        for term in row.terms:
            called = self._inverse(term.node) if term.is_inverse else None
            if called is not None:
                names.append(called.value)
            else:
                name = self.labels.label(term.node)
                names.append(self.words("incoming.this", property=name) if term.is_inverse else name)
        return self.words("comma").join(names)

    def status(self, status: Status) -> str:
        """What a status is called."""
        return self.words(f"compare.{status.value}")

    def dates(self, fact: CellFact) -> str:
        """The dates of a fact; nothing where it is a date itself."""
        if isinstance(fact.thing, Literal):
            return ""
        return self.words("clause").join(self.words.date(text, kind) for kind, text in dict.fromkeys(fact.dates))

    def edition(self, day: str) -> str:
        """The edition of a day, in words; nothing where the day is not known."""
        return self.words("state_of", date=self.words.date(day)) if day else ""

    def column(self, column: Column) -> str:
        """How far an organisation's profile was read, and of which day it is."""
        days = [self.edition(one.day) for one in column.editions if one.day]
        read = self.words("compare.read" if column.is_read else "compare.unread")
        return self.words("clause").join((*dict.fromkeys(days), read))

    def difference(self, columns: Sequence[Column], difference: RowDifference) -> str:
        """What differs in a row, in words: what several have in common, and who has nothing, each status apart."""
        words = self.words
        if difference.is_same:
            return words("compare.same")
        said = []
        for fact, numbers in difference.common[:MAX_NAMED]:
            who = self._who(columns, numbers)
            said.append(words("compare.common", thing=self.thing(fact), who=who))
        if len(difference.common) > MAX_NAMED:
            said.append(words.many("n.more", len(difference.common) - MAX_NAMED))
        for status, numbers in difference.by_status:
            if status is Status.STATED and not said and len(numbers) < len(columns):
                who = self._who(columns, numbers)
                is_only = Status.NOT_READ not in dict(difference.by_status)  # else nobody knows what the others say
                said.append(
                    words("compare.only", who=who) if is_only else f"{self.status(status)}{words('colon')}{who}"
                )
            elif status is not Status.STATED:
                text = words("compare.all") if len(numbers) == len(columns) > 1 else self._who(columns, numbers)
                said.append(f"{self.status(status)}{words('colon')}{text}")
        if not said:
            said.append(words("compare.others"))
        return words("compare.join").join(said)

    def _who(self, columns: Sequence[Column], numbers: Sequence[int]) -> str:
        names = [self.name(columns[number].node) for number in numbers[:MAX_NAMED]]
        left = len(numbers) - len(names)
        return self.words("comma").join((*names, *((self.words.many("n.more", left),) if left else ())))

    def source(self, support: Support, day: str) -> str:
        """A passage in words: document, edition, basis unless it is stated."""
        basis = "" if support.basis == "stated" else self.labels.label(terms.basis(support.basis))
        parts = (support.document or support.passage, self.edition(day), basis)
        return self.words("clause").join(part for part in parts if part)


def markdown(comparison: Comparison, said: ComparisonWords, title: str) -> Iterator[str]:
    """A comparison as Markdown: a table (GFM, clause 4.10), and under it what differs in each row.

    Args:
        comparison: The comparison.
        said: The words.
        title: What it is called.

    Returns:
        Lines.
    """
    columns = comparison.columns
    yield f"# {_plain(title)}\n\n"
    heads = [f"{_plain(said.name(column.node))} ({_plain(said.column(column))})" for column in columns]
    yield f"| | {' | '.join(heads)} |\n|---|{'---|' * len(columns)}\n"
    for row, cells in zip(comparison.rows, comparison.cells, strict=True):
        yield f"| {_plain(said.heading(row))} | {' | '.join(_markdown_cell(cell, said) for cell in cells)} |\n"
    if len(columns) > 1:
        yield "\n"
        for number, row in enumerate(comparison.rows):
            words = said.difference(columns, comparison.difference(number))
            yield f"- **{_plain(said.heading(row))}**: {_plain(words)}\n"


def _markdown_cell(cell: Cell, said: ComparisonWords) -> str:
    parts = [_markdown_fact(fact, said) for fact in cell.facts]
    if not parts:
        parts.append(f"*{_plain(said.status(cell.status))}*")
    parts += [f"{_plain(said.words('on_record'))}: {_markdown_fact(fact, said)}" for fact in cell.against]
    return "<br>".join(parts)


def _markdown_fact(fact: CellFact, said: ComparisonWords) -> str:
    dates = said.dates(fact)
    name = _plain(said.name(fact.thing))
    if fact.statuses:
        statuses = said.words("comma").join(
            _plain(said.name(one.thing)) + _markdown_marks(one) for one in fact.statuses
        )
        name = said.words("with_status", name=name, status=statuses)
    return f"{name}{f' ({_plain(dates)})' if dates else ''}{_markdown_marks(fact)}"


def _markdown_marks(fact: CellFact) -> str:
    links = []
    for number, support in enumerate(fact.supports, 1):
        is_link = support.link.startswith(("http://", "https://"))
        links.append(f"[{number}](<{support.link.replace('>', '%3E')}>)" if is_link else str(number))
    return f" {' '.join(links)}" if links else ""


def _plain(text: str) -> str:
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in line)


def html_page(comparison: Comparison, said: ComparisonWords, title: str) -> Iterator[str]:
    """A comparison as one HTML page that needs nothing else.

    Args:
        comparison: The comparison.
        said: The words.
        title: What it is called.

    Returns:
        The page, in pieces.
    """
    columns = comparison.columns
    yield (
        f'<!doctype html>\n<html lang="{said.words.language}">\n<meta charset="utf-8">\n'
        f'<title>{escape(title)}</title>\n<meta name="viewport" content="width=device-width">\n'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<table>\n"
    )
    heads = "".join(
        f'<th scope="col">{escape(said.name(one.node))}<br><small>{escape(said.column(one))}</small></th>'
        for one in columns
    )
    yield f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n"
    for number, (row, cells) in enumerate(zip(comparison.rows, comparison.cells, strict=True)):
        words = said.difference(columns, comparison.difference(number)) if len(columns) > 1 else ""
        yield f'<tr><th scope="row">{escape(said.heading(row))}<br><small>{escape(words)}</small></th>'
        for cell in cells:
            yield f'<td data-status="{cell.status.value}">{_html_cell(cell, said)}</td>'
        yield "</tr>\n"
    yield "</tbody></table>\n</html>\n"


def _html_cell(cell: Cell, said: ComparisonWords) -> str:
    facts = "".join(f"<li>{_html_fact(fact, said)}</li>" for fact in cell.facts)
    against = "".join(
        f"<li><small>{escape(said.words('on_record'))}: {_html_fact(fact, said)}</small></li>" for fact in cell.against
    )
    listed = f"<ul>{facts}{against}</ul>" if facts or against else ""
    return listed if facts else f"<em>{escape(said.status(cell.status))}</em>{listed}"


def _html_fact(fact: CellFact, said: ComparisonWords) -> str:
    dates = said.dates(fact)
    name = escape(said.name(fact.thing))
    if fact.statuses:
        statuses = (f"{escape(said.name(one.thing))} {_html_marks(one, said)}".rstrip() for one in fact.statuses)
        status = f"<em>{said.words('comma').join(statuses)}</em>"
        name = said.words("with_status", name=name, status=status)
    return f"{name}{f' <small>({escape(dates)})</small>' if dates else ''} {_html_marks(fact, said)}".rstrip()


def _html_marks(fact: CellFact, said: ComparisonWords) -> str:
    marks = []
    for number, (support, day) in enumerate(zip(fact.supports, fact.days, strict=True), 1):
        is_link = support.link.startswith(("http://", "https://"))
        words = escape(said.source(support, day))
        marks.append(f'<a href="{escape(support.link)}" title="{words}">{number}</a>' if is_link else str(number))
    return " ".join(marks)
