"""The desk: its door, its pages, and what attacks on it meet."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from desk_client import HOST, PORT, Tab, running
from scograph import Project
from scograph.cli import cli
from scograph.desk.app import ROUTES
from scograph.desk.desk import Desk
from scograph.desk.pages.source import PER_PAGE
from scograph.desk.rendering import PACKAGE, STATIC, desk_words
from scograph.desk.safety import HEADERS, Door, Safe
from scograph.desk.workspace import Workspace
from scograph.edit.adding import Read
from scograph.edit.changes import ChangedSinceError, FileChange
from scograph.edit.document import Document
from scograph.edit.passages import Passages
from scograph.edit.steps import Step
from scograph.project import JOURNAL
from scograph.site.words import LANGUAGES
from scograph.updates.texts import read_given
from source_projects import DOCUMENT, EX, TEXT, contents, harbour

ANSWERS = {
    "uses": "",
    "title": "Rivers",
    "source-title": "Notes on rivers",
    "source-url": "https://example.org/notes",
    "language": "en",
    "base": "https://example.org/rivers/",
    "name": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return harbour(tmp_path / "harbour").folder


@pytest.fixture
def tab(folder: Path) -> Tab:
    return Tab(folder).open()


def note(project: Project, text: str) -> list[FileChange]:
    """A change that writes a comment at the end of the first file of facts."""
    path = "data/harbour/01-said.ttl"
    before = (project.folder / path).read_bytes()
    return [FileChange(path, before, before + f"# {text}\n".encode())]


# The door.


def test_the_address_gives_a_cookie_and_leads_to_the_page_without_the_key(folder: Path) -> None:
    tab = Tab(folder).open()
    assert tab.path == "/"
    assert tab.desk.door.secret not in tab.page
    assert tab.cookies.get(tab.desk.door.cookie) == tab.desk.door.secret


def test_every_answer_has_the_strict_headers(tab: Tab) -> None:
    for path in ("/", "/findings", "/assets/desk.css", "/nowhere"):
        tab.get(path)
        assert {name: tab.headers[name] for name in HEADERS} == dict(HEADERS), path


def test_without_the_key_nothing_is_answered(folder: Path) -> None:
    tab = Tab(folder)
    for path in ("/", "/?key=", "/?key=x", "/?key=a&key=b", "/findings", "/assets/site.css", "/nowhere"):
        assert tab.get(path) == 403, path
        assert "the address that `scograph desk` printed" in tab.page
    assert tab.send("/undo", {"key": tab.desk.door.form_key}) == 403


def test_the_key_of_another_start_is_none(folder: Path) -> None:
    tab = Tab(folder)
    assert tab.get(f"/?key={Door(PORT).secret}") == 403


@pytest.mark.parametrize("host", ["attacker.example", f"attacker.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}"])
def test_a_name_that_was_rebound_to_this_machine_is_refused(tab: Tab, host: str) -> None:
    assert tab.get("/", host=host) == 403
    assert "127.0.0.1, localhost and [::1] only" in tab.page


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_is_refused(tab: Tab, site: str) -> None:
    assert tab.get("/", sec_fetch_site=site) == 403
    assert tab.send("/undo", sec_fetch_site=site) == 403


@pytest.mark.parametrize(
    "origin", ["https://attacker.example", "null", f"http://127.0.0.1:{PORT + 1}", f"https://{HOST}", ""]
)
def test_a_forged_form_is_refused_by_its_origin(tab: Tab, folder: Path, origin: str) -> None:
    tab.desk.workspace.change("note", lambda project: note(project, "kept"))
    before = contents(folder)
    key = tab.desk.door.form_key
    assert tab.send("/undo", {"key": key}, origin=origin) == 403
    assert contents(folder) == before


def test_a_form_without_the_key_of_this_start_is_refused(tab: Tab, folder: Path) -> None:
    tab.desk.workspace.change("note", lambda project: note(project, "kept"))
    before = contents(folder)
    for key in ("", "x", tab.desk.door.secret, Door(PORT).form_key, "ключ"):
        assert tab.send("/undo", {"key": key or " "}) == 403, key
    assert contents(folder) == before
    assert tab.send("/undo", {"key": tab.desk.door.form_key}) == 200


def test_a_client_of_another_machine_is_refused() -> None:
    door = Door(PORT)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", HOST.encode())]}
    assert door.refusal({**scope, "client": ("192.0.2.7", 4000)}) == "the desk answers this machine only"
    assert door.refusal({**scope, "client": ("::ffff:127.0.0.1", 4000)}) == ""
    assert door.refusal({**scope, "client": None}) == "the desk answers this machine only"


def test_a_web_socket_is_not_answered(tab: Tab) -> None:
    async def sent(_: object) -> None:
        raise AssertionError

    async def received() -> dict[str, str]:
        return {"type": "websocket.connect"}

    asyncio.run(Safe(tab.app, tab.desk.door)({"type": "websocket"}, received, sent))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/..%2f..%2frendering.py",
        "/assets/../desk.py",
        "/assets/%2e%2e/desk.py",
        "/assets//etc/passwd",
        "/assets/en.json",
        "/..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out_of_what_pages_load(tab: Tab, path: str) -> None:
    assert tab.get(path) in (400, 404)
    assert "from __future__" not in tab.page


@pytest.mark.parametrize("back", ["https://attacker.example/", "//attacker.example", "/\\attacker.example", "/\nx"])
def test_a_form_leads_to_pages_of_the_desk_only(tab: Tab, back: str) -> None:
    assert tab.send("/language", {"language": "ru", "back": back}) == 200
    assert tab.path == "/"


def test_a_body_beyond_the_bound_is_refused(tab: Tab, folder: Path) -> None:
    before = contents(folder)
    assert tab.send("/language", {"language": "x" * (2 << 20)}) == 413
    assert "at most 1,048,576 bytes" in tab.text
    fields = {f"f{number}": "x" for number in range(3000)}
    tab.get("/")
    assert tab.send("/language", fields) == 400
    assert contents(folder) == before


def test_a_body_that_does_not_tell_its_length_is_read_up_to_the_bound(tab: Tab) -> None:
    async def endless() -> object:
        for _ in range(40):
            yield b"x" * (1 << 16)

    headers = {"origin": f"http://{HOST}", "content-type": "application/x-www-form-urlencoded"}
    assert tab._ask("POST", "/language", content=endless(), headers=headers) == 413  # noqa: SLF001 -- the client's own


@pytest.mark.parametrize("path", [one.path for one in ROUTES if one.method == "POST" and one.path != one.page])
def test_what_changes_something_is_not_done_by_a_link(tab: Tab, folder: Path, path: str) -> None:
    before = contents(folder)
    assert tab.get(re.sub(r"\{\w+\}", "harbour", path)) in (404, 405)
    assert contents(folder) == before


# The open project.


def test_a_folder_without_a_project_offers_to_begin_one(tmp_path: Path) -> None:
    tab = Tab(tmp_path / "rivers").open()
    assert "Begin a project" in tab.text
    assert tab.send("/begin", {**ANSWERS, "base": "https://example.org/rivers"}) == 400
    assert "does not end with /" in tab.text
    assert 'value="Notes on rivers"' in tab.page
    assert not (tmp_path / "rivers").exists()
    assert tab.send("/begin", ANSWERS) == 200
    assert "Notes on rivers" in tab.text
    assert Project.open(tmp_path / "rivers").settings.name == "rivers"
    tab.get("/findings")
    assert "Nothing is wrong" in tab.text
    assert tab.send("/begin", ANSWERS) == 400


def test_a_profile_of_an_organisation_begins_with_the_terms_that_are_there(tmp_path: Path) -> None:
    tab = Tab(tmp_path).open()
    uses = re.search(r'name="uses" value="(\w+)" checked', tab.page)
    assert uses
    assert uses[1] == Project.builtin().settings.name
    assert tab.send("/begin", {**ANSWERS, "uses": uses[1], "source-title": "Union of the Plain (UP)"}) == 200
    assert "Union of the Plain" in tab.text
    tab.get("/findings")
    assert "Note a document from the web does not say when it was retrieved" in tab.text
    assert "Error" not in tab.text


def test_the_sources_are_shown_with_what_is_open(tab: Tab) -> None:
    assert "Harbour" in tab.text
    assert "1 passage without facts" in tab.text
    assert "% read" in tab.text


def test_a_project_with_syntax_errors_opens_and_says_them_at_the_place(folder: Path) -> None:
    source = folder / "data" / "harbour" / "source.ttl"
    source.write_bytes(source.read_bytes() + b"\n<https://example.org/a> <b .\n")
    line = source.read_bytes().count(b"\n")
    tab = Tab(folder).open()
    assert f"data/harbour/source.ttl:{line}:" in tab.text
    assert tab.get("/findings") == 200
    assert f"data/harbour/source.ttl:{line}:" in tab.text


def test_each_edit_is_a_step_that_is_undone_and_made_again(tab: Tab, folder: Path) -> None:
    before = contents(folder)
    tab.desk.workspace.change("a note", lambda project: note(project, "one"))
    after = contents(folder)
    tab.get("/")
    assert "Undo: a note" in tab.text
    assert tab.send("/undo") == 200
    assert "Taken back: a note" in tab.text
    assert _files(contents(folder)) == _files(before)
    tab.get("/steps")
    assert "can be made again a note" in tab.text
    assert "Nothing can be undone." in tab.text
    assert tab.send("/redo", {"back": "/steps"}) == 200
    assert tab.path.startswith("/steps?")
    assert "In force, the last first a note" in tab.text
    assert "1 file data/harbour/01-said.ttl" in tab.text
    assert _files(contents(folder)) == _files(after)


def test_undo_after_a_change_by_another_program_shows_both_versions(tab: Tab, folder: Path) -> None:
    tab.desk.workspace.change("a note", lambda project: note(project, "one"))
    facts = folder / "data" / "harbour" / "01-said.ttl"
    facts.write_bytes(facts.read_bytes().replace(b"# one", b"# <script>alert(1)</script>"))
    before = contents(folder)
    assert tab.send("/undo") == 409
    assert "-# one" in tab.text
    assert "+# <script>alert(1)</script>" in tab.text
    assert "<script>alert" not in tab.page
    assert contents(folder) == before


def test_an_edit_of_what_a_stale_page_showed_is_refused_with_both_versions(tab: Tab) -> None:
    workspace = tab.desk.workspace
    seen = workspace.show("data/harbour")
    workspace.change("first", lambda project: note(project, "first"), seen=seen, folder="data/harbour")
    with pytest.raises(ChangedSinceError, match="was changed since this page was shown") as caught:
        workspace.change("second", lambda project: note(project, "second"), seen=seen, folder="data/harbour")
    (change,) = caught.value.found
    assert change.after == change.before + b"# first\n"


def test_of_edits_that_many_windows_send_at_once_one_is_made(tab: Tab, folder: Path) -> None:
    workspace = tab.desk.workspace
    seen = workspace.show("data/harbour")

    def edit(number: int) -> bool:
        try:
            workspace.change(
                "a note", lambda project: note(project, f"edit {number}"), seen=seen, folder="data/harbour"
            )
        except ChangedSinceError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(edit, range(32)))
    assert made.count(True) == 1
    data = (folder / "data" / "harbour" / "01-said.ttl").read_text(encoding="utf-8")
    assert re.findall(r"# edit (\d+)", data) == [str(made.index(True))]


def test_a_run_that_was_killed_is_finished_at_the_next_start_and_said(folder: Path) -> None:
    change = note(Project.open(folder), "cut short")
    (folder / JOURNAL).write_bytes(Step(tuple(change), "a note").write())
    desk = Desk(Workspace(folder), Door(PORT))
    desk.recovered = desk.workspace.recover()
    tab = Tab(folder, desk).open()
    assert "finished now: data/harbour/01-said.ttl" in tab.text
    assert b"# cut short" in (folder / "data" / "harbour" / "01-said.ttl").read_bytes()
    tab.get("/")
    assert "finished now" not in tab.text


def test_a_draft_is_checked_and_nothing_of_it_stays(tab: Tab, folder: Path) -> None:
    workspace = tab.desk.workspace
    before = [str(one) for one in workspace.check().findings]
    (change,) = note(Project.open(folder), "x")
    assert change.before is not None
    broken = FileChange(change.path, change.before, change.before + b"<a")
    assert workspace.draft([broken]).graph is None
    assert [str(one) for one in workspace.check().findings] == before


def _files(found: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in found.items() if ".scograph" not in path}


# Texts and passages.

ALLOWED = re.compile(
    r"a|b|blockquote|body|br|button|code|datalist|details|div|fieldset|footer|form|h[1-4]|head|header|html|input|label"
    r"|legend|li|link|main|meta|nav|option|p|path|rect|section|select|span|summary|svg|table|tbody|td|textarea|th|thead"
    r"|title|tr|ul"
    r"|script /assets/desk\.js"
)
"""The elements that pages have; none of them has a handler."""
HOSTILE = """<script>alert(1)</script> heads the list

