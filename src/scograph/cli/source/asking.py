"""Questions in the terminal, answered by a letter or its word."""

from __future__ import annotations

from collections.abc import Mapping

import click

from scograph.cli.frame import say

_WORDS = {"yes": "y", "no": "n", "quit": "q"}


def asked(meanings: Mapping[str, str], *, before: str = "") -> str:
    """Ask for one of some letters until it is one of them.

    Args:
        meanings: What each letter means; `q` is one of them.
        before: What stands before the letters, such as a question.

    Returns:
        The letter; `q` where the input is no text.

    Raises:
        click.Abort: The input ends, or the command is to end.
    """
    letters = "/".join(meanings)
    while True:
        try:
            answer = str(click.prompt(f"  {before}{letters}", prompt_suffix="? ", err=True)).strip().lower()
        except UnicodeDecodeError:  # what is no text
            return "q"
        answer = answer if answer in meanings else _WORDS.get(answer, answer)
        if answer in meanings:
            return answer
        say("; ".join(f"[{letter}] {meaning}" for letter, meaning in meanings.items()))
