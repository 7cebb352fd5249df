"""A project: the folder that a graph is published from, its settings, and what lies where in it."""

from __future__ import annotations

import errno
import io
import os
import re
import select
import stat
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, Self, cast

from scograph.errors import InputError, UsageError
from scograph.formats import RDF_FORMATS, RdfSyntax, rdf_format_of_extension
from scograph.language_tags import is_language_tag
from scograph.messages import did_you_mean
from scograph.model import Place
from scograph.read_options import AS_WRITTEN, ReadOptions, checked_base, checked_import, document

if TYPE_CHECKING:
    from scograph.manifest import Manifest

SETTINGS_FILE = "scograph.toml"
SOURCE_FILE = "source.ttl"
FIT_FILE = "fit.tsv"
"""The table, beside a source.ttl, of the claims that the words of their passages were seen to say."""
MANIFEST = "manifest.json"
JOURNAL = ".scograph-edit.json"
"""The file of a project that lists an edit while it is made."""
STEPS = ".scograph-steps"
"""The folder of a project with the edits that were made, so that they can be undone; git ignores it."""
RELEASES = "releases"
"""The folder of a project with all its releases, if none is named."""
FIXTURES = "tests/shapes"
"""Where a project keeps the data that its shapes must find fault with."""
CATALOG = "catalog-v001.xml"
"""The name of an OASIS XML catalog beside ontologies, as Protégé and ROBOT have it."""
INPUT_FOLDERS = ("data", "ontology", "shapes", "templates")
"""The folders of a project that are read: what a command makes belongs elsewhere (`refuse_among_inputs`)."""
PROJECT_PARTS = (*INPUT_FOLDERS, SETTINGS_FILE)
"""What of a project is read: an output may lie beside it in the same folder."""
KNOWN_EXTENSIONS = ", ".join(f".{extension}" for row in RDF_FORMATS for extension in row.extensions)
PROFILES = ("owl-lite", "none")
ALLOWED_LINKS = "SCOGRAPH_ALLOW_LINKS"
"""The environment variable with the folders that a project's symbolic links may lead to, as in PATH."""
MAX_SETTINGS_BYTES = 1 << 14
"""Settings are a few lines, and their parser takes the square of the length for a key of many parts."""
MAX_WRITER_SECONDS = 10
"""So long a named pipe is waited for that nobody has opened to write."""
MAX_SETTINGS_DEPTH = 100
"""Brackets in brackets of `scograph.toml`: deeper ones are pointed out where its parser, which calls itself, ends."""

