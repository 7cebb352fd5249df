"""The command that brings a graph into a store: load."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scograph import terms
from scograph.cli.frame import examples, handled, open_project, say, write_text
from scograph.cli.inputs import inputs_of
from scograph.cli.loaded import compared, done_lines, planned, up_to_date
from scograph.cli.options import FROM, Seconds, graph_iri
from scograph.cli.progress import Transfer, reading
from scograph.cli.remote import open_store
from scograph.ending import Terminated
from scograph.errors import InputError, UsageError
from scograph.formats import N_QUADS
from scograph.messages import counted
from scograph.project import MANIFEST, Project, manifest_of, refuse_link_out
from scograph.stores.addresses import is_address
from scograph.stores.profiles import PROFILES
from scograph.streams import STDIN, Source

if TYPE_CHECKING:  # as in `cli.remote`
    from scograph.graph import Graph
    from scograph.stores.parts import Parts
    from scograph.stores.remote import RemoteStore
    from scograph.stores.verifying import Verified

FINDINGS = 1
_OF_ADDRESSES = {
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
"""Settings that say nothing of a folder, and their options."""
_VERSIONS = tuple(f"{ns}{name}" for ns, name in ((terms.OWL, "versionInfo"), ("http://www.w3.org/ns/dcat#", "version")))


_STORE_OPTIONS = (
    click.option(
        "--profile",
        "kind",
        type=click.Choice([row.name for row in PROFILES]),
        help="The kind of store  [default: found out].",
    ),
    click.option("--update-url", metavar="URL", default="", help="Its update endpoint, if --profile does not tell."),
    click.option(
        "--graph-store-url", metavar="URL", default="", help="Its Graph Store Protocol, if --profile does not tell."
    ),
    click.option(
        "--user", metavar="NAME", help="Who asks; the password comes from where the name would, else is asked for."
    ),
    click.option(
        "--timeout",
        type=Seconds(),
        default=600.0,
        show_default=True,
        help="Seconds that the store may be silent, and one more for each 100 kB that it was sent.",
    ),
)


def _store_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which store it is and who asks, as `store_*` of nothing: see `open_store`."""
    for option in reversed(_STORE_OPTIONS):
        command = option(command)
    return command


@click.command(name="load", epilog=examples("scograph load graph.store", "scograph load facts.store --facts-only"))
@click.argument("target")
@click.argument("inputs", metavar="[INPUT]...", nargs=-1)
@click.option(
    "--name",
    metavar="NAME",
    help="What the load is called in the store, which keeps loads apart  [default: the project's name, or graph].",
)
@click.option("--graph", metavar="IRI", callback=graph_iri, help="Put all into this graph.")
@click.option("--facts-only", is_flag=True, help="Leave out claims and the descriptions of documents and concepts.")
@FROM
@click.option("--prune", is_flag=True, help="Remove graphs that an earlier load put there and that are no more.")
@click.option(
    "--replace",
    is_flag=True,
    help="Let ours take the place of data that others put into our graphs, or into the folder.",
)
@click.option("--verify", "reads_back", is_flag=True, help="Read back also what seems unchanged, and mend it.")
@click.option(
    "--verify-only", is_flag=True, help="Send nothing: compare the store with the input; exit 1 if it differs."
)
@click.option("--dry-run", is_flag=True, help="Send nothing: say what would be sent.")
@click.option("--show", "shows", is_flag=True, help="Show each request as a curl command too, without secrets.")
@click.option("--chunk", type=click.IntRange(min=0), default=0, help="Bytes that a request may have.", metavar="BYTES")
@_store_options
@handled
def load_command(target: str, inputs: tuple[str, ...], form_in: str | None, **settings: Any) -> None:
    """Load a project, or RDF files, into the store at TARGET, and read back that it is there.

    TARGET is the store's base address: http://localhost:7878 of Oxigraph, http://localhost:3030/DATASET of Fuseki,
    …/repositories/REPOSITORY of RDF4J, http://localhost:8890 of Virtuoso; of any other its query endpoint, with
    --update-url. Or it is a folder, for a store on disk that --store reads.

    INPUT is a project, a folder that a build or a release wrote, or RDF files, which are loaded as one. The default
    graph gets facts and claims, each passage a graph that it names. A load takes the place of the last one of its
    name; what is there already is not sent again; an interrupted load is completed by the next. The name and password
    come from SCOGRAPH_STORE_USER and SCOGRAPH_STORE_PASSWORD, else from netrc, else --user asks.
    """
    started = time.perf_counter()
    inputs, called, settings["release"] = _published(inputs)
    files = inputs_of(inputs, form_in)
    project = open_project(inputs[0] if inputs else None) if files is None else None
    name = settings["name"] or (project.settings.name if project else called)
    if project is None and settings["facts_only"]:
        raise UsageError("--facts-only is for a project", hint="give a folder with data/ in it")
    if is_address(target):
        transfer = Transfer()
        store = open_store(target, **_chosen(settings), name=name, shows=settings["shows"], moved=transfer.told)
        with closing(store):
            _load(store, name, project, files or [], settings, transfer=transfer)
    else:
        _load_folder(target, name, project, files or [], settings)
    say(f"{time.perf_counter() - started:.1f} s")


