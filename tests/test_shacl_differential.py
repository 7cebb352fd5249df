"""Our SHACL engine against two others, over random graphs and shapes. Where they differ for a reason, it stands here.

- pySHACL orders values of different types by rdflib's total order, where SPARQL's `<` has none (SHACL 4.3, 4.5.3), and
  stops at blank nodes and NaN: it is not asked about order, Shifty is.
- pySHACL follows the inverse of a sequence in the order of the sequence, which SPARQL reverses (18.4): not generated.
- A literal as `$this` in a subject's place matches anything in pySHACL, and nothing by SHACL 5.3: not generated. Nor is
  the empty literal, which does so in paths.
- Shifty takes the focus node for the value of a SPARQL constraint in a property shape; SHACL 5.3.2 has none there: not
  asked about queries. It reports no paths but single properties: compared without paths.
- Shifty orders `"300"^^xsd:byte` and `"1.0"^^xsd:integer`, which are ill-typed and so have no value (SHACL 4.3), and
  it does not order booleans, which SPARQL does (17.3): not generated.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import rdflib
import shifty
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

import shacl_graphs
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.model import Result
from scograph.checks.shacl.reference import reference_results
from scograph.checks.shacl.report import read_results
from scograph.checks.shacl.validation import run_validation
from shacl_graphs import Kind

FOR_PYSHACL = Kind(literals=shacl_graphs.PLAIN + shacl_graphs.ODD, inverse_paths=False)
QUERIES_FOR_PYSHACL = Kind(
    literals=[term for term in shacl_graphs.PLAIN + shacl_graphs.ODD if term != '""'],
    queries=shacl_graphs.QUERIES,
    inverse_paths=False,
)
CLASSES_FOR_PYSHACL = replace(FOR_PYSHACL, owl_classes=True)
POSITIVE = replace(FOR_PYSHACL, negates=False)
FOR_SHIFTY = Kind(
    literals=[
        term
        for term in shacl_graphs.PLAIN + shacl_graphs.ODD + shacl_graphs.STRANGE
        if term != "true" and "boolean" not in term
    ],
    order=True,
)


def loaded(turtle: str | bytes, rename: str = "") -> Index:
    index = Index()
    index.add_quads(parse(turtle, RdfFormat.TURTLE), rename)
    return index


def named(term: str) -> str:
    """A term, but for the label of a blank node."""
    return "_:" if term.startswith("_:") else term


def counted(results: Iterable[Result]) -> Counter[tuple[str, ...]]:
    return Counter((r.focus, str(r.path), r.value or "", r.component, named(r.shape), r.severity) for r in results)


def unpathed(results: Iterable[Result]) -> set[tuple[str, ...]]:
    return {(named(r.focus), named(r.value or ""), r.component, named(r.shape), r.severity) for r in results}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FOR_PYSHACL, QUERIES_FOR_PYSHACL], ids=["core", "with queries"])
@given(random=st.randoms(use_true_random=False))
def test_the_engine_agrees_with_pyshacl(kind: Kind, random: Random) -> None:
    data, shapes = shacl_graphs.data(random, kind), shacl_graphs.shapes(random, kind)
    ours = run_validation(loaded(data), loaded(shapes, "s"))
    assert ours.notes == ()
    assert counted(ours.results) == counted(reference_results(loaded(data), loaded(shapes, "s"))), f"{data}\n{shapes}"


@pytest.mark.slow
@given(st.randoms(use_true_random=False))
def test_classes_of_owl_are_targets_as_for_pyshacl(random: Random) -> None:
    data, shapes = shacl_graphs.data(random, CLASSES_FOR_PYSHACL), shacl_graphs.shapes(random, CLASSES_FOR_PYSHACL)
    ours = run_validation(loaded(data), loaded(shapes, "s"))
    assert counted(ours.results) == counted(reference_results(loaded(data), loaded(shapes, "s"))), f"{data}\n{shapes}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [POSITIVE, FOR_PYSHACL], ids=["positive", "with negation"])
@given(random=st.randoms(use_true_random=False))
def test_the_sound_part_of_flawed_shapes_gives_what_pyshacl_finds_in_it(kind: Kind, random: Random) -> None:
    data = shacl_graphs.data(random, kind)
    flawed, sound = shacl_graphs.flawed_shapes(random, kind)
    ours = run_validation(loaded(data), loaded(flawed, "s"))
    found, expected = counted(ours.results), counted(reference_results(loaded(data), loaded(sound, "s")))
    assert ours.flaws, flawed
    if kind.negates:  # what negates a shape with a flaw is left out: nothing false is found
        assert found <= expected, f"{data}\n{flawed}"
    else:
        assert found == expected, f"{data}\n{flawed}"


@given(st.randoms(use_true_random=False))
def test_circles_of_shapes_give_what_they_give_written_out(random: Random) -> None:
    data = shacl_graphs.data(random, POSITIVE)
    circular, written_out = shacl_graphs.recursive_shapes(random, POSITIVE)
    ours, expected = (run_validation(loaded(data), loaded(shapes, "s")) for shapes in (circular, written_out))
    assert (ours.flaws, expected.flaws) == ((), ())
    assert counted(ours.results) == counted(expected.results), f"{data}\n{circular}"


@pytest.mark.slow
@given(st.randoms(use_true_random=False))
def test_the_engine_agrees_with_shifty(random: Random) -> None:
    data, shapes = shacl_graphs.data(random, FOR_SHIFTY), shacl_graphs.shapes(random, FOR_SHIFTY)
    ours = run_validation(loaded(data), loaded(shapes, "s"))
    assert unpathed(ours.results) == unpathed(shifty_results(data, shapes)), f"{data}\n{shapes}"


def shifty_results(data: str, shapes: str) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("data.ttl", "shapes.ttl")]
        for path, text in zip(paths, (data, shapes), strict=True):
            path.write_text(text, encoding="utf-8")
        before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
        logging.disable(logging.CRITICAL)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _, report, _ = shifty.validate(*map(str, paths), graph_mode="data", infer=False)
        finally:
            rdflib.NORMALIZE_LITERALS = before
            logging.disable(logging.NOTSET)
    return list(read_results(loaded(report.serialize(format="nt", encoding="utf-8"))))
