"""Tables: a file for each class, with metadata that a CSVW library takes for valid and reads back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import csvw
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from scograph.build import BuildOptions, build
from scograph.exports.tables import METADATA, tables
from scograph.project import Project
from strategies import EX, TYPE, XSD
from test_export_files import SMALL, run

A, B, P = (NamedNode(EX + name) for name in "abp")
TRIPLES = [
    Triple(A, TYPE, NamedNode(EX + "Thing")),
    Triple(A, P, Literal('a "quoted", text\nof two lines')),
    Triple(A, NamedNode(EX + "names"), Literal("Имя", language="ru")),
    Triple(A, NamedNode(EX + "names"), Literal("一|二", language="zh")),
    Triple(A, NamedNode(EX + "names"), Literal("三", language="zh")),
    Triple(A, NamedNode(EX + "when"), Literal("2024-01-31", datatype=NamedNode(XSD + "date"))),
    Triple(A, NamedNode(EX + "count"), Literal("01", datatype=NamedNode(XSD + "integer"))),
    Triple(A, NamedNode(EX + "link"), B),
    Triple(B, P, Literal("")),
]


def read(documents: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(documents[name].decode(), newline="")))


@pytest.fixture
def documents() -> dict[str, bytes]:
    return {document.path: document.read() for document in tables(TRIPLES)}


def test_there_is_a_table_for_each_class_and_one_for_the_rest(documents: dict[str, bytes]) -> None:
    assert list(documents) == ["Thing.csv", "others.csv", METADATA]
    (row,) = read(documents, "Thing.csv")
    assert row["id"] == EX + "a"
    assert row["p"] == 'a "quoted", text\nof two lines'
    assert row["names_ru"] == "Имя"
    assert row["names_zh"] == "一|二;三"
    assert (row["when"], row["count"], row["link"]) == ("2024-01-31", "01", EX + "b")
    assert documents["Thing.csv"].split(b"\r\n")[0].startswith(b"id,count,link,names_ru")


def test_the_metadata_is_valid_and_says_where_each_column_comes_from(
    documents: dict[str, bytes], tmp_path: Path
) -> None:
    for name, data in documents.items():
        (tmp_path / name).write_bytes(data)
    group = csvw.TableGroup.from_file(tmp_path / METADATA)
    assert [str(table.url) for table in group.tables] == ["Thing.csv", "others.csv"]
    (row,) = list(group.tables[0])
    assert row["names_zh"] == ["一|二", "三"]
    assert str(row["when"]).startswith("2024-01-31")
    columns = {
        column["name"]: column for column in json.loads(documents[METADATA])["tables"][0]["tableSchema"]["columns"]
    }
    assert columns["names_ru"]["propertyUrl"] == EX + "names"
    assert columns["names_ru"]["lang"] == "ru"
    assert columns["type"] == {
        "name": "type",
        "virtual": True,
        "propertyUrl": TYPE.value,
        "valueUrl": EX + "Thing",
    }
    assert columns["count"]["datatype"] == "integer"


def test_an_empty_text_is_told_from_none() -> None:
    documents = {
        document.path: document.read() for document in tables([*TRIPLES, Triple(NamedNode(EX + "c"), TYPE, B)])
    }
    assert read(documents, "others.csv") == [{"id": EX + "b", "p": ""}]
    (other,) = [t for t in json.loads(documents[METADATA])["tables"] if t["url"] == "others.csv"]
    assert other["tableSchema"]["columns"][1]["null"] == "NULL"


def test_tables_go_into_a_folder_or_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.ttl").write_text(SMALL, encoding="utf-8")
    assert run("export", "small.ttl", "-f", "csv", "-o", "tables/").exit_code == 0
    names = sorted(path.name for path in Path("tables").iterdir())
    assert names == ["Place.csv", "SHA256SUMS", "Thing.csv", METADATA, "manifest.json", "others.csv"]
    for name in ("one.zip", "two.zip"):
        assert run("export", "small.ttl", "-f", "csv", "-o", name).exit_code == 0
    assert Path("one.zip").read_bytes() == Path("two.zip").read_bytes()
    assert sorted(zipfile.ZipFile("one.zip").namelist()) == ["Place.csv", "Thing.csv", METADATA, "others.csv"]
    assert run("verify", "tables").exit_code == 0
    assert run("export", "small.ttl", "-f", "csv", "-o", "tables/").exit_code == 0, "it takes its own place"
    refused = run("export", "small.ttl", "-f", "csv")
    assert (refused.exit_code, "csv consists of several files" in refused.stderr) == (2, True)
    refused = run("export", "small.ttl", "-f", "csv", "-o", ".")
    assert (refused.exit_code, "holds files that scograph did not write" in refused.stderr) == (2, True)


def test_the_tables_of_the_built_in_project_are_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", "-f", "csv", "-o", "tables/").exit_code == 0
    group = csvw.TableGroup.from_file(tmp_path / "tables" / METADATA)
    assert len(group.tables) > 20
    assert sum(len(list(table)) for table in group.tables) > 500


def test_a_build_without_tables_says_why(tmp_path: Path) -> None:
    dividing = "|;¦‖\\u001f"
    data = tmp_path / "d.ttl"
    values = " , ".join(f'"""{number}{dividing}"""' for number in range(2))
    data.write_text(f"<https://e.org/a> a <https://e.org/C> ; <https://e.org/p> {values} .", encoding="utf-8")
    built = build(Project.open(data), tmp_path / "dist", options=BuildOptions(0))
    assert built.is_missing.splitlines()[-1] == (
        "tables/ and tables.zip are not there: "
        "the values of https://e.org/p hold every character that could divide them in a cell"
    )
    assert not (tmp_path / "dist" / "tables").exists()
    assert not (tmp_path / "dist" / "tables.zip").exists()
    assert (tmp_path / "dist" / "d.nt").exists()
