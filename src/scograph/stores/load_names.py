"""Names of loads: what they are made of, and whose a name is."""

from __future__ import annotations

from scograph.errors import UsageError


def is_name(text: str) -> bool:
    """Whether a load can be called that: letters, digits and dashes of ASCII, beginning with a letter or digit."""
    return text[:1].isalnum() and all(c.isascii() and (c.isalnum() or c in "-_.") for c in text)


def checked_name(name: str) -> str:
    """The name of a load.

    Args:
        name: The name.

    Returns:
        The same.

    Raises:
        UsageError: A load cannot be called that.
    """
    if not is_name(name):
        raise UsageError(f"{name!r} is not a valid name of a load", hint="use letters, digits and dashes in --name")
    return name


def refuse_other_project(name: str, theirs: str, ours: str) -> None:
    """Refuse a load whose name is that of another project's load.

    Args:
        name: The name.
        theirs: The base IRI of the project that was loaded under it; nothing if that is not known.
        ours: The base IRI of the project that is to be loaded; nothing for files.

    Raises:
        UsageError: They are two projects.
    """
    if theirs and ours and theirs != ours:
        raise UsageError(
            f"the load named {name!r} is that of the project <{theirs}>, and this one is <{ours}>",
            hint="give this load a name of its own with --name, or let it take the other's place with --replace",
        )
