"""The command that loads a graph into a store: load."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scograph import terms
from scograph.bounds import STORE_SECONDS
from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.inputs import inputs_of, read_options
from scograph.cli.load_report import compared, done_lines, listed, of_project, planned, removed, up_to_date
from scograph.cli.options import (
    ALLOW_CONTEXT,
    BASE,
    BUILTIN,
    FACTS_ONLY,
    FROM,
    PROFILE,
    STRICT,
    InputPath,
    Seconds,
    graph_iri,
    input_paths,
)
from scograph.cli.overwriting import refuse_overwriting
from scograph.cli.progress import Transfer, reading
from scograph.cli.remote import open_store
from scograph.ending import Terminated
from scograph.errors import InputError, UsageError
from scograph.formats import N_QUADS
from scograph.messages import counted
from scograph.project import MANIFEST, Project, manifest_of, refuse_link_out
from scograph.read_options import ReadOptions
from scograph.stores.addresses import is_address
from scograph.streams import STDIN, Source

if TYPE_CHECKING:  # as in `cli.remote`
    from scograph.graph import Graph
    from scograph.stores.parts import GraphParts
    from scograph.stores.remote import RemoteStore
    from scograph.stores.verifying import Verified

FINDINGS = 1
MAX_NAMES = 5
"""So many loads are named in a message; the rest are counted."""
_NOT_FOR_FOLDERS = {
    "graph": "--graph",
    "prune": "--prune",
    "reads_back": "--verify",
    "verify_only": "--verify-only",
    "dry_run": "--dry-run",
    "shows": "--show",
    "chunk": "--chunk",
    "kind": "--profile",
    "update_url": "--update-url",
    "graph_store_url": "--graph-store-url",
    "user": "--user",
}
"""Settings that have no meaning for a folder, and their options."""
_VERSIONS = tuple(f"{ns}{name}" for ns, name in ((terms.OWL, "versionInfo"), ("http://www.w3.org/ns/dcat#", "version")))


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """What the options of a load say.

    Args:
        name: What the load is called in the store; nothing for the name of what is loaded.
        graph: The graph that all is put into.
        facts_only: Whether claims and descriptions are left out.
        prune: Whether graphs are removed that an earlier load put there and that are no more.
        replace: Whether data of others in the same place is replaced.
        lists: Whether nothing is sent, and the loads listed.
        remove: Whether the load is removed.
        reads_back: Whether also what seems unchanged is read back.
        verify_only: Whether nothing is sent, and the store compared.
        dry_run: Whether nothing is sent, and the plan printed.
        shows: Whether each request is printed as a curl command.
        chunk: Bytes that a request may have; 0 for the profile's own limit.
        kind: The name of the store's profile.
        update_url: The store's update endpoint.
        graph_store_url: The store's Graph Store Protocol.
        user: The name of the user.
        timeout: Seconds that the store may be silent.
    """

    name: str | None
    graph: str | None
    facts_only: bool
    prune: bool
    replace: bool
    lists: bool
    remove: bool
    reads_back: bool
    verify_only: bool
    dry_run: bool
    shows: bool
    chunk: int
    kind: str | None
    update_url: str
    graph_store_url: str
    user: str | None
    timeout: float


@dataclass(frozen=True)
class LoadInput:
    """What is loaded.

    Args:
        project: The project, or None for files.
        files: The RDF files, if it is no project.
        name: What it is called by default.
        release: Its version, if it was built or released.
    """

    project: Project | None
    files: list[Source]
    name: str
    release: str = ""


@click.command(name="load", epilog=examples("scograph load graph.store", "scograph load facts.store --facts-only"))
@click.argument("target")
@click.argument("inputs", metavar="[INPUT]...", nargs=-1, type=InputPath(is_project=True))
@click.option(
    "--name",
    metavar="NAME",
    help="The name of this load; the store keeps loads apart by their names  [default: the project's name, or graph].",
)
@click.option("--graph", metavar="IRI", callback=graph_iri, help="Load everything into this graph.")
@FACTS_ONLY
@FROM
@BASE
@ALLOW_CONTEXT
@click.option("--prune", is_flag=True, help="Remove graphs of an earlier load that the input no longer has.")
@click.option(
    "--replace",
    is_flag=True,
    help="Replace data that no load put there, or the load of another project with this name.",
)
@click.option("--list", "lists", is_flag=True, help="Send nothing: list the loads that TARGET holds.")
@click.option(
    "--remove", is_flag=True, help="Remove the load called --name, with all that no other load put there as well."
)
@click.option("--verify", "reads_back", is_flag=True, help="Verify unchanged graphs too, and repair them.")
@click.option(
    "--verify-only", is_flag=True, help="Send nothing: compare the store with the input; exit 1 if it differs."
)
@click.option("--dry-run", is_flag=True, help="Send nothing: list what would be sent.")
@click.option("--show", "shows", is_flag=True, help="Show each request as a curl command too, without secrets.")
@click.option("--chunk", type=click.IntRange(min=0), default=0, help="Maximum bytes of a request.", metavar="BYTES")
@PROFILE
@click.option("--update-url", metavar="URL", default="", help="The update endpoint, if --profile does not define it.")
@click.option(
    "--graph-store-url",
    metavar="URL",
    default="",
    help="The Graph Store Protocol endpoint, if --profile does not define it.",
)
@click.option(
    "--user", metavar="NAME", help="User name; the password comes from SCOGRAPH_STORE_PASSWORD, netrc or a prompt."
)
@click.option(
    "--timeout",
    type=Seconds(),
    default=STORE_SECONDS.default,
    show_default=True,
    help="Seconds to wait for the store, and one more for each 100 kB sent.",
)
@STRICT
@BUILTIN
@handled
def load_command(
    target: str, inputs: tuple[str, ...], form_in: str | None, base: str, allowed: tuple[str, ...], **given: Any
) -> None:
    """Load a project, or RDF files, into the store at TARGET, and read back that it is there.

    TARGET is the store's base address: http://localhost:7878 of Oxigraph, http://localhost:3030/DATASET of Fuseki,
    …/repositories/REPOSITORY of RDF4J, http://localhost:8890 of Virtuoso; of any other its query endpoint, with
    --update-url. Or it is a folder, for a store on disk that --store reads.

    INPUT is a project, a folder that a build or a release wrote, or RDF files, which are loaded as one. The default
    graph gets facts and claims, each passage a graph that it names. A load takes the place of the last one of its
    name, and stays beside those of other names; what is there already is not sent again; an interrupted load is
    completed by the next. The name and password come from SCOGRAPH_STORE_USER and SCOGRAPH_STORE_PASSWORD, else from
    netrc, else --user asks.
    """
    started = time.perf_counter()
    options = LoadOptions(**given)
    if options.lists or options.remove:
        _on_loads(target, inputs, options)
        return
    loaded = _input(inputs, read_options(base, form_in, allowed))
    name = options.name or loaded.name
    if loaded.project is None and options.facts_only:
        raise UsageError("--facts-only is for a project", hint="give a folder with data/ in it")
    if is_address(target):
        transfer = Transfer()
        with closing(_opened(target, name, options, transfer.told)) as store:
            _load(store, name, loaded, options, transfer)
    else:
        _load_folder(target, name, loaded, options)
    say(f"{time.perf_counter() - started:.1f} s")


def _opened(
    target: str, name: str, options: LoadOptions, moved: Callable[[str, int], None] = lambda *_: None
) -> RemoteStore:
    return open_store(
        target,
        kind=options.kind,
        update_url=options.update_url,
        graph_store_url=options.graph_store_url,
        user=options.user,
        timeout=options.timeout,
        name=name,
        shows=options.shows,
        moved=moved,
    )


def _on_loads(target: str, inputs: tuple[str, ...], options: LoadOptions) -> None:
    """List the loads that a store holds, or remove one."""
    if options.lists and options.remove:
        raise UsageError("--list and --remove are two commands", hint="give one of them")
    if inputs:
        raise UsageError(
            f"{inputs[0]} is not read with {'--list' if options.lists else '--remove'}", hint="give TARGET alone"
        )
    if options.remove and not options.name:
        raise UsageError("--remove needs the name of the load", hint="add --name NAME; --list gives the names")
    name = options.name or "graph"
    if is_address(target):
        with closing(_opened(target, name, options)) as store:
            _on_remote_loads(store, name, options)
        return
    from scograph.stores.disk import loads_in, remove_load  # noqa: PLC0415 -- not needed for a store at an address

    if options.remove:
        say(f"{target}: removed the load named {name!r}, {counted(remove_load(Path(target), name), 'quad')}")
        return
    loads = loads_in(Path(target))
    write_text("-", [f"{load.name}: {counted(load.quads, 'quad')}{of_project(load.of)}\n" for load in loads])
    say(f"{target}: {counted(len(loads), 'load')}")


def _on_remote_loads(store: RemoteStore, name: str, options: LoadOptions) -> None:
    from scograph.exports.canonical import canonical  # noqa: PLC0415 -- as above
    from scograph.stores.loading import Loading  # noqa: PLC0415
    from scograph.stores.parts import no_parts  # noqa: PLC0415
    from scograph.stores.state import state_in, states_in  # noqa: PLC0415

    if options.remove:
        for line in removed(store, Loading(store, no_parts(), name, canonical).remove()):
            say(line)
        return
    states = [state_in(store, found) for found in states_in(store)]
    write_text("-", (f"{line}\n" for line in listed(states)))
    say(f"{store.profile.title} at {store.address}: {counted(len(states), 'load')}")


def _input(inputs: tuple[str, ...], read: ReadOptions) -> LoadInput:
    """What the arguments name: files, a project, or the dump in a folder that a build or a release wrote."""
    name, release = "graph", ""
    if len(inputs) == 1 and (Path(inputs[0]) / MANIFEST).is_file():
        inputs, name, release = _dump_of(Path(inputs[0]))
    files = inputs_of(inputs, read)
    if files is not None:
        return LoadInput(None, files, name, release)
    project = open_project(inputs[0] if inputs else None, read, may_be_builtin=False)
    return LoadInput(project, [], project.settings.name, release)


def _dump_of(folder: Path) -> tuple[tuple[str, ...], str, str]:
    """The dump of a folder that a build or a release wrote, and what its manifest says: name and version."""
    manifest = manifest_of(folder)
    dumps = {entry.path: entry for entry in manifest.entries if entry.media_type == N_QUADS.media_type}
    if not dumps:
        raise InputError(f"{folder}: it has no N-Quads dump to load", hint="build it with `scograph build`")
    whole = f"{manifest.name}.nq"
    dump = dumps.get(whole) or next(iter(dumps.values()))
    return (str(refuse_link_out(folder / dump.path, folder)),), manifest.name or "graph", manifest.version


def _load_folder(target: str, name: str, loaded: LoadInput, options: LoadOptions) -> None:
    from scograph.stores.disk import loads_in, write_store  # noqa: PLC0415 -- not needed for a store at an address

    useless = [option for field, option in _NOT_FOR_FOLDERS.items() if getattr(options, field)]
    if useless:
        raise UsageError(
            f"{target} is a folder: only stores with an address support {', '.join(useless)}",
            hint="an address begins with http(s)://",
        )
    refuse_overwriting(target, input_paths(click.get_current_context()))
    graph = _graph(loaded.project)
    with reading(loaded.files) as progress:
        lines = _lines(graph, loaded.files, options, progress)
        count = write_store(Path(target), lines, name=name, of=_base(graph), may_replace=options.replace)
    others: list[str] = []
    with suppress(InputError):  # it is written, whether or not it can be looked at just then
        others = [load.name for load in loads_in(Path(target)) if load.name != name]
    beside = f", beside {_names(others)}" if others else ""
    say(f"{target}: {counted(count, 'quad')}{beside}")


def _names(names: list[str]) -> str:
    """Some names of loads, in a message."""
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"{counted(len(names), 'other load')}: {', '.join(names[:MAX_NAMES])}{more}"


def _base(graph: Graph | None) -> str:
    """What a project's own IRIs begin with, which tells it from others of its name; nothing for files."""
    return graph.header.text("void:uriSpace") if graph else ""