_SETTINGS: dict[str, tuple[str, ...]] = {
    "project": ("name", "base", "languages"),
    "ontology": ("profile", "uses"),
    "check": ("baseline",),
    "texts": ("folder",),
    "readers": (),
    "imports": (),
    "portal": ("title", "base", "projects", "headings"),
    "site": ("answers", "classes", "assets", "style", "icon", "logo", "card", "report"),
}
INSTALLED = "scograph:"
"""Before the path of a file that the tool carries, where it is no file of the project itself."""
VOCABULARY = "scograph"
"""The name of the vocabulary that the tool carries: its `ontology/` and `shapes/`, without their folders `profile/`."""
PROFILE_FOLDER = "profile"
"""The folder in `ontology/` and `shapes/` with what belongs to the built-in project, and not to the vocabulary."""
HYGIENE_FOLDER = "hygiene"
"""The folder in `shapes/` with rules about an ontology's own style, for which those who use it do not answer."""
MAX_NAME = 100
"""Characters of a project's name: names of files begin with it."""
TAKEN_NAME = re.compile(r"ontology|shapes(-.*)?|context|void|dcat|prov|schema-org|check|manifest|changes|changelog")
MAX_LANGUAGES = 50
"""Languages of a project: shapes ask for names in each."""
_LANGUAGES_HINT = 'write languages = ["en", "fr"], say: BCP 47 tags, each once, the main language first'
READER_KINDS = ("person", "program")
_READER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MAX_NAME - 1}}}")
_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")
_INSTALLED_NAME = re.compile(r"([a-z0-9][a-z0-9-]*)(?: +(\d+(?:\.\d+){0,2}))?")
_VERSION_INFO = re.compile(r'^ *owl:versionInfo "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class HeadingSettings:
    """A heading of a portal, as `[[portal.headings]]` has it.

    Args:
        title: What it is called, by language; by the empty tag in any; nothing where it is called as its first term is.
        terms: IRIs or CURIEs: properties, `^` before one that is read from its value; sections, roles, kinds, topics.
    """

    title: tuple[tuple[str, str], ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """What `[portal]` of `scograph.toml` says: projects that are published together.

    Args:
        title: What the portal is called, by language; by the empty tag in any.
        base: The address that it is published under, ending in a slash; nothing if none is stated.
        projects: Paths of projects, relative to the folder, or names of installed ones.
        headings: The rows of its comparison; none for those that the projects give.
    """

    title: tuple[tuple[str, str], ...] = ()
    base: str = ""
    projects: tuple[str, ...] = ()
    headings: tuple[HeadingSettings, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What `[site]` of `scograph.toml` says: how the pages of a build present the graph.

    Args:
        answers: The numbers of the questions whose answers the front page has; none for the first that list things.
        classes: IRIs or CURIEs of the classes whose things the front page names; none for those with the most things.
        assets: The folder with files of the project's own that pages use, relative to the project; nothing for none.
        style: The style sheet in it that pages have after the built-in one.
        icon: The picture in it that browsers show for the site.
        logo: The picture in it that stands before the title.
        card: The picture in it that others show with a link to the site: PNG, JPEG or WebP.
        report: The address where readers report an error: `https:` or `mailto:`.
    """

    answers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    assets: str = ""
    style: str = ""
    icon: str = ""
    logo: str = ""
    card: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `scograph.toml` says; everything that the graph can say of itself is said there, not here.

    Args:
        name: The stem of the published files.
        profile: The OWL profile that the ontology claims: `owl-lite`, or `none`.
        baseline: The file with the findings that a check puts away, relative to the project; nothing for none.
        base: The IRI that relative IRIs in the project's files are resolved against; nothing where they are errors.
        imports: The files that are read for owl:imports, relative to the project, each with the IRI before it.
        texts: The folder with the texts of sources, relative to the project.
        readers: Who reads claims against the words of sources: handles, each with `person` or `program`.
        languages: The languages in which its things have names, as BCP 47 tags, the main one first; none if not said.
        uses: The vocabulary that it uses: the name of one that is installed, optionally with a version, or the path of
            another project; nothing if its ontology and shapes are all its own.
        portal: The projects that are published together; None where it is one project.
        site: How its pages present it.
    """

    name: str = "graph"
    profile: str = "none"
    baseline: str = ""
    base: str = ""
    imports: tuple[tuple[str, str], ...] = ()
    texts: str = "texts"
    readers: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    uses: str = ""
    portal: PortalSettings | None = None
    site: SiteSettings = field(default_factory=SiteSettings)


@dataclass(frozen=True)
class Project:
    """A folder with data, and optionally an ontology, shapes, questions and settings.

    Args:
        root: The folder, or the one file that is the whole project.
        settings: Its settings.
        options: How its files are read.
        used: The project whose ontology, shapes and rules count as well, read-only; None for none.
        is_vocabulary: Whether it is the vocabulary that the tool carries, without what the built-in project adds.
    """

    root: Path
    settings: Settings = field(default_factory=Settings)
    options: ReadOptions = field(default_factory=ReadOptions)
    used: Project | None = None
    is_vocabulary: bool = False

    @classmethod
    def open(cls, path: str | Path, options: ReadOptions = AS_WRITTEN) -> Self:
        """Open a project.

        Args:
            path: A project folder, a folder of RDF files, or one RDF file.
            options: How its files are read: base IRI, format, JSON-LD contexts. A base that is given here has
                precedence over that of `scograph.toml`.

        Returns:
            The project; its files are not parsed yet.

        Raises:
            InputError: The path does not exist, or no RDF file is in it.

        Example:
            >>> from pathlib import Path, PurePath
            >>> from scograph import Project
            >>> size = Path("rivers.ttl").write_text("<https://example.org/a> <https://example.org/flowsInto> 'b' .")
            >>> project = Project.open("rivers.ttl")
            >>> [path.name for path in project.data_files()]
            ['rivers.ttl']
        """
        root = Path(path)
        try:
            root.stat()
            if root.is_dir():
                os.scandir(root).close()  # it may be listed
                os.stat(f"{root}{os.sep}.")  # noqa: PTH116 -- it may be entered: a Path would drop the dot
        except FileNotFoundError:
            raise InputError(
                f"{path}: no such file or folder", hint="give the path of a project folder or an RDF file"
            ) from None
        except OSError as error:
            raise unreadable(path, error) from error
        if not root.is_dir():
            next(_regular([root]))
        settings = _read_settings(root)
        imports = {document(iri): str(root / file) for iri, file in settings.imports} | dict(options.imports)
        options = replace(options, base=options.base or settings.base, imports=imports)
        project = cls(root, settings, options, used_project(root, settings.uses, options))
        if next(project.data_files(), None) is None:
            if settings.portal:
                raise UsageError(
                    f"{path} is a portal: several projects that are published together",
                    hint=f"build and compare take it; other commands one of {', '.join(settings.portal.projects)}",
                )
            raise InputError(
                f"{path}: the project is empty: no RDF file in {project.data_folder}", hint=_where_facts_belong(project)
            )
        return project

    @classmethod
    def builtin(cls) -> Self:
        """Open the built-in project.

        Returns:
            The project inside the wheel, or that of the repository in an editable install.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().root.is_dir()
            True
        """
        return cls.open(builtin_folder())

    @cached_property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.root if self.root.is_dir() else self.root.parent

    @property
    def data_folder(self) -> Path:
        """The folder or file with the facts: `data/` where there is one, else the project itself."""
        data = self.root / "data"
        return data if is_laid_out(self.root) else self.root

    @property
    def context_file(self) -> Path:
        """The committed JSON-LD context.

        Raises:
            InputError: A symbolic link leads out of the project.
        """
        return self.own_file(self.root / "ontology" / "context.jsonld")

    def data_files(self) -> Iterator[Path]:
        """The RDF files with facts and descriptions of sources, by path."""
        if self.root.is_file():
            yield self.root
            return
        yield from _regular(path for path in self._data() if format_of(path))

    def unread_files(self) -> Iterator[Path]:
        """The files in the project's folders that nothing reads, by their extension, and nothing is meant to."""
        if self.data_folder != self.root:
            for path in self._data():
                is_read = format_of(path) or path.name == CATALOG or (path.name == FIT_FILE and _is_of_a_source(path))
                if not is_read:
                    yield path
        for name in ("ontology", "shapes"):
            for path in self._in_folder(name):
                if not format_of(path) and (name == "ontology" or path.suffix != ".rq") and path.name != CATALOG:
                    yield path
        yield from (path for path in self._questions() if path.suffix not in (".rq", ".csv"))

    def ontology_files(self) -> Iterator[Path]:
        """The RDF files of `ontology/`, but not the JSON-LD context; then those of the project that it uses."""
        context = self.context_file
        yield from _regular(path for path in self._in_folder("ontology") if format_of(path) and path != context)
        yield from self.used.ontology_files() if self.used else ()

    def shapes_files(self) -> Iterator[Path]:
        """The RDF files of `shapes/`; then those of the project that it uses."""
        yield from _regular(path for path in self._in_folder("shapes") if format_of(path))
        yield from self.used.shapes_files() if self.used else ()

    def rule_files(self) -> Iterator[Path]:
        """The SPARQL rules of `shapes/`: queries that must answer nothing; then those of the project that it uses."""
        yield from _regular(path for path in self._in_folder("shapes") if path.suffix == ".rq")
        if self.used:
            hygiene = {one.root / "shapes" / HYGIENE_FOLDER for one in self._all_used()}
            yield from (path for path in self.used.rule_files() if hygiene.isdisjoint(path.parents))

    def question_files(self) -> Iterator[Path]:
        """The questions of `ontology/questions/`, by number."""
        yield from _regular(path for path in self._questions() if path.suffix == ".rq")

    def answer_files(self) -> Iterator[Path]:
        """The files with the rows that the questions expect, by number."""
        yield from _regular(path for path in self._questions() if path.suffix == ".csv")

    def fixture_files(self) -> Iterator[Path]:
        """The files of `tests/shapes/`: data in which shapes must find what the file names, or nothing."""
        folder = self.root / FIXTURES
        yield from _regular(_walk(folder, self._top)) if folder.is_dir() else ()

    @property
    def template_folder(self) -> Path | None:
        """The folder with templates of the project's own, if it has one."""
        folder = self.root / "templates"
        return folder if folder.is_dir() else None

    def own_file(self, path: Path) -> Path:
        """A file of the project that is read by its name.

        Args:
            path: Its path.

        Returns:
            The same path.

        Raises:
            InputError: Symbolic links lead it out of the project, or it is a pipe, a socket or a device.
        """
        self._refuse_link_out(path)
        return next(_regular([path]))

    def relative(self, path: Path) -> str:
        """A path as messages show it: relative to the project, with forward slashes; `scograph:` is before one of ours.

        Args:
            path: The path of a file that the project reads.

        Returns:
            The text.

        Example:
            >>> from scograph.project import Project, builtin_folder
            >>> Project(builtin_folder() / "data").relative(builtin_folder() / "ontology" / "core.ttl")
            'scograph:ontology/core.ttl'
        """
        if path.is_relative_to(self.folder):
            return path.relative_to(self.folder).as_posix()
        installed = builtin_folder()
        if any(path.is_relative_to(installed / name) for name in ("ontology", "shapes")):
            return INSTALLED + path.relative_to(installed).as_posix()
        if any(path.is_relative_to(one.folder) for one in self._all_used()):
            return Path(os.path.relpath(path, self.folder)).as_posix()
        return path.as_posix()

    def path_of(self, name: str) -> Path:
        """The path of a file by the name that messages show (see `relative`)."""
        if name.startswith(INSTALLED):
            return builtin_folder() / name.removeprefix(INSTALLED)
        return self.folder / name

    def _all_used(self) -> Iterator[Project]:
        """The project that it uses, and the one that that one uses, and so on."""
        if self.used:
            yield self.used
            yield from self.used._all_used()  # noqa: SLF001 -- of the same class

    @cached_property
    def _top(self) -> str:
        """The project's folder as it is without links."""
        return os.path.realpath(self.root)

    def _refuse_link_out(self, path: Path) -> None:
        refuse_link_out(path, self._top)

    def _data(self) -> Iterator[Path]:
        folder = self.data_folder
        yield from _walk(folder, self._top, skip_builds=folder == self.root) if folder.is_dir() else ()

    def _questions(self) -> Iterator[Path]:
        folder = self.root / "ontology" / "questions"
        yield from _walk(folder, self._top) if folder.is_dir() else ()

    def _in_folder(self, name: str) -> Iterator[Path]:
        folder = self.root / name
        if folder.is_dir():
            apart = {folder / "questions", *((folder / PROFILE_FOLDER,) if self.is_vocabulary else ())}
            yield from (path for path in _walk(folder, self._top) if apart.isdisjoint(path.parents))


def _is_of_a_source(path: Path) -> bool:
    """Whether a source.ttl, maybe compressed, lies beside a file."""
    return any(entry.name.startswith(SOURCE_FILE) for entry in listed(path.parent))


def _where_facts_belong(project: Project) -> str:
    """What to do about a project without facts; its RDF files may lie beside `shapes/`, where they are not read."""
    if project.data_folder == project.root:
        return "put the facts in data/<source>/NN-slug.ttl, or one Turtle file in the folder"
    beside = sorted(path.name for path in project.root.iterdir() if path.is_file() and format_of(path))
    if not beside:
        return "put the facts in data/<source>/NN-slug.ttl, or one Turtle file in data/"
    more = f" and {len(beside) - 1:,} more" if beside[1:] else ""
    return (
        "beside ontology/, shapes/ or scograph.toml only the files in data/ are facts:"
        f" move {beside[0]}{more} into data/"
    )


def builtin_folder() -> Path:
    """The folder of the project that the tool carries (see `Project.builtin`)."""
    packaged = Path(__file__).parent / "builtin"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def vocabulary() -> Project:
    """The vocabulary that the tool carries: ontology, concepts, words, shapes and rules that know no organisation.

    Returns:
        It, as a project without facts.

    Example:
        >>> sorted(path.name for path in vocabulary().ontology_files())[:3]
        ['alignment.ttl', 'concepts.ttl', 'core.ttl']
    """
    return Project(builtin_folder(), Settings(name=VOCABULARY), is_vocabulary=True)


def used_project(
    root: Path, uses: str, options: ReadOptions = AS_WRITTEN, above: tuple[Path, ...] = ()
) -> Project | None:
    """The project that another says that it uses.

    Args:
        root: The folder of that other.
        uses: What its settings say: the name of an installed vocabulary, or the path of a project; nothing for none.
        options: How files are read.
        above: The folders whose settings led here.

    Returns:
        The project, or None.

    Raises:
        UsageError: It is not installed, is no project, or leads back to one of those before it.

    Example:
        >>> from pathlib import Path
        >>> from scograph.project import used_project
        >>> used_project(Path("rivers"), "scograph").settings.name
        'scograph'
    """
    if not uses:
        return None
    match = _INSTALLED_NAME.fullmatch(uses)
    if match:
        return _installed(match[1], match[2] or "", root)
    if "\0" in uses:
        raise _unusable(root, "ontology.uses has a NUL character, which no path has", "name a folder beside it")
    folder = Path(os.path.normpath(root / uses))
    own, found = (Path(os.path.realpath(one)) for one in (root, folder))
    chain = (*above, own)
    if found in chain:
        names = " uses ".join(one.name for one in (*chain, found))
        raise _unusable(root, f"ontology.uses goes round: {names}", "leave it out of one of them")
    if leads_out(folder, own.parent):
        raise _unusable(
            root,
            f"ontology.uses is {uses!r}, which lies neither in this project nor beside it",
            f"put the projects beside each other; or, if you trust it, name the folder in {ALLOWED_LINKS}",
        )
    if not folder.is_dir() or not is_laid_out(folder):
        why = "no folder" if not folder.is_dir() else "no project: it has no ontology/, shapes/ or scograph.toml"
        raise _unusable(root, f"ontology.uses is {uses!r}, which is {why}", _known_vocabularies())
    settings = _read_settings(folder)
    return Project(folder, settings, options, used_project(folder, settings.uses, options, chain))


def _installed(name: str, version: str, root: Path) -> Project:
    """The vocabulary of the tool, or its whole built-in project, by name."""
    builtin = builtin_folder()
    if name == VOCABULARY:
        found = vocabulary()
    elif name == _read_settings(builtin).name:
        found = Project(builtin, _read_settings(builtin))
    else:
        raise _unusable(
            root, f"ontology.uses is {name!r}, and no vocabulary of that name is installed", _known_vocabularies()
        )
    at_hand = vocabulary_version()
    if version and at_hand.split(".")[: version.count(".") + 1] != version.split("."):
        raise _unusable(
            root,
            f"ontology.uses asks for {name} {version}, and {at_hand} is installed",
            f'install the scograph that has it; or write "{name} {at_hand}", and see what `scograph check` finds',
        )
    return found


def vocabulary_file() -> Path:
    """The file with the header, the classes and the properties of the vocabulary that the tool carries."""
    return builtin_folder() / "ontology" / "core.ttl"


def vocabulary_version() -> str:
    """The version of the vocabulary that the tool carries, as its header states it (owl:versionInfo)."""
    match = _VERSION_INFO.search(read_text(vocabulary_file(), "core.ttl"))
    return match[1] if match else ""


def portal_settings(folder: Path) -> tuple[str, PortalSettings | None]:
    """What the settings of a folder say of a portal.

    Args:
        folder: The folder.

    Returns:
        The name of the folder's project, and the settings; None where it is no portal.

    Raises:
        UsageError: The settings are wrong.
        InputError: They cannot be read.

    Example:
        >>> from pathlib import Path
        >>> from scograph.project import portal_settings
        >>> portal_settings(Path("rivers"))
        ('rivers', None)
    """
    if not folder.is_dir():
        return slug(folder.stem), None
    settings = _read_settings(folder)
    return settings.name, settings.portal


def _known_vocabularies() -> str:
    names = f"{VOCABULARY} or {_read_settings(builtin_folder()).name}"
    return f"write {names}, which are installed, or the path of a project, such as ../other"


def _unusable(root: Path, message: str, hint: str) -> UsageError:
    return UsageError(message, hint=hint, place=place_of_key(root / SETTINGS_FILE, "uses"))


def place_of_key(path: Path, key: str) -> Place:
    """Where a setting stands in a file of settings."""
    if not path.is_file():
        return Place(path.name)
    match = re.search(rf"^[ \t]*{key}[ \t]*=[ \t]*", read_text(path, path.name), re.MULTILINE)
    if not match:
        return Place(path.name)
    before = match.string[: match.end()]
    return Place(path.name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def is_project(folder: Path) -> bool:
    """Whether a folder is a project: it has `data/`, or settings.

    Args:
        folder: The folder.

    Returns:
        Whether it is one.

    Raises:
        InputError: The folder cannot be entered, so that nobody knows.
    """
    return _has_folder(folder, "data") or _has(folder, SETTINGS_FILE, stat.S_ISREG)


def is_laid_out(folder: Path) -> bool:
    """Whether a folder is a project, or has one of its parts: `ontology/` or `shapes/`.

    Args:
        folder: The folder.

    Returns:
        Whether it has.

    Raises:
        InputError: As `is_project`.
    """
    return is_project(folder) or _has_folder(folder, "ontology", "shapes")


def _has_folder(folder: Path, *names: str) -> bool:
    return any(_has(folder, name, stat.S_ISDIR) for name in names)


def _has(folder: Path, name: str, is_kind: Callable[[int], bool]) -> bool:
    try:
        return is_kind((folder / name).stat().st_mode)
    except PermissionError as error:
        raise unreadable(folder, error) from error
    except (OSError, ValueError):
        return False


def has_project(folder: Path) -> bool:
    """Whether a folder is a project, or holds something of one: `ontology/`, `shapes/`, or RDF files at its top.

    Args:
        folder: The folder.

    Returns:
        Whether commands that were given no path work on it.
    """
    if is_laid_out(folder):
        return True
    return any(
        format_of(path) and not path.name.startswith(".") and path.is_file() for path in map(Path, listed(folder))
    )


def refuse_among_inputs(output: str | Path, folder: Path) -> None:
    """Refuse an output that the next run would read as input.

    Args:
        output: The file or folder that is to be written; links are followed.
        folder: A folder that is read: a project, of which `INPUT_FOLDERS` are read, or else its RDF files.

    Raises:
        UsageError: It lies in one of them, or is an RDF file in a folder that is no project.

    Example:
        >>> from pathlib import Path
        >>> from scograph.errors import UsageError
        >>> from scograph.project import refuse_among_inputs
        >>> Path("data").mkdir()
        >>> try:
        ...     refuse_among_inputs("data/site", Path())
        ... except UsageError as error:
        ...     print(error)
        data/site lies in data/, which is read as input
        hint: name a place outside of it
    """
    if is_laid_out(folder):
        for name in INPUT_FOLDERS:
            if _lies_in(output, folder / name):
                is_itself = os.path.realpath(output) == os.path.realpath(folder / name)
                which = "is a folder that" if is_itself else f"lies in {name}/, which"
                raise UsageError(f"{output} {which} is read as input", hint="name a place outside of it")
        return
    names = Path(output).parts
    if format_of(Path(output)) and not names[-1].startswith(".") and _lies_in(output, folder):
        raise UsageError(
            f"{output} lies in a folder whose RDF files are all read as input", hint="name a place outside of it"
        )


def _lies_in(path: str | Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


COMPRESSED = ("gz", "zst")
"""The extensions of compressed files."""


def compression_of(path: PurePath) -> str:
    """The compression that a file's extension names, or nothing."""
    extension = path.suffix.lstrip(".").lower()
    return extension if extension in COMPRESSED else ""


def format_of(path: Path) -> RdfSyntax | None:
    """The RDF format that a file's extension names, before that of a compression, or None."""
    inner = path.with_suffix("") if compression_of(path) else path
    return rdf_format_of_extension(inner.suffix.lstrip(".").lower())


_ADDRESS = re.compile("(https?):/+")
"""How an address begins; as a path it has one slash."""


def read_bytes(path: Path, *, is_pipe_allowed: bool = False) -> bytes:
    """Read a file.

    Args:
        path: The file.
        is_pipe_allowed: Whether a named pipe will do, as a shell gives one for `<(command)`.

    Returns:
        Its bytes.

    Raises:
        InputError: It cannot be read, or is a device or a pipe, which may never end; the message says why.
    """
    try:
        with open_input(path, is_pipe_allowed=is_pipe_allowed) as file:
            return file.read()
    except OSError as error:
        raise unreadable(path, error) from error


def open_input(path: Path, *, is_pipe_allowed: bool = True) -> IO[bytes]:
    """Open a file that a user named, to be read from its beginning.

    Args:
        path: The file. /dev/null and a terminal are read as well; of other devices nobody knows the end.
        is_pipe_allowed: Whether a named pipe will do, as a shell gives one for `<(command)`.

    Returns:
        The file, unbuffered. Reading from a pipe that nobody opens to write raises InputError after
        `MAX_WRITER_SECONDS`.

    Raises:
        InputError: It is a folder, a socket, a device, or a pipe where none is allowed.
        OSError: It cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    found = os.fstat(descriptor)
    is_pipe = is_pipe_allowed and stat.S_ISFIFO(found.st_mode)
    if not (stat.S_ISREG(found.st_mode) or is_pipe or (is_pipe_allowed and (_is_null(found) or os.isatty(descriptor)))):
        os.close(descriptor)
        raise _not_regular(path, found.st_mode)
    file = io.FileIO(descriptor)
    if is_pipe and sys.platform == "linux":  # elsewhere poll(2) does not tell a pipe without a writer
        return cast("IO[bytes]", _Pipe(file, path))
    os.set_blocking(file.fileno(), True)
    return cast("IO[bytes]", file)


def _is_null(found: os.stat_result) -> bool:
    null = os.stat(os.devnull)  # noqa: PTH116 -- a device, not a path
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == null.st_rdev


class _Pipe(io.RawIOBase):
    """A named pipe, waited for as long as somebody has it open to write, but not long for the first who does."""

    def __init__(self, file: io.FileIO, path: Path) -> None:
        super().__init__()
        self._file = file
        self._path = path
        self._has_begun = False
        self._poll = select.poll()
        self._poll.register(file, select.POLLIN)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any buffer of bytes
        latest = time.monotonic() + MAX_WRITER_SECONDS
        while True:
            count = self._file.readinto(buffer)
            if count is None:  # there is a writer, and nothing written yet
                self._has_begun = True
                self._poll.poll()
            elif count or self._has_begun or any(event & select.POLLHUP for _, event in self._poll.poll(0)):
                self._has_begun = True
                return count
            elif time.monotonic() > latest:
                raise InputError(
                    f"{self._path}: a named pipe, and nobody opened it to write in {MAX_WRITER_SECONDS} seconds",
                    hint="start what writes into it first, or give a file",
                )
            else:
                self._poll.poll(50)

    def close(self) -> None:
        self._file.close()
        super().close()


def refuse_link_out(path: Path, folder: str | Path) -> Path:
    """Refuse a path that symbolic links lead out of a folder, unless `SCOGRAPH_ALLOW_LINKS` names where they lead.

    A stranger's project could have any file of this machine read, printed and published otherwise.

    Args:
        path: The path, in the folder.
        folder: The folder.

    Returns:
        The same path.

    Raises:
        InputError: It leads out.
    """
    if leads_out(path, folder):
        raise InputError(
            f"{path}: a symbolic link leads out of the folder, and is not followed",
            hint=f"put the file itself there; or, if you trust it, name the folder that it leads to in {ALLOWED_LINKS}",
        )
    return path


def leads_out(path: Path, folder: str | Path) -> bool:
    """Whether symbolic links lead a path out of a folder, to where `SCOGRAPH_ALLOW_LINKS` does not name."""
    real = Path(os.path.realpath(path))
    allowed = [folder, *filter(None, os.environ.get(ALLOWED_LINKS, "").split(os.pathsep))]
    return not any(real.is_relative_to(os.path.realpath(one)) for one in allowed)


def _regular(paths: Iterable[Path]) -> Iterator[Path]:
    """Paths, each of a regular file; one that is not there is left for its reader to tell.

    Raises:
        InputError: A pipe, a socket or a device, which may never end.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            mode = stat.S_IFREG
        if not stat.S_ISREG(mode):
            raise _not_regular(path, mode)
        yield path


def _not_regular(path: Path, mode: int) -> InputError:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))
    kind = next((name for is_kind, name in kinds if is_kind(mode)), "a device")
    return InputError(f"{path}: cannot be read: it is {kind}, not a regular file", hint="name or put a file there")


def refuse_name(path: Path) -> None:
    """Refuse a file whose name could not be written into what is published.

    Args:
        path: The file.

    Raises:
        InputError: Its name is not UTF-8.
    """
    if not path.name.isascii() and any("\ud800" <= character <= "\udfff" for character in path.name):
        raise InputError(f"{path}: its name is not UTF-8", hint="rename it")


def shown_path(path: Path) -> str:
    """A path as messages show it: relative to the current folder where it lies below that.

    Args:
        path: The path.

    Returns:
        The same or a shorter path, with forward slashes.
    """
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read_text(path: Path, shown: str) -> str:
    """Read a file of text; a byte order mark at its head, as some editors write one, is no part of the text.

    Args:
        path: The file.
        shown: Its name in messages.

    Returns:
        The text.

    Raises:
        InputError: It cannot be read, or is not UTF-8.
    """
    return decoded(read_bytes(path), shown).removeprefix("\ufeff")


def decoded(data: bytes, shown: str) -> str:
    """Decode UTF-8.

    Args:
        data: The bytes of a file.
        shown: Its name in messages.

    Returns:
        The text.

    Raises:
        InputError: It is not UTF-8; the message has the place.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = Place(shown, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"not UTF-8: byte 0x{data[error.start]:02X} is not valid here"
        raise InputError(message, hint="save the file as UTF-8", place=place) from error


def unreadable(path: str | Path, error: OSError) -> InputError:
    """The error for a file or folder that cannot be read, with what to do about it."""
    hints = {
        errno.ELOOP: "a symbolic link leads back to itself: remove it",
        errno.EACCES: "you need permission to read it",
        errno.ENOENT: "check the name; a symbolic link may lead to a missing file",
    }
    if error.errno == errno.ENOENT and (match := _ADDRESS.match(str(path))):
        address = f"{match[1]}://{str(path)[match.end() :]}"
        return InputError(f"{address}: an address, and nothing is fetched", hint="download it, and give the path")
    reason = "a loop of symbolic links" if error.errno == errno.ELOOP else error.strerror
    return InputError(f"{path}: cannot be read: {reason}", hint=hints.get(error.errno or 0, ""))


def manifest_of(folder: Path) -> Manifest:
    """The manifest of a folder that a build or a release wrote.

    Args:
        folder: The folder.

    Returns:
        Its manifest.

    Raises:
        InputError: There is none, or it cannot be read.
    """
    from scograph.manifest import read_manifest  # noqa: PLC0415 -- few folders have a manifest to look for

    return read_manifest(manifest_bytes(folder), str(folder / MANIFEST))


def manifest_bytes(folder: Path) -> bytes:
    """The bytes of the manifest of a folder.

    Args:
        folder: The folder.

    Returns:
        The bytes.

    Raises:
        InputError: There is no manifest, or it cannot be read.
    """
    path = folder / MANIFEST
    if folder.is_dir() and not os.path.lexists(path):
        raise InputError(
            f"{folder} has no {MANIFEST}: no build, release or load wrote it",
            hint="give a folder that `scograph build` or `scograph release` wrote",
        )
    return read_bytes(path)


def manifest_paths(folder: Path) -> frozenset[str] | None:
    """The paths that the manifest of a build lists, or None where there is no such manifest."""
    if not (folder / MANIFEST).exists():
        return None
    try:
        return frozenset(entry.path for entry in manifest_of(folder).entries)
    except InputError:
        return None


def listed(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder; of all walks through folders this is the step, so that none passes over one in silence.

    Args:
        folder: The folder.

    Returns:
        Its entries, by name.

    Raises:
        InputError: It cannot be read.

    Example:
        >>> from pathlib import Path
        >>> from scograph.project import listed
        >>> size = [Path(name).write_text("") for name in ("b.ttl", "a.ttl")]
        >>> [entry.name for entry in listed(".")]
        ['a.ttl', 'b.ttl']
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(folder, error) from error


def files_below(folder: Path, *, has_hidden: bool = True) -> Iterator[Path]:
    """All files below a folder, sorted by path, part by part. No link is followed: one to a folder counts as a file.

    Args:
        folder: The folder.
        has_hidden: Whether names that begin with a dot are among them.

    Yields:
        The paths; each begins with the folder.

    Raises:
        InputError: A folder cannot be read.

    Example:
        >>> from pathlib import Path
        >>> from scograph.project import files_below
        >>> Path("data").mkdir()
        >>> size = [Path(name).write_text("") for name in ("data/b.ttl", "data/.a.ttl")]
        >>> [path.as_posix() for path in files_below(Path("data"), has_hidden=False)]
        ['data/b.ttl']
    """
    waiting = [(folder, True)]
    while waiting:  # not by calls of itself: a path may have two thousand parts
        path, is_folder = waiting.pop()
        if is_folder:
            entries = (entry for entry in reversed(listed(path)) if has_hidden or not entry.name.startswith("."))
            waiting += [(path / entry.name, not entry.is_symlink() and _is_folder(entry)) for entry in entries]
        else:
            yield path


def _walk(folder: Path, top: str, *, skip_builds: bool = False) -> Iterator[Path]:
    """The files below a folder, sorted by path; hidden ones are left out, and if asked, what a build of ours wrote.

    Args:
        folder: The folder.
        top: The project's folder, which no link may lead out of.
        skip_builds: Whether what a build wrote is left out.

    Raises:
        InputError: A symbolic link leads back to a folder above it or out of the project, a name is not UTF-8, or a
            folder cannot be read.
    """
    refuse_link_out(folder, top)
    above = [(Path(os.path.realpath(folder)), iter(listed(folder)))]
    while above:  # as in `files_below`
        entry = next(above[-1][1], None)
        if entry is None:
            above.pop()
            continue
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        refuse_name(path)
        is_folder = _is_folder(entry)
        if entry.is_symlink():
            refuse_link_out(path, top)
        if not is_folder:
            yield path
            continue
        resolved = Path(os.path.realpath(path)) if entry.is_symlink() else above[-1][0] / entry.name
        if any(resolved == place for place, _ in above):
            raise InputError(f"{path}: a symbolic link that leads back to a folder above it", hint="remove the link")
        if not skip_builds or manifest_paths(path) is None:
            above.append((resolved, iter(listed(path))))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        raise unreadable(entry.path, error) from error


def _read_settings(root: Path) -> Settings:
    path = root / SETTINGS_FILE
    default = slug(root.stem if root.is_file() else Path(os.path.realpath(root)).name)
    if root.is_file() or not os.path.lexists(path):
        return Settings(name=default)
    refuse_link_out(path, root)
    read = _toml(path)
    for table, keys in read.items():
        _known(table, tuple(_SETTINGS), path)
        if not isinstance(keys, dict):
            raise UsageError(f"{table!r} is no table", hint=f"write [{table}] on a line", place=Place(path.name))
        for key in keys if table not in ("imports", "readers") else ():
            _known(key, _SETTINGS[table], path)
    name = _text(read, "project", "name", default, path)
    profile = _text(read, "ontology", "profile", "none", path)
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"project.name is {name!r}", hint=f"use a-z, 0-9 and -, at most {MAX_NAME}", place=Place(path.name)
        )
    if TAKEN_NAME.fullmatch(name):
        raise UsageError(
            f"project.name is {name!r}, as another file of a build is", hint="take another", place=Place(path.name)
        )
    if profile not in PROFILES:
        raise UsageError(
            f"ontology.profile is {profile!r}", hint=f"it is one of {', '.join(PROFILES)}", place=Place(path.name)
        )
    baseline = _text(read, "check", "baseline", "", path)
    if _is_outside(baseline):
        raise UsageError(
            "check.baseline is no file of the project", hint="give its path in the project", place=Place(path.name)
        )
    texts = _text(read, "texts", "folder", "texts", path)
    if _is_outside(texts) or "://" in texts or not Path(texts).parts or Path(texts).parts[0] in INPUT_FOLDERS:
        raise UsageError(
            "texts.folder is no folder for texts", hint="give its path in the project", place=Place(path.name)
        )
    return Settings(
        name=name,
        profile=profile,
        base=_base(read, path),
        baseline=baseline,
        imports=_imports(read, path),
        texts=texts,
        readers=_readers(read, path),
        languages=_languages(read, path),
        uses=_text(read, "ontology", "uses", "", path),
        portal=_portal(read, path) if "portal" in read else None,
        site=_site(read, path),
    )


MAX_ON_FRONT = 24
"""Answers that the front page has, and classes that it names things of."""


def _site(read: dict[str, Any], path: Path) -> SiteSettings:
    """What `[site]` says."""
    keys = ("assets", "style", "icon", "logo", "card", "report")
    texts = {key: _text(read, "site", key, "", path) for key in keys}

    def refuse(key: str, hint: str) -> None:
        raise UsageError(f"site.{key} is {texts[key]!r}", hint=hint, place=place_of_key(path, key))

    folder = texts["assets"]
    if folder and (_is_outside(folder) or not Path(folder).parts or Path(folder).parts[0] in INPUT_FOLDERS):
        refuse("assets", 'name a folder of the project that has nothing else: assets = "look"')
    for key in ("style", "icon", "logo", "card"):
        file = path.parent / folder / texts[key]
        if texts[key] and (not folder or _is_outside(texts[key]) or not file.is_file()):
            refuse(key, "name a file in the folder that site.assets names")
    if texts["card"] and not texts["card"].lower().endswith((".png", ".jpg", ".webp")):
        refuse("card", "name a PNG, JPEG or WebP: those who show links show no other pictures")
    if texts["report"] and not texts["report"].startswith(("https://", "mailto:")):
        refuse("report", "it begins with https:// or mailto:")
    return SiteSettings(
        answers=_site_list(read, path, "answers", 'the numbers of questions: answers = ["26", "1"]'),
        classes=_site_list(read, path, "classes", 'classes: classes = ["scog:State"]'),
        **texts,
    )


def _site_list(read: dict[str, Any], path: Path, key: str, hint: str) -> tuple[str, ...]:
    """A list of texts in `[site]`."""
    listed = read.get("site", {}).get(key, [])
    is_list = isinstance(listed, list) and all(isinstance(one, str) and one for one in listed)
    if not is_list or len(listed) > MAX_ON_FRONT or len(set(listed)) < len(listed):
        hint = f"list at most {MAX_ON_FRONT}, each once, {hint}"
        raise UsageError(f"site.{key} is no such list", hint=hint, place=place_of_key(path, key))
    return tuple(listed)


MAX_PROJECTS = 500
"""Projects of a portal."""
MAX_HEADINGS = 200
"""Rows of a portal's comparison, and terms of each."""


def _portal(read: dict[str, Any], path: Path) -> PortalSettings:
    """What `[portal]` says."""

    def refused(message: str, hint: str, key: str) -> UsageError:
        return UsageError(f"portal.{message}", hint=hint, place=place_of_key(path, key))

    table = read["portal"]
    projects = table.get("projects")
    is_list = isinstance(projects, list) and all(isinstance(one, str) and one for one in projects)
    if not is_list or not projects or len(projects) > MAX_PROJECTS or len(set(projects)) < len(projects):
        hint = f'write projects = ["../one", "../another"]: each once, at most {MAX_PROJECTS}'
        raise refused("projects is no list of projects", hint, "projects")
    base = _text(read, "portal", "base", "", path)
    try:
        checked = checked_base(base) if base else ""
    except UsageError as error:
        raise refused(f"base: {error.message}", error.hint, "base") from error
    if checked and not checked.endswith("/"):
        raise refused(f"base is {base!r}", "it ends in a slash", "base")
    headings = table.get("headings", [])
    if not isinstance(headings, list) or len(headings) > MAX_HEADINGS:
        raise refused("headings is no list", _HEADINGS_HINT, "headings")
    return PortalSettings(
        title=_titles(table.get("title", ""), path, "portal.title"),
        base=checked,
        projects=tuple(projects),
        headings=tuple(_heading(one, path) for one in headings),
    )


_HEADINGS_HINT = 'write [[portal.headings]] with title = "…" and terms = ["scog:isBasedOn", …]'


def _heading(given: object, path: Path) -> HeadingSettings:
    """One row of a portal's comparison."""
    place = place_of_key(path, "terms")
    if not isinstance(given, dict):
        raise UsageError("portal.headings has what is no heading", hint=_HEADINGS_HINT, place=place)
    for key in given:
        _known(key, ("title", "terms"), path)
    named = given.get("terms")
    if not isinstance(named, list) or not 0 < len(named) <= MAX_HEADINGS or not all(isinstance(n, str) for n in named):
        raise UsageError("a heading of the portal has no list of terms", hint=_HEADINGS_HINT, place=place)
    return HeadingSettings(_titles(given.get("title", ""), path, "portal.headings: title"), tuple(named))


def _titles(given: object, path: Path, key: str) -> tuple[tuple[str, str], ...]:
    """A text, or one for each language."""
    if isinstance(given, str):
        return (("", given),) if given else ()
    is_table = isinstance(given, dict) and all(is_language_tag(tag) and isinstance(given[tag], str) for tag in given)
    if not isinstance(given, dict) or not is_table:
        hint = 'write title = "…", or title = { en = "…", ru = "…" }'
        raise UsageError(f"{key} is no text", hint=hint, place=place_of_key(path, "title"))
    return tuple(given.items())


def _languages(read: dict[str, Any], path: Path) -> tuple[str, ...]:
    """The languages of a project, as its settings list them."""
    tags = read.get("project", {}).get("languages", [])
    place = place_of_key(path, "languages") if tags else None
    if not isinstance(tags, list) or len(tags) > MAX_LANGUAGES:
        raise UsageError("project.languages is no list of languages", hint=_LANGUAGES_HINT, place=place)
    for tag in tags:
        if not isinstance(tag, str) or not is_language_tag(tag) or tags.count(tag) > 1:
            raise UsageError(f"project.languages has {tag!r}", hint=_LANGUAGES_HINT, place=place)
    return tuple(tags)


def _readers(read: dict[str, Any], path: Path) -> tuple[tuple[str, str], ...]:
    """Who reads claims, by the handles that readings name."""
    found = []
    for handle in read.get("readers", {}):
        kind = _text(read, "readers", handle, "", path)
        if kind not in READER_KINDS or not _READER.fullmatch(handle):
            raise UsageError(
                f"readers.{handle} is {kind!r}: no reader",
                hint='write HANDLE = "person" or "program"; a handle has small letters, digits and hyphens',
                place=Place(path.name),
            )
        found.append((handle, kind))
    return tuple(found)


def _imports(read: dict[str, Any], path: Path) -> tuple[tuple[str, str], ...]:
    """The files that settings name for imports."""
    found = []
    for iri in read.get("imports", {}):
        file = _text(read, "imports", iri, "", path)
        try:
            checked_import(iri, file)
        except UsageError as error:
            raise UsageError(
                f"imports: {error.message}", hint='write "IRI" = "FILE"', place=Place(path.name)
            ) from error
        if _is_outside(file):
            raise UsageError(
                f"imports: {file!r} is no file of the project", hint="give its path in it", place=Place(path.name)
            )
        refuse_link_out(path.parent / file, path.parent)
        found.append((iri, file))
    return tuple(found)


def _is_outside(file: str) -> bool:
    """Whether a path of the settings is none inside of the project."""
    return Path(file).is_absolute() or ".." in Path(file).parts or "\0" in file


def _base(read: dict[str, Any], path: Path) -> str:
    base = _text(read, "project", "base", "", path)
    try:
        return checked_base(base) if base else ""
    except UsageError as error:
        raise UsageError(f"project.base: {error.message}", hint=error.hint, place=Place(path.name)) from error


def _toml(path: Path) -> dict[str, Any]:
    text = read_text(path, path.name)
    if len(text) > MAX_SETTINGS_BYTES:
        raise InputError(f"more than {MAX_SETTINGS_BYTES:,} characters of settings", place=Place(path.name))
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError(
            "brackets nest too deeply", hint="settings are tables of strings", place=_deep_place(text, path)
        ) from error
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at = _TOML_PLACE.search(message)
        place = Place(path.name, int(at[1]), int(at[2])) if at else Place(path.name)
        hint = "text stands in quotes; see https://toml.io"
        raise InputError(f"not TOML: {_TOML_PLACE.sub('', message)}", hint=hint, place=place) from error
    except ValueError as error:  # Python turns no more than 4,300 digits into a number
        raise InputError(f"not TOML: {error}", hint="settings are tables of strings", place=Place(path.name)) from error


def _deep_place(text: str, path: Path) -> Place:
    """Where brackets first nest deeper than `MAX_SETTINGS_DEPTH`."""
    depth = offset = 0
    for match in re.finditer(r"[\[{\]}]", text):
        depth += 1 if match[0] in "[{" else -1
        if depth > MAX_SETTINGS_DEPTH:
            offset = match.start()
            break
    return Place(path.name, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _text(read: dict[str, Any], table: str, key: str, default: str, path: Path) -> str:
    value = read.get(table, {}).get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{table}.{key} is no text", hint=f'write {key} = "…"', place=Place(path.name))
    return value


def _known(name: str, names: tuple[str, ...], path: Path) -> None:
    if name not in names:
        hint = did_you_mean(name, names, f"known here: {', '.join(names)}", form="{!r}")
        raise UsageError(f"unknown setting {name!r}", hint=hint, place=Place(path.name))


def slug(name: str) -> str:
    """A name made from that of a folder: small letters, digits, hyphens; `graph` where that leaves none to use."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:MAX_NAME].rstrip("-")
    return slug if slug and not TAKEN_NAME.fullmatch(slug) else "graph"
