"""From bytes of pages to their visible text and blocks."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from scograph import bounds
from scograph.extraction import BlockKind, PageText, Unreadable, UnreadablePageError, extract, format_of
from scograph.extraction.characters import charset_of, decode, encoding_of
from scograph.extraction.html import read_html
from scograph.extraction.markdown import read_markdown
from scograph.extraction.plain import read_plain
from scograph.extraction.tables import read_table

ROOT = Path(__file__).parents[1]


def checked(page: PageText) -> PageText:
    """A page, of which each character that is not white space is in exactly one block, in order."""
    at = 0
    for block in page.blocks:
        assert block.start >= at, (block, page.text)
        assert not page.text[at : block.start].strip(), page.text[at : block.start]
        words = page.words(block)
        assert words == words.strip()
        assert words
        assert (block.kind is BlockKind.FURNITURE) == bool(block.reason)
        for part in (*block.cells, *block.links):
            assert block.start <= part.start <= part.end <= block.end
        at = block.end
    assert not page.text[at:].strip()
    return page


def html(source: str) -> PageText:
    return checked(read_html(source.encode()))


def blocks(page: PageText) -> list[tuple[str, str]]:
    return [(block.kind.value, page.words(block)) for block in page.blocks]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>bo<b>ld</b> w<span>or</span>ds", "bold words"),
        ("<table><tr><td>9 EUR</td><td>3</td></tr></table>", "9 EUR\t3"),
        ("<ul><li>200</li><li>93</li></ul>", "200\n93"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<dl><dt>Seat</dt><dd>Beijing</dd></dl>", "Seat\nBeijing"),
        ("<p>one<br>two", "one\ntwo"),
        ("<div>one<br><br>two</div>", "one\n\ntwo"),
        ("<p> a \n\t b&nbsp;c </p>", "a b\u00a0c"),
        ("<p>&lt;b&gt; &amp; &eacute; &#x4E2D; &foo;", "<b> & é 中 &foo;"),
        ("<pre>\n a\n   b\n\nc</pre>", "a\n   b\n\nc"),
        ('<p style="white-space: pre-wrap">a  b', "a  b"),
        ("<p>so&shy;ft z&#8203;ero&#xFEFF;", "soft zero"),
        ("<p>In 2009<sup>1</sup> the 16<sup>th</sup>, H<sub>2</sub>O", "In 2009¹ the 16th, H₂O"),
        ("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>", "東京 とうきょう"),
        ("a<script>b</script><style>c</style><template>d</template><noscript>e</noscript>f", "af"),
        ("<p hidden>a<p>b<p style='DISPLAY : none'>c<p style='visibility:hidden'>d<p aria-hidden=true>e", "b"),
        ("<p hidden=until-found>a<dialog>b</dialog><dialog open>c</dialog>", "c"),
        ("<details><summary>S</summary>inside</details>", "S\ninside"),
        ("<svg><title>t</title><text>shown<tspan> too</tspan></text><desc>d</desc></svg>", "shown too"),
        ("<b>a<p>b</b>c", "a\n\nbc"),
        ("<span style='display:block'>a</span><span style='display:block'>b</span>", "a\nb"),
        ("<div style='display:inline'>a</div><div style='display:inline'>b</div>", "ab"),
        ("<div style='display:flex'><span>a</span><span>b</span></div>", "a b"),
        ("<nav><a href=a>Home</a><a href=b>News</a></nav><p>x", "Home News\n\nx"),
        ("<title>Not shown</title>shown", "shown"),
        ("<p><img alt='a picture'>x<input value=v><select><option>One<option>Two</select>", "x\nOne\nTwo"),
        ("<p>&nbsp;</p><p>x</p>", "x"),
        ("<h1>T</h1>x<iframe>y</iframe><video>z</video>", "T\n\nx"),
    ],
)
def test_what_a_browser_shows_apart_is_apart_and_words_stay_whole(source: str, text: str) -> None:
    assert html(source).text == text


def test_a_page_without_a_paragraph_is_all_there() -> None:
    page = html("<body>Start<ul><li>one<li><div>two</div></ul><div><span>three</span></div><table><td>four</table>end")
    assert blocks(page) == [
        ("paragraph", "Start"),
        ("list item", "one"),
        ("list item", "two"),
        ("paragraph", "three"),
        ("cell", "four"),
        ("paragraph", "end"),
    ]


def test_rows_keep_their_cells_and_the_names_of_their_columns() -> None:
    page = html(
        "<table><caption>States</caption><tr><th>Na<b>me</b><th colspan=2>Dates"
        "<tr><td rowspan=2>Iran<td>2005<td><p>2023</p><tr><td><td>2024</table>"
    )
    assert blocks(page) == [
        ("caption", "States"),
        ("column names", "Name\tDates"),
        ("row", "Iran\t2005\t2023"),
        ("cell", "2024"),
    ]
    assert [(cell.column, page.words(cell)) for cell in page.blocks[2].cells] == [
        ("Name", "Iran"),
        ("Dates", "2005"),
        ("Dates", "2023"),
    ]


def test_a_cell_of_several_rows_moves_the_columns_of_the_rows_below() -> None:
    page = html("<table><tr><th>A<th>B<th>C<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table>")
    assert [(cell.column, page.words(cell)) for cell in page.blocks[2].cells] == [("B", "4"), ("C", "5")]


def test_tables_in_tables_are_read_in_order() -> None:
    page = html("<table><tr><td>a<table><tr><td>1<td>2</table>b</td><td>c</td></tr><tr><td>d<td>e</table>")
    assert blocks(page) == [("cell", "a"), ("row", "1\t2"), ("cell", "b"), ("cell", "c"), ("row", "d\te")]


def test_headings_and_lists_have_levels() -> None:
    page = html("<h3>A</h3><ul><li>1<ol><li>2</ol><li>3</ul><div role=heading aria-level=4>B</div>")
    assert [(block.kind.value, block.level) for block in page.blocks] == [
        ("heading", 3),
        ("list item", 1),
        ("list item", 2),
        ("list item", 1),
        ("heading", 4),
    ]


def test_links_over_the_head_of_a_page_are_furniture_and_no_other_link_in_it_is() -> None:
    page = html(
        "<a href='#main'>Skip to the text</a> <a href='#foot'>Skip to the foot</a><div>Ministry</div>"
        "<p><a href='#note'>Note</a></p><h2><a href='#seat'>Seat</a></h2><p>In Oslo"
    )
    assert [(page.words(block), bool(block.reason)) for block in page.blocks] == [
        ("Skip to the text Skip to the foot", True),
        ("Ministry", False),
        ("Note", False),
        ("Seat", False),
        ("In Oslo", False),
    ]
    assert [block.reason for block in html("<a href='/home'>Home</a><p>Text").blocks] == ["", ""]
    assert [block.reason for block in html("<h1><a href='#top'>Title</a></h1><p>Text").blocks] == ["", ""]


def test_furniture_is_told_with_its_reason() -> None:
    page = html(
        "<header><h1>Title</h1>Slogan</header><nav>Menu</nav><main><article><header>By us</header><p>Text"
        "<button>Share</button></p><button>More</button><footer>Signed</footer></article></main>"
        "<ul><li>• one<li>· two</ul><aside>See also</aside><footer>© us</footer><div role=search>Find</div>"
    )
    assert [(page.words(block), block.reason.split(":")[0]) for block in page.blocks if block.reason] == [
        ("Slogan", "The head of the website, the same on other pages."),
        ("Menu", "Navigation of the website"),
        ("More", "A control of the page, to be clicked or filled in."),
        ("•", "A bullet"),
        ("·", "A bullet"),
        ("See also", "Beside the main text of the page."),
        ("© us", "The foot of the website, the same on other pages."),
        ("Find", "A control of the page, to be clicked or filled in."),
    ]
    assert [page.words(block) for block in page.blocks if not block.reason] == [
        "Title",
        "By us",
        "Text Share",
        "Signed",
        "one",
        "two",
    ]


def test_languages_titles_and_links_are_kept() -> None:
    page = checked(
        read_html(
            "<html lang=en><title> The\n title </title><base href='/d/'><p>English <i lang=la>sic</i><p lang=ru>Да"
            "<p><span lang=kk>Иә</span><p>See <a href='x?y#z'>th<b>is</b></a>, <a href='javascript:a()'>that</a>"
            "<a href='http://[bad'>odd</a>".encode(),
            url="https://example.org/a/b",
        )
    )
    assert (page.title, page.language) == ("The title", "en")
    assert [(page.words(block), block.language) for block in page.blocks] == [
        ("English sic", "en"),
        ("Да", "ru"),
        ("Иә", "kk"),
        ("See this, thatodd", "en"),
    ]
    assert [(page.words(link), link.url) for link in page.blocks[3].links] == [
        ("this", "https://example.org/d/x?y#z"),
        ("odd", "http://[bad"),
    ]


def test_places_are_code_points() -> None:
    page = html("<p>𝔘𝔫𝔦<p>中😀文")
    assert [(block.start, block.end) for block in page.blocks] == [(0, 3), (5, 8)]


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        ("Ā".encode("utf-8-sig"), "text/html; charset=latin1", ("Ā", "utf-8 (byte order mark)")),
        (b"\xff\xfe" + "Ж".encode("utf-16-le"), "", ("Ж", "utf-16-le (byte order mark)")),
        ("Ж".encode("cp1251"), "text/html; charset=Windows-1251", ("Ж", "windows-1251 (HTTP)")),
        ("Ж".encode("koi8-r"), 'text/html; a=b; charset="KOI8-R"', ("Ж", "koi8-r (HTTP)")),
        (b"\x93a\x94\x81", "text/html; charset=iso-8859-1", ("“a”\x81", "windows-1252 (HTTP)")),
        (b"caf\xe9", "", ("café", "windows-1252 (default)")),
        (b"caf\xe9", "text/html; charset=nonsense", ("café", "windows-1252 (default)")),
        ("é".encode(), "", ("é", "utf-8 (bytes)")),
        ("中".encode("gb2312"), "text/html; charset=gb2312", ("中", "gb18030 (HTTP)")),
        (b"\xff", "text/html; charset=utf-8", ("\ufffd", "utf-8 (HTTP)")),
    ],
)
def test_bytes_are_decoded_as_the_html_standard_says(data: bytes, content_type: str, expected: tuple[str, str]) -> None:
    assert decode(data, content_type, is_html=True) == expected


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=windows-1251>", "windows-1251 (page)"),
        ("<META content='text/html; charset=windows-1251' HTTP-EQUIV=Content-Type>", "windows-1251 (page)"),
        ("<!-- <meta charset=utf-8> --><meta charset='cp1251'>", "windows-1251 (page)"),
        ("<?xml version='1.0' encoding='windows-1251'?>", "windows-1251 (page)"),
        ("<meta charset=utf-16le>", "utf-8 (page)"),
        ("<meta content='text/html; charset=windows-1251'>", "windows-1252 (default)"),
        (" " * 1024 + "<meta charset=windows-1251>", "windows-1252 (default)"),
    ],
)
def test_a_page_declares_its_encoding(head: str, encoding: str) -> None:
    text, found = decode((head + "Ж").encode("cp1251"), is_html=True)
    assert found == encoding
    assert text.endswith("Ж") == (encoding == "windows-1251 (page)")


def test_labels_of_encodings_are_those_of_the_standard() -> None:
    assert [encoding_of(label) for label in ("UTF8", " ascii\n", "cp1250", "ISO8859-5", "sjis", "utf-7", "")] == [
        "utf-8",
        "windows-1252",
        "windows-1250",
        "iso-8859-5",
        "cp932",
        "",
        "",
    ]
    assert charset_of("text/html; charset = 'koi8-u'") == "koi8-u"


def test_a_page_that_a_script_makes_has_no_text() -> None:
    with pytest.raises(UnreadablePageError) as caught:
        html("<body><div id=app></div><script>render()</script><noscript>Switch scripts on</noscript>")
    assert caught.value.why is Unreadable.EMPTY


def test_plain_text_stays_as_it_is() -> None:
    source = (
        "A memorandum whose lines are broken at a width of seventy characters,\nand that goes on here. Short.\n"
        "  A new paragraph.\r\n\r\n• one\r- two\n=====\nlast [APTT]\n"
    )
    page = checked(read_plain(source.encode()))
    assert page.text == source.replace("\r\n", "\n").replace("\r", "\n")
    assert blocks(page) == [
        (
            "paragraph",
            "A memorandum whose lines are broken at a width of seventy characters,\nand that goes on here. Short.",
        ),
        ("paragraph", "A new paragraph."),
        ("furniture", "•"),
        ("list item", "one"),
        ("furniture", "-"),
        ("list item", "two"),
        ("furniture", "====="),
        ("paragraph", "last [APTT]"),
    ]


def test_lines_of_a_text_that_is_not_broken_at_a_width_are_blocks() -> None:
    source = "Heading\nA line that is much longer than any line of a text that was broken at some width, " + "x " * 30
    assert [kind for kind, _ in blocks(checked(read_plain(source.encode())))] == ["paragraph", "paragraph"]


def test_chinese_text_has_no_blanks_to_break_at() -> None:
    page = checked(read_plain("中国和俄罗斯。\n十六日".encode()))
    assert blocks(page) == [("paragraph", "中国和俄罗斯。"), ("paragraph", "十六日")]


def test_markdown_is_read_as_it_is_shown() -> None:
    source = """---
