"""Hostile projects: what a stranger may put into a folder that somebody clones or unpacks and runs scograph in.

`executing` lays out everything that could run code, `speaking` what could command a terminal or a log, and
`linking` a project for each way in which a link leaves it. Each lies in a surrounding folder with a canary.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SMALL = Path(__file__).parent / "projects" / "small"
CANARY = "canary words that lie outside of the project"
"""What no output may hold."""
RAN = "ran"
"""The name of the file, beside the project, that code of the project writes when it is run."""
PROMPTS = "\x1b]52;c;Y2FuYXJ5\x07\x1b[2J\x9b31m\u202eGNP\u2066\u200f\u2028\x85\x00\x7f"
"""Clipboard, clear screen, colour by C1, bidi controls, line separators, NUL and DEL."""
ANNOTATIONS = "\n::add-mask::e\n  ::error file=a,line=1::forged\n##[error]forged\nx ##vso[task.complete]y\r::stop::z"
"""What a CI log takes for commands."""

_MODULES = (
    "scograph",
    "click",
    "json",
    "tempfile",
    "netrc",
    "sitecustomize",
    "usercustomize",
    "encodings",
    "pyoxigraph",
)
_PROGRAMS = ("git", "sort", "less", "pager", "python", "python3")


@dataclass(frozen=True)
class Hostile:
    """A hostile project.

    Args:
        name: What it does.
        project: Its folder.
        around: The folder around it, with the canary.
    """

    name: str
    project: Path
    around: Path

    @property
    def has_run(self) -> bool:
        """Whether code of it was run."""
        return (self.around / RAN).exists()


def snapshot(folder: Path, leaving_out: Path | None = None) -> dict[str, str]:
    """What lies in a folder: each path with its kind, mode and content; of one folder in it, nothing."""
    found = {}
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(top, name) != leaving_out]
        for name in (*folders, *files):
            path = Path(top, name)
            mode = path.lstat().st_mode
            content = str(path.readlink()) if path.is_symlink() else ""
            if path.is_file() and not path.is_symlink():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[path.relative_to(folder).as_posix()] = f"{mode:o} {content}"
    return found


def _around(around: Path) -> Path:
    """The surrounding folder with canaries in each form that a project has files in; the project is yet to be made."""
    around.mkdir(parents=True, exist_ok=True)
    (around / "secret.txt").write_text(f"{CANARY}\n", encoding="utf-8")
    (around / "secret.csv").write_text(f"person\n{CANARY}\n", encoding="utf-8")
    (around / "secret.toml").write_text(f'[project]\nname = "{CANARY}"\n', encoding="utf-8")
    (around / "secret.rq").write_text(f"# {CANARY}\nSELECT ?s WHERE {{ ?s a <urn:{CANARY}> }}\n", encoding="utf-8")
    (around / "secret.html").write_text(f"{CANARY}{{{{ 1 }}}}\n", encoding="utf-8")
    (around / "secret.jsonld").write_text(f'{{"@context": {{"{CANARY}": "urn:x:y"}}}}\n', encoding="utf-8")
    folder = around / "secrets"
    folder.mkdir(exist_ok=True)
    (folder / "secret.ttl").write_text(
        f'<urn:x:secret> <http://www.w3.org/2000/01/rdf-schema#label> "{CANARY}" .\n', encoding="utf-8"
    )
    (folder / "unread.ttl").write_text(f"{CANARY}\n", encoding="utf-8")
    return around / "project"


def executing(around: Path) -> Hostile:
    """A project with code wherever something might run it: modules, programs, templates, and git's configuration.

    Args:
        around: A folder, which is made; the project lies in it, and is a git repository with two commits.

    Returns:
        The project.
    """
    project = _around(around)
    shutil.copytree(SMALL, project)
    ran = around / RAN
    for name in _MODULES:
        (project / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})\n", encoding="utf-8")
    script = project / "hostile.sh"
    for path in (script, *(project / name for name in _PROGRAMS)):
        path.write_text(f"#!/bin/sh\necho {path.name} >> '{ran}'\ncat\n", encoding="utf-8")
        path.chmod(0o755)
    attributes = "*.ttl filter=evil diff=evil export-subst\ndata/notes/05-winner.ttl export-ignore\n"
    (project / ".gitattributes").write_text(attributes, encoding="utf-8")
    winner = project / "data" / "notes" / "05-winner.ttl"
    _git(project, "init", "-q")
    _commit(project, "one")
    winner.write_text(winner.read_text(encoding="utf-8") + "# $Format:%H$\n", encoding="utf-8")
    _commit(project, "two")
    settings = _evil_settings(script)
    _configure(project / ".git" / "config", settings)
    hooks = project / ".git" / "hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.mkdir()
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        shutil.copy(script, hooks / hook)
    bare = project / "vendor"
    _git(around, "clone", "-q", "--bare", str(project / ".git"), str(bare))
    _configure(bare / "config", settings)
    with (bare / "info" / "attributes").open("w", encoding="utf-8") as file:
        file.write(attributes)
    (around / RAN).unlink(missing_ok=True)  # what making it ran
    return Hostile("executing", project, around)


def _evil_settings(script: Path) -> str:
    """Every setting of git that names a program."""
    run = f'"{script}"'
    single = {
        "core": ("fsmonitor", "sshCommand", "gitProxy", "askPass", "pager", "editor", "alternateRefsCommand"),
        "diff": ("external",),
        'diff "evil"': ("textconv", "command"),
        'filter "evil"': ("smudge", "clean", "process"),
        "credential": ("helper",),
        "gpg": ("program",),
        "pager": ("cat-file", "ls-tree", "rev-parse", "archive"),
        "interactive": ("diffFilter",),
        'protocol "file"': (),
        "uploadpack": ("packObjectsHook",),
        "tar": (),
        'tar "tar"': ("command",),
    }
    lines = []
    for section, names in single.items():
        lines += [f"[{section}]", *(f"\t{name} = {run}" for name in names)]
        lines += ["\tallow = always"] if section.startswith("protocol") else []
    lines += ['[filter "evil"]', "\trequired = true", "[core]", f"\thooksPath = {script.parent}", "[alias]"]
    lines += [f'\t{name} = "!{script}"' for name in ("cat-file", "ls-tree", "rev-parse", "archive")]
    lines += ['[remote "origin"]', f"\turl = {script.parent}", f"\tuploadpack = {run}", "\tpromisor = true"]
    lines += ["\tpartialclonefilter = blob:none", "[extensions]", "\tpartialClone = origin", "[core]"]
    return "\n".join([*lines, "\trepositoryformatversion = 1", ""])


def _configure(path: Path, settings: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(settings)


def _git(folder: Path, *arguments: str) -> None:
    """Run git as the stranger did, with nobody's configuration."""
    settings = ("user.name=t", "user.email=t@example.org", "init.defaultBranch=main", "commit.gpgSign=false")
    flags = [part for setting in settings for part in ("-c", setting)]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *flags, *arguments], cwd=folder, env=environment, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "-A", "-f")
    _git(folder, "commit", "-q", "-m", message)