"><img src=x onerror=alert(2)> </textarea></span><b>bold</b> {{ 7 * 7 }} &amp; 'quoted'

\u202eright to left\u202c and javascript:alert(3)
"""


def spans(folder: Path, name: str = "harbour") -> dict[str, str]:
    """The words of passages and ignored spans, by what the text of the desk calls them."""
    found = Passages.of(Document.open(Project.open(folder), name))
    return {("×" if one.is_ignored else "") + one.name: one.words(found.text) for one in found.spans}


def do(tab: Tab, action: str, **fields: str) -> int:
    """Send one of the forms of the page of the source."""
    return tab.send(f"/source/harbour/passages/{action}", fields)


def at(words: str, number: int = 0) -> dict[str, str]:
    """What a selection of words gives: those that stand in the text once more before it, by their number."""
    start = [match.start() for match in re.finditer(re.escape(words), TEXT)][number]
    return {"words": words, "start": str(start), "end": str(start + len(words))}


def test_the_text_is_shown_with_its_passages_and_what_is_left_of_it(tab: Tab) -> None:
    assert tab.get("/source/harbour") == 200
    assert '<span class="words" data-start="0">Harbour Council</span>' in tab.page
    assert "Passage 05" in tab.text, "the first that is still open is in hand"
    assert tab.get("/source/harbour?passage=09") == 200
    assert "Passage 09" in tab.text
    shown = re.findall(r'data-start="(\d+)">([^<]*)</span>', tab.page)
    assert len(shown) == 13
    for start, words in shown:
        assert TEXT[int(start) :].startswith(words)


def test_words_that_stand_twice_are_the_ones_that_were_selected(folder: Path) -> None:
    tab = Tab(folder).open()
    tab.get("/source/harbour?passage=03")
    assert do(tab, "split", which="03", words="the") == 400
    assert "stand in" in tab.text
    assert do(tab, "split", which="03", **at("the ", 0)) == 200
    assert spans(folder)["11"].startswith("the spring of 1998")


def test_places_that_have_other_words_are_not_believed(tab: Tab, folder: Path) -> None:
    tab.get("/source/harbour?passage=09")
    assert do(tab, "part", which="09", words="nine million euros", start="0", end="7") == 200
    assert "nine million euros" in spans(folder).values()
    tab.get("/source/harbour")
    before = contents(folder)
    assert do(tab, "part", which="01", words="nowhere", start="9" * 400, end="1") == 400
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        (at("A fund of nine"), ["A fund of nine", "million euros pays for exercises and courses of all members."]),
        (at("all members."), ["A fund of nine million euros pays for exercises and courses of", "all members."]),
        (
            at("nine million euros"),
            ["A fund of", "nine million euros", "pays for exercises and courses of all members."],
        ),
    ],
)
def test_words_of_a_passage_become_one(tab: Tab, folder: Path, fields: dict[str, str], parts: list[str]) -> None:
    before = contents(folder)
    tab.get("/source/harbour?passage=09")
    assert do(tab, "part", which="09", **fields) == 200
    after = spans(folder)
    assert [words for words in after.values() if words in TEXT.split("\n")[8]] == parts
    assert f">{fields['words']}</textarea>" not in tab.page
    assert fields["words"] in tab.text[tab.text.index("All its words") :], "they are in hand"
    assert tab.send("/undo") == 200
    assert _files(contents(folder)) == _files(before)


def test_all_words_of_a_passage_are_one_already(tab: Tab) -> None:
    tab.get("/source/harbour?passage=05")
    assert do(tab, "part", which="05", **at("Members")) == 400
    assert "it is one already" in tab.text


def test_passages_are_joined_left_out_and_taken_in_again(tab: Tab, folder: Path) -> None:
    tab.get("/source/harbour?passage=06")
    assert "with 05, before it" in tab.text
    assert do(tab, "join", which="06", other="05") == 200
    assert spans(folder)["05"] == "Members\nKenya"
    assert (folder / "data" / "harbour" / "05-said.ttl").exists()
    assert do(tab, "ignore", which="10") == 400
    assert "Say in a sentence" in tab.text
    assert do(tab, "ignore", which="10", because="It states nothing.") == 400, "facts rest on it"
    assert do(tab, "ignore", which="ignored 03", because="A caption.") == 200
    assert "Left out because: A caption." in tab.text


def test_what_lies_in_no_passage_becomes_one(folder: Path) -> None:
    source = folder / "data" / "harbour" / "source.ttl"
    document = Document.open(Project.open(folder), "harbour")
    change = document.rewrite(spans=[one for one in document.spans if one.name not in {"05", "10"}])
    assert change.after is not None
    source.write_bytes(change.after)
    for path in (folder / "data" / "harbour").glob("10-*"):
        path.unlink()
    tab = Tab(folder).open()
    assert "in no passage" in tab.text
    tab.get("/source/harbour")
    assert "Not yet read" in tab.text
    assert do(tab, "part", at="227", **at("Members")) == 200
    assert "Members" in spans(folder).values()
    assert do(tab, "rest") == 200
    assert "19-20 December 2017" in spans(folder).values()


def test_a_passage_is_quoted_read_with_others_and_about_things(tab: Tab) -> None:
    tab.get("/source/harbour?passage=09")
    assert do(tab, "quote", which="09", **at("exercises and courses")) == 200
    assert "Quotation exercises and courses" in tab.text
    assert do(tab, "unquote", which="09") == 200
    assert "Quotation exercises" not in tab.text
    assert do(tab, "read-with", which="09", **{"with": "01, 05"}) == 200
    assert 'value="01 05"' in tab.page
    assert do(tab, "read-with", which="09", **{"with": "77"}) == 400
    assert 'value="77"' in tab.page
    thing = f"{EX}thing-01"
    assert do(tab, "about", which="09", about=thing) == 200
    assert f'name="kept" value="{thing}" checked' in tab.page
    assert do(tab, "about", which="09", about="") == 200
    assert 'name="kept"' not in tab.page


def test_the_forms_of_a_stale_page_are_refused_with_both_versions(folder: Path) -> None:
    tab = Tab(folder).open()
    other = Tab(folder, tab.desk).open()
    for one in (tab, other):
        one.get("/source/harbour?passage=03")
    assert do(tab, "split", which="03", words="and has its seat") == 200
    before = contents(folder)
    assert do(other, "split", which="03", words="in the spring") == 409
    assert "was changed since this page was shown" in other.text
    assert "+ scog:endChar" in other.text or "+<https://example.org/source/harbour/passage/11>" in other.text
    assert contents(folder) == before


def test_words_that_are_markup_are_shown_as_words(tmp_path: Path) -> None:
    folder = harbour(tmp_path / "<b>harbour").folder
    tab = Tab(folder).open()
    tab.get("/add")
    assert tab.send("/add", {"text": HOSTILE, "name": "hostile", "title": "<script>alert(4)</script>"}) == 200
    for path in ("/", "/source/hostile", "/findings", "/source/hostile?passage=%3Cscript%3E", "/?told=<script>"):
        assert tab.get(path) == 200
        assert all(map(ALLOWED.fullmatch, tab.elements)), path
        assert "49 &" not in tab.text
    assert tab.send("/source/hostile/passages/split", {"which": "<script>", "words": "<img src=x"}) == 400
    assert all(map(ALLOWED.fullmatch, tab.elements))
    assert spans(folder, "hostile")["01"] == "<script>alert(1)</script> heads the list"


@pytest.mark.parametrize("name", ["..%2fharbour", "%2e%2e%2fharbour", "harbour%2f..", "nowhere", "%00", "a%0ab"])
def test_no_source_lies_outside_of_the_data(tab: Tab, folder: Path, name: str) -> None:
    before = contents(folder)
    assert tab.get(f"/source/{name}") in (400, 404)
    tab.get("/")
    assert tab.send(f"/source/{name}/passages/rest") in (400, 404, 405)
    assert tab.get("/source/harbour/passages/nothing") in (404, 405)
    assert contents(folder) == before


def test_a_source_whose_text_is_not_at_hand_says_so(tmp_path: Path) -> None:
    tab = Tab(harbour(tmp_path / "harbour", has_text=False).folder).open()
    assert tab.get("/source/harbour?passage=05") == 200
    assert "The text of this source is not at hand" in tab.text
    assert "It was read on another machine" in tab.text
    assert "Make them a passage" not in tab.text
    before = contents(tab.desk.workspace.folder)
    assert tab.send("/source/harbour/text", {"text": TEXT + "!"}) == 400
    assert "another text than the one that was read" in tab.text
    assert contents(tab.desk.workspace.folder) == before
    assert tab.send("/source/harbour/text", {"text": TEXT}) == 200
    assert "Make them a passage" in tab.text


def test_a_project_that_was_begun_gets_the_text_of_its_first_source(tmp_path: Path) -> None:
    tab = Tab(tmp_path).open()
    uses = Project.builtin().settings.name
    assert tab.send("/begin", {**ANSWERS, "uses": uses, "source-title": "Union of the Plain (UP)"}) == 200
    assert tab.get("/source/profile") == 200
    assert "No text of it was kept yet" in tab.text
    text = "Profile\n\nUnion of the Plain (UP)\n\nIt met in May."
    assert tab.send("/source/profile/text", {"text": text}) == 200
    tab.get("/source/profile?passage=01")
    assert "has no place in the text yet" in tab.text
    fields = {"which": "01", "words": "Union of the Plain (UP)"}
    assert tab.send("/source/profile/passages/place", fields) == 200
    assert spans(tmp_path, "profile") == {"01": "Union of the Plain (UP)"}
    assert tab.send("/source/profile/passages/rest") == 200
    assert sorted(spans(tmp_path, "profile").values()) == ["It met in May.", "Profile", "Union of the Plain (UP)"]
    tab.get("/source/editorial")
    assert "it has no text, and facts of it are notes of ours" in tab.text
    tab.get("/findings")
    assert "Error" not in tab.text


def test_a_finding_leads_to_its_passage(tab: Tab, folder: Path) -> None:
    facts = folder / "data" / "harbour" / "09-said.ttl"
    facts.write_bytes(facts.read_bytes() + b"<https://example.org/id/a> <https://example.org/nowhere#b> 1, .\n")
    tab.get("/findings")
    assert '<a href="/source/harbour?passage=09">look at the passage</a>' in tab.page


def test_a_page_is_added_as_text_as_a_file_and_from_an_address_only_when_asked(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetched(text: str) -> Read:
        asked.append(text)
        return read_given(b"<h1>Fetched</h1><p>It met.</p>", content_type="text/html", url=text)

    monkeypatch.setattr("scograph.desk.pages.adding.read_text", fetched)
    tab = Tab(folder).open()
    tab.get("/add")
    assert tab.send("/add", {}) == 400
    assert "Nothing was given" in tab.text
    assert tab.send("/add", {"text": "Minutes", "address": "https://example.org/a"}) == 400
    assert ">\nMinutes</textarea>" in tab.page
    assert tab.send("/add", {"text": "Minutes\r\n\r\nIt met in May.", "language": "en"}) == 200
    assert tab.path.startswith("/source/minutes?")
    assert "title: 'Minutes', the first line " in tab.text
    assert "--" not in tab.text, "options are those of a command"
    assert spans(folder, "minutes") == {"01": "Minutes", "02": "It met in May."}
    page = ("../../x/page.html", b"<title>Of the fleet</title><h1>Fleet</h1><p>It sailed.</p>", "text/html")
    assert tab.send("/add", {"kind": "official"}, {"file": page}) == 200
    assert spans(folder, "of-the-fleet")["02"] == "It sailed."
    assert asked == []
    assert tab.send("/add", {"address": "file:///etc/passwd"}) == 400
    assert tab.send("/add", {"address": "https://example.org/fetched"}) == 200
    assert asked == ["https://example.org/fetched"]
    before = contents(folder)
    assert tab.send("/add", {"text": "Minutes\n\nMore.", "name": "minutes"}) == 400
    assert tab.send("/add", {"text": "Minutes\n\nMore.", "name": "../minutes"}) == 400
    assert tab.send("/add", {"text": "Minutes\n\nMore.", "kind": "../x"}) == 400
    assert tab.send("/add", {}, {"file": ("a.bin", b"\x00\x01\x02", "application/octet-stream")}) == 400
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["harbour"]


def test_a_released_passage_stays_and_is_revised(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    iri = f"{DOCUMENT.value}/passage/05"
    monkeypatch.setattr("scograph.desk.pages.source.released_passages", lambda _: frozenset([iri]))
    tab.get("/source/harbour?passage=05")
    assert do(tab, "ignore", which="05", because="A heading.") == 400
    assert "was released, and cannot be ignored" in tab.text
    assert do(tab, "part", which="05", words="Mem ber") == 400
    assert "does not have the words" in tab.text
    assert "scograph" not in tab.text


def test_of_many_passages_one_page_shows_some(folder: Path) -> None:
    tab = Tab(folder).open()
    text = "Minutes\n\n" + "\n\n".join(f"Item {number} was read." for number in range(2, 451))
    tab.get("/add")
    assert tab.send("/add", {"text": text, "name": "minutes"}) == 200
    assert tab.page.count('class="words"') == PER_PAGE
    assert tab.get("/source/minutes?passage=450") == 200
    assert tab.page.count('class="words"') == 50
    assert "3 / 3" in tab.text
    assert tab.get("/source/minutes?page=2") == 200
    assert "Item 201 was read." in tab.text


def test_of_a_long_part_the_beginning_and_the_end_are_shown(folder: Path) -> None:
    tab = Tab(folder).open()
    text = "Minutes\n\nIt " + "really " * 4000 + "met."
    tab.get("/add")
    assert tab.send("/add", {"text": text, "name": "minutes"}) == 200
    assert tab.get("/source/minutes?passage=02") == 200
    starts = re.findall(r'class="words" data-start="(\d+)">([^<]*)<', tab.page)
    kept = (folder / "texts").rglob("*.txt")
    whole = next(one for one in (path.read_text(encoding="utf-8") for path in kept) if "really" in one)
    assert "The middle of this long part is not shown" in tab.text
    for start, words in starts:
        assert whole[int(start) :].startswith(words)


# Words and languages.


def test_each_language_of_the_site_has_the_words_of_the_desk() -> None:
    plural = re.compile(r"\.(one|few|other)$")
    texts = {}
    for language in LANGUAGES:
        path = Path(str(resources.files(PACKAGE))) / "words" / f"{language}.json"
        texts[language] = json.loads(path.read_text(encoding="utf-8"))
    first = texts[LANGUAGES[0]]
    for language, own in texts.items():
        assert {plural.sub("", key) for key in own} == {plural.sub("", key) for key in first}, language
        for key, text in own.items():
            other = first.get(key) or first[plural.sub(".other", key)]
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other)), (language, key)


def test_the_language_is_the_readers_or_the_one_that_was_chosen(tab: Tab) -> None:
    tab.get("/", accept_language="zh-CN,zh;q=0.9,en;q=0.5")
    assert '<html lang="zh">' in tab.page
    tab.send("/language", {"language": "ru"}, accept_language="zh")
    tab.get("/", accept_language="zh")
    assert '<html lang="ru">' in tab.page
    assert desk_words("ru")("sources") in tab.text


def test_pages_have_no_script_and_no_style_of_their_own(tab: Tab) -> None:
    for path in ("/", "/findings", "/steps", "/add", "/source/harbour"):
        tab.get(path)
        assert not re.search(r"<script(?! src=\"/assets/)|<style|\son\w+=|\sstyle=", tab.page), path


def test_each_file_that_pages_load_is_there(tab: Tab) -> None:
    for name, (_, media_type) in STATIC.items():
        assert tab.get(f"/assets/{name}") == 200
        assert tab.headers["content-type"].startswith(media_type)


# The command.


def test_the_command_prints_the_address_that_opens_the_desk_with_200_others_open(folder: Path) -> None:
    with running(folder) as address, ExitStack() as others:
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1"
        for _ in range(200):
            waiting = others.enter_context(socket.create_connection((parts.hostname, parts.port or 0)))
            waiting.sendall(b"GET / HTTP/1.1\r\n")
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 0)
        connection.request("GET", f"/?{parts.query}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 303
        cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
        connection.request("GET", "/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"Harbour" in answer.read()
        connection.close()


def test_an_address_in_the_request_counts_and_not_the_host_header(folder: Path) -> None:
    with running(folder) as address:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as one:
            one.sendall(f"GET http://attacker.example/ HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            assert one.recv(1000).startswith(b"HTTP/1.1 403 ")


def test_without_the_extra_the_command_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "starlette", None)
    for name in [name for name in sys.modules if name.startswith(("starlette.", "scograph.desk."))]:
        monkeypatch.delitem(sys.modules, name)
    done = CliRunner().invoke(cli, ["desk", str(folder), "--no-browser"])
    assert done.exit_code == 2
    assert "the desk needs the library starlette\nhint: pip install 'scograph[desk]'" in done.stderr


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
    done = CliRunner().invoke(cli, ["desk", str(tmp_path), "--no-browser"])
    assert (done.exit_code, "is no project, and not empty" in done.stderr) == (2, True)
    done = CliRunner().invoke(cli, ["desk", str(tmp_path / "letter.txt"), "--no-browser"])
    assert (done.exit_code, "is a file, not a project" in done.stderr) == (2, True)
