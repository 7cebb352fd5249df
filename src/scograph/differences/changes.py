"""Changes by entity: facts added and removed, with the passages that support them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from scograph import terms
from scograph.answers.reasons import Support
from scograph.claims import Claim
from scograph.differences.editions import DocumentChange, document_changes, document_of, is_description
from scograph.differences.matching import Difference
from scograph.differences.sides import Side
from scograph.messages import counted
from scograph.model import Node, Term

MAX_STEPS = 50
"""Maximum length of the path from a blank node to the entity that it belongs to."""
UNNAMED = "(unnamed)"
"""What stands for a blank node in words."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that was added, was removed, or has other sources.

    Args:
        quad: The statement.
        words: What it says, by labels.
        value: The end of these words that says its object.
        graph: The label of the graph that says it, if that is neither the default graph nor a passage.
        sources: The passages that support it, on the side where it stands.
        gained: Of a fact that stayed: the passages that support it now, and did not.
        lost: Of a fact that stayed: the passages that supported it, and do not any more.
    """

    quad: Quad
    words: str
    value: str = ""
    graph: str = ""
    sources: tuple[Support, ...] = ()
    gained: tuple[Support, ...] = ()
    lost: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedEntity:
    """What changed about one thing.

    Args:
        node: The thing.
        label: Its label, or nothing.
        curie: Its CURIE, or its IRI.
        added: The facts that were added.
        removed: The facts that were removed.
        resourced: The facts that stayed, and have other sources.
    """

    node: Node
    label: str
    curie: str
    added: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    resourced: tuple[Fact, ...]

    @property
    def replaced(self) -> tuple[tuple[Fact, Fact], ...]:
        """The facts that have another value, old and new: of one property and language, one removed and one added."""
        removed, added = (_by_property(facts) for facts in (self.removed, self.added))
        return tuple(
            (old[0], added[key][0]) for key, old in removed.items() if len(old) == 1 and len(added.get(key, ())) == 1
        )


def _by_property(facts: Iterable[Fact]) -> dict[tuple[str, str, str], list[Fact]]:
    found: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        language = getattr(fact.quad.object, "language", None) or ""
        found[fact.words.removesuffix(fact.value), str(fact.quad.graph_name), language].append(fact)
    return found


@dataclass(frozen=True)
class Changes:
    """A difference by entity.

    Args:
        before: The name of the first side.
        after: The name of the second side.
        difference: The difference.
        entities: The things that it is about, by name.
        documents: What changed in the descriptions of documents, apart from facts.
    """

    before: str
    after: str
    difference: Difference
    entities: tuple[ChangedEntity, ...]
    documents: tuple[DocumentChange, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many facts came, went and have other sources, and about how many things."""
        return {
            "added": sum(len(entity.added) for entity in self.entities),
            "removed": sum(len(entity.removed) for entity in self.entities),
            "resourced": sum(len(entity.resourced) for entity in self.entities),
            "entities": len(self.entities),
        }

    @property
    def summary(self) -> str:
        """The counts in a sentence."""
        counts = self.counts
        if not self.difference:
            return "no difference"
        if self.documents and not self.entities:
            return f"no fact changed; {counted(len(self.documents), 'document')} described otherwise"
        resourced = f", {counted(counts['resourced'], 'fact')} with other sources" if counts["resourced"] else ""
        return (
            f"{counted(counts['added'], 'fact')} added, {counts['removed']:,} removed{resourced},"
            f" about {counted(counts['entities'], 'thing')}"
        )


def changes(before: Side, after: Side, difference: Difference) -> Changes:
    """Group a difference by entity.

    Claims, and the graphs of passages, are not facts: they are the sources of the facts that they support.

    Args:
        before: The first side.
        after: The second side.
        difference: Their difference.

    Returns:
        The changes, by the names of the things.
    """
    owners = _Owners(difference.around)
    added = _facts(difference.added, after, owners)
    removed = _facts(difference.removed, before, owners)
    changed_triples = {fact.quad.triple for some in (added, removed) for facts in some.values() for fact in facts}
    carried: Counter[Node] = Counter()
    resourced = _resourced(before, after, difference, changed_triples, carried)
    nodes = {*added, *removed, *resourced}
    entities = []
    for node in nodes:
        side = after if node in after.graph.by_subject else before
        entities.append(
            ChangedEntity(
                node,
                side.labels.own_label(node) or (UNNAMED if isinstance(node, BlankNode) else ""),
                side.labels.curie(node),
                tuple(sorted(added.get(node, ()), key=_order)),
                tuple(sorted(removed.get(node, ()), key=_order)),
                tuple(sorted(resourced.get(node, ()), key=_order)),
            )
        )
    entities.sort(key=lambda entity: ((entity.label or entity.curie).casefold(), str(entity.node)))
    documents = document_changes(before, after, difference, carried)
    return Changes(before.name, after.name, difference, tuple(entities), documents)


