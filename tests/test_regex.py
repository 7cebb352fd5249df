"""Regular expressions: RE2 gives the answers of Python's engine wherever it is asked, and ends where that does not."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, RdfFormat, parse

from bombs import DATA, shape
from conformance import MISSING, SUITES
from scograph.checks.shacl.regex import RegexError, compiled
from test_bounds import QUICK, run

ROOT = Path(__file__).parent.parent
MISSING_RE2 = "google-re2, of the extra `regex`, is not installed"
SHACL = "http://www.w3.org/ns/shacl#"
LETTERS = "aAbBkKsSzZ09_-. \t\n\r\x00\x0b\x1c\x7f\x85\xa0ßſ\u212aİıéÉσςΣ٣²\u2028日\U0001d7d8😀!$^|&~]"
"""Letters that fold in odd ways, digits of others, spaces of others, ends of lines, signs of patterns."""

TEXTS = st.text(st.sampled_from(LETTERS), max_size=12)
_SIGNS = st.sampled_from([rf"\{sign}" for sign in r".\-/+*?^$|(){}[]"] + [r"\n", r"\r", r"\t"])
_CATEGORIES = st.sampled_from(
    [rf"\{letter}" for letter in "dDwWsSiIcC"] + [r"\p{L}", r"\P{L}", r"\p{Lu}", r"\p{Nd}", r"\p{IsGreek}", r"\P{Z}"]
)
_CHARACTERS = st.sampled_from([one for one in LETTERS if one not in "\\^$.[](){}|*+?"])
_CLASSES = st.builds(
    lambda negated, members, less: f"[{negated}{''.join(members)}{less}]",
    st.sampled_from(["", "^"]),
    st.lists(_CHARACTERS.filter("-&~".__contains__) | _CHARACTERS | _SIGNS | _CATEGORIES, min_size=1, max_size=3)
    | st.sampled_from([["a-z"], ["A-z"], ["0-9", "_"], ["K-k"], ["é-日"], [" -~"], ["\x00-\x1f"]]),
    st.sampled_from(["", "", "", "-[a-k]", r"-[\d]", "-"]),
)
_QUANTIFIERS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{2}?", "{1001}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.builds("({}){}".format, inner, _QUANTIFIERS)
        | st.builds("(?:{}){}".format, inner, _QUANTIFIERS)
        | st.builds("{}|{}".format, inner, inner)
        | st.builds("".join, st.lists(inner, min_size=1, max_size=3))
        | st.builds(r"({})\1".format, inner)
    )


PATTERNS = st.recursive(
    st.builds("{}{}".format, _CHARACTERS | _SIGNS | _CATEGORIES | _CLASSES | st.just("."), _QUANTIFIERS)
    | st.sampled_from(["^", "$", ""]),
    _larger,
    max_leaves=6,
)
FLAGS = st.lists(st.sampled_from("imsx"), unique=True, max_size=3).map("".join)


def differs(pattern: str, flags: str, text: str) -> bool | None:
    """Whether the engines differ over a text; None where RE2 is not asked."""
    form = compiled(pattern, flags)
    asked = form.re2_for(text)
    return None if asked is None else (asked.search(text) is not None) is not (form.python.search(text) is not None)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(PATTERNS, FLAGS, st.lists(TEXTS, min_size=1, max_size=8))
@pytest.mark.filterwarnings("ignore:Possible")
def test_re2_gives_the_answers_of_pythons_engine(pattern: str, flags: str, texts: list[str]) -> None:
    try:
        compiled(pattern, flags)
    except RegexError:
        assume(False)  # noqa: FBT003 -- hypothesis's
    assert [text for text in texts if differs(pattern, flags, text)] == []


@pytest.mark.parametrize(
    "pattern", [r"\d+", r"\w+", r"\D+", r"\W+", r"\s+", r"\S+", r"\i+", r"[\c-[a-k]]+", r"\p{L}+", ".+", "[^a]+"]
)
def test_re2_takes_each_character_as_pythons_engine_does(pattern: str) -> None:
    form = compiled(pattern)
    engine = form.re2_for("é")
    assert engine is not None, MISSING_RE2
    text = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert engine.findall(text) == form.python.findall(text)


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "is_found"),
    [
        (r"^ \[ a \] $", "x", "[a]", True),  # brackets that are escaped are no class
        (r"^ \[ a \] $", "x", "[ a ]", False),
        (r"\ [ a", "x", "[a", True),  # white space goes first, also behind a backslash
        ("^ [ a] b $", "x", " b", True),
        ("^ [a-z-[ b]] $", "x", "b", False),
        ("^ a + ? b { 2 } $", "x", "aabb", True),
        ("a # b", "x", "a#b", True),  # there are no comments
        ("^*a$", "", "a", True),  # an anchor is an atom like others
        ("a$+", "", "ba", True),
        ("^[{}+*]{2,3}$", "", "{+", True),
        (r"^\{,2\}$", "", "{,2}", True),
        ("a{,2}", "q", "a{,2}", True),
        ("^a{2,}$", "", "aaa", True),
    ],
)
def test_patterns_mean_what_xpath_says(pattern: str, flags: str, text: str, *, is_found: bool) -> None:
    assert compiled(pattern, flags).search(text) is is_found


@pytest.mark.parametrize(
    ("pattern", "flags", "why"),
    [
        ("a++", "", "a quantifier after another"),
        ("a**", "", "a quantifier after another"),
        ("a{2}{3}", "", "a quantifier after another"),
        ("a + +", "x", "a quantifier after another"),
        ("(?:a){2}+", "", "a quantifier after another"),
        (r"\p{L}*+", "", "a quantifier after another"),
        ("a{,2}", "", "'{,2}' is no quantifier"),
        ("[a-z-[aeiou]]{,2}", "", "'{,2}' is no quantifier"),
        ("a{b}", "", "'{b}' is no quantifier"),
        ("{", "", "'{' is no quantifier"),
        ("a}", "", "'}' is no quantifier"),
        ("a]", "", "']'"),
        ("[a", "", "character"),
        ("a{2,1}", "", "min repeat greater than max repeat"),
        ("\\", "", "bad escape"),
    ],
)
def test_what_is_no_pattern_of_xpath_is_refused(pattern: str, flags: str, why: str) -> None:
    with pytest.raises(RegexError, match="is no regular expression") as caught:
        compiled(pattern, flags)
    assert why in str(caught.value)


def patterns_of(path: Path) -> set[tuple[str, str]]:
    """The patterns of a file with their flags."""
    try:
        quads = list(parse(path.read_bytes(), RdfFormat.TURTLE, base_iri=path.as_uri()))
    except SyntaxError:
        return set()  # a case of a file that is wrong
    flags = {quad.subject: quad.object.value for quad in quads if quad.predicate.value == f"{SHACL}flags"}
    return {
        (quad.object.value, flags.get(quad.subject, ""))
        for quad in quads
        if quad.predicate.value == f"{SHACL}pattern" and isinstance(quad.object, Literal)
    }


def answered_alike(patterns: list[tuple[str, str]], texts: list[str]) -> int:
    """How many patterns RE2 was asked about, each over all texts, with the same answer as Python's engine."""
    asked = 0
    for pattern, flags in patterns:
        try:
            found = [differs(pattern, flags, text) for text in texts]
        except RegexError:
            continue
        assert not any(found), (pattern, flags, texts[found.index(True)])
        asked += None not in found
    return asked