def speaking(around: Path) -> Hostile:
    """A project whose words command a terminal, a log, a table: in literals, names of sources, file names, comments.

    Args:
        around: A folder, which is made.

    Returns:
        The project.
    """
    project = _around(around)
    shutil.copytree(SMALL, project)
    words = (PROMPTS + ANNOTATIONS).replace("\x00", "")
    escaped = "".join(f"\\U{ord(character):08X}" for character in words)
    for path in sorted(project.rglob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        for quoted in ('"@en', '"@ru'):
            text = text.replace(quoted, f"{escaped}{quoted}")
        path.write_text(text, encoding="utf-8")
    shapes = project / "shapes" / "chess.ttl"
    shutil.copy(shapes, shapes.with_name("chess\x1b]0;title\x07\u202e.ttl"))
    (project / "data" / "notes" / "notes\n::error::forged\x1b[31m.txt").write_text("nothing reads it", encoding="utf-8")
    with (project / "data" / "notes" / "05-winner.ttl").open("a", encoding="utf-8") as file:
        comment = words.replace("\r", "").replace("\n", " ")
        file.write(f'\n<https://example.org/chess/id/player/zoe-lind> chess:undeclared "{escaped}" . # {comment}\n')
    return Hostile("speaking", project, around)


def linking(around: Path) -> Iterator[Hostile]:
    """Projects from which one link leads out, each another: at a file, at a folder, at settings, of output.

    Args:
        around: A folder, which is made; each project has a folder of its own in it.

    Returns:
        The projects, one after the other.
    """
    for name, (place, target) in LINKS.items():
        here = around / name
        project = _around(here)
        shutil.copytree(SMALL, project)
        path = project / place
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target.format(around=here))
        yield Hostile(name, project, here)