title: "Front"
lang: en
---
# Head *it* #
One **bo**ld `co*de*` snake_case_name, 2 * 3 * 4, \\*x\\* &amp; [APTT] <!-- no -->
goes on\x20\x20
hard [li**nk**](http://e.org/a_(b)) ![img](x.png) <http://a.org> [ref][r] H<sub>2</sub>O

- one
- two
  1. in
     more

     below
- [x] done

Setext
------
> quote
> more

| A | B |
|---|:-:|
| 1 | a\\|b |
| 2 |

***
```py
x = 1

 y
```
[r]: http://r.org "t"
"""
    page = checked(read_markdown(source.encode()))
    assert (page.title, page.language) == ("Front", "en")
    assert blocks(page) == [
        ("heading", "Head it"),
        (
            "paragraph",
            "One bold co*de* snake_case_name, 2 * 3 * 4, *x* & [APTT] goes on\nhard link http://a.org ref H2O",
        ),
        ("list item", "one"),
        ("list item", "two"),
        ("list item", "in more"),
        ("list item", "below"),
        ("list item", "done"),
        ("heading", "Setext"),
        ("paragraph", "quote more"),
        ("column names", "A\tB"),
        ("row", "1\ta|b"),
        ("row", "2"),
        ("paragraph", "x = 1"),
        ("paragraph", "y"),
    ]
    assert [link.url for link in page.blocks[1].links] == ["http://e.org/a_(b)", "http://a.org", "http://r.org"]
    assert [block.level for block in page.blocks if block.kind is BlockKind.LIST_ITEM] == [1, 1, 2, 2, 1]
    assert [cell.column for cell in page.blocks[11].cells] == ["A", "B"]


def test_a_row_of_csv_is_a_block_and_keeps_the_names_of_columns() -> None:
    source = b'\xef\xbb\xbfa;"b ""q""";c\r\n"x;y\r\nz";2;3\r\n\r\n4;5\r\n'
    page = checked(read_table(source))
    assert page.text == 'a;"b ""q""";c\n"x;y\nz";2;3\n\n4;5\n'
    assert [block.kind.value for block in page.blocks] == ["column names", "row", "row"]
    assert [[(cell.column, page.words(cell)) for cell in block.cells] for block in page.blocks[1:]] == [
        [("a", "x;y\nz"), ('b "q"', "2"), ("c", "3")],
        [("a", "4"), ('b "q"', "5")],
    ]


def test_a_table_may_have_no_names_of_columns_and_tabs() -> None:
    page = checked(read_table(b"1,2\n", "text/csv; header=absent"))
    assert [(block.kind.value, len(block.cells)) for block in page.blocks] == [("row", 2)]
    page = checked(read_table(b"a,b\tc\n", "text/tab-separated-values"))
    assert [page.words(cell) for cell in page.blocks[0].cells] == ["a,b", "c"]


def test_a_row_of_very_many_cells_comes_to_an_end() -> None:
    page = checked(read_table(b"a," * 200_000, "text/csv; header=absent"))
    assert len(page.blocks[0].cells) == 200_001


def test_a_quote_without_an_end_is_told_with_its_line() -> None:
    with pytest.raises(UnreadablePageError, match="line 2: the quote of a cell has no end") as caught:
        read_table(b'a,b\n1,"2\n3,4\n')
    assert caught.value.why is Unreadable.DAMAGED


@pytest.mark.parametrize(
    ("data", "content_type", "name", "expected"),
    [
        (b"%PDF-1.4", "text/html", "a.txt", "pdf"),
        (b"<p>", "text/html; charset=utf-8", "", "html"),
        (b"<p>", "application/xhtml+xml", "", "html"),
        (b"a,b", "text/plain", "a.csv", "csv"),
        (b"a,b", "text/csv", "a.txt", "csv"),
        (b"# a", "", "https://example.org/a.md?raw=1", "md"),
        (b"\n<!-- x --><!DOCTYPE html>", "", "page", "html"),
        (b"<ex:a> is no HTML", "", "", "txt"),
        (b"a\tb", "", "a.TSV", "tsv"),
        (b"Dear reader", "application/octet-stream", "", "txt"),
    ],
)
def test_the_format_is_told_by_bytes_media_type_and_name(
    data: bytes, content_type: str, name: str, expected: str
) -> None:
    assert format_of(data, content_type=content_type, name=name).name == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"PK\x03\x04", "ZIP"), (b"\xd0\xcf\x11\xe0", "Office"), (b"\x89PNG\r\n", "picture"), (b"a\x00b", "NUL")],
)
def test_other_files_are_refused_by_their_kind(data: bytes, words: str) -> None:
    with pytest.raises(UnreadablePageError, match=words) as caught:
        extract(data, name="page.html")
    assert caught.value.why is Unreadable.KIND
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        ("<p>Привет".encode("cp1251"), "text/html; charset=windows-1251", "Привет"),
        ("# Ä".encode(), "text/markdown", "Ä"),
        ("中".encode("gb18030"), "text/plain; charset=gb2312", "中"),
        (b"a,b\n1,2", "text/csv", "a,b\n1,2"),
    ],
)
def test_pages_are_read_in_a_process_that_opens_no_file(data: bytes, name: str, text: str) -> None:
    page = checked(extract(data, content_type=name))
    assert page.text == text
    assert page.extractor.startswith("scograph-")


