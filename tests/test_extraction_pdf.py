"""From PDF files to their text in the order of reading."""

from __future__ import annotations

import pytest

from pdf_files import PdfPage, pdf
from scograph import bounds
from scograph.extraction import PageText, Unreadable, UnreadablePageError, extract
from scograph.extraction.columns import Word, joined, read_page
from scograph.extraction.pdf import read_pdf
from test_extraction import blocks, checked

LEFT = [
    "The council of the six states is con-",
    "vened every year by its chair, who",
    "keeps the minutes and sends them.",
    "A second paragraph begins in this",
    "column and goes on to the end of it.",
    "It has lines enough to be prose.",
]
RIGHT = [
    "In the right column other words are",
    "read after those of the left one and",
    "never across, as some programs do.",
    "Every sentence stays whole in it, as",
    "a reader of the page would read it.",
    "So it is with all of its sentences.",
]
TITLE = "A title over both of the columns"
TABLE = (("State", "Joined", "Seat"), ("Kenya", "2012", "Nairobi"), ("Togo", "2013", "Lome"), ("Chad", "2014", "N'Dj"))


def read(*pages: PdfPage) -> PageText:
    return checked(read_pdf(pdf(*pages)))


def by_columns() -> PdfPage:
    return PdfPage().column(50, 100, LEFT).column(320, 100, RIGHT)


def by_rows() -> PdfPage:
    page = PdfPage()
    for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        page.at(50, 100 + 12 * number, left).at(320, 100 + 12 * number, right)
    return page


def shifted() -> PdfPage:
    return PdfPage().column(320, 105, RIGHT).column(50, 100, LEFT)


@pytest.mark.parametrize("page", [by_columns(), by_rows(), shifted()], ids=["columns", "rows", "shifted"])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(page: PdfPage) -> None:
    found = read(page.at(50, 60, TITLE, 18))
    words = found.text.split()
    left = " ".join(LEFT).replace("con- vened", "convened").split()
    assert words == [*TITLE.split(), *left, *" ".join(RIGHT).split()]
    assert found.blocks[0].kind.value == "heading"
    assert found.doubts == ()


@pytest.mark.parametrize("is_by_column", [True, False])
def test_a_table_is_read_row_by_row_however_it_is_drawn(is_by_column: bool) -> None:  # noqa: FBT001
    page = PdfPage()
    places = [(row, column) for row in range(4) for column in range(3)]
    for row, column in sorted(places, key=lambda place: place[::-1] if is_by_column else place):
        page.at(50 + 150 * column, 100 + 14 * row, TABLE[row][column])
    found = read(page)
    assert [[found.words(cell) for cell in block.cells] for block in found.blocks] == [list(row) for row in TABLE]
    assert found.text == "\n".join("\t".join(row) for row in TABLE)


def test_paragraphs_are_told_by_distance_indent_and_room() -> None:
    lines = ["A first paragraph has lines that fill the whole of its width, as this", "one does. It ends."]
    page = PdfPage().column(50, 100, lines).column(50, 140, lines).at(62, 164, "Indented lines begin a paragraph too.")
    found = read(page.column(50, 180, ["• one item of a list", "• another item of it"]))
    joined_lines = " ".join(lines)
    assert blocks(found) == [
        ("paragraph", joined_lines),
        ("paragraph", joined_lines),
        ("paragraph", "Indented lines begin a paragraph too."),
        ("furniture", "•"),
        ("list item", "one item of a list"),
        ("furniture", "•"),
        ("list item", "another item of it"),
    ]


def test_hyphens_at_ends_of_lines_are_joined_unless_the_word_has_one_elsewhere() -> None:
    page = PdfPage().column(
        50,
        100,
        [
            "Every year an anti-terrorist drill is held, and that drill is an anti-",
            "terrorist drill of all the states, for which all of them give infor-",
            "mation.",
        ],
    )
    assert "an anti-terrorist drill of all the states, for which all of them give information." in read(page).text


def test_letters_are_told_by_the_font_and_ligatures_are_parted() -> None:
    page = PdfPage()
    for number, text in enumerate(("Привет мир", "o\ufb03ce \ufb01le", "中国和俄罗斯", "cœur")):
        page.at(50, 100 + 40 * number, text, 10, "F2")
    assert [words for _, words in blocks(read(page))] == ["Привет мир", "office file", "中国和俄罗斯", "cœur"]


def test_lines_of_chinese_are_joined_without_a_blank() -> None:
    page = (
        PdfPage().at(50, 100, "理事会由主席和两名副主席召集", 10, "F2").at(50, 112, "每年至少举行一次会议。", 10, "F2")
    )
    assert read(page).text == "理事会由主席和两名副主席召集每年至少举行一次会议。"


def test_columns_of_arabic_are_read_from_right_to_left() -> None:
    def words(texts: list[str], left: float, top: float) -> list[Word]:
        return [
            Word(text, left + 30 * (len(texts) - 1 - number), top, left + 30 * (len(texts) - number) - 4, top + 10, 10)
            for number, text in enumerate(texts)
        ]

    right = [["يدعو", "الرئيس", "المجلس"], ["إلى", "الانعقاد", "كل"], ["عام", "في", "المدينة"]]
    left = [["تنشر", "الأمانة", "تقريرا"], ["عن", "أعمالها", "كل"], ["ربيع", "بكل", "اللغات"]]
    page = [
        word
        for number in range(3)
        for word in (*words(left[number], 50, 100 + 12 * number), *words(right[number], 300, 100 + 12 * number))
    ]
    reading = read_page(page)
    assert [piece.segments[0].text for piece in reading.pieces] == [" ".join(line) for line in (*right, *left)]


