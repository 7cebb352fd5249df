"""A new project from a few answers, that checks and builds as it stands."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from scograph import terms
from scograph.errors import UsageError
from scograph.language_tags import HINT, is_language_tag
from scograph.project import MAX_NAME, TAKEN_NAME, files_below, used_project
from scograph.serialise.formatted import formatted
from scograph.writing import NewFolder, foreign_in, removed_on_error, tidy, unwritable

STARTER = Path(__file__).parent / "starter"
STARTER_OF_USERS = Path(__file__).parent / "starter_profile"
"""The templates of a project that uses a vocabulary, and has no ontology and shapes of its own to begin with."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ACRONYM = re.compile(r"(?P<name>.*\S)\s*\((?P<acronym>[^\W\d_a-z]{2,12})\)")
_TEMPLATED = (".ttl", ".rq", ".toml", ".md", ".csv")
_NOT_COMMITTED = b"# What is built, and the texts of sources, which belong to their authors.\n/dist/\n/texts/\n"
_PREFIX = re.compile(r"^@prefix ([a-z]+):", re.MULTILINE)
_OURS = terms.SCOG.removesuffix("ontology#")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new project is told.

    Args:
        name: The stem of its files and the prefix of its terms: small letters, digits, hyphens; none of the prefixes
            that stand for something else.
        title: Its title.
        base: The IRI that all its own IRIs begin with: a web address that ends with a slash.
        language: The language of its labels, as a BCP 47 tag.
        source_title: The title of its first source.
        source_url: The address of its first source.
        uses: The vocabulary that it uses, as scograph.toml names it; nothing for an ontology and shapes of its own.
    """

    name: str
    title: str
    base: str
    language: str
    source_title: str
    source_url: str
    uses: str = ""


def create_project(folder: Path, answers: Answers) -> list[Path]:
    """Write a new project: a new folder in one step; one that is there file by file, on from where a killed run ended.

    Args:
        folder: Where; it must not exist, or hold nothing but files of this very project.
        answers: What it is about.

    Returns:
        The files of the project.

    Raises:
        UsageError: The folder holds something else or cannot be written, or an answer is not fit for its purpose.
    """
    try:
        used_project(folder, answers.uses)
    except UsageError as error:
        raise UsageError(f"--like: {error.message}", hint=error.hint) from error
    values = {key: _escaped(value) for key, value in asdict(_checked(answers)).items()}
    values["source_host"] = _escaped(urlsplit(answers.source_url).netloc)
    values |= _named(values["source_title"])
    starter = STARTER_OF_USERS if answers.uses else STARTER
    texts = {
        path.relative_to(starter).as_posix(): Template(path.read_text(encoding="utf-8")).substitute(values)
        for path in files_below(starter)
        if path.suffix in _TEMPLATED
    }
    files = {
        path: (formatted(text, path=path) if path.endswith(".ttl") else text).encode() for path, text in texts.items()
    }
    files[".gitignore"] = _NOT_COMMITTED
    try:
        if os.path.lexists(folder):
            _complete(folder, files)
        else:
            _create(folder, files)
    except OSError as error:
        raise unwritable(folder, error) from error
    return [folder / path for path in files]


def _create(folder: Path, files: Mapping[str, bytes]) -> None:
    new = NewFolder(folder)
    try:
        for path, data in files.items():
            (new.path / path).parent.mkdir(parents=True, exist_ok=True)
            (new.path / path).write_bytes(data)
        new.place(lambda _: None)
    finally:
        new.close()


def _complete(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write what a folder lacks; nothing takes its place, since somebody may stand in it, or something be mounted."""
    for place in {folder.parent, folder, *(folder / path.rpartition("/")[0] for path in files)}:
        tidy(place)
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    if not folder.is_dir() or foreign_in(folder, digests):
        raise UsageError(f"{folder} is not empty", hint="name a new folder")
    with removed_on_error() as made:
        for path, data in files.items():
            if not os.path.lexists(folder / path):
                made.file(folder / path, data)


def _checked(answers: Answers) -> Answers:
    if not _NAME.fullmatch(answers.name) or len(answers.name) > MAX_NAME:
        raise UsageError(
            f"the name {answers.name!r} cannot be used",
            hint=f"give one with --name: small letters, digits and hyphens, a letter first, at most {MAX_NAME}",
        )
    if TAKEN_NAME.fullmatch(answers.name) or answers.name in _prefixes():
        raise UsageError(
            f"the name {answers.name!r} is a prefix or a file of its own already", hint="give another --name"
        )
    for what, text in (("title", answers.title), ("title of the source", answers.source_title)):
        if not text.strip() or _CONTROL.search(text):
            raise UsageError(f"the {what} {text!r} cannot be used", hint="give a line of text")
    if not is_language_tag(answers.language):
        raise UsageError(f"{answers.language!r} is no language tag", hint=HINT)
    for what, iri in (("base", answers.base), ("source address", answers.source_url)):
        if not _is_web_address(iri):
            raise UsageError(
                f"the {what} {iri!r} is no web address", hint="begin it with https:// and percent-encode spaces"
            )
    if not answers.base.endswith("/") or set(answers.base) & {"?", "#"}:
        meant = re.split(r"[?#]", answers.base)[0].rstrip("/") + "/"
        raise UsageError(f"the base {answers.base!r} does not end with /", hint=f"did you mean {meant} ?")
    if answers.base.startswith(_OURS):
        raise UsageError(
            f"the base {answers.base!r} is that of scograph's own terms", hint="take an address that is yours"
        )
    return replace(answers, title=answers.title.strip(), source_title=answers.source_title.strip())


def _named(title: str) -> dict[str, str]:
    """The name of an organisation, and the acronym that stands behind it in brackets, as templates have them."""
    match = _ACRONYM.fullmatch(title)
    if match is None:
        return {"organisation": title, "acronym": "", "and_acronym": ""}
    acronym = f' ;\n    scog:acronym "{match["acronym"]}"'
    return {"organisation": match["name"], "acronym": acronym, "and_acronym": " and its acronym"}


def _prefixes() -> set[str]:
    """Prefixes that stand for something else, in the templates or by custom."""
    used = (_PREFIX.findall(path.read_text(encoding="utf-8")) for path in files_below(STARTER) if path.suffix == ".ttl")
    return {*terms.WELL_KNOWN_PREFIXES, *(prefix for prefixes in used for prefix in prefixes)}


def _is_web_address(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return bool(re.match(r"https?://[^/\s]+", iri))


def _escaped(text: str) -> str:
    """A text as it may stand between quotation marks in Turtle."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
