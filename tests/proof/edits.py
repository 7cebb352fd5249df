"""Edits that a session follows: after each the report is held against that of a check of everything."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from unittest import mock

import edit_cases
from proof.tally import Tally

OF_FILES = 10
"""Of so many sequences one edits the files of a project, and the others data that are held against shapes."""


def edits(place: Path, chooser: Random, sequences: int) -> Tally:
    """Make random sequences of edits.

    Args:
        place: A folder.
        chooser: What chooses.
        sequences: So many.

    Returns:
        How many edits were made; a report that differs is untrue.
    """
    tally = Tally("edits that a session follows")
    with mock.patch("scograph.bounded.can_fork", return_value=False):  # what is asked ends
        for number in range(sequences):
            seed = chooser.getrandbits(32)
            try:
                tally.tried += _sequence(place / "project", Random(seed), of_files=number % OF_FILES == 0)  # noqa: S311
            except AssertionError as error:
                tally.lied(f"seed {seed}: {str(error)[:2000]}")
            except Exception as error:  # noqa: BLE001 -- that is what is looked for
                tally.tracebacks += 1
                tally.say(f"seed {seed}: {error!r}")
    return tally


def _sequence(folder: Path, random: Random, *, of_files: bool) -> int:
    if not of_files:
        return edit_cases.sequence(random)[0]
    folder.mkdir()
    try:
        return edit_cases.project_sequence(folder, random)
    finally:
        shutil.rmtree(folder)