def _load(store: RemoteStore, name: str, loaded: LoadInput, options: LoadOptions, transfer: Transfer) -> None:
    from scograph.stores.unchanged import unchanged  # noqa: PLC0415 -- what speaks to stores is slow to import

    made_of = _made_of(loaded, options)
    looks = options.verify_only or options.dry_run or options.reads_back
    state = unchanged(store, name, made_of) if made_of and not looks else None
    if state is not None:
        say(up_to_date(store, [entry.count for entry in state.entries.values()]))
        return
    from scograph.exports.canonical import canonical  # noqa: PLC0415 -- what sends nothing does not pay for the rest
    from scograph.stores.loading import Loading  # noqa: PLC0415

    graph = _graph(loaded.project)
    parts = _parts(graph, loaded.files, options)
    if made_of != _made_of(loaded, options):
        made_of = ""  # a file was written to meanwhile
    release = loaded.release or _release(graph)
    loading = Loading(
        store, parts, name, canonical, release=release, made_of=made_of, of=_base(graph), chunk=options.chunk
    )
    if options.verify_only:
        with transfer.of(sum(part.size for part in parts.by_graph.values()), "read back"):
            verified = loading.verify()
        _verify_only(store, verified)
        return
    plan = loading.plan(may_replace=options.replace, reads_back=options.reads_back)
    if options.dry_run:
        write_text("-", (f"{line}\n" for line in planned(plan, prunes=options.prune)))
        return
    with _goes_on(), transfer.of(sum(part.size for part, _ in plan.send), "sent", "read back"):
        done = loading.run(plan, prunes=options.prune)
    for line in done_lines(store, done, prunes=options.prune, reads_back=options.reads_back):
        say(line)