def test_an_order_that_is_in_doubt_is_said_to_be_so() -> None:
    page = PdfPage().column(50, 100, LEFT)
    for number, note in enumerate(("a note", "see 2", "cf. 3", "and 4")):
        page.at(330, 106 + 17 * number, note)
    found = read(page)
    assert [(doubt.page, "in which order" in doubt.message) for doubt in found.doubts] == [(1, True)]
    assert found.words(found.doubts[0]) == found.text


def test_text_that_runs_upwards_and_unknown_letters_are_doubts() -> None:
    page = PdfPage().column(50, 100, RIGHT).at(50, 200, "\ue000\ue001", 10, "F2")
    page.extra = "BT /F1 10 Tf 0 1 -1 0 20 300 Tm (stamp of the archive) Tj ET"
    found = read(page)
    assert [doubt.message.split(" ")[0] for doubt in found.doubts] == ["Some", "It"]
    assert found.words(found.doubts[1]) == "stamp of the archive"


def test_recognised_text_is_a_doubt() -> None:
    page = PdfPage(has_picture=True).column(50, 100, RIGHT)
    page.extra = "3 Tr"
    assert [doubt.message.split(":")[0] for doubt in read(page).doubts] == [
        "The text was recognised in a picture by a program"
    ]


def test_heads_and_feet_of_pages_are_furniture() -> None:
    pages = [
        PdfPage().at(50, 40, "Report of the council").column(50, 200, RIGHT).at(300, 770, str(number))
        for number in range(1, 5)
    ]
    found = read(*pages)
    assert [found.words(block) for block in found.blocks if block.reason] == [
        words for number in range(1, 5) for words in ("Report of the council", str(number))
    ]
    assert [block.page for block in found.blocks if not block.reason] == [1, 2, 3, 4]


def test_headings_at_the_heads_of_pages_that_differ_by_their_number_are_no_furniture() -> None:
    pages = [PdfPage().at(50, 30, f"Chapter {n}", 16).column(50, 200, RIGHT).at(300, 770, str(n)) for n in range(1, 5)]
    found = read(*pages)
    assert [found.words(block) for block in found.blocks if block.reason] == ["1", "2", "3", "4"]
    assert [words for kind, words in blocks(found) if kind == "heading"] == [f"Chapter {n}" for n in range(1, 5)]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Report of 2025", "Report of 2025"),
        ("Rules v1.2", "Rules v1.2"),
        ("Documents of the council", "Documents of the council"),
        ("report_final.docx", ""),
        ("Microsoft Word - report", ""),
        ("Untitled-1", ""),
        ("PowerPoint Presentation", ""),
        ("Document1", ""),
    ],
)
def test_a_name_of_a_file_or_program_is_no_title(written: str, title: str) -> None:
    assert read_pdf(pdf(by_rows(), title=written)).title == title


def test_what_is_outside_of_the_page_is_not_shown() -> None:
    assert read(PdfPage().at(50, 100, "shown").at(50, -40, "above").at(700, 100, "beside")).text == "shown"


def test_a_page_of_pictures_among_others_is_a_doubt() -> None:
    found = read(PdfPage().column(50, 100, RIGHT), PdfPage(has_picture=True))
    assert [(doubt.page, doubt.start == doubt.end) for doubt in found.doubts] == [(2, True)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf(PdfPage(has_picture=True)), Unreadable.SCAN),
        (pdf(PdfPage()), Unreadable.EMPTY),
        (pdf(PdfPage().at(50, 50, "x"), password="secret"), Unreadable.PASSWORD),  # noqa: S106 -- no secret
        (b"%PDF-1.7 and nothing else", Unreadable.DAMAGED),
    ],
    ids=["scan", "empty", "password", "damaged"],
)
def test_a_pdf_without_text_is_refused_with_its_reason(data: bytes, why: Unreadable) -> None:
    with pytest.raises(UnreadablePageError) as caught:
        extract(data, name="report.pdf")
    assert caught.value.why is why
    assert caught.value.hint


def test_a_pdf_is_read_in_a_process_that_opens_no_file() -> None:
    data = pdf(by_rows(), title="The title")
    found = extract(data, content_type="application/pdf")
    assert found == read_pdf(data)
    assert found.title == "The title"
    assert found.extractor.startswith("scograph-pdf 1 (pypdfium2 ")


def test_a_pdf_beyond_a_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bounds._raised, "source-seconds", 1)  # noqa: SLF001
    page = PdfPage()
    for number in range(3000):
        page.at(number % 500, number % 700, f"{number} words in one page")
    with pytest.raises(UnreadablePageError, match="source-seconds") as caught:
        extract(pdf(*[page] * 40))
    assert caught.value.why is Unreadable.BOUND


def test_cut_and_changed_files_are_errors_or_texts() -> None:
    data = pdf(by_rows(), by_columns())
    tried = 0
    for at in range(100, len(data), len(data) // 40):
        for changed in (data[:at], data[:at] + b"\xff\x00garbage" + data[at + 9 :]):
            tried += 1
            try:
                checked(read_pdf(changed))
            except UnreadablePageError as error:
                assert error.why in (Unreadable.DAMAGED, Unreadable.EMPTY)  # noqa: PT017 -- or it is read
    assert tried >= 80


def test_words_are_joined_with_blanks_but_for_chinese() -> None:
    assert joined(["中国", "和", "Russia", "2001", "年"]) == "中国和 Russia 2001 年"
