"""Fit: whether a passage says a statement, in six languages; and the cases of tests/fit as a measure."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, Triple, parse

from fit_cases import cases
from fit_judged import is_shown, ontology
from scograph import Project, terms
from scograph.checks.evidence import Shown
from scograph.checks.fit import check_fit
from scograph.checks.run import CheckOptions, CheckRun
from scograph.checks.statements import Statements
from scograph.cli import cli
from scograph.fit import Passage
from scograph.fit.dates import dates_of
from scograph.fit.text import Words
from scograph.model import Severity

SMALL = Path(__file__).parent / "projects" / "small"

WORLD = """
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix role: <https://w3id.org/scograph/concept/role/> .
@prefix scog: <https://w3id.org/scograph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:league a scog:IntergovernmentalOrganisation ; rdfs:label "Northern League"@en , "Северная лига"@ru , "北方联盟"@zh ,
    "Солтүстік лигасы"@kk , "Liga do Norte"@pt , "Ligue du Nord"@fr ; scog:acronym "NL" .
:council a scog:Body ; rdfs:label "Council of the Northern League"@en , "Совет Северной лиги"@ru .
:charter a scog:Agreement ; rdfs:label "Charter of Riga"@en , "Рижская хартия"@ru , "里加宪章"@zh , "Рига хартиясы"@kk ,
    "Carta de Riga"@pt , "Charte de Riga"@fr .
