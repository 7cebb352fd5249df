"""What shapes ask for, in words: with prefixed names or labels, and bounded in length and depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.lists_and_paths import list_members
from scograph.checks.shacl.model import Constraint, Shape
from scograph.checks.shacl.nodes import TEXTS
from scograph.checks.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequential
from scograph.escapes import escape
from scograph.messages import counted, with_article
from scograph.ntriples import FIRST, datatype, is_blank, is_iri, language, lexical, literal
from scograph.terms import RDFS, SKOS, curie, with_well_known

MAX_SHOWN = 8
"""Maximum members of a list, and conditions of a shape, that a message shows."""
MAX_TERM_LENGTH = 80
"""Maximum characters of a literal or a label in a message."""
MAX_NAME_LENGTH = 200
"""Maximum characters of an IRI or a path in a message."""
MAX_PHRASE_LENGTH = 200
"""Maximum characters of what one shape inside another asks for."""
MAX_MESSAGE_LENGTH = 500
"""Maximum characters of a message that is made here."""
MAX_WORDED_DEPTH = 3
"""So many shapes inside each other are put into words."""

LABELS = (f"<{RDFS}label>", f"<{SKOS}prefLabel>")
_KINDS = {
    "IRI": "an IRI",
    "Literal": "a literal",
    "BlankNode": "a blank node",
    "BlankNodeOrIRI": "a blank node or an IRI",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
IN_GENERAL = {
    "a": "an instance of the class",
    "allowed": "those that the shape names",
    "bound": "the bound",
    "characters": "the required number of characters",
    "classes": "that the shape names",
    "datatype": "literal of the datatype",
    "declared": "the constraint",
    "kind": "a node of the required kind",
    "meet": "conform to",
    "members": "the required number of members",
    "one_of": "one of the listed values",
    "other": "the other path",
    "path": "the property",
    "pattern": "the pattern",
    "property": "the other property",
    "shape": "the shape",
    "shapes": "the shapes",
    "such": "that conform to the shape",
    "such_one": "conforms to the shape",
    "tags": "one of the languages",
    "value": "the required value",
    "values": "the required number of values",
}
"""What stands in braces in the messages of components, where they are not about one constraint."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_COUNTED = ("QualifiedMinCountConstraintComponent", "QualifiedMaxCountConstraintComponent")
_LISTS = ("AndConstraintComponent", "OrConstraintComponent", "XoneConstraintComponent")
_OF_ONE = "the value does not {meet} {shape}"
_APART = ", and that conform to none of the shapes beside it"
_ALL_OF = ("NodeConstraintComponent", "PropertyConstraintComponent", "AndConstraintComponent")
_REFERRING = {
    "NotConstraintComponent": "does not meet ({})",
    "MemberShapeConstraintComponent": "is a list of which every member ({})",
    "SomeValueConstraintComponent": "({})",
    "OrConstraintComponent": "meets one of ({})",
    "XoneConstraintComponent": "meets exactly one of ({})",
}
_SWITCHES = (
    "UniqueLangConstraintComponent",
    "SingleLineConstraintComponent",
    "UniqueMembersConstraintComponent",
)
_DEEPER = "meets further conditions"
_ANYTHING = "is anything"


