"""Many edits at the desk in random order, from two windows and after restarts: all can be undone, nothing is lost."""

from __future__ import annotations

import html
import random
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx2
import pytest

from desk_client import Tab, add_class
from scograph.processes import own_command
from source_projects import EX, contents, harbour

COMMENT = "# Kept by hand.\n"
SOURCE = "/source/harbour"


def files(folder: Path) -> dict[str, bytes]:
    """The files of the project, without the kept steps."""
    return {path: data for path, data in contents(folder).items() if ".scograph" not in path}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = harbour(tmp_path / "harbour").folder
    add_class(project, EX)
    for path in sorted((project / "data" / "harbour").glob("[0-9]*.ttl")):
        path.write_text(COMMENT + path.read_text(encoding="utf-8"), encoding="utf-8")
    return project


class Person:
    """Does one thing after another that the pages offer, chosen at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)  # noqa: S311 -- no secret
        first = Tab(folder).open()
        self.tabs = [first, Tab(folder, first.desk).open()]
        self.done: dict[str, int] = {}

    def act(self) -> None:
        if self.chance.random() < 0.05:  # the desk is started again
            first = Tab(self.folder).open()
            self.tabs = [first, Tab(self.folder, first.desk).open()]
        tab = self.chance.choice(self.tabs)
        assert tab.get(SOURCE) == 200
        numbers = re.findall(r'href="/source/harbour\?passage=(\w+)#', tab.page)
        assert tab.get(f"{SOURCE}?passage={self.chance.choice(numbers)}") == 200
        act = self.chance.choice(
            [self.say, self.say, self.unsay, self.move, self.split, self.join, self.ignore, self.undo]
        )
        if self.chance.random() < 0.1:  # somebody else does something meanwhile
            self.other(tab)
        before = files(self.folder)
        status = act(tab)
        self.done[f"{act.__name__} {status}"] = self.done.get(f"{act.__name__} {status}", 0) + 1
        assert status in (0, 200, 400, 409), tab.text[:500]
        if status in (0, 400, 409):
            assert files(self.folder) == before, (act.__name__, tab.path, tab.text[60:600])

    def other(self, tab: Tab) -> None:
        one = next(other for other in self.tabs if other is not tab)
        one.get(f"{SOURCE}?passage=01")
        self.say(one)

    def say(self, tab: Tab) -> int:
        number = tab.hidden("which")
        if not number.isdecimal():
            return 0
        asked = {"passage": number, "kind": f"{EX}Item", "new": f"Thing {self.chance.randrange(10**6)}"}
        assert tab.get(f"{SOURCE}/thing?{urlencode(asked)}") == 200
        fields = dict(re.findall(r'name="(p\d+)" value="([^"]+)"', tab.page))
        name = html.unescape(re.findall(r'name="new" value="([^"]*)"', tab.page)[0])
        kind = html.unescape(tab.hidden("kind"))
        basis = self.chance.choice(["stated", "interpreted", "possible"])
        form = {"passage": number, "kind": kind, "new": name, "new-language": "en", "basis": basis, **fields}
        return tab.send(f"{SOURCE}/thing/save", form)

    def _facts(self, tab: Tab) -> list[str]:
        found = [html.unescape(one) for one in re.findall(r'name="fact" value="([^"]+)"', tab.page)]
        return self.chance.sample(found, min(len(found), self.chance.randrange(1, 3)))

    def unsay(self, tab: Tab) -> int:
        facts = self._facts(tab)
        return tab.send(f"{SOURCE}/facts/remove", {"passage": tab.hidden("passage"), "fact": facts}) if facts else 0

    def move(self, tab: Tab) -> int:
        facts, basis = self._facts(tab), self.chance.choice(["stated", "interpreted", "denied"])
        form = {"passage": tab.hidden("passage"), "fact": facts, "basis": basis}
        return tab.send(f"{SOURCE}/facts/basis", form) if facts else 0

    def _words(self, tab: Tab) -> str:
        match = re.search(r'id="whole"[^>]*>\n?([^<]*)</textarea>', tab.page)
        words = html.unescape(match[1]).split() if match else []
        at = self.chance.randrange(len(words)) if words else 0
        return " ".join(words[at : at + 3])

    def split(self, tab: Tab) -> int:
        words = self._words(tab)
        return tab.send(f"{SOURCE}/passages/split", {"which": tab.hidden("which"), "words": words}) if words else 0

    def join(self, tab: Tab) -> int:
        other = tab.hidden("other")
        return tab.send(f"{SOURCE}/passages/join", {"which": tab.hidden("which"), "other": other}) if other else 0

    def ignore(self, tab: Tab) -> int:
        form = {"which": tab.hidden("which"), "words": self._words(tab), "because": "No fact is in it."}
        return tab.send(f"{SOURCE}/passages/ignore", form)

    def undo(self, tab: Tab) -> int:
        if 'action="/undo"' not in tab.page:
            return 0
        tab.send("/undo", {"back": "/"})
        return 200


def walk(folder: Path, seed: int, count: int) -> None:
    first = files(folder)
    person = Person(folder, seed)
    for _ in range(count):
        person.act()
    changed = sum(number for name, number in person.done.items() if name.endswith("200"))
    assert changed > count / 3, person.done
    assert person.done.get("say 200", 0) > count / 10, person.done
    for path, data in files(folder).items():
        if path in first and path.endswith(".ttl") and first[path].startswith(COMMENT.encode()):
            assert data.startswith(COMMENT.encode()), path
    tab = person.tabs[0]
    for _ in range(count + 20):
        tab.get("/")
        if 'action="/undo"' not in tab.page:
            break
        assert tab.send("/undo", {"back": "/"}) == 200
    assert files(folder) == first


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_from_two_windows_are_all_undone(folder: Path, seed: int) -> None:
    walk(folder, seed, 30)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_hundreds_of_random_edits_are_all_undone(folder: Path) -> None:
    walk(folder, 3, 250)


def _begin(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(own_command(["desk", str(folder), "--no-browser"]), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    match = re.search(r"http://\S+", process.stderr.readline())
    assert match
    return process, match[0]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_desk_that_is_killed_loses_at_most_the_step_in_hand(folder: Path) -> None:
    """Killed at random moments while it writes; before each start the files are as before the step, or as after it."""
    chance = random.Random(4)  # noqa: S311 -- no secret
    first, ends = files(folder), {"before": 0, "after": 0}
    for _ in range(40):
        process, address = _begin(folder)
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        told = {"origin": origin, "sec-fetch-site": "same-origin"}
        with httpx2.Client(base_url=origin, follow_redirects=True) as client:
            client.get(f"/?{parts.query}")
            page = client.get(f"{SOURCE}?passage=01").text
            fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0] for name in ("key", "seen")}
            facts = [html.unescape(one) for one in re.findall(r'name="fact" value="([^"]+)"', page)]
            form = {**fields, "passage": "01", "fact": facts[0], "basis": "interpreted"}
            before = files(folder)
            delay = chance.uniform(0.0, 0.05)  # an edit takes about as long
            with suppress(httpx2.TimeoutException):
                client.post(f"{SOURCE}/facts/basis", data=form, headers=told, timeout=delay + 0.001)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        tab = Tab(folder)
        tab.desk.recovered = tab.desk.workspace.recover()
        tab.open()
        now = files(folder)
        ends["before" if now == before else "after"] += 1
        tab.get("/")
        if now != before:
            assert tab.send("/undo", {"back": "/"}) == 200
        assert files(folder) == first
    assert all(ends.values()), ends
