"""What a person typed or chose for a field, as a term of RDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.desk.forms import Field, Forms, Widget
from scograph.edit.adding import printed_date
from scograph.errors import UsageError
from scograph.labels import Labels
from scograph.model import Term

_ANY_URI = NamedNode(f"{terms.XSD}anyURI")


@dataclass(frozen=True)
class FieldValues:
    """Reads the values of the fields of a form.

    Args:
        forms: The forms of the graph.
        labels: The names of its things.
    """

    forms: Forms
    labels: Labels

    def read(self, field: Field, value: str, language: str = "") -> Term:
        """A value that was typed or chosen.

        Args:
            field: The field.
            value: A term in N-Triples or the name of one of its choices; the name or IRI of a thing; a date as it is
                printed; a number; words.
            language: The language of words.

        Returns:
            The term.

        Raises:
            UsageError: The value is none for this field.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> labels = Labels(graph)
            >>> forms = Forms(graph, labels)
            >>> kind = NamedNode("https://w3id.org/scograph/ontology#Meeting")
            >>> field = next(one for one in forms.of([kind]) if one.property.value.endswith("#startDate"))
            >>> str(FieldValues(forms, labels).read(field, "2009-06"))
            '"2009-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
        """
        for term, name in field.choices:
            if value in (str(term), name):
                return term
        for widget in field.widgets:
            read = _READERS.get(widget)
            if read is not None:
                return read(self, field, value, language)
        raise UsageError(f"{value!r} is none of the values of {field.name!r}", hint="choose one of the list")

    def _thing(self, field: Field, value: str, _: str) -> Term:
        exact = [one for one, name in self.forms.things(field.classes) if name == value]
        return exact[0] if len(exact) == 1 else self.labels.find(value)

    def _date(self, _: Field, value: str, __: str) -> Term:
        return printed_date(value)

    def _number(self, _: Field, value: str, __: str) -> Term:
        name = "integer" if value.lstrip("+-").isdecimal() else "decimal"
        return Literal(value, datatype=NamedNode(terms.XSD + name))

    def _boolean(self, field: Field, value: str, _: str) -> Term:
        if value not in ("true", "false"):
            raise UsageError(f"{value!r} is none of the values of {field.name!r}", hint="it is true or false")
        return Literal(value, datatype=NamedNode(f"{terms.XSD}boolean"))

    def _iri(self, field: Field, value: str, _: str) -> Term:
        try:
            node = NamedNode(value)
        except ValueError as error:
            raise UsageError(f"{value!r} is no IRI", hint="copy the whole address, with https://") from error
        if ":" not in value:
            raise UsageError(f"{value!r} is no IRI", hint="copy the whole address, with https://")
        return Literal(value, datatype=_ANY_URI) if _ANY_URI.value in field.datatypes else node

    def _string(self, _: Field, value: str, __: str) -> Term:
        return Literal(value)

    def _text(self, _: Field, value: str, language: str) -> Term:
        return Literal(value, language=language or "en")


_READERS: Mapping[Widget, Callable[[FieldValues, Field, str, str], Term]] = {
    Widget.THING: FieldValues._thing,  # noqa: SLF001 -- the table is a part of the class
    Widget.DATE: FieldValues._date,  # noqa: SLF001
    Widget.NUMBER: FieldValues._number,  # noqa: SLF001
    Widget.BOOLEAN: FieldValues._boolean,  # noqa: SLF001
    Widget.IRI: FieldValues._iri,  # noqa: SLF001
    Widget.STRING: FieldValues._string,  # noqa: SLF001
    Widget.TEXT: FieldValues._text,  # noqa: SLF001
}
