"""Limits on RDF files before they reach a parser: nesting, entities, long namespaces and JSON-LD contexts.

The parsers go down by calls, and expand names without limit: a small file can end the process or fill the memory. A
`Guard` looks at the bytes first, in the pieces in which they come, and refuses what is beyond a bound (`bounds`), with
the file and, where it is known, the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from pyoxigraph import RdfFormat

from scograph import bounds
from scograph.bounds import Bound
from scograph.errors import BeyondBoundError, InputError
from scograph.model import Place

MAX_TOKEN_BYTES = 1 << 24
"""The parser's buffer in bytes: no literal, name or statement may be longer."""
PIECE = 1 << 18
EXPANSION_FROM = 16 << 20
"""Bytes up to which it does not matter how many times larger something becomes."""
MAX_CONTEXT_BYTES = 4 << 20
"""Bytes of one JSON-LD context."""
_TURTLE_LIKE = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)


class BoundError(BeyondBoundError):
    """Input of others is beyond a bound.

    Args:
        bound: The bound.
        what: What the input holds, in words.
        place: Its file, and the line where that is known.
    """

    def __init__(self, bound: Bound, what: str, place: Place, hint: str = "") -> None:
        message = f"{what}: more than {bound.limit:,} {bound.unit} (bound: {bound.name})"
        super().__init__(message, hint=hint or bound.hint, place=place)


class IllFormedError(InputError):
    """XML that is not well-formed.

    Args:
        message: What is wrong.
        offset: The bytes before the place, which are within the bounds.
        place: The place.
    """

    def __init__(self, message: str, offset: int, place: Place) -> None:
        super().__init__(message, hint="is it RDF/XML? Its root is rdf:RDF", place=place)
        self.offset = offset


def guard(data: bytes, form: RdfFormat, name: str) -> None:
    """Refuse a whole file that is beyond a bound.

    Args:
        data: Its bytes.
        form: Its format.
        name: Its name in messages.

    Raises:
        BoundError: It is beyond a bound.
        InputError: It has external entities, or is XML that is not well-formed.

    >>> guard(b"[" * 101, RdfFormat.JSON_LD, "x.jsonld")
    Traceback (most recent call last):
    scograph.guard.BoundError: x.jsonld:1: nested arrays and objects: more than 100 levels (bound: nesting)
    hint: if you trust the input, raise the bound: scograph --bound nesting=NUMBER …
    """
    watch = Guard(form, name)
    if len(data) <= PIECE:
        watch.feed(data)
    else:
        view = memoryview(data)
        for start in range(0, len(data), PIECE):
            watch.feed(bytes(view[start : start + PIECE]))
    watch.end()


def read_json(data: bytes, name: str) -> Any:  # noqa: ANN401 -- JSON
    """Read JSON that others wrote, if it is within the bound of nesting.

    Args:
        data: Its bytes.
        name: Its name in messages.

    Returns:
        The value.

    Raises:
        BoundError: Its objects and arrays nest too deep.
        ValueError: It is no JSON in UTF-8.

    >>> read_json(b'{"a": [1]}', "a.json")
    {'a': [1]}
    """
    watch = _JsonNesting(name)
    watch.feed(data)
    return json.loads(data)


class Guard:
    """Looks at a file's bytes before its parser does.

    Args:
        form: The file's format.
        name: Its name in messages.
    """

    def __init__(self, form: RdfFormat, name: str) -> None:
        self._watch: _TurtleWatch | _XmlWatch | _JsonLdWatch
        if form in _TURTLE_LIKE:
            self._watch = _TurtleWatch(name)
        elif form is RdfFormat.RDF_XML:
            self._watch = _XmlWatch(name)
        else:
            self._watch = _JsonLdWatch(name)

    def feed(self, data: bytes) -> None:
        """Look at the next bytes.

        Raises:
            InputError: As for `guard`.
        """
        self._watch.feed(data)

    def end(self) -> None:
        """Look at what was held back, since the file is over.

        Raises:
            InputError: As for `guard`.
        """
        self._watch.end()


# Turtle, TriG, N-Triples, N-Quads.

