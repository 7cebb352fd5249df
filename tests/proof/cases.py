"""Every command that writes, with what it writes: each of that must be the old or the new whole, whatever happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proof.runs import Ended, Runs
from scograph.writing import is_beside_name
from writing_faults import tree

PROJECTS = Path(__file__).parents[1] / "projects"
FACTS = "".join(f"<urn:a{number}> <urn:p> <urn:b> .\n" for number in range(2000))
BEFORE = "<urn:a> <urn:q> <urn:b> .\n"
UNTIDY = "@prefix ex: <http://example.org/> .\nex:b a ex:T .\nex:a a ex:T .\n"
NEW_FACT = "\n<https://example.org/new> <http://www.w3.org/2000/01/rdf-schema#label> 'new'@en .\n"
DAY = {"SOURCE_DATE_EPOCH": "1767225600"}
INIT = ("--title", "Rivers", "--base", "https://example.org/r/", "--source-title", "Notes")
STORE = "store"
"""What a unit is called that is a store's folder: it is what a reader gets from it."""

Says = dict[str, object]
"""What each unit is: bytes, a tree, what a store says; None if it is not there."""


@dataclass(frozen=True)
class Case:
    """A command that writes.

    Args:
        name: Its name.
        setup: Lays out the folder that it runs in.
        arguments: The command line.
        units: What it writes: paths that each change in one step.
        is_slow: Whether it takes longer than a second or so.
        again: The exit codes that the same command may have after it has come to its end.
    """

    name: str
    setup: Callable[[Runs, Path], None]
    arguments: tuple[str, ...]
    units: tuple[str, ...] = ("out",)
    is_slow: bool = False
    again: frozenset[int] = field(default=frozenset({0}))

    def says(self, runs: Runs, folder: Path) -> Says:
        """What each unit is now."""
        return {unit: _content(runs, folder, unit) for unit in self.units}


def _content(runs: Runs, folder: Path, unit: str) -> object:
    path = folder / unit
    if unit == STORE:
        if not (path / "current.json").exists():
            return None
        read = runs.run("export", "--store", STORE, "-f", "nt", "--sort", cwd=folder)
        return read.out if read.code == 0 else f"exit {read.code}: {read.err}"
    if path.is_dir():
        return tree(path)
    return path.read_bytes() if path.is_file() else None


def others(case: Case, folder: Path) -> dict[str, bytes | str]:
    """What lies in a folder that the command does not write: its inputs, and files of the user's."""
    return {
        path: content
        for path, content in tree(folder).items()
        if not any(path == unit or path.startswith(f"{unit}/") for unit in (*case.units, "tmp"))
        and not any(is_beside_name(part) for part in path.split("/"))
        and path not in ("releases/", "./")
    }