class TermNames:
    """The names of terms in messages: a prefixed name, else a label, else the IRI.

    Args:
        prefixes: Prefixes to shorten IRIs with, beside those that everybody uses.
        graphs: Where labels are looked for: the shapes graph first, which blank nodes are of.
    """

    def __init__(self, prefixes: Mapping[str, str], *graphs: Index) -> None:
        self._prefixes = with_well_known(prefixes)
        self._graphs = graphs
        self._known: dict[str, str] = {}

    def with_graph(self, graph: Index) -> TermNames:
        """The same with one more graph to look for labels in."""
        return TermNames(self._prefixes, *self._graphs, graph)

    def term(self, term: str) -> str:
        """A term in words; a list by its members, a text in quotes, any other literal without them."""
        if is_iri(term):
            if term not in self._known:
                self._known[term] = cut(curie(term[1:-1], self._prefixes) or self.label(term) or term, MAX_NAME_LENGTH)
            return self._known[term]
        if is_blank(term):
            for graph in self._graphs[:1]:  # another graph may have another node of that label
                if term in graph.forward(FIRST) and (members := list_members(graph, term)) is not None:
                    return f"the list ( {' '.join(map(self._in_list, members[:MAX_SHOWN]))} )"
            return "a blank node"
        text, is_text = lexical(term), datatype(term) in TEXTS
        if len(text) > MAX_TERM_LENGTH:
            text = f"{text[:MAX_TERM_LENGTH]}…"
        if is_text or not text:
            return literal(text, f"@{language(term)}" if language(term) else "")
        return escape(text)

    def _in_list(self, term: str) -> str:
        return "( … )" if is_blank(term) else self.term(term)

    def terms(self, terms: Sequence[str]) -> str:
        """Terms in words, the first of many."""
        return ", ".join(map(self.term, terms[:MAX_SHOWN])) + (" …" if len(terms) > MAX_SHOWN else "")

    def label(self, node: str) -> str:
        """The label of a node, in English if it has one; nothing where it has none."""
        for graph in self._graphs[:1] if is_blank(node) else self._graphs:
            for predicate in LABELS:
                texts = [one for one in graph.forward(predicate).get(node, ()) if one[0] == '"']
                if texts:
                    best = min(texts, key=lambda one: (language(one).lower().partition("-")[0] not in ("en", ""), one))
                    return cut(" ".join(lexical(best).split()), MAX_TERM_LENGTH)
        return ""

    def path(self, path: Path) -> str:
        """A path as SPARQL writes it (SPARQL 1.1, clause 9), its properties in words."""
        text = self._path(path)
        return cut(text[1:-1] if isinstance(path, Sequential | Alternative) else text, MAX_NAME_LENGTH)

    def _path(self, path: Path) -> str:
        match path:
            case Predicate(iri):
                return self.term(iri) if iri else "a path"
            case Inverse(inner):
                return f"^{self._tight(inner)}"
            case Repeated(inner, sign):
                return f"{self._tight(inner)}{sign}"
            case Sequential(paths):
                return f"({'/'.join(map(self._path, paths))})"
            case Alternative(paths):
                return f"({'|'.join(map(self._path, paths))})"

    def _tight(self, path: Path) -> str:
        return f"({self._path(path)})" if isinstance(path, Inverse | Repeated) else self._path(path)


