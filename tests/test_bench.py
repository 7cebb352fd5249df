"""The benchmarks: what they generate, how they measure, and what they say of it."""

import io
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from bench import export, export_report, faults, figures, generate, measure, reports
from scograph.rdflib_bridge import quiet

SHAPES = Path(generate.__file__).parent / "shapes"


def generated(triples: int, **options: object) -> tuple[str, generate.Summary]:
    out = io.StringIO()
    summary = generate.write(out, triples, **options)
    return out.getvalue(), summary


@pytest.mark.parametrize("form", generate.FORMATS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(form: str) -> None:
    text, _ = generated(3000, form=form, seed=7, faults=0.05)
    assert generated(3000, form=form, seed=7, faults=0.05)[0] == text
    assert generated(3000, form=form, seed=8, faults=0.05)[0] != text


@pytest.mark.parametrize("triples", [1, 1000, 10_000])
def test_a_graph_has_the_triples_asked_for_and_says_how_many(triples: int) -> None:
    text, summary = generated(triples, form="nt")
    quads = list(parse(text, RdfFormat.N_TRIPLES))
    assert len(set(quads)) == len(quads) == summary.triples
    assert triples <= summary.triples < triples + 60


def test_turtle_and_ntriples_say_the_same() -> None:
    turtle, ntriples = (generated(3000, form=form, faults=0.1)[0] for form in ("ttl", "nt"))
    assert list(parse(turtle, RdfFormat.TURTLE)) == list(parse(ntriples, RdfFormat.N_TRIPLES))


def test_every_subject_stands_in_one_place() -> None:
    text, summary = generated(3000, form="nt")
    subjects = [subject for subject, _ in groupby(line.split(" ", 1)[0] for line in text.splitlines())]
    assert len(subjects) == len(set(subjects)) == summary.subjects


def test_without_a_share_there_are_no_faults_and_with_one_about_as_many() -> None:
    assert not generated(3000)[1].faults
    summary = generated(100_000, faults=0.01)[1]
    assert 0.007 < summary.faults.total() / summary.subjects < 0.013


def test_the_shapes_are_twelve_and_name_each_source() -> None:
    shapes = rdflib.Graph().parse(SHAPES / "core.ttl")
    named = set(shapes.subjects(rdflib.RDF.type, rdflib.SH.NodeShape))
    assert len(named) == 12
    assert all(isinstance(shape, rdflib.URIRef) for shape in shapes.objects(None, rdflib.SH.property))


@pytest.mark.parametrize("sparql", [False, True])
def test_every_kind_of_fault_gives_the_results_it_was_made_for(tmp_path: Path, *, sparql: bool) -> None:
    size, share = (3_000, 0.3) if sparql else (30_000, 0.2)
    text, summary = generated(size, faults=share)
    if not sparql:
        assert set(summary.faults) == {fault.kind for fault in faults.FAULTS}
    assert summary.results(sparql=True)["MembershipShape", "SPARQL"] > 0
    shapes = rdflib.Graph().parse(SHAPES / "core.ttl")
    with quiet():
        if sparql:
            shapes.parse(SHAPES / "sparql.ttl")
        _, report, _ = pyshacl.validate(rdflib.Graph().parse(data=text), shacl_graph=shapes, inference="none")
    file = tmp_path / "report.ttl"
    report.serialize(file, format="turtle")
    meant = summary.results(sparql=sparql)
    differences = reports.differences("pyshacl", reports.counted(reports.read(file)), meant)
    assert [line for line in differences if "unexplained" in line] == []
    assert len(differences) < 4


def test_a_conforming_graph_conforms() -> None:
    text, _ = generated(4000)
    with quiet():
        data, shapes = rdflib.Graph().parse(data=text), rdflib.Graph().parse(SHAPES / "core.ttl")
        conforms, _, said = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert conforms, said


def test_a_result_that_is_a_detail_of_another_is_not_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.ttl"
    report.write_text("""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix s: <http://example.org/shapes/> .
        [] a sh:ValidationReport ; sh:result [
            sh:sourceShape s:A ; sh:sourceConstraintComponent sh:NodeConstraintComponent ; sh:focusNode s:x ;
            sh:detail [ sh:sourceShape s:B ; sh:sourceConstraintComponent sh:InConstraintComponent ] ] .""")
    assert reports.read(report) == Counter({("A", "Node", "x"): 1})


def test_a_difference_without_a_known_reason_is_called_unexplained() -> None:
    found, meant = Counter({("Signed", "LessThan"): 1, ("Code", "Pattern"): 2}), Counter({("Code", "Pattern"): 1})
    code, signed = reports.differences("pyshacl", found, meant)
    assert code == "Code Pattern: 2 found, 1 meant (unexplained)"
    assert re.fullmatch(r"Signed LessThan: 1 found, 0 meant \(rdflib orders .*\)", signed)
    assert reports.differences("jena", found, meant)[1].endswith("(unexplained)")


def test_a_process_is_measured_with_its_children_and_cut_when_its_time_is_over(tmp_path: Path) -> None:
    out, err = str(tmp_path / "out"), str(tmp_path / "err")
    burn = "sum(range(3_000_000)); print('done')"
    child = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {burn!r}]).returncode + 1)"
    cost, alone = (measure.run([sys.executable, "-c", code], 60, out, err) for code in (child, "pass"))
    assert (cost["code"], cost["cut"], alone["code"]) == (1, False, 0)
    assert cost["cpu"] > 1.5 * alone["cpu"]
    cut = measure.run(["sleep", "60"], 0.1, out, err)
    assert (cut["code"], cut["cut"]) == (-9, True)
    measure.run([sys.executable, "-c", burn], 60, out, err)
    assert Path(out).read_text() == "done\n"


