"""The command that checks a project, or validates data against shapes: check."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from pyoxigraph import NamedNode, RdfFormat

from scograph.bounded import Deadline
from scograph.checks import CheckedGraph, check_graph
from scograph.checks.baseline import EMPTY, Baseline, Known, read_baseline
from scograph.checks.findings import ResultFinding
from scograph.checks.report import Report
from scograph.checks.run import CheckOptions
from scograph.checks.shacl.validation import ENGINES
from scograph.cli.frame import (
    collect_seldom,
    examples,
    handled,
    is_builtin_named,
    open_project,
    read_texts,
    say,
    write,
    write_text,
)
from scograph.cli.inputs import read_options
from scograph.cli.options import (
    ALLOW_CONTEXT,
    BASE,
    BUILTIN,
    FROM,
    GRAPH,
    IMPORT,
    OUTPUT,
    SOURCE_TEXT,
    STORE,
    STRICT,
    FormatName,
    InputPath,
    Seconds,
)
from scograph.cli.remote import loaded_graph
from scograph.cli.watching import watch_files
from scograph.errors import InputError, RdfSyntaxError, TimeOverError, UsageError
from scograph.formats import RDF_FORMATS_BY_NAME, TURTLE
from scograph.losses import told
from scograph.messages import counted
from scograph.model import Finding, Place, Severity
from scograph.project import (
    Project,
    format_of,
    is_laid_out,
    is_project,
    portal_settings,
    read_bytes,
    refuse_among_inputs,
)
from scograph.read_options import ReadOptions
from scograph.reports.sarif import github, sarif
from scograph.reports.text import Style, findings_text
from scograph.reports.validation import findings_report, report_turtle
from scograph.streams import STDIN, content_of, expanded, source_of
from scograph.texts import TextArchive
from scograph.validation import INFERENCES, Options, Validated, inputs_at, validate_inputs
from scograph.xml_encoding import xml_in_utf8

if TYPE_CHECKING:  # one check of one project does not need them
    from scograph.checks.session import Session
    from scograph.graph import Graph
    from scograph.portal import Portal

MAX_OF_A_KIND = 5
"""So many errors of one kind are written out; the rest are counted."""
MAX_OF_A_LESSER_KIND = 1
"""So many warnings or infos of one kind are written out."""
GRACE = 2.0
"""Seconds after the time of --timeout for the report."""
FORMS = ("text", "json", "sarif", "github", TURTLE.name)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report is given.

    Args:
        form: One of `FORMS`.
        path: Where it is written, `-` for standard output.
        every: Whether every finding of a kind is written out.
        most: At most so many findings; None for all.
        fail_on: The least severity that makes the exit code 1.
        is_least_given: Whether the call says that severity; with --shapes, warnings about shapes count only then.
        baseline: The file with the findings that are put away, if it is named.
        new_baseline: The file that all findings are written into as a baseline, if it is wanted.
        lists_unread: Whether claims that no reading covers are listed.
    """

    form: str
    path: str
    every: bool
    most: int | None
    fail_on: Severity
    is_least_given: bool = False
    baseline: str | None = None
    new_baseline: str | None = None
    lists_unread: bool = False


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What there is to report.

    Args:
        report: The report; its findings have places.
        folder: What leads from here to where paths of places begin.
        read: The bytes of what a place's path names.
        prefixes: Prefixes to shorten IRIs with.
        turtle: The report in SHACL's own terms.
    """

    report: Report
    folder: str
    read: Callable[[str], bytes]
    prefixes: Mapping[str, str]
    turtle: Callable[[], bytes]


@click.command(
    name="check",
    epilog=examples(
        "scograph check",
        "scograph check -f json -o report.json",
        "scograph check data/ --shapes shapes/ -f ttl",
    ),
)
@click.argument("data", nargs=-1, type=InputPath(is_project=True))
@SOURCE_TEXT
@click.option(
    "-s",
    "--shapes",
    metavar="FILE",
    type=InputPath(),
    multiple=True,
    help="Validate DATA against these shapes only. Repeatable.",
)
@click.option(
    "--ontology",
    metavar="FILE",
    type=InputPath(),
    multiple=True,
    help="With --shapes: an ontology to read with DATA. Repeatable.",
)
@click.option(
    "--subclasses/--no-subclasses", default=True, help="Whether instances of a class also count for its superclasses."
)
@click.option("-i", "--inference", type=click.Choice(INFERENCES), default="none", help="What pySHACL infers first.")
@click.option("--meta-shacl", is_flag=True, help="Validate the shapes first, against SHACL's shapes for shapes.")
@click.option(
    "--strict-shapes",
    is_flag=True,
    help="With --shapes: refuse shapes with any flaw, and those that refer to themselves.",
)
@click.option("--allow-warnings", is_flag=True, help="With --shapes: sh:Warning and sh:Info do not cause exit code 1.")
@click.option("--allow-infos", is_flag=True, help="With --shapes: sh:Info does not cause exit code 1.")
@click.option("--focus", metavar="IRI", multiple=True, help="With --shapes: only this focus node. Repeatable.")
@FROM
@click.option("--data-format", type=FormatName(list(RDF_FORMATS_BY_NAME)), hidden=True, help="The old name of --from.")
@BASE
@ALLOW_CONTEXT
@IMPORT
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="scograph",
    help="The engine that evaluates shapes; both: compare the two.",
)
@click.option("-f", "--format", "form", type=FormatName(FORMS), default="text", show_default=True)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help=f"List every finding, not only {MAX_OF_A_KIND} errors and {MAX_OF_A_LESSER_KIND} warning of each kind.",
)
@click.option("--max", "most", type=click.IntRange(min=0), metavar="N", help="Report at most N findings.")
@click.option(
    "--baseline",
    metavar="FILE",
    type=InputPath(),
    help="Leave out the findings in FILE, which --write-baseline wrote  [default: check.baseline in scograph.toml].",
)
@click.option(
    "--write-baseline",
    "new_baseline",
    metavar="FILE",
    help="Write all findings of this run into FILE as the baseline. Reasons in FILE are kept.",
)
@click.option(
    "--fail-on",
    type=click.Choice([str(severity) for severity in Severity]),
    help="Exit with 1 for findings of this severity or higher, also for warnings about shapes and imports "
    "[default: error; with --shapes any result, as in SHACL].",
)
@STORE
@GRAPH
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="SECONDS",
    help="Stop after this time: what was not evaluated is reported as an error, with exit code 124.",
)
@click.option("--readings", "lists_unread", is_flag=True, help="List also the claims that nobody has read.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@STRICT
@OUTPUT
@BUILTIN
@handled
def check_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    data: tuple[str, ...],
    source_texts: tuple[str, ...],
    shapes: tuple[str, ...],
    ontology: tuple[str, ...],
    inference: str,
    focus: tuple[str, ...],
    form_in: str | None,
    data_format: str | None,
    base: str,
    allowed: tuple[str, ...],
    imports: tuple[str, ...],
    engine: str,
    form: str,
    most: int | None,
    fail_on: str | None,
    store: str | None,
    graph: str | None,
    timeout: float | None,
    output: str,
    baseline: str | None,
    new_baseline: str | None,
    *,
    subclasses: bool,
    meta_shacl: bool,
    strict_shapes: bool,
    allow_warnings: bool,
    allow_infos: bool,
    every: bool,
    watch: bool,
    lists_unread: bool,
) -> None:
    """Check a project: syntax, ontology, shapes, rules, references, sources, questions; or any DATA against --shapes.

    Each finding has its place: file, line and column of the statement at fault, or of the subject that lacks one, and
    of the constraint. DATA with --shapes are files, folders, or - for standard input; without, one project. Exits with
    1 if there is an error (see --fail-on), with 3 if a file cannot be parsed or if shapes have flaws, with 124 if the
    time of --timeout is over. A flaw of a shape is an error at its place; what it concerns is left out, and the rest is
    evaluated. What is imported with owl:imports is read if it is at hand, and never fetched; if not, that is a warning.
    A constraint, rule or question that does not end within its bounds of time and memory is an error that
    names it, and the rest is reported. Named graphs are checked as one with the default graph; --graph chooses one.
    With --store, the facts are those of the store, and ontology, shapes, rules and questions the project's.

    Several projects, or a folder with [portal] in its scograph.toml, are each checked by themselves, and then together:
    what they say about one thing must not exclude each other.

    Findings that a baseline puts away are not printed and do not count for the exit code; JSON and SARIF have them,
    marked as suppressed. If some of a baseline no longer occur, that is said.
    """
    collect_seldom()
    if data_format:
        say(f"note: --data-format is now called --from: --from {data_format}")
    is_published = not shapes and is_project(Path(data[0] if data else "."))  # then a build's rules hold
    read = read_options(base, form_in or data_format, allowed, imports, has_own_base=not is_published)
    least = Severity(fail_on) if fail_on else Severity.INFO if shapes else Severity.ERROR
    report_options = ReportOptions(
        form,
        output,
        every,
        most if not shapes else None,
        least,
        is_least_given=fail_on is not None,
        baseline=baseline,
        new_baseline=new_baseline,
        lists_unread=lists_unread,
    )
    if not shapes:
        wants = {
            "--ontology": ontology,
            "--no-subclasses": not subclasses,
            "-i": inference != "none",
            "--meta-shacl": meta_shacl,
            "--strict-shapes": strict_shapes,
            "--allow-warnings": allow_warnings,
            "--allow-infos": allow_infos,
            "--focus": focus,
        }
        _refuse_without_shapes(data, [name for name, is_given in wants.items() if is_given])
        settings = (source_texts, engine, report_options, store, graph)
        if (portal := _portal(data)) is not None:
            given = {"source-text": source_texts, "store": store, "graph": graph, "timeout": timeout, "watch": watch}
            _refuse_for_portals(report_options, given)
            run = partial(_check_portal, portal, report_options)
        elif data and (data[0] == STDIN or Path(data[0]).is_fifo()):
            run = partial(_check_pipe, data[0], read, *settings)
        else:
            is_kept = watch and not (store or graph or timeout)
            kept = _KeptCheck() if is_kept else None
            run = partial(_check_project, data[0] if data else None, read, *settings, kept=kept)
    else:
        if source_texts or store or baseline or new_baseline or lists_unread:
            raise UsageError(
                "--source-text, --store, baselines and readings are for a project", hint="leave out --shapes"
            )
        lighter = ("Warning", "Info") if allow_warnings else ("Info",) if allow_infos else ()
        options = Options(
            engine, inference, subclasses, meta_shacl, focus or None, lighter, most, strict_shapes=strict_shapes
        )
        stdin = sys.stdin.buffer.read if not watch else _no_stdin
        run = partial(
            _check_data,
            data,
            shapes,
            ontology,
            options,
            report_options,
            read,
            stdin,
            graph,
        )
    run = partial(_with_losses_reported, partial(ended_in_time, run, timeout))
    if watch:
        folders = [*data, *shapes, *ontology] if shapes else [str(open_project(data[0] if data else None).root)]
        watch_files([*folders, *read.imports.values()], run)
        return
    code = run()
    if code:
        raise SystemExit(code)


def _with_losses_reported(run: Callable[[], int]) -> int:
    """A run whose report says what files lose, so that nobody else needs to."""
    with told(lambda _: None):
        return run()


def ended_in_time(run: Callable[[Deadline], int], seconds: float | None) -> int:
    """What a run gives; one that is not over a little after its time, since it still reads, is ended.

    Raises:
        TimeOverError: Something was left out, whatever the report says of it.
    """
    deadline = Deadline(seconds)
    over = TimeOverError(
        f"the time of --timeout, {seconds or 0:g} seconds, ran out before the check was complete",
        hint="give more time: --timeout SECONDS",
    )
    with _ended_after(None if seconds is None else seconds + GRACE, deadline, over):
        code = run(deadline)
    if not deadline.was_met:
        raise over
    return code


@contextmanager
def _ended_after(seconds: float | None, deadline: Deadline, over: TimeOverError) -> Iterator[None]:
    """Raise an error in the block after some seconds; where that is lost on its way, the deadline knows of it."""
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def end(*_: object) -> NoReturn:
        deadline.was_met = False
        raise over

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _refuse_without_shapes(data: tuple[str, ...], options: list[str]) -> None:
    if options:
        raise UsageError(f"{options[0]} is only for data without a project", hint="name the shapes with --shapes FILE")
    other = next((path for path in data if path == STDIN or not is_laid_out(Path(path))), None)
    if len(data) > 1 and other is not None:
        raise UsageError(f"{other} is no project", hint="to check data files, name shapes: --shapes FILE")


def _portal(paths: tuple[str, ...]) -> Callable[[], Portal] | None:
    """What gives the portal that is meant: several projects, or a folder whose settings describe one."""
    from scograph.portal import open_portal, portal_of  # noqa: PLC0415 -- one project does not need it

    if len(paths) > 1:
        return partial(portal_of, paths)
    folder = Path(paths[0] if paths else "")
    if is_builtin_named() or not folder.is_dir() or portal_settings(folder)[1] is None:
        return None
    return partial(open_portal, folder)


def _refuse_for_portals(output: ReportOptions, given: Mapping[str, object]) -> None:
    wants = {**given, "baseline": output.baseline, "write-baseline": output.new_baseline}
    wants |= {"readings": output.lists_unread}
    useless = next((name for name, value in wants.items() if value), None)
    if useless:
        raise UsageError(f"--{useless} is for one project", hint="check each project by itself with it")


def _check_portal(opened: Callable[[], Portal], output: ReportOptions, _deadline: Deadline) -> int:
    """Check several projects, each by itself, and then what they say together."""
    started = time.perf_counter()
    portal = opened()
    for broken in portal.broken:
        say(str(broken))
    graph, report = portal.graph, portal.report

    def read(name: str) -> bytes:
        return expanded(read_bytes(graph.project.path_of(name)), Path(name))

    turtle = partial(_project_turtle, report.findings[: output.most])
    _write_report(CheckOutput(report, "", read, graph.prefixes, turtle), output, started)
    worst = report.worst()
    is_bad = worst is not None and worst.rank <= output.fail_on.rank
    return int(is_bad or bool(portal.broken))


def _no_stdin() -> bytes:
    raise UsageError("standard input cannot be watched", hint="name a file")


class _KeptCheck:
    """The check of a project that is watched: after the first time, what depends on the edits runs again."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._texts: Mapping[str, bytes] = {}

    def checked(self, load: Callable[[], Graph], options: CheckOptions) -> CheckedGraph:
        """The graph as it is now, with its report."""
        from scograph.checks.session import Session  # noqa: PLC0415 -- a check that is not watched does not need it

        if self._session is None or self._texts != options.texts:
            self._session = None  # where it cannot be loaded, there is none
            self._session, self._texts = Session(load(), options), options.texts
        else:
            self._session.refresh()
        return self._session.checked


