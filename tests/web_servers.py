"""Real web servers for tests, with the configuration that a build writes for them: nginx and Apache."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from programs import require
from store_servers import free_port

MODULES = "/usr/lib/apache2/modules"
APACHE_MODULES = ("mpm_event", "authz_core", "mime", "dir", "rewrite", "headers", "setenvif")
SERVERS = ("nginx", "apache")


@contextmanager
def web_server(kind: str, site: Path, work: Path) -> Iterator[str]:
    """A web server with the configuration of a site.

    Args:
        kind: One of `SERVERS`, or `registry` for an Apache that reads the `.htaccess` of a folder.
        site: The folder that was built.
        work: A folder for what the server writes.

    Returns:
        Its address, without a slash at the end.
    """
    port = free_port()
    for folder in (site, *site.parents):
        if folder.is_relative_to(work.parent):
            folder.chmod(0o755)
    work.chmod(0o755)
    command = _nginx(site, work, port) if kind == "nginx" else _apache(site, work, port, kind)
    error = (work / "error.log").open("wb")
    process = subprocess.Popen(command, stdout=error, stderr=error)
    try:
        _wait(process, port, work)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        error.close()


def _nginx(site: Path, work: Path, port: int) -> list[str]:
    program = require("nginx")
    text = (site / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/srv/www/site", str(site))
    (work / "site.conf").write_text(text, encoding="utf-8")
    places = "".join(f"{k}_temp_path {work}/{k};" for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (work / "nginx.conf").write_text(
        f"daemon off; user root; pid {work}/pid; error_log stderr warn; events {{}}\n"
        f"http {{ access_log off; {places} include {work}/site.conf; }}\n",
        encoding="utf-8",
    )
    return [program, "-e", "stderr", "-c", str(work / "nginx.conf")]


def _apache(site: Path, work: Path, port: int, kind: str) -> list[str]:
    included = f"Include {site}/hosting/apache.conf\n" if kind == "apache" else "AllowEncodedSlashes NoDecode\n"
    program = require("apache2")
    loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in APACHE_MODULES)
    (work / "apache.conf").write_text(
        f"ServerRoot {work}\nServerName localhost\nPidFile {work}/pid\nErrorLog /dev/stderr\nLogLevel warn\n"
        f"Listen 127.0.0.1:{port}\n{loaded}TypesConfig /etc/mime.types\nDocumentRoot {site}\n"
        f"Define SCOGRAPH_SITE {site}\n"
        f"<Directory {site}>\n    Require all granted\n    AllowOverride All\n</Directory>\n"
        f"<VirtualHost *:{port}>\nDocumentRoot {site}\n{included}</VirtualHost>\n",
        encoding="utf-8",
    )
    return [program, "-DFOREGROUND", "-f", str(work / "apache.conf")]


def _wait(process: subprocess.Popen[bytes], port: int, work: Path) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
        if process.poll() is not None:
            break
    raise AssertionError(f"{process.args} does not answer: {(work / 'error.log').read_text(encoding='utf-8')}")
