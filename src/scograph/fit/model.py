"""Values of fit: names, things, statements, passages, and what was found of a statement in a passage."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing.

    Args:
        text: The name.
        language: Its BCP 47 tag, or nothing.
    """

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a statement is about, or what it gives as the value.

    Args:
        iri: Its IRI.
        names: Its names, in all languages.
        kinds: The IRIs of its classes and of what they are subclasses of.
        is_worded_freely: Whether each text has words of its own for it, so that no name of it is looked for.
    """

    iri: str
    names: tuple[Name, ...] = ()
    kinds: frozenset[str] = frozenset()
    is_worded_freely: bool = False


class ValueSort(StrEnum):
    """How a literal is looked for in a text."""

    NAME = "name"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Value:
    """A literal that a statement gives as the value.

    Args:
        text: Its lexical form.
        sort: How it is looked for.
        language: Its language tag, or nothing.
    """

    text: str
    sort: ValueSort
    language: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple with the names of what it connects.

    Args:
        subject: The subject.
        predicate: The IRI of the property.
        object: The object.
        record: What else is known of a subject that has no name of its own, such as a membership: the IRIs of
            properties with their values. Such a record is one statement, and all of it must be said.
        related: The things that a subject is connected with otherwise; a text may call it by its class beside them.
    """

    subject: Thing
    predicate: str
    object: Thing | Value
    record: tuple[tuple[str, Thing | Value], ...] = ()
    related: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a passage.

    Args:
        text: Its text.
        language: The BCP 47 tag of its language.
        read_with: The texts of the passages that it must be read with, such as the heading above it.
        about: The IRIs of the things that the passage, or its document, is about: they may be a subject without being
            named.
        introduces: The IRIs of the things that the passage, or one it is read with, gives a name or a class.
    """

    text: str
    language: str = ""
    read_with: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    introduces: frozenset[str] = frozenset()


class Part(StrEnum):
    """A part of a statement that a passage must say."""

    VALUE = "value"
    OBJECT = "object"
    SUBJECT = "subject"
    PREDICATE = "predicate"
    POLARITY = "polarity"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a statement in a passage.

    Args:
        missing: The parts that are not said, each with what is said instead or nothing.
        spans: Where the value or object stands: the code points before it, and before what follows it.
    """

    missing: tuple[tuple[Part, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = field(default=())

    @property
    def is_shown(self) -> bool:
        """Whether the passage says the statement.

        Example:
            >>> Verdict(((Part.VALUE, ""),)).is_shown
            False
        """
        return not self.missing

    @property
    def parts(self) -> frozenset[Part]:
        """The parts that are not said."""
        return frozenset(part for part, _ in self.missing)
