"""The page of a source: its text with passages and ignored spans, and what is done with the passage in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode
from starlette.responses import Response

from scograph.desk.desk import Desk
from scograph.desk.pages.facts import PassageFacts, passage_facts
from scograph.desk.requests import PageRequest
from scograph.edit.changes import ChangedSinceError, FileChange
from scograph.edit.document import Document, source_path
from scograph.edit.overview import TextPart, overview_of, parts_of, parts_without_text
from scograph.edit.passages import Edited, Passages, Where
from scograph.edit.recording import recorded_with
from scograph.errors import RdfSyntaxError, ScographError, UsageError
from scograph.labels import Labels
from scograph.project import Project
from scograph.releases import released_passages
from scograph.site.pictures.strip import ground, strip
from scograph.site.pictures.svg import Picture
from scograph.texts import TextArchive
from scograph.updates.texts import kept_page

PER_PAGE = 200
"""So many parts of a text are shown on one page."""
MAX_WORDS = 20_000
"""Of a longer part the beginning and the end are shown."""
_SIDE = MAX_WORDS // 2


@dataclass(frozen=True, slots=True)
class ShownWords:
    """Words of a part as the page shows them.

    Args:
        start: Code points before them in the text.
        words: The words.
        is_cut: Whether words before them are left out.
    """

    start: int
    words: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of a text as the page shows it.

    Args:
        part: The part.
        before: The white space before it.
        words: Its words.
    """

    part: TextPart
    before: str
    words: tuple[ShownWords, ...]

    @property
    def mark(self) -> str:
        """The id of its element."""
        return mark_of(self.part)


@dataclass(frozen=True)
class SourcePage:
    """A source, as its page shows it.

    Args:
        document: The document.
        passages: Its passages with the text; None where the text is not at hand.
        parts: The parts of the text, or what is known of them.
        why: Why there is no text, or empty.
    """

    document: Document
    passages: Passages | None
    parts: Sequence[TextPart]
    why: str = ""

    @classmethod
    def open(cls, project: Project, name: str) -> SourcePage:
        """Read a source.

        Args:
            project: The project.
            name: The folder of the source in `data/`.

        Returns:
            It, with its text where that is at hand.

        Raises:
            UsageError: There is no such source.
            InputError: Its source.ttl cannot be read.
        """
        document = Document.open(project, name)
        try:
            passages = Passages.of(document)
        except UsageError as error:
            return cls(document, None, parts_without_text(document), error.message)
        return cls(document, passages, parts_of(passages))

    def in_hand(self, asked: PageRequest) -> TextPart | None:
        """The part that the address names; else the first that is still open; else the first."""
        for kind in ("passage", "ignored"):
            number = asked.query.get(kind, "")
            if number:
                return next((part for part in self.parts if (part.kind, part.number) == (kind, number)), None)
        start = asked.query.get("at", "")
        if start.isdecimal():
            return next((part for part in self.parts if str(part.start) == start), None)
        is_open = (part for part in self.parts if _is_open(part))
        return next(is_open, self.parts[0] if self.parts else None)

    def shown(self, page: int) -> list[ShownPart]:
        """The parts on one page."""
        found: list[ShownPart] = []
        text = self.passages.text if self.passages else ""
        first = page * PER_PAGE
        for number, part in enumerate(self.parts[first : first + PER_PAGE], first):
            before = ""
            if part.start is not None and text:
                end = (self.parts[number - 1].end or 0) if number else 0
                before = text[end : part.start]
            found.append(ShownPart(part, before, tuple(_words(part))))
        return found

    def strip(self, asked: PageRequest, hand: TextPart | None) -> Picture | None:
        """The coverage of the text as a picture."""
        if self.passages is None or not self.passages.text:
            return None
        placed = [part for part in self.parts if part.start is not None and part.end is not None]
        cited = [(part.start or 0, part.end or 0) for part in placed if part.facts]
        ignored = [(part.start or 0, part.end or 0) for part in placed if part.kind == "ignored"]
        length = len(self.passages.text)
        place = (hand.start, hand.end) if hand and hand.start is not None and hand.end is not None else None
        title = asked.words["coverage"]
        return strip(length, ground(length, cited, ignored), title, asked.words["coverage.strip"], place)


def _is_open(part: TextPart) -> bool:
    return part.kind == "left over" or (part.kind == "passage" and not part.facts)


def _words(part: TextPart) -> Iterator[ShownWords]:
    start = part.start or 0
    if len(part.words) <= MAX_WORDS:
        yield ShownWords(start, part.words)
        return
    yield ShownWords(start, part.words[:_SIDE])
    yield ShownWords(start + len(part.words) - _SIDE, part.words[-_SIDE:], is_cut=True)


