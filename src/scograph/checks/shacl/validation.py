"""Validation from end to end: which engine, its results, what it says of the shapes (SHACL, clause 3.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scograph.checks.shacl import suspicions
from scograph.checks.shacl.engine import Evaluation
from scograph.checks.shacl.index import Index, without_collection
from scograph.checks.shacl.model import Flaw, NotImplementedFeature, Result
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.reference import Options, reference_results
from scograph.checks.shacl.report import Line, report_lines
from scograph.checks.shacl.shapes import compile_shapes

ENGINES = ("scograph", "pyshacl", "both")


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found.

    Args:
        results: The results.
        notes: What was done otherwise than asked for, and why.
        differences: With both engines: which results only one of them has.
        suspicions: What is most likely meant otherwise in the shapes.
        shapes: The number of shapes that have targets; None if the reference engine alone ran.
    """

    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    suspicions: tuple[Flaw, ...] = ()
    shapes: int | None = None

    def conforms(self, allowed: Sequence[str] = ()) -> bool:
        """Whether there is no result (SHACL, clause 3.6.1), but for those of severities that are allowed."""
        passed = {sh(severity) for severity in allowed}
        return all(result.severity in passed for result in self.results)

    def report(self, allowed: Sequence[str] = ()) -> Iterator[Line]:
        """The validation report, as triples of terms."""
        return report_lines(self.results, conforms=self.conforms(allowed))


def run_validation(  # noqa: PLR0913 -- each is an option of its own
    data: Index,
    shapes: Index,
    *,
    engine: str = "scograph",
    inference: str = "none",
    focus: tuple[str, ...] | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> Validation:
    """Validate data against shapes.

    Args:
        data: The data, with the ontology whose subclasses count.
        shapes: The shapes.
        engine: `scograph`, `pyshacl`, or `both`, which tells how the two differ.
        inference: What is inferred first: `none`, or `rdfs` or `owlrl`, which the reference engine does.
        focus: Only these focus nodes, as IRIs; None for all.
        prefixes: Prefixes to show terms with.

    Returns:
        The results in a stable order, and what is to be said of the run.

    Raises:
        ShapeError: The shapes are ill-formed or cannot be evaluated.
    """
    with without_collection():
        return _validated(data, shapes, engine, Options(inference, focus=focus), prefixes)


def _validated(
    data: Index, shapes: Index, engine: str, options: Options, prefixes: Mapping[str, str] | None
) -> Validation:
    inference, focus = options.inference, options.focus
    if engine == "pyshacl" or inference != "none":
        notes = () if engine == "pyshacl" else (f"inference {inference}: pySHACL infers and validates",)
        return Validation(_sorted(reference_results(data, shapes, options)), notes)
    try:
        compiled = compile_shapes(shapes, prefixes)
    except NotImplementedFeature as feature:
        results = reference_results(data, shapes, Options(inference, advanced=True, focus=focus))
        return Validation(_sorted(results), (f"the shapes use {feature}: pySHACL validates in place of our engine",))
    evaluation = Evaluation(data, compiled)
    nodes = None if focus is None else {f"<{iri}>" for iri in focus}
    results = list(evaluation.all_results(nodes))
    found = [
        *suspicions.unknown_terms(shapes),
        *suspicions.idle_targets(evaluation, compiled),
        *suspicions.idle_paths(evaluation, compiled, only_like_others=True),
    ]
    differences: tuple[str, ...] = ()
    if engine == "both":
        differences = tuple(_differences(results, reference_results(data, shapes, options)))
    return Validation(_sorted(results), (), differences, tuple(dict.fromkeys(found)), len(compiled.targeted))


def _sorted(results: Sequence[Result]) -> tuple[Result, ...]:
    return tuple(sorted(results, key=lambda result: (result.key, result.messages)))


def _differences(ours: Sequence[Result], theirs: Sequence[Result]) -> Iterator[str]:
    mine, others = Counter(result.key for result in ours), Counter(result.key for result in theirs)
    for name, one, other in (("scograph", mine, others), ("pyshacl", others, mine)):
        for key, times in sorted((one - other).items()):
            shown = "  ".join(part for part in key if part)
            yield f"only {name}: {shown}" + (f" ({times} times)" if times > 1 else "")