class Wording:
    """What shapes ask for, and what is wrong with a value that they find fault with.

    Args:
        shapes: The shapes, by their nodes.
        names: The names of terms.
    """

    def __init__(self, shapes: Mapping[str, Shape], names: TermNames) -> None:
        self.names = names
        self._shapes = shapes
        self._known: dict[tuple[str, int], list[str]] = {}

    def fault(self, constraint: Constraint, path: Path | None) -> str:
        """What is wrong with a value that a constraint finds fault with, in English.

        Args:
            constraint: The constraint.
            path: The path at fault; None where there is none.

        Returns:
            A sentence without its dot, of at most `MAX_MESSAGE_LENGTH` characters.
        """
        return cut(self._fault(constraint, path), MAX_MESSAGE_LENGTH)

    def _fault(self, constraint: Constraint, path: Path | None) -> str:
        is_of_one = constraint.component.name in _LISTS and len(constraint.shapes) == 1
        return self._filled(_OF_ONE if is_of_one else constraint.component.message, constraint, path)

    def _numbered(self, members: Sequence[str]) -> str:
        """What each of several shapes asks for, with its number."""
        shown = "; ".join(f"({number}) {self.asked(one)}" for number, one in enumerate(members[:MAX_SHOWN], 1))
        return shown + ("; …" if len(members) > MAX_SHOWN else "")

    def name(self, shape: str) -> str:
        """The name of a shape: of a blank node its label, or nothing."""
        return self.names.label(shape) if is_blank(shape) else self.names.term(shape)

    def asked(self, node: str, depth: int = 0) -> str:
        """What a shape asks for: a phrase to stand behind `the value`.

        Args:
            node: The shape.
            depth: In how many other shapes it is described.

        Returns:
            `conforms to ex:Address`, say, `is a valid xsd:string and has at least 5 characters`.
        """
        return joined(self._asked_apart(node, depth))

    def _asked_apart(self, node: str, depth: int) -> list[str]:
        """What a shape asks for, a phrase for each condition."""
        name = self.name(node)
        shape = self._shapes.get(node)
        if name or shape is None:
            return [f"conforms to {name or 'a shape'}"]
        if depth >= MAX_WORDED_DEPTH:
            return [_DEEPER]
        if (node, depth) not in self._known:
            self._known[node, depth] = self._conditions(shape, depth)
        return self._known[node, depth]

    def _conditions(self, shape: Shape, depth: int) -> list[str]:
        if shape.is_deactivated:
            return [_ANYTHING]
        constraints = shape.constraints[:MAX_SHOWN]
        if shape.path is None:
            found = [one for constraint in constraints for one in self._of_value(shape, constraint, depth)]
        else:
            found = self._of_property(shape, constraints, depth)
        if len(shape.constraints) > MAX_SHOWN:
            found.append(_DEEPER)
        return list(dict.fromkeys(found))[: MAX_SHOWN + 1] or [_ANYTHING]

    def _of_property(self, shape: Shape, constraints: Sequence[Constraint], depth: int) -> list[str]:
        """What a property shape asks of its focus node: how many values, and what each of them is."""
        path = shape.path
        of_focus: list[str] = []
        of_values: list[str] = []
        least = most = None
        for constraint in constraints:
            match constraint.component.name:
                case "MinCountConstraintComponent":
                    least = constraint.argument
                case "MaxCountConstraintComponent":
                    most = constraint.argument
                case "UniqueLangConstraintComponent" if constraint.argument:
                    of_focus.append(f"has no two values of {self._path(path)} in one language")
                case "HasValueConstraintComponent":
                    of_focus.append(f"has the value {self.names.terms(constraint.terms)} of {self._path(path)}")
                case "EqualsConstraintComponent":
                    other = self.names.terms(constraint.terms)
                    of_focus.append(f"has the same values of {self._path(path)} as of {other}")
                case "SomeValueConstraintComponent":
                    of_focus.append(
                        f"has a value of {self._path(path)} that {self.asked(constraint.shapes[0], depth + 1)}"
                    )
                case kind if kind in _COUNTED:
                    wanted, bound, _ = constraint.argument
                    how = "at least" if "Min" in kind else "at most"
                    of_focus.append(f"has {how} {self._values(bound, path)} {self._such(wanted, bound, depth + 1)}")
                case _:
                    of_values += self._of_value(shape, constraint, depth)
        found = self._counts(least, most, path) + of_focus
        if of_values:
            inner = joined(of_values)
            found.append(f"has only values of {self._path(path)} each of which {inner}")
        return found

    def _counts(self, least: int | None, most: int | None, path: Path | None) -> list[str]:
        if most == 0 and not least:
            return [f"has no value of {self._path(path)}"]
        if least is not None and least == most:
            return [f"has exactly {self._values(least, path)}"]
        found = [] if not least else [f"has at least {self._values(least, path)}"]
        return found if most is None else [*found, f"has at most {self._values(most, path)}"]

    def _of_value(self, shape: Shape, constraint: Constraint, depth: int) -> list[str]:
        """What a constraint asks of a value."""
        name = constraint.component.name
        if name in _ALL_OF or (name in _LISTS and len(constraint.shapes) == 1):
            parts = (self._asked_apart(one, depth + 1) for one in constraint.shapes[:MAX_SHOWN])
            inner = [phrase for some in parts for phrase in some]
            return [*inner, _DEEPER] if len(constraint.shapes) > MAX_SHOWN else inner
        if name in _REFERRING:
            inner = [self.asked(one, depth + 1) for one in constraint.shapes[:MAX_SHOWN]]
            inner += ["…"] if len(constraint.shapes) > MAX_SHOWN else []
            return [_REFERRING[name].format("; ".join(inner))]
        if name == "ClosedConstraintComponent" and not constraint.terms:
            return ["has no properties"]
        if name in _SWITCHES and (not constraint.argument or name == _SWITCHES[0]):
            return []
        return [self._filled(constraint.component.asks, constraint, shape.path)]

    def _such(self, shape: str, number: int, depth: int = 0) -> str:
        return f"{'that' if number == 1 else 'each of which'} {self.asked(shape, depth)}"

    def _values(self, number: int, path: Path | None) -> str:
        return f"{counted(number, 'value')} of {self._path(path)}"

    def _path(self, path: Path | None) -> str:
        return "this node" if path is None else self.names.path(path)

    def _filled(self, template: str, constraint: Constraint, path: Path | None) -> str:
        shapes, argument = constraint.shapes, constraint.argument
        terms = partial(self.names.terms, constraint.terms)
        words: dict[str, Callable[[], str]] = {
            "a": lambda: self._any_of(constraint.terms, with_article),
            "allowed": terms,
            "bound": terms,
            "characters": lambda: counted(argument, "character"),
            "classes": lambda: self._any_of(constraint.terms),
            "datatype": lambda: self._any_of(constraint.terms),
            "declared": lambda: argument.label,
            "kind": lambda: " or ".join(
                _KINDS[one] for one in ((argument,) if isinstance(argument, str) else argument)
            ),
            "members": lambda: counted(argument, "member"),
            "meet": lambda: "conform to" if all(map(self.name, shapes)) else "meet",
            "one_of": lambda: self._one_of(constraint.terms),
            "other": lambda: self._path(argument),
            "path": lambda: self._path(path),
            "pattern": lambda: _pattern(*constraint.terms),
            "property": terms,
            "shape": lambda: self.name(shapes[0]) or f"this: {self.asked(shapes[0])}",
            "shapes": lambda: self._listed(shapes),
            "such": lambda: self._such(*argument[:2]) + (_APART if argument[2] else ""),
            "such_one": lambda: self._such(shapes[0], 1).removeprefix("that "),
            "tags": lambda: _tags(constraint.terms),
            "value": lambda: f"the value {terms()}",
            "values": lambda: counted(argument if isinstance(argument, int) else argument[1], "value"),
        }
        return _PLACEHOLDER.sub(lambda match: words[match[1]](), template)

    def _listed(self, shapes: Sequence[str]) -> str:
        names = [self.name(one) for one in shapes[:MAX_SHOWN]]
        if not all(map(self.name, shapes)):
            return f"these: {self._numbered(shapes)}"
        return ", ".join(names) + (" …" if len(shapes) > MAX_SHOWN else "") or "an empty list"

    def _any_of(self, terms: Sequence[str], form: Callable[[str], str] = str) -> str:
        shown = " or ".join(form(self.names.term(one)) for one in terms[:MAX_SHOWN])
        return shown + (" …" if len(terms) > MAX_SHOWN else "") or "one of an empty list"

    def _one_of(self, terms: Sequence[str]) -> str:
        if not terms:
            return "one of an empty list"
        return self.names.terms(terms) if len(terms) == 1 else f"one of {self.names.terms(terms)}"


