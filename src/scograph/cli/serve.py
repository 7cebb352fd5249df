"""The command that serves over HTTP a built folder, or a project or file that it builds first: serve."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
import time
import webbrowser
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from urllib.parse import urlsplit

import click

from scograph.cli.address import publication_target
from scograph.cli.frame import default_folder, examples, handled, is_builtin_named, open_project, say, write
from scograph.cli.options import BUILTIN, DEFAULT_OUTPUT, PROFILE, Finite, InputPath, Seconds
from scograph.cli.remote import store_endpoint
from scograph.cli.watching import INTERVAL, files_seen
from scograph.errors import UsageError
from scograph.processes import own_command, own_environment
from scograph.project import MANIFEST, PROJECT_PARTS, Project, manifest_of, refuse_among_inputs
from scograph.server.backends import Backend, BuiltBackend, FolderBackend, RemoteBackend
from scograph.server.headers import Access
from scograph.server.limits import ServerLimits
from scograph.server.proxies import TrustedProxies
from scograph.server.published_paths import PublishedPaths
from scograph.server.run import Clocks, ListenAddress, get_once, serve
from scograph.server.servedbuild import ServedBuild
from scograph.server.temporary_stores import TemporaryFolder, TemporaryStores
from scograph.stores.addresses import LOOPBACK, is_address

MIB = 1 << 20
MAX_MEBIBYTES = 1 << 24
"""What no machine has: 16 TiB."""


@click.command(
    name="serve",
    epilog=examples("scograph serve --get /void.ttl", "scograph serve --get /sparql --header 'Accept: text/turtle'"),
)
@click.argument("path", required=False, type=InputPath(is_project=True))
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0: a free one.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; other than loopback needs --public."
)
@click.option("--open", "opens", is_flag=True, help="Open the site in the browser.")
@click.option(
    "--get", "gets", metavar="PATH", help="Answer one request and exit: body to standard output; 1 if it fails."
)
@click.option("--header", "headers", metavar="NAME: VALUE", multiple=True, help="With --get: a header. Repeatable.")
@click.option("--timeout", type=Seconds(0.1), default=30.0, show_default=True, help="Maximum seconds of a query.")
@click.option(
    "--max-rows",
    type=click.IntRange(0),
    default=100_000,
    show_default=True,
    help="Maximum rows of a result; 0: no limit.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(0, MAX_MEBIBYTES),
    default=1024,
    show_default=True,
    help="Maximum MiB of a worker; 0: no limit.",
)
@click.option(
    "--workers", type=click.IntRange(1, 256), help="Processes for queries  [default: number of processors + 1]."
)
@click.option(
    "--rate",
    type=Finite(0),
    default=20.0,
    show_default=True,
    help="Queries a second for each client; 0: no limit.",
)
@click.option(
    "--store",
    metavar="URL|FOLDER",
    default="",
    help="Run queries in this store, with the same limits: its address, or a folder that load wrote.",
)
@PROFILE
@click.option("--remember", metavar="FILE", default="", help="Record published paths in FILE: removed ones answer 410.")
@click.option(
    "--watch", is_flag=True, help="Build again whenever a file of the project changes, and serve the new build."
)
@click.option(
    "--public",
    is_flag=True,
    help="Allow other hosts, and scripts of other sites; print a checklist for a public server.",
)
@click.option("--base-url", metavar="URL", default="", help="The public address  [default: the Host of each request].")
@click.option(
    "--proxy",
    metavar="ADDRESS",
    default="",
    help="A trusted proxy, or a network; its X-Forwarded-For gives the client address. Several: with commas between.",
)
@click.option(
    "--log",
    metavar="FILE",
    default="-",
    show_default=True,
    help="File for the log of requests; -: standard error; off: none.",
)
@BUILTIN
@handled
def serve_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    path: str | None,
    port: int,
    host: str,
    opens: bool,  # noqa: FBT001
    gets: str | None,
    headers: tuple[str, ...],
    timeout: float,
    max_rows: int,
    max_memory: int,
    workers: int | None,
    rate: float,
    store: str,
    kind: str | None,
    remember: str,
    watch: bool,  # noqa: FBT001
    public: bool,  # noqa: FBT001
    base_url: str,
    proxy: str,
    log: str,
) -> None:
    """Serve a published folder: its documents by negotiation, SPARQL at /sparql, graphs at /data.

    PATH is a folder that `scograph build` wrote, or what it builds: a project or an RDF file. Without one it is the
    dist/ of the current folder, or the project there. A new build in the folder is served without a restart.
    """
    limits = ServerLimits(
        seconds=timeout, rows=max_rows, memory=max_memory * MIB, workers=workers or (os.cpu_count() or 1) + 1, rate=rate
    )
    clocks = Clocks(time.monotonic, _now)
    if headers and gets is None:
        raise UsageError("--header is for --get", hint="give both")
    host = host.removeprefix("[").removesuffix("]")  # an IPv6 address as it is written in a URL
    if host not in LOOPBACK and not public:
        raise UsageError(f"--host {host} makes the server public", hint="add --public, and read its checklist")
    if store and gets is not None:
        raise UsageError("--store excludes --get", hint="give one of them")
    if kind and not is_address(store):
        raise UsageError("--profile is for a store at an address", hint="give it with --store URL")
    proxies = TrustedProxies(proxy) if proxy else None
    access = _access(host, base_url, is_public=public)
    with _folder(path, base_url, (remember, log), watch=watch) as folder:
        if gets is not None:
            _get(folder, gets, headers, limits, clocks)
            return
        if public:
            _say_public(host, proxy, base_url)
        backend = _backend(store, kind or "", folder, limits, clocks)
        published_paths = PublishedPaths(Path(remember)) if remember else None

        def ready(url: str, build: ServedBuild) -> None:
            files = len(build.documents.snapshot.files)
            memory = 0
            if build.store:
                pool = build.store.pool
                say(f"queries run {pool.place}, restricted by: {', '.join(pool.protections)}")
                memory = pool.memory // MIB
            say(f"limits of a query: {limits_text(limits, memory)}")
            say(f"{files} files of {folder} at {url} · SPARQL at {url}sparql · Ctrl-C ends it")
            if opens:
                webbrowser.open(url)

        with _logged(log) as noted:
            asyncio.run(
                serve(
                    folder,
                    ListenAddress(host, port, proxies),
                    limits,
                    clocks,
                    access=access,
                    log=noted,
                    tell=_tell,
                    ready=ready,
                    backend=backend,
                    published_paths=published_paths,
                )
            )


def limits_text(limits: ServerLimits, mebibytes: int) -> str:
    """The limits of a query in words.

    Args:
        limits: The limits; 0 stands for no limit.
        mebibytes: The memory of a worker, or 0.

    Returns:
        The words.
    """
    rows = [f"{limits.rows:,} rows"] if limits.rows else []
    memory = [f"{mebibytes:,} MiB"] if mebibytes else []
    rate = f"; {limits.rate:g} queries a second for each client" if limits.rate else ""
    return ", ".join([f"{limits.seconds:g} s", *rows, *memory]) + rate


def _access(host: str, base_url: str, *, is_public: bool) -> Access:
    """Who may read what is served: this machine's user at a name of this machine, or everybody."""
    publication_target(base_url, "")  # it is an address
    parts = urlsplit(base_url)
    if parts.path not in ("", "/"):
        raise UsageError(f"--base-url {base_url!r} has a path", hint="a server is at the root of its host")
    hosts = frozenset((*LOOPBACK, host.lower(), *([parts.hostname] if parts.hostname else [])))
    return Access(is_public, hosts, f"{parts.scheme}://{parts.netloc}" if base_url else "")


