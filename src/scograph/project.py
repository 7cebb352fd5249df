"""A project: the folder that a graph is published from, its settings, and what lies where in it."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from scograph.errors import InputError, UsageError
from scograph.model import FORMATS, Format, Place

SETTINGS_FILE = "scograph.toml"
SOURCE_FILE = "source.ttl"
PROFILES = ("owl-lite", "none")

_SETTINGS: dict[str, tuple[str, ...]] = {"project": ("name",), "ontology": ("profile",)}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `scograph.toml` says; everything that the graph can say of itself is said there, not here.

    Args:
        name: The stem of the published files.
        profile: The OWL profile that the ontology claims: `owl-lite`, or `none`.
    """

    name: str = "graph"
    profile: str = "none"


@dataclass(frozen=True)
class Project:
    """A folder with data, and optionally an ontology, shapes, questions and settings.

    Args:
        root: The folder, or the one file that is the whole project.
        settings: Its settings.
    """

    root: Path
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open a project.

        Args:
            path: A project folder, a folder of RDF files, or one RDF file.

        Returns:
            The project, nothing of it parsed yet.

        Raises:
            InputError: The path does not exist, or no RDF file is in it.
        """
        root = Path(path)
        try:
            exists = root.exists()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}", hint="is it a loop of symbolic links?") from error
        if not exists:
            raise InputError(f"{path}: no such file or folder", hint="give the path of a project folder or an RDF file")
        project = cls(root, _read_settings(root))
        if next(project.data_files(), None) is None:
            raise InputError(
                f"{path}: the project is empty: no RDF file in {project.data_folder}",
                hint="put the facts in data/<source>/NN-slug.ttl, or one Turtle file in the folder",
            )
        return project

    @classmethod
    def builtin(cls) -> Self:
        """Open the project that the tool carries.

        Returns:
            The project inside the wheel, or the repository's own in an editable install.
        """
        return cls.open(builtin_folder())

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.root if self.root.is_dir() else self.root.parent

    @property
    def data_folder(self) -> Path:
        """The folder or file with the facts: `data/` where there is one, else the project itself."""
        data = self.root / "data"
        return data if data.is_dir() or self._is_laid_out() else self.root

    @property
    def context_file(self) -> Path:
        """The committed JSON-LD context."""
        return self.root / "ontology" / "context.jsonld"

    def data_files(self) -> Iterator[Path]:
        """The RDF files with facts and descriptions of sources, by path."""
        if self.root.is_file():
            yield self.root
            return
        yield from (path for path in _walk(self.data_folder) if format_of(path))

    def ontology_files(self) -> Iterator[Path]:
        """The RDF files of `ontology/`, but not the JSON-LD context."""
        for path in self._in_folder("ontology"):
            if format_of(path) and path != self.context_file:
                yield path

    def shapes_files(self) -> Iterator[Path]:
        """The RDF files of `shapes/`."""
        yield from (path for path in self._in_folder("shapes") if format_of(path))

    def rule_files(self) -> Iterator[Path]:
        """The SPARQL rules of `shapes/`: queries that must answer nothing."""
        yield from (path for path in self._in_folder("shapes") if path.suffix == ".rq")

    def question_files(self) -> Iterator[Path]:
        """The competency questions of `ontology/questions/`, by number."""
        folder = self.root / "ontology" / "questions"
        yield from (path for path in _walk(folder) if path.suffix == ".rq") if folder.is_dir() else ()

    def relative(self, path: Path) -> str:
        """A path as messages show it: relative to the project, with forward slashes."""
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return path.as_posix()

    def _is_laid_out(self) -> bool:
        return any((self.root / name).exists() for name in ("ontology", "shapes", SETTINGS_FILE))

    def _in_folder(self, name: str) -> Iterator[Path]:
        folder = self.root / name
        if folder.is_dir():
            questions = folder / "questions"
            yield from (path for path in _walk(folder) if questions not in path.parents)


def builtin_folder() -> Path:
    """The folder of the project that the tool carries (see `Project.builtin`)."""
    packaged = Path(__file__).parent / "builtin"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def is_project(folder: Path) -> bool:
    """Whether a folder is laid out as a project: it has `data/`, or settings."""
    return (folder / "data").is_dir() or (folder / SETTINGS_FILE).is_file()


def format_of(path: Path) -> Format | None:
    """The RDF format that a file's extension names, or None."""
    extension = path.suffix.lstrip(".").lower()
    return next((row for row in FORMATS if extension in row.extensions), None)


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        InputError: It cannot be read; the message says why.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "a symbolic link that leads back to itself" if "symbolic links" in str(error.strerror) else ""
        raise InputError(f"{path}: cannot be read: {error.strerror}", hint=hint) from error


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, sorted by path; hidden ones and a built folder of ours are left out.

    Raises:
        InputError: A symbolic link leads back to a folder above it, or a folder cannot be read.
    """
    found: list[Path] = []
    stack: list[tuple[Path, tuple[Path, ...]]] = [(folder, (folder.resolve(),))]
    while stack:
        current, above = stack.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError as error:
            raise InputError(f"{current}: cannot be read: {error.strerror}") from error
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                resolved = path.resolve()
                if resolved in above:
                    raise InputError(
                        f"{path}: a symbolic link that leads back to a folder above it",
                        hint="remove the link",
                    )
                if not (path / "manifest.json").is_file():
                    stack.append((path, (*above, resolved)))
            else:
                found.append(path)
    yield from sorted(found, key=lambda path: path.relative_to(folder).parts)


def _read_settings(root: Path) -> Settings:
    path = root / SETTINGS_FILE
    default = _slug(root.stem if root.is_file() else root.resolve().name)
    if root.is_file() or not path.is_file():
        return Settings(name=default)
    try:
        read = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not TOML: {error}", place=Place(str(path))) from error
    for table, keys in read.items():
        _known(table, tuple(_SETTINGS), path)
        for key in keys if isinstance(keys, dict) else ():
            _known(key, _SETTINGS[table], path)
    name = _text(read, "project", "name", default, path)
    profile = _text(read, "ontology", "profile", "none", path)
    if not _NAME.fullmatch(name):
        raise UsageError(f"project.name is {name!r}", hint="use a-z, 0-9 and -", place=Place(str(path)))
    if profile not in PROFILES:
        raise UsageError(
            f"ontology.profile is {profile!r}", hint=f"it is one of {', '.join(PROFILES)}", place=Place(str(path))
        )
    return Settings(name=name, profile=profile)


def _text(read: dict[str, Any], table: str, key: str, default: str, path: Path) -> str:
    value = read.get(table, {}).get(key, default) if isinstance(read.get(table, {}), dict) else default
    if not isinstance(value, str):
        raise UsageError(f"{table}.{key} must be text", place=Place(str(path)))
    return value


def _known(name: str, names: tuple[str, ...], path: Path) -> None:
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(names)}"
        raise UsageError(f"unknown setting {name!r}", hint=hint, place=Place(str(path)))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "graph"
