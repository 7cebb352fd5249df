"""Dates on pages: an end or a sighting is no beginning, and what goes on does not end with the picture."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from scograph import Project
from scograph.build import BuildOptions, build
from scograph.site.words import read_words

GRAPH = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/x/> .

ex:club a ex:Club ; rdfs:label "club"@en ; schema:foundingDate "1999"^^xsd:gYear .
ex:closed a ex:Club ; rdfs:label "closed"@en ; schema:foundingDate "1999-03"^^xsd:gYearMonth ;
    schema:dissolutionDate "2003"^^xsd:gYear .
ex:ann a ex:Person ; rdfs:label "Ann"@en  .
ex:member a ex:Status ; rdfs:label "e member"@en ; org:member ex:ann ; org:organization ex:club ;
    schema:startDate "2001-06-02"^^xsd:date .
ex:ended a ex:Status ; rdfs:label "b ended"@en ; org:member ex:ann ; org:organization ex:club ;
    schema:endDate "1980-07-04"^^xsd:date .
ex:seen a ex:Status ; rdfs:label "c seen"@en ; org:member ex:ann ; org:organization ex:club ;
    dcterms:valid "1990-10"^^xsd:gYearMonth ; schema:endDate "2000-09-01"^^xsd:date .
ex:sighted a ex:Status ; rdfs:label "d sighted"@en ; org:member ex:ann ; org:organization ex:club ;
    dcterms:valid "1985-10-05"^^xsd:date .
ex:day a ex:Status ; rdfs:label "a day"@en ; org:member ex:ann ; org:organization ex:club ;
    schema:startDate "2003-01-09"^^xsd:date ; schema:endDate "2003-01-09"^^xsd:date .
ex:days a ex:Meeting ; rdfs:label "days"@en ;
    schema:startDate "2016-01-24"^^xsd:date ; schema:endDate "2016-01-26"^^xsd:date .
ex:months a ex:Meeting ; rdfs:label "months"@en ;
    schema:startDate "2016-04-30"^^xsd:date ; schema:endDate "2016-05-02"^^xsd:date .
ex:years a ex:Meeting ; rdfs:label "years"@en ;
    schema:startDate "2016-12-31"^^xsd:date ; schema:endDate "2017-01-02"^^xsd:date .
ex:month a ex:Meeting ; rdfs:label "month"@en ;
    schema:startDate "2018-02"^^xsd:gYearMonth ; schema:endDate "2018-02"^^xsd:gYearMonth .
ex:begun a ex:Meeting ; rdfs:label "begun"@en ; schema:startDate "2019-11-20"^^xsd:date .
ex:signed a ex:Paper ; rdfs:label "signed"@en ; ex:signedOn "2009-06-16"^^xsd:date ; ex:inForceOn "2011"^^xsd:gYear .
ex:signedOn rdfs:label "signed on"@en .
ex:inForceOn rdfs:label "in force on"@en .
"""
ONTOLOGY = """\
<https://example.org/x/> a <http://www.w3.org/2002/07/owl#Ontology> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "dates"@en , "даты"@ru , "日期"@zh .
"""
"""The languages of the pages are those of its name."""
STATUS = {
    "en": {
        "a day": "on 9 January 2003",
        "b ended": "until 4 July 1980",
        "c seen": "seen in October 1990, until 1 September 2000",
        "d sighted": "seen on 5 October 1985",
        "e member": "from 2 June 2001 →",
    },
    "ru": {
        "a day": "9 января 2003 года",
        "b ended": "по 4 июля 1980 года",
        "c seen": "отмечено в октябре 1990 года, по 1 сентября 2000 года",
        "d sighted": "отмечено 5 октября 1985 года",
        "e member": "со 2 июня 2001 года →",
    },
    "zh": {
        "a day": "2003年1月9日",
        "b ended": "至1980年7月4日",
        "c seen": "1990年10月有记录，至2000年9月1日",
        "d sighted": "1985年10月5日有记录",
        "e member": "自2001年6月2日起 →",
    },
}
IN_TIME = ["e member", "a day", "b ended", "d sighted", "c seen"]
"""By their beginning; where that is not known, after those, by the first date on which they are known."""
ENDED_LAST = ["e member", "a day", "d sighted", "b ended", "c seen"]
"""The same, but what lasted and has a known end stands last."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dates")
    for path, text in (("data/dates/01.ttl", GRAPH), ("ontology/core.ttl", ONTOLOGY), ("scograph.toml", "")):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return build(Project.open(folder), folder / "dist", options=BuildOptions(1)).folder


def page(folder: Path, language: str, path: str) -> str:
    return (folder / ("" if language == "en" else language) / path).read_text(encoding="utf-8")


def text(markup: str) -> str:
    shown = re.sub(r"<abbr.*?</abbr>|<[^>]+>", "", markup)
    return " ".join(html.unescape(shown).split())


def cells(markup: str) -> list[list[str]]:
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", markup, re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.DOTALL)] for row in rows]


def drawings(markup: str) -> dict[str, str]:
    """The drawing under each heading."""
    found = re.findall(r"<h2[^>]*>(.*?)</h2>.*?<svg class=\"timeline\"(.*?)</svg>", markup, re.DOTALL)
    return {text(heading): drawing for heading, drawing in found}


def names(drawing: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<text [^>]*text-anchor="end">([^<]*)</text>', drawing)]


def row(drawing: str, name: str) -> list[dict[str, str]]:
    """What is drawn of one thing: the elements of its row with their attributes."""
    middle = 28 + 24 * names(drawing).index(name) + 12
    found = []
    for tag, given in re.findall(r"<(rect|circle|line|path) ([^>]*)/>", drawing):
        attributes = {"tag": tag, **dict(re.findall(r'([a-z0-9]+)="([^"]*)"', given))}
        heights = [float(attributes[key]) for key in ("y", "cy", "y1") if key in attributes]
        heights += [float(y) for y in re.findall(r"M\S+ (\S+?)H", attributes.get("d", ""))]
        if attributes["class"] != "grid" and abs(heights[0] - middle) < 12:
            found.append(attributes)
    return found


def classes(drawing: str, name: str) -> list[str]:
    return [element["class"] for element in row(drawing, name)]


@pytest.mark.parametrize("language", STATUS)
def test_a_list_says_what_each_date_is(folder: Path, language: str) -> None:
    listed = {name: dates for name, dates, *_ in cells(page(folder, language, "class/status.html"))}
    assert listed == STATUS[language]


def test_a_list_is_sorted_by_beginnings_and_by_nothing_that_is_none(folder: Path) -> None:
    markup = page(folder, "en", "class/status.html")
    keys = dict(re.findall(r'>([a-e] [a-z]+)</a>.*?<span data-value="([^"]*)">', markup))
    assert keys == {"a day": "2003-01-09", "b ended": "", "c seen": "", "d sighted": "", "e member": "2001-06-02"}


@pytest.mark.parametrize(
    ("language", "dates"),
    [
        ("en", ["from 20 November 2019", "24–26 January 2016", "in February 2018", "30 April – 2 May 2016",
                "from 31 December 2016 until 2 January 2017"]),
        ("ru", ["с 20 ноября 2019 года", "24–26 января 2016 года", "в феврале 2018 года", "30 апреля – 2 мая 2016 года",
                "с 31 декабря 2016 года по 2 января 2017 года"]),
        ("zh", ["自2019年11月20日起", "2016年1月24日至26日", "2018年2月", "2016年4月30日至5月2日",
                "自2016年12月31日起至2017年1月2日"]),
    ],
)  # fmt: skip
def test_days_of_one_year_are_a_range(folder: Path, language: str, dates: list[str]) -> None:
    assert [shown for _, shown, *_ in cells(page(folder, language, "class/meeting.html"))] == dates


def test_any_other_date_has_its_property(folder: Path) -> None:
    assert cells(page(folder, "en", "class/paper.html"))[0][1] == "signed on: 16 June 2009, in force on: 2011"
    assert [dates for _, dates, *_ in cells(page(folder, "en", "class/club.html"))] == [
        "from March 1999 until 2003",
        "from 1999 →",
    ]


@pytest.mark.parametrize("language", STATUS)
def test_the_table_beside_a_picture_says_the_same_in_the_same_order(folder: Path, language: str) -> None:
    markup = page(folder, language, "timeline.html")
    rows = [(name, dates) for name, dates, *_ in cells(markup) if name in STATUS[language]]
    assert rows == [(name, STATUS[language][name]) for name in IN_TIME]
    assert any(names(drawing) == IN_TIME for drawing in drawings(markup).values())


def test_what_goes_on_is_drawn_past_the_last_date(folder: Path) -> None:
    drawing = next(d for d in drawings(page(folder, "en", "timeline.html")).values() if "e member" in names(d))
    dot, arrow = sorted(row(drawing, "e member"), key=lambda element: element["tag"])
    assert (dot["tag"], dot["class"], arrow["tag"], arrow["class"]) == ("circle", "dot", "path", "goes-on")
    tip = max(float(x) for x in re.findall(r"[ML]([\d.]+)", arrow["d"]))
    ends = [float(x) for x in re.findall(r' (?:cx|x1|x)="([\d.]+)"', drawing)]
    assert tip > max(ends)


def test_an_end_or_a_sighting_is_not_drawn_as_a_beginning(folder: Path) -> None:
    drawing = next(d for d in drawings(page(folder, "en", "timeline.html")).values() if "e member" in names(d))
    assert classes(drawing, "b ended") == ["unknown", "end"]
    assert classes(drawing, "d sighted") == ["seen"]
    assert classes(drawing, "c seen") == ["unknown", "seen", "end"]
    assert classes(drawing, "a day") == ["dot"]
    dashed, sighted, end = row(drawing, "c seen")
    assert float(sighted["x"]) < float(dashed["x1"]) < float(dashed["x2"]) == pytest.approx(float(end["x1"]), abs=1)


def test_what_is_uncertain_is_pale_and_what_is_certain_is_not(folder: Path) -> None:
    drawing = next(d for d in drawings(page(folder, "en", "timeline.html")).values() if "closed" in names(d))
    bar, begun, ended = row(drawing, "closed")
    assert [bar["class"], begun["class"], ended["class"]] == ["bar", "pale", "pale"]
    assert float(begun["x"]) + float(begun["width"]) == pytest.approx(float(bar["x"]), abs=0.2)
    assert float(bar["x"]) + float(bar["width"]) == pytest.approx(float(ended["x"]), abs=0.2)
    assert classes(drawing, "club") == ["goes-on", "pale"]


def test_a_thing_lists_what_it_takes_part_in_by_beginnings_and_what_ended_last(folder: Path) -> None:
    path = next((folder / "thing").glob("ann-*.html")).relative_to(folder)
    rows = cells(page(folder, "en", str(path)))
    assert [dates for name, *_, dates in rows if name == "club"] == [STATUS["en"][name] for name in ENDED_LAST]


@pytest.mark.parametrize(
    ("language", "kind", "date", "shown"),
    [
        ("en", "from", "2001", "from 2001"),
        ("en", "on", "2001-06", "in June 2001"),
        ("en", "seen", "2001", "seen in 2001"),
        ("en", "until", "2001-06", "until June 2001"),
        ("ru", "from", "2001-06", "с июня 2001 года"),
        ("ru", "from", "2001-02-03", "с 3 февраля 2001 года"),
        ("ru", "from", "2001-02", "с февраля 2001 года"),
        ("ru", "until", "2001-06", "по июнь 2001 года"),
        ("ru", "until", "2001", "по 2001 год"),
        ("ru", "on", "2001", "в 2001 году"),
        ("ru", "seen", "2001", "отмечено в 2001 году"),
        ("zh", "from", "2001-06", "自2001年6月起"),
        ("zh", "until", "2001", "至2001年"),
        ("zh", "seen", "2001", "2001年有记录"),
        ("en", "from", "2001-99", "2001-99"),
    ],
)
def test_a_date_with_its_kind_is_written_as_the_language_does(language: str, kind: str, date: str, shown: str) -> None:
    assert read_words(language).date(date, kind) == shown