def _check_project(  # noqa: PLR0913, PLR0917 -- what the command line was given
    path: str | None,
    options: ReadOptions,
    source_texts: tuple[str, ...],
    engine: str,
    output: ReportOptions,
    store: str | None,
    only: str | None,
    deadline: Deadline,
    kept: _KeptCheck | None = None,
) -> int:
    started = time.perf_counter()
    project = open_project(path, options, is_of_store=store is not None)
    texts = read_texts(source_texts)
    known = _baseline(project, output)

    def read(name: str) -> bytes:
        return texts[name] if name in texts else expanded(read_bytes(project.path_of(name)), Path(name))

    def content(report: Report, prefixes: Mapping[str, str]) -> CheckOutput:
        turtle = partial(_project_turtle, report.findings[: output.most])
        return CheckOutput(report, _from_here(project), read, prefixes, turtle)

    try:
        checks = CheckOptions(
            texts,
            engine,
            deadline=deadline,
            archived=TextArchive(project).text,
            lists_unread=output.lists_unread,
            shows_every_row=output.every,
        )
        load = partial(loaded_graph, path, store, only, options)
        checked = kept.checked(load, checks) if kept else check_graph(load(), checks)
        graph, report = checked.graph, checked.report
    except RdfSyntaxError as error:
        return _write_syntax_errors(error, output, content(Report(error.findings, 0, 0, None), {}))
    report = _without_known(report, known, output, deadline)
    _write_report(content(report, graph.prefixes), output, started)
    worst = report.worst()
    if report.are_shapes_flawed:
        return RdfSyntaxError.exit_code
    return int(worst is not None and worst.rank <= output.fail_on.rank)