_TOKENS = re.compile(
    rb'"""(?:"?"?(?:[^"\\]++|\\.))*+(?:"""|"?"?\Z)?'
    rb"|\'\'\'(?:'?'?(?:[^'\\]++|\\.))*+(?:\'\'\'|'?'?\Z)?"
    rb'|"(?:[^"\\\n\r]++|\\.)*+"?'
    rb"|'(?:[^'\\\n\r]++|\\.)*+'?"
    rb"|\\.|#[^\n\r]*+"
    rb"|<<|<[^\x00-\x20<>\"{}|^`]*+(?:>|\Z)?|>>",
    re.DOTALL,
)
_DECLARES = re.compile(rb"(?:prefix\s+[^\s<]*|base)\s*\Z", re.IGNORECASE)
_RELATIVE_BASE = re.compile(rb"base\s{0,99}<(?![a-z][a-z0-9+.-]{0,99}:)", re.IGNORECASE)
_UP_TO_A_TAG = re.compile(rb"#[^\n<]*")
_QUOTES = (b'"', b"'")
_MAY_END_A_TEXT = re.compile(rb"[\"'\\\n\r<]")
"""What ends a text, escapes what would, or is looked for after it."""
_LOOKED_BACK = 8192
"""Bytes before a long IRI that tell whether it is declared as a namespace."""
_MAX_RELATIVE_BASES = 20
"""So often may a base be given relative to the one before: each time it grows."""


class _TurtleWatch:
    """Triple terms inside each other, and long namespaces.

    Texts on one line end with it, so the tokens of a line are looked at only where there is a reason to.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 1
        self._held = b""
        self._before = b""
        self._depth = 0
        self._bases = 0

    def feed(self, data: bytes) -> None:
        block = self._held + data
        if len(self._held) > MAX_TOKEN_BYTES:
            self._line += block.count(b"\n")
            self._held = b""
            return  # the parser refuses a token of this length before it has one
        if self._held[:1] in _QUOTES and not _MAY_END_A_TEXT.search(data):
            self._held = block  # so that a long text is looked through once, and not again with each piece
            return
        self._namespaces(block)
        plain = b"<<" not in block and b'"""' not in block and b"'''" not in block
        hold = self._follow(block, block.rfind(b"\n") + 1 if plain else 0)
        self._line += block.count(b"\n", 0, hold)
        self._before = (self._before + block[:hold])[-_LOOKED_BACK:]
        self._held = block[hold:]

    def end(self) -> None:
        """What is held is one unfinished token."""

    def _follow(self, block: bytes, start: int) -> int:
        """Count triple terms that are open; returns where the token begins that the end may cut."""
        limit = bounds.TRIPLE_TERMS.limit
        for match in _TOKENS.finditer(block, start):
            if match.end() >= len(block) - 1:
                return match.start()
            if match.end() - match.start() == 2:  # noqa: PLR2004 -- the length of both
                token = match[0]
                if token == b"<<":
                    self._depth += 1
                    if self._depth > limit:
                        line = self._line + block.count(b"\n", 0, match.start())
                        raise BoundError(bounds.TRIPLE_TERMS, "nested triple terms", Place(self._name, line))
                elif token == b">>":
                    self._depth = max(self._depth - 1, 0)
        return len(block) - 1 if block[-1:] in (b"<", b">", b"\\", b'"', b"'") else len(block)

    def _namespaces(self, block: bytes) -> None:
        near = (self._before + block).lower()
        if b"prefix" not in near and b"base" not in near:
            return
        limit = bounds.NAMESPACE.limit
        for match in re.finditer(rb"<[^<>\s]{%d}" % (limit + 1), block):
            if _may_be_namespace(self._before + block[: match.start()]):
                line = self._line + block.count(b"\n", 0, match.start())
                raise BoundError(bounds.NAMESPACE, "a long namespace", Place(self._name, line))
        if b"base" in near:
            self._bases += len(_RELATIVE_BASE.findall(_UP_TO_A_TAG.sub(b"", block)))
        if self._bases > _MAX_RELATIVE_BASES:
            raise BoundError(
                bounds.NAMESPACE, "bases that are resolved against each other and grow", Place(self._name, self._line)
            )


def _may_be_namespace(before: bytes) -> bool:
    """Whether what stands before an IRI declares it as a namespace or base, or is too little to tell."""
    window = before[-_LOOKED_BACK:]
    if len(window) < len(before) or len(window) == _LOOKED_BACK:
        window = window.partition(b"\n")[2]
    window = _TOKENS.sub(lambda match: b" " if match[0].startswith(b"#") else match[0], window).rstrip()
    return not window or _DECLARES.search(window[-400:]) is not None


# RDF/XML, and the XML of query results.

_SLICE = 1 << 15
"""Bytes of RDF/XML that are judged at a time: few enough that hardly any slice opens as many elements as may nest."""
_NO_SIGNS = bytes(set(range(256)) - set(b"<>/\"'=!?"))
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(rb"&([^;#&<>\s]{1,200});")
_NO_LITERALS = ("Resource", "Collection")
"""Values of rdf:parseType; any other makes an XML literal (RDF/XML, clause 7.2.20)."""


