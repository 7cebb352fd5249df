"""Runs the desk: listens on this machine, and says the address that opens it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import uvicorn

from scograph.desk.app import application
from scograph.desk.desk import Desk
from scograph.desk.safety import Door
from scograph.desk.workspace import Workspace
from scograph.server.connections import bounded_protocol
from scograph.server.limits import ServerLimits
from scograph.server.run import ListenAddress, Listener, bound_socket

LIMITS = ServerLimits(connections=600, connections_each=0, slow_seconds=5.0)
"""Two hundred tabs fit in; a connection that sends nothing is closed after these seconds."""
GRACE = 5
"""Seconds that requests have to end when the desk stops."""


def run_desk(folder: Path, port: int, ready: Callable[[str, tuple[str, ...]], None]) -> None:
    """Serve the desk until the process is told to stop.

    Args:
        folder: The folder of the project, which may be empty or not there yet.
        port: The port; 0 for one that is free.
        ready: Called with the address that opens it, and the files of an edit that was cut short and is finished now.

    Raises:
        UsageError: Nothing can listen there, or an edit that was cut short cannot be finished.
        InputError: The settings of the project cannot be read.
    """
    workspace = Workspace(folder)
    recovered = workspace.recover()
    protocol = bounded_protocol(LIMITS)
    with bound_socket(ListenAddress(port=port), protocol.counted) as listening:
        door = Door(listening.getsockname()[1])
        desk = Desk(workspace, door)
        desk.recovered = recovered
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # cut answers and stray bytes
        config = uvicorn.Config(
            application(desk),
            http=protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE,
        )
        listener = Listener(config, lambda _: ready(door.address, recovered))
        asyncio.run(listener.serve(sockets=[listening]))