def _baseline(project: Project, output: ReportOptions) -> Baseline | None:
    """What was put away: by the file that the call names, else by the one that the project names.

    Raises:
        InputError: It cannot be read, or is no baseline; then one is not written over it either.
    """
    if output.new_baseline == "-":
        raise UsageError("--write-baseline needs a file", hint="standard output is taken by the report")
    if output.new_baseline is not None and project.root.is_dir():
        refuse_among_inputs(output.new_baseline, project.root)
    if output.baseline is not None:
        known = read_baseline(read_bytes(Path(output.baseline)), output.baseline)
    elif project.settings.baseline and output.new_baseline is None:
        path = project.own_file(project.folder / project.settings.baseline)
        return read_baseline(read_bytes(path), project.relative(path))
    else:
        known = None
    if output.new_baseline is None or not Path(output.new_baseline).is_file():
        return known
    before = read_baseline(read_bytes(Path(output.new_baseline)), output.new_baseline)
    return known or before


def _without_known(report: Report, known: Baseline | None, output: ReportOptions, deadline: Deadline) -> Report:
    """A report in which what was put away is suppressed; if it is asked for, all is put away first."""
    if output.new_baseline is not None and not deadline.was_met:
        say(f"{output.new_baseline} is not written: the check was stopped by --timeout")
    elif output.new_baseline is not None:
        known = (known or EMPTY).renewed(report.findings)
        write(output.new_baseline, [known.to_json()])
        say(f"{counted(len(report.findings), 'finding')} put away in {output.new_baseline}")
    if known is None:
        return report
    judged = known.judge(report.findings)
    for line in _gone(judged.gone):
        say(line)
    return replace(report, findings=judged.new, suppressed=judged.suppressed)


