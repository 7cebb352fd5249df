"""Parameters of a question: variables whose one value a query binds by VALUES (SPARQL 1.1, clause 10.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.datatypes import is_well_typed
from scograph.errors import UsageError
from scograph.messages import did_you_mean
from scograph.turtle.tokens import Token, tokens

_DECLARED = re.compile(r"#\s*\?(?P<name>\w+):\s*(?P<text>.*)")
_STRING = re.compile(r"""^(?P<quote>"|')(?P<text>(?:(?!(?P=quote))[^\\])*)(?P=quote)(?P<suffix>.*)$""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question.

    Args:
        name: The name of its variable.
        text: What it is, in words.
        value: The value that it has in the file, in SPARQL.
        start: The characters of the query before that value.
    """

    name: str
    text: str
    value: str
    start: int

    @property
    def is_iri(self) -> bool:
        """Whether its value is a thing, not a literal."""
        return self.value.startswith("<") or (not self.value.startswith(('"', "'")) and ":" in self.value)


def parameters_of(query: str) -> tuple[Parameter, ...]:
    r"""The parameters of a query: those that a comment before it declares and a VALUES of one value binds.

    Args:
        query: The query, with its comments.

    Returns:
        The parameters, in the order of the query.

    Example:
        >>> text = "# Who?\n# ?org: the organisation\nSELECT ?m { VALUES ?org { ex:a } ?m ex:in ?org }"
        >>> [(one.name, one.text, one.value) for one in parameters_of(text)]
        [('org', 'the organisation', 'ex:a')]
    """
    declared: dict[str, str] = {}
    for line in query.splitlines():
        if not line.startswith("#"):
            break
        if match := _DECLARED.match(line):
            declared[match["name"]] = match["text"]
    if not declared:
        return ()
    found: dict[str, Parameter] = {}
    read = list(tokens(query))
    for at, token in enumerate(read):
        if token.kind == "word" and token.text.upper() == "VALUES":
            bound = _bound(query, read[at + 1 :])
            if bound and bound[0] in declared and bound[0] not in found:
                name, value, start = bound
                found[name] = Parameter(name, declared[name], value, start)
    return tuple(found.values())


def _bound(query: str, after: list[Token]) -> tuple[str, str, int] | None:
    """The name, value and place of a variable that VALUES binds to one value."""
    if len(after) < 4 or after[0].kind != "variable" or after[1].text != "{":  # noqa: PLR2004 -- ?name { value }
        return None
    end = next((at for at, token in enumerate(after) if token.text == "}"), 0)
    inside = after[2:end]
    kinds = [token.kind for token in inside]
    is_one = len(inside) == 1 or kinds == ["string", "language"]
    is_typed = len(inside) == 3 and inside[1].text == "^^" and kinds[0] == "string"  # noqa: PLR2004 -- "…" ^^ type
    if not (is_one or is_typed):
        return None
    start = inside[0].start
    return after[0].text[1:], query[start : inside[-1].start + len(inside[-1].text)], start


def with_values(query: str, values: Mapping[str, str], find: Callable[[str], NamedNode]) -> str:
    """A query with other values of its parameters.

    Args:
        query: The query.
        values: The values as a person writes them, by the names of parameters.
        find: The thing that a person means by a name.

    Returns:
        The query; parameters that have no value among these keep that of the file.

    Raises:
        UsageError: The query has no such parameter, or a value is none of its datatype.
    """
    known = {one.name: one for one in parameters_of(query)}
    for name in values:
        if name not in known:
            listed = ", ".join(f"{one.name} ({one.text})" for one in known.values())
            hint = did_you_mean(name, tuple(known), f"it has {listed}" if listed else "it takes none")
            raise UsageError(f"the query has no parameter {name!r}", hint=hint)
    for parameter in sorted(known.values(), key=lambda one: one.start, reverse=True):
        if parameter.name in values:
            end = parameter.start + len(parameter.value)
            query = query[: parameter.start] + _term(parameter, values[parameter.name], find) + query[end:]
    return query


def _term(parameter: Parameter, text: str, find: Callable[[str], NamedNode]) -> str:
    """A value in SPARQL: a thing, or a literal with the datatype or language of the value in the file."""
    if parameter.is_iri:
        return str(find(text))
    match = _STRING.match(parameter.value)
    suffix = match["suffix"] if match else f"^^<{_datatype_of(parameter.value)}>"
    datatype = suffix.removeprefix("^^").removeprefix("<").removesuffix(">").replace("xsd:", terms.XSD)
    if suffix.startswith("^^") and not is_well_typed(text, datatype):
        short = datatype.replace(terms.XSD, "xsd:")
        raise UsageError(f"{parameter.name}: {text!r} is no {short}", hint=f"in the file it is {parameter.value}")
    return f"{Literal(text)}{suffix}"


def _datatype_of(value: str) -> str:
    """The datatype of a number or truth value that is written without quotes (SPARQL 1.1, clause 4.1.2)."""
    if value.lower() in {"true", "false"}:
        return terms.XSD + "boolean"
    if "e" in value.lower():
        return terms.XSD + "double"
    return terms.XSD + ("decimal" if "." in value else "integer")
