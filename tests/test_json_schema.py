"""The JSON Schema and the TypeScript types of our JSON-LD say what it looks like, for each project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scograph import Project
from scograph.serialise.schema import json_schema, typescript

HERE = Path(__file__).parent
PROJECTS = {
    "built-in": Project.builtin().root,
    "small": HERE / "projects" / "small",
    "library": HERE / "projects" / "library",
    "one file": HERE / "projects" / "one-file",
}


def exported(root: Path, form: str) -> bytes:
    return b"".join(Project.open(root).load().export(form))


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = json.loads(exported(PROJECTS["built-in"], "json-schema"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", PROJECTS)
def test_the_json_ld_of_a_project_has_the_schema_of_its_context(name: str) -> None:
    found = json.loads(exported(PROJECTS[name], "json-schema"))
    Draft202012Validator.check_schema(found)
    document = json.loads(exported(PROJECTS[name], "jsonld"))
    assert document["@graph"]
    assert [error.json_path for error in Draft202012Validator(found).iter_errors(document)] == []


WRONG: dict[str, Any] = {
    "no id": {"type": "State"},
    "an unknown key": {"id": "ex:a", "strtDate": "2009-06-16"},
    "a text where a map is": {"id": "ex:a", "label": "China"},
    "a text where a list by language is": {"id": "ex:a", "altLabel": {"en": "China"}},
    "no array": {"id": "ex:a", "attestedOn": "2009-06-16"},
    "an empty array": {"id": "ex:a", "attestedOn": []},
    "a number for a date": {"id": "ex:a", "startDate": 2009},
    "a literal without its value": {"id": "ex:a", "startDate": {"@type": "xsd:gYear"}},
    "one value in an array": {"id": "ex:a", "startDate": ["2009-06-16"]},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_such_document_has_not_the_schema(name: str, schema: Draft202012Validator) -> None:
    document = {"@context": {}, "@graph": [WRONG[name]]}
    assert not schema.is_valid(document)


def test_values_of_each_kind_have_the_schema(schema: Draft202012Validator) -> None:
    thing = {
        "id": "ex:a",
        "type": ["State", "ex:Other"],
        "startDate": {"@type": "xsd:gYear", "@value": "2009"},
        "label": {"en": "China", "ru": ["Китай", "КНР"]},
        "attestedOn": ["2009-06-16"],
        "charStart": 12,
        "claimObject": {"id": "ex:b"},
        "ex:all": {"@list": ["a", {"id": "ex:b"}]},
        "schema:name": [{"@value": "China", "@language": "en"}, 1, True],
    }
    assert [error.message for error in schema.iter_errors({"@context": {}, "@graph": [thing]})] == []


def test_types_and_schema_have_the_keys_and_classes_of_the_context() -> None:
    context = json.loads(exported(PROJECTS["built-in"], "context"))["@context"]
    keys = {name for name, value in context.items() if isinstance(value, dict)}
    assert len(keys) >= 80
    found = set(json_schema(context)["$defs"]["node"]["properties"])
    assert found == keys | {"id", "type", "@context"}
    text = typescript(context)
    assert set(re.findall(r'^  "([^"]+)"\?: ', text, re.MULTILINE)) == keys | {"id", "type"}
    assert exported(PROJECTS["built-in"], "typescript").decode() == text
    classes = {name for name, value in context.items() if isinstance(value, str) and ":" in value and name[0].isupper()}
    line = next(line for line in text.splitlines() if line.startswith("export type ClassName"))
    assert set(re.findall(r'"([^"]+)"', line)) == classes


USE = """
import type { Graph } from "./graph";
declare const graph: Graph;
const begin = graph["@graph"][0].startDate;
if (typeof begin === "string") begin.slice(0, 4);
const names: string[] | string | undefined = graph["@graph"][0].label?.["en"];
// @ts-expect-error: a map by language is no text
const wrong: string = graph["@graph"][0].label;
// @ts-expect-error: there is no such key
graph["@graph"][0].strtDate;
export { names, wrong };
"""


@pytest.mark.skipif(shutil.which("tsc") is None, reason="needs tsc (npm install -g typescript)")
def test_the_types_compile_and_find_mistakes(tmp_path: Path) -> None:
    (tmp_path / "graph.d.ts").write_bytes(exported(PROJECTS["built-in"], "typescript"))
    (tmp_path / "use.ts").write_text(USE, encoding="utf-8")
    done = subprocess.run(
        ["tsc", "--noEmit", "--strict", "use.ts"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