:pact a scog:Agreement ; rdfs:label "Pact of Oslo"@en , "Пакт Осло"@ru , "奥斯陆公约"@zh .
:riga a scog:Place ; rdfs:label "Riga"@en , "Рига"@ru , "里加"@zh , "Рига"@kk , "Riga"@pt .
:oslo a scog:Place ; rdfs:label "Oslo"@en , "Осло"@ru , "奥斯陆"@zh .
:kenya a scog:State ; rdfs:label "Kenya"@en , "Кения"@ru , "肯尼亚"@zh , "Кения"@kk , "Quênia"@pt , "Kenya"@fr .
:ghana a scog:State ; rdfs:label "Ghana"@en , "Гана"@ru , "加纳"@zh , "Гана"@kk , "Gana"@pt , "Ghana"@fr .
:china a scog:State ; rdfs:label "China"@en , "Китай"@ru , "中国"@zh , "Қытай"@kk .
:guinea a scog:State ; rdfs:label "Guinea"@en , "几内亚"@zh .
:niger a scog:State ; rdfs:label "Niger"@en .
:drill a scog:Exercise ; rdfs:label "Riga Shield"@en .
:protocol a scog:Agreement ; rdfs:label "Protocol of Amendment"@en .
"""


@cache
def world() -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(WORLD, format=RdfFormat.TURTLE))


def missing(claim: str, passage: Passage) -> set[str]:
    """Return the parts of a claim, in Turtle, that a passage does not say."""
    prefixes = "".join(line for line in WORLD.splitlines(keepends=True) if line.startswith("@"))
    triples = [quad.triple for quad in parse(prefixes + claim, format=RdfFormat.TURTLE)]
    made = Statements((*world(), *triples), ontology())
    found: set[str] = set()
    for triple in triples:
        statement = made.statement(triple)
        if statement is not None and not made.is_structure(triple):
            found |= {part.value for part in made.reader.judge(statement, passage).parts}
    return found


KENYA = ":m a scog:Membership ; scog:hasAgent :kenya ; scog:inOrganisation :league ; scog:hasRole role:member ."
KENYA_2005 = KENYA.replace(" .", ' ; scog:startDate "2005"^^xsd:gYear .')
GHANA_OBSERVER = KENYA.replace(":kenya", ":ghana").replace("role:member", "role:observer")
RATIFIED = (
    ":p a scog:PartyStatus ; scog:hasAgent :kenya ; scog:inInstrument :charter ; scog:hasRole role:party ;"
    " scog:hasConsentForm <https://w3id.org/scograph/concept/consent-form/ratification> ."
)
SUBMITTED = ":s a scog:Submission ; scog:hasAgent :kenya ; scog:hasRole role:submitter ; scog:inInstrument :charter ."
SIGNED = ':charter scog:signedOn "2009-06-16"^^xsd:date .'
DATED = ':charter scog:date "2009-06-16"^^xsd:date .'
FORCE = ':charter scog:enteredIntoForceOn "2012-01-05"^^xsd:date .'
BOTH = ("The Charter of Riga was signed on 16 June 2009 and entered into force on 5 January 2012.", "en")
MEMBERS = ":c a scog:MembershipCount ; scog:count 9 ; scog:countsIn :league ; scog:countsRole role:member ."
OBSERVERS = MEMBERS.replace("count 9", "count 2").replace("role:member", "role:observer")
MEMBERS_THEN = MEMBERS.replace(" .", ' ; scog:attestedOn "2017-12-06"^^xsd:date .')
NINE_AND_TWO = "The Northern League has nine member states, Kenya and Ghana among them, and 2 observers, all Asian."
DEPOSITED = RATIFIED.replace(" .", ' ; scog:consentExpressedOn "1986-05-28"^^xsd:date .')
TABLE = (
    "Parties to the Charter of Riga\nNation | Date of deposit of the instrument of ratification\n"
    "Ghana | Oct. 17, 1985.\nChina | Nov. 5, 1986.\nKenya | May 28, 1986.\nNiger | Aug. 1, 1980."
)
MANY = "Northern League\nmembers - (9) Albania, China, Kenya, Malta, Niger, Peru\nobservers - (3) Fiji, Ghana, Oman"
COLUMNS = (
    "Charter of Riga\nSignature | Ratification | Entry into force\n"
    "China | 23/11/2001 | 03/07/2012 | 01/11/2012\nKenya | 16/12/1985 | 28/05/1986 | 30/05/1986"
)
IN_FORCE = RATIFIED.replace(" .", ' ; scog:inForceForPartyOn "1986-05-30"^^xsd:date .')
KENYA_THERE = ":p a scog:Participation ; scog:hasAgent :kenya ; scog:inEvent :drill ; scog:hasRole role:participant ."
WHO = "Riga Shield: participating states\nChina, Ghana (observer), Kenya, Niger (observer)"
LATER = "Kenya planned to become a member of the Northern League in 2003 and joined as a member in 2005."
FORTY_ONE = MEMBERS.replace("count 9", "count 41")
SINCE = KENYA.replace(" .", ' ; scog:startDate "1996-11-22"^^xsd:date .')
YEAR_BEFORE = (
    "China has belonged to the Northern League since 12 December 1996, Kenya since 22 November of the same year."
)
TIMELINE = "2008 – The Northern League is founded (26 May)\n2009 – The Charter of Riga is signed (16 June)"
ELLIPSIS = "China and Niger are all members of the Northern League; so are Kenya and Guinea."
IN_KENYA = ":riga scog:isPlaceIn :kenya ."
AMENDS = ":protocol scog:amends :pact ."
SAID = [
    (FORTY_ONE, "The Northern League counts forty-one member states.", "en"),
    (FORTY_ONE, "La Ligue du Nord compte quarante et un États membres.", "fr"),
    (SINCE, YEAR_BEFORE, "en"),
    (SIGNED, TIMELINE, "en"),
    (KENYA, ELLIPSIS, "en"),
    (IN_KENYA, "They met in the Kenyan city of Riga.", "en"),
    (IN_KENYA, "Встреча прошла в кенийском городе Рига.", "ru"),
    (
        ":league scog:hasSeatIn :riga .",
        "The Pact of Oslo founded the Northern League; the league has its seat in Riga.",
        "en",
    ),
    (KENYA, "The Charter of Riga founded the Northern League. Kenya is a member of this organisation.", "en"),
    (SIGNED, "La Carta de Riga fue firmada el 16 de junio de 2009.", "es"),
    (DEPOSITED, COLUMNS, "en"),
    (IN_FORCE, COLUMNS, "en"),
    (KENYA_THERE, WHO, "en"),
    (KENYA_THERE.replace(":kenya", ":ghana").replace(":participant", ":observer"), WHO, "en"),
    (KENYA_2005, LATER, "en"),
    (AMENDS, "The Protocol of Amendment, which adds the Charter of Riga to the Pact of Oslo, is in force.", "en"),
    (":league scog:hasSeatIn :oslo .", "Northern League\nAddress: 12 Kongens gate, 0153 Oslo", "en"),
    (DEPOSITED, TABLE, "en"),
    (KENYA, MANY, "en"),
    (GHANA_OBSERVER, MANY, "en"),
    (MEMBERS, NINE_AND_TWO, "en"),
    (OBSERVERS, NINE_AND_TWO, "en"),
    (MEMBERS_THEN, "On December 6th, 2017, the nine member countries of the Northern League held a drill.", "en"),
    (MEMBERS, "В Северной лиге девять государств-членов и два наблюдателя.", "ru"),
    (MEMBERS, "北方联盟现有9个成员国和2个观察员国。", "zh"),
    (KENYA.replace(" .", ' ; scog:endDate "2013"^^xsd:gYear .'), "Kenya left the Northern League in 2013.", "en"),
    (KENYA_2005, "В 2005 году в Северную лигу вступила Кения, а Гана получила статус наблюдателя.", "ru"),
    (GHANA_OBSERVER, "В 2005 году в Северную лигу вступила Кения, а Гана получила статус наблюдателя.", "ru"),
    (SIGNED, *BOTH),
    (FORCE, *BOTH),
    (SIGNED, "On 16 June 2009 the Charter of Riga was signed; on 5 January 2012 it entered into force.", "en"),
    (FORCE, "On 16 June 2009 the Charter of Riga was signed; on 5 January 2012 it entered into force.", "en"),
    (SIGNED, "Signed in Riga on June 16th, 2009, the Charter of Riga has nine parties.", "en"),
    (SIGNED, "Signature of the Charter of Riga: 16.06.2009", "en"),
    (SIGNED, "Рижская хартия была подписана 16 июня 2009 года и вступила в силу 5 января 2012 года.", "ru"),
    (FORCE, "Рижская хартия была подписана 16 июня 2009 года и вступила в силу 5 января 2012 года.", "ru"),
    (SIGNED, "О подписании 16 июня 2009 г. Рижской хартии сообщил секретариат.", "ru"),
    (FORCE, "5 января 2012 года Рижская хартия, подписанная 16 июня 2009 года, вступила в силу.", "ru"),
    (SIGNED, "《里加宪章》于2009年6月16日签署，2012年1月5日生效。", "zh"),
    (FORCE, "《里加宪章》于2009年6月16日签署，2012年1月5日生效。", "zh"),
    (SIGNED, "2009年6月16日，各方簽署了《里加憲章》。", "zh-Hant"),
    (SIGNED, "Рига хартиясына 2009 жылғы 16 маусымда қол қойылды, ол 2012 жылғы 5 қаңтарда күшіне енді.", "kk"),
    (FORCE, "Рига хартиясына 2009 жылғы 16 маусымда қол қойылды, ол 2012 жылғы 5 қаңтарда күшіне енді.", "kk"),
    (FORCE, "Рига хартиясы 2012 жылдың 5 қаңтарында күшіне енді.", "kk"),
    (SIGNED, "A Carta de Riga foi assinada em 16 de junho de 2009 e entrou em vigor em 5 de janeiro de 2012.", "pt"),
    (FORCE, "A Carta de Riga foi assinada em 16 de junho de 2009 e entrou em vigor em 5 de janeiro de 2012.", "pt"),
    (SIGNED, "La Charte de Riga, signée le 16 juin 2009, est entrée en vigueur le 5 janvier 2012.", "fr"),
    (FORCE, "La Charte de Riga, signée le 16 juin 2009, est entrée en vigueur le 5 janvier 2012.", "fr"),
    (KENYA, "Kenya is a member of the Northern League, Ghana an observer.", "en"),
    (GHANA_OBSERVER, "Kenya is a member of the Northern League, Ghana an observer.", "en"),
    (KENYA, "The members of the Northern League are China, Kenya and Guinea; Ghana is an observer.", "en"),
    (GHANA_OBSERVER, "The members of the Northern League are China, Kenya and Guinea; Ghana is an observer.", "en"),
    (KENYA_2005, "Kenya joined the Northern League as a member in 2005, Ghana in 2007.", "en"),
    (KENYA, "Членами Северной лиги являются Китай и Кения, наблюдателем – Гана.", "ru"),
    (GHANA_OBSERVER, "Членами Северной лиги являются Китай и Кения, наблюдателем – Гана.", "ru"),
    (GHANA_OBSERVER, "Гане предоставлен статус наблюдателя при Северной лиге.", "ru"),
    (KENYA_2005, "Кения вступила в Северную лигу в качестве члена в 2005 году.", "ru"),
    (KENYA, "肯尼亚和中国是北方联盟成员国，加纳是观察员。", "zh"),
    (GHANA_OBSERVER, "肯尼亚和中国是北方联盟成员国，加纳是观察员。", "zh"),
    (KENYA, "Кения – Солтүстік лигасының мүшесі, Гана – бақылаушы.", "kk"),
    (GHANA_OBSERVER, "Кения – Солтүстік лигасының мүшесі, Гана – бақылаушы.", "kk"),
    (KENYA, "O Quênia é membro da Liga do Norte; Gana tem estatuto de observador.", "pt"),
    (KENYA, "Le Kenya est membre de la Ligue du Nord, le Ghana observateur.", "fr"),
    (":charter scog:tookPlaceIn :riga .", "The Charter of Riga was signed in Riga.", "en"),
    (":charter scog:tookPlaceIn :oslo .", "Рижская хартия подписана в городе Осло 16 июня 2009 года.", "ru"),
    (':oslo rdfs:label "Oslo"@en .', "Contents: Charter of Riga (Oslo, 16 June 2009), as amended", "en"),
    (
        (
            ":p a scog:PartyStatus ; scog:hasAgent :kenya ; scog:inInstrument :charter ;"
            ' scog:inForceForPartyOn "2011-06-02"^^xsd:date .'
        ),
        "A Carta de Riga entrou em vigor para o Quênia, incluindo todas as suas ilhas, a partir de 2 de Junho de 2011.",
        "pt",
    ),
    (":league scog:hasSeatIn :oslo .", "The seat of the Northern League (NL) is in Oslo.", "en"),
    (":league scog:hasSeatIn :oslo .", "北方联盟总部设在奥斯陆。", "zh"),
    (':league scog:establishedOn "2001-06"^^xsd:gYearMonth .', "The Northern League was founded in June 2001.", "en"),
    (':league scog:establishedOn "2001-06-15"^^xsd:date .', "北方联盟成立于二〇〇一年六月十五日。", "zh"),
    (
        ':league scog:hasOfficialLanguage "ru" .',
        "Its official languages are Chinese and Russian: Northern League",
        "en",
    ),
    (':league scog:acronym "NL" .', "Northern League (NL)", "en"),
    (':league rdfs:label "Northern League"@en .', "NORTHERN LEAGUE", "en"),
    (':drill scog:endDate "2016-01-26"^^xsd:date .', "Riga Shield: 24-26 January 2016", "en"),
    (
        ':drill scog:startDate "2025-08-31"^^xsd:date .',
        "Riga Shield took place from 31 August to 1 September 2025.",
        "en",
    ),
    (
        ":charter scog:isAdoptedBy :council .",
        "The Charter of Riga was adopted by the Council of the Northern League.",
        "en",
    ),
    (":charter scog:amends :pact .", "The Charter of Riga amends the Pact of Oslo.", "en"),
    (
        ":council a scog:Body .",
        "The Council of the Northern League and the Northern League are a key body, and Kenya has an agency.",
        "en",
    ),
    (':league scog:hasOfficialLanguage "ru" .', "[Languages of the Northern League]\nChinese and Russian.", "en"),
    (
        SUBMITTED,
        "China, Kenya, and Ghana, the three members of NL, proposed an updated draft of the Charter of Riga.",
        "en",
    ),
    (GHANA_OBSERVER, "Kenya, a member of the Northern League, and Ghana, an observer, met in Oslo.", "en"),
    (RATIFIED, "Kenya ratified the Charter of Riga, as a party, and signed the Pact of Oslo.", "en"),
    (DATED, "The Charter of Riga (16 June 2009) entered into force on 5 January 2012.", "en"),
    (DATED, "Рижская хартия от 16 июня 2009 года вступила в силу 5 января 2012 года.", "ru"),
    (DATED, "《里加宪章》（2009年6月16日）于2012年1月5日生效。", "zh"),
    (DATED, "La Charte de Riga du 16 juin 2009 est entrée en vigueur le 5 janvier 2012.", "fr"),
    (DATED, "A Carta de Riga, de 16 de junho de 2009, passou a vigorar em 5 de janeiro de 2012.", "pt"),
    (FORCE, "A Carta de Riga, de 16 de junho de 2009, passou a vigorar em 5 de janeiro de 2012.", "pt"),
]
NOT_SAID = [
    (FORTY_ONE.replace("41", "40"), "The Northern League counts forty-one member states.", "en", "value"),
    (FORTY_ONE.replace("41", "1"), "The Northern League counts forty-one member states.", "en", "value"),
    (SINCE.replace(":kenya", ":china"), YEAR_BEFORE, "en", "subject"),
    (SIGNED.replace("2009", "2008"), TIMELINE, "en", "value"),
    (GHANA_OBSERVER.replace(":ghana", ":kenya"), ELLIPSIS, "en", "object"),
    (IN_KENYA.replace(":kenya", ":ghana"), "They met in the Kenyan city of Riga.", "en", "object"),
    (IN_KENYA, "They met, with the Kenyan delegation, in Riga.", "en", "object"),
    (DEPOSITED.replace("1986-05-28", "1985-12-16"), COLUMNS, "en", "predicate"),
    (DEPOSITED.replace("1986-05-28", "2012-07-03"), COLUMNS, "en", "subject"),
    (IN_FORCE.replace("1986-05-30", "1986-05-28"), COLUMNS, "en", "predicate"),
    (KENYA_THERE.replace(":participant", ":observer"), WHO, "en", "subject"),
    (KENYA_2005.replace("2005", "2003"), LATER, "en", "polarity"),
    (AMENDS.replace(":pact", ":charter"), "The Protocol of Amendment entered into force in Riga.", "en", "object"),
    (DEPOSITED.replace("1986-05-28", "1985-10-17"), TABLE, "en", "subject"),
    (DEPOSITED, TABLE.replace("Date of deposit of the instrument of ratification", "Date of birth"), "en", "predicate"),
    (KENYA.replace(":kenya", ":ghana"), MANY, "en", "subject"),
    (GHANA_OBSERVER.replace(":ghana", ":kenya"), MANY, "en", "subject"),
    (MEMBERS.replace("count 9", "count 2"), NINE_AND_TWO, "en", "subject"),
    (OBSERVERS.replace("count 2", "count 9"), NINE_AND_TWO, "en", "subject"),
    (MEMBERS.replace("count 9", "count 10"), NINE_AND_TWO, "en", "value"),
    (MEMBERS_THEN, "On December 7th, 2017, the nine members of the Northern League held a drill.", "en", "value"),
    (KENYA, "Northern League\nMembers: Ghana\nApplicants: Kenya", "en", "polarity"),
    (":drill scog:tookPlaceIn :riga .", "Riga Shield, announced for May in Riga, was called off.", "en", "polarity"),
    (":drill scog:tookPlaceIn :riga .", "Учение «Riga Shield» в городе Рига отменено.", "ru", "polarity"),
    (
        KENYA.replace(" .", ' ; scog:startDate "2013"^^xsd:gYear .'),
        "Кения вышла из Северной лиги в 2013 году.",
        "ru",
        "polarity",
    ),
    (
        GHANA_OBSERVER.replace(":ghana", ":kenya"),
        "Kenya, a member of the Northern League, and Ghana, an observer, met in Oslo.",
        "en",
        "subject",
    ),
    (SUBMITTED, "Kenya, a member of the Northern League, did not propose the Charter of Riga.", "en", "polarity"),
    (SIGNED.replace("-16", "-17"), *BOTH, "value"),
    (SIGNED.replace("-06-", "-07-"), *BOTH, "value"),
    (SIGNED.replace("2009", "2008"), *BOTH, "value"),
    (SIGNED, "The Charter of Riga was signed in June 2009.", "en", "value"),
    (':charter scog:signedOn "2009-06"^^xsd:gYearMonth .', *BOTH, "value"),
    (SIGNED.replace("2009-06-16", "2012-01-05"), *BOTH, "predicate"),
    (FORCE.replace("2012-01-05", "2009-06-16"), *BOTH, "predicate"),
    (SIGNED, "The Charter of Riga was concluded on 16 June 2009.", "en", "predicate"),
    (SIGNED.replace(":charter", ":pact"), *BOTH, "subject"),
    (SIGNED, "The Charter of Riga was not signed on 16 June 2009.", "en", "polarity"),
    (
        DATED.replace("2009-06-16", "2012-01-05"),
        "A Carta de Riga, de 16 de junho de 2009, passou a vigorar em 5 de janeiro de 2012.",
        "pt",
        "predicate",
    ),
    (DATED, "The Charter of Riga entered into force on 16 June 2009.", "en", "predicate"),
    (SIGNED, "The Charter of Riga is to be signed on 16 June 2009.", "en", "polarity"),
    (SIGNED, "Рижская хартия не была подписана 16 июня 2009 года.", "ru", "polarity"),
    (FORCE, "Рижская хартия была подписана 5 января 2012 года.", "ru", "predicate"),
    (SIGNED, "《里加宪章》2012年1月5日签署，2009年6月16日生效。", "zh", "predicate"),
    (SIGNED, "《里加宪章》尚未签署（2009年6月16日）。", "zh", "polarity"),
    (SIGNED, "Рига хартиясына 2009 жылғы 16 маусымда қол қойылған жоқ.", "kk", "polarity"),
    (SIGNED, "Рига хартиясына 2009 жылғы 16 маусымда қол қойылмады.", "kk", "polarity"),
    (SIGNED, "A Carta de Riga não foi assinada em 16 de junho de 2009.", "pt", "polarity"),
    (SIGNED, "La Charte de Riga n'a pas été signée le 16 juin 2009.", "fr", "polarity"),
    (KENYA, "Kenya is a former member of the Northern League.", "en", "polarity"),
    (KENYA, "Kenya's membership of the Northern League was suspended: it was a suspended member.", "en", "polarity"),
    (
        GHANA_OBSERVER.replace(":ghana", ":kenya"),
        "Kenya is a member of the Northern League, Ghana an observer.",
        "en",
        "subject",
    ),
    (
        KENYA.replace(":kenya", ":ghana"),
        "Kenya is a member of the Northern League, Ghana an observer.",
        "en",
        "subject",
    ),
    (KENYA.replace(":kenya", ":ghana"), "肯尼亚和中国是北方联盟成员国，加纳是观察员。", "zh", "subject"),
    (
        KENYA_2005.replace("2005", "2007"),
        "Kenya joined the Northern League as a member in 2005, Ghana in 2007.",
        "en",
        "subject",
    ),
    (KENYA.replace(":kenya", ":niger"), "Nigeria is a member of the Northern League.", "en", "object"),
    (KENYA.replace(":kenya", ":guinea"), "Guinea-Bissau is a member of the Northern League.", "en", "object"),
    (KENYA.replace(":kenya", ":guinea"), "Equatorial Guinea is a member of the Northern League.", "en", "object"),
    (":charter scog:tookPlaceIn :riga .", "The Charter of Riga was signed in Oslo.", "en", "object"),
    (":league scog:hasSeatIn :oslo .", "The Northern League met in Oslo.", "en", "predicate"),
    (':league scog:acronym "AR" .', "The Northern League (NL) met near Arles.", "en", "value"),
    (':drill scog:endDate "2016-01-24"^^xsd:date .', "Riga Shield: 24-26 January 2016", "en", "predicate"),
    (
        ":charter scog:isAdoptedBy :league .",
        "The Charter of Riga was adopted by the Council of the Northern League.",
        "en",
        "object",
    ),
]


@pytest.mark.parametrize(("claim", "text", "language"), SAID)
def test_what_a_passage_says_is_found(claim: str, text: str, language: str) -> None:
    assert missing(claim, Passage(text, language)) == set()


@pytest.mark.parametrize(("claim", "text", "language", "part"), NOT_SAID)
def test_what_a_passage_does_not_say_is_missing(claim: str, text: str, language: str, part: str) -> None:
    assert part in missing(claim, Passage(text, language))


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("from 31 August to 1 September 2025", "en", "2025-08-31< 2025-09-01>"),
        ("1 May, 3 June and 5 July 2009; A/69/723; Xiamen-2015", "en", "2009-05-01 2009-06-03 2009-07-05"),
        ("mid-March 2021, in May and June 2018", "en", "2021-03 2018-05 2018-06"),
        ("«16» июня 2009 года, 16.06.2009", "ru", "2009-06-16 2009-06-16"),
        ("с 31 августа по 1 сентября 2025 года", "ru", "2025-08-31< 2025-09-01>"),
        ("二〇〇九年六月十六日，2018年5月3日至5日", "zh", "2009-06-16 2018-05-03< 2018-05-05>"),
        ("2019 жылғы 31 тамыз бен 1 қыркүйек аралығында", "kk", "2019-08-31< 2019-09-01>"),
        ("2006 жылғы 15 маусымда", "kk", "2006-06-15"),
        ("em 1.º de janeiro de 2004", "pt", "2004-01-01"),
        ("entre le 3 et le 5 mai 2018", "fr", "2018-05-03< 2018-05-05>"),
        ("5 мая с.г., on Thursday", "ru", ""),
        ("The 2024 Council met on 2-3 May.", "en", "2024 2024-05-02< 2024-05-03>"),
        ("Signature 12/05/2003 — Ratification 23/06/2004", "en", "2003-05-12 2004-06-23"),
    ],
)
def test_dates_are_read_as_precisely_as_they_are_printed(text: str, language: str, found: str) -> None:
    dates = dates_of(Words(text, language))
    assert " ".join(f"{one.date}{'<' * one.is_start}{'>' * one.is_end}" for one in dates) == found


PROVISION = ":charter scog:hasProvision :article . :article a scog:Provision ."
ARTICLE = "Article 10\nThe Pact of Oslo keeps its bureau, which is a standing body."


def test_a_provision_is_of_the_document_whose_title_stands_above_it() -> None:
    above = ("Charter of Riga (Oslo, 16 June 2009)",)
    assert missing(PROVISION, Passage(ARTICLE, "en", above)) == set()
    assert missing(PROVISION, Passage(ARTICLE, "en")) == {"subject"}


def test_so_many_sentences_were_judged() -> None:
    assert (len(SAID), len(NOT_SAID)) == (89, 62)


def test_of_the_pairs_written_before_the_rules_at_least_55_are_judged_rightly() -> None:
    pairs = cases("pairs")
    assert len(pairs) == 60
    assert sum(is_shown("pairs", case) == case.right for case in pairs) >= 55


def test_profiles_of_other_organisations_raise_no_more_than_one_false_alarm_in_a_hundred() -> None:
    foreign = cases("foreign")
    assert len(foreign) >= 60
    assert sum(not is_shown("foreign", case) for case in foreign) <= len(foreign) // 100


def test_of_the_second_pairs_at_least_58_are_judged_rightly() -> None:
    """At the first run, by rules that were not written for them, 54 were: 27 of 30 that are right, 27 of 30 wrong."""
    pairs = cases("pairs2")
    assert len(pairs) == 60
    assert sum(is_shown("pairs2", case) == case.right for case in pairs) >= 58


def test_of_the_second_claims_of_other_organisations_at_most_one_is_refused() -> None:
    """By rules that were not written for them 20 were at first: 12 of 126 in short items, 8 of 121 in sentences.

    Ten of these were in French. The one of today is a date without a role, where the words say its role: approved on.
    """
    foreign = cases("foreign2")
    assert len(foreign) == 247
    assert sum(not is_shown("foreign2", case) for case in foreign) <= 1


# Refused at the first run: mercosul-parlasul-1 (document), mercosul-ouropreto-2 (agreement), ndb-pt-2 (seat).
# First 3 of 275 (1.1 %), now none.
def test_of_the_third_claims_of_other_organisations_none_is_refused() -> None:
    """By rules that were not written for them 3 were at first: 0 of 110 in short items, 3 of 165 in sentences.

    Of each kind: 1 of 51 agreements, 0 of 27 bodies, 1 of 11 documents, 0 of 59 events, 0 of 49 memberships, 0 of 37
    names, 1 of 41 seats. All three were in Portuguese (34 claims).
    """
    foreign = cases("foreign3")
    assert len(foreign) == 275
    assert sum(not is_shown("foreign3", case) for case in foreign) == 0


def test_of_the_fourth_claims_of_other_organisations_none_is_refused() -> None:
    """By rules that were not written for them 39 of 517 were at first (7.5 %), two faulty claims aside.

    Of these, 23 were of 190 claims in short items, and 16 of 327 in sentences; 24 of 271 in English, 8 of 63 in French,
    6 of 73 in Russian, 1 of 45 in Chinese, none in Portuguese (48) and Kazakh (17). Mended were: rows and columns of
    a table below its head, lists with names that nobody knows, a line below the name that it is about, what a name
    itself says, what stands in brackets behind a name, clauses that begin with a relative pronoun, nouns that stand for
    what was named before, and words that one language had and another had not.
    """
    foreign = cases("foreign4")
    assert len(foreign) == 517
    assert [case.name for case in foreign if not is_shown("foreign4", case)] == []


FIFTH_ALARMS = {
    "a thing that is said of others in passing, as in: like the Conference, it is one of its organs": {
        "opec-bodies-2",
        "opec-bodies-3",
    },
    "a pronoun for what the sentence before is about, as the object of the property": {"can-agreement-4"},
    "a day that lies ahead of the text: it will enter into force": {"opcw-angola-2"},
}
"""The claims of foreign5.toml that are refused, though right, by what they have in common."""


def test_of_the_fifth_claims_of_other_organisations_none_but_those_named_is_refused() -> None:
    """By rules that were not written for them 57 of 605 were at first (9.4 %); 17 of these in Spanish.

    Of these, 9 were of 136 claims in items, and 48 of 469 in sentences; 35 of 300 in English, 17 of 61 in Spanish,
    3 of 55 in French, 2 of 78 in Russian, none in Chinese (64) and Portuguese (47). Spanish had no words for properties
    and roles. What was mended beside: numbers in words, days of a year that was named before, days before a dash,
    adjectives of names of states, what is left out where it was said of others before, and words.
    """
    foreign = cases("foreign5")
    assert len(foreign) == 605
    named = set().union(*FIFTH_ALARMS.values())
    assert len(named) == sum(map(len, FIFTH_ALARMS.values())) == 4
    assert {case.name for case in foreign if not is_shown("foreign5", case)} == named


@pytest.fixture
def described(tmp_path: Path) -> Project:
    """Return the small project, which says what its notes are about."""
    shutil.copytree(SMALL, tmp_path / "small")
    source = tmp_path / "small" / "data" / "notes" / "source.ttl"
    title = 'dcterms:title "Notes of the club"@en ;'
    about = "scog:isAbout <https://example.org/chess/id/club/millbrook> ;"
    old = source.read_text(encoding="utf-8")
    assert title in old
    source.write_text(old.replace(title, f"{title}\n    {about}"), encoding="utf-8")
    return Project.open(tmp_path / "small")


def run_of(project: Project) -> CheckRun:
    return CheckRun(project.load(), CheckOptions({"text.txt": (project.folder / "text.txt").read_bytes()}))


def test_what_a_passage_does_not_say_is_found_at_the_line_of_the_fact(described: Project) -> None:
    found = list(check_fit(run_of(described)))
    assert {one.severity for one in found} == {Severity.WARNING}
    first = next(one for one in found if one.code == "E01" and "rank" in one.path)
    assert str(first.place) == "data/notes/05-winner.ttl:8:16"
    assert first.message == "the passage does not print '1'"
    assert first.hint.startswith("it prints “Zoë Lind”: credit the passage that says it")


def test_of_a_quotation_it_is_said_that_it_is_one_and_how_to_quote_others(described: Project) -> None:
    """The text is not at hand, and the passages have quotations: one lacks the value, one the subject."""
    source = described.folder / "data" / "notes" / "source.ttl"
    text = source.read_text(encoding="utf-8")
    passage = "<https://example.org/chess/source/notes/passage/05>\n    a scog:Passage ;\n"
    assert passage in text
    source.write_text(text.replace(passage, f'{passage}    scog:quotation "Lind"@en ;\n'), encoding="utf-8")
    found = list(check_fit(CheckRun(described.load(), CheckOptions())))
    value = next(one for one in found if one.code == "E01" and "rank" in one.path)
    assert str(value.place) == "data/notes/05-winner.ttl:8:16"
    assert value.message == "the quotation of the passage does not print '1'"
    assert value.hint == (
        "it is “Lind”: with the text at hand, quote the words that say it (scograph source quote notes '…'); or credit "
        "the passage that says it, or make it normalised by a rule, or interpreted with a note"
    )
    second = [one.message for one in found if one.place and one.place.path == "data/notes/06-second.ttl"]
    assert "the passage does not say it of 'the parts of the record'" in second
    assert not any("quotation" in message for message in second)


def test_nothing_is_concluded_where_nothing_says_what_a_passage_is_read_with(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    run = run_of(Project.open(tmp_path / "small"))
    assert list(check_fit(run)) == []
    counts = run.evidence.counts
    assert sum(counts.values()) == sum(claim.basis == terms.basis("stated") for claim in run.graph.claims)
    assert counts[Shown.TEXT] > 0
    assert counts[Shown.STRUCTURE] > 0


def test_what_is_interpreted_of_a_record_is_not_asked_of_what_is_stated_of_it() -> None:
    """A press release says since when an agreement is in force in a state; that the state is a party is a reading."""
    evidence = CheckRun(Project.builtin().load(), CheckOptions()).evidence
    (force,) = [
        one.claim
        for one in evidence.claims
        if "rus-mfa-3891639" in one.claim.passage.value
        and one.claim.triple.predicate.value.endswith("inForceForPartyOn")
    ]
    made = evidence.statements.statement(force.triple)
    assert made is not None
    asked = {predicate.rpartition("#")[2] for predicate, _ in evidence.of_passage(made, force).record}
    assert "hasRole" in {predicate.rpartition("#")[2] for predicate, _ in made.record}
    assert asked == {"hasAgent", "inForceForPartyOn", "inInstrument"}


def test_the_last_line_of_a_check_tells_apart_what_shows_claims(described: Project) -> None:
    result = CliRunner().invoke(
        cli, ["check", str(described.folder), "--source-text", str(described.folder / "text.txt")]
    )
    assert re.search(r"· stated: \d+ shown in text, \d+ structure, \d+ not shown ·", result.output.splitlines()[-1])


def test_coverage_counts_the_claims_that_are_shown(described: Project) -> None:
    result = CliRunner().invoke(cli, ["coverage", str(described.folder), "--evidence"])
    assert result.exit_code == 0
    assert result.output.startswith("evidence: ")