def _order(fact: Fact) -> tuple[bool, str, str]:
    return fact.quad.predicate != terms.TYPE, fact.words, str(fact.quad)


class _Owners:
    """Finds the entity that a blank node belongs to, by the statements that point at it."""

    def __init__(self, around: Iterable[Quad]) -> None:
        self._incoming: dict[BlankNode, list[Quad]] = defaultdict(list)
        for quad in around:
            if isinstance(quad.object, BlankNode):
                self._incoming[quad.object].append(quad)

    def path(self, node: Node) -> tuple[Node, list[NamedNode]]:
        """The thing, and the properties that lead from it to a node."""
        steps: list[NamedNode] = []
        while isinstance(node, BlankNode) and len(steps) < MAX_STEPS:
            pointing = sorted(self._incoming.get(node, ()), key=lambda q: (isinstance(q.subject, BlankNode), str(q)))
            if not pointing or isinstance(pointing[0].subject, Triple):
                break
            steps.insert(0, pointing[0].predicate)
            node = pointing[0].subject
        return node, steps


def _facts(quads: Iterable[Quad], side: Side, owners: _Owners) -> dict[Node, list[Fact]]:
    facts: dict[Node, list[Fact]] = defaultdict(list)
    supports = _by_triple(side.claims.values())
    for quad in quads:
        subject = quad.subject
        if subject in side.claims or quad.graph_name in side.passages or isinstance(subject, Triple):
            continue
        if is_description(quad, side):
            continue
        owner, steps = owners.path(subject)
        way = "".join(f"{side.labels.label(step)} › " for step in steps)
        named_graph = "" if isinstance(quad.graph_name, DefaultGraph) else side.labels.label(quad.graph_name)
        sources = tuple(side.reasons.support(claim) for claim in supports.get(quad.triple, ()))
        value = _value(quad.object, side)
        facts[owner].append(Fact(quad, way + words(quad, side), value, named_graph, sources))
    return facts


def words(quad: Quad, side: Side) -> str:
    """What a statement says of its subject, by labels."""
    return f"{side.labels.label(quad.predicate)}: {_value(quad.object, side)}"


def _value(term: Term, side: Side) -> str:
    if isinstance(term, BlankNode):
        return UNNAMED
    if not isinstance(term, NamedNode):
        return side.labels.label(term)
    own = side.labels.own_label(term)
    return f"{own} ({side.labels.curie(term)})" if own else side.labels.curie(term)


def _by_triple(claims: Iterable[Claim]) -> dict[Triple, list[Claim]]:
    by_triple: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.passage.value, claim.basis.value)):
        by_triple[claim.triple].append(claim)
    return by_triple


def _resourced(
    before: Side,
    after: Side,
    difference: Difference,
    changed_triples: AbstractSet[Triple],
    carried: Counter[Node],
) -> dict[Node, list[Fact]]:
    """The statements that stayed, and whose claims were added or removed.

    A claim whose passage became another one, with the same basis, is no change to a reader: it is counted for its
    document in `carried`.
    """
    gained = _by_triple(_claims(difference.added, after))
    lost = _by_triple(_claims(difference.removed, before))
    facts: dict[Node, list[Fact]] = defaultdict(list)
    for triple in sorted({*gained, *lost} - changed_triples, key=str):
        _leave_out_carried(gained.get(triple, []), lost.get(triple, []), after, carried)
        if not gained.get(triple) and not lost.get(triple):
            continue
        side = after if triple in gained else before
        quad = Quad(triple.subject, triple.predicate, triple.object)
        if isinstance(triple.subject, NamedNode):
            facts[triple.subject].append(
                Fact(
                    quad,
                    words(quad, side),
                    gained=tuple(after.reasons.support(claim) for claim in gained.get(triple, ())),
                    lost=tuple(before.reasons.support(claim) for claim in lost.get(triple, ())),
                )
            )
    return facts


def _leave_out_carried(gained: list[Claim], lost: list[Claim], after: Side, carried: Counter[Node]) -> None:
    """Take out the pairs of claims of which the passage of one revises that of the other."""
    for old in tuple(lost):
        new = next(
            (one for one in gained if one.basis == old.basis and _revises(one.passage, old.passage, after)), None
        )
        if new:
            lost.remove(old)
            gained.remove(new)
            carried[document_of(new.passage, after)] += 1


def _revises(new: NamedNode, old: NamedNode, side: Side) -> bool:
    return Triple(new, terms.IS_REVISION_OF, old) in side.graph.by_subject.get(new, ())


def _claims(quads: Iterable[Quad], side: Side) -> Iterator[Claim]:
    """The claims that statements make up."""
    whole = {quad.subject for quad in quads if quad.predicate == terms.TYPE and quad.object == terms.CLAIM}
    return (claim for iri, claim in side.claims.items() if iri in whole)
