"""Finds, as a JSON-LD document is streamed, the parts of it that yield no triple (safe mode in other processors)."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from scograph.jsonld.context import Context, TooManyTermsError, UnreadableError
from scograph.jsonld.plain import PlainNodes
from scograph.jsonld.scan import JsonPart, part_at, scan
from scograph.jsonld.walk import Loss, Path, Walk
from scograph.losses import CODE
from scograph.model import Finding, Place, Severity
from scograph.turtle.tokens import LineIndex

MAX_LOSSES = 100
"""After so many in one file the rest are not told."""
MAX_OBJECT = 16 << 20
"""Characters of one object at the top of a document that are searched; it is held in memory for that."""

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = json.JSONDecoder(strict=False).raw_decode


def dropped(data: bytes, path: str, base: str = "", written: bytes | None = None) -> tuple[Finding, ...]:
    """What of a whole document becomes no statement, or none that is RDF.

    Args:
        data: Its bytes, which the parser takes.
        path: Its name in messages.
        base: Its base IRI, or nothing.
        written: Its bytes as they were before contexts were put into it; None if none were.

    Returns:
        A warning for each loss, at its place; an error for what is refused.

    >>> dropped(b'{"name": "Bo"}', "bo.jsonld")[0].place
    Place(path='bo.jsonld', line=1, column=2, length=6)
    """
    watch = DropWatch(path, base, None if written is None else written.decode("utf-8", "replace"))
    watch.feed(data)
    watch.end()
    return watch.findings


class DropWatch:
    """Looks at a document as its bytes pass, an object at a time where it is a list of objects.

    Args:
        path: The document's name in messages.
        base: Its base IRI, or nothing.
        written: The whole text to look for places in, if it is not what passes.
    """

    def __init__(self, path: str, base: str = "", written: str | None = None) -> None:
        self._path = path
        self._written = written
        self._walk = Walk(base)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._at = 0
        self._tried = 0
        self._plain: tuple[Context, PlainNodes] | None = None
        self._line, self._column = 1, 1
        self._steps: Iterator[None] | None = self._follow()
        self._is_over = False
        self._found: list[Finding] = []
        self.fault: Place | None = None
        """Where it breaks the rules of JSON-LD, if it does: the parser tells no place."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found up to here."""
        return tuple(self._found)

    def feed(self, data: bytes) -> None:
        """Look at the next bytes."""
        if self._steps is not None:
            self._text = self._text[self._at :] + self._decoder.decode(data)
            self._at = 0
            if len(self._text) >= 2 * self._tried:  # a value is tried again when there is twice as much of it
                self._go_on()

    def end(self) -> None:
        """Look at what was held back, since the document is over."""
        self._is_over = True
        self._go_on()

    def _go_on(self) -> None:
        if self._steps is None:
            return
        try:
            next(self._steps)
        except TooManyTermsError:
            self._give_up("contexts with very many terms")
        except (UnreadableError, StopIteration, ValueError, TypeError):
            self._stop()  # the parser says what is wrong with it
        except RecursionError:
            self._give_up("objects inside each other")
        if len(self._text) - self._at > MAX_OBJECT:
            self._give_up(f"an object of more than {MAX_OBJECT >> 20} MiB")

    def _stop(self) -> None:
        self._steps, self._text, self._at = None, "", 0

    def _give_up(self, what: str) -> None:
        if self._steps is None:
            return
        self._found.append(
            Finding(
                Severity.WARNING,
                CODE,
                f"{what}: the file is not searched further for what is dropped",
                "put this right first" if self._found else "split the file, or convert it to N-Quads and compare",
                place=Place(self._path, self._line),
            )
        )
        self._stop()

    # The text is followed by generators, which wait where the text ends for now.

    def _follow(self) -> Iterator[None]:
        yield from self._space()
        first = self._text[self._at]
        if self._written is not None:
            value, _ = yield from self._value()
            self._judge(value, self._written, self._walk.start)
        elif first == "[":
            self._take(1)
            yield from self._items(self._walk.start)
        elif first == "{":
            yield from self._entries()
        else:
            value, text = yield from self._value()
            self._judge(value, text, self._walk.start)

    def _entries(self) -> Iterator[None]:
        """The entries of the object at the top: the nodes of its graph one by one, once its context is known."""
        written, held = self._text[self._at], dict[str, Any]()
        place = (self._line, self._column)
        self._take(1)
        context, is_followed = self._walk.start, True
        while True:
            space = yield from self._space()
            written += space
            if self._text[self._at] == "}":
                break
            if self._text[self._at] == ",":
                written += self._take(1)
                continue
            name, text = yield from self._value()
            written += text + (yield from self._space())
            written += self._take(1)  # the colon
            written += yield from self._space()
            if is_followed and "@context" in held and context.key(name).iri == "@graph" and self._text[self._at] == "[":
                written += "[]"
                self._take(1)
                yield from self._items(context)
                held[name] = []
                continue
            held[name], text = yield from self._value()
            written += text
            if name == "@context":
                try:
                    context = context.with_local(held[name])
                except UnreadableError:  # it is judged with all that it stands with, below
                    is_followed = False
            if len(written) > MAX_OBJECT:
                self._give_up(f"an object of more than {MAX_OBJECT >> 20} MiB")
                return
        self._judge(held, written, self._walk.start, place)

    def _items(self, context: Context) -> Iterator[None]:
        while True:
            yield from self._space()
            if self._text[self._at] == "]":
                self._take(1)
                return
            if self._text[self._at] == ",":
                self._take(1)
                continue
            place = (self._line, self._column)
            value, text = yield from self._value()
            self._judge(value, text, context, place)

    def _space(self) -> Any:  # noqa: ANN401 -- a generator that returns the white space
        space = ""
        while True:
            match = _SPACE.match(self._text, self._at)
            space += self._take(match.end() - self._at if match else 0)
            if self._at < len(self._text):
                return space
            if self._is_over:
                raise UnreadableError("the text ends early")
            self._tried = 0
            yield

    def _value(self) -> Any:  # noqa: ANN401 -- a generator that returns the value and its text
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except ValueError:
                if self._is_over:
                    raise
            else:
                # a number may go on
                if end < len(self._text) or self._is_over or self._text[end - 1] in '"]}':
                    self._tried = 0
                    return value, self._take(end - self._at)
            self._tried = len(self._text) - self._at
            yield

    def _take(self, size: int) -> str:
        taken = self._text[self._at : self._at + size]
        self._at += size
        lines = taken.count("\n")
        self._line += lines
        self._column = size - taken.rfind("\n") if lines else self._column + size
        return taken

    def _judge(self, value: Any, text: str, context: Context, place: tuple[int, int] | None = None) -> None:  # noqa: ANN401
        if self._steps is None:
            return
        if self._plain is None or self._plain[0] is not context:
            self._plain = (context, PlainNodes(context))
        if self._plain[1].is_plain(value):
            return
        self._walk.losses.clear()
        try:
            self._walk.document(value, context)
        except UnreadableError as error:
            if error.path is not None:
                self.fault = _place(scan(text), LineIndex(text), error.path, self._path, place or (1, 1), text)
            raise
        finally:
            losses = self._walk.losses[: MAX_LOSSES - len(self._found)]
            if losses:
                self._found += _placed(losses, text, self._path, place or (1, 1))
            if len(self._found) >= MAX_LOSSES:
                self._give_up(f"more than {MAX_LOSSES} of them")


def _placed(losses: list[Loss], text: str, path: str, start: tuple[int, int]) -> Iterator[Finding]:
    whole, lines = scan(text), LineIndex(text)
    for loss in losses:
        place = _place(whole, lines, loss.path, path, start, text)
        severity, code = (Severity.ERROR, "syntax") if loss.is_error else (Severity.WARNING, CODE)
        yield Finding(severity, code, loss.message, loss.hint, place=place)


def _place(whole: JsonPart, lines: LineIndex, part: Path, name: str, start: tuple[int, int], text: str) -> Place:  # noqa: PLR0913, PLR0917
    """Where a part of a text stands, which begins at a line and column of its file."""
    span = part_at(whole, part)
    line, column = lines.position(span.start)
    end = text.find("\n", span.start, span.end)
    length = (span.end if end < 0 else end) - span.start
    return Place(name, line + start[0] - 1, column + (start[1] - 1 if line == 1 else 0), length)