def _gone(gone: Mapping[Known, int]) -> Iterator[str]:
    """What a baseline has and no check finds any more, in a few lines."""
    if gone:
        number = sum(gone.values())
        yield f"note: findings of the baseline that no longer occur: {number:,}; --write-baseline leaves them out"
        yield from (f"  {known}" for known in list(gone)[:MAX_OF_A_KIND])
        if len(gone) > MAX_OF_A_KIND:
            yield f"  and {len(gone) - MAX_OF_A_KIND:,} more"


def _check_pipe(path: str, options: ReadOptions, *settings: Any) -> int:
    """Check what comes through a pipe, as a project of one file: a check reads that more than once."""
    source = source_of(path, options)
    data = content_of(source)
    import tempfile  # noqa: PLC0415 -- it is slow to import, and data in a pipe alone needs it

    with tempfile.TemporaryDirectory(prefix="scograph-") as folder:
        file = Path(folder, f"pipe.{source.row.extension}")
        file.write_bytes(data)
        say(f"note: {source.name} is read as {file.name}")
        return _check_project(str(file), replace(options, row=source.row, has_own_base=False), *settings)


def _project_turtle(findings: tuple[Finding, ...]) -> bytes:
    return report_turtle(findings_report(findings))


def _from_here(project: Project) -> str:
    """What leads from the folder one stands in to the project's, where it lies below it."""
    try:
        folder = Path(os.path.realpath(project.folder)).relative_to(os.path.realpath("")).as_posix()
    except ValueError:
        return ""
    return "" if folder == "." else folder