def _tell(text: str) -> None:
    """Say something, if anybody can hear it: a terminal that went away or a full device ends no server."""
    with suppress(OSError):
        say(text)


@contextmanager
def _folder(path: str | None, base_url: str, outputs: Iterable[str], *, watch: bool) -> Iterator[Path]:
    """The built folder that a path stands for; a project is built into one that goes afterwards.

    Raises:
        UsageError: One of the files that the server writes lies where the project is read.
    """
    given = Path(path) if path is not None else default_folder(DEFAULT_OUTPUT)
    if (given / MANIFEST).is_file() and not (path is None and (watch or is_builtin_named())):
        if watch:
            raise UsageError(f"{given} is already built", hint="--watch is for a project or a file")
        yield given
        return
    # they load the whole tool, which a built folder needs not
    from scograph.build import BuildOptions, build  # noqa: PLC0415
    from scograph.site import SiteContent  # noqa: PLC0415

    project = open_project(path)
    for written in filter(None, outputs):
        if project.root.is_dir():
            refuse_among_inputs(written, project.root)
    with closing(TemporaryFolder()) as place:
        folder = place.folder / "site"
        say(f"building {project.root}")
        content = SiteContent(publication_target(base_url, ""))
        built = build(project, folder, content, BuildOptions(os.cpu_count() or 1, is_durable=False))
        if built.note_on_addresses:
            say(built.note_on_addresses)
        if built.is_missing:
            say(built.is_missing)
        with _building_again(project, folder) if watch else nullcontext():
            yield folder


