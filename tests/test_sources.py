"""Sources: the spans of the built-in profile one by one, the coverage, and each way in which a text can disagree."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import Literal

from built_in import built_in_graph
from scograph import Project, terms
from scograph.api import Graph
from scograph.checks.run import CheckOptions, CheckRun
from scograph.checks.source_texts import SourceText, coverage, source_texts
from scograph.checks.sources import check_sources, check_texts
from scograph.model import Finding, Severity

HERE = Path(__file__).parent
SMALL = HERE / "projects" / "small"
TEXT = HERE.parents[1] / "shared" / "seed" / "unidir-sco-2021-03.txt"
PROFILE = "https://w3id.org/scograph/source/unidir-sco-2021-03"

PASSAGES = {
    "01": (0, 39),
    "02": (40, 64),
    "03": (65, 85),
    "04": (86, 140),
    "05": (145, 347),
    "06": (352, 395),
    "07": (396, 414),
    "08": (415, 455),
    "10": (457, 552),
    "12": (554, 580),
    "13": (581, 689),
    "14": (690, 893),
    "15": (896, 1010),
    "16": (1013, 1099),
    "17": (1102, 1308),
    "18": (1309, 1321),
    "19": (1322, 1374),
    "20": (1375, 1390),
    "21": (1391, 1619),
    "22": (1620, 1639),
    "23": (1640, 1672),
    "24": (1673, 1780),
    "25": (1781, 1796),
}
"""Every passage of the profile, as its design lists them: one giant passage is no way to a coverage of 100 %."""
BULLETS = [143, 350, 894, 1011, 1100]
DISCLAIMER = (1798, 2048)


@pytest.fixture(scope="module")
def builtin() -> Graph:
    return built_in_graph()


@pytest.fixture(scope="module")
def profile(builtin: Graph) -> SourceText:
    (text,) = [text for text in source_texts(builtin) if text.source.document.value == PROFILE]
    return text


# The built-in data.


def test_the_length_and_digest_of_the_profile_are_known(profile: SourceText) -> None:
    assert profile.source.name == "unidir-sco-2021-03"
    assert profile.sha256 == "4c68fb426f745197c6ce53a8d9e127291075b47b7801c612afab55124d584bd3"
    assert (profile.length, profile.non_blank) == (2048, 1760)


@pytest.mark.parametrize("number", PASSAGES)
def test_a_passage_of_the_profile_has_its_span(number: str, profile: SourceText) -> None:
    (span,) = [span for span in profile.spans if span.iri == f"{PROFILE}/passage/{number}"]
    assert (span.start, span.end) == PASSAGES[number]
    assert not span.is_ignored
    assert span.is_cited, "a claim rests on it"
    assert span.first_words
    assert span.last_words


def test_the_profile_has_no_other_passage(profile: SourceText) -> None:
    assert len(PASSAGES) == 23
    found = {span.iri for span in profile.spans if not span.is_ignored}
    assert found == {f"{PROFILE}/passage/{number}" for number in PASSAGES}


def test_the_bullets_and_the_disclaimer_are_all_that_is_ignored(profile: SourceText) -> None:
    ignored = sorted((span.start, span.end) for span in profile.spans if span.is_ignored)
    assert ignored == [*((start, start + 1) for start in BULLETS), DISCLAIMER]


def test_no_two_spans_of_the_profile_overlap_and_little_lies_between(profile: SourceText) -> None:
    spans = [(span.start, span.end) for span in profile.spans]
    assert spans == sorted(spans)
    gaps = [start - end for (_, end), (start, _) in pairwise(spans)]
    assert min(gaps) == 1
    assert max(gaps) <= 3, "line ends, and blanks beside bullets"


def test_the_coverage_of_each_text_is_whole(builtin: Graph, profile: SourceText) -> None:
    texts = source_texts(builtin)
    assert len(texts) >= 36
    assert {text.source.name: text.non_blank - text.covered for text in texts if text.non_blank != text.covered} == {}
    covered, total = coverage(texts)  # of the newest editions
    assert covered == total > 100_000
    assert sum(span.non_blank for span in profile.spans) == 1760
    assert list(check_sources(CheckRun(builtin))) == []


def test_no_spans_of_a_text_overlap(builtin: Graph) -> None:
    for text in source_texts(builtin):
        assert [one.iri for one, other in pairwise(text.spans) if one.end > other.start] == [], text.source.name


@pytest.mark.skipif(
    not TEXT.is_file(), reason="the text of the profile is not beside the repository, in ../shared/seed"
)
def test_the_text_of_the_profile_bears_out_offsets_digests_words_and_lengths(
    builtin: Graph, profile: SourceText
) -> None:
    data = TEXT.read_bytes()
    assert hashlib.sha256(data).hexdigest() == profile.sha256
    assert verified(builtin, TEXT.name, data) == []
    text = data.decode("utf-8")
    covered = {i for span in profile.spans for i in range(span.start, span.end)}
    assert [c for i, c in enumerate(text) if i not in covered and not c.isspace()] == []
    assert len(text) == 2048
    assert builtin.check({TEXT.name: data}).coverage_percent == 100.0


@pytest.mark.skipif(
    not TEXT.is_file(), reason="the text of the profile is not beside the repository, in ../shared/seed"
)
def test_the_source_s_own_sentences_are_not_copied_into_the_data(builtin: Graph) -> None:
    """Names, titles and dates are as printed; no file has 25 words in a row of the text, longer than any of them."""
    words = re.findall(r"\w+", TEXT.read_text(encoding="utf-8").lower())
    runs = {" ".join(words[i : i + 25]) for i in range(len(words) - 24)}
    project = builtin.project
    for path in (*project.data_files(), *project.ontology_files(), *project.question_files()):
        said = re.findall(r"\w+", path.read_text(encoding="utf-8").lower())
        assert not runs & {" ".join(said[i : i + 25]) for i in range(len(said) - 24)}, path


DATES = {
    "adilet-p070000463": {
        "date 2002-06-07 stated",
        "date 2006-06-15 stated",
        "domesticallyApprovedOn 2007-06-05 interpreted",
    },
    "ccdcoe-sco": {"date 2001-06-15 stated", "date 2009-06-16 stated", "signedOn 2009-06-16 interpreted"},
    "cgtn-meiyapico-586": {"attestedOn 2015-10 stated", "establishedOn 2013-09 possible"},
    "china-daily-2006-06-15": {"date 2006-06-15 stated"},
    "china-daily-2015-01-11": {
        "endDate 2015-01-09 normalised",
        "startDate 2015-01-09 normalised",
    },
    "china-org-cn-1171590": {"signedOn 2006-06-15 interpreted"},
    "chinamil-2015-10-15": {
        "adoptedOn 2015-04-10 stated",
        "endDate 2015-10-14 stated",
        "establishedOn 2013-09-20 stated",
        "startDate 2015-10-14 stated",
    },
    "chn-mfa-9608946": {"endDate 2011-09-12 stated", "startDate 2011-09-12 stated"},
    "cis-legislation-28340": {"date 2009-06-16 stated"},
    "cis-legislation-3851": {"date 2002-06-07 stated", "date 2003-09-05 stated", "date 2006-06-15 stated"},
    "cybercrimelaw-sco": {"date 2008-08 possible"},
    "dig-watch-code-of-conduct": {"endDate 2015-01-09 normalised", "startDate 2015-01-09 stated"},
    "docplayer-10946991": set(),
    "fidh-2006-declaration": {"date 2006-06-15 stated"},
    "fidh-rats-agreement": {"date 2001-06-15 stated", "date 2002-06-07 stated"},
    "fsou-100667872": set(),
    "garant-2562275": {"date 2001-06-15 stated", "date 2002-06-07 stated"},
    "igcaucus-025046": {"endDate 2011-09-12 normalised", "startDate 2011-09-12 stated"},
    "interaffairs-2288": {"date 2009-06-16 stated"},
    "jamestown-2015": set(),
    "kazinform-a2828227": {"endDate 2015-10-16 contradicted", "startDate 2015-10-14 normalised"},
    "khovar-2023-11": {"endDate 2023-11-17 normalised", "startDate 2023-11-15 normalised"},
    "kodeks-1306223341": {
        "date 2002-06-07 stated",
        "date 2003-09-05 stated",
        "inForceForPartyOn 2004-10-01 interpreted",
        "signedOn 2002-06-07 interpreted",
    },
    "kremlin-supplement-288": {"date 2008-08-28 interpreted"},
    "lawmix-3070": {"date 2001-06-15 stated", "date 2002-06-07 stated", "signedOn 2002-06-07 interpreted"},
    "macao-notice-28-2013-pt": {
        "date 2009-06-16 stated",
        "domesticallyApprovedOn 2011-03-05 interpreted",
        "inForceForPartyOn 2011-06-02 stated",
        "signedOn 2009-06-16 interpreted",
    },
    "macao-notice-28-2013-zh": {
        "domesticallyApprovedOn 2011-03-05 interpreted",
        "inForceForPartyOn 2011-06-02 stated",
        "signedOn 2009-06-16 stated",
    },
    "nationalcybersecurity-sco-drills": {"startDate 2015-12 contradicted"},
    "openeffect-code-conduct": {"distributedOn 2011-09-14 normalised", "distributedOn 2015-01-13 normalised"},
    "pubt-96c098cf": {"attestedOn 2025-09-01 stated", "startDate 2025-09-01 interpreted"},
    "russia-islworld-2019": {"attestedOn 2019-11 interpreted"},
    "sco-secretariat-1330779": {"endDate 2024-04-19 stated", "startDate 2024-04-18 stated"},
    "sco-secretariat-2017-05-19": set(),
    "sco-secretariat-2017-12-20": {"endDate 2017-12-20 stated", "startDate 2017-12-19 stated"},
    "sco-secretariat-954145": {"endDate 2023-09-05 normalised", "startDate 2023-09-05 normalised"},
    "shanghai-daily-drill": {"endDate 2019-12-12 normalised", "startDate 2019-12-12 normalised"},
    "sheir-sco": {"establishedOn 2001-06-15 stated", "startDate 2017-06-09 stated"},
    "sina-182481": {"date 2008-08-28 normalised"},
    "sputnik-tj-1042338990": {"adoptedOn 2021-09-17 interpreted"},
    "unidir-sco-2021-03": {
        "date 2009-06-16 stated",
        "endDate 2016-01-26 stated",
        "endDate 2017-12-06 stated",
        "endDate 2017-12-20 stated",
        "lastUpdated 2021-03 stated",
        "startDate 2016-01-24 stated",
        "startDate 2017-12-06 stated",
        "startDate 2017-12-19 stated",
    },
    "whatsonxiamen-4795": {
        "attestedOn 2017-12-06 stated",
        "endDate 2017-12-06 stated",
        "establishedOn 2001-06-15 stated",
        "startDate 2017-12-06 stated",
    },
    "worldjpn-20060615-d1c": {"date 2006-06-15 stated"},
    "worldjpn-20080828-d1e": {"date 2008-08-28 stated"},
    "worldjpn-20090616-t1e": {"date 2001-06-15 stated", "date 2002-06-07 stated", "date 2009-06-16 stated"},
    "xebersaati-71114": {"startDate 2015-12 contradicted"},
    "xinhua-34523102": {
        "attestedOn 2015-01-09 normalised",
        "endDate 2015-01-09 normalised",
        "startDate 2015-01-09 normalised",
    },
    "xinhua-ru-75507226": {"endDate 2019-12-12 normalised", "startDate 2019-12-12 normalised"},
    "zakonpravo-rats-agreement": {
        "date 2001-06-15 stated",
        "date 2002-06-07 stated",
        "domesticallyApprovedOn 2003-06-03 interpreted",
        "signedOn 2002-06-07 stated",
    },
}
"""The dates that a document prints, as precise as it prints them, and how they were read: by hand from the pages."""


@pytest.mark.parametrize("name", DATES)
def test_a_document_is_credited_with_the_dates_that_it_prints_and_no_others(name: str, builtin: Graph) -> None:
    """A day that only another document prints was once said to stand in both."""
    place = f"https://w3id.org/scograph/source/{name}/passage/"
    found = {
        f"{local(claim.triple.predicate.value)} {claim.triple.object.value} {local(claim.basis.value)}"
        for claim in builtin.claims
        if claim.passage.value.startswith(place)
        and isinstance(claim.triple.object, Literal)
        and local(claim.triple.object.datatype.value) in {"date", "gYearMonth", "gYear"}
    }
    assert found == DATES[name]


def local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


# A small project, in whose description or text one thing at a time is wrong.


def small_with(folder: Path, change: Callable[[Path], None] | None = None) -> Graph:
    shutil.copytree(SMALL, folder / "small")
    if change:
        change(folder / "small")
    return Project.open(folder / "small").load()


def putting(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        file = project / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        file.write_text(text.replace(old, new), encoding="utf-8")

    return change


def removing(path: str) -> Callable[[Path], None]:
    return lambda project: (project / path).unlink()


def verified(graph: Graph, name: str, data: bytes) -> list[Finding]:
    return list(check_texts(CheckRun(graph, CheckOptions({name: data}))))


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in findings]


SOURCE = "data/notes/source.ttl"
PLACE = "https://example.org/chess/source/notes"


@pytest.fixture
def text() -> bytes:
    return (SMALL / "text.txt").read_bytes()


def test_the_small_project_is_covered_and_its_text_bears_it_out(tmp_path: Path, text: bytes) -> None:
    graph = small_with(tmp_path)
    assert coverage(source_texts(graph)) == (157, 157)
    assert list(check_sources(CheckRun(graph))) == []
    assert verified(graph, "text.txt", text) == []


def test_offsets_count_characters_not_bytes(text: bytes) -> None:
    graph = Project.open(SMALL).load()
    (stated,) = source_texts(graph)
    span = next(span for span in stated.spans if span.iri.endswith("/passage/05"))
    assert text.decode()[span.start : span.end] == "Zoë Lind"
    assert text[span.start : span.end].decode(errors="replace") != "Zoë Lind"


def test_s01_a_passage_that_supports_no_claim_is_found(tmp_path: Path) -> None:
    graph = small_with(tmp_path, removing("data/notes/02-meetings.ttl"))
    first, second = check_sources(CheckRun(graph))
    assert (first.code, first.message, first.severity) == ("S01", "passage 02 supports no claim", Severity.WARNING)
    assert first.focus == f"{PLACE}/passage/02"
    assert str(first.place) == f"{SOURCE}:57:1"
    assert second.code == "S02"


def test_s01_is_not_said_of_a_passage_with_a_statement_on_record(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        (project / "data/notes/02-meetings.ttl").rename(project / "data/notes/02-meetings.possible.ttl")

    assert list(check_sources(CheckRun(small_with(tmp_path, change)))) == []


def test_s02_text_that_nothing_accounts_for_is_found_with_its_offsets(tmp_path: Path) -> None:
    graph = small_with(tmp_path, removing("data/notes/02-meetings.ttl"))
    finding = list(check_sources(CheckRun(graph)))[1]
    message = "120 of 157 non-blank characters lie in passages with facts or in ignored spans"
    assert (finding.code, finding.message) == ("S02", message)
    assert finding.hint == "37 in passages without facts: 02", "it lies in a passage, and is not said to lie in none"
    assert finding.focus == f"{PLACE}/edition/a6f5dfa1a0ab"
    assert coverage(source_texts(graph)) == (120, 157)


def test_s02_passages_without_facts_are_told_apart_from_text_in_no_passage(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        (project / "data/notes/02-meetings.ttl").unlink()
        source = project / SOURCE
        stated = source.read_text(encoding="utf-8")
        begin = stated.index(f"<{PLACE}/passage/05>\n")
        source.write_text(stated[:begin] + stated[stated.index("\n\n", begin) + 2 :], encoding="utf-8")
        for path in (project / "data/notes").glob("05-*"):
            path.unlink()

    (finding,) = (one for one in check_sources(CheckRun(small_with(tmp_path, change))) if one.code == "S02")
    assert finding.hint.startswith("37 in passages without facts: 02; 7 in no passage or ignored span: ")


def test_s03_a_text_that_no_document_has_is_found(tmp_path: Path, text: bytes) -> None:
    (finding,) = verified(small_with(tmp_path), "other.txt", text + b"\n")
    assert finding.code == "S03"
    assert hashlib.sha256(text + b"\n").hexdigest() in finding.message
    assert str(finding.place) == "other.txt"


def test_s04_a_digest_that_does_not_match_is_found(tmp_path: Path, text: bytes) -> None:
    digest = hashlib.sha256(b"Bo Berg came second.").hexdigest()
    graph = small_with(tmp_path, putting(SOURCE, digest, "0" * 64))
    (finding,) = verified(graph, "text.txt", text)
    assert codes([finding]) == [("S04", f"the digest of <{PLACE}/passage/06> does not match the text")]
    assert digest in finding.hint, "the digest that would match is told"
    assert str(finding.place) == f"{SOURCE}:114:21"


@pytest.mark.parametrize(
    ("old", "new"),
    [('scog:textStart "The club meets"', 'scog:textStart "A club meets"'), ('"the old mill."', '"the new mill."')],
    ids=["first words", "last words"],
)
def test_s05_words_that_the_passage_does_not_have_are_found(old: str, new: str, tmp_path: Path, text: bytes) -> None:
    (finding,) = verified(small_with(tmp_path, putting(SOURCE, old, new)), "text.txt", text)
    assert codes([finding]) == [("S05", f"the words of <{PLACE}/passage/02> are not those of the text")]
    assert "'The club meets every Tuesday i'" in finding.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scog:charLength 194", "scog:charLength 193", "charLength is 193, and the text has 194"),
        ("scog:nonBlankLength 157", "scog:nonBlankLength 158", "nonBlankLength is 158, and the text has 157"),
        ("scog:nonBlankLength 37", "scog:nonBlankLength 38", f"nonBlankLength of <{PLACE}/passage/02> is 38"),
        ("scog:nonBlankLength 37", 'scog:nonBlankLength "many"', f"nonBlankLength of <{PLACE}/passage/02> is 0"),
    ],
)
def test_s06_a_length_that_is_not_the_text_s_is_found(
    old: str, new: str, message: str, tmp_path: Path, text: bytes
) -> None:
    findings = verified(small_with(tmp_path, putting(SOURCE, old, new)), "text.txt", text)
    assert codes(findings) == [("S06", message)]


def test_s07_a_character_outside_every_span_is_found(tmp_path: Path, text: bytes) -> None:
    """The lengths may add up all the same: only the text tells."""

    def change(project: Path) -> None:
        path = project / SOURCE
        lines = path.read_text(encoding="utf-8").split("\n\n")
        kept = [block for block in lines if "/ignored/01>" not in block]
        assert len(kept) == len(lines) - 1
        path.write_text("\n\n".join(kept), encoding="utf-8")

    (finding,) = verified(small_with(tmp_path, change), "text.txt", text)
    assert codes([finding]) == [("S07", "characters 135 to 138 lie in no span: '🏆'")]


def test_a_number_of_thousands_of_digits_counts_the_characters_of_no_text(tmp_path: Path, text: bytes) -> None:
    graph = small_with(tmp_path, putting(SOURCE, "scog:charEnd 20 ;", f"scog:charEnd {'9' * 5000} ;"))
    assert coverage(source_texts(graph)) == (157, 157), "by the lengths stated"
    assert {finding.code for finding in verified(graph, "text.txt", text)} >= {"S04"}
    assert {finding.code for finding in graph.check().findings} >= {"SCOG-P13"}


def test_a_passage_with_a_number_of_thousands_of_digits_is_not_the_one_of_a_file(tmp_path: Path) -> None:
    graph = small_with(tmp_path, putting(SOURCE, "notes/passage/02>", f"notes/passage/{'9' * 5000}>"))
    (problem,) = graph.problems
    assert (problem.code, problem.message) == ("F05", f"{SOURCE} describes no passage 02")


def test_s08_a_text_of_the_archive_that_was_changed_is_found(tmp_path: Path, text: bytes) -> None:
    graph = small_with(tmp_path)
    assert list(check_texts(CheckRun(graph))) == []
    folder = graph.project.folder / "texts" / "notes"
    folder.mkdir(parents=True)
    name = f"{hashlib.sha256(text).hexdigest()[:12]}.txt"
    (folder / name).write_bytes(text)
    assert list(check_texts(CheckRun(graph))) == []
    (folder / name).write_bytes(text + b"more")
    (finding,) = check_texts(CheckRun(graph))
    assert (finding.code, str(finding.place)) == ("S08", f"texts/notes/{name}")


def test_a_text_of_the_archive_is_held_against_what_is_stated_of_it(tmp_path: Path, text: bytes) -> None:
    digest = hashlib.sha256(b"Bo Berg came second.").hexdigest()
    graph = small_with(tmp_path, putting(SOURCE, digest, "0" * 64))
    (graph.project.folder / "texts").mkdir()
    (graph.project.folder / "texts" / "any name").write_bytes(text)
    (finding,) = check_texts(CheckRun(graph))
    assert codes([finding]) == [("S04", f"the digest of <{PLACE}/passage/06> does not match the text")]


def test_s09_the_facts_of_one_passage_under_another_are_found(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        shutil.copy(project / "data/notes/01-club.ttl", project / "data/notes/02-copy.interpreted.ttl")

    (finding,) = check_sources(CheckRun(small_with(tmp_path, change)))
    assert codes([finding]) == [("S09", "the facts of this passage are those of data/notes/01-club.ttl")]
    assert str(finding.place) == "data/notes/02-copy.interpreted.ttl:4:1"


def test_edited_words_may_say_what_those_that_they_revise_said(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        shutil.copy(project / "data/notes/01-club.ttl", project / "data/notes/02-copy.interpreted.ttl")
        source = project / "data/notes/source.ttl"
        said = f"\n<{PLACE}/passage/02> <{terms.IS_REVISION_OF.value}> <{PLACE}/passage/01> .\n"
        source.write_text(source.read_text(encoding="utf-8") + said, encoding="utf-8")

    assert list(check_sources(CheckRun(small_with(tmp_path, change)))) == []


def test_a_fact_alone_may_stand_under_two_passages(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        shutil.copy(project / "data/notes/02-meetings.ttl", project / "data/notes/03-copy.possible.ttl")

    assert list(check_sources(CheckRun(small_with(tmp_path, change)))) == []


def test_s10_a_document_with_the_facts_of_another_is_found(tmp_path: Path) -> None:
    def change(project: Path) -> None:
        shutil.copytree(project / "data/notes", project / "data/poster")
        source = project / "data/poster/source.ttl"
        source.write_text(source.read_text(encoding="utf-8").replace("/notes", "/poster"), encoding="utf-8")

    (finding,) = check_sources(CheckRun(small_with(tmp_path, change)))
    assert codes([finding]) == [("S10", "all facts of this document are those of data/notes")]
    assert finding.place is not None
    assert finding.place.path.startswith("data/poster/")
    assert finding.place.line is not None


def test_s11_a_description_in_the_words_of_the_text_is_found(tmp_path: Path, text: bytes) -> None:
    path = "data/editorial/01-descriptions.editorial.ttl"
    copied = "The club meets every Tuesday in the old mill"
    graph = small_with(tmp_path, putting(path, "A chess club that meets in a mill.", copied))
    (finding,) = verified(graph, "text.txt", text)
    document = "<https://example.org/chess/source/notes>"
    assert codes([finding]) == [("S11", f"the description stands word for word in the text of {document}")]
    assert str(finding.place) == f"{path}:4:25"


def test_a_description_of_a_few_words_may_be_a_name(tmp_path: Path, text: bytes) -> None:
    path = "data/editorial/01-descriptions.editorial.ttl"
    graph = small_with(tmp_path, putting(path, "A chess club that meets in a mill.", "Millbrook Chess Club"))
    assert verified(graph, "text.txt", text) == []


def test_every_code_has_its_test() -> None:
    """The codes that the module's docstrings promise are those that the tests above make fail."""
    promised = set(re.findall(r"S\d\d", (check_sources.__doc__ or "") + (check_texts.__doc__ or "")))
    tested = {name[5:8].upper() for name in globals() if re.match(r"test_s\d\d_", name)}
    assert promised == tested == {f"S{n:02}" for n in range(1, 12)}


def test_a_project_whose_documents_have_no_text_has_no_coverage() -> None:
    graph = Project.open(HERE / "projects" / "library").load()
    assert source_texts(graph) == ()
    assert coverage(source_texts(graph)) is None
    assert graph.check().coverage_percent is None
    assert "no source text to cover" in graph.check().summary()


def test_coverage_is_rounded_down_so_that_100_means_all_of_it(tmp_path: Path) -> None:
    graph = small_with(tmp_path, removing("data/notes/02-meetings.ttl"))
    assert graph.check().coverage_percent == 76.4
