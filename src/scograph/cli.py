"""The command line: one command, one verb; data on standard output, talk on standard error.

Exit codes: 0 fine, 1 findings, 2 usage, 3 input that cannot be read, 4 network or store.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import click
from pyoxigraph import BlankNode, Quad, QueryTriples

from scograph.api import Graph, Project
from scograph.build import build
from scograph.checks import check_graph
from scograph.checks.questions import read_question, read_questions
from scograph.checks.report import finding_text
from scograph.errors import FindingsError, InputError, RdfSyntaxError, ScographError, UsageError
from scograph.exports import EXPORTERS, context_of, exporter
from scograph.model import FORMATS, FORMATS_BY_NAME, Finding, Place
from scograph.parse import BlankNodeNumbers, parse_rdf
from scograph.project import KNOWN_EXTENSIONS, MANIFEST, SETTINGS_FILE, format_of, is_project, read_bytes, unreadable
from scograph.serialise.jsonld import jsonld
from scograph.serialise.lines import n_quads, n_triples, sorted_lines
from scograph.serialise.rdfxml import rdf_xml
from scograph.serialise.turtle import trig, turtle
from scograph.stores.embedded import EmbeddedStore
from scograph.stores.results import RESULT_FORMATS, render_results

P = ParamSpec("P")

DEFAULT_OUTPUT = "dist"

_LINES: dict[str, Callable[[Iterable[Quad]], Iterator[bytes]]] = {"nt": n_triples, "nq": n_quads}
_PREFIXED: dict[str, Callable[[Iterable[Quad], Mapping[str, str]], Iterator[bytes]]] = {
    "ttl": turtle,
    "trig": trig,
    "rdf": rdf_xml,
}


def main() -> NoReturn:
    """Run the command line, and exit with its code."""
    cli(prog_name="scograph")
    raise SystemExit(0)


def _handled(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of every layer into a message on standard error and an exit code."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except ScographError as error:
            _say_error(error)
            raise SystemExit(error.exit_code) from None
        except OSError as error:  # a file that went away while it was looked at, say
            unread = unreadable(error.filename or "an input", error)
            _say_error(unread)
            raise SystemExit(unread.exit_code) from None

    return wrapper


def _say_error(error: ScographError) -> None:
    if isinstance(error, FindingsError):
        for finding in error.findings:
            _say(finding_text(finding))
    _say(str(error) if isinstance(error, RdfSyntaxError) else f"error: {error}")


def _say(text: str) -> None:
    click.echo(text, err=True)


_FORMAT_NAMES = [row.name for row in EXPORTERS]
_OUTPUT = click.option("-o", "--output", metavar="FILE", default="-", help="Write to FILE instead of standard output.")
_SOURCE_TEXT = click.option(
    "--source-text",
    "source_texts",
    metavar="FILE",
    multiple=True,
    help="A source's text: verify offsets, digests and words of its passages against it. Repeatable.",
)


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_examples("scograph", "scograph check", "scograph query 1"),
)
@click.version_option(metadata.version("scograph"), prog_name="scograph")
@click.pass_context
@_handled
def cli(context: click.Context) -> None:
    """Publish a knowledge graph whose every fact leads to its source.

    A project is a folder with data/, and optionally ontology/, shapes/ and scograph.toml. Without a PATH, commands work
    on the project you stand in, and elsewhere on the one that is built in.
    """
    if context.invoked_subcommand is None:
        _status()


@cli.command(epilog=_examples("scograph check", "scograph check -f json -o report.json"))
@click.argument("path", required=False)
@_SOURCE_TEXT
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_OUTPUT
@_handled
def check(path: str | None, source_texts: tuple[str, ...], form: str, output: str) -> None:
    """Check a project: syntax, ontology, shapes, rules, references, sources, questions.

    Exits with 1 if there is a violation, with 3 if a file cannot be parsed.
    """
    started = time.perf_counter()
    graph = _open(path).load()
    report = check_graph(graph, _texts(source_texts))
    if form == "json":
        _write(output, [report.to_json()])
    else:
        _write(output, [f"{finding_text(finding, graph.prefixes)}\n".encode() for finding in report.findings])
        for note in report.notes:
            _say(f"note: {note}")
    _say(f"{report.summary()} · {time.perf_counter() - started:.1f} s")
    if not report.conforms:
        raise SystemExit(1)


@cli.command(epilog=_examples("scograph export -f jsonld -o graph.jsonld", "scograph export -f nt --facts-only"))
@click.argument("path", required=False)
@click.option("-f", "--format", "form", type=click.Choice(_FORMAT_NAMES), required=True)
@click.option("--facts-only", is_flag=True, help="Leave out claims and the descriptions of documents and concepts.")
@click.option("--source", metavar="NAME", help="Only what one source says, by the name of its folder in data/.")
@_OUTPUT
@_handled
def export(path: str | None, form: str, facts_only: bool, source: str | None, output: str) -> None:  # noqa: FBT001 -- click's way
    """Export facts and claims as N-Triples, Turtle, JSON-LD, N-Quads, TriG or RDF/XML."""
    graph = _open(path).load()
    _write(output, exporter(form)(graph, facts_only=facts_only, source=source))


@cli.command(
    epilog=_examples(
        "scograph query 1",
        "scograph query 'SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n)'",
        "scograph query -f csv 'SELECT ?document ?title { ?document a scog:SourceDocument ; dcterms:title ?title }'",
        "scograph query -f ttl 'DESCRIBE ?document { ?document a scog:SourceDocument }'",
        "scograph query --data graph.jsonld 'ASK { ?claim a <https://w3id.org/scograph/ontology#Claim> }'",
    )
)
@click.argument("query")
@click.option("-p", "--project", "path", metavar="PATH", help="The project to ask.")
@click.option(
    "--data", "data", metavar="FILE", multiple=True, help="Ask these RDF files instead of a project. Repeatable."
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([*RESULT_FORMATS, *(row.name for row in FORMATS)]),
    help="table, csv, tsv, json, xml, md for SELECT and ASK [default: table]; an RDF syntax for CONSTRUCT and DESCRIBE "
    "[default: ttl].",
)
@_OUTPUT
@_handled
def query(query: str, path: str | None, data: tuple[str, ...], form: str | None, output: str) -> None:
    """Ask a SPARQL query: its text, a file that ends in .rq, or the number of a question.

    The default graph holds facts and claims; a named graph, called by a passage's IRI, what that passage asserts. The
    project's prefixes need no declaration. SERVICE and updates are refused.
    """
    if data and path:
        raise UsageError("--data and --project exclude each other", hint="give one of them")
    if data:
        quads, prefixes, context = _files(data)
        text = _query_text(query, None)
        results = EmbeddedStore(quads).query(text, prefixes)
    else:
        graph = _open(path).load()
        prefixes, context = dict(graph.prefixes), context_of(graph)
        results = graph.query(_query_text(query, graph))
    if isinstance(results, QueryTriples):
        _write(output, _triples(results, form or "ttl", prefixes, context))
    else:
        if form in FORMATS_BY_NAME:
            raise UsageError(f"{form} is for CONSTRUCT and DESCRIBE", hint=f"take one of {', '.join(RESULT_FORMATS)}")
        _write(output, [render_results(results, form or "table", prefixes)])


@cli.command(name="build", epilog=_examples("scograph build", "scograph build -o public"))
@click.argument("path", required=False)
@click.option(
    "-o", "--output", metavar="FOLDER", default=DEFAULT_OUTPUT, show_default=True, help="The folder to write."
)
@_SOURCE_TEXT
@_handled
def build_command(path: str | None, output: str, source_texts: tuple[str, ...]) -> None:
    """Check a project and publish all its exports into a folder.

    A project that does not conform is not published: exit 1, and the folder stays as it was.
    """
    started = time.perf_counter()
    if Path(output).resolve() == Path.cwd():
        raise UsageError(f"{output} is the folder you stand in, and a build replaces it", hint="name another with -o")
    built = build(_open(path), Path(output), _texts(source_texts))
    warnings = built.report.findings
    _say(built.report.summary())
    if warnings:
        _say("the findings are in check.json; `scograph check` prints them")
    width = max(len(entry.path) for entry in built.entries)
    for entry in built.entries:
        _say(f"  {entry.path:<{width}}  {entry.size:>9,} bytes")
    _say(f"{len(built.entries) + 1} files in {built.folder}{os.sep} · {time.perf_counter() - started:.1f} s")


def _open(path: str | None) -> Project:
    if path is not None:
        return Project.open(path)
    if is_project(Path.cwd()):
        return Project.open(".")
    here = sorted(path.name for path in Path.cwd().iterdir() if format_of(path))
    if here:
        _say(f"note: the built-in project, since no data/ is here; for {here[0]} give `.` or its name as the project")
    return Project.builtin()


def _texts(paths: Iterable[str]) -> dict[str, bytes]:
    texts = {path: read_bytes(Path(path)) for path in paths}
    for path, data in texts.items():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"not UTF-8: byte 0x{data[error.start]:02X} cannot stand here",
                hint="save the file as UTF-8",
                place=Place(path, line),
            ) from error
    return texts


def _query_text(query: str, graph: Graph | None) -> str:
    if query.endswith(".rq"):
        return read_question(Path(query)).query
    if not query.strip().isdecimal():
        return query
    if graph is None:
        raise UsageError("--data has no numbered questions", hint="give a query or a .rq file")
    questions = read_questions(graph)
    for question in questions:
        if question.number and int(question.number) == int(query):
            _say(question.text)
            return question.query
    known = ", ".join(
        f"{int(question.number)} {question.name.partition('-')[2]}" for question in questions if question.number
    )
    raise UsageError(f"no question has the number {query}", hint=f"there are: {known or 'none'}")


def _files(paths: Iterable[str]) -> tuple[list[Quad], dict[str, str], dict[str, Any]]:
    numbers = BlankNodeNumbers()
    quads: list[Quad] = []
    prefixes: dict[str, str] = {}
    errors: list[Finding] = []
    for path in paths:
        row = format_of(Path(path))
        if row is None:
            raise InputError(f"{path}: not an RDF file by its extension", hint=f"known: {KNOWN_EXTENSIONS}")
        parsed = parse_rdf(read_bytes(Path(path)), row, path, numbers)
        errors += parsed.errors
        quads += parsed.quads
        prefixes = {**parsed.prefixes, **prefixes}
    if errors:
        raise RdfSyntaxError(errors)
    return quads, prefixes, {prefix: namespace for prefix, namespace in sorted(prefixes.items()) if prefix}


def _triples(results: QueryTriples, form: str, prefixes: dict[str, str], context: dict[str, Any]) -> Iterator[bytes]:
    numbers = BlankNodeNumbers()
    scope = numbers.scope()

    def named(term: Any) -> Any:
        return numbers.number(term, scope) if isinstance(term, BlankNode) else term

    quads = [Quad(named(t.subject), t.predicate, named(t.object)) for t in results]
    if form == "jsonld":
        return jsonld(quads, context)
    if form in _LINES:
        return sorted_lines(_LINES[form](quads))
    if form in _PREFIXED:
        return _PREFIXED[form](quads, prefixes)
    raise UsageError(f"{form} is for SELECT and ASK", hint=f"take one of {', '.join(FORMATS_BY_NAME)}")


@contextmanager
def _atomically(path: Path) -> Iterator[Any]:
    """A file that takes its name only when it is whole."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            beside = Path(file.name)
            try:
                yield file
                file.close()
                umask = os.umask(0)
                os.umask(umask)
                beside.chmod(0o666 & ~umask)
                beside.replace(path)
            except BaseException:
                beside.unlink()
                raise
    except OSError as error:
        hint = "name a file, not a folder" if path.is_dir() else "does its folder exist, and may you write there?"
        raise UsageError(f"{path}: cannot be written: {error.strerror}", hint=hint) from error


