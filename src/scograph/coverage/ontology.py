"""Coverage of the ontology: unused and undeclared terms, and questions without answers."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from scograph import terms
from scograph.checks.hygiene import own_terms, with_superterms
from scograph.checks.questions import QuestionAnswer, answer_questions
from scograph.checks.references import check_references
from scograph.checks.run import CheckRun
from scograph.coverage.section import Item, Section
from scograph.graph import Graph
from scograph.model import Place


def ontology_covered(graph: Graph) -> Section:
    """Measure the ontology: how many of its own terms the facts use, of themselves or by a term under them.

    Args:
        graph: The graph.

    Returns:
        The section, with an item for each term that nothing uses, each that is used and not declared, and each question
        that nothing answers.
    """
    declared = own_terms(graph)
    said = (*graph.default_graph(), *graph.ontology)
    used = {triple.predicate.value for triple in said}
    used |= {t.object.value for t in said if t.predicate == terms.TYPE and isinstance(t.object, NamedNode)}
    needed = with_superterms(graph, used)
    unused = sorted(declared - needed)
    undeclared = [finding for finding in check_references(CheckRun(graph)) if finding.code == "R01"]
    items = (
        *(Item("terms that nothing uses", f"nothing uses <{one}>", graph.places.find(f"<{one}>")) for one in unused),
        *(Item("terms that are not declared", one.message, one.place, one.hint) for one in undeclared),
        *_without_answers(graph),
    )
    used_of_own = len(declared) - len(unused)
    return Section("ontology", used_of_own, len(declared), f"{used_of_own} of {len(declared)} terms are used", items)


def _without_answers(graph: Graph) -> Iterator[Item]:
    run = CheckRun(graph)
    answers = answer_questions(run.questions, run.store, graph.prefixes) if run.questions else {}
    for question in run.questions:
        place = Place(graph.project.relative(question.path), 1, 1)
        answer = answers[question.path]
        if not isinstance(answer, QuestionAnswer):
            yield Item("questions that cannot be asked", answer.message, place, answer.hint)
        elif len(answer.rows()) <= 1:
            yield Item("questions that nothing answers", f"nothing answers: {question.text or question.name}", place)
