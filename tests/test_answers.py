"""What is known of a thing, and why: names, marks, passages, links."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from built_in import built_in_graph
from scograph import Graph, terms
from scograph.answers.reasons import Reasons
from scograph.answers.text import _in_words, show_text
from scograph.cli import cli
from scograph.errors import UsageError
from scograph.labels import Labels
from scograph.links import passage_link

NOTES = "https://example.org/chess/source/notes"
ID = "https://w3id.org/scograph/id/"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "unidir-sco-2021-03.txt"


@functools.cache
def answering() -> tuple[Graph, Labels, Reasons]:
    graph = built_in_graph()
    labels = Labels(graph)
    return graph, labels, Reasons(graph, labels)


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_every_published_fact_leads_to_a_passage_with_a_link() -> None:
    graph, _, reasons = answering()
    facts = graph.default_graph(facts_only=True)
    assert len(facts) > 1000
    for triple in facts:
        supports = reasons.reason(triple).supports
        assert supports, triple
        assert any(support.link.startswith("https://") or support.link.startswith("http://") for support in supports), (
            triple
        )


def test_why_on_the_command_line_finds_each_property_of_a_thing() -> None:
    graph, labels, _ = answering()
    subject = NamedNode(ID + "agreement/2009-international-information-security")
    predicates = {t.predicate for t in graph.facts if t.subject == subject}
    assert len(predicates) >= 8
    for predicate in predicates:
        code, out, _ = scograph("why", subject.value, labels.curie(predicate))
        assert code == 0
        assert "http" in out


@pytest.mark.skipif(not SEED.is_file(), reason="the source text is not beside the repository")
def test_each_link_into_the_profile_names_words_that_occur_once_in_it() -> None:
    graph, _, reasons = answering()
    text = SEED.read_text(encoding="utf-8")
    assert hashlib.sha256(SEED.read_bytes()).hexdigest().startswith("4c68fb42")
    links = {
        support.link
        for claim in graph.claims
        if "/unidir-sco-2021-03/passage/" in claim.passage.value
        for support in (reasons.support(claim),)
    }
    assert len(links) == 23
    for link in links:
        start, _, end = link.partition("#:~:text=")[2].partition(",")
        first = text.find(unquote(start))
        assert first >= 0, link
        assert not end or text.find(unquote(end), first) > first, link
        assert end or text.count(unquote(start)) == 1, link


@pytest.mark.parametrize(
    "name",
    [
        ID + "state/tjk",
        f"<{ID}state/tjk>",
        "scograph:id/state/tjk",
        "tjk",
        "Tajikistan",
        "tajikistan",
        "Таджикистан",
        "塔吉克斯坦",
        "Taijikistan",
        "Республика Таджикистан",
    ],
)
def test_a_thing_is_found_by_whatever_names_it(name: str) -> None:
    _, labels, _ = answering()
    assert labels.find(name) == NamedNode(ID + "state/tjk")


def test_near_names_are_offered_where_nothing_is_called_so() -> None:
    code, out, err = scograph("show", "Tajikstan")
    assert (code, out) == (2, "")
    assert err.startswith(
        "error: nothing is called 'Tajikstan'\nhint: did you mean 'Tajikistan' (scograph:id/state/tjk)"
    )


def test_a_name_of_several_things_lists_them() -> None:
    _, labels, _ = answering()
    with pytest.raises(UsageError, match="things are called 'editorial'") as raised:
        labels.find("editorial")
    assert "scograph:concept/basis/editorial" in raised.value.hint


def test_a_fact_is_shown_with_the_marks_of_all_its_passages() -> None:
    graph, labels, reasons = answering()
    subject = NamedNode(ID + "agreement/2009-international-information-security")
    text = show_text(labels, reasons, subject)
    line = text.partition("\n  signed on\n")[2].splitlines()[0]
    assert line.startswith("    2009-06-16  [")
    assert "normalised" not in line, "the profile does not say that the agreement was signed on the day"
    assert line.count(" interpreted]") == 2, "two documents say that it was concluded"
    signed = [c for c in graph.claims if c.triple.subject == subject and c.triple.predicate.value.endswith("#signedOn")]
    assert line.count("[") == len(signed) == 4


def test_a_class_and_a_property_are_shown_with_what_points_at_them() -> None:
    code, out, _ = scograph("show", "scog:PartyStatus")
    assert code == 0
    assert out.startswith("party status  scog:PartyStatus\n")
    assert "\npointed at by\n" in out
    code, out, _ = scograph("show", "has agent")
    assert (code, out.splitlines()[0]) == (0, "has agent  scog:hasAgent")


def test_claims_are_not_among_what_points_at_a_thing() -> None:
    _, out, _ = scograph("show", "scograph:id/state/kaz")
    assert "#" not in out.partition("pointed at by")[2].partition("sources")[0].replace("scog:", "")


def test_what_a_source_says_and_better_ones_deny_is_shown_as_such() -> None:
    graph, labels, reasons = answering()
    contradicted = [c for c in graph.claims if c.basis.value.endswith("/contradicted")]
    assert contradicted
    for claim in contradicted:
        reason = reasons.reason(claim.triple)
        assert not reason.is_asserted
        code, out, _ = scograph("why", claim.triple.subject.value, labels.curie(claim.triple.predicate))
        assert code == 0
        assert "(on record, not asserted)" in out
        assert "    contradicted: " in out


def test_why_says_what_is_known_where_nothing_fits() -> None:
    code, out, err = scograph("why", "Tajikistan", "has agent")
    assert (code, out) == (2, "")
    assert err.startswith(
        "error: the graph does not have this fact\nhint: of scograph:id/state/tjk these are known: rdf:type, "
    )


def test_why_lists_the_values_that_are_known_of_the_property_asked_for() -> None:
    code, _, err = scograph("why", "Tajikistan", "M49 code", "763")
    assert code == 2
    assert err == (
        "error: the graph does not have this fact\n"
        "hint: of scograph:id/state/tjk scog:m49Code these values are known: '762'\n"
    )


@pytest.mark.parametrize(
    ("property_", "value"),
    [
        ("M49 code", "762"),
        ("M49 code", '"762"'),
        ("M49 code", '"762"^^xsd:string'),
        ("rdfs:label", "Таджикистан@ru"),
        ("rdfs:label", '"Таджикистан"@RU'),
        ("schema:sameAs", "http://www.wikidata.org/entity/Q863"),
        ("schema:sameAs", "<http://www.wikidata.org/entity/Q863>"),
        ("rdf:type", "State"),
    ],
)
def test_why_takes_a_value_as_text_as_in_turtle_and_as_it_is_shown(property_: str, value: str) -> None:
    code, out, _ = scograph("why", "tjk", property_, value)
    assert code == 0
    assert len([line for line in out.splitlines() if re.match(r"  \S", line)]) == 1


def test_of_two_properties_of_one_name_the_one_that_is_used_is_meant() -> None:
    _, labels, _ = answering()
    with pytest.raises(UsageError, match="2 things are called 'latitude'"):
        labels.find("latitude")
    assert labels.find_property("latitude").value.endswith("#latitude")
    code, out, _ = scograph("why", "Beijing", "latitude", '"39.9075"^^xsd:decimal')
    assert code == 0
    assert "  latitude: 39.9075\n    stated: GeoNames" in out


def test_what_begins_with_or_holds_the_words_is_offered_before_what_is_spelt_alike() -> None:
    _, labels, _ = answering()
    with pytest.raises(UsageError, match=r"^6 things have a name that begins with 'Ira'") as raised:
        labels.find("Ira")
    assert raised.value.hint.startswith(
        "one of 'Iran' (scograph:id/state/irn), 'Iran (Islamic Republic of) as a member "
    )
    with pytest.raises(UsageError, match=r"^11 things have a name that begins with '上海合作'") as raised:
        labels.find("上海合作")
    assert raised.value.hint.startswith("one of '上海合作組織' (scograph:id/organisation/sco), ")
    assert raised.value.hint.endswith(", and 6 more")
    with pytest.raises(UsageError) as raised:
        labels.find("hasagnt")
    assert raised.value.hint.startswith("did you mean 'hasAgent' (scog:hasAgent), ")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("2009 agreement", "agreement/2009-international-information-security"),
        ("2009 AGREEMENT on ", "agreement/2009-international-information-security"),
        ("Regional Anti-Terrorist Structure and", None),
        ("amending the charter of the sco", None),
        ("security, 2011", "instrument/2011-code-of-conduct"),
    ],
)
def test_the_beginning_or_a_part_of_a_name_will_do_if_one_thing_has_it(text: str, path: str | None) -> None:
    _, labels, _ = answering()
    if path:
        assert labels.find(text) == NamedNode(ID + path)
    else:
        with pytest.raises(UsageError):
            labels.find(text)


def test_the_value_of_a_fact_is_not_found_by_a_part_of_a_name() -> None:
    code, _, err = scograph("why", "2009 agreement", "rdfs:label", "2009 agreement on international")
    assert (code, err.splitlines()[0]) == (2, "error: the graph does not have this fact")


def test_the_things_of_a_class_are_listed_with_their_iris() -> None:
    code, out, err = scograph("list", "agreement", "-f", "csv")
    assert (code, err) == (0, "")
    rows = out.splitlines()
    assert rows[0] == "thing,label"
    assert f"{ID}agreement/2002-charter,Charter of the SCO" in rows
    assert len(rows) == 11
    assert scograph("list", "scog:Agreement", "-f", "csv")[1] == out
    assert scograph("list", "https://w3id.org/scograph/ontology#Agreement", "-f", "csv")[1] == out


def test_the_instances_of_subclasses_are_listed_and_counted() -> None:
    _, out, _ = scograph("list", "Instrument", "-f", "csv")
    assert f"{ID}agreement/2002-charter,Charter of the SCO," in out.splitlines()
    assert out.splitlines()[0] == "thing,label,status"
    counts = {row.split(",")[0]: int(row.split(",")[-1]) for row in scograph("list", "-f", "csv")[1].splitlines()[1:]}
    assert counts["https://w3id.org/scograph/ontology#Instrument"] == len(out.splitlines()) - 1
    assert counts["https://w3id.org/scograph/ontology#Agreement"] == 10
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


def test_a_list_has_a_column_of_statuses_or_schemes_where_one_of_its_things_has_one(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(
        f"""@prefix ex: <https://example.org/> . @prefix scog: <{terms.SCOG}> .
