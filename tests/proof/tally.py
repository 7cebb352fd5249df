"""What an attack tried and what gave way, counted, and the one table at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from proof.runs import CODES, Ended

SHOWN = 8
"""So many faults of a part are written out."""


@dataclass(slots=True)
class Tally:
    """The counts of a part.

    Args:
        name: The part.
    """

    name: str
    tried: int = 0
    losses: int = 0
    untrue: int = 0
    crashes: int = 0
    tracebacks: int = 0
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def faults(self) -> int:
        """All that gave way."""
        return self.losses + self.untrue + self.crashes + self.tracebacks

    def lost(self, what: str) -> None:
        """Count something that was lost, torn, or read or written where it must not be."""
        self.losses += 1
        self.say(f"LOST {what}")

    def lied(self, what: str) -> None:
        """Count a success that is none, or words that are not true."""
        self.untrue += 1
        self.say(f"UNTRUE {what}")

    def say(self, what: str) -> None:
        """Note a fault."""
        if len(self.said) < 1000:
            self.said.append(f"{self.name}: {what}")

    def ended(self, ended: Ended, what: str, *, sent: int = 0) -> None:
        """Count a run that ended by a signal that nobody sent, in a hang, a traceback, or an undocumented code.

        Args:
            ended: How it ended.
            what: What it was.
            sent: The signal that it got.
        """
        self.tried += 1
        if ended.crashed and not (sent and ended.code == -sent):
            self.crashes += 1
            self.say(f"{'HUNG' if ended.code is None else 'SIGNAL'} {what}: {ended}")
        elif ended.has_traceback:
            self.tracebacks += 1
            self.say(f"TRACEBACK {what}: {ended}")
        elif not ended.crashed and ended.code not in CODES:
            self.untrue += 1
            self.say(f"UNDOCUMENTED CODE {what}: {ended}")


def table(tallies: Iterable[Tally]) -> str:
    """One table of all parts."""
    rows = [f"{'part':24} {'tried':>7} {'losses':>7} {'false successes':>16} {'signals':>8} {'tracebacks':>11}"]
    rows += [
        f"{one.name:24} {one.tried:>7,} {one.losses:>7} {one.untrue:>16} {one.crashes:>8} {one.tracebacks:>11}"
        for one in tallies
    ]
    return "\n".join(rows)


def show(tally: Tally) -> None:
    """Say what a part tried, and what gave way."""
    taken = time.monotonic() - tally.began
    lines = [f"{tally.name}: {tally.tried:,} tried in {taken:.0f} s, {tally.faults} gave way", *tally.notes]
    lines += tally.said[:SHOWN] + ([f"and {len(tally.said) - SHOWN} more"] if len(tally.said) > SHOWN else [])
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
