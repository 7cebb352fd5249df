"""The W3C's suites of JSON-LD 1.1 that turn RDF into documents: compact, flatten, frame and fromRdf.

They lie in a module of Go (BSD licence), which Go verifies by its checksum. A case of the first three is a
document; its statements are exported with its context or frame, and what comes out is read by PyLD. Only statements are
compared: what a document says beside them (indexes, nulls, the order of keys) is not in an RDF graph.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld  # type: ignore[import-untyped]
from pyoxigraph import RdfFormat, parse

from readers import canonical, read_with_oxigraph
from scograph.errors import InputError
from scograph.exports.files import ExportOptions, export_files
from scograph.streams import source_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:terms beginning with:SyntaxWarning"),
    pytest.mark.suites,
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed here"),
]
MODULE = "github.com/piprate/json-gold"
VERSION = "v0.9.1"
CHECKSUM = "h1:6CHfM9gxglyRv2MdxxRLzLJQVRPWraVx4i+i5RluYfU="
BASE = "https://w3c.github.io/json-ld-api/tests/"
NEGATIVE = "jld:NegativeEvaluationTest"
LETTER = re.compile(r'"([lpqrPQR])"(?=\s*[,\]}])')
"""Language tags of one letter in frames, which are not well-formed (BCP 47): they become private ones everywhere."""

UNREADABLE = {"ta038": "PyLD refuses the document: it has an @index twice"}
NO_IRI = {"tp004": "an IRI of the case has a bracket in its path"}
TYPED_CELLS = {"t0016"}
"""Cells of a list that say that they are of rdf:List: they stay nodes, since a list would drop that statement."""
NO_JSON = {"tjs08", "tjs09"}
"""Literals of rdf:JSON that are no JSON: the API fails, and here they are kept as the typed texts that they are."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the cases."""
    place = tmp_path_factory.mktemp("suites")
    (place / "go.mod").write_text("module example.org/suites\n")
    command = ["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"]
    done = json.loads(subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=500).stdout)
    assert done["Sum"] == CHECKSUM
    return Path(done["Dir"]) / "ld" / "testdata"


def cases(suite: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of JSON-LD 1.1."""
    manifest = json.loads((suite / f"{name}-manifest.jsonld").read_text(encoding="utf-8"))
    for case in manifest["sequence"]:
        option = case.get("option", {})
        if "json-ld-1.0" not in (option.get("specVersion"), option.get("processingMode")):
            yield case["@id"].removeprefix("#"), case


def content(suite: Path, path: str) -> Any:  # noqa: ANN401 -- JSON
    text = (suite / path).read_text(encoding="utf-8")
    return json.loads(LETTER.sub(r'"x-\1"', text) if path.startswith("frame/") else text)


def base_of(case: dict[str, Any]) -> str:
    return str(case.get("option", {}).get("base", BASE + case["input"]))


def lines_of(document: Any, base: str) -> str:  # noqa: ANN401 -- JSON
    return str(jsonld.to_rdf(document, {"base": base, "format": "application/n-quads"}))


def statements(lines: str) -> set[str]:
    return canonical(list(parse(lines.encode(), RdfFormat.N_QUADS)))


def exported(folder: Path, lines: str, **options: Any) -> Any:  # noqa: ANN401 -- JSON
    path = folder / "case.nq"
    path.write_text(lines, encoding="utf-8")
    return json.loads(b"".join(export_files([source_of(str(path))], "jsonld", ExportOptions(**options))))


@pytest.mark.parametrize(("name", "count", "shape"), [("compact", 223, "compact"), ("flatten", 54, "flattened")])
def test_statements_come_back_from_every_context(
    suite: Path, tmp_path: Path, name: str, count: int, shape: str
) -> None:
    differing, unread, run = set(), set(), 0
    for key, case in cases(suite, name):
        if NEGATIVE in case["@type"]:
            continue
        try:
            lines = lines_of(content(suite, case["input"]), base_of(case))
        except jsonld.JsonLdError:
            unread.add(key)
            continue
        context = content(suite, case["context"])["@context"] if "context" in case else {}
        try:
            made = exported(tmp_path, lines, shape=shape, context=context)
        except InputError:
            unread.add(key)
            continue
        run += 1
        if statements(lines_of(made, base_of(case))) != statements(lines):
            differing.add(key)
    assert differing == set()
    assert unread == ({*UNREADABLE, *NO_IRI} if name == "compact" else set())
    assert run == count


def test_frames_give_what_they_ask_for(suite: Path, tmp_path: Path) -> None:
    differing, run = set(), 0
    for key, case in cases(suite, "frame"):
        lines = lines_of(content(suite, case["input"]), base_of(case))
        frame = content(suite, case["frame"])
        frame["@context"] = [{"@base": base_of(case)}, frame.get("@context", {})]
        run += 1
        if NEGATIVE in case["@type"]:
            with pytest.raises(InputError, match="JSON-LD cannot be put into that shape"):
                exported(tmp_path, lines, shape="framed", context={}, frame=frame)
            continue
        made = exported(tmp_path, lines, shape="framed", context={}, frame=frame)
        expected = content(suite, case["expect"])
        if statements(lines_of(made, base_of(case))) != statements(lines_of(expected, base_of(case))):
            differing.add(key)
    assert differing == set()
    assert run == 73


@pytest.mark.parametrize("is_sorted", [False, True], ids=["in order", "sorted"])
def test_graphs_become_expanded_documents(suite: Path, tmp_path: Path, is_sorted: bool) -> None:  # noqa: FBT001 -- pytest's way
    unlike, run = set(), 0
    for key, case in cases(suite, "fromRdf"):
        lines = (suite / case["input"]).read_text(encoding="utf-8")
        made = exported(tmp_path, lines, shape="expanded", sort=is_sorted)
        run += 1
        assert canonical(read_with_oxigraph(json.dumps(made).encode(), "jsonld")) == statements(lines), key
        if key in NO_JSON:
            assert NEGATIVE in case["@type"]
        elif lists_of(made) != lists_of(content(suite, case["expect"])):
            unlike.add(key)
    assert run == 52
    assert unlike == TYPED_CELLS


def lists_of(value: Any) -> list[str]:  # noqa: ANN401 -- JSON
    """The lists in a document and their members, sorted; the names of blank nodes do not count."""
    if isinstance(value, list):
        return sorted(found for one in value for found in lists_of(one))
    if not isinstance(value, dict):
        return []
    own = [re.sub(r"_:\w+", "_:", json.dumps(value["@list"], sort_keys=True))] if "@list" in value else []
    return sorted(own + [found for one in value.values() for found in lists_of(one)])