def _check_data(  # noqa: PLR0913, PLR0917 -- what the command line was given
    data: tuple[str, ...],
    shapes: tuple[str, ...],
    ontology: tuple[str, ...],
    options: Options,
    output: ReportOptions,
    read_as: ReadOptions,
    stdin: Callable[[], bytes],
    graph: str | None,
    deadline: Deadline,
) -> int:
    started = time.perf_counter()
    options = replace(options, deadline=deadline)
    if not data:
        raise UsageError("no data", hint="name files or folders, or - for standard input")
    name = None if graph is None else NamedNode(graph)
    others = replace(read_as, row=None)
    given = [replace(one, graph=name) for path in data for one in inputs_at(path, stdin, read_as)]
    given += [one for path in ontology for one in inputs_at(path, stdin, others)]
    held_to = [one for path in shapes for one in inputs_at(path, stdin, others)]
    by_name = {one.name: one for one in (*given, *held_to)}

    def read(name: str) -> bytes:
        return by_name[name].read() if name in by_name else expanded(read_bytes(Path(name)), Path(name))

    try:
        found = validate_inputs(given, held_to, replace(options, read=others))
    except RdfSyntaxError as error:
        report = Report(error.findings, len(by_name), 0, None)
        turtle = partial(_project_turtle, error.findings)
        return _write_syntax_errors(error, output, CheckOutput(report, "", read, {}, turtle))
    if output.form == TURTLE.name:
        _write_turtle(found, output, read)
    else:
        _write_report(CheckOutput(found.report(), "", read, {}, found.to_turtle), output, started)
    if found.validation.flaws:
        return RdfSyntaxError.exit_code
    return int(_fails(found, output))


def _write_turtle(found: Validated, output: ReportOptions, read: Callable[[str], bytes]) -> None:
    """The report in SHACL's own terms; what it has no terms for is told on standard error.

    Where shapes have flaws and nothing else was found, neither that the data conform nor that they do not can be said,
    and there is no report (SHACL, clause 3.4.1).
    """
    flawed = found.validation.flaws
    if found.results or not flawed:
        write(output.path, [found.to_turtle()])
    if flawed:
        content = CheckOutput(found.report(), "", read, {}, found.to_turtle)
        style = _style(content, output, sys.stderr.isatty())
        of_shapes = tuple(one for one in found.findings if one.code == "shapes")
        for text in findings_text(of_shapes, style):
            say(text, has_colour=style.has_colour)
    for loss in found.losses:  # which SHACL has no words for
        say(str(loss))
    for note in found.notes:
        say(f"note: {note}")


