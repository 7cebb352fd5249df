"""The visible text of HTML, in blocks: what a browser shows on separate lines or in separate cells stays separate.

The parser is lexbor (by selectolax), which builds the tree that the HTML Standard prescribes for any bytes. The text
is that of `innerText` (HTML Standard, clause 3.2.7) with these differences: an item of a list and a cell never run
into the next one, whatever element they are; figures in `sup` and `sub` become raised and lowered characters, so that
`2009<sup>1</sup>` is not 20091; soft hyphens and spaces without width are left out. Style sheets are not read: of
styles only those in a `style` attribute count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scograph.extraction.characters import decode
from scograph.extraction.model import BlockKind, PageText, Unreadable, UnreadablePageError
from scograph.extraction.writer import Box, TextWriter

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

VERSION = 1
"""Raised whenever the same bytes give another text or other blocks."""
MAX_SPAN = 1000
"""Columns that a cell spans at most (HTML Standard, clause 4.9.11)."""

_TEXT, _COMMENT = "-text", "-comment"
_NOT_SHOWN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "map",
        "area",
        "datalist",
        "noframes",
        "noembed",
        "rp",
        "progress",
        "meter",
        "select-menu",
        "annotation",
        "annotation-xml",
        "desc",
        "defs",
        "metadata",
        "symbol",
        "param",
        "source",
        "track",
        "img",
        "picture",
        "input",
    ]
)
"""Elements of which no text is shown, as a browser that runs scripts shows a page."""
_WITH_GAP = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "menu",
        "dir",
        "table",
        "blockquote",
        "pre",
        "figure",
        "hr",
        "fieldset",
        "article",
    ]
)
"""Blocks with an empty line before and after."""
_BLOCKS = _WITH_GAP | frozenset(
    [
        "html",
        "body",
        "address",
        "aside",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dt",
        "figcaption",
        "footer",
        "form",
        "frameset",
        "header",
        "hgroup",
        "legend",
        "li",
        "listing",
        "main",
        "nav",
        "optgroup",
        "option",
        "plaintext",
        "search",
        "section",
        "summary",
        "xmp",
        "caption",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "textarea",
        "select",
    ]
)
_APART_IN_LINE = frozenset(["button", "input", "meter", "progress", "td", "th", "rt"])
"""What is shown apart from the words beside it, in the same line."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(["ul", "ol", "menu", "dir", "dl"])
_NOT_IN_ROWS = frozenset(
    [
        "table",
        "ul",
        "ol",
        "dl",
        "menu",
        "dir",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "hr",
        "article",
        "section",
        "nav",
        "form",
        "fieldset",
        "figure",
    ]
)
"""With one of these in a cell, the cells of a row are blocks of their own."""
_OWN_KIND = {"caption": BlockKind.CAPTION, "figcaption": BlockKind.CAPTION, "legend": BlockKind.CAPTION}
_NAVIGATION = "Navigation of the website: it says nothing about the subject."
_BESIDE = "Beside the main text of the page."
_SKIP = "A link to a place in the page, for who does not want to hear its head."
_CONTROL = "A control of the page, to be clicked or filled in."
_FURNITURE = {
    "nav": _NAVIGATION,
    "button": _CONTROL,
    "select": _CONTROL,
    "option": _CONTROL,
    "optgroup": _CONTROL,
    "textarea": _CONTROL,
    "search": _CONTROL,
    "menu": _CONTROL,
}
_FURNITURE_OUTSIDE = {
    "header": "The head of the website, the same on other pages.",
    "footer": "The foot of the website, the same on other pages.",
    "aside": _BESIDE,
}
"""What is furniture unless it belongs to an article, a section or the main part (HTML Accessibility API Mappings)."""
_FURNITURE_ROLES = {
    "navigation": _NAVIGATION,
    "menu": _NAVIGATION,
    "menubar": _NAVIGATION,
    "banner": _FURNITURE_OUTSIDE["header"],
    "contentinfo": _FURNITURE_OUTSIDE["footer"],
    "complementary": _BESIDE,
    "search": _CONTROL,
    "button": _CONTROL,
    "dialog": "A window of the website over the page.",
    "alertdialog": "A window of the website over the page.",
}
_SECTIONS = frozenset(["article", "section", "main"])
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
_FIGURES = re.compile(r"\s*[0-9+()-]+\s*")
_DECLARATION = re.compile(r"(?:^|;)\s*(display|visibility|white-space|content-visibility)\s*:\s*([a-z-]+(?: [a-z-]+)*)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class _ElementContext:
    """What an element hands down to its content."""

    box: Box
    is_preformatted: bool = False
    is_sectioned: bool = False
    figures: dict[int, int] | None = None
    is_svg: bool = False
    is_shown: bool = True
    is_row: bool = False
    has_parted_children: bool = False


class _HtmlTable:
    """The columns of a table."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.spanned: dict[int, int] = {}  # column: rows below that a cell above reaches into
        self.is_first = True

    def columns(self, cells: list[LexborNode]) -> list[int]:
        """The column of each cell of the next row (HTML Standard, clause 4.9.12.1)."""
        taken, self.spanned = self.spanned, {column: left - 1 for column, left in self.spanned.items() if left > 1}
        at, found = 0, []
        for cell in cells:
            while at in taken:
                at += 1
            found.append(at)
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            if height > 1 and at + width < MAX_SPAN:
                self.spanned |= dict.fromkeys(range(at, at + width), height - 1)
            at += width
        return found


class _HtmlReader:
    """Walks a tree, and writes what is shown."""

    def __init__(self, base: str) -> None:
        self.writer = TextWriter()
        self.base = base
        self.tables: list[_HtmlTable] = []
        self.links: list[list[int | str]] = []
        self.lists = 0
        self.has_begun = False

    def read(self, root: LexborNode, language: str) -> None:
        """Walk a tree; its depth costs no stack."""
        todo: list[tuple[LexborNode, _ElementContext] | _Leave] = [(root, _ElementContext(Box(language=language)))]
        while todo:
            step = todo.pop()
            if isinstance(step, _Leave):
                self._leave(step)
                continue
            node, context = step
            if node.tag == _TEXT:
                self._text(node.text_content or "", context)
                continue
            if not node.is_element_node:
                continue
            inner, leave = self._enter(node, context)
            if inner is None:
                continue
            todo.append(leave)
            children = [(child, inner) for child in _children(node)]
            todo += reversed(children)

    def _text(self, text: str, context: _ElementContext) -> None:
        if not context.is_shown:
            return
        if context.figures and _FIGURES.fullmatch(text):
            text = text.translate(context.figures)
        at = self.writer.write(text, context.box, is_preformatted=context.is_preformatted)
        if at >= 0:
            self.writer.wrote(at)
            self.has_begun = self.has_begun or context.box.reason != _SKIP
            for link in self.links:
                if link[0] == -1:
                    link[0] = at

    def _enter(self, node: LexborNode, context: _ElementContext) -> tuple[_ElementContext | None, _Leave]:  # noqa: C901, PLR0912 -- one line for each thing that HTML has
        tag = node.tag or ""
        attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
        style = _styles(attributes.get("style", ""))
        leave = _Leave(tag)
        if tag == "br":
            self.writer.line_break()
            return None, leave
        if _is_hidden(tag, attributes, style):
            return None, leave
        box, display = context.box, style.get("display", "")
        language = attributes.get("lang") or attributes.get("xml:lang", "")
        if _LANGUAGE.fullmatch(language):
            box = replace(box, language=language)
        reason = box.reason or self._reason(tag, attributes, context)
        kind, level = box.kind, box.level
        if tag in _HEADINGS or attributes.get("role") == "heading":
            kind, level = BlockKind.HEADING, _HEADINGS.get(tag) or _level(attributes.get("aria-level", ""))
            reason = "" if tag == "h1" and reason == _FURNITURE_OUTSIDE["header"] else reason
        elif tag in ("li", "dt", "dd"):
            kind, level = BlockKind.LIST_ITEM, max(self.lists, 1)
        elif tag in ("td", "th"):
            kind, level = BlockKind.CELL, 0
        elif tag in _OWN_KIND:
            kind, level = _OWN_KIND[tag], 0
        if tag in _LISTS:
            self.lists += 1
            leave.is_list = True
        is_block = (tag in _BLOCKS and display != "inline") or display in _BLOCK_DISPLAYS
        if context.is_row and tag not in ("td", "th"):
            if is_block:
                self.writer.line_break()
                leave.breaks = True
            is_block = False
        elif is_block and not context.is_row:
            leave.feeds = 2 if tag in _WITH_GAP else 1
            self.writer.apart(leave.feeds)
        if context.is_row and tag in ("td", "th"):
            self.writer.cell()
        elif not is_block and (tag in _APART_IN_LINE or display.startswith("inline-") or context.has_parted_children):
            self.writer.space()
            leave.is_spaced = True
        inner = _ElementContext(
            replace(box, kind=kind, level=level, reason=reason),
            _is_preformatted(tag, style, context),
            context.is_sectioned or tag in _SECTIONS,
            _RAISED if tag == "sup" else _LOWERED if tag == "sub" else context.figures,
            context.is_svg or tag == "svg",
            _is_shown(tag, context),
            context.is_row,
            "flex" in display or "grid" in display or tag == "nav",
        )
        if tag == "table":
            self.tables.append(_HtmlTable())
            leave.is_table = True
        elif tag == "tr" and self.tables:
            inner = self._row(node, inner, leave)
        elif tag == "a" and "href" in attributes:
            self.links.append([-1, attributes["href"].strip()])
            leave.is_link = True
        return inner, leave

    def _row(self, row: LexborNode, inner: _ElementContext, leave: _Leave) -> _ElementContext:
        cells = [node for node in _children(row) if node.tag in ("td", "th") and not _is_hidden_node(node)]
        table = self.tables[-1]
        columns = table.columns(cells)
        texts = [_cell_text(cell) for cell in cells]
        is_head = bool(cells) and (
            all(cell.tag == "th" for cell in cells) or (row.parent is not None and row.parent.tag == "thead")
        )
        if None in texts or sum(1 for text in texts if text) < 2:  # noqa: PLR2004 -- one cell alone is no row
            table.is_first = table.is_first and not any(texts)
            return inner
        if is_head and table.is_first:
            spans = [
                range(column, min(column + _span(cell, "colspan"), MAX_SPAN))
                for cell, column in zip(cells, columns, strict=True)
            ]
            leave.row = _Row(Box(BlockKind.COLUMN_NAMES, reason=inner.box.reason), [""] * len(cells), spans)
        else:
            table.is_first = False
            names = [table.names.get(column, "") for column in columns]
            leave.row = _Row(Box(BlockKind.ROW, reason=inner.box.reason), names)
        self.writer.begin_row()
        return replace(inner, is_row=True)

    def _leave(self, left: _Leave) -> None:
        if left.row:
            texts = self.writer.end_row(left.row.box, left.row.columns)
            for text, span in zip(texts, left.row.spans, strict=False):
                self.tables[-1].names |= dict.fromkeys(span, text)
        if left.is_link:
            start, target = self.links.pop()
            if isinstance(start, int) and isinstance(target, str) and not target.lower().startswith("javascript:"):
                self.writer.link(start, _joined(self.base, target))
        if left.is_table:
            self.tables.pop()
        if left.is_list:
            self.lists -= 1
        if left.breaks:
            self.writer.line_break()
        if left.is_spaced:
            self.writer.space()
        if left.feeds:
            self.writer.apart(left.feeds)

    def _reason(self, tag: str, attributes: dict[str, str], context: _ElementContext) -> str:
        is_free = not (self.has_begun or context.is_sectioned or context.box.kind is BlockKind.HEADING)
        if tag == "a" and is_free and attributes.get("href", "").strip().startswith("#"):
            return _SKIP
        role = attributes.get("role", "").strip().lower()
        if role in _FURNITURE_ROLES:
            return _FURNITURE_ROLES[role]
        if role and role not in ("presentation", "none"):
            return ""
        if tag in _FURNITURE_OUTSIDE:
            return "" if context.is_sectioned else _FURNITURE_OUTSIDE[tag]
        return _FURNITURE.get(tag, "")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table, the column names of its cells, and the columns that its cells name."""

    box: Box
    columns: list[str]
    spans: list[range] = field(default_factory=list)


@dataclass(slots=True)
class _Leave:
    """What is to be done at the end of an element."""

    tag: str
    feeds: int = 0
    breaks: bool = False
    is_spaced: bool = False
    is_table: bool = False
    is_list: bool = False
    is_link: bool = False
    row: _Row | None = None


_BLOCK_DISPLAYS = frozenset(
    ["block", "flex", "grid", "table", "list-item", "table-row", "table-caption", "flow-root", "table-cell"]
)


def read_html(data: bytes, content_type: str = "", url: str = "") -> PageText:
    """The visible text of a page in HTML.

    Args:
        data: Its bytes.
        content_type: The Content-Type header that it came with, or empty.
        url: Its address, against which links are resolved, or empty.

    Returns:
        The text, its blocks, title and language.

    Raises:
        UnreadablePageError: The library is missing, or the page shows no text.

    Example:
        >>> page = read_html(b"<ul><li>9</li><li>bo<b>ld</b></li></ul><p hidden>no</p>")
        >>> [(block.kind.value, page.words(block)) for block in page.blocks]
        [('list item', '9'), ('list item', 'bold')]
    """
    try:
        import selectolax  # noqa: PLC0415 -- an extra
        from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415
    except ImportError:
        raise UnreadablePageError(
            Unreadable.LIBRARY, "HTML needs the library selectolax", hint="pip install 'scograph[sources]'"
        ) from None
    source, encoding = decode(data, content_type, is_html=True)
    try:
        tree = LexborHTMLParser(source)
    except SelectolaxError as error:  # any bytes are HTML: what fails is to get memory
        raise MemoryError from error
    base = url
    title, language = "", ""
    for node in tree.css("head > base[href]")[:1]:
        base = _joined(url, (node.attributes.get("href") or "").strip())
    for node in tree.css("head > title")[:1]:
        title = " ".join((node.text() or "").split())
    for node in tree.css("meta[http-equiv='content-language' i]")[:1]:
        language = (node.attributes.get("content") or "").strip()
    root = tree.root
    if root is not None:
        language = root.attributes.get("lang") or root.attributes.get("xml:lang") or language
    language = language if _LANGUAGE.fullmatch(language) else ""
    reader = _HtmlReader(base)
    if root is not None:
        reader.read(root, language)
    text, blocks = reader.writer.finish()
    if not blocks:
        raise UnreadablePageError(
            Unreadable.EMPTY,
            "the page shows no text",
            hint="a script in the browser may make it: save the page from the browser, as it is shown",
        )
    extractor = f"scograph-html {VERSION} (selectolax {selectolax.__version__})"
    return PageText(text, blocks, title, language, encoding, extractor)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _styles(style: str) -> dict[str, str]:
    return dict(_DECLARATION.findall(style.lower())) if style else {}


def _is_hidden(tag: str, attributes: dict[str, str], style: dict[str, str]) -> bool:
    return (
        tag in _NOT_SHOWN
        or "hidden" in attributes
        or attributes.get("aria-hidden", "").strip().lower() == "true"
        or style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("content-visibility") == "hidden"
        or (tag == "dialog" and "open" not in attributes)
    )


def _is_shown(tag: str, context: _ElementContext) -> bool:
    """Whether text in an element is shown: in SVG only that of text elements."""
    if tag == "svg" or (context.is_svg and tag == "foreignobject"):
        return tag != "svg"
    return context.is_shown or (context.is_svg and tag == "text")


def _is_hidden_node(node: LexborNode) -> bool:
    attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
    return _is_hidden(node.tag or "", attributes, _styles(attributes.get("style", "")))


def _is_preformatted(tag: str, style: dict[str, str], context: _ElementContext) -> bool:
    white_space = style.get("white-space", "")
    if white_space:
        return white_space.startswith(("pre", "break-spaces")) and white_space != "pre-line"
    return context.is_preformatted or tag in ("pre", "listing", "plaintext", "xmp", "textarea")


def _cell_text(cell: LexborNode) -> str | None:
    """The text of a cell; None if it holds blocks that are more than one paragraph."""
    parts: list[str] = []
    todo, paragraphs = [(cell, 0)], set[int]()
    while todo:
        node, paragraph = todo.pop()
        if node.tag == _TEXT:
            words = (node.text_content or "").split()
            if words:
                parts += words
                paragraphs.add(paragraph)
                if len(paragraphs) > 1:
                    return None
            continue
        if not node.is_element_node or (node.tag or "") in _NOT_SHOWN or _is_hidden_node(node):
            continue
        if node.tag in _NOT_IN_ROWS:
            return None
        inner = node.mem_id if node.tag in ("p", "div") else paragraph
        todo += reversed([(child, inner) for child in _children(node)])
    return " ".join(parts)


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return max(1, min(int(value), MAX_SPAN)) if value.isascii() and value.isdigit() and len(value) < 9 else 1  # noqa: PLR2004


def _level(value: str) -> int:
    return int(value) if value in ("1", "2", "3", "4", "5", "6") else 2


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target) if base else target
    except ValueError:  # an address that is none, such as http://[
        return target
