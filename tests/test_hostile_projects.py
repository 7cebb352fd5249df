"""Hostile projects: none of their code runs, no file outside is read or written, and control characters are escaped."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from hostile_projects import (
    CANARY,
    COMMANDS,
    FOR_PEOPLE,
    LINKS,
    SMALL,
    Hostile,
    commanding,
    executing,
    linking,
    snapshot,
    speaking,
)
from programs import shown_on_terminal
from scograph import revisions
from scograph.cli import cli
from scograph.errors import InputError
from scograph.guard import BoundError
from scograph.messages import visible


def run(arguments: tuple[str, ...], project: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Run a command in a folder, in this process: its code, standard output, standard error."""
    monkeypatch.chdir(project)
    done = CliRunner().invoke(cli, arguments, prog_name="scograph")
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    return done.exit_code, done.stdout, done.stderr


# Nothing of it runs.


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return executing(tmp_path_factory.mktemp("executing"))


def scograph(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program in a folder, as somebody does who cloned it."""
    program = Path(sys.executable).with_name("scograph")
    return subprocess.run(
        [program, *arguments],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("path", ["", ":/usr/lib", "."])
def test_a_second_build_runs_no_module_of_the_project(hostile: Hostile, tmp_path: Path, path: str) -> None:
    shutil.copytree(hostile.project, tmp_path / "p", symlinks=True)
    names = ("scograph", "click", "json", "sitecustomize") if not path else ("scograph",)
    for module in tmp_path.glob("p/*.py"):  # an empty entry of PYTHONPATH is the user's own doing in the first process
        if path and module.stem not in names:
            module.unlink()
    environment = {"PYTHONPATH": path} if path else {}
    if path:
        environment["PYTHONSAFEPATH"] = "1"
        (tmp_path / "p" / "scograph.py").unlink()
        (tmp_path / "p" / "scograph").mkdir()
        (tmp_path / "p" / "scograph" / "cli.py").write_text("raise SystemExit(99)\n", encoding="utf-8")
    done = scograph(tmp_path / "p", "build", "--verify", "--no-site", **environment)
    assert "a second build gives the same bytes" in done.stderr, done.stderr
    assert not hostile.has_run


def test_a_watched_project_is_built_again_by_the_program_and_not_by_a_module_of_it(
    hostile: Hostile, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(hostile.project, tmp_path / "p"))
    program = Path(sys.executable).with_name("scograph")
    command = [program, "serve", ".", "--watch", "-p", "0", "--workers", "1"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stderr is not None
        try:
            for line in serving.stderr:
                if "Ctrl-C ends it" in line:
                    break
            (project / "data" / "notes" / "05-winner.ttl").write_text("not Turtle", encoding="utf-8")
            said = next(line for line in serving.stderr if "05-winner.ttl" in line)  # what the second build says
        finally:
            serving.terminate()
    assert "error" in said
    assert not hostile.has_run


@pytest.mark.parametrize("where", [".", "vendor", "vendor/objects"])
@pytest.mark.parametrize("revision", ["HEAD:", "main~1:./", "HEAD:data/notes/05-winner.ttl", "main:data"])
def test_a_revision_runs_nothing_of_the_repository(hostile: Hostile, where: str, revision: str) -> None:
    done = scograph(hostile.project / where, "diff", revision, str(hostile.project), PATH=f".:{os.environ['PATH']}")
    assert not hostile.has_run
    assert "Traceback" not in done.stderr
    if where == ".":
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 3
        assert done.stderr.startswith("error: this is a bare repository, whose settings may be a stranger's\n")


def test_a_revision_is_read_as_it_is_kept_whatever_attributes_say(hostile: Hostile) -> None:
    """export-ignore would leave out a fact, export-subst would put the hash of the commit into a file."""
    done = scograph(hostile.project, "diff", "--exit-code", "HEAD:", ".")
    assert (done.returncode, done.stdout) == (0, "no difference\n")
    done = scograph(hostile.project, "diff", "--exit-code", "HEAD~1:", str(SMALL))
    assert (done.returncode, done.stdout) == (0, "no difference\n")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A repository of the user's own, beside a project of a stranger that is none yet."""
    folder = tmp_path / "private"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.ttl").write_text(f'<urn:x:a> <urn:x:b> "{CANARY}" .\n', encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    shutil.copytree(SMALL, tmp_path / "p")
    return folder


def git(folder: Path, *arguments: str) -> str:
    settings = ("user.name=t", "user.email=t@example.org", "init.defaultBranch=main", "protocol.file.allow=always")
    flags = [part for setting in settings for part in ("-c", setting)]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *flags, *arguments], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def own_repository(project: Path, private: Path) -> Path:
    """A repository of the project whose main is the commit of the private one, which it has not."""
    git(project, "init", "-q")
    (project / ".git" / "refs" / "heads" / "main").write_text(git(private, "rev-parse", "HEAD") + "\n")
    return project / ".git"


