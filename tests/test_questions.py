"""Questions say whose they are, take other values of their parameters, and are asked by projects that use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode

from scograph import Project
from scograph.checks.parameters import parameters_of, with_values
from scograph.checks.questions import OWNERS, offered_questions, question_of, read_questions
from scograph.cli import cli
from scograph.errors import InputError, UsageError
from scograph.starter_project import Answers, create_project

BASE = "https://example.org/plain/"
QUERY = """# Who was a member?
# owner: profile
# ?org: the organisation
# ?day: the day
# ?most: how many
PREFIX ex: <https://example.org/>
SELECT ?who {
  VALUES ?org { ex:a }
  VALUES ?day { "2020-01-01"^^xsd:date } # VALUES ?org { ex:b }
  VALUES ?most { 3 }
  VALUES ?role { ex:member }
  ?who ex:in ?org
}
"""


def scograph(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def no_thing(text: str) -> NamedNode:
    raise AssertionError(text)


def using(folder: Path, uses: str) -> Path:
    create_project(folder / "plain", Answers("plain", "U", BASE, "en", "Union", "https://example.org/p", uses))
    return folder / "plain"


def test_parameters_are_declared_and_bound_to_one_value() -> None:
    assert [(one.name, one.text, one.value, one.is_iri) for one in parameters_of(QUERY)] == [
        ("org", "the organisation", "ex:a", True),
        ("day", "the day", '"2020-01-01"^^xsd:date', False),
        ("most", "how many", "3", False),
    ]
    assert parameters_of(QUERY.replace("# ?org: the organisation\n", ""))[0].name == "day", "undeclared"
    assert [one.name for one in parameters_of(QUERY.replace("{ ex:a }", "{ ex:a ex:b }"))] == ["day", "most"]
    assert parameters_of("# Who?\nSELECT ?a { VALUES ?a { 1 } }") == ()


def test_other_values_take_the_place_of_those_in_the_file_and_nothing_else_changes() -> None:
    thing = NamedNode("https://example.org/c")
    made = with_values(QUERY, {"org": "c", "day": "2021-12-31", "most": "10"}, lambda _: thing)
    assert made == (
        QUERY.replace("{ ex:a }", "{ <https://example.org/c> }")
        .replace("2020-01-01", "2021-12-31")
        .replace("{ 3 }", '{ "10"^^<http://www.w3.org/2001/XMLSchema#integer> }')
    )


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        ({"dya": "2020-01-01"}, "the query has no parameter 'dya'", "did you mean day?"),
        ({"day": "2020-13-01"}, "day: '2020-13-01' is no xsd:date", "in the file it is"),
        ({"day": '2020-01-01" } } #'}, "is no xsd:date", "in the file it is"),
        ({"most": "three"}, "most: 'three' is no xsd:integer", "in the file it is 3"),
    ],
)
def test_a_value_that_is_none_is_refused(values: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        with_values(QUERY, values, no_thing)
    assert message in raised.value.message
    assert hint in (raised.value.hint or "")


def test_a_string_is_escaped() -> None:
    query = "# Q\n# ?name: the name\nSELECT ?x { VALUES ?name { 'a'@en } ?x rdfs:label ?name }"
    made = with_values(query, {"name": 'x" } \\ {'}, no_thing)
    assert 'VALUES ?name { "x\\" } \\\\ {"@en }' in made


def test_each_question_of_the_built_in_project_has_an_owner_and_its_parameters() -> None:
    questions = read_questions(Project.builtin())
    owners = [question.owner for question in questions]
    assert {owner: owners.count(owner) > 10 for owner in OWNERS} == dict.fromkeys(OWNERS, True)
    parameters = {question.number: [one.name for one in question.parameters] for question in questions}
    found = {number: names for number, names in parameters.items() if names}
    assert found["26"] == ["organisation"]
    assert sorted(found["28"]) == ["day", "organisation"]
    for question in questions:
        declared = [line for line in question.query.splitlines() if line.startswith("# ?")]
        assert len(declared) == len(question.parameters), question.name
        assert question.owner != "vocabulary" or not question.parameters, question.name


def test_an_owner_that_is_none_is_refused(tmp_path: Path) -> None:
    folder = using(tmp_path, "scograph")
    (folder / "ontology" / "questions").mkdir(parents=True)
    (folder / "ontology/questions/01-x.rq").write_text("# What?\n# owner: profil\nSELECT * {}\n", encoding="utf-8")
    with pytest.raises(InputError, match="the owner of a question is not 'profil'") as raised:
        read_questions(Project.open(folder))
    assert raised.value.hint == "did you mean profile?"


def test_a_project_is_offered_the_questions_of_what_it_uses(tmp_path: Path) -> None:
    own = read_questions(Project.builtin())
    for uses, owners in (("scograph", {"vocabulary"}), ("sco", {"vocabulary", "profile"})):
        offered = offered_questions(Project.open(using(tmp_path / uses, uses)))
        assert {question.owner for question in offered} == owners
        assert len(offered) == sum(question.owner in owners for question in own)
        assert {question.of for question in offered} == {uses}
    assert [question.of for question in offered_questions(Project.builtin())] == [""] * len(own)
    assert question_of(offered, "sco:026").name == "26-present-members"
    with pytest.raises(UsageError, match="no question has the number 26"):
        question_of(offered, "26")


def test_a_question_of_the_profile_is_asked_of_another_organisation(tmp_path: Path) -> None:
    folder = using(tmp_path, "sco")
    (tmp_path / "charter.txt").write_text("Members of Union since 2001: Kenya.\n", encoding="utf-8")
    options = ("--language", "en", "--kind", "press", "--url", "https://example.org/charter", "-p", str(folder))
    assert scograph("source", "add", str(tmp_path / "charter.txt"), *options)[0] == 0
    wanted = ("--source", "charter", "--passage", "01", "--role", "member", "--from", "2001", "KEN")
    code, _, err = scograph("members", "plain", *wanted, "-p", str(folder))
    assert code == 0, err
    code, out, err = scograph("query", "sco:26", "organisation=plain", "-f", "csv", "-p", str(folder))
    assert (code, out) == (0, "state,name,since\nhttps://w3id.org/scograph/id/state/ken,Kenya,2001\n")
    assert f"organisation = <{BASE}id/organisation/plain>\n" in err
    code, _, err = scograph("query", "sco:26", "-p", str(folder))
    assert (code, "question sco:26 needs organisation=…" in err) == (2, True)
    code, _, err = scograph("query", "sco:26", "organisation", "-p", str(folder))
    assert (code, "'organisation' gives no parameter a value" in err) == (2, True)
    assert scograph("check", str(folder))[0] == 0, "questions of others have no expected answers here"


def test_the_list_names_owners_and_parameters() -> None:
    code, out, _ = scograph("query", "--list", "-f", "csv", "--builtin")
    assert code == 0
    assert out.splitlines()[0] == "number,question,owner,parameters,file"
    row = next(line for line in out.splitlines() if line.startswith("26,"))
    assert ",profile,organisation=organisation:sco,ontology/questions/26-present-members.rq" in row