def likely_texts(patterns: list[tuple[str, str]]) -> list[str]:
    """Texts that the patterns may match: their own letters, and common values."""
    own = [re.sub(r"[\^$()*+?\[\]{}|\\]", "", pattern) for pattern, _ in patterns]
    values = [
        "",
        "a",
        "aldi",
        "2020-01-31",
        "en",
        "https://w3id.org/scograph/id/agency/a-b",
        "ÄÖ é",
        "٣٤",
        "a b.",
        "。",
    ]
    return [*values, *own, *(f"{value}\n" for value in values)]


def test_re2_is_asked_about_every_pattern_of_this_project() -> None:
    patterns = [one for path in sorted((ROOT / "shapes").rglob("*.ttl")) for one in patterns_of(path)]
    assert len(patterns) > 30
    assert answered_alike(patterns, likely_texts(patterns)) == len(patterns), MISSING_RE2


@pytest.mark.skipif(not (SUITES / "shacl").is_dir(), reason=MISSING)
def test_re2_answers_the_patterns_of_the_w3cs_suite_alike() -> None:
    patterns = sorted({one for path in (SUITES / "shacl").rglob("*.ttl") for one in patterns_of(path)})
    with_flags = [one for one in patterns if one[1]]
    assert (len(patterns), {flags for _, flags in with_flags}) == (5, {"i"})
    assert answered_alike(patterns, likely_texts(patterns)) == 3, "not of other letters in either case"
    assert answered_alike(patterns, [text for text in likely_texts(patterns) if text.isascii()]) == 5, MISSING_RE2


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [
        (r"^(a+)\1$", "", "aa"),
        ("é", "i", "É"),
        ("k", "i", "\u212a"),
        ("^a$", "m", "b\n"),
        ("a{1001}", "", "a"),
        (r"\p{Cs}", "", "é"),
        ("a", "", "\ud800"),
    ],
    ids=["back-reference", "letter", "folded text", "last line feed", "count", "surrogates", "half a character"],
)
def test_re2_is_not_asked_where_it_may_differ(pattern: str, flags: str, text: str) -> None:
    assert compiled(pattern, flags).re2_for(text) is None