def borrow_by_file(project: Path, private: Path) -> None:
    (project / ".git").write_text(f"gitdir: {private / '.git'}\n")


def borrow_by_link(project: Path, private: Path) -> None:
    (project / ".git").symlink_to(private / ".git")


def borrow_by_common_folder(project: Path, private: Path) -> None:
    (own_repository(project, private) / "commondir").write_text(f"{private / '.git'}\n")


def borrow_objects(project: Path, private: Path) -> None:
    objects = own_repository(project, private) / "objects"
    shutil.rmtree(objects)
    objects.symlink_to(private / ".git" / "objects")


def borrow_a_folder_of_objects(project: Path, private: Path) -> None:
    git(private, "gc", "-q")
    packs = own_repository(project, private) / "objects" / "pack"
    packs.rmdir()
    packs.symlink_to(private / ".git" / "objects" / "pack")


def borrow_by_alternates(project: Path, private: Path) -> None:
    info = own_repository(project, private) / "objects" / "info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text("../../../private/.git/objects\n")


BORROWERS = (
    *(borrow_by_file, borrow_by_link, borrow_by_common_folder),
    *(borrow_objects, borrow_a_folder_of_objects, borrow_by_alternates),
)


@pytest.mark.parametrize("borrow", BORROWERS)
@pytest.mark.parametrize("revision", ["HEAD:", "main:data/a.ttl"])
def test_a_project_does_not_have_a_repository_elsewhere_read(
    borrow: Callable[[Path, Path], None], revision: str, private: Path
) -> None:
    project = private.with_name("p")
    borrow(project, private)
    done = scograph(project, "diff", revision, ".")
    assert (done.returncode, done.stdout) == (3, "")
    assert "leads to what lies elsewhere" in done.stderr
    assert CANARY not in done.stderr
    done = scograph(project, "diff", revision, "data/notes/05-winner.ttl", SCOGRAPH_ALLOW_LINKS=str(private))
    assert (done.returncode, CANARY in done.stdout) == (0, True)


def test_worktrees_and_submodules_are_read(private: Path) -> None:
    git(private, "worktree", "add", "-q", "../worktree", "-b", "other")
    top = private.with_name("top")
    top.mkdir()
    git(top, "init", "-q")
    git(top, "submodule", "--quiet", "add", str(private), "sub")
    for place in (private.with_name("worktree"), top / "sub"):
        done = scograph(place, "diff", "HEAD:", ".")
        assert (done.returncode, done.stdout) == (0, "no difference\n"), done.stderr


