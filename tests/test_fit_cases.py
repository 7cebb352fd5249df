"""The cases of fit are whole: their number, languages and kinds, and terms and names that exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from fit_cases import WORLDS, Case, cases, things
from scograph.terms import RDF, RDFS

ONTOLOGY = Path(__file__).parents[1] / "ontology"
EXAMPLE = "https://fit.example/id/"
LABELS = {f"{RDFS}label", "http://www.w3.org/2004/02/skos/core#altLabel"}
KINDS = {
    "acronym": (2, 1),
    "date": (5, 3),
    "entity not printed": (0, 1),
    "entity printed elsewhere": (0, 1),
    "heading": (2, 1),
    "inflection": (2, 1),
    "longer name": (2, 4),
    "neighbour": (1, 1),
    "not printed": (0, 2),
    "number": (2, 1),
    "polarity": (2, 5),
    "precision": (1, 1),
    "predicate": (3, 3),
    "record": (3, 2),
    "role": (2, 1),
    "script": (2, 1),
    "total": (1, 1),
}
"""How many of the pairs of a kind are right, and how many are wrong."""

SECOND_KINDS = {
    "date": 6,
    "entity": 4,
    "neighbouring clause": 4,
    "polarity": 7,
    "precision": 2,
    "predicate": 4,
    "says something else": 3,
}
"""How many of the second pairs are wrong in a way."""

SECOND_SUBJECTS = {
    "agreement": 30,
    "body": 31,
    "date": 6,
    "document": 25,
    "event": 32,
    "membership": 49,
    "name": 39,
    "seat": 35,
}
"""How many of the second claims of other organisations are about what."""

THIRD_SUBJECTS = {
    "agreement": 51,
    "body": 27,
    "document": 11,
    "event": 59,
    "membership": 49,
    "name": 37,
    "seat": 41,
}
"""How many of the third claims of other organisations are about what."""

FOURTH_SUBJECTS = {
    "agreement": 176,
    "body": 56,
    "document": 27,
    "event": 82,
    "membership": 77,
    "name": 44,
    "seat": 55,
}
"""How many of the fourth claims, of two organisations and a state, are about what."""


FIFTH_SUBJECTS = {
    "agreement": 107,
    "body": 81,
    "document": 37,
    "event": 106,
    "membership": 141,
    "name": 44,
    "seat": 89,
}
"""How many of the fifth claims, of five organisations and a state, are about what."""


def terms(file: str) -> set[str]:
    """Return the subjects of a file of the ontology."""
    quads = parse(path=str(ONTOLOGY / file), format=RdfFormat.TURTLE)
    return {one.subject.value for one in quads if isinstance(one.subject, NamedNode)}


def named(name: str) -> set[str]:
    """Return the things of a file that have a class and a name."""
    quads = things(WORLDS[name])
    classes = {one.subject.value for one in quads if one.predicate.value == f"{RDF}type"}
    return classes & {one.subject.value for one in quads if one.predicate.value in LABELS}


def base(language: str) -> str:
    """Return the first part of a tag."""
    return language.partition("-")[0]


def test_there_are_sixty_pairs_in_six_languages_and_half_are_right() -> None:
    pairs = cases("pairs")
    assert len(pairs) == len({one.name for one in pairs}) == 60
    assert len({(one.passage.name, one.claim) for one in pairs}) == 60, "a claim stands twice"
    languages = Counter(base(one.passage.language) for one in pairs)
    assert languages == {"en": 13, "ru": 12, "zh": 12, "kk": 11, "pt": 10, "fr": 2}
    assert all(one.name.startswith(f"{base(one.passage.language)}-") for one in pairs)
    assert sum(one.right for one in pairs) == 30
    for language in ("en", "ru", "zh", "kk", "pt", "fr"):
        right = [one.right for one in pairs if base(one.passage.language) == language]
        assert abs(2 * sum(right) - len(right)) <= 1


def test_the_pairs_are_of_every_kind() -> None:
    pairs = cases("pairs")
    right = Counter(one.kind for one in pairs if one.right)
    wrong = Counter(one.kind for one in pairs if not one.right)
    assert {kind: (right[kind], wrong[kind]) for kind in right | wrong} == KINDS


def test_each_pair_says_why_in_one_sentence() -> None:
    for one in cases("pairs"):
        assert re.fullmatch(r"[A-Z'][^\n]+[.]", one.why), one.name


@pytest.mark.parametrize("name", WORLDS)
def test_claims_use_terms_of_the_ontology_and_things_with_names(name: str) -> None:
    core, known = terms("core.ttl"), named(name)
    concepts = terms("concepts.ttl") | terms("profile/concepts.ttl")
    checked = 0
    for one in cases(name):
        triples = one.triples()
        records = {quad.subject.value for quad in triples if quad.predicate.value == f"{RDF}type"}
        assert triples, one.name
        for quad in triples:
            assert quad.predicate.value in core | {f"{RDF}type", f"{RDFS}label"}, (one.name, quad)
            assert quad.subject.value in known | records, (one.name, quad)
            if isinstance(quad.object, NamedNode):
                assert quad.object.value in core | concepts | known | records, (one.name, quad)
            checked += 1
        assert not records & known, one.name
    assert checked >= len(cases(name))


@pytest.mark.parametrize("name", WORLDS)
def test_things_have_a_name_in_the_language_of_the_passage(name: str) -> None:
    """Else a right claim could not be seen to be right, and a wrong one would be found for the name that is missing."""
    languages: dict[str, set[str]] = {}
    for quad in things(WORLDS[name]):
        if quad.predicate.value in LABELS and isinstance(quad.object, Literal) and quad.object.language:
            languages.setdefault(quad.subject.value, set()).add(base(quad.object.language))
    missing = [
        (one.name, thing)
        for one in cases(name)
        for quad in one.triples()
        for thing in (quad.subject.value, quad.object.value)
        if thing in languages and base(one.passage.language) not in languages[thing]
    ]
    assert not missing


def test_things_have_classes_of_the_ontology() -> None:
    core = terms("core.ttl")
    for name in WORLDS.values():
        classes = {one.object.value for one in things(name) if one.predicate.value == f"{RDF}type"}
        assert classes <= core, name
        assert {one.subject.value for one in things(name)} == {
            one.subject.value for one in things(name) if one.predicate.value == f"{RDF}type"
        }


def test_the_second_pairs_are_sixty_in_six_languages_and_half_are_right() -> None:
    pairs = cases("pairs2")
    assert len(pairs) == len({one.name for one in pairs}) == 60
    assert len({(one.passage.name, one.claim) for one in pairs}) == 60, "a claim stands twice"
    languages = Counter(one.passage.language for one in pairs)
    assert languages == dict.fromkeys(("en", "ru", "zh", "fr", "pt", "kk"), 10)
    assert all(sum(one.right for one in pairs if one.passage.language == language) == 5 for language in languages)
    wrong = Counter(one.kind for one in pairs if not one.right)
    assert wrong == SECOND_KINDS
    assert all(re.fullmatch(r"[A-Z'][^\n]+[.]", one.why) for one in pairs)


def words(text: str) -> int:
    """Count the words of a text; 60 Han characters are as much as 25 words."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    return -(-han * 25 // 60) if han else len(text.split())