@dataclass
class Cell:
    engine: str
    size: str
    shapes: str
    cpu: float | None
    faults: str = "0.01"
    peak: float = 100
    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def median(self, name: str) -> float | None:
        return self.peak if name == "peak" else self.cpu


def test_a_figure_is_reached_not_reached_or_not_measured() -> None:
    odd = Counter({("Label", "In", "x"): 1})
    cells = [
        Cell("scograph", "1M", "sparql", 10.0, peak=80),
        Cell("pyshacl", "1M", "sparql", 300.0),
        Cell("jena", "1M", "sparql", 9.0, found=odd),
        Cell("pyshifty", "1M", "sparql", None),
        Cell("scograph", "10k", "core", 0.1),
        Cell("scograph", "1M", "core", 10.0),
        Cell("scograph", "5M", "core", 80.0),
    ]
    said = dict(line.removeprefix("- ").rsplit(": ", 1) for line in figures.verdicts(cells))
    assert said["1M, sparql: cpu of pyshacl / ours ≥ 30"] == "30.00, reached"
    assert said["1M, sparql: cpu of jena / ours ≥ 1"] == "0.90, not reached"
    assert said["1M, sparql: cpu of pyshifty / ours ≥ 1"] == "not measured"
    assert said["1M, sparql: peak memory of ours / pyshacl ≤ 0.75"] == "0.80, not reached"
    same = "sparql: the same results as {}, by shape, component and focus node"
    assert said[same.format("jena")] == "not reached (at none of 1M)"
    assert said[same.format("pyshifty")] == "not measured"
    assert said["core: CPU of ours grows with exponent ≤ 1.15 from 10k to 5M"] == "1.06, reached (steepest step 1.29)"
    assert said["sparql: CPU of ours grows with exponent ≤ 1.15 from 10k to 5M"] == "not measured"


def test_the_figures_of_exports_are_medians_of_pairs_of_runs_and_say_what_was_not_measured() -> None:
    def cell(program: str, task: str, *costs: float) -> export_report.Cell:
        runs = [{"cpu": cost, "wall": cost, "peak": 10 * cost} for cost in costs]
        return export_report.Cell(task, program, "1M", runs)

    cells = [cell("scograph", "nt", 2, 3, 9), cell("oxigraph", "nt", 2, 2, 3), cell("rdflib", "nt", 30)]
    lines = list(export_report.report(cells, ["1M"], {"cat": "1"}, {"riot": "no java"}))
    assert "| 1M | nt | rdflib | 1 | 30.00 | 30.00 | 300 | 0.0 |" in lines
    assert "- 1M: CPU of ours (nt) / oxigraph (nt) ≤ 1.35: 1.50, not reached" in lines
    assert "- 1M: CPU of ours (nt) / rdflib (nt) ≤ 1/20: 1/15.0, not reached" in lines
    assert "- 1M: CPU of ours (nt) / riot (nt) ≤ 1/3: not measured" in lines
    assert "- 1M: peak MB of ours (nt) ≤ 64: 30, reached" in lines


def test_each_figure_of_exports_names_programs_that_are_run() -> None:
    assert len(export_report.FIGURES) == 8
    for task, program, theirs, _ in export_report.FIGURES:
        assert export.OURS in export.COMMANDS[task]
        assert program in export.COMMANDS[theirs]