@contextmanager
def _to_stdout() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is in the buffer has nowhere to go
        raise UsageError(
            f"standard output cannot be written: {error.strerror}", hint="write to a file with -o"
        ) from error


def _write(output: str, pieces: Iterable[bytes]) -> None:
    if output == "-":
        stream = sys.stdout.buffer
        for piece in pieces:
            with _to_stdout():
                stream.write(piece)
        with _to_stdout():
            stream.flush()
        return
    with _atomically(Path(output)) as file:
        for piece in pieces:
            file.write(piece)


def _status() -> None:
    project = _open(None)
    graph = project.load()
    where = "the project here" if is_project(Path.cwd()) else "the built-in project"
    things = {t.subject for t in graph.facts}
    click.echo(f"{where}: {project.settings.name} ({project.root})")
    click.echo(
        f"  {_counted(graph.facts, 'fact')} about {_counted(things, 'thing')}, {_counted(graph.claims, 'claim')},"
        f" {_counted(graph.sources, 'source')}, {_counted(read_questions(graph), 'question')}"
    )
    dist = Path(DEFAULT_OUTPUT)
    manifest = dist / MANIFEST
    if not manifest.is_file():
        click.echo(f"  not built yet in {dist}{os.sep}")
        click.echo("next: scograph build")
        return
    built = datetime.fromtimestamp(manifest.stat().st_mtime, tz=UTC)
    inputs = (
        *project.data_files(),
        *project.ontology_files(),
        *project.shapes_files(),
        *project.rule_files(),
        *project.question_files(),
        *project.answer_files(),
        project.context_file,
        project.root / SETTINGS_FILE,
    )
    newer = [path for path in inputs if path.is_file() and path.stat().st_mtime > manifest.stat().st_mtime]
    click.echo(f"  last built {built:%Y-%m-%d %H:%M} UTC in {dist}{os.sep}")
    if newer:
        click.echo(f"  {_counted(newer, 'file')} changed since: {project.relative(newer[0])}")
        click.echo("next: scograph build")
    else:
        click.echo("next: scograph query 1, or load dist/ into your store")


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"
