"""SHACL Core's constraint components, each one small function (SHACL, clause 4); `COMPONENTS` lists them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import repeat
from typing import Any

from scograph.checks.shacl.lists_and_paths import PathError, list_members, read_path
from scograph.checks.shacl.model import (
    Check,
    Component,
    Constraint,
    Fault,
    Flaw,
    Parameters,
    Prepare,
    Run,
    Shape,
    ShapeError,
    Values,
)
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import follow
from scograph.checks.shacl.regex import RegexError, compiled
from scograph.checks.shacl.values import compare, count_not_in_order
from scograph.checks.shacl.vocabulary import NODE_KINDS
from scograph.datatypes import is_well_typed
from scograph.ntriples import LANG_STRING, STRING, datatype, iri, is_blank, is_iri, is_literal, language, lexical
from scograph.terms import XSD

INTEGER = XSD + "integer"
BOOLEAN = XSD + "boolean"

Wrong = Callable[[Run, Any, Collection[str]], Collection[str]]


# How constraints are made of parameters.


def each(read: Callable[[Parameters, str, str], Any] = lambda _, __, value: value) -> Prepare:
    """A constraint for each value of the one parameter."""

    def prepare(parameters: Parameters) -> Iterator[Constraint]:
        name = parameters.component.parameters[0]
        component = parameters.component
        return of_each(
            parameters.values(name),
            lambda value: Constraint(component, read(parameters, name, value), terms=(value,), parameter=value),
        )

    return prepare


def of_each(values: Iterable[str], read: Callable[[str], Constraint | None]) -> Iterator[Constraint]:
    """A constraint for each value that is sound, and at the end the flaws of the others.

    Args:
        values: The values.
        read: A value to its constraint, or to None if it asks for nothing.

    Returns:
        The constraints.

    Raises:
        ShapeError: At the end, if a value is ill-formed.
    """
    flaws: list[Flaw] = []
    for value in values:
        try:
            constraint = read(value)
        except ShapeError as error:
            flaws += error.flaws
        else:
            if constraint is not None:
                yield constraint
    if flaws:
        raise ShapeError(*flaws)


def single(read: Callable[[Parameters, str, str], Any] = lambda _, __, value: value) -> Prepare:
    """A constraint for the one value that the parameter may have."""

    def prepare(parameters: Parameters) -> Iterator[Constraint]:
        name = parameters.component.parameters[0]
        value = parameters.one(name)
        if value is not None:
            yield Constraint(parameters.component, read(parameters, name, value), terms=(value,), parameter=value)

    return prepare


def an_iri(parameters: Parameters, name: str, value: str) -> str:
    """The IRI that a parameter must be."""
    if not is_iri(value):
        raise parameters.fail(name, f"{parameters.show(value)} is no IRI")
    return value


_LINE_BREAK = re.compile("[\f\r\n\v]")
MAX_DIGITS = 100
"""Characters of an integer parameter of a constraint."""


def a_literal(parameters: Parameters, name: str, value: str) -> str:
    """The literal that a parameter must be."""
    if not is_literal(value):
        raise parameters.fail(name, f"{parameters.show(value)} is no literal")
    return value


def an_integer(parameters: Parameters, name: str, value: str) -> int:
    """The integer that a parameter must be."""
    if not is_literal(value) or datatype(value) != INTEGER or not is_well_typed(lexical(value), INTEGER):
        raise parameters.fail(name, f"{parameters.show(value)} is no xsd:integer")
    if len(lexical(value)) > MAX_DIGITS:
        raise parameters.fail(name, f"it has more than {MAX_DIGITS} digits, and no count needs so many")
    return int(lexical(value))


def a_boolean(parameters: Parameters, name: str, value: str) -> bool:
    """The boolean that a parameter must be."""
    if not is_literal(value) or datatype(value) != BOOLEAN or not is_well_typed(lexical(value), BOOLEAN):
        raise parameters.fail(name, f"{parameters.show(value)} is no xsd:boolean")
    return lexical(value) in ("true", "1")


def is_true(parameters: Parameters, name: str, value: str) -> bool:
    """Whether a boolean is the literal `true` itself, as clauses 4.4.5 and 4.8.1 have it: `1` does not do."""
    return a_boolean(parameters, name, value) and lexical(value) == "true"


def a_text(parameters: Parameters, name: str, value: str) -> str:
    """The text that a parameter must be."""
    if not is_literal(value) or datatype(value) != STRING:
        raise parameters.fail(name, f"{parameters.show(value)} is no xsd:string")
    return lexical(value)


def _in_property_shapes(prepare: Prepare) -> Prepare:
    """Parameters that only property shapes have."""

    def checked(parameters: Parameters) -> Iterable[Constraint]:
        name = parameters.component.parameters[0]
        if parameters.values(name) and not parameters.is_property_shape:
            raise parameters.fail(name, f"sh:{name} stands in a node shape, and is for property shapes")
        return prepare(parameters)

    return checked


def _shapes(prepare_all: Callable[[Parameters, str, str], tuple[str, ...]], *, negates: bool = False) -> Prepare:
    """A constraint for each value, that refers to other shapes."""

    def prepare(parameters: Parameters) -> Iterator[Constraint]:
        name = parameters.component.parameters[0]

        def read(value: str) -> Constraint:
            shapes = prepare_all(parameters, name, value)
            return Constraint(parameters.component, shapes, shapes, parameter=value, negates=negates)

        return of_each(parameters.values(name), read)

    return prepare


def _the_shape(parameters: Parameters, name: str, value: str) -> tuple[str, ...]:
    if is_literal(value):
        raise parameters.fail(name, f"{parameters.show(value)} is no shape")
    return (value,)


def _the_shapes(parameters: Parameters, name: str, value: str) -> tuple[str, ...]:
    members = parameters.members(value, name)
    for member in members:
        _the_shape(parameters, name, member)
    return members


def or_list(prepare_one: Callable[[Parameters, str, str], Any], *, is_single: bool = False) -> Prepare:
    """A constraint for each value of the one parameter: an IRI, or as of SHACL 1.2 Core (a draft, 7.1) a list of them.

    Args:
        prepare_one: An IRI to the argument; one of a list is a tuple of them.
        is_single: Whether the parameter has one value at most.
    """

    def prepare(parameters: Parameters) -> Iterator[Constraint]:
        name, component = parameters.component.parameters[0], parameters.component

        def read(value: str) -> Constraint:
            if not is_blank(value):
                return Constraint(component, prepare_one(parameters, name, value), terms=(value,), parameter=value)
            members = parameters.members(value, name)
            argument = tuple(prepare_one(parameters, name, member) for member in members)
            return Constraint(component, argument, terms=members, parameter=value)

        one = parameters.one(name) if is_single else None
        return of_each(parameters.values(name) if not is_single else (one,) if one is not None else (), read)

    return prepare


# How constraints are checked.


def on_values(wrong: Wrong) -> Check:
    """A check of each distinct value by itself: it names those that are wrong."""

    def check(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        bad = wrong(run, constraint.argument, values.distinct)
        if not bad:
            return
        if values.is_per_focus:
            for value in values.focus:
                if value in bad:
                    yield Fault(value, value)
            return
        found = values.found
        for focus in values.focus:
            for value in found.get(focus, ()):
                if value in bad:
                    yield Fault(focus, value)

    return check


def one_by_one(is_right: Callable[[Any, str], bool]) -> Check:
    """A check of each distinct value by itself."""

    def wrong(_run: Run, argument: Any, values: Collection[str]) -> set[str]:
        return {value for value in values if not is_right(argument, value)}

    return on_values(wrong)


def any_of(wrong: Wrong) -> Wrong:
    """A check against one IRI as a check against one or several: what is wrong for each of them is wrong."""

    def check(run: Run, wanted: Any, values: Collection[str]) -> Collection[str]:
        left = values
        for one in (wanted,) if isinstance(wanted, str) else wanted:
            left = wrong(run, one, left)
        return left

    return check


# Value type (clause 4.1).


def class_(run: Run, wanted: str, values: Collection[str]) -> Collection[str]:
    """Values that are no SHACL instance of a class (clause 4.1.1)."""
    instances = run.index.instances(wanted)
    return {value for value in values if value not in instances}


def datatype_(_run: Run, wanted: str, values: Collection[str]) -> Collection[str]:
    """Values that are no well-typed literal of a datatype (clause 4.1.2)."""
    wanted_iri = iri(wanted)
    if wanted_iri == STRING:
        return {value for value in values if value[0] != '"' or value[-1] != '"'}
    if wanted_iri == LANG_STRING:
        return {value for value in values if value[0] != '"' or value[-1] in '">'}
    end = f'"^^{wanted}'
    cut = -len(end)
    return {
        value
        for value in values
        if value[0] != '"' or not value.endswith(end) or not is_well_typed(_inside(value, cut), wanted_iri)
    }


def _inside(value: str, cut: int) -> str:
    return lexical(value) if "\\" in value else value[1:cut]


def node_kind(_run: Run, wanted: str, values: Collection[str]) -> Collection[str]:
    """Values that are not of a kind (clause 4.1.3)."""
    kinds = wanted.split("Or")
    return {
        value
        for value in values
        if ("Literal" if is_literal(value) else "IRI" if is_iri(value) else "BlankNode") not in kinds
    }


def _node_kind(parameters: Parameters, name: str, value: str) -> str:
    kinds = {sh(kind): kind for kind in NODE_KINDS}
    if value not in kinds:
        raise parameters.fail(name, f"{parameters.show(value)} is no node kind: sh:{', sh:'.join(NODE_KINDS)}")
    return kinds[value]


# Cardinality (clause 4.2).


def min_count(_run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Focus nodes with too few values (clause 4.2.1)."""
    least: int = constraint.argument
    found = values.found
    return (Fault(focus) for focus in values.focus if len(found.get(focus, ())) < least)