def _fails(found: Validated, output: ReportOptions) -> bool:
    if found.validation.differences:
        return True
    lighter = {Severity.ERROR: ("Warning", "Info"), Severity.WARNING: ("Info",), Severity.INFO: ()}
    if not found.validation.conforms((*found.options.allowed, *lighter[output.fail_on])):
        return True
    others = (one for one in found.findings if not isinstance(one, ResultFinding))
    return output.is_least_given and any(one.severity.rank <= output.fail_on.rank for one in others)


def _write_syntax_errors(error: RdfSyntaxError, output: ReportOptions, content: CheckOutput) -> int:
    """The findings of what cannot be read: as the report, or for people, on standard error."""
    if output.form in ("text", TURTLE.name):  # a failure is no validation report (SHACL, clause 3.4.1)
        style = replace(_style(content, output, sys.stderr.isatty()), limit=None)
        for text in findings_text(error.findings, style):
            say(text, has_colour=style.has_colour)
    else:
        write(output.path, _pieces(content, output))
        if output.path != "-":
            say(f"{counted(len(error.findings), 'syntax error')}, listed in {output.path}")
    return error.exit_code


def _write_report(content: CheckOutput, output: ReportOptions, started: float) -> None:
    if output.form == "text":
        style = _style(content, output, output.path == "-" and sys.stdout.isatty())
        texts = findings_text(content.report.findings[: output.most], style)
        write_text(output.path, (f"{text}\n" for text in texts), has_colour=style.has_colour)
        left = len(content.report.findings) - len(content.report.findings[: output.most])
        if left:
            say(f"{left:,} more findings; --max is {output.most}")
        for note in content.report.notes:
            say(f"note: {note}")
    else:
        write(output.path, _pieces(content, output))
    if content.report.are_shapes_flawed and output.path != "-":  # which the exit code tells
        say(f"error: flawed shapes are left out, listed in {output.path}")
    say(f"{content.report.summary()} · {time.perf_counter() - started:.1f} s{_exit_hint(content.report, output)}")


def _exit_hint(report: Report, output: ReportOptions) -> str:
    """How what was not validated makes the exit code 1, where it does not."""
    worst = report.worst()
    if not report.not_validated or output.is_least_given or worst is None or worst is Severity.ERROR:
        return ""
    return " · --fail-on warning exits with 1"


def _pieces(content: CheckOutput, output: ReportOptions) -> Iterator[bytes]:
    findings = content.report.findings[: output.most]
    if output.form == "json":
        yield content.report.to_json(output.most)
    elif output.form == "sarif":
        from importlib import metadata  # noqa: PLC0415 -- it is slow to import, and one form needs it

        suppressed = content.report.suppressed
        yield sarif(findings, metadata.version("scograph"), content.folder, suppressed and suppressed[: output.most])
    elif output.form == "github":
        yield from github(findings, content.folder)
    else:
        yield content.turtle()


def _style(content: CheckOutput, output: ReportOptions, is_terminal: bool) -> Style:  # noqa: FBT001 -- said at both calls
    has_colour = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    most, lesser = (None, None) if output.every else (MAX_OF_A_KIND, MAX_OF_A_LESSER_KIND)
    return Style(most, lesser, _lines(content.read), content.prefixes, has_colour)


def _text(data: bytes, path: str) -> str:
    """The text of a file as places count in it."""
    row = format_of(Path(path))
    if row is not None and row.rdf is RdfFormat.RDF_XML:
        with suppress(InputError):
            data = xml_in_utf8(data, path)
    return data.decode("utf-8", "replace")


def _lines(read: Callable[[str], bytes]) -> Callable[[Place], str | None]:
    """A place to its line; each file is split once."""
    known: dict[str, list[str]] = {}

    def line(place: Place) -> str | None:
        if place.path not in known:
            known[place.path] = _text(read(place.path), place.path).removeprefix("\ufeff").split("\n")
        rows = known[place.path]
        return rows[place.line - 1].rstrip("\r") if place.line and place.line <= len(rows) else None

    return line
