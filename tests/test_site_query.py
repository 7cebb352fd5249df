"""The page that answers queries in the browser: what it loads, where it is allowed to, and when it is not there."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from scograph import Project
from scograph.build import build
from scograph.policies import FOLDER_POLICY, POLICY, WORKER, WORKER_POLICY
from scograph.site import index as site_index
from scograph.site.static_files import published_path
from serving import serving

HERE = Path(__file__).parent
STATIC = HERE.parent / "src" / "scograph" / "site" / "static"
RIVERS = """\
@prefix : <https://example.org/river/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix void: <http://rdfs.org/ns/void#> .
<https://example.org/> a void:Dataset ; void:uriSpace "https://example.org/" ; rdfs:label "Rivers"@en .
:irtysh a :River ; rdfs:label "Irtysh </script>"@en ; :length 4248 , 4248.50 .
"""


def site_of(folder: Path, text: str = RIVERS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "rivers.ttl").write_text(text, encoding="utf-8")
    return build(Project.open(folder / "rivers.ttl"), folder / "dist").folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_of(tmp_path_factory.mktemp("rivers"))


def settings_of(page: str) -> Mapping[str, Any]:
    found = re.search(r'<script type="application/json" id="settings">(.*?)</script>', page, re.DOTALL)
    assert found
    settings: Mapping[str, Any] = json.loads(found[1])
    return settings


def test_the_page_loads_the_published_dataset_and_the_names_of_its_things(site: Path) -> None:
    page = (site / "query.html").read_text(encoding="utf-8")
    settings = settings_of(page)
    for key in ("worker", "engine", "module", "data", "names"):
        assert (site / settings[key]).is_file(), key
    data = gzip.decompress((site / settings["data"]).read_bytes())
    assert data == next(site.glob("*.nq")).read_bytes()
    assert len(list(parse(data, RdfFormat.N_QUADS))) == 7
    names = json.loads(gzip.decompress((site / settings["names"]).read_bytes()))
    assert names["https://example.org/river/irtysh"] == ["river/irtysh.html", "Irtysh </script>"]
    assert all((site / address.partition("#")[0]).is_file() for address, _ in names.values())
    assert "all 7 statements" in page
    assert "integers of all types as xsd:integer: 1." in page, "4248.50 is 4248.5 there"


def test_the_module_has_a_bound_of_its_memory() -> None:
    module = gzip.decompress((STATIC / "vendor" / "oxigraph.wasm.gz").read_bytes())
    pages = vendor().MAX_MEMORY_PAGES
    assert memory_of(module)[1] == pages == 16_384, "64 KiB each"
    bare = b"\0asm\1\0\0\0" + b"\x01\x01\x00" + b"\x05\x03\x01\x00\x18" + b"\x00\x02\x01x"
    bound = gzip.decompress(vendor().bounded_module(bare))
    assert memory_of(bound) == (24, pages)
    assert bound.endswith(b"\x00\x02\x01x"), "what follows stays"
    for wrong in (bare[:11], bound):
        with pytest.raises(ValueError, match="no memory without a maximum"):
            vendor().bounded_module(wrong)


def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_vendor", HERE.parent / "tools" / "vendor.py")
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def memory_of(module: bytes) -> tuple[int, int | None]:
    """The first and the largest number of pages of a module's memory (WebAssembly Core 2.0, clause 5.3.8)."""
    at = 8
    while module[at] != 5:
        size, start = number_at(module, at + 1)
        at = start + size
    _, start = number_at(module, at + 1)
    assert module[start] == 1
    first, end = number_at(module, start + 2)
    return first, number_at(module, end)[0] if module[start + 1] else None


def number_at(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 127) << shift
        if data[at] < 128:
            return number, at + 1
        at, shift = at + 1, shift + 7


def test_what_is_too_large_for_a_browser_has_no_such_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_index, "MAX_QUERIED", 6)
    site = site_of(tmp_path / "large")
    assert not (site / "query.html").exists()
    assert not list(site.glob("assets/query*")) + list(site.glob("assets/oxigraph*"))
    assert "query.html" not in (site / "index.html").read_text(encoding="utf-8")


def test_only_the_worker_may_compile_webassembly(site: Path) -> None:
    allowed = "'wasm-unsafe-eval'"
    assert allowed in WORKER_POLICY
    assert allowed not in POLICY
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "script-src 'self';" in text, page
        assert allowed not in text, page
    assert re.fullmatch(WORKER, published_path("query-worker.js"))
    nginx = (site / "hosting" / "nginx.conf").read_text(encoding="utf-8")
    assert f'default "{POLICY}";\n    "~/{WORKER}$" "{WORKER_POLICY}";' in nginx
    apache = (site / "hosting" / "apache.conf").read_text(encoding="utf-8")
    assert f'<LocationMatch "/{WORKER}$">\n    Header always set Content-Security-Policy "{WORKER_POLICY}"' in apache
    assert f"Content-Security-Policy: {FOLDER_POLICY}\n" in (site / "_headers").read_text(encoding="utf-8")
    served = (HERE / "browser" / "serve.mjs").read_text(encoding="utf-8")
    assert f'"{WORKER_POLICY}"' in served, "the browser tests hold the pages to the same policy"


def test_serve_sends_the_policy_of_the_worker_with_it_alone(site: Path) -> None:
    with serving(site, "--log", "off", "--workers", "1", "--rate", "0") as running:
        for path, policy in (
            (published_path("query-worker.js"), WORKER_POLICY),
            (published_path("query.js"), None),
            ("query.html", POLICY),
        ):
            assert running.ask(f"/{path}").headers["Content-Security-Policy"] == policy, path