def test_trees_in_trees_that_name_any_number_of_files_are_refused(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = git(private, "rev-parse", "HEAD:data/a.ttl")
    tree = made_tree(private, [f"100644 blob {blob}\tf{number}.ttl" for number in range(10)])
    for _ in range(9):
        tree = made_tree(private, [f"040000 tree {tree}\td{number}" for number in range(10)])
    commit = git(private, "commit-tree", "-m", "x", made_tree(private, [f"040000 tree {tree}\tdata"]))
    monkeypatch.setattr(revisions, "MAX_NAMES_BYTES", 1 << 16)  # else it takes ten seconds
    code, out, error = run(("diff", f"{commit}:", "."), private, monkeypatch)
    assert (code, out) == (3, "")
    assert error.startswith("error: git lists more than 65,536 bytes of names here\n")


@pytest.mark.parametrize("is_packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("kind", ["one file", "many files", "one file at many paths"])
def test_files_that_git_keeps_in_far_fewer_bytes_are_refused(kind: str, is_packed: bool, private: Path) -> None:  # noqa: FBT001 -- a parameter of the test
    data = private / "data"
    if kind == "one file":
        (data / "b.ttl").write_bytes(b" " * (32 << 20))
    else:
        for number in range(32):
            (data / f"b{number}.ttl").write_bytes(b" " * (1 << 20) + b"#%d" % (number if kind == "many files" else 0))
    git(private, "add", "data")
    git(private, "commit", "-qm", "grows")
    if is_packed:
        git(private, "gc", "-q")
    done = scograph(private, "diff", "HEAD:", ".")
    assert (done.returncode, done.stdout) == (3, "")
    assert "(bound: expansion)" in done.stderr
    assert "hint: if you trust the input, raise the bound: scograph --bound expansion=NUMBER" in done.stderr


@pytest.mark.parametrize("kind", ["nearly equal", "equal"])
def test_many_files_that_git_keeps_as_changes_of_one_are_read_up_to_a_bound(
    kind: str, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b'<urn:x:%d> <urn:x:p> "%s" .\n' % (number, f"{number * 7919:x}".encode()) for number in range(2000)]
    for number in range(300):
        own = lines[:number] + lines[number + 1 :] if kind == "nearly equal" else lines
        (private / "data" / f"b{number}.nt").write_bytes(b"".join(own))
    git(private, "add", "data")
    git(private, "commit", "-qm", "many")
    git(private, "gc", "-q")
    with contextlib.chdir(private):
        tree = git(private, "rev-parse", "HEAD:")
        entries = revisions._entries("HEAD:", tree, "data")  # noqa: SLF001 -- to compare them takes long
        assert sum(entry.size for entry in entries) > 16 << 20
        revisions._refuse_growing("HEAD:", entries)  # noqa: SLF001
        monkeypatch.setattr(revisions, "SHARED_FROM", 16 << 20)
        with pytest.raises(BoundError, match="bound: expansion"):
            revisions._refuse_growing("HEAD:", entries)  # noqa: SLF001


def test_a_large_file_that_git_keeps_as_a_change_of_another_is_read(private: Path) -> None:
    lines = [b'<urn:x:%d> <urn:x:p> "%d" .\n' % (number, number * 7919) for number in range(500_000)]
    for number in range(3):
        (private / "data" / "b.nt").write_bytes(b"".join(lines[: len(lines) - number]))
        git(private, "add", "data")
        git(private, "commit", "-qm", str(number))
    git(private, "gc", "-q")
    name = "HEAD~2:data/b.nt"
    listing = git(private, "rev-parse", name)
    entry = revisions._TreeFile("100644", listing, int(git(private, "cat-file", "-s", listing)), name)  # noqa: SLF001
    assert entry.size > 16 << 20
    with contextlib.chdir(private):
        revisions._refuse_growing(name, [entry])  # noqa: SLF001 -- to compare half a million statements takes long


def made_tree(folder: Path, rows: list[str]) -> str:
    done = subprocess.run(
        ["git", "mktree"], cwd=folder, input="\n".join(rows), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_what_is_wrong_in_a_revision_is_said_by_its_name(private: Path) -> None:
    """The temporary folder that it is written into is nobody's business, and is gone when somebody looks."""
    blob = git(private, "rev-parse", "HEAD:data/a.ttl")
    for tree in (
        made_tree(private, [f"100644 blob {blob}\treadme.txt"]),
        made_tree(private, [f"100644 blob {blob}\t{'a' * 300}.ttl"]),
        made_tree(private, [f"120000 blob {blob}\ta.ttl"]),
    ):
        commit = git(private, "commit-tree", "-m", "x", made_tree(private, [f"040000 tree {tree}\tdata"]))
        done = scograph(private, "diff", f"{commit}:", ".")
        assert done.returncode == 3
        assert done.stderr.startswith(f"error: {commit}:")
        assert "scograph-" not in done.stderr
        assert len(done.stderr) < 500


def test_a_commit_is_what_its_hash_says_whatever_grafts_say(hostile: Hostile) -> None:
    first, second = (git(hostile.project, "rev-parse", name) for name in ("HEAD~1", "HEAD"))
    grafts = hostile.project / ".git" / "info" / "grafts"
    grafts.write_text(f"{second} {second}\n")
    try:
        assert git(hostile.project, "rev-parse", "HEAD~1") != first
        done = scograph(hostile.project, "diff", "--exit-code", "HEAD~1:", str(SMALL))
        assert (done.returncode, done.stdout) == (0, "no difference\n")
    finally:
        grafts.unlink()


def test_what_a_partial_clone_lacks_is_not_fetched_and_said_in_one_message(hostile: Hostile, tmp_path: Path) -> None:
    project = Path(shutil.copytree(hostile.project, tmp_path / "p"))
    identifier = subprocess.run(
        ["git", "hash-object", "--no-filters", "data/notes/05-winner.ttl"],
        cwd=project,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (project / ".git" / "objects" / identifier[:2] / identifier[2:]).unlink()
    done = scograph(project, "diff", "HEAD:", ".")
    assert done.returncode == 3
    assert done.stderr.count("error: ") == 1
    assert done.stderr.startswith("error: git has not the content of data/notes/05-winner.ttl, ")
    assert "Traceback" not in done.stderr
    assert not hostile.has_run


def test_templates_of_a_project_reach_nothing_but_what_they_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    (project / "templates").mkdir()
    (tmp_path / "secret.txt").write_text(CANARY, encoding="utf-8")
    mark = tmp_path / "ran"
    for attack in (
        "{{ here.view.index.graph.project.root.joinpath('..', 'secret.txt').read_text() }}",
        f"{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}{{{{ here.root.__class__.write_text('{mark}') }}}}",
        "{{ here.view.index.graph.placed_file(namespace(path='../secret.txt')).text }}",
        "{{ cycler.__init__.__globals__.os.popen('echo x > " + str(mark) + "').read() }}",
        "{{ here.view.index.graph.places.find }}",
        "{% include '../../secret.txt' %}",
    ):
        (project / "templates" / "front.html").write_text(attack, encoding="utf-8")
        (project / "templates" / "page.html").write_text(attack, encoding="utf-8")
        (project / "templates" / "base.html").write_text(attack, encoding="utf-8")
        code, out, err = run(("build", "--jobs", "1"), project, monkeypatch)
        assert code == 3, (attack, code, err)
        assert CANARY not in out + err
        assert not mark.exists()
        assert not (project / "dist").exists()
    for name in ("front", "page", "base"):
        (project / "templates" / f"{name}.html").unlink()
        (project / "templates" / f"{name}.html").symlink_to("../../secret.txt")
    code, out, err = run(("build", "--jobs", "1"), project, monkeypatch)
    assert code == 3
    assert "a symbolic link leads out of the folder, and is not followed" in err


# Nothing outside is read or written.


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hostile]:
    return {one.name: one for one in linking(tmp_path_factory.mktemp("linking"))}


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_leaves_the_project_is_said_and_not_read(
    linked: dict[str, Hostile], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = linked[name]
    before = snapshot(one.around, leaving_out=one.project)
    for command in COMMANDS:
        if command[-1:] == ("data",) and LINKS[name][0] == "data":
            continue  # the user names it
        code, out, err = run(command, one.project, monkeypatch)
        assert CANARY not in out + err, command
        if command[:1] == ("check",) and "--shapes" not in command:
            assert code == 3
            assert f"{LINKS[name][0]}: a symbolic link leads out of the folder, and is not followed\n" in err
    assert snapshot(one.around, leaving_out=one.project) == before
    assert not (one.project / "dist").exists()


@pytest.mark.parametrize("name", ["dist", "releases"])
def test_a_default_folder_that_is_a_link_is_followed_only_if_the_user_names_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    (tmp_path / "outside").mkdir()
    (project / name).symlink_to("../outside")
    command = ("build", "--no-site") if name == "dist" else ("release", "1.0.0")
    code, out, err = run(command, project, monkeypatch)
    assert (code, out) == (2, "")
    assert err == (
        f"error: {name} is a symbolic link that leads out of the current folder; it is not followed\n"
        "hint: give the folder itself with -o\n"
    )
    assert list((tmp_path / "outside").iterdir()) == []
    other = ("serve", "--get", "/") if name == "dist" else ("feed",)
    assert run(other, project, monkeypatch)[0] == 2
    assert run((*command, "-o", name), project, monkeypatch)[0] == 0
    assert list((tmp_path / "outside").iterdir()) != []


def test_files_of_a_published_folder_that_are_links_out_of_it_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    assert run(("build", "--no-site"), project, monkeypatch)[0] == 0
    (dump,) = (project / "dist").glob("*.nq")
    secret = f'<urn:x:s> <http://www.w3.org/2000/01/rdf-schema#label> "{CANARY}" .\n'
    (tmp_path / "secret.nq").write_text(secret, encoding="utf-8")
    dump.unlink()
    dump.symlink_to("../../secret.nq")
    for command in (("diff", "dist", "."), ("load", "x.store", "dist")):
        code, out, err = run(command, project, monkeypatch)
        assert code == 3, command
        assert f"dist/{dump.name}: a symbolic link leads out of the folder, and is not followed\n" in err
        assert CANARY not in out + err
    code, out, _ = run(("verify", "dist"), project, monkeypatch)
    assert code == 1
    assert out == f"{dump.name} differs: it is a symbolic link out of the folder\n"


def _special(path: Path, kind: str) -> Iterator[str]:
    if kind == "pipe":
        os.mkfifo(path)
        yield "it is a named pipe, not a regular file"
    elif kind == "not UTF-8":
        os.close(os.open(os.fsencode(path.parent) + b"/08-\xff.ttl", os.O_CREAT | os.O_WRONLY))
        yield "data/notes/08-\\xff.ttl: its name is not UTF-8"


@pytest.mark.parametrize("kind", ["pipe", "not UTF-8"])
@pytest.mark.parametrize(
    "command",
    [("check",), ("build",), ("export", "-f", "nt"), ("hash",), ("check", "--shapes", "shapes/chess.ttl", "data")],
)
def test_what_is_no_regular_file_is_said_and_not_waited_for(
    kind: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    (message,) = _special(project / "data" / "notes" / "08-x.ttl", kind)
    done = scograph(project, *command)
    assert done.returncode == 3
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_of_245_letters_is_checked_laid_out_and_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    club = project / "data" / "notes" / "01-club.ttl"
    club.rename(club.with_name(f"01-{'c' * 238}.ttl"))
    assert run(("check",), project, monkeypatch)[0] == 0
    assert run(("build",), project, monkeypatch)[0] == 0


@pytest.mark.parametrize("name", ["check", "manifest", "changes", "changelog", "a" * 101])
def test_a_name_that_files_of_a_build_cannot_have_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / "p"))
    (project / "scograph.toml").write_text(f'[project]\nname = "{name}"\n', encoding="utf-8")
    code, _, error = run(("build",), project, monkeypatch)
    assert code == 2
    assert error.startswith(f"error: scograph.toml: project.name is '{name}'")


def test_a_long_name_of_a_folder_is_cut_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Path(shutil.copytree(SMALL, tmp_path / ("p" * 250)))
    (project / "scograph.toml").write_text('[ontology]\nprofile = "none"\n', encoding="utf-8")
    assert run(("build", "--no-site"), project, monkeypatch)[0] == 0
    assert (project / "dist" / f"{'p' * 100}.ttl").is_file()


# Its words command nobody.


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return speaking(tmp_path_factory.mktemp("speaking"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_words_of_a_project_command_neither_a_terminal_nor_a_log(
    loud: Hostile, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, err = run(command, loud.project, monkeypatch)
    assert commanding(err) == []
    if not command or command[0] in FOR_PEOPLE or " ".join(command[:3]) in FOR_PEOPLE:
        if command[:3] == ("check", "-f", "github"):
            assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in out.splitlines())
            out = "".join(line.lstrip(":") for line in out.splitlines(keepends=True))
        assert commanding(out) == []


def on_terminal(project: Path, *arguments: str) -> str:
    """What the program writes to a terminal as its standard output."""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    command = [Path(sys.executable).with_name("scograph"), *arguments]
    shown = shown_on_terminal(command, "stdout", cwd=project, env=environment)
    return shown.replace("\r\n", "\n")


def test_data_stays_as_it_is_in_a_pipe_and_is_visible_on_a_terminal(loud: Hostile) -> None:
    query = ("query", "-f", "csv", "SELECT ?o WHERE { ?s rdfs:label ?o }")
    piped = scograph(loud.project, *query)
    assert "\x1b]52;c;Y2FuYXJ5\x07" in piped.stdout
    shown = on_terminal(loud.project, *query)
    assert commanding(shown.replace(" ::", "")) == []
    assert "\N{SYMBOL FOR ESCAPE}]52;c;Y2FuYXJ5\N{SYMBOL FOR BELL}" in shown


def test_a_report_in_colour_has_its_own_colours_and_no_others(loud: Hostile) -> None:
    shown = on_terminal(loud.project, "check")
    assert "\x1b[1m" in shown
    assert commanding(re.sub("\x1b\\[(0|1|34|1;3[136])m", "", shown)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07\r", "\u241b]0;x\u2407\u240d"),
        ("\x9b31m\x85", "<U+009B>31m<U+0085>"),
        ("a\u202eb\u2066\u200f\u061c\u2028", "a<U+202E>b<U+2066><U+200F><U+061C><U+2028>"),
        ("::error::x\n \t::stop::y", ": :error::x\n \t: :stop::y"),
        ("x ##[error]y ##vso[z] ##teamcity[q]", "x # #[error]y # #vso[z] # #teamcity[q]"),
        ("a::b ## c #[d] a: b", "a::b ## c #[d] a: b"),
        ("\udcff\udc80\ud800", "\\xff\\x80<U+D800>"),
        ("tab\tline\nЖ中\u0301 \u200d", "tab\tline\nЖ中\u0301 \u200d"),
    ],
)
def test_what_a_terminal_or_log_obeys_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_further_lines_of_a_message_do_not_pass_for_ours() -> None:
    error = InputError("one\nerror: forged\r\nhint: forged\u2028x", hint="a\nb")
    assert str(error) == "one\n  | error: forged\n  | hint: forged\n  | x\nhint: a\n  | b"