def test_the_claims_of_other_organisations_are_right_and_say_where_they_were_read() -> None:
    claims = cases("foreign")
    assert len(claims) == len({one.name for one in claims}) == 140
    assert all(one.right for one in claims)
    assert Counter(base(one.passage.language) for one in claims) == {"en": 95, "pt": 23, "fr": 9, "zh": 7, "ru": 6}
    passages = {one.passage for one in claims} | {other for one in claims for other in one.passage.read_with}
    assert all(one.document.startswith(("http://", "https://")) for one in passages)
    assert {one.manner for one in passages} == {"names", "paraphrase", "quotation"}
    quotations = [one for one in passages if one.manner == "quotation"]
    assert len(quotations) == 15
    assert all(words(one.text) <= 25 for one in quotations)


@pytest.mark.parametrize(
    ("name", "count", "subjects", "forms"),
    [
        ("foreign2", 247, SECOND_SUBJECTS, {"item": 53, "sentence": 64}),
        ("foreign3", 275, THIRD_SUBJECTS, {"item": 39, "sentence": 76}),
        ("foreign4", 517, FOURTH_SUBJECTS, {"item": 64, "sentence": 147}),
        ("foreign5", 605, FIFTH_SUBJECTS, {"item": 29, "sentence": 161}),
    ],
)
def test_later_claims_of_other_organisations_are_right_and_say_what_their_words_are(
    name: str, count: int, subjects: dict[str, int], forms: dict[str, int]
) -> None:
    claims = cases(name)
    assert len(claims) == len({one.name for one in claims}) == count
    assert all(one.right for one in claims)
    languages = {base(one.passage.language) for one in claims}
    assert languages == (
        {"en", "ru", "zh", "fr", "pt", "es"} if name == "foreign5" else {"en", "ru", "zh", "fr", "pt", "kk"}
    )
    assert Counter(one.kind for one in claims) == subjects
    passages = {one.passage for one in claims} | {other for one in claims for other in one.passage.read_with}
    assert Counter(one.form for one in passages) == forms
    assert all(one.own == (not one.document) == (not one.manner) for one in passages)
    assert all(one.document.startswith(("http://", "https://")) for one in passages if not one.own)
    assert {one.manner for one in passages} == (
        {""} if name == "foreign5" else {"", "names", "paraphrase", "quotation"}
    )
    long = {one.name: words(one.text) for one in passages if one.manner == "quotation" and words(one.text) > 25}
    assert not long, "a quotation has at most 25 words"


