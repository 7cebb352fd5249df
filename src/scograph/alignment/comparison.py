"""How much of a text another one has: whether two texts are editions of one document at all."""

from __future__ import annotations

from scograph.alignment.tokens import compounds_of, tokens_of

RUN = 3
"""Words of a run that is looked for."""


def overlap(old: str, new: str) -> float:
    """The part of an older text's runs of three words that a newer text has, wherever they stand.

    Args:
        old: The older text.
        new: The newer text.

    Returns:
        A number from 0 to 1; 1 for an older text without words. Typography makes no difference.

    Example:
        >>> overlap("The seat is in Oslo.", "Since 1998 the seat is in Bergen.")
        0.3333333333333333
    """
    ours, theirs = _runs(old, new), _runs(new, old)
    return len(ours & theirs) / len(ours) if ours else 1.0


def differs_in_typography_alone(old: str, new: str) -> bool:
    """Whether two texts have the same words and marks in the same order, typography aside.

    Args:
        old: One text.
        new: The other.

    Returns:
        Whether they have; white space, quotes, dashes, hyphens at ends of lines and Unicode form make no difference.

    Example:
        >>> differs_in_typography_alone("the “seat”", 'the "seat"'), differs_in_typography_alone("a seat", "a Seat")
        (True, False)
    """
    compounds = compounds_of(old, new)
    return tokens_of(old, compounds).keys == tokens_of(new, compounds).keys


def _runs(text: str, other: str) -> set[tuple[str, ...]]:
    words = [key for key in tokens_of(text, compounds_of(text, other)).keys if key[0].isalnum()]
    size = min(RUN, len(words))
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)} if words else set()
