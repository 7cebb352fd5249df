"""Terms that are declared and not used, used and not declared; questions that nothing answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pyoxigraph import NamedNode

from scograph import terms
from scograph.bounded import TaskLimits, Unfinished, run_tasks
from scograph.checks.hygiene import own_terms, with_what_stands_above
from scograph.checks.questions import read_questions
from scograph.checks.references import check_references
from scograph.coverage.section import Item, Section
from scograph.errors import UsageError
from scograph.graph import Graph
from scograph.messages import near_names
from scograph.model import Place
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.results import csv_rows

_LEAST_LIKE = 0.75


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
    needed = with_what_stands_above(graph, used)
    unused = sorted(declared - needed)
    undeclared = [finding for finding in check_references(graph) if finding.code == "R01"]
    items = (
        *(Item("terms that nothing uses", f"nothing uses <{one}>", graph.places.find(f"<{one}>")) for one in unused),
        *(Item("terms that are not declared", one.message, one.place, one.hint) for one in undeclared),
        *_without_answers(graph),
    )
    used_of_own = len(declared) - len(unused)
    return Section("ontology", used_of_own, len(declared), f"{used_of_own} of {len(declared)} terms are used", items)


def nearest(iri: str, known: set[str]) -> str:
    """The known term of the same namespace whose name is most like that of another, or nothing."""
    namespace, local = terms.split_iri(iri)
    names = {one.removeprefix(namespace): one for one in known if one.startswith(namespace)}
    near = near_names(local, sorted(names), cutoff=_LEAST_LIKE)
    return names[near[0]] if near else ""


def _without_answers(graph: Graph) -> Iterator[Item]:
    questions = read_questions(graph.project)
    if not questions:
        return
    store = EmbeddedStore(graph.quads())
    tasks = [partial(_rows, store, question.query, dict(graph.prefixes)) for question in questions]
    for index, found in run_tasks(tasks, TaskLimits(len(store))):
        question = questions[index]
        place = Place(graph.project.relative(question.path), 1, 1)
        if isinstance(found, UsageError | Unfinished):
            yield Item("questions that cannot be asked", found.message, place, found.hint)
        elif found <= 1:
            yield Item("questions that nothing answers", f"nothing answers: {question.text or question.name}", place)


def _rows(store: EmbeddedStore, query: str, prefixes: dict[str, str]) -> int | UsageError:
    """How many rows answer a query, the header among them, or why there are none."""
    try:
        return len(csv_rows(store.query(query, prefixes)))
    except UsageError as error:
        return error