def max_count(_run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Focus nodes with too many values (clause 4.2.2)."""
    most: int = constraint.argument
    found = values.found
    return (Fault(focus) for focus in values.focus if len(found.get(focus, ())) > most)


# Value range (clause 4.3): what has no order to the bound is wrong.


def min_exclusive(bound: str, value: str) -> bool:
    """Whether a bound is less than a value (clause 4.3.1)."""
    return compare(bound, value) == -1


def min_inclusive(bound: str, value: str) -> bool:
    """Whether a bound is less than a value, or equal (clause 4.3.2)."""
    return compare(bound, value) in (-1, 0)


def max_exclusive(bound: str, value: str) -> bool:
    """Whether a bound is more than a value (clause 4.3.3)."""
    return compare(bound, value) == 1


def max_inclusive(bound: str, value: str) -> bool:
    """Whether a bound is more than a value, or equal (clause 4.3.4)."""
    return compare(bound, value) in (1, 0)


# String-based (clause 4.4).


def min_length(least: int, value: str) -> bool:
    """Whether a value is no blank node and long enough (clause 4.4.1)."""
    return not is_blank(value) and len(lexical(value)) >= least


def max_length(most: int, value: str) -> bool:
    """Whether a value is no blank node and short enough (clause 4.4.2)."""
    return not is_blank(value) and len(lexical(value)) <= most


def pattern(_run: Run, form: Any, values: Collection[str]) -> Collection[str]:
    """Values that are blank nodes, or in which a regular expression finds nothing (clause 4.4.3)."""
    search = form.search
    return {value for value in values if value[0] == "_" or not search(lexical(value))}


def _pattern(parameters: Parameters) -> Iterator[Constraint]:
    value, flags = parameters.one("pattern"), parameters.one("flags")
    if value is None:
        return
    text = a_text(parameters, "pattern", value)
    try:
        form = compiled(text, a_text(parameters, "flags", flags) if flags else "")
    except RegexError as error:
        raise parameters.fail("pattern", str(error)) from error
    terms = (value,) if flags is None else (value, flags)
    yield Constraint(parameters.component, form, terms=terms, parameter=value)


def language_in(_run: Run, ranges: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values whose language is in none of the ranges (clause 4.4.4)."""
    tags = {value: language(value) if is_literal(value) else "" for value in values}
    right = {tag for tag in set(tags.values()) if tag and any(lang_matches(tag, one) for one in ranges)}
    return {value for value, tag in tags.items() if tag not in right}


def lang_matches(tag: str, wanted: str) -> bool:
    """Whether a language tag is in a language range (SPARQL 1.1, clause 17.4.3.9; RFC 4647, clause 3.3.1)."""
    tag, wanted = tag.lower(), wanted.lower()
    return bool(tag) if wanted == "*" else tag == wanted or (bool(wanted) and tag.startswith(f"{wanted}-"))


def _languages(parameters: Parameters) -> Iterator[Constraint]:
    value = parameters.one("languageIn")
    if value is not None:
        members = parameters.members(value, "languageIn")
        ranges = tuple(a_text(parameters, "languageIn", member) for member in members)
        yield Constraint(parameters.component, ranges, terms=members, parameter=value)


def unique_lang(_run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Focus nodes with two values in one language, one fault a language (clause 4.4.5)."""
    if not constraint.argument:
        return
    found = values.found
    for focus in values.focus:
        several = found.get(focus, ())
        if len(several) > 1:
            tags = [tag.lower() for value in several if is_literal(value) and (tag := language(value))]
            for tag, count in Counter(tags).items() if len(set(tags)) != len(tags) else ():
                if count > 1:
                    yield Fault(focus, messages=(f'"{count} values are in the language {tag}"@en',))


# Property pair (clause 4.5).


def equals(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Values that only one of the two properties has (clause 4.5.1)."""
    others = run.index.forward(constraint.argument)
    for focus in values.focus:
        here: Collection[str] = values.of(focus)
        there: Collection[str] = others.get(focus, ())
        if here == there:
            continue
        if len(here) * len(there) > MAX_COMPARED_PAIRS:  # `in` looks through all of a sequence
            here, there = dict.fromkeys(here), dict.fromkeys(there)
        yield from (Fault(focus, value) for value in here if value not in there)
        yield from (Fault(focus, value) for value in there if value not in here)


def disjoint(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Values that both properties have (clause 4.5.2)."""
    others = run.index.forward(constraint.argument)
    for focus in values.focus:
        there = others.get(focus, ())
        if there:
            known = frozenset(there) if len(there) > MAX_LOOKED_THROUGH else there
            yield from (Fault(focus, value) for value in values.of(focus) if value in known)


def ordered(allowed: tuple[int, ...]) -> Check:
    """Values that are not in order with every value of another property (clauses 4.5.3 and 4.5.4), a fault a pair."""

    def check(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        others = run.index.forward(constraint.argument)
        for focus in values.focus:
            there = others.get(focus)
            if there:
                count = count_not_in_order(there, allowed)
                for value in values.of(focus):
                    yield from repeat(Fault(focus, value), count(value))

    return check


# Logical (clause 4.6) and shape-based (clause 4.7).


def not_(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that conform to a shape which they must not (clause 4.6.1)."""
    failing = run.failing(shapes[0], values)
    return {value for value in values if value not in failing}


def and_(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that do not conform to all of the shapes (clause 4.6.2)."""
    return {value for shape in shapes for value in run.failing(shape, values)}


def or_(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that conform to none of the shapes (clause 4.6.3)."""
    left = values
    for shape in shapes:
        if not left:
            break
        left = run.failing(shape, left)
    return left


def xone(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that do not conform to exactly one of the shapes (clause 4.6.4)."""
    failures = Counter(value for shape in shapes for value in run.failing(shape, values))
    return {value for value in values if failures[value] != len(shapes) - 1}


def node(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that do not conform to a shape (clause 4.7.1)."""
    return run.failing(shapes[0], values)


def property_(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """The results of the values against a property shape, passed on as they are (clause 4.7.2)."""
    (shape,) = constraint.argument
    if values.is_per_focus:
        for focus, result in run.results(shape, values.focus):
            yield Fault(focus, nested=result)
        return
    by_value: dict[str, list[Any]] = {}
    for value, result in run.results(shape, values.distinct):
        by_value.setdefault(value, []).append(result)
    if by_value:
        for focus, value in values.pairs():
            for result in by_value.get(value, ()):
                yield Fault(focus, nested=result)


def qualified(is_wrong: Callable[[int, int], bool]) -> Check:
    """Focus nodes of whose values too few or too many conform to a shape (clause 4.7.3)."""

    def check(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
        wanted, bound, siblings = constraint.argument
        distinct = values.distinct
        out = set(run.failing(wanted, distinct))
        for sibling in siblings:
            failing = run.failing(sibling, distinct)
            out.update(value for value in distinct if value not in failing)
        for focus in values.focus:
            if is_wrong(sum(value not in out for value in values.of(focus)), bound):
                yield Fault(focus)

    return check


def _qualified(name: str) -> Prepare:
    def prepare(parameters: Parameters) -> Iterator[Constraint]:
        shape, count = parameters.one("qualifiedValueShape"), parameters.one(name)
        if shape is not None and not parameters.is_property_shape:
            raise parameters.fail("qualifiedValueShape", "it stands in a node shape, and is for property shapes")
        if shape is None or count is None:
            return
        _the_shape(parameters, "qualifiedValueShape", shape)
        flag = parameters.one("qualifiedValueShapesDisjoint")
        apart = flag is not None and a_boolean(parameters, "qualifiedValueShapesDisjoint", flag)
        siblings = parameters.siblings() if apart else ()
        bound = an_integer(parameters, name, count)
        argument = (shape, bound, siblings)
        negates = name == "qualifiedMaxCount" or bool(siblings)
        yield Constraint(parameters.component, argument, (shape, *siblings), parameter=count, negates=negates)

    return prepare


# Components of SHACL 1.2 Core, a draft; the clauses are its own.


def single_line(is_asked: bool, value: str) -> bool:  # noqa: FBT001 -- the parameter's value
    """Whether a value is no literal with a line break (7.4.4)."""
    return not (is_asked and is_literal(value) and _LINE_BREAK.search(lexical(value)))


def on_lists(is_right: Callable[[Any, tuple[str, ...]], bool]) -> Check:
    """A check of each value by the members of the list that it must be (7.5)."""

    def wrong(run: Run, argument: Any, values: Collection[str]) -> set[str]:
        lists = {value: list_members(run.index, value) for value in values}
        return {value for value, members in lists.items() if members is None or not is_right(argument, members)}

    return on_values(wrong)


def member_shape(run: Run, shapes: tuple[str, ...], values: Collection[str]) -> Collection[str]:
    """Values that are no lists, or of which a member does not conform to a shape (7.5.1)."""
    lists = {value: list_members(run.index, value) for value in values}
    members = dict.fromkeys(member for found in lists.values() for member in found or ())
    failing = run.failing(shapes[0], members)
    return {value for value, found in lists.items() if found is None or any(one in failing for one in found)}


def subset_of(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Values that a path does not lead to (7.6.3)."""
    others = follow(run.index, constraint.argument, values.focus)
    for focus in values.focus:
        there = frozenset(others.get(focus, ()))
        yield from (Fault(focus, value) for value in values.of(focus) if value not in there)


def _paths(parameters: Parameters) -> Iterator[Constraint]:
    name = parameters.component.parameters[0]

    def read(value: str) -> Constraint:
        try:
            path = read_path(parameters.graph, value)
        except PathError as error:
            raise parameters.fail(name, str(error)) from error
        return Constraint(parameters.component, path, terms=(value,), parameter=value)

    return of_each(parameters.values(name), read)


def some_value(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Focus nodes none of whose values conforms to a shape (7.8.3)."""
    failing = run.failing(constraint.argument[0], values.distinct)
    return (Fault(focus) for focus in values.focus if all(value in failing for value in values.of(focus)))


def root_class(run: Run, wanted: str, values: Collection[str]) -> Collection[str]:
    """Values that are no IRI of a class or of one below it (7.9.4)."""
    below = set(run.index.below(wanted))
    return {value for value in values if not is_iri(value) or value not in below}


# Other (clause 4.8).


def closed(run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Triples of values whose predicate no property shape is about, nor is ignored (clause 4.8.1)."""
    allowed: frozenset[str] = constraint.argument
    distinct = values.distinct
    bad: dict[str, list[tuple[str, str]]] = {}
    for predicate in run.index.predicates:
        if predicate not in allowed:
            forward = run.index.forward(predicate)
            found = forward.keys() & distinct if len(forward) < len(distinct) else (v for v in distinct if v in forward)
            for subject in found:
                bad.setdefault(subject, []).extend((predicate, value) for value in forward[subject])
    if bad:
        for focus, value in values.pairs():
            yield from (Fault(focus, other, predicate) for predicate, other in bad.get(value, ()))


def _closed(parameters: Parameters) -> Iterator[Constraint]:
    value, ignored = parameters.one("closed"), parameters.one("ignoredProperties")
    if value == sh("ByTypes"):
        raise parameters.fail("closed", "sh:ByTypes is of SHACL 1.2 Core, a draft")
    others = parameters.members(ignored, "ignoredProperties") if ignored is not None else ()
    for other in others:
        an_iri(parameters, "ignoredProperties", other)
    if value is not None and is_true(parameters, "closed", value):
        allowed = tuple(dict.fromkeys((*parameters.property_paths(), *others)))
        yield Constraint(parameters.component, frozenset(allowed), terms=allowed, parameter=value)


def has_value(_run: Run, _shape: Shape, constraint: Constraint, values: Values) -> Iterator[Fault]:
    """Focus nodes that lack a value (clause 4.8.2)."""
    wanted: str = constraint.argument
    return (Fault(focus) for focus in values.focus if wanted not in values.of(focus))


def in_(_run: Run, members: frozenset[str], values: Collection[str]) -> Collection[str]:
    """Values that are not in a list (clause 4.8.3)."""
    return {value for value in values if value not in members}


def _in(parameters: Parameters) -> Iterator[Constraint]:
    value = parameters.one("in")
    if value is not None:
        members = parameters.members(value, "in")
        yield Constraint(parameters.component, frozenset(members), terms=members, parameter=value)


MAX_COMPARED_PAIRS = 100
"""Up to so many pairs of values, comparing each is as fast as sorting them."""
MAX_LOOKED_THROUGH = 8
"""So few values are looked through as fast as they are put into a set."""

_pair = each(an_iri)

COMPONENTS: tuple[Component, ...] = (
    Component(
        "ClassConstraintComponent",
        ("class",),
        or_list(an_iri),
        on_values(any_of(class_)),
        "the value is not {a}",
        "is {a}",
    ),
    Component(
        "DatatypeConstraintComponent",
        ("datatype",),
        or_list(an_iri, is_single=True),
        on_values(any_of(datatype_)),
        "the value is no valid {datatype}",
        "is a valid {datatype}",
    ),
    Component(
        "NodeKindConstraintComponent",
        ("nodeKind",),
        or_list(_node_kind, is_single=True),
        on_values(any_of(node_kind)),
        "the value is not {kind}",
        "is {kind}",
    ),
    Component(
        "MinCountConstraintComponent",
        ("minCount",),
        _in_property_shapes(single(an_integer)),
        min_count,
        "fewer than {values} of {path}",
    ),
    Component(
        "MaxCountConstraintComponent",
        ("maxCount",),
        _in_property_shapes(single(an_integer)),
        max_count,
        "more than {values} of {path}",
    ),
    Component(
        "MinExclusiveConstraintComponent",
        ("minExclusive",),
        single(a_literal),
        one_by_one(min_exclusive),
        "the value is not greater than {bound}",
        "is greater than {bound}",
    ),
    Component(
        "MinInclusiveConstraintComponent",
        ("minInclusive",),
        single(a_literal),
        one_by_one(min_inclusive),
        "the value is not {bound} or greater",
        "is {bound} or greater",
    ),
    Component(
        "MaxExclusiveConstraintComponent",
        ("maxExclusive",),
        single(a_literal),
        one_by_one(max_exclusive),
        "the value is not less than {bound}",
        "is less than {bound}",
    ),
    Component(
        "MaxInclusiveConstraintComponent",
        ("maxInclusive",),
        single(a_literal),
        one_by_one(max_inclusive),
        "the value is not {bound} or less",
        "is {bound} or less",
    ),
    Component(
        "MinLengthConstraintComponent",
        ("minLength",),
        single(an_integer),
        one_by_one(min_length),
        "the value is shorter than {characters}",
        "has at least {characters}",
    ),
    Component(
        "MaxLengthConstraintComponent",
        ("maxLength",),
        single(an_integer),
        one_by_one(max_length),
        "the value is longer than {characters}",
        "has at most {characters}",
    ),
    Component(
        "PatternConstraintComponent",
        ("pattern", "flags"),
        _pattern,
        on_values(pattern),
        "the value does not match {pattern}",
        "matches {pattern}",
    ),
    Component(
        "LanguageInConstraintComponent",
        ("languageIn",),
        _languages,
        on_values(language_in),
        "the value is not in {tags}",
        "is in {tags}",
    ),
    Component(
        "UniqueLangConstraintComponent",
        ("uniqueLang",),
        _in_property_shapes(single(is_true)),
        unique_lang,
        "several values of {path} are in one language",
    ),
    Component(
        "EqualsConstraintComponent",
        ("equals",),
        _pair,
        equals,
        "the values are not the same as those of {property}",
        "is the one value of {property}",
    ),
    Component(
        "DisjointConstraintComponent",
        ("disjoint",),
        _pair,
        disjoint,
        "the value is a value of {property} as well",
        "is no value of {property}",
    ),
    Component(
        "LessThanConstraintComponent",
        ("lessThan",),
        _in_property_shapes(_pair),
        ordered((-1,)),
        "the value is not less than every value of {property}",
        "is less than every value of {property}",
    ),
    Component(
        "LessThanOrEqualsConstraintComponent",
        ("lessThanOrEquals",),
        _in_property_shapes(_pair),
        ordered((-1, 0)),
        "the value is greater than a value of {property}, or cannot be compared with it",
        "is not greater than any value of {property}",
    ),
    Component(
        "NotConstraintComponent",
        ("not",),
        _shapes(_the_shape, negates=True),
        on_values(not_),
        "the value must not {meet} {shape}",
    ),
    Component(
        "AndConstraintComponent",
        ("and",),
        _shapes(_the_shapes),
        on_values(and_),
        "the value does not {meet} all of {shapes}",
    ),
    Component(
        "OrConstraintComponent",
        ("or",),
        _shapes(_the_shapes),
        on_values(or_),
        "the value does not {meet} any of {shapes}",
    ),
    Component(
        "XoneConstraintComponent",
        ("xone",),
        _shapes(_the_shapes, negates=True),
        on_values(xone),
        "the value does not {meet} exactly one of {shapes}",
    ),
    Component(
        "NodeConstraintComponent", ("node",), _shapes(_the_shape), on_values(node), "the value does not {meet} {shape}"
    ),
    Component("PropertyConstraintComponent", ("property",), _shapes(_the_shape), property_),
    Component(
        "QualifiedMinCountConstraintComponent",
        ("qualifiedMinCount", "qualifiedValueShape", "qualifiedValueShapesDisjoint"),
        _qualified("qualifiedMinCount"),
        qualified(lambda count, bound: count < bound),
        "fewer than {values} of {path} {such}",
    ),
    Component(
        "QualifiedMaxCountConstraintComponent",
        ("qualifiedMaxCount", "qualifiedValueShape", "qualifiedValueShapesDisjoint"),
        _qualified("qualifiedMaxCount"),
        qualified(lambda count, bound: count > bound),
        "more than {values} of {path} {such}",
    ),
    Component(
        "ClosedConstraintComponent",
        ("closed", "ignoredProperties"),
        _closed,
        closed,
        "the shape is closed, and {path} is not among its properties",
        "has no properties but {allowed}",
    ),
    Component("HasValueConstraintComponent", ("hasValue",), each(), has_value, "{value} is missing", "has {value}"),
    Component("InConstraintComponent", ("in",), _in, on_values(in_), "the value is not {one_of}", "is {one_of}"),
    Component(
        "SingleLineConstraintComponent",
        ("singleLine",),
        single(is_true),
        one_by_one(single_line),
        "the value has a line break",
        "has no line break",
    ),
    Component(
        "MemberShapeConstraintComponent",
        ("memberShape",),
        _shapes(_the_shape),
        on_values(member_shape),
        "the value is no list whose members all {meet} {shape}",
    ),
    Component(
        "MinListLengthConstraintComponent",
        ("minListLength",),
        each(an_integer),
        on_lists(lambda least, members: len(members) >= least),
        "the value is no list of {members} or more",
        "is a list of {members} or more",
    ),
    Component(
        "MaxListLengthConstraintComponent",
        ("maxListLength",),
        each(an_integer),
        on_lists(lambda most, members: len(members) <= most),
        "the value is no list of {members} or fewer",
        "is a list of {members} or fewer",
    ),
    Component(
        "UniqueMembersConstraintComponent",
        ("uniqueMembers",),
        each(is_true),
        on_lists(lambda is_asked, members: not is_asked or len(set(members)) == len(members)),
        "the value is no list whose members are all different",
        "is a list whose members are all different",
    ),
    Component(
        "SubsetOfConstraintComponent",
        ("subsetOf",),
        _in_property_shapes(_paths),
        subset_of,
        "the value is none of those of {other}",
        "is a value of {other}",
    ),
    Component(
        "SomeValueConstraintComponent",
        ("someValue",),
        _shapes(_the_shape),
        some_value,
        "no value of {path} {such_one}",
    ),
    Component(
        "RootClassConstraintComponent",
        ("rootClass",),
        or_list(an_iri),
        on_values(any_of(root_class)),
        "the value is not the class {classes}, nor below it",
        "is the class {classes} or below it",
    ),
)
"""The components of SHACL Core, in the order of the standard; then the settled ones of SHACL 1.2 Core, a draft.

`wording` fills their messages in.
"""