def _pattern(form: str, flags: str = '""') -> str:
    written = cut(" ".join(lexical(form).split("\n")), MAX_TERM_LENGTH)
    return f"{written} (flags {lexical(flags)})" if lexical(flags) else written


def _tags(terms: Sequence[str]) -> str:
    terms = tuple(dict.fromkeys(terms))
    tags = ", ".join(lexical(one) or '""' for one in terms[:MAX_SHOWN]) + (" …" if len(terms) > MAX_SHOWN else "")
    return f"the language {tags}" if len(terms) == 1 else f"one of the languages {tags or '( none )'}"


def in_general(message: str) -> str:
    """The message of a component, of no constraint in particular."""
    return _PLACEHOLDER.sub(lambda match: IN_GENERAL[match[1]], message)


def joined(phrases: Sequence[str]) -> str:
    """Phrases as one, each once: `a, b and c`; in brackets where they would run together."""
    phrases = list(dict.fromkeys(phrases))
    if len(phrases) == 1:
        return cut(phrases[0], MAX_PHRASE_LENGTH)
    parts = [f"({one})" if " and " in one or ", " in one else one for one in phrases]
    return cut(f"{', '.join(parts[:-1])} and {parts[-1]}", MAX_PHRASE_LENGTH)


def cut(text: str, length: int) -> str:
    """A text of at most so many characters, cut between two words."""
    if len(text) <= length:
        return text
    head = text[: length - 2]
    return f"{head.rpartition(' ')[0] or head} …"
