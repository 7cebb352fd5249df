"""From a newer text of a source to changes of its files: a new edition, passages with new numbers, fact files moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.alignment import Heading, overlap
from scograph.edit.adding import DEFAULT_EXTENT, Read, printed_date
from scograph.edit.changes import FileChange
from scograph.edit.document import Document, Edition, Span, edition_iri, of_text
from scograph.edit.facts import basis_of, claims_of
from scograph.edit.keeping import archive_text
from scograph.edit.passages import Passages
from scograph.edit.turtle_edits import edited_turtle, new_turtle
from scograph.errors import UsageError
from scograph.extraction import BlockKind, PageText
from scograph.messages import counted
from scograph.model import TextSpan
from scograph.project import read_bytes
from scograph.read_options import NO_BASE
from scograph.texts import digest_of
from scograph.turtle.reader import read_turtle
from scograph.updates.plan import Decision, FactsDecision, NewText, OldSpan, PassagePlan, UpdatePlan, make_plan
from scograph.updates.readings import readings_without
from scograph.updates.watching import MIN_OVERLAP
from scograph.writing import Made

_FACTS_FILE = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z0-9-]+)(?:\.(?P<basis>[a-z]+))?\.ttl")


@dataclass(frozen=True, slots=True)
class NewEdition:
    """A newer text of a document, as it was read.

    Args:
        text: The text.
        day: The day on which it was read, UTC, as `2026-11-30`.
        extent: How much of the document it has: `whole`, `beginning`, `excerpt`, `transcription`.
        access: Who may read it: `open`, `login`, `paper`; empty where it is not known.
        retrieved_from: Where it was read, if that is not the document's address.
        archived_url: An archived copy of it.
        original: The bytes that it was read from; empty where they are the text.
        extension: The extension of their format, such as `html`.
        extractor: What made the text of them.
        headings: Its headings; None if they are not known.
        last_updated: When it says that it was last updated; None if that is not known.
    """

    text: str
    day: str
    extent: str = "whole"
    access: str = ""
    retrieved_from: str = ""
    archived_url: str = ""
    original: bytes = b""
    extension: str = ""
    extractor: str = ""
    headings: tuple[Heading, ...] | None = None
    last_updated: Literal | None = None

    def edition(self, document: NamedNode, follows: NamedNode | None) -> Edition:
        """The edition that it becomes.

        Args:
            document: The document.
            follows: The edition before it.

        Returns:
            The edition.
        """
        return of_text(
            Edition(
                edition_iri(document, self.text, self.day),
                extent=self.extent,
                access=self.access,
                follows=follows,
                retrieved_on=self.day,
                last_updated=self.last_updated,
                archived_url=self.archived_url,
                retrieved_from=self.retrieved_from,
                original_sha256=digest_of(self.original) if self.original else "",
                extractor=self.extractor,
            ),
            self.text,
        )


def has_no_words(document: Document) -> bool:
    """Whether no text of a document's newest edition was kept, so that a text can become its words.

    Args:
        document: The document.
    """
    return not document.is_editorial and not (document.newest and document.newest.sha256)


def take_words(document: Document, new: NewEdition) -> FileChange:
    """Make a text the words of a document whose passages have locators alone.

    Args:
        document: The document; no text of its newest edition was kept.
        new: The text. Without an extent, it has that of the edition.

    Returns:
        The change of source.ttl. If the text was read on the day of the newest edition, it is this edition, which is
        named by its digest then; else it is an edition that follows it. Passages get no place by this.

    Raises:
        UsageError: The text is empty, or that of an older edition.
    """
    newest = document.newest
    if not new.text.strip():
        raise UsageError("the text is empty", hint="give the text that was read")
    digest = digest_of(new.text)
    for edition in document.editions:
        if edition.sha256 == digest:
            raise UsageError(
                f"{document.name}: this is the text of an older edition, {edition.title}",
                hint="give the text that its newest edition has",
            )
    if newest is None or not new.day.startswith(newest.retrieved_on or "-"):
        made = new.edition(document.iri, newest.iri if newest else None)
        made = replace(made, extent=made.extent or (newest.extent if newest else "") or DEFAULT_EXTENT)
        return document.rewrite(editions=(*document.editions, made), texts={made.iri: new.text})
    own = new.edition(document.iri, newest.follows)
    made = replace(
        own,
        extent=own.extent or newest.extent,
        access=own.access or newest.access,
        archived_url=own.archived_url or newest.archived_url,
        retrieved_from=own.retrieved_from or newest.retrieved_from,
        last_seen_on=newest.last_seen_on,
        last_updated=own.last_updated or newest.last_updated,
    )

    def renamed(iris: tuple[NamedNode, ...]) -> tuple[NamedNode, ...]:
        return tuple(made.iri if iri == newest.iri else iri for iri in iris)

    return document.rewrite(
        spans=[
            replace(
                span,
                stands_in=renamed(span.stands_in),
                gone_from=renamed(span.gone_from),
                placed_in=made.iri if span.placed_in == newest.iri else span.placed_in,
            )
            for span in document.spans
        ],
        editions=[made if one.iri == newest.iri else one for one in document.editions],
        texts={made.iri: new.text},
        renamed={newest.iri: made.iri},
    )


class SameTextError(UsageError):
    """The text is that of the newest edition: there is nothing to update."""


def headings_of(page: PageText) -> tuple[Heading, ...] | None:
    """The headings of a page; None where its format does not tell them, as plain text does not.

    Args:
        page: The page.

    Returns:
        The headings, in order.
    """
    found = tuple(Heading(one.start, one.end, one.level) for one in page.blocks if one.kind is BlockKind.HEADING)
    return found or None


def new_edition(  # noqa: PLR0913 -- a text, and what is said of it
    document: Document,
    read: Read,
    *,
    extent: str = DEFAULT_EXTENT,
    access: str = "",
    archived_url: str = "",
    updated: str = "",
) -> NewEdition:
    """Describe a newer text of a document.

    Args:
        document: The document.
        read: The text, as it was read.
        extent: How much of the document it has; empty for as much as the edition whose words it becomes.
        access: Who may read it; empty where that is not known.
        archived_url: An archived copy of it; empty if there is none.
        updated: The day, month or year in which it says that it was last updated; empty if that is not known.

    Returns:
        The text, with what is said of it.

    Raises:
        UsageError: The date is none.
    """
    own = [value.value for value in document.values[document.iri].get(terms.SOURCE_URL, ())]
    return NewEdition(
        read.page.text,
        read.day,
        extent,
        access,
        retrieved_from="" if read.retrieved_from in own else read.retrieved_from,
        archived_url=archived_url,
        original=b"" if read.data == read.page.text.encode() else read.data,
        extension=read.form.extensions[0],
        extractor=read.page.extractor,
        headings=headings_of(read.page),
        last_updated=printed_date(updated) if updated else None,
    )


def plan_update(
    document: Document,
    new: NewEdition,
    *,
    old_headings: Iterable[Heading] | None = None,
    is_rewritten: bool = False,
) -> UpdatePlan:
    """Say what became of a document's passages in a newer text.

    Args:
        document: The document.
        new: The newer text.
        old_headings: The headings of its newest edition's text; None if they are not known.
        is_rewritten: Whether a text that has hardly any words of the last edition is taken all the same.

    Returns:
        The plan.

    Raises:
        SameTextError: It is the text of the newest edition.
        UsageError: The text of the newest edition was not kept or is not at hand; the newer text is that of an older
            edition, is empty, or is another document's.
    """
    newest, old = document.newest_text()
    digest = digest_of(new.text)
    if not new.text.strip():
        raise UsageError("the new text is empty", hint="if the document is gone, scograph source status says so")
    if digest == newest.sha256:
        raise SameTextError(f"{document.name}: this is the text of its newest edition, {newest.title}")
    for edition in document.editions:
        if edition.sha256 == digest:
            raise UsageError(
                f"{document.name}: this is the text of an older edition, {edition.title}",
                hint=f"the newest is {newest.title}: give a text that is newer",
            )
    share = overlap(old, new.text)
    if share < MIN_OVERLAP and not is_rewritten:
        raise UsageError(
            f"{document.name}: the text has {share:.0%} of the words of its newest edition: it may be another document",
            hint="is it the right file? If the document was rewritten as a whole, say so with --rewritten",
        )
    has_both = old_headings is not None and new.headings is not None
    return make_plan(
        document.iri.value,
        old,
        new.text,
        _old_spans(document, newest.iri),
        digests=(newest.sha256, digest),
        extent=new.extent,
        old_headings=tuple(old_headings or ()) if has_both else None,
        new_headings=new.headings if has_both else None,
    )


def apply_update(document: Document, plan: UpdatePlan, new: NewEdition) -> tuple[FileChange, ...]:
    """Make the changes of a plan in which all is decided.

    Args:
        document: The document, as it was planned for.
        plan: The plan.
        new: The newer text.

    Returns:
        The changes of the files of the source, source.ttl first. Nothing is written.

    Raises:
        UsageError: Something is not decided yet, or a file is in the way.
    """
    if plan.questions:
        names = ", ".join(one.name for one in plan.questions)
        raise UsageError(f"not decided yet: {names}", hint="decide them, or run the command without --yes")
    newest = document.newest
    edition = new.edition(document.iri, newest.iri if newest else None)
    update = _Update(document, edition)
    for one in plan.passages:
        update.take(one)
    for text in (*plan.new, *_left_over(plan)):
        update.add(text)
    vanished = update.carry_over()
    change = document.rewrite(
        spans=update.spans(vanished), editions=(*document.editions, edition), texts={edition.iri: new.text}
    )
    files = _moved_files(document, update.moves)
    return (_without_vanished(document, change, vanished), *files)


def _without_vanished(document: Document, change: FileChange, vanished: AbstractSet[NamedNode]) -> FileChange:
    """The change of source.ttl without what readings say of claims that are no more: they are to be read again."""
    names = {claim.value for claim in vanished}
    removed = readings_without(document, names.__contains__)
    if not removed or change.after is None:
        return change
    base = document.project.options.base
    return replace(change, after=edited_turtle(change.after, removed, (), path=document.path, base=base))


def _claims(document: Document, file: str) -> Iterator[tuple[Triple, NamedNode]]:
    """The triples of a file of facts that a claim can name, each with its claim."""
    passage = next(
        (one.iri for one in document.spans if not one.is_ignored and one.name == file.partition("-")[0]), None
    )
    if passage is None:
        return
    yield from claims_of(document, (PurePosixPath(document.path).parent / file).as_posix(), passage)


@dataclass(frozen=True, slots=True)
class _Move:
    """Facts that are put into another file.

    Args:
        file: The file that has them.
        number: The number of the passage that they are to rest on.
        basis: Their new basis; empty where it stays.
        triples: Those that move, as N-Triples writes them; empty for all.
    """

    file: str
    number: str
    basis: str = ""
    triples: frozenset[str] = frozenset()

    def takes(self, triple: Triple) -> bool:
        """Whether a triple of the file moves."""
        return not self.triples or str(triple) in self.triples


class _Update:
    """The spans of a document as an update makes them.

    Args:
        document: The document.
        edition: The new edition.
    """

    def __init__(self, document: Document, edition: Edition) -> None:
        self._document = document
        self._edition = edition.iri
        self._spans = {span_name(span): span for span in document.spans}
        self._added: list[Span] = []
        self._revisions: dict[NamedNode, NamedNode] = {}
        self.moves: list[_Move] = []

    def take(self, one: PassagePlan) -> None:
        """Do what is decided about a passage."""
        span = self._spans[one.name]
        target = one.target
        number = span.name
        if one.decision is Decision.KEEP and target is not None:
            stands_in = (*span.stands_in, self._edition)
            self._spans[one.name] = replace(
                span, start=target.start, end=target.end, stands_in=stands_in, placed_in=self._edition, stated=None
            )
        elif one.decision is Decision.REVISE and target is not None:
            number = self._new(target, span).name
        if one.decision in (Decision.REVISE, Decision.GONE) and not span.is_ignored:
            self._spans[one.name] = replace(span, gone_from=(*span.gone_from, self._edition))
        for file, decision in one.facts.items():
            if decision is not FactsDecision.EACH:
                self._move(file, decision, number, span.name)
                continue
            claims = one.claims[file]
            for value in dict.fromkeys(claims.values()):
                triples = frozenset(triple for triple, said in claims.items() if said is value)
                self._move(file, value, number, span.name, frozenset() if len(triples) == len(claims) else triples)

    def _move(
        self, file: str, decision: FactsDecision, new: str, old: str, triples: frozenset[str] = frozenset()
    ) -> None:
        """Note what is to become of facts."""
        if decision is FactsDecision.MOVE:
            self.moves.append(_Move(file, new, "", triples))
        elif decision in (FactsDecision.SUPERSEDED, FactsDecision.CONTRADICTED):
            self.moves.append(_Move(file, old, decision.value, triples))

    def add(self, text: NewText) -> None:
        """Make a span of new words."""
        if text.decision is Decision.LEAVE:
            return
        is_ignored = text.decision is Decision.IGNORE
        notes: tuple[Literal, ...] = ()
        if is_ignored:
            like = self._spans.get(text.continues)
            notes = like.notes if like else (Literal(text.because, language="en"),)
        iri = self._document.new_iri(is_ignored=is_ignored, taken=self._added)
        self._added.append(
            Span(
                iri,
                text.span.start,
                text.span.end,
                is_ignored=is_ignored,
                notes=notes,
                stands_in=(self._edition,),
                placed_in=self._edition,
            )
        )

    def carry_over(self) -> set[NamedNode]:
        """Note at each new passage the claims of the facts that move to it; those that these were are no more."""
        vanished: set[NamedNode] = set()
        for move in self.moves:
            old = {triple: claim for triple, claim in _claims(self._document, move.file) if move.takes(triple)}
            vanished |= set(old.values())
            if move.basis:
                continue
            for number, span in enumerate(self._added):
                if span.name == move.number and not span.is_ignored:
                    path = (PurePosixPath(self._document.path).parent / move.file).as_posix()
                    new = (claim for triple, claim in claims_of(self._document, path, span.iri) if triple in old)
                    self._added[number] = replace(span, carried=tuple(dict.fromkeys((*span.carried, *new))))
        return vanished

    def spans(self, vanished: AbstractSet[NamedNode]) -> tuple[Span, ...]:
        """All spans; what is read with a passage that was revised is read with its revision too.

        Args:
            vanished: The claims that are no more.
        """
        there = {span.iri for span in (*self._spans.values(), *self._added) if span.placed_in == self._edition}
        found = []
        for span in (*self._spans.values(), *self._added):
            partners = list(span.read_with)
            if span.iri in there:
                partners += [self._revisions[one] for one in partners if one in self._revisions]
                if span.revision_of:
                    partners = [one for one in partners if one in there]
            carried = tuple(claim for claim in span.carried if claim not in vanished)
            found.append(replace(span, read_with=tuple(dict.fromkeys(partners)), carried=carried))
        return tuple(found)

    def _new(self, target: TextSpan, old: Span) -> Span:
        """The revision of a span."""
        span = Span(
            self._document.new_iri(is_ignored=old.is_ignored, taken=self._added),
            target.start,
            target.end,
            is_ignored=old.is_ignored,
            notes=old.notes if old.is_ignored else (),
            stands_in=(self._edition,),
            placed_in=self._edition,
            revision_of=() if old.is_ignored else (old.iri,),
            read_with=old.read_with,
            about=old.about,
        )
        self._added.append(span)
        self._revisions[old.iri] = span.iri
        return span


def span_name(span: Span) -> str:
    """What a plan calls a passage or an ignored span.

    Args:
        span: The span.

    Returns:
        The last segment of its IRI, of an ignored span with `ignored/` before it.
    """
    return f"ignored/{span.name}" if span.is_ignored else span.name


def fact_files(document: Document) -> dict[str, tuple[str, ...]]:
    """The files with facts of each passage of a document.

    Args:
        document: The document.

    Returns:
        Their names without the folder, by the number of the passage.
    """
    found: dict[str, list[str]] = {}
    folder = (document.project.folder / document.path).parent
    for path in sorted(folder.iterdir()):
        match = _FACTS_FILE.fullmatch(path.name)
        if match and path.is_file():
            found.setdefault(match["number"], []).append(path.name)
    return {number: tuple(files) for number, files in found.items()}


def _old_spans(document: Document, edition: NamedNode) -> list[OldSpan]:
    """The passages and ignored spans that stand in an edition."""
    files = fact_files(document)
    found = []
    names = {span.iri: span_name(span) for span in document.spans if span.placed_in == edition}
    for span in document.spans:
        if span.start is None or span.end is None or span.placed_in != edition:
            continue
        own = () if span.is_ignored else files.get(span.name, ())
        recorded = tuple(file for file in own if basis_of(file) not in terms.ASSERTED_BASES)
        found.append(
            OldSpan(
                span_name(span),
                span.start,
                span.end,
                is_ignored=span.is_ignored,
                because=next((note.value for note in span.notes), ""),
                read_with=tuple(names[one] for one in span.read_with if one in names),
                files=tuple(file for file in own if file not in recorded),
                recorded=recorded,
                claims={
                    file: tuple(str(triple) for triple, _ in _claims(document, file))
                    for file in own
                    if file not in recorded
                },
            )
        )
    return found


def _left_over(plan: UpdatePlan) -> list[NewText]:
    """Places where an ambiguous passage might have stood, and where nobody put one: their words are new."""
    taken = [one.target for one in plan.passages if one.target] + [text.span for text in plan.new]
    found: list[NewText] = []
    for one in plan.passages:
        for candidate in one.candidates:
            span = candidate.span
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                taken.append(span)
                found.append(NewText(span, candidate.words))
    return found


def _moved_files(document: Document, moves: Sequence[_Move]) -> list[FileChange]:
    """The changes of the files of facts: renamed, parted, or put into the file that the passage has for the basis."""
    folder = PurePosixPath(document.path).parent
    root = document.project.folder
    own = {file for files in fact_files(document).values() for file in files}
    contents = {file: read_bytes(root / folder / file) for file in sorted(own)}
    after: dict[str, bytes | None] = dict(contents)
    taken: dict[int, bytes] = {}
    for number, move in enumerate(moves):
        if move.triples:
            taken[number], after[move.file] = _parted(
                after[move.file] or b"", move, document.project.options.base or NO_BASE
            )
        else:
            taken[number], after[move.file] = contents[move.file], None
    for number, move in sorted(enumerate(moves), key=lambda pair: pair[1].file):
        target = _name_for(move, after)
        there = after.get(target)
        after[target] = taken[number] if there is None else _joined(there, taken[number], target, move.file)
    return [
        FileChange((folder / file).as_posix(), contents.get(file), data)
        for file, data in after.items()
        if contents.get(file) != data
    ]


def _name_for(move: _Move, after: Mapping[str, bytes | None]) -> str:
    """The file that facts are put into: the one that the passage has for their basis, or a new one."""
    match = _FACTS_FILE.fullmatch(move.file)
    suffix = move.basis or (match["basis"] if match else None) or ""
    there = (
        name
        for name, data in after.items()
        if data is not None and name.partition("-")[0] == move.number and basis_of(name) == (suffix or "stated")
    )
    slug = match["slug"] if match else move.file
    return next(there, f"{move.number}-{slug}{f'.{suffix}' if suffix else ''}.ttl")


def _parted(data: bytes, move: _Move, base: str) -> tuple[bytes, bytes | None]:
    """The facts of a file that move, as a file of their own with its prefixes, and what stays; None if no fact does."""
    reading = read_turtle(data, base=base, path=move.file)
    triples = [placed.triple for placed in reading.triples]
    moved = [triple for triple in triples if str(triple) in move.triples]
    stays = len(set(triples)) > len(set(moved))
    left = edited_turtle(data, moved, (), path=move.file, base=base) if stays else None
    return new_turtle(moved, prefixes=reading.prefixes), left


def _joined(data: bytes, more: bytes, path: str, other: str) -> bytes:
    """A file of facts with those of another one, and its comments at the end."""
    reading = read_turtle(more, base=NO_BASE, path=other)
    triples = []
    for placed in reading.triples:
        subject, predicate, value = placed.terms
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            raise UsageError(
                f"{other}: its blank nodes cannot be put into {path}", hint="give them IRIs, or move the facts by hand"
            )
        triples.append(Triple(subject, predicate, value))
    joined = edited_turtle(data, (), triples, path=path)
    comments = [reading.written(comment).rstrip() for comment in reading.comments]
    return joined + ("\n" + "\n".join(comments) + "\n").encode() if comments else joined


def told(plan: UpdatePlan) -> str:
    """What became of the passages, in a line.

    Args:
        plan: The plan.

    Returns:
        Such as `20 passages the same, 3 edited; 3 questions`.
    """
    counts = plan.counts()
    first = [f"{counted(count, 'passage')} {_WORDS.get(word, word)}" for word, count in list(counts.items())[:1]]
    rest = [f"{count:,} {_WORDS.get(word, word)}" for word, count in list(counts.items())[1:]]
    questions = len(plan.questions)
    return f"{', '.join(first + rest)}; {counted(questions, 'question') if questions else 'no question'}"


def told_after(document: Document) -> Iterator[str]:
    """What an update leaves to be done besides reading again, a sentence each.

    Args:
        document: The document with its new edition; its text is at hand.

    Returns:
        New passages that no fact rests on, and words of the new text that are in no passage.
    """
    files = fact_files(document)
    newest = document.newest
    if newest is None:
        return
    new = [span for span in document.spans if span.stands_in == (newest.iri,) and not span.is_ignored]
    number_of = {span.iri: span.name for span in document.spans}
    bare = [span for span in new if span.name not in files]
    for span in bare:
        old = next((number_of[one] for one in span.revision_of if number_of.get(one) in files), "")
        if old:
            yield f"passage {span.name} has no fact yet: the facts of {old} stay with the old words"
    others = [span.name for span in bare if not any(number_of.get(one) in files for one in span.revision_of)]
    if others:
        names = f"{', '.join(others[:MAX_NAMED])}{', …' if len(others) > MAX_NAMED else ''}"
        yield f"{counted(len(others), 'new passage')} without a fact: {names}"
    passages = Passages.of(document)
    if passages.without_place:
        waiting = [span.name for span in passages.without_place]
        yield (
            f"{counted(len(waiting), 'passage')} without a place in the text:"
            f" {', '.join(waiting[:MAX_NAMED])}{', …' if len(waiting) > MAX_NAMED else ''}: scograph source place"
            f" {document.name} WORDS --passage {waiting[0]} gives it one; do so before --rest"
        )
    left = sum(len("".join(passages.text[start:end].split())) for start, end in passages.gaps())
    if left:
        yield (
            f"{counted(left, 'character')} of the new text in no passage, and not ignored: scograph source show"
            f" {document.name} marks them with ?, scograph source place {document.name} --rest makes passages of them"
        )


MAX_NAMED = 20
"""So many passages are named in a sentence."""
_WORDS = {"same": "the same", "new": "new"}


def keep_text(document: Document, new: NewEdition, made: Made) -> None:
    """Put a newer text into the archive, with what it was read from.

    Args:
        document: The document.
        new: The newer text.
        made: What makes the files.
    """
    archive_text(document.project, document.name, new.text, new.original, new.extension, made)
