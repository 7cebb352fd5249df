"""The ceiling of the HTTP stack: the same wire, one answer from memory, no choice made.

python -m bench.constant PORT ANSWER.json
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

from scograph.server.connections import bounded_protocol
from scograph.server.limits import ServerLimits

Send = Callable[[dict[str, Any]], Awaitable[None]]


def main(port: int, answer: Path) -> None:
    """Serve one answer until the process is ended."""
    said = json.loads(answer.read_text("utf-8"))
    headers = [(name.encode(), value.encode()) for name, value in said["headers"]]
    body = base64.b64decode(said["body"])

    async def app(_scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": said["status"], "headers": headers})
        await send({"type": "http.response.body", "body": body})

    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        port=port,
        http=bounded_protocol(ServerLimits()),
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