def test_the_process_gives_all_that_the_reader_gives() -> None:
    source = b"<html lang=en><title>T</title><table><tr><th>A<th>B<tr><td><a href=x>1</a><td>2</table><nav>n</nav>"
    assert extract(source, content_type="text/html", url="http://e.org/") == read_html(
        source, "text/html", "http://e.org/"
    )


@pytest.mark.parametrize(
    ("bound", "data"),
    [
        ("source-size", b"<p>" + b"a" * (1 << 20)),
        ("source-text", b"<p>" + b"a" * 1000),
        ("source-seconds", b"<div>" * 60_000),
        ("source-memory", b"<p>a" * 2_000_000),
    ],
)
def test_a_page_beyond_a_bound_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch, bound: str, data: bytes
) -> None:
    monkeypatch.setitem(bounds._raised, bound, {"source-text": 999, "source-memory": 100}.get(bound, 1))  # noqa: SLF001
    with pytest.raises(UnreadablePageError, match=rf"bound: {bound}\b") as caught:
        extract(data, content_type="text/html")
    assert caught.value.why is Unreadable.BOUND
    assert bound in caught.value.hint


@pytest.mark.parametrize(
    "source",
    [
        "*a " * 30_000,
        "a" + "`" * 20_000,
        "[" * 20_000,
        "[a](" * 10_000,
        "&" * 50_000,
        "> " * 10_000 + "a",
        "<a " * 20_000,
        "__" * 20_000 + "a",
        "| a " * 10_000 + "\n" + "|-" * 10_000,
    ],
)
def test_odd_markdown_ends_within_the_bound(source: str) -> None:
    assert checked(extract(source.encode(), content_type="text/markdown")).blocks