def _published(inputs: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """The dump instead of a folder that a build or a release wrote, and what its manifest calls it and its version."""
    folder = Path(inputs[0]) if len(inputs) == 1 else None
    if folder is None or not (folder / MANIFEST).is_file():
        return inputs, "graph", ""
    manifest = manifest_of(folder)
    dumps = {entry.path: entry for entry in manifest.entries if entry.media_type == N_QUADS.media_type}
    if not dumps:
        raise InputError(f"{folder}: there is no dump in N-Quads to load", hint="build it with `scograph build`")
    whole = f"{manifest.name}.nq"
    dump = dumps.get(whole) or next(iter(dumps.values()))
    return (str(refuse_link_out(folder / dump.path, folder)),), manifest.name or "graph", manifest.version


def _load_folder(
    target: str, name: str, project: Project | None, files: list[Source], settings: dict[str, Any]
) -> None:
    from scograph.stores.disk import write_store  # noqa: PLC0415 -- not needed for a store at an address

    useless = [option for name, option in _OF_ADDRESSES.items() if settings[name]]
    if useless:
        raise UsageError(
            f"{target} is a folder, which is loaded whole: only stores at an address take {', '.join(useless)}",
            hint="an address begins with http(s)://",
        )
    with reading(files) as told:
        count = write_store(
            Path(target), _lines(_graph(project), files, settings, told), name=name, may_replace=settings["replace"]
        )
    say(f"{target}: {counted(count, 'quad')}")


def _load(  # noqa: PLR0913 -- one call
    store: RemoteStore,
    name: str,
    project: Project | None,
    files: list[Source],
    settings: dict[str, Any],
    *,
    transfer: Transfer,
) -> None:
    from scograph.stores.unchanged import unchanged  # noqa: PLC0415 -- what speaks to stores is slow to import

    made_of = _made_of(project, files, settings)
    looks = any(settings[option] for option in ("verify_only", "dry_run", "reads_back"))
    state = unchanged(store, name, made_of) if made_of and not looks else None
    if state is not None:
        say(up_to_date(store, [entry.count for entry in state.entries.values()]))
        return
    from scograph.exports.canonical import canonical  # noqa: PLC0415 -- what sends nothing does not pay for the rest
    from scograph.stores.loading import Loading  # noqa: PLC0415

    graph = _graph(project)
    parts = _parts(graph, files, settings)
    if made_of != _made_of(project, files, settings):
        made_of = ""  # a file was written to meanwhile
    loading = Loading(
        store,
        parts,
        name,
        canonical,
        release=settings["release"] or _release(graph),
        made_of=made_of,
        chunk=settings["chunk"],
    )
    if settings["verify_only"]:
        with transfer.of(sum(part.size for part in parts.by_graph.values()), "read back"):
            found = loading.verify()
        _verify_only(store, found)
        return
    plan = loading.plan(may_replace=settings["replace"], reads_back=settings["reads_back"])
    if settings["dry_run"]:
        write_text("-", (f"{line}\n" for line in planned(plan, prunes=settings["prune"])))
        return
    with _goes_on(), transfer.of(sum(part.size for part, _ in plan.send), "sent", "read back"):
        done = loading.run(plan, prunes=settings["prune"])
    for line in done_lines(store, done, prunes=settings["prune"], reads_back=settings["reads_back"]):
        say(line)


@contextmanager
def _goes_on() -> Iterator[None]:
    """Whoever ends a load is told what becomes of it."""
    try:
        yield
    except (KeyboardInterrupt, Terminated):
        say("not all was sent: run the same again, it goes on where it was")
        raise


def _graph(project: Project | None) -> Graph | None:
    if project is None:
        return None
    from scograph.graph import load_graph  # noqa: PLC0415 -- what sends nothing, or files, does not need it

    return load_graph(project)


def _made_of(project: Project | None, files: list[Source], settings: dict[str, Any]) -> str:
    """The hash of the input and of what is asked of it, or nothing if it can be read once only."""
    from scograph.stores.unchanged import digest_of_input, project_files  # noqa: PLC0415 -- as above

    if any(source.path == STDIN for source in files):
        return ""
    paths = project_files(project) if project else [Path(source.path) for source in files]
    kinds = [f"{source.row.name} {source.compression}" for source in files]
    asked = f"--graph={settings['graph'] or ''} --facts-only={settings['facts_only']}"
    return digest_of_input(paths, [metadata.version("scograph"), asked, *kinds])


def _parts(graph: Graph | None, files: list[Source], settings: dict[str, Any]) -> Parts:
    """The dataset by graph; what has one graph only is spared being told apart."""
    from scograph.stores.parts import DEFAULT, as_one, take_apart  # noqa: PLC0415

    into = settings["graph"]
    if into is None and files and not any(source.row.graphs for source in files):
        into = DEFAULT
    with reading(files) as told:
        lines = _lines(graph, files, settings, told, form="nq" if into is None else "nt")
        return take_apart(lines) if into is None else as_one(lines, into)


def _lines(
    graph: Graph | None, files: list[Source], settings: dict[str, Any], told: Callable[[int], None], form: str = "nq"
) -> Iterator[bytes]:
    """The dataset as lines of N-Quads, or of N-Triples where its graphs do not matter."""
    if graph is None:
        from scograph.exports.files import Options, export_files  # noqa: PLC0415

        return export_files(files, form, Options(progress=told))
    from scograph.serialise.lines import n_quads  # noqa: PLC0415 -- as above

    if form == "nq":
        return n_quads(graph.quads(facts_only=settings["facts_only"]))
    return n_quads(graph.default_graph(facts_only=settings["facts_only"]))


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


def _chosen(settings: dict[str, Any]) -> dict[str, Any]:
    """The options of `_store_options` among others, taken out."""
    names = ("kind", "update_url", "graph_store_url", "user", "timeout")
    return {name: settings.pop(name) for name in names}
