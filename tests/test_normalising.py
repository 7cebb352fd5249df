"""Rules of normalisation: each explains what follows from words by it, and not what is one day, word or letter off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scograph import Project
from scograph.checks.fit import check_fit
from scograph.checks.run import CheckOptions, CheckRun
from scograph.fit import Name, Thing, Value, ValueSort
from scograph.fit.dates import Date
from scograph.fit.normalising import NormalisationRule, PassageContext, explained_by
from scograph.texts import TextArchive
from source_projects import harbour

EN, RU, ZH = (PassageContext(tag, (Date(2019, 12, 13),)) for tag in ("en", "ru", "zh"))


def day(text: str) -> Value:
    return Value(text, ValueSort.DATE)


def name(text: str, language: str = "en") -> Value:
    return Value(text, ValueSort.NAME, language)


def thing(iri: str, *names: str) -> Thing:
    return Thing(iri, tuple(Name(one, "en") for one in names))


CASES: dict[str, tuple[NormalisationRule, Value | Thing, Value | Thing, str, PassageContext]] = {
    "yesterday": (NormalisationRule.RELATIVE, day("2019-12-12"), day("2019-12-11"), "It ended yesterday.", EN),
    "a weekday": (NormalisationRule.RELATIVE, day("2019-12-12"), day("2019-12-11"), "It ended on Thursday.", EN),
    "a weekday long ago": (
        NormalisationRule.RELATIVE,
        day("2019-12-12"),
        day("2019-11-28"),
        "It ended on Thursday.",
        EN,
    ),
    "today in Russian": (
        NormalisationRule.RELATIVE,
        day("2019-12-13"),
        day("2019-12-12"),
        "Сегодня состоялась встреча.",
        RU,
    ),
    "yesterday in Chinese": (NormalisationRule.RELATIVE, day("2019-12-12"), day("2019-12-13"), "演习于昨天结束", ZH),
    "a day without a year": (
        NormalisationRule.COMPLETED,
        day("2019-10-14"),
        day("2018-10-14"),
        "held on 14 October in Oslo",
        EN,
    ),
    "a day before a month": (
        NormalisationRule.COMPLETED,
        day("2019-10-14"),
        day("2019-10-15"),
        "October 14 was the day",
        EN,
    ),
    "a day in Russian": (
        NormalisationRule.COMPLETED,
        day("2019-09-05"),
        day("2019-09-06"),
        "5 сентября с.г. встреча",
        RU,
    ),
    "a day of the month in Chinese": (
        NormalisationRule.COMPLETED,
        day("2019-12-09"),
        day("2019-12-08"),
        "会议9日举行",
        ZH,
    ),
    "the month of issue": (
        NormalisationRule.ISSUE,
        day("2019-12"),
        day("2019-11"),
        "presently it has nine members",
        EN,
    ),
    "an inflected name": (
        NormalisationRule.INFLECTION,
        name("Шанхайская организация сотрудничества", "ru"),
        name("Шанхайская структура сотрудничества", "ru"),
        "государства Шанхайской организации сотрудничества",
        RU,
    ),
    "brackets": (
        NormalisationRule.LEFT_OUT,
        name("Expert Group on Security"),
        name("Expert Group on Trade"),
        "the Expert Group (EG) on Security met",
        EN,
    ),
    "spelling": (
        NormalisationRule.SPELLING,
        name("Shanghai Cooperation Organisation"),
        name("Shanghai Cooperation Office"),
        "the Shanghai Cooperation Organization",
        EN,
    ),
    "order": (
        NormalisationRule.ORDER,
        thing("https://example.org/b", "Council of Heads of State"),
        thing("https://example.org/b", "Council of Heads of Government"),
        "the Heads of State Council met",
        EN,
    ),
    "an abbreviation": (
        NormalisationRule.WRITTEN_OUT,
        name("Convention of the SCO against Terrorism"),
        name("Convention of the SCB against Terrorism"),
        "Convention of the Shanghai Cooperation Organization against Terrorism",
        EN,
    ),
    "an identifier": (
        NormalisationRule.IDENTIFIER,
        thing("http://www.wikidata.org/entity/Q232"),
        thing("http://www.wikidata.org/entity/Q23"),
        "KAZ 398 Q232 1522867",
        EN,
    ),
    "one day": (
        NormalisationRule.ONE_DAY,
        day("2015-01-09"),
        day("2015-01-10"),
        "a letter was sent",
        PassageContext("en", same_day=frozenset({"2015-01-09"})),
    ),
    "capitals": (
        NormalisationRule.CAPITALS,
        name("Charter of Riga"),
        name("Charter of Oslo"),
        "THE CHARTER OF RIGA (2002)",
        EN,
    ),
    "a space": (NormalisationRule.LAYOUT, name("Xiamen-2015"), name("Xiamen-2016"), "the Xiamen -2015 drill", EN),
    "a part of a name": (
        NormalisationRule.PRINTED,
        name("Chine", "fr"),
        name("Chili", "fr"),
        "CHN,Chine (la)",
        PassageContext("fr"),
    ),
    "a Chinese name": (
        NormalisationRule.PRINTED,
        name("联合公报", "zh"),
        name("联合声明", "zh"),
        "会议联合公报(2008)",
        ZH,
    ),
    "as printed": (NormalisationRule.PRINTED, day("2015-01-09"), day("2015-01-10"), "sent on 9 January 2015", EN),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_explains_what_follows_by_it_and_no_rule_what_does_not(case: str) -> None:
    rule, right, wrong, words, context = CASES[case]
    assert explained_by(right, words, context) == (rule,)
    assert explained_by(wrong, words, context) == ()


def test_every_rule_is_tried() -> None:
    assert {rule for rule, *_ in CASES.values()} == set(NormalisationRule)
    assert len(CASES) == 22


def test_two_rules_together_are_both_named() -> None:
    words = "встреча Группы экспертов (ГЭ) по безопасности"
    found = explained_by(name("Группа экспертов по безопасности", "ru"), words, RU)
    assert found == (NormalisationRule.INFLECTION, NormalisationRule.LEFT_OUT)


def test_what_no_rule_explains_is_found_at_its_line_until_somebody_reads_it(tmp_path: Path) -> None:
    root = tmp_path / "project"
    harbour(root)
    (root / "data/harbour/03-said.interpreted.ttl").rename(root / "data/harbour/03-said.normalised.ttl")
    path = root / "data/harbour/03-said.normalised.ttl"
    prefix = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    path.write_text(
        prefix + path.read_text(encoding="utf-8").replace("1998 .", '"1998"^^xsd:gYear , "1999"^^xsd:gYear .'), "utf-8"
    )

    def found() -> list[tuple[str, str]]:
        graph = Project.open(root).load()
        run = CheckRun(graph, CheckOptions(archived=TextArchive(graph.project).text))
        return [(str(one.place), one.message) for one in check_fit(run) if one.code == "E09"]

    assert found() == [
        (
            "data/harbour/03-said.normalised.ttl:6:35",
            "no rule of normalisation makes '1999' of the words of the passage",
        )
    ]
    shutil.rmtree(root / "texts")
    assert found() == []
