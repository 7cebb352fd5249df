"""What `deploy/` has: each file is read by the program that it is for, and the server behind it answers as alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from programs import require
from serving import SITE, Running, built, serving, with_site
from store_servers import free_port

DEPLOY = Path(__file__).parents[1] / "deploy"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD", "ENTRYPOINT"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_site(built(tmp_path_factory.mktemp("server") / "dist"), SITE)


@contextmanager
def proxied(command: list[str], port: int) -> Iterator[Running]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    proxy = Running(process, "127.0.0.1", port)
    try:
        for _ in range(200):
            try:
                proxy.ask("/")
                break
            except OSError:
                time.sleep(0.1)
        yield proxy
    finally:
        process.terminate()
        process.wait()


def nginx(place: Path, port: int, to: int) -> list[str]:
    block = (DEPLOY / "nginx.conf").read_text("utf-8")
    block = block.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("127.0.0.1:8000", f"127.0.0.1:{to}")
    paths = "".join(
        f"{kind}_temp_path {place}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off; pid {place}/pid; error_log {place}/error.log;\nevents {{}}\n"
    whole = f"{head}http {{ access_log off; {paths}\n{block} }}\n"
    (place / "nginx.conf").write_text(whole, "utf-8")
    return ["nginx", "-p", str(place), "-c", str(place / "nginx.conf")]


def caddy(place: Path, port: int, to: int) -> list[str]:
    file = (DEPLOY / "Caddyfile").read_text("utf-8")
    file = file.replace("data.example.org", f"http://127.0.0.1:{port}").replace("127.0.0.1:8000", f"127.0.0.1:{to}")
    file = file.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1)
    (place / "Caddyfile").write_text(file, "utf-8")
    return ["caddy", "run", "--config", str(place / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "Caddy"])
def test_behind_a_proxy_the_server_answers_as_alone(folder: Path, tmp_path: Path, proxy: object) -> None:
    name = proxy.__name__  # type: ignore[attr-defined]
    require(name)
    log = tmp_path / "access.log"
    port = free_port()
    with serving(folder, "--log", str(log), "--workers", "1", "--proxy", "127.0.0.1", "--public") as server:
        command = proxy(tmp_path, port, server.port)  # type: ignore[operator]
        with proxied(command, port) as front:
            for path in ("/id/state/kaz.ttl", "/doc/id/state/kaz", "/large.ttl", "/sparql?query=ASK%7B%7D"):
                accept = "application/json" if path.startswith("/sparql") else "text/html, */*;q=0.1"
                alone, behind = (one.ask(path, Accept=accept) for one in (server, front))
                assert (behind.status, behind.body) == (alone.status, alone.body), path
                own = () if path.startswith("/sparql") else ("ETag",)  # a result depends on the address that is asked
                for header in (*own, "Vary", "Link", "Content-Location", "Access-Control-Allow-Origin"):
                    assert behind.headers[header] == alone.headers[header], (path, header)
            thing = front.ask("/id/state/kaz", Accept="text/turtle")
            assert (thing.status, thing.headers["Location"]) == (303, "/id/state/kaz.ttl")
            tag = front.ask("/id/state/kaz.ttl").headers["ETag"]
            assert front.ask("/id/state/kaz.ttl", If_None_Match=tag).status == 304
            assert front.ask("/large.ttl", Range="bytes=0-9").status == 206
            described = front.ask("/sparql", Accept="text/turtle").text
            assert f"<http://127.0.0.1:{port}/sparql>" in described
            assert front.ask("/none", X_Forwarded_For="192.0.2.1").status == 404
            big = front.ask("/sparql", "POST", b"x" * (2 << 20), Content_Type="application/sparql-query")
            assert big.status in (413, 502), "Caddy 2.6 tells a body that is refused while it is sent as 502"
        server.stop()
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {row["client"] for row in rows} == {"127.0.0.1"}, "what a client says of itself is not believed"


def test_every_template_names_the_address_of_visitors_in_the_same_way() -> None:
    for name in ("scograph.service", "nginx.conf", "Caddyfile"):
        assert "data.example.org" in (DEPLOY / name).read_text("utf-8"), name
    assert " --base-url https://data.example.org " in (DEPLOY / "scograph.service").read_text("utf-8")


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    require("systemd-analyze")
    unit = tmp_path / "scograph.service"
    program = Path(sys.executable).with_name("scograph")
    unit.write_text(
        (DEPLOY / "scograph.service").read_text("utf-8").replace("/opt/scograph/bin/scograph", str(program))
    )
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    about_it = [line for line in done.stderr.splitlines() if "scograph.service" in line]
    assert about_it == []
    security = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert security.returncode == 0, security.stdout[-400:]


def test_the_container_runs_as_nobody_and_says_how_it_is() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line.strip() and not line.startswith(("#", " "))]
    assert {name for name, _ in steps} <= INSTRUCTIONS
    said = dict(steps)
    assert said["USER"] == "65534:65534"
    assert "/-/health" in said["HEALTHCHECK"]
    assert json.loads(said["ENTRYPOINT"])[:2] == ["/opt/scograph/bin/scograph", "serve"]
    assert all(re.search(r":\d+\.\d+-slim", image) for name, image in steps if name == "FROM")
