"""Graphs of any size for the benchmarks: the same bytes for the same size, seed and share of faults.

    python -m bench.generate 1M --faults 0.01 -o data.ttl

writes organisations, their bodies, agreements, memberships, events and passages, a subject at a time, so that memory
does not grow with the size, and says on the error stream how many faults it made of each kind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO

from bench.domain import a_cluster, a_state, header
from bench.faults import FAULTS, Fault
from bench.writers import Iri, Literal, Pairs, Record, ntriples, turtle

FORMATS = {"ttl": turtle, "nt": ntriples}
_A_STATE_PER = 2000  # triples


@dataclass
class Summary:
    """What was made: triples, subjects, and the faults by kind, as far as the records have been drawn."""

    triples: int = 0
    subjects: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def results(self, *, sparql: bool) -> Counter[tuple[str, str]]:
        """The validation results to expect, as each fault was made to give them.

        Args:
            sparql: Whether shapes/sparql.ttl is meant, not shapes/core.ttl.

        Returns:
            Results by the local names of source shape and constraint component.
        """
        expected: Counter[tuple[str, str]] = Counter()
        for fault in FAULTS:
            for shape, component in (*fault.results, *(fault.sparql_results if sparql else ())):
                expected[shape, component] += self.faults[fault.kind]
        return +expected


def records(triples: int, *, seed: int = 1, faults: float = 0.0, summary: Summary | None = None) -> Iterator[Record]:
    """Draw the records of a graph, each subject once.

    Args:
        triples: How many triples at least; the last record may exceed it.
        seed: Which graph of that size.
        faults: The share of subjects that have one fault each, from 0 to 1; of a cluster of about ten subjects no
            more than one has.
        summary: Where to count what was made.

    Returns:
        The records; a subject is only referred to when it comes too, except by some faults.
    """
    made = Summary() if summary is None else summary
    rng = Random(seed)
    spoil = _Spoiler(rng, faults, made.faults)
    states = max(4, triples // _A_STATE_PER)
    for record in header():
        yield _counted(record, made)
    for number in range(states):
        spoil.fresh = True
        yield _counted(spoil("State", a_state(rng, number)), made)
    cluster = 0
    while made.triples < triples:
        spoil.fresh = True
        for kind, record in a_cluster(rng, cluster, states):
            if made.triples >= triples:
                break
            yield _counted(spoil(kind, record), made)
        cluster += 1


def _counted(record: Record, summary: Summary) -> Record:
    summary.subjects += 1
    summary.triples += len(record.pairs)
    return record


class _Spoiler:
    """Gives some records a fault: of each class its kinds in turn, so that every kind comes.

    At most one record of a cluster is spoilt, so that no fault hides another or adds to its results.
    """

    def __init__(self, rng: Random, share: float, made: Counter[str]) -> None:
        self.rng, self.share, self.made = rng, share, made
        self.fresh = True
        self.turns: Counter[str] = Counter()
        self.kinds: dict[str, list[Fault]] = {}
        for fault in FAULTS:
            for kind in fault.classes:
                self.kinds.setdefault(kind, []).append(fault)

    def __call__(self, kind: str, record: Record) -> Record:
        if self.share == 0 or not self.fresh or self.rng.random() >= self.share:
            return record
        self.fresh = False
        fault = self.kinds[kind][self.turns[kind] % len(self.kinds[kind])]
        self.turns[kind] += 1
        self.made[fault.kind] += 1
        return Record(record.subject, _changed(record, fault))


def _changed(record: Record, fault: Fault) -> Pairs:
    number = record.subject.local.rpartition("-")[2].partition(".")[0]
    dropped = {name for name, _ in fault.set} | set(fault.drop)
    pairs = [pair for pair in record.pairs if pair[0].local not in dropped]
    for name, value in (*fault.set, *fault.add):
        prefix = "rdfs" if name == "label" else "b"
        iri = isinstance(value, str)
        term = Iri("id", value.format(number=number, other=int(number) + 1)) if iri else Literal(*value)
        pairs.append((Iri(prefix, name), term))
    return pairs


def write(out: IO[str], triples: int, *, form: str = "ttl", seed: int = 1, faults: float = 0.0) -> Summary:
    """Write a graph.

    Args:
        out: Where to.
        triples: How many at least.
        form: `ttl` or `nt`.
        seed: Which graph of that size.
        faults: The share of subjects with a fault.

    Returns:
        What was made.
    """
    summary = Summary()
    out.writelines(FORMATS[form](records(triples, seed=seed, faults=faults, summary=summary)))
    return summary


def size(text: str) -> int:
    """Read a size: `5M` or `10k` or `1234`."""
    factors = {"k": 1000, "M": 1_000_000}
    return int(text[:-1]) * factors[text[-1]] if text[-1:] in factors else int(text)


def main() -> None:
    """Write a graph to a file or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("triples", type=size, help="10k, 1M, 5M ...")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.0, help="share of the subjects with a fault, 0.01 say")
    parser.add_argument("--format", choices=FORMATS, default="ttl")
    parser.add_argument("-o", "--output", type=Path, help="the file to write (standard output)")
    args = parser.parse_args()
    options = {"form": args.format, "seed": args.seed, "faults": args.faults}
    if args.output:
        with args.output.open("w", encoding="utf-8", newline="\n") as out:
            summary = write(out, args.triples, **options)
    else:
        summary = write(sys.stdout, args.triples, **options)
    said = {"triples": summary.triples, "subjects": summary.subjects, "faults": dict(sorted(summary.faults.items()))}
    print(json.dumps(said, indent=2), file=sys.stderr)


if __name__ == "__main__":
    main()