def mark_of(part: TextPart) -> str:
    """The id of a part's element on the page."""
    return {"passage": "p", "ignored": "i"}.get(part.kind, "at") + (part.number or str(part.start))


def part_query(part: TextPart) -> str:
    """The query that names a part in the address of the page."""
    return urlencode({part.kind: part.number} if part.number else {"at": part.start})


def source(desk: Desk, asked: PageRequest, problem: ScographError | None = None) -> Response:
    """The page of a source."""
    project, name = desk.workspace.project, asked.path["name"]
    seen = desk.workspace.show(_folder(project, name))
    page = SourcePage.open(project, name)
    hand = page.in_hand(asked)
    at = page.parts.index(hand) if hand else 0
    number = int(asked.query["page"]) - 1 if asked.query.get("page", "").isdecimal() else at // PER_PAGE
    pages = -(-len(page.parts) // PER_PAGE)
    number = max(0, min(number, pages - 1))
    return desk.page(
        asked,
        "source",
        page.document.title,
        status=400 if problem else 200,
        problem=problem,
        seen=seen,
        source=page,
        overview=overview_of(page.document, TextArchive(project)),
        parts=page.shown(number),
        picture=page.strip(asked, hand),
        page_number=number + 1,
        pages=pages,
        hand=hand,
        before=page.parts[at - 1] if hand and at else None,
        after=page.parts[at + 1] if hand and at + 1 < len(page.parts) else None,
        joins=_neighbours(page.parts, hand),
        read_with=[part for part in page.parts if hand and part.kind == "passage" and part.number in hand.read_with],
        about=_about(desk, asked, page.document, hand),
        facts=_facts(desk, asked, page, hand),
        mark_of=mark_of,
        part_query=part_query,
        typed={field: asked.one(field) for field in ("words", "because", "with", "about", "address", "text")},
    )


def _folder(project: Project, name: str) -> str:
    return source_path(project, name).rpartition("/")[0]


def _neighbours(parts: Sequence[TextPart], hand: TextPart | None) -> list[tuple[str, TextPart]]:
    """The passages that the one in hand can be joined with, and the word that says which of them each is."""
    if hand is None or hand.kind != "passage" or hand.start is None:
        return []
    at = parts.index(hand)
    around = (("join.before", parts[at - 1] if at else None), ("join.after", parts[at + 1 : at + 2]))
    found = [(key, one[0] if isinstance(one, list) else one) for key, one in around if one]
    return [(key, one) for key, one in found if isinstance(one, TextPart) and _is_placed_passage(one)]


def _is_placed_passage(part: TextPart) -> bool:
    return part.kind == "passage" and part.start is not None


def _facts(desk: Desk, asked: PageRequest, page: SourcePage, hand: TextPart | None) -> PassageFacts:
    if hand is None or hand.kind != "passage":
        return PassageFacts()
    words = hand.words if page.passages is not None else ""
    return passage_facts(desk, asked, page.document, hand.number, words)


def _about(desk: Desk, asked: PageRequest, document: Document, hand: TextPart | None) -> list[tuple[str, str]]:
    """What the passage in hand is about: the IRI of each thing, and its name."""
    span = next((one for one in document.spans if hand and one.iri.value == hand.iri), None)
    if span is None or not span.about:
        return []
    try:
        graph = desk.workspace.check().graph
    except ScographError:  # the page of findings tells of it
        graph = None
    labels = Labels(graph, (asked.words.language, "en")) if graph else None
    return [(iri.value, labels.label(iri) if labels else iri.value) for iri in span.about]


# What is done with passages.


@dataclass(frozen=True)
class Given:
    """What a form gives for an edit of passages.

    Args:
        desk: The desk.
        asked: The request.
        passages: The passages.
    """

    desk: Desk
    asked: PageRequest
    passages: Passages

    @property
    def which(self) -> str:
        """The passage in hand, as `Passages.find` reads it."""
        return self.asked.one("which")

    @property
    def words(self) -> Where:
        """The words that were selected, as a place where it is known and has just these words.

        Raises:
            UsageError: There are none.
        """
        words = self.asked.one("words")
        if not words.strip():
            raise UsageError(self.asked.words("select.first"))
        start, end = self.asked.one("start"), self.asked.one("end")
        if start.isdecimal() and end.isdecimal() and len(start + end) < 30:  # noqa: PLR2004 -- no text is longer
            place = (int(start), int(end))
            if self.passages.text[place[0] : place[1]].split() == words.split():
                return place
        return words


def _split(given: Given) -> Edited:
    return given.passages.split(given.which, [given.words])


def _part(given: Given) -> Edited:
    """Make a passage of words: of such that lie in none, or of a part of the one in hand."""
    words, passages = given.words, given.passages
    if not given.which.isdecimal():
        return passages.place(words)
    span = passages.find(given.which)
    start, end = passages.located(words, within=span)
    cuts: list[Where] = [(place, place + 1) for place in (start, end) if (span.start or 0) < place < (span.end or 0)]
    if not cuts:
        raise UsageError(given.asked.words("part.whole"))
    return passages.split(given.which, cuts)


def _put(given: Given) -> Edited:
    """Say where a passage stands that had a locator alone."""
    return given.passages.place(given.words, which=given.which)


def _join(given: Given) -> Edited:
    return given.passages.join(given.which, given.asked.one("other"))


def _ignore(given: Given) -> Edited:
    because, language = given.asked.one("because"), given.asked.words.language
    if not because.strip():
        raise UsageError(given.asked.words("because.first"))
    what: Where = given.words if given.asked.one("words").strip() else given.which
    if not what:
        raise UsageError(given.asked.words("select.first"))
    return given.passages.ignore(what, because, language=language)


def _quote(given: Given) -> Edited:
    graph = given.desk.workspace.check().graph
    names = {quad.object.value for quad in graph.facts if isinstance(quad.object, Literal)} if graph else set()
    return given.passages.quote(given.words, names=names)


def _unquote(given: Given) -> Edited:
    return given.passages.unquote(given.which)


def _read_with(given: Given) -> Edited:
    others = given.asked.one("with").replace(",", " ").split()
    return given.passages.read_with(given.which, others)


def _about_things(given: Given) -> Edited:
    checked = given.desk.workspace.check()
    if checked.graph is None:
        raise RdfSyntaxError(checked.findings)
    labels = Labels(checked.graph, (given.asked.words.language, "en"))
    kept = [NamedNode(iri) for iri in given.asked.all("kept")]
    return given.passages.about(given.which, [*kept, *map(labels.find, given.asked.all("about"))])


def _rest(given: Given) -> Edited:
    page = kept_page(given.passages.document)
    if page is None:
        raise UsageError(given.asked.words("rest.other"))
    return given.passages.place_rest(page)


ACTIONS: Mapping[str, Callable[[Given], Edited]] = {
    "split": _split,
    "part": _part,
    "place": _put,
    "join": _join,
    "ignore": _ignore,
    "quote": _quote,
    "unquote": _unquote,
    "read-with": _read_with,
    "about": _about_things,
    "rest": _rest,
}
"""What can be done with passages, by the last part of the address that the form is sent to."""


def passages(desk: Desk, asked: PageRequest) -> Response:
    """Do something with the passages of a source, and show the page again with the passage in hand."""
    name, action = asked.path["name"], asked.path["action"]
    if action not in ACTIONS:
        raise UsageError(asked.words("not.found"))
    made: list[Edited] = []
    reasons: list[str] = []
    place: list[int] = []

    def make(project: Project) -> list[FileChange]:
        document = Document.open(project, name)
        given = Given(desk, asked, Passages.of(document, released=released_passages(project)))
        edited = ACTIONS[action](given)
        made.append(edited)
        place.append(_place_in_hand(given))
        changes = [document.rewrite(spans=edited.spans), *edited.changes]
        recording = recorded_with(document, changes)
        if recording.reason:
            reasons.append(recording.reason)
        return [*changes, *recording.changes]

    title = asked.words(f"step.{action}", passage=asked.one("which") or "…", name=name)
    folder = _folder(desk.workspace.project, name)
    try:
        changed = desk.workspace.change(title, make, seen=asked.one("seen"), folder=folder)
    except ChangedSinceError:
        raise
    except ScographError as error:
        shown = PageRequest(asked.words, asked.path, _query_of(asked), asked.form)
        return source(desk, shown, error)
    told = [*made[0].told, *reasons, *([] if changed else [asked.words("nothing.changed")])]
    page = SourcePage.open(desk.workspace.project, name)
    hand = next((part for part in page.parts if part.end is not None and place[0] < part.end), None)
    query = f"?{part_query(hand)}" if hand else ""
    return desk.go(f"/source/{quote(name)}{query}", title, *told, mark=mark_of(hand) if hand else "")


def _query_of(asked: PageRequest) -> dict[str, str]:
    """The query of the page that a form was sent from."""
    which = asked.one("which")
    if which.isdecimal():
        return {"passage": which}
    if which.startswith("ignored "):
        return {"ignored": which.removeprefix("ignored ")}
    return {"at": asked.one("at")} if asked.one("at") else {}


def _place_in_hand(given: Given) -> int:
    """Where in the text a person was: after the edit, the part there is in hand."""
    if given.asked.one("words").strip():
        words = given.words
        return given.passages.located(words)[0] if isinstance(words, str) else words[0]
    try:
        return given.passages.find(given.which).start or 0
    except UsageError:
        return int(given.asked.one("at")) if given.asked.one("at").isdecimal() else 0