def printed(case: Case) -> str:
    """Return the words of a case: those of its passage and of the passages that it is read with."""
    return "\n".join([*(other.text for other in case.passage.read_with), case.passage.text])


def test_the_year_of_each_right_date_is_printed() -> None:
    digits = str.maketrans("〇一二三四五六七八九", "0123456789")
    dates = [
        (one, quad.object.value)
        for name in WORLDS
        for one in cases(name)
        for quad in one.triples()
        if one.right and isinstance(quad.object, Literal) and re.match(r"\d{4}(-|$)", quad.object.value)
    ]
    assert len(dates) == 890
    assert not [one.name for one, value in dates if value[:4] not in printed(one).translate(digits)]


def test_traps_of_names_are_in_the_words() -> None:
    """The name of the wrong thing is printed as a part of a longer name, and the one that is absent is not printed."""
    labels: dict[str, set[str]] = {}
    for quad in things("things"):
        if quad.predicate.value in LABELS:
            labels.setdefault(quad.subject.value, set()).add(quad.object.value)

    def printed_names(case: Case) -> set[str]:
        values = {value for quad in case.triples() for value in (quad.subject.value, quad.object.value)}
        return {value for value in values if any(name in printed(case) for name in labels.get(value, ()))}

    pairs = {one.name: printed_names(one) for one in cases("pairs")}
    for name, thing in {"en-06": "response", "zh-04": "india", "pt-03": "guinea", "fr-02": "forum"}.items():
        assert f"{EXAMPLE}{thing}" in pairs[name]
    for name, thing in {"en-07": "heads", "en-11": "beijing", "kk-11": "charter"}.items():
        assert f"{EXAMPLE}{thing}" not in pairs[name]
    assert {f"{EXAMPLE}astana", f"{EXAMPLE}kazakhstan"} <= pairs["kk-07"]
