"""No sentence of an archived text is published: only the quotations that are declared, names and titles."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from built_in import built_in_graph
from scograph import Project, terms
from scograph.api import Graph
from scograph.cli import cli
from scograph.labels import NAMING

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "shared" / "seed" / "unidir-sco-2021-03.txt"
SMALL = HERE / "projects" / "small"
RUN = 8
"""So many words in a row are a sentence of the source, not a phrase that anybody would write."""
TEXTUAL = {".html", ".ttl", ".trig", ".nt", ".nq", ".jsonld", ".json", ".rdf", ".csv", ".md", ".atom", ".txt", ".js"}
DECLARED = (terms.QUOTATION, terms.TEXT_START, terms.TEXT_END)

Words = tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text, without markup, percent-encoding and case."""
    plain = re.sub(r"<[^<>]{0,2000}>|&[a-z]+;|\\[nrt]", " ", unquote(text))
    return re.findall(r"\w+", plain.lower())


def runs(words: list[str], length: int = RUN) -> set[Words]:
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def sentences(text: str) -> set[Words]:
    """The runs of words within the lines of a text: short lines may be printed side by side as declared."""
    return {run for line in text.splitlines() for run in runs(words_of(line))}


def declared(graph: Graph) -> set[Words]:
    """The runs of words that quotations, first and last words, names and titles declare."""
    named = {*NAMING, *DECLARED, terms.from_curie("dcterms:title"), terms.from_curie("skos:altLabel")}
    named.add(terms.from_curie("scog:officialTitle"))
    said = [t.object.value for t in graph.default_graph() if t.predicate in named and hasattr(t.object, "language")]
    return {run for value in said for run in runs(words_of(value))}


def texts_in(folder: Path) -> Iterator[tuple[str, str]]:
    """The texts of a published folder by their names, those in archives as well."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in TEXTUAL:
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8", errors="replace")
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", errors="replace")


def leaks(texts: Iterable[tuple[str, str]], forbidden: set[Words]) -> tuple[int, dict[str, Words]]:
    """How many texts were looked through, and in which of them a forbidden run of words stands."""
    first = {run[0] for run in forbidden}
    found, count = {}, 0
    for name, text in texts:
        count += 1
        words = words_of(text)
        for at, word in enumerate(words):
            if word in first and tuple(words[at : at + RUN]) in forbidden:
                found[name] = tuple(words[at : at + RUN])
                break
    return count, found


@pytest.mark.skipif(not SEED.is_file(), reason="the archived text is not here")
def test_the_built_in_publication_has_no_sentence_of_the_archived_text(built_site: Path) -> None:
    graph = built_in_graph()
    forbidden = sentences(SEED.read_text(encoding="utf-8")) - declared(graph)
    assert len(forbidden) > 100
    count, found = leaks(texts_in(built_site), forbidden)
    assert count > 5_000
    assert found == {}


def test_a_text_that_lies_in_the_project_is_not_published_and_one_that_is_given_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SMALL, tmp_path / "small")
    (tmp_path / "small/texts/notes").mkdir(parents=True)
    text = (SMALL / "text.txt").read_bytes()
    (tmp_path / "small/texts/notes/a6f5dfa1a0ab.txt").write_bytes(text)
    monkeypatch.chdir(tmp_path / "small")
    forbidden = sentences(text.decode()) - declared(Project.open(".").load())
    assert len(forbidden) > 5
    for options, is_found in (((), False), (("--source-text", "text.txt"), True)):
        folder = tmp_path / f"dist-{is_found}"
        result = CliRunner().invoke(cli, ["build", ".", "-o", str(folder), *options], prog_name="scograph")
        assert result.exit_code == 0, result.output
        count, found = leaks(texts_in(folder), forbidden)
        assert count > 100
        assert bool(found) == is_found, found