class _XmlWatch:
    """Elements inside each other, entities, and long namespaces, by the events of an XML parser.

    To hear of each element takes three times as long as to parse it. So the bytes are cut into slices between tags, and
    the parser tells of the elements of a slice only if counting its brackets does not rule out all that is bounded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._sizes: dict[str, int] = {}
        self._expanded = 0
        self._tail = b""
        self._bases: list[int] = []
        self._read = 0
        self._declared: list[tuple[int, int, int]] = [(0, 0, 0)]
        self._literals = 0
        self._most_depth = bounds.XML_NESTING.limit
        self._most_attributes = bounds.XML_ATTRIBUTES.limit
        self._held = b""
        self._is_sliced = True
        """Whether the next bytes stand between tags, as do all those where a slice is cut."""
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity

    def feed(self, data: bytes) -> None:
        self._read += len(data)
        self._slices(data)
        if self._literals > max(EXPANSION_FROM, bounds.EXPANSION.limit * self._read):
            raise BoundError(bounds.EXPANSION, "XML literals, each with all namespaces in scope", self._place())
        if self._sizes:
            text = self._tail + data
            cut = max(text.rfind(b"&"), 0) if b";" not in text[max(text.rfind(b"&"), 0) :] else len(text)
            for name in _REFERENCE.findall(text[:cut]):
                self._expanded += self._sizes.get(name.decode("utf-8", "replace"), 0)
            self._tail = text[cut:][:_LOOKED_BACK]
            self._hold_to_entities()

    def end(self) -> None:
        self._with_elements(self._held)
        self._parse(b"", is_last=True)

    def _slices(self, data: bytes) -> None:
        """Parse all up to the last tag that begins in it, which is held until its end is here."""
        text, start = self._held + data, 0
        self._held = b""
        while self._is_sliced and start < len(text):
            cut = text.rfind(b"<", start + 1, start + _SLICE)
            if cut < 0:
                if len(text) - start < _SLICE:
                    self._held = text[start:]
                    return
                self._is_sliced = False
                break
            self._slice(text[start:cut])
            start = cut
        if start < len(text):
            self._with_elements(text[start:])

    def _slice(self, data: bytes) -> None:
        """Parse bytes that begin and, unless they hold more than elements and comments, end between tags."""
        text = data
        signs = text.translate(None, _NO_SIGNS)
        if b"<!" in signs:
            text = _COMMENT.sub(b"", data)
            signs = text.translate(None, _NO_SIGNS)
        is_first = not self._depth and text.startswith(b"<?xml")
        if b"<!" in signs or signs.count(b"<?") > is_first:
            self._is_sliced = False
        elif not is_first and self._is_harmless(text, signs):
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
            self._parse(data, is_last=False)
            return
        self._with_elements(data)

    def _is_harmless(self, text: bytes, signs: bytes) -> bool:
        """Whether nothing in whole tags can break a bound; then the depth is what it is behind them.

        A tag has one `<` and ends with one `>` (XML 1.0, clauses 2.4 and 3.1): if there are as many of both, no `>` is
        in a text or an attribute, and each `/` before one, but for names, ends an element.
        """
        if self._sizes or self._declared[-1][0] > 1 or len(self._bases) > 2:  # noqa: PLR2004 -- the root's
            return False
        tags, ending, above = signs.count(b"<"), signs.count(b"/>"), self._declared[-1][1]
        opened = tags - ending
        if tags != signs.count(b">") or self._depth + opened >= self._most_depth:
            return False
        if above + signs.count(b"=") > self._most_attributes:
            return False
        if b"xmlns" in text or b"xml:base" in text or b"parseType" in text:
            return False
        self._depth += opened - text.count(b"</")
        return True

    def _with_elements(self, data: bytes) -> None:
        """Parse bytes, and hear of each element."""
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parse(data, is_last=False)

    def _parse(self, data: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            if "amplification" in str(error):
                raise BoundError(bounds.XML_ENTITIES, "the expansion of entities", self._place()) from error
            place = Place(self._name, error.lineno, error.offset + 1)
            message = f"ill-formed document: {expat.ErrorString(error.code)}"
            raise IllFormedError(message, self._parser.ErrorByteIndex, place) from error

    def _place(self) -> Place:
        return Place(self._name, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._most_depth:
            raise BoundError(bounds.XML_NESTING, "nested elements", self._place())
        if not attributes:
            return
        _, above, size = self._declared[-1]
        count = above
        for name, value in attributes.items():
            if name[0] == "x" and (name[:5] == "xmlns" or name == "xml:base"):
                self._namespace(name, value)
                count += 1
                size += len(name) + len(value)
            elif name.endswith(":parseType") and value not in _NO_LITERALS:
                self._literals += size
        if count > above:
            self._declared.append((self._depth, count, size))
        if above + len(attributes) > self._most_attributes:
            raise BoundError(bounds.XML_ATTRIBUTES, "attributes and namespaces of one element", self._place())

    def _namespace(self, name: str, value: str) -> None:
        size = len(value)
        if name == "xml:base":
            self._bases += [0] * (self._depth + 1 - len(self._bases))
            self._bases[self._depth] = size
            size = sum(self._bases[: self._depth + 1])
        if size > bounds.NAMESPACE.limit:
            raise BoundError(bounds.NAMESPACE, "a long namespace", self._place())

    def _end(self, _name: str) -> None:
        if self._declared[-1][0] == self._depth:
            self._declared.pop()
        self._depth -= 1
        if self._bases:
            del self._bases[self._depth + 1 :]

    def _doctype(self, _name: str, system: str | None, public: str | None, _has_internal: int) -> None:
        if system or public:
            raise InputError(
                "an external document type: nothing is fetched",
                hint="declare the entities in the file itself, or write the IRIs in full",
                place=self._place(),
            )

    def _entity(
        self,
        name: str,
        is_parameter: int,
        value: str | None,
        _base: str | None,
        _system: str | None,
        _public: str | None,
        _notation: str | None,
    ) -> None:
        if value is None or is_parameter:
            raise InputError(
                "an external entity or a parameter entity: nothing is fetched",
                hint='declare its text in the file: <!ENTITY name "text">',
                place=self._place(),
            )
        data = value.encode()
        size = len(data) + sum(self._sizes.get(one.decode(), len(data)) for one in _REFERENCE.findall(data))
        self._sizes.setdefault(name, size)
        self._expanded = max(self._expanded, size)
        self._hold_to_entities()

    def _hold_to_entities(self) -> None:
        if self._expanded > bounds.XML_ENTITIES.limit:
            raise BoundError(bounds.XML_ENTITIES, "the expansion of entities", self._place())


# JSON-LD, and the JSON of query results.

_ONLY_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ESCAPED_CONTEXT = re.compile(rb'"((?:[^"\\]|\\u00[4-7][0-9A-Fa-f]){1,48})"')
_CONTEXT = re.compile(rb'"@context"\s*:\s*')
_OPEN = b"[{"
_FIRST_WIDTH = 1024
"""Bytes in which a context is looked for first, then in four times as many."""


class _JsonNesting:
    """Counts how deep objects and arrays of JSON are inside each other, and how many objects there are."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 1
        self._depth = 0
        self._in_text = False
        self._escape = b""
        self.objects = 0

    def feed(self, data: bytes) -> None:
        text = self._escape + data
        backslashes = len(text) - len(text.rstrip(b"\\"))
        self._escape = b"\\" if backslashes % 2 else b""
        if backslashes % 2:
            text = text[:-1]
        parts = text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[int(self._in_text) :: 2]).translate(None, _ONLY_BRACKETS)
        self._in_text ^= len(parts) % 2 == 0
        self.objects += outside.count(b"{")
        limit = bounds.NESTING.limit
        left, passes = outside, 0
        while passes <= limit and (fewer := left.replace(b"{}", b"").replace(b"[]", b"")) != left:
            left = fewer
            passes += 1
        if self._depth + passes + len(left) <= limit:
            self._depth = max(self._depth + sum(1 if sign in _OPEN else -1 for sign in left), 0)
            self._line += data.count(b"\n")
            return
        for sign in outside:
            self._depth = self._depth + 1 if sign in _OPEN else max(self._depth - 1, 0)
            if self._depth > limit:
                place = Place(self._name, self._line if b"\n" not in data else None)
                raise BoundError(bounds.NESTING, "nested arrays and objects", place)
        self._line += data.count(b"\n")