LINKS = {
    "data file": ("data/notes/08-link.ttl", "{around}/secrets/secret.ttl"),
    "data file that is no RDF": ("data/notes/08-link.ttl", "../../../secrets/unread.ttl"),
    "data folder": ("data/notes", "{around}/secrets"),
    "all data": ("data", "../secrets"),
    "link behind a link": ("data/notes/08-link.ttl", "../../../project/../secrets/secret.ttl"),
    "shapes": ("shapes/link.ttl", "{around}/secrets/secret.ttl"),
    "shapes folder": ("shapes", "../secrets"),
    "rule": ("shapes/link.rq", "{around}/secret.rq"),
    "ontology": ("ontology/link.ttl", "{around}/secrets/secret.ttl"),
    "question": ("ontology/questions/02-link.rq", "{around}/secret.rq"),
    "answers": ("ontology/questions/01-who-came-where.csv", "{around}/secret.csv"),
    "context": ("ontology/context.jsonld", "{around}/secret.jsonld"),
    "settings": ("scograph.toml", "../secret.toml"),
    "device": ("data/notes/08-link.ttl", "/dev/zero"),
    "own program": ("data/notes/08-link.ttl", "/proc/self/environ"),
}
"""Where each link lies in its project, and where it leads."""

COMMANDS = (
    (),
    ("check", "-f", "text"),
    ("check", "-f", "json"),
    ("check", "-f", "sarif"),
    ("check", "-f", "github"),
    ("check", "--shapes", "shapes/chess.ttl", "data"),
    ("coverage",),
    ("explain",),
    ("export", "-f", "ttl"),
    ("export", "-f", "context"),
    ("hash",),
    ("links",),
    ("query", "SELECT * WHERE { ?s ?p ?o }"),
    ("query", "-f", "md", "SELECT * WHERE { ?s ?p ?o }"),
    ("query", "1"),
    ("show", "https://example.org/chess/id/player/zoe-lind"),
    ("why", "https://example.org/chess/id/player/zoe-lind"),
    ("diff", str(SMALL), "."),
    ("diff", "-f", "md", str(SMALL), "."),
    ("diff", "-f", "html", str(SMALL), "."),
    ("fmt", "--check", "data"),
    ("fmt", "--diff", "data"),
    ("build", "--no-site"),
    ("load", "new.store"),
    ("verify", "dist"),
    ("serve", "--get", "/void.ttl"),
)
"""Commands as somebody runs them in the folder of a project, the building ones late."""
FOR_PEOPLE = ("", "check -f text", "check -f github", "check --shapes", "coverage", "explain", "links", "show", "why",
              "query", "diff", "fmt", "verify")  # fmt: skip
HARMLESS = frozenset("\t\n")


def commanding(text: str) -> list[str]:
    """What of a text a terminal or a CI log obeys."""
    found = [
        repr(character)
        for character in text
        if character not in HARMLESS
        and (
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(character) in BIDI
        )
    ]
    lines = text.split("\n")
    return found + [line for line in lines if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line]


BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
