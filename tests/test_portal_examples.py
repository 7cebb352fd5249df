"""The portal of the built-in project and the examples, held against a table written by hand from their pages."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from scograph.portal import portal_of
from scograph.portal.comparison import Comparing
from scograph.portal.table import Row, RowTerm, Status

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
NAMES = ("african-union", "organization-of-american-states", "association-of-southeast-asian-nations")
FROM_ITS_VALUE = {"isBodyOf", "isPostIn", "inOrganisation"}
"""The rows of that table in which the organisation is the value of the property."""
ANSWERS = {
    "yes": Status.STATED,
    "no": Status.DENIED,
    "contradicted": Status.CONTRADICTED,
    "not stated": Status.NOT_STATED,
    "not yet read": Status.NOT_READ,
}


def test_cells_of_the_examples_are_as_their_pages_say() -> None:
    portal = portal_of([str(ROOT), *(str(EXAMPLES / name) for name in NAMES)])
    assert not portal.broken, "\n".join(map(str, portal.broken))
    assert portal.conflicts == ()
    comparing = Comparing(portal.graph)
    checked = 0
    for line in csv.DictReader(io.StringIO((EXAMPLES / "truth.csv").read_text(encoding="utf-8"))):
        name = line["row"].replace("#", "/").rpartition("/")[2]
        term = RowTerm(NamedNode(line["row"]), is_property="/concept/" not in line["row"])
        columns = comparing.columns([NamedNode(line["organisation"])], line["day"])
        row = Row((), (replace(term, is_inverse=name in FROM_ITS_VALUE),))
        cell = comparing.compare(columns, [row], line["day"]).cells[0][0]
        assert cell.status == ANSWERS[line["answer"]], line
        found = {fact.thing for fact in cell.facts}
        wanted = {value for value in line["value"].split(" | ") if value}
        if any(isinstance(thing, Literal) for thing in found):
            assert {thing.value for thing in found if isinstance(thing, Literal)} == wanted, line
        else:
            nodes = {comparing.labels.find(value) for value in wanted}
            has_parts = line["organisation"].endswith("/sco")  # the table has items, the profile also what is in them
            assert nodes <= found if has_parts else nodes == found, line
        checked += 1
    assert checked == 102


def test_who_has_a_role_stands_before_what_is_said_of_the_role() -> None:
    portal = portal_of([str(ROOT)])
    comparing = Comparing(portal.graph)
    (organisation,) = (column for column in portal.columns(comparing) if column.node.value.endswith("/sco"))
    row = Row((), (RowTerm(NamedNode("https://w3id.org/scograph/concept/role/member"), is_property=False),))
    facts = comparing.compare([organisation], [row]).cells[0][0].facts
    is_agent = [fact.record in comparing.meaning.involvements for fact in facts]
    assert is_agent == sorted(is_agent, reverse=True)
    assert set(is_agent) == {True, False}