@prefix rdfs: <{terms.RDFS}> . @prefix skos: <{terms.SKOS}> .
ex:a a ex:Plan ; rdfs:label "A" . ex:b a ex:Plan ; rdfs:label "B" ; scog:hasStatus ex:draft , ex:archived .
ex:draft a skos:Concept ; skos:inScheme ex:z ; skos:prefLabel "draft" .
ex:archived a skos:Concept ; skos:inScheme ex:z ; skos:prefLabel "archived" .
ex:member a skos:Concept ; skos:inScheme ex:y ; skos:prefLabel "member" .
ex:y skos:prefLabel "role" . ex:z skos:prefLabel "status" .
""",
        encoding="utf-8",
    )
    _, out, _ = scograph("list", "https://example.org/Plan", "-f", "csv", "-p", str(tmp_path))
    base = "https://example.org/"
    assert out.splitlines() == ["thing,label,status", f"{base}a,A,", f"{base}b,B,archived; draft"]
    _, out, _ = scograph("list", "skos:Concept", "-f", "csv", "-p", str(tmp_path))
    assert out.splitlines() == [
        "thing,label,scheme",
        f"{base}member,member,role",
        f"{base}archived,archived,status",
        f"{base}draft,draft,status",
    ]


def test_names_of_a_list_come_in_the_language_that_is_asked_for() -> None:
    _, out, _ = scograph("list", "state", "--language", "ru", "-f", "csv")
    assert f"{ID}state/kaz,Казахстан" in out.splitlines()


def test_a_class_is_meant_by_a_part_of_its_name_or_offered() -> None:
    assert scograph("list", "Inst", "-f", "csv")[1] == scograph("list", "Instrument", "-f", "csv")[1]
    code, _, err = scograph("list", "no such class at all")
    assert (code, err.splitlines()[0]) == (2, "error: nothing is called 'no such class at all'")


def test_an_iri_that_is_only_pointed_at_or_used_is_shown_with_what_does() -> None:
    code, out, _ = scograph("show", "http://www.wikidata.org/entity/Q863")
    assert code == 0
    assert out.endswith("pointed at by\n  same thing elsewhere\n    Tajikistan  scograph:id/state/tjk\n")
    code, out, _ = scograph("show", "rdf:type")
    assert code == 0
    assert re.search(r"^used in \d,\d{3} statements$", out, re.MULTILINE)


def test_a_passage_is_shown_with_its_link_and_with_what_it_says() -> None:
    _, out, _ = scograph("show", "scograph:source/unidir-sco-2021-03/passage/18")
    assert out.splitlines()[1].endswith("#:~:text=16%20June%202009")
    assert out.partition("\nsays\n")[2].splitlines()[1] == "    date (its role is not stated): 2009-06-16"
    _, out, _ = scograph("show", "scograph:source/unidir-sco-2021-03/passage/14")
    assert "    spelling for search: Taijikistan@en  [normalised]" in out.partition("\nsays\n")[2].splitlines()


def test_passages_and_editions_are_called_by_names_with_their_iris() -> None:
    """No project gives them labels: they are called by number, document and day."""
    project = str(Path(__file__).parent / "projects" / "small")
    _, shown, _ = scograph("show", f"{NOTES}/passage/01", "-p", project)
    assert shown.startswith(f"passage 01 of Notes of the club  <{NOTES}/passage/01>\n")
    assert f"    edition a6f5dfa1a0ab of Notes of the club  <{NOTES}/edition/a6f5dfa1a0ab>\n" in shown
    _, shown, _ = scograph("show", NOTES, "-p", project)
    assert f"    ignored span 02 of Notes of the club  <{NOTES}/ignored/02>\n" in shown


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-30", "30 November 2026"),
        ("2026-02-01", "1 February 2026"),
        ("2026-11", "November 2026"),
        ("2026", "2026"),
        ("2026-13", "2026-13"),
        ("2026-11-30Z", "2026-11-30Z"),
    ],
)
def test_a_day_is_put_in_words_or_left_as_it_is(day: str, words: str) -> None:
    assert _in_words(day) == words


def test_a_claim_is_shown_in_full_and_why_explains_its_statement() -> None:
    graph, labels, _ = answering()
    claim = next(claim for claim in graph.claims if claim.passage.value.endswith("/unidir-sco-2021-03/passage/18"))
    _, out, _ = scograph("show", claim.iri.value)
    for predicate in ("claim subject", "claim predicate", "claim object", "has basis", "is supported by"):
        assert f"\n  {predicate}\n" in out
    _, out, _ = scograph("why", claim.iri.value)
    assert out.startswith(labels.label(claim.triple.subject))
    assert (
        "\n    stated: Shanghai Cooperation Organisation (SCO) "
        in out.partition("\n  date (its role is not stated): 2009-06-16\n")[2]
    )


def test_a_contradicted_statement_comes_with_the_reason_and_with_what_is_asserted() -> None:
    _, out, _ = scograph("why", "Xiamen-2015", "scog:endDate", "2015-10-16")
    assert "\n      Its last day is contradicted: " in out
    assert out.count("\n    against: 2015-10-14\n") == 1
    assert out.count("\n    stated: ") == 1


def test_all_that_points_at_a_thing_is_listed_if_asked_for() -> None:
    _, short, _ = scograph("show", "SCO")
    _, whole, _ = scograph("show", "SCO", "--all")
    assert re.search(r"    and \d+ more; --all shows them\n", short)
    assert "--all" not in whole
    assert whole.count("/membership/") > short.count("/membership/") == 20


def test_why_takes_a_value_as_text_and_as_a_name() -> None:
    _, out, _ = scograph("why", "tjk", "rdfs:label", "Tajikistan")
    assert out.count("rdfs:label: ") == 1
    status = "scograph:id/party-status/2009-international-information-security-tjk"
    _, out, _ = scograph("why", status, "has agent", "Tajikistan")
    assert out.count("has agent: Tajikistan  scograph:id/state/tjk") == 1


def test_a_description_of_the_publication_needs_no_claim() -> None:
    _, out, _ = scograph("why", "scog:Claim", "rdfs:label")
    assert "no claim: a description of the publication" in out


@pytest.mark.parametrize(
    ("value", "why"),
    [("ex:b", "the fact is in a file that belongs to no source"), ("[]", "a fact with a blank node has none")],
)
def test_a_fact_of_plain_files_is_not_called_a_description(
    value: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rivers.ttl").write_text(f"@prefix ex: <https://example.org/> . ex:a ex:flowsInto {value} .")
    _, out, _ = scograph("why", "ex:a", "ex:flowsInto")
    assert out.splitlines()[-1] == f"    no claim: {why}"


def test_the_answers_as_json_say_the_same() -> None:
    _, out, _ = scograph("show", "tjk", "-f", "json")
    shown = json.loads(out)
    assert shown["iri"] == ID + "state/tjk"
    assert all(fact["supports"] for fact in shown["facts"])
    _, out, _ = scograph("why", "tjk", "-f", "json")
    assert json.loads(out) == shown["facts"]


def test_names_come_in_the_language_asked_for() -> None:
    assert scograph("show", "tjk", "--language", "zh")[1].startswith("塔吉克斯坦  ")
    assert scograph("show", "tjk", "--language", "ru", "--language", "en")[1].startswith("Таджикистан  ")
    assert scograph("show", "tjk", "--language", "ar")[1].startswith("طاجيكستان  ")
    assert scograph("show", "tjk", "--language", "ky")[1].startswith("Tajikistan  "), "English where there is no other"


@pytest.mark.parametrize(
    ("words", "link"),
    [
        (("", ""), "https://e.org/a"),
        (("one two", "one two"), "https://e.org/a#:~:text=one%20two"),
        (("one, two", "a-b & c"), "https://e.org/a#:~:text=one%2C%20two,a%2Db%20%26%20c"),
        (("2022\tTallinn\tMari Tamm", "2022\tTallinn\tMari Tamm"), "https://e.org/a#:~:text=2022,Mari%20Tamm"),
        (("2022\tTallinn", "a prize\tMari Tamm"), "https://e.org/a#:~:text=2022,Mari%20Tamm"),
        (("one\ntwo", "three"), "https://e.org/a#:~:text=one,three"),
        (("\t2022\t", ""), "https://e.org/a#:~:text=2022"),
        ((" \t", ""), "https://e.org/a"),
        (("двадцать", ""), "https://e.org/a#:~:text=%D0%B4%D0%B2%D0%B0%D0%B4%D1%86%D0%B0%D1%82%D1%8C"),
    ],
)
def test_a_link_encodes_what_the_text_directive_uses(words: tuple[str, str], link: str) -> None:
    assert passage_link("https://e.org/a", *words) == link


def test_an_address_with_a_fragment_stays_as_it_is() -> None:
    assert passage_link("https://e.org/a#b", "one", "two") == "https://e.org/a#b"


def test_a_thing_without_a_label_is_called_by_its_curie() -> None:
    _, labels, _ = answering()
    assert labels.label(NamedNode("https://w3id.org/scograph/ontology/1.0.0")) == "scograph:ontology/1.0.0"
    assert labels.label(Literal("x", language="en")) == "x@en"


def test_of_many_things_of_one_name_the_first_are_listed() -> None:
    _, labels, _ = answering()
    with pytest.raises(UsageError, match="things are called '01'") as raised:
        labels.find("01")
    assert re.search(r"^one of (\S+/01, ){5}and \d+ more$", raised.value.hint)