class _JsonLdWatch:
    """Objects and arrays inside each other, and contexts that chain or repeat terms."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 1
        self._nesting = _JsonNesting(name)
        self._contexts = 0
        self._largest = 0
        self._has_scoped = False
        self._relative = 0
        self._held = b""

    def feed(self, data: bytes) -> None:
        self._nesting.feed(data)
        self._held += data
        self._find_contexts()
        self._hold_to_work()
        self._line += data.count(b"\n")

    def end(self) -> None:
        """What is held is no whole context."""

    def _find_contexts(self) -> None:
        """Judge each context once it is whole; before that no parser uses it."""
        text = self._held
        if b"\\u00" in text and any(
            b"\\u" in key and _unescaped(key) == "@context" for key in _ESCAPED_CONTEXT.findall(text)
        ):
            hint = 'write it as "@context"'
            raise InputError("the key @context is written with escapes", hint=hint, place=Place(self._name))
        at = 0
        while match := _CONTEXT.search(text, at):
            size = self._judge_at(text, match.end())
            if size is None:
                if len(text) - match.start() > MAX_CONTEXT_BYTES:
                    raise BoundError(bounds.NAMESPACE, "a context of more than 4 MiB", Place(self._name, self._line))
                self._held = text[match.start() :]
                return
            at = match.end() + size
        self._held = text[max(at, len(text) - _LOOKED_BACK // 16) :]

    def _judge_at(self, text: bytes, start: int) -> int | None:
        """Judge the context at an offset; its length in bytes, or None where its end is not here yet."""
        first = text[start : start + 1]
        if first and first not in (b"[", b"{"):
            self._contexts += 1
            return 1
        width = _FIRST_WIDTH  # most contexts are short, and a file may have very many
        while True:
            shown = text[start : start + width].decode("utf-8", "ignore")
            try:
                value, size = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(shown)
                break
            except (json.JSONDecodeError, RecursionError):
                if start + width >= len(text):
                    return None
                width *= 4
        for one in value if isinstance(value, list) else [value]:
            self._judge(one)
        return len(shown[:size].encode())

    def _hold_to_work(self) -> None:
        if self._largest * (self._nesting.objects if self._has_scoped else self._contexts) > bounds.CONTEXT_WORK.limit:
            raise BoundError(
                bounds.CONTEXT_WORK, "terms that are defined again and again", Place(self._name, self._line)
            )

    def _judge(self, context: Any) -> None:  # noqa: ANN401 -- JSON
        self._contexts += 1
        if not isinstance(context, dict):
            return
        terms = 0
        waiting = [context]
        while waiting:
            one = waiting.pop()
            terms += len(one)
            self._hold_to_namespaces(one)
            for definition in one.values():
                inner = definition.get("@context") if isinstance(definition, dict) else None
                for scoped in inner if isinstance(inner, list) else [inner]:
                    if isinstance(scoped, dict):
                        self._has_scoped = True
                        waiting.append(scoped)
        self._largest = max(self._largest, terms)

    def _hold_to_namespaces(self, context: dict[str, Any]) -> None:
        place = Place(self._name, self._line)
        limit = bounds.NAMESPACE.limit
        for key in ("@vocab", "@base"):
            namespace = context.get(key)
            if isinstance(namespace, str):
                self._relative += 0 if ":" in namespace else len(namespace)
                if max(len(namespace), self._relative) > limit:
                    raise BoundError(bounds.NAMESPACE, f"a long {key}", place)
        depths: dict[str, tuple[int, int]] = {}
        for term in context:
            depth, size = _resolved(term, context, depths)
            if depth > bounds.NESTING.limit:
                raise BoundError(bounds.NESTING, f"the term {term[:40]!r} is defined by a chain of terms", place)
            if size > limit:
                raise BoundError(bounds.NAMESPACE, f"the IRI of the term {term[:40]!r} is long", place)


def _resolved(term: str, context: dict[str, Any], known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """On how many terms a term rests, one on the other, and how many characters it becomes at most."""
    path = [term]
    while path:
        one = path[-1]
        if one in known and known[one][0] >= 0:
            path.pop()
            continue
        rests = list(_rests_on(one, context.get(one), context))
        if one not in known:
            known[one] = (-1, 0)
            missing = [other for other, _ in rests if other not in known]
            if missing:
                path += missing
                continue
        depth = max((known.get(other, (0, 0))[0] for other, _ in rests if other), default=0) + 1
        known[one] = (max(depth, 1), max((size + known.get(other, (0, 0))[1] for other, size in rests), default=0))
        path.pop()
    return known[term]


def _rests_on(term: str, definition: Any, context: dict[str, Any]) -> Iterator[tuple[str, int]]:  # noqa: ANN401 -- JSON
    """The terms that a definition needs, each with the characters that are added to it."""
    texts = [term, definition] if isinstance(definition, str) else [term]
    if isinstance(definition, dict):
        texts += [
            text for key in ("@id", "@type", "@reverse", "@index") if isinstance(text := definition.get(key), str)
        ]
    for text in texts:
        prefix, colon, rest = text.partition(":")
        if text != term and text in context:
            yield text, 0
        elif colon and prefix != term and prefix in context:
            yield prefix, len(rest)
        elif text is not term:
            yield "", len(text)


def _unescaped(key: bytes) -> str:
    try:
        return str(json.loads(b'"' + key + b'"'))
    except ValueError:
        return ""