def _ran(runs: Runs, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    ended = runs.run(*arguments, cwd=folder, environment=environment)
    assert ended.code == 0, (arguments, ended)
    return ended


def _project(name: str) -> Callable[[Runs, Path], None]:
    def setup(_runs: Runs, folder: Path) -> None:
        shutil.copytree(PROJECTS / name, folder / "project")

    return setup


def _changed(folder: Path) -> None:
    """Another fact: what is written then differs from what was."""
    path = max((folder / "project").rglob("*.ttl"))
    with path.open("a", encoding="utf-8") as file:
        file.write(NEW_FACT)


def _built(name: str, *arguments: str) -> Callable[[Runs, Path], None]:
    def setup(runs: Runs, folder: Path) -> None:
        _project(name)(runs, folder)
        _ran(runs, folder, "build", "project", "-o", "out", "--jobs", "1", *arguments)
        if name == "one-file":
            _changed(folder)
        else:
            path = folder / "project" / "data" / "notes" / "05-winner.ttl"
            path.write_text(path.read_text("utf-8").replace("@en", "@fr"), encoding="utf-8")

    return setup


def _released(runs: Runs, folder: Path) -> None:
    _project("one-file")(runs, folder)
    _ran(runs, folder, "release", "1.0.0", "project", "-o", "releases", environment=DAY)
    _changed(folder)


def _two_releases(runs: Runs, folder: Path) -> None:
    _released(runs, folder)
    _ran(runs, folder, "release", "1.1.0", "project", "-o", "releases", environment=DAY)
    (folder / "out").write_text("what was there\n", encoding="utf-8")


def _facts(_runs: Runs, folder: Path) -> None:
    (folder / "a.nt").write_text(FACTS, encoding="utf-8")
    (folder / "b.nt").write_text(BEFORE, encoding="utf-8")
    (folder / "out").write_text("what was there\n", encoding="utf-8")


def _tables(runs: Runs, folder: Path) -> None:
    (folder / "a.nt").write_text(BEFORE, encoding="utf-8")
    _ran(runs, folder, "export", "a.nt", "-f", "csv", "-o", "out/")
    (folder / "a.nt").write_text(FACTS, encoding="utf-8")


def _stored(runs: Runs, folder: Path) -> None:
    (folder / "a.nt").write_text(BEFORE, encoding="utf-8")
    _ran(runs, folder, "load", STORE, "a.nt")
    (folder / "a.nt").write_text(FACTS, encoding="utf-8")


def _untidy(_runs: Runs, folder: Path) -> None:
    for number in range(8):
        (folder / f"{number}.ttl").write_text(f"# {number}\n{UNTIDY}", encoding="utf-8")


def _reported(_runs: Runs, folder: Path) -> None:
    shutil.copytree(PROJECTS / "small", folder / "project")
    (folder / "out").write_text("what was there\n", encoding="utf-8")


def _nothing(_runs: Runs, folder: Path) -> None:
    (folder / "notes.txt").write_text("Years of work.\n", encoding="utf-8")


CASES: tuple[Case, ...] = (
    Case("build", _project("one-file"), ("build", "project", "-o", "out", "--jobs", "1", "--no-site")),
    Case("build again", _built("one-file"), ("build", "project", "-o", "out", "--jobs", "1")),
    Case("build by two", _built("small"), ("build", "project", "-o", "out", "--jobs", "2"), is_slow=True),
    Case("build compressed", _built("one-file"), ("build", "project", "-o", "out", "--jobs", "1", "--compress")),
    Case("first release", _project("one-file"), ("release", "1.0.0", "project", "-o", "releases"),
         ("releases/1.0.0", "releases/feed.atom"), again=frozenset({0, 2})),
    Case("release", _released, ("release", "1.1.0", "project", "-o", "releases"),
         ("releases/1.1.0", "releases/feed.atom"), again=frozenset({0, 2})),
    Case("feed", _two_releases, ("feed", "releases", "-o", "out")),
    Case("export", _facts, ("export", "a.nt", "-f", "ttl", "-o", "out")),
    Case("export sorted", _facts, ("export", "a.nt", "-f", "nq", "--sort", "-o", "out")),
    Case("export a project", _reported, ("export", "project", "-f", "jsonld", "-o", "out")),
    Case("export compressed", _facts, ("export", "a.nt", "-f", "nt", "-o", "out.gz"), ("out.gz",)),
    Case("tables", _tables, ("export", "a.nt", "-f", "csv", "-o", "out/")),
    Case("tables in an archive", _facts, ("export", "a.nt", "-f", "csv", "-o", "out.zip"), ("out.zip",)),
    Case("load", _stored, ("load", STORE, "a.nt"), (STORE,)),
    Case("first load", _facts, ("load", STORE, "a.nt"), (STORE,)),
    Case("fmt", _untidy, ("fmt", "."), tuple(f"{number}.ttl" for number in range(8))),
    Case("init", _nothing, ("init", "out", *INIT, "--source-url", "https://example.org/n")),
    Case("check report", _reported, ("check", "project", "-f", "sarif", "-o", "out")),
    Case("coverage report", _reported, ("coverage", "project", "-f", "json", "-o", "out")),
    Case("diff", _facts, ("diff", "b.nt", "a.nt", "-f", "sparql", "-o", "out")),
    Case("hash lines", _facts, ("hash", "a.nt", "--lines", "-o", "out")),
    Case("query", _facts, ("query", "--data", "a.nt", "-f", "csv", "SELECT * { ?s ?p ?o } ORDER BY ?s", "-o", "out")),
    Case("show", _reported, ("show", "-p", "project", "-f", "json", "https://example.org/chess/id/player/zoe-lind",
                             "-o", "out")),
    Case("links", _reported, ("links", "project", "-f", "json", "-o", "out")),
)  # fmt: skip
"""Every command that writes a file or a folder."""


@dataclass(frozen=True)
class Prepared:
    """A case laid out: a folder to copy, and what the units are before the command and after it.

    Args:
        case: The case.
        template: The folder to copy.
        old: What each unit is before.
        new: What each unit is after.
        others: What the command does not write.
        ended: How it ends when nothing happens to it.
    """

    case: Case
    template: Path
    old: Says
    new: Says
    others: dict[str, bytes | str]
    ended: Ended

    def copied(self, name: str) -> Path:
        """A copy, times as they were, to run the command in."""
        folder = self.template.with_name(f"{self.template.name}-{name}")
        shutil.rmtree(folder, ignore_errors=True)
        return Path(shutil.copytree(self.template, folder, symlinks=True))


def prepare(runs: Runs, case: Case, root: Path, **settings: object) -> Prepared:
    """Lay a case out, and run it once.

    Args:
        runs: What runs commands.
        case: The case.
        root: A folder for it.
        settings: For that run.

    Returns:
        The case, laid out.
    """
    template = root / case.name.replace(" ", "-")
    template.mkdir(parents=True)
    case.setup(runs, template)
    draft = Prepared(case, template, {}, {}, {}, Ended(0, "", "", 0))
    done = draft.copied("done")
    ended = runs.run(*case.arguments, cwd=done, environment=DAY, **settings)  # type: ignore[arg-type]
    assert ended.code == 0, (case.name, ended)
    old, new = case.says(runs, template), case.says(runs, done)
    assert all(new[unit] is not None and new[unit] != old[unit] for unit in case.units), case.name
    kept = others(case, template)
    assert others(case, done) == kept, case.name
    shutil.rmtree(done)
    return Prepared(case, template, old, new, kept, ended)
