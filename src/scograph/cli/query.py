"""The command that asks the graph a SPARQL query: query."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, Triple

from scograph.bounded import run_in_pieces
from scograph.bounds import QUERY_SECONDS
from scograph.checks.parameters import parameters_of, with_values
from scograph.checks.questions import offered_questions, question_of, read_question
from scograph.cli.frame import examples, handled, is_builtin_named, open_project, say, write
from scograph.cli.inputs import read_options
from scograph.cli.options import (
    ALLOW_CONTEXT,
    BUILTIN,
    FROM,
    GRAPH,
    OUTPUT,
    PROJECT,
    STORE,
    STRICT,
    FormatName,
    InputPath,
    Seconds,
    base_iri,
)
from scograph.cli.remote import opened_source
from scograph.errors import RdfSyntaxError, UsageError
from scograph.exports.writers import WRITERS, Naming, Prefixed
from scograph.formats import RDF_FORMATS, RDF_FORMATS_BY_NAME, RESULT_FORMATS, RESULT_FORMATS_BY_NAME, TURTLE
from scograph.graph import load_graph
from scograph.labels import Labels
from scograph.model import Finding, in_default_graph
from scograph.parse import BlankNodeNumbers, parse_rdf
from scograph.project import Project
from scograph.read_options import ReadOptions
from scograph.stores.addresses import is_address
from scograph.stores.embedded import EmbeddedStore, NoBaseError, Results
from scograph.stores.results import render_results, rows_text
from scograph.streams import Source, content_of, source_of
from scograph.terms import with_well_known
from scograph.turtle.tokens import tokens

if TYPE_CHECKING:  # as in `cli.load`
    from scograph.stores.source import Store

_NUMBER = re.compile(r"([A-Za-z0-9_-]+:)?[0-9]+")
"""A number of a question, maybe after the name of the project that it is used from."""


@click.command(
    name="query",
    epilog=examples(
        "scograph query 1",
        "scograph query --list",
        "scograph query 28 day=2021-03-31",
        "scograph query 'SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n)'",
        "scograph query -f csv 'SELECT ?document ?title { ?document a scog:SourceDocument ; dcterms:title ?title }'",
        "scograph query -f ttl 'DESCRIBE ?document { ?document a scog:SourceDocument }'",
        "scograph query --data graph.jsonld 'ASK { ?claim a <https://w3id.org/scograph/ontology#Claim> }'",
    ),
)
@click.argument("query", type=InputPath(), required=False)
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@PROJECT
@click.option(
    "--data",
    "data",
    metavar="FILE",
    type=InputPath(),
    multiple=True,
    help="Query these RDF files instead of a project. Repeatable.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=FormatName([row.name for row in (*RESULT_FORMATS, *RDF_FORMATS)]),
    help="table, csv, tsv, json, xml, md for SELECT and ASK [default: table]; an RDF syntax for CONSTRUCT and DESCRIBE "
    "[default: ttl].",
)
@click.option("--list", "lists", is_flag=True, help="List the questions of the project, with their numbers.")
@FROM
@click.option(
    "--base",
    metavar="IRI",
    callback=base_iri,
    help="Resolve relative IRIs of the query and the input against IRI.",
)
@ALLOW_CONTEXT
@STORE
@GRAPH
@click.option(
    "--timeout",
    "seconds",
    metavar="SECONDS",
    type=Seconds(),
    default=QUERY_SECONDS.default,
    show_default=True,
    help="Stop after this time, with exit code 124.",
)
@STRICT
@OUTPUT
@BUILTIN
@handled
def query_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    query: str | None,
    values: tuple[str, ...],
    path: str | None,
    data: tuple[str, ...],
    form: str | None,
    form_in: str | None,
    base: str,
    allowed: tuple[str, ...],
    store: str | None,
    graph: str | None,
    seconds: float,
    output: str,
    *,
    lists: bool,
) -> None:
    """Run a SPARQL query: its text, a file that ends in .rq, or the number of a question.

    A question may have parameters, which --list names: NAME=VALUE gives another value than that in the file. A thing is
    named as for show. A question of the vocabulary or profile that a project uses has its name before the number.

    The default graph holds facts and claims; a named graph, called by a passage's IRI, what that passage asserts. Files
    have the graphs that they name. With --graph, that graph is the default graph. The project's prefixes and
    those that are well known need no declaration. SERVICE and updates are refused. With --store, the store answers.
    """
    if data and (path or store or is_builtin_named()):
        raise UsageError("--data excludes --project, --builtin and --store", hint="give one of them")
    if lists:
        if query is not None or data or store:
            raise UsageError("--list takes no query: it lists the questions of a project", hint="leave out the query")
        _list_questions(open_project(path), form or RESULT_FORMATS[0].name, output)
        return
    if query is None:
        raise UsageError("there is no query", hint="give a number, a query or a .rq file; --list lists the questions")
    read = read_options(base, form_in, allowed, has_own_base=True)
    project = None if data else open_project(path, read, is_of_store=store is not None)
    base = project.options.base if project else base
    given = _given(values)
    text, name = _query_text(query, given, project)
    text = _with_values(text, given, project)
    files = _opened(data, read)  # here, since the process of the query has no standard input
    is_remote = store is not None and is_address(store)
    # A store at an address is opened here, since it may ask for a password; one in a folder where it is asked, since
    # its engine has threads.
    opened: AbstractContextManager[Store | None] = (
        nullcontext() if project is None or store is None or not is_remote else opened_source(store, project)
    )
    with opened as source:

        def pieces() -> Iterator[bytes | str]:
            try:
                yield from answers()
            except NoBaseError as error:
                raise NoBaseError(error.message, hint=f"give --base IRI, or {error.hint}") from error

        def answers() -> Iterator[bytes | str]:
            only = graph or ""
            if project is None:
                quads, declared = _files(files, read)
                prefixes = with_well_known(declared)
                held = EmbeddedStore(quads)
                yield from _where_graphs_are(held, text, only)
                yield from _result(held.query(text, prefixes, base, graph=only), form, Prefixed(declared))
                return
            loaded = load_graph(project)
            prefixes = with_well_known(loaded.prefixes)
            if store is None or source is not None:
                asked = source or EmbeddedStore(loaded.quads())
                yield from _result(asked.query(text, prefixes, base, graph=only), form, loaded)
                return
            with opened_source(store, project) as folder:
                yield from _where_graphs_are(folder, text, only)
                yield from _result(folder.query(text, prefixes, base, graph=only), form, loaded)

        with closing(run_in_pieces(pieces, seconds, name=name)) as answer:
            write(output, _said(answer))


def _said(pieces: Iterable[bytes | str]) -> Iterator[bytes]:
    """The pieces of an answer; remarks among them are said."""
    for piece in pieces:
        if isinstance(piece, str):
            say(piece)
        else:
            yield piece


def _where_graphs_are(store: Store, text: str, graph: str) -> Iterator[str]:
    """A remark that a query asks the default graph, where that is empty and named graphs are not.

    Args:
        store: A store on this machine.
        text: The query; one with GRAPH, FROM or FROM NAMED says itself what it asks.
        graph: The named graph that is its default graph; nothing for the store's own.

    Returns:
        The remark, or nothing.
    """
    from scograph.stores.source import graphs_in  # noqa: PLC0415 -- as in `cli.load`

    if graph or next(store.dump(), None) is not None:
        return
    names = list(graphs_in(store))
    words = {token.text.upper() for token in tokens(text) if token.kind == "word"}
    if names and words.isdisjoint(("GRAPH", "FROM")):
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        yield (
            f"note: the default graph is empty, and the query asks no other; the data are in the named graphs "
            f"<{names[0]}>{more}: write GRAPH ?g {{ … }} in the query, or take one graph with --graph"
        )


def _given(values: tuple[str, ...]) -> dict[str, str]:
    """The values of parameters that a call gives, by their names."""
    given = {}
    for value in values:
        name, is_there, meant = value.partition("=")
        if not is_there:
            raise UsageError(f"{value!r} gives no parameter a value", hint="write it as NAME=VALUE")
        given[name.removeprefix("?")] = meant
    return given


def _with_values(text: str, given: Mapping[str, str], project: Project | None) -> str:
    """A query with the values that the call gives to its parameters."""
    if not given:
        return text

    def find(named: str) -> NamedNode:
        if project is None:
            return NamedNode(named)
        return Labels(load_graph(project)).find(named)

    changed = with_values(text, given, find)
    say(", ".join(f"{one.name} = {one.value}" for one in parameters_of(changed)))
    return changed


def _list_questions(project: Project, form: str, output: str) -> None:
    if form in RDF_FORMATS_BY_NAME:
        raise UsageError(f"{form} is not for a list", hint=f"take one of {', '.join(RESULT_FORMATS_BY_NAME)}")
    rows = [
        (
            Literal(question.key),
            Literal(question.text),
            Literal(question.owner),
            Literal(", ".join(f"{one.name}={one.value}" for one in question.parameters)),
            Literal(project.relative(question.path)),
        )
        for question in offered_questions(project)
    ]
    write(output, [rows_text(("number", "question", "owner", "parameters", "file"), rows, form, {})])


def _result(results: Results, form: str | None, naming: Naming) -> Iterator[bytes]:
    if not isinstance(results, QuerySolutions | QueryBoolean):
        return _triples(results, form or TURTLE.name, naming)
    if form in RDF_FORMATS_BY_NAME:
        known = ", ".join(RESULT_FORMATS_BY_NAME)
        raise UsageError(f"{form} is for CONSTRUCT and DESCRIBE", hint=f"take one of {known}")
    return iter((render_results(results, form or RESULT_FORMATS[0].name, naming.prefixes),))


def _query_text(query: str, values: Collection[str], project: Project | None) -> tuple[str, str]:
    """The text of a query, and what messages call it."""
    if query.endswith(".rq"):
        return read_question(Path(query)).query, query
    if not _NUMBER.fullmatch(query.strip()):
        return query, "the query"
    if project is None:
        raise UsageError("--data has no numbered questions", hint="give a query or a .rq file")
    question = question_of(offered_questions(project), query)
    if question.of and (left := [one for one in question.parameters if one.is_iri and one.name not in values]):
        listed = " ".join(f"{one.name}=…" for one in left)
        raise UsageError(
            f"question {question.key} needs {listed}",
            hint="name things as for show; in the file they are " + ", ".join(one.value for one in left),
        )
    say(question.text)
    return question.query, f"question {query.strip()} ({project.relative(question.path)})"


def _opened(paths: Iterable[str], options: ReadOptions) -> list[tuple[Source, bytes | None]]:
    """The files of `--data`, with what was read of those that can be read once only."""
    sources = [source_of(path, options) for path in paths]
    return [(source, content_of(source) if source.opened else None) for source in sources]


def _files(files: Iterable[tuple[Source, bytes | None]], options: ReadOptions) -> tuple[list[Quad], dict[str, str]]:
    numbers = BlankNodeNumbers()
    quads: list[Quad] = []
    prefixes: dict[str, str] = {}
    errors: list[Finding] = []
    for source, data in files:
        text = content_of(source) if data is None else data
        parsed = parse_rdf(text, source.row, source.name, numbers, base=source.base, options=options)
        errors += parsed.errors
        quads += parsed.quads
        prefixes = {**parsed.prefixes, **prefixes}
    if errors:
        raise RdfSyntaxError(errors)
    return quads, prefixes


def _triples(results: Iterable[Triple], form: str, naming: Naming) -> Iterator[bytes]:
    if form not in RDF_FORMATS_BY_NAME:
        raise UsageError(f"{form} is for SELECT and ASK", hint=f"take one of {', '.join(RDF_FORMATS_BY_NAME)}")
    numbers = BlankNodeNumbers()
    triples = [quad.triple for quad in numbers.renumbered(in_default_graph(results))]
    return WRITERS[form](naming, triples, ())