@contextmanager
def _building_again(project: Project, folder: Path) -> Iterator[None]:
    """Builds in a process of its own whenever a file of a project changes, as long as the block lasts."""
    ended = threading.Event()
    inputs = [str(project.root / name) for name in PROJECT_PARTS if (project.root / name).exists()]
    paths = inputs if project.data_folder != project.root else [str(project.root)]

    def keep_building() -> None:
        seen = files_seen(paths)
        while not ended.wait(INTERVAL):
            now = files_seen(paths)
            if now != seen:
                seen = now
                command = own_command(["build", "-o", str(folder), "--", str(project.root)])
                done = subprocess.run(
                    command, env=own_environment(os.environ), capture_output=True, text=True, check=False
                )
                if done.returncode:
                    say(done.stderr.rstrip())

    thread = threading.Thread(target=keep_building, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _backend(store: str, kind: str, folder: Path, limits: ServerLimits, clocks: Clocks) -> Backend:
    """The store that queries run over; at an address, the name of the load is that of the served build."""
    if not store:
        return BuiltBackend(limits, clocks.steady, TemporaryStores())
    if not is_address(store):
        return FolderBackend(Path(store), limits, clocks.steady)
    endpoint = store_endpoint(store, manifest_of(folder).name, kind)
    return RemoteBackend(endpoint, limits, clocks.steady)


def _get(folder: Path, address: str, headers: tuple[str, ...], limits: ServerLimits, clocks: Clocks) -> None:
    if not address.startswith("/"):
        raise UsageError(f"--get {address!r} is not a path", hint="start it with a slash: /id/state/kaz")
    pairs = [header.partition(":") for header in headers]
    wrong = next((header for header, pair in zip(headers, pairs, strict=True) if not pair[1] or not pair[0]), None)
    if wrong is not None:
        raise UsageError(f"--header {wrong!r} is not a header", hint="such as 'Accept: text/turtle'")
    response = asyncio.run(
        get_once(folder, address, [(name.strip(), value.strip()) for name, _, value in pairs], limits, clocks)
    )
    say(f"{response.status_code}")
    for name, value in response.headers.multi_items():
        say(f"{name}: {value}")
    write("-", response.iter_raw())
    if response.is_error:
        raise SystemExit(1)


def _say_public(host: str, proxy: str, base_url: str) -> None:
    say("before the server is public:")
    say(f"  [{'x' if proxy else ' '}] a reverse proxy with TLS that drops slow clients, named with --proxy")
    say(f"  [{'x' if host in LOOPBACK else ' '}] only the proxy reaches this port: listen on 127.0.0.1")
    say(f"  [{'x' if os.geteuid() else ' '}] not as root: the unit and the container of the how-to use nobody")
    say(f"  [{'x' if base_url else ' '}] one address in all answers, not that of the Host header: --base-url")
    say("  [?] the proxy does not pass on /-/metrics and /-/health: see the how-to for nginx and Caddy")


@contextmanager
def _logged(target: str) -> Iterator[Callable[[str], None]]:
    """Where lines of the log go."""
    if target == "off":
        yield _unsaid
        return
    try:
        stream = os.dup(2) if target == "-" else os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written: {error.strerror}", hint="name another file with --log"
        ) from error

    def note(line: str) -> None:
        data = f"{line}\n".encode()
        while data:
            data = data[os.write(stream, data) :]

    try:
        yield note
    finally:
        with suppress(OSError):
            os.close(stream)


def _unsaid(_: str) -> None:
    """Log nothing."""


def _now() -> str:
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest // 1_000_000:03d}Z"
