"""Old names of the public Python API: each name of an earlier version is there, or leads to its new name."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import fields, is_dataclass

import pytest

import scograph
from scograph.api import Report
from scograph.deprecated import RenamedMember, renamed_argument

CLASSES = {
    "Project": scograph.Project,
    "Graph": scograph.Graph,
    "Validated": scograph.Validated,
    "Report": Report,
}
NAMES = """
Project: builtin context_file data_files data_folder folder load ontology_files open question_files relative root
    rule_files settings shapes_files
Graph: by_subject check claims concepts default_graph describe describing export facts facts_files is_sourced namespaces
    ontology ontology_files passage_graphs prefixes problems project quads query shapes shapes_files sources
    term_namespace to_rdflib
Validated: conforms data findings notes options report results shapes to_rdflib to_turtle validation
Report: claims conforms count coverage coverage_percent files findings notes shapes summary to_json triples worst
"""
"""What version 0.1.0 has: the public attributes of each class."""
ARGUMENTS = "data shapes ontology engine inference subclasses meta_shacl focus allow_warnings allow_infos most"
"""The arguments of `validate` in version 0.1.0."""


def names() -> list[tuple[str, str]]:
    """Each name of version 0.1.0 with its class."""
    found: list[tuple[str, str]] = []
    for word in NAMES.split():
        if word.endswith(":"):
            owner = word[:-1]
        else:
            found.append((owner, word))
    return found


@pytest.mark.parametrize(("owner", "name"), names())
def test_a_name_of_the_earlier_version_is_there_or_leads_to_its_new_name(owner: str, name: str) -> None:
    known = CLASSES[owner]
    member = inspect.getattr_static(known, name, None)
    if not isinstance(member, RenamedMember):
        assert member is not None or (is_dataclass(known) and name in {field.name for field in fields(known)})
        return
    with pytest.warns(DeprecationWarning, match=rf"{owner}\.{name} is now called {owner}\.\w+") as seen:
        assert getattr(known, name)
    assert seen[0].filename == __file__, "the warning shows the line that has the old name"


def test_the_names_of_the_earlier_version_are_all_looked_at() -> None:
    assert len(names()) == 63


def test_validate_takes_the_arguments_of_the_earlier_version() -> None:
    arguments = set(inspect.signature(scograph.validate).parameters)
    assert set(ARGUMENTS.split()) - arguments == {"most"}
    data = b"<https://example.org/a> a <https://example.org/B> ."
    with pytest.warns(DeprecationWarning, match=r"^validate\(most=…\) is now called limit=…$"):
        assert scograph.validate(data, b"", most=1).conforms  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="both 'limit' and its old name 'most'"):
        scograph.validate(data, b"", most=1, limit=1)  # type: ignore[call-arg]


def test_an_old_name_of_a_member_gives_what_the_new_one_gives() -> None:
    class River:
        def __init__(self) -> None:
            self.mouth = "sea"

        def length(self) -> int:
            return 100

        size = RenamedMember("length")
        end = RenamedMember("mouth")

    river = River()
    with pytest.warns(DeprecationWarning, match=r"River\.size is now called River\.length"):
        assert river.size() == 100
    with pytest.warns(DeprecationWarning, match=r"River\.end is now called River\.mouth"):
        assert river.end == "sea"


def test_a_new_name_gives_no_warning() -> None:
    @renamed_argument("most", "limit")
    def first(items: list[int], *, limit: int) -> list[int]:
        return items[:limit]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert first([1, 2, 3], limit=2) == [1, 2]