@contextmanager
def _goes_on() -> Iterator[None]:
    """Whoever ends a load is told what becomes of it."""
    try:
        yield
    except (KeyboardInterrupt, Terminated):
        say("not everything was sent: run the command again, it continues where it stopped")
        raise


def _graph(project: Project | None) -> Graph | None:
    if project is None:
        return None
    from scograph.graph import load_graph  # noqa: PLC0415 -- what sends nothing, or files, does not need it

    return load_graph(project)


def _made_of(loaded: LoadInput, options: LoadOptions) -> str:
    """The hash of the input and of what is asked of it, or nothing if it can be read once only."""
    from scograph.stores.unchanged import digest_of_input, project_files  # noqa: PLC0415 -- as above

    read = loaded.project.options if loaded.project else loaded.files[0].options
    if read.contexts or any(source.path == STDIN or source.opened for source in loaded.files):
        return ""
    paths = project_files(loaded.project) if loaded.project else [Path(source.path) for source in loaded.files]
    kinds = [f"{source.row.name} {source.compression}" for source in loaded.files]
    asked = f"--graph={options.graph or ''} --facts-only={options.facts_only} --base={read.base}"
    return digest_of_input(paths, [metadata.version("scograph"), asked, *kinds])


def _parts(graph: Graph | None, files: list[Source], options: LoadOptions) -> GraphParts:
    """The dataset by graph; one that has a single graph does not have to be split."""
    from scograph.stores.parts import DEFAULT, as_one, split_by_graph  # noqa: PLC0415

    into = options.graph
    if into is None and files and not any(source.row.graphs for source in files):
        into = DEFAULT
    with reading(files) as progress:
        lines = _lines(graph, files, options, progress, form="nq" if into is None else "nt")
        return split_by_graph(lines) if into is None else as_one(lines, into)


def _lines(
    graph: Graph | None, files: list[Source], options: LoadOptions, progress: Callable[[int], None], form: str = "nq"
) -> Iterator[bytes]:
    """The dataset as lines of N-Quads, or of N-Triples where its graphs do not matter."""
    if graph is None:
        from scograph.exports.files import ExportOptions, export_files  # noqa: PLC0415

        return export_files(files, form, ExportOptions(progress=progress))
    from scograph.serialise.lines import n_quads  # noqa: PLC0415 -- as above

    if form == "nq":
        return n_quads(graph.quads(facts_only=options.facts_only))
    return n_quads(graph.default_graph(facts_only=options.facts_only))


def _release(graph: Graph | None) -> str:
    """What the dataset's header calls its version, if it does."""
    triples = (triple for source in graph.sources for triple in source.parsed.triples) if graph else ()
    return next((str(getattr(t.object, "value", "")) for t in triples if t.predicate.value in _VERSIONS), "")


def _verify_only(store: RemoteStore, found: tuple[Verified, ...]) -> None:
    wrong = [verified for verified in found if verified.differences]
    for verified in wrong:
        write_text("-", [f"{verified.differences}\n"])
    say(compared(store, found))
    if wrong:
        raise SystemExit(FINDINGS)