def test_a_missing_library_is_named_with_the_extra() -> None:
    program = (
        "import sys; sys.modules['selectolax'] = None; from scograph.extraction.html import read_html as r; r(b'')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "pip install 'scograph[sources]'" in done.stderr


def test_the_examples_of_the_documentation_run() -> None:
    names = ("characters", "html", "markdown", "plain", "reading", "tables")
    results = [doctest.testmod(importlib.import_module(f"scograph.extraction.{name}")) for name in names]
    assert sum(result.attempted for result in results) >= 12
    assert [result.failed for result in results] == [0] * len(names)


@pytest.mark.parametrize(("limit", "value"), [("RLIMIT_CPU", 20), ("RLIMIT_AS", 3 << 30)])
def test_a_page_is_read_where_the_machine_sets_lower_limits(limit: str, value: int) -> None:
    """A shell or a service may have set a limit that is lower than that of the reader: it stays as it is."""
    program = (
        "import resource; from scograph import sandbox; from scograph.extraction import extract\n"
        f"resource.setrlimit(resource.{limit}, ({value}, {value}))\n"
        "print(extract(b'<p>Hello</p>', name='x.html').text)\n"
        f"sandbox.lower_limit(resource.{limit}, {value} * 2, {value} * 3)\n"
        f"print(resource.getrlimit(resource.{limit}) == ({value}, {value}))\n"
        f"sandbox.lower_limit(resource.{limit}, {value} - 2, {value} - 1)\n"
        f"print(resource.getrlimit(resource.{limit}) == ({value} - 2, {value} - 1))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Hello", "True", "True"], done.stderr