BACKTRACKING = [
    "^(a+)+$",
    "^(a|aa)+$",
    "^(a?){40}a{40}b$",
    r"^(\w+\s?)*!$",
    "(a*)*b",
    "^(a|a)(a|a)(a|a)+b$",
    "(.*)(.*)(.*)!$",
]


@pytest.mark.parametrize("letter", ["a", "ä"])
@pytest.mark.parametrize("pattern", BACKTRACKING)
def test_a_pattern_that_backtracks_is_answered(pattern: str, letter: str, tmp_path: Path) -> None:
    text = letter * 5_000 + "\u00a7"
    (tmp_path / "data.ttl").write_text(f'<x:n> <x:text> "{text}" .\n', encoding="utf-8")
    pattern = pattern.replace("a", letter).replace("\\", "\\\\")
    (tmp_path / "shapes.ttl").write_bytes(shape(f'sh:pattern "{pattern}"'))
    done = run(
        "--bound", "constraint-seconds=5", "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=tmp_path
    )
    assert done.returncode == 1, done.stderr
    components = [one["component"].removeprefix(SHACL) for one in json.loads(done.stdout)["findings"]]
    assert sorted(components) == ["MaxLengthConstraintComponent", "PatternConstraintComponent"], done.stdout


def test_without_re2_the_pattern_is_searched_by_pythons_engine_within_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    compiled.cache_clear()
    try:
        form = compiled("^(a+)+$")
        assert form.re2_for("a") is None
        assert [form.search(text) for text in ("aaa", "aab")] == [True, False]
    finally:
        compiled.cache_clear()
    (tmp_path / "data.ttl").write_bytes(DATA.replace(b'a"', b'!"'))
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['re2'] = None\n")
    (tmp_path / "shapes.ttl").write_bytes(shape('sh:pattern "^(a+)+$"'))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run(*QUICK, "check", "data.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    (unfinished,) = [one for one in json.loads(done.stdout)["findings"] if "not evaluated" in one["message"]]
    assert "bound: constraint-seconds" in unfinished["message"]
    assert unfinished["hint"].startswith("pip install 'scograph[regex]'")
