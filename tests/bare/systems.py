#!/usr/bin/env python3
"""Walks bare systems: Debian releases made by debootstrap, and Pythons of this machine, each with a clone of HEAD.

A Debian system is a folder that debootstrap made, with the packages that README names and no more, entered by chroot in
namespaces of its own. It has its own device files and its own mounts, and nothing of this machine is mounted in it:
removing the folder can touch nothing else. How apt and pip reach their registries is read from this machine when it
runs. On each system `walk.sh` runs as an ordinary user; with --tests `make test` too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RELEASES = ("bookworm", "trixie", "testing")
"""Debian 12, 13, and what becomes the next."""
PACKAGES = ("python3-venv", "make", "git")
"""What README asks for."""
MAX_AGE_DAYS = 7
"""A base folder that is older is made anew: `testing` moves on."""
MAX_WALK_SECONDS = 1200
MAX_TEST_SECONDS = 4 * 3600
USER = "1000:1000"
CARRIED = re.compile(r"PIP_.+|SSL_CERT_.+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|.*_PROXY", re.IGNORECASE)
"""Variables of this machine that say how registries are reached."""
FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
"""Files of this machine that say it."""
ENTER = """
tree=$1; shift
mount -t proc proc "$tree/proc"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$tree/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$tree/dev/shm"
chroot "$@"
"""
"""Enter a folder. The shell stays, as the first process of the namespace, and collects those that lose their parent."""


class NotMadeError(Exception):
    """A system cannot be made here."""


@dataclass(frozen=True)
class Walk:
    """What came of one system.

    Args:
        system: Its name.
        python: The version of its Python, or nothing.
        ran: What ran.
        seconds: How long it took.
        fault: What went wrong, or nothing.
    """

    system: str
    python: str
    ran: str
    seconds: float
    fault: str = ""

    def __str__(self) -> str:
        state = f"FAILED: {self.fault}" if self.fault else "ok"
        return f"{self.system:<24} Python {self.python or '?':<8} {self.seconds:5.0f} s  {self.ran}  {state}"


def say(text: str) -> None:
    """Say a line at once, in the order of what the commands print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(*command: str | Path, seconds: float = MAX_WALK_SECONDS, environment: dict[str, str] | None = None) -> None:
    """Run a command; what it prints is seen.

    Raises:
        NotMadeError: It fails, or takes too long.
    """
    words = [str(word) for word in command]
    try:
        code = subprocess.run(words, timeout=seconds, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    except subprocess.TimeoutExpired:
        raise NotMadeError(f"{words[0]} took longer than {seconds:.0f} seconds") from None
    if code:
        raise NotMadeError(f"{Path(words[0]).name} ended with {code}")


def output(*command: str | Path) -> str:
    """What a command prints.

    Raises:
        NotMadeError: It fails.
    """
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMadeError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def in_namespaces(*command: str | Path) -> tuple[str | Path, ...]:
    """A command with mounts and processes of its own: they end with it, and this machine does not see its mounts."""
    return ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", *command)


def check_means() -> None:
    """Look for what is needed to make a Debian system.

    Raises:
        NotMadeError: Something is missing.
    """
    if os.geteuid() != 0:
        raise NotMadeError("only root may make and enter a Debian system: run it with sudo")
    absent = [name for name in ("debootstrap", "unshare", "chroot", "git") if shutil.which(name) is None]
    if absent:
        raise NotMadeError(f"missing here: {', '.join(absent)} (sudo apt-get install debootstrap util-linux git)")
    if subprocess.run([*in_namespaces("true")], capture_output=True, check=False).returncode:
        raise NotMadeError("this machine does not allow mounts and process namespaces (unshare --mount --pid)")


def mirror() -> str:
    """The address of the Debian archive that this machine's apt uses.

    Raises:
        NotMadeError: It uses none.
    """
    if given := os.environ.get("DEBIAN_MIRROR"):
        return given
    for command in ((), ("apt-get", "update", "-qq")) if shutil.which("apt-get") else ():
        if command:
            run(*command)
        for line in output("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)").splitlines():
            label, _, address = line.partition(" ")
            if label == "Debian":
                return address
    raise NotMadeError("this machine's apt knows no Debian archive: set DEBIAN_MIRROR to the address of one")


def mounts_below(folder: Path) -> list[str]:
    """What is mounted in a folder, as this process sees it."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    real = os.path.realpath(folder)
    return [place for place in places if place == real or place.startswith(f"{real}/")]


def remove(folder: Path) -> None:
    """Remove the folder of a system, if nothing is mounted in it.

    Raises:
        NotMadeError: Something is.
    """
    if mounted := mounts_below(folder):
        raise NotMadeError(f"{folder} is left as it is, for {', '.join(mounted)} is mounted in it")
    if folder.exists():
        subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=True)


def base(release: str) -> Path:
    """The folder of a Debian release with README's packages, kept from one run to the next.

    Raises:
        NotMadeError: It cannot be made.
    """
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scograph-bare"
    folder, beside = kept / release, kept / f"{release}.part"
    stamp = folder / "etc/scograph-packages"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == " ".join(PACKAGES):
        if time.time() - stamp.stat().st_mtime < MAX_AGE_DAYS * 86400:
            return folder
        say(f"the {release} that is kept here is old, and made anew")
    remove(beside)
    kept.mkdir(parents=True, exist_ok=True)
    run(*in_namespaces("debootstrap", "--variant=minbase", release, beside, mirror()))
    carry_configuration(beside)
    settings = "".join(
        line + "\n"
        for line in output("apt-config", "dump", "Acquire").splitlines()
        if re.match(r"Acquire::(https?|ftp|Check|Retries|ForceIPv)", line)
    )
    (beside / "etc/apt/apt.conf.d/00as-outside").write_text(settings, encoding="utf-8")
    in_it = ("env", "DEBIAN_FRONTEND=noninteractive")
    enter(beside, "0:0", *in_it, "apt-get", "update", "-qq")
    enter(beside, "0:0", *in_it, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
    enter(beside, "0:0", "useradd", "--create-home", "--uid", USER.partition(":")[0], "--shell", "/bin/bash", "walker")
    (beside / stamp.relative_to(folder)).write_text(" ".join(PACKAGES), encoding="utf-8")
    remove(folder)
    beside.rename(folder)
    return folder


def carry_configuration(tree: Path) -> None:
    """Copy this machine's files that say how registries are reached."""
    named = [value for name, value in os.environ.items() if CARRIED.fullmatch(name) and value.startswith("/")]
    for path in (Path(name) for name in (*FILES, *named)):
        if path.is_file():
            target = tree / path.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copyfile(path, target)
    for path in (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf"):
        if path.is_file():
            shutil.copyfile(path, tree / "etc/pip.conf")


def variables(home: str, path: str) -> dict[str, str]:
    """The environment on a system: what says how registries are reached, and what every shell has."""
    found = {name: value for name, value in os.environ.items() if CARRIED.fullmatch(name)}
    carried = {name: value for name, value in found.items() if not Path(value).is_dir()}  # this machine's folders
    return {**carried, "HOME": home, "PATH": path, "LANG": "C.UTF-8", "TERM": "dumb"}


def enter(tree: Path, user: str, *command: str, home: str = "/root", seconds: float = MAX_WALK_SECONDS) -> None:
    """Run a command in the folder of a system, with its own mounts.

    Raises:
        NotMadeError: It fails.
    """
    path = "/usr/local/bin:/usr/bin:/bin" + (":/usr/local/sbin:/usr/sbin:/sbin" if user == "0:0" else "")
    settings = (f"{name}={value}" for name, value in variables(home, path).items())
    inside: tuple[str | Path, ...] = (
        "sh",
        "-euc",
        ENTER,
        "sh",
        tree,
        f"--userspec={user}",
        tree,
        "env",
        "-i",
        *settings,
        *command,
    )
    run(*in_namespaces(*inside), seconds=seconds)


def clone(target: Path) -> None:
    """Clone HEAD, with its history cut short."""
    run("git", "clone", "--quiet", "--depth", "2", f"file://{ROOT}", target)
    run("git", "-C", target, "remote", "remove", "origin")


@contextlib.contextmanager
def debian(release: str) -> Iterator[Path]:
    """A fresh copy of a Debian system, with a clone in its user's home.

    Raises:
        NotMadeError: It cannot be made.
    """
    kept = base(release)
    tree = Path(tempfile.mkdtemp(prefix=f"scograph-{release}-", dir="/var/tmp"))
    try:
        run("cp", "-a", "--one-file-system", f"{kept}/.", tree)
        carry_configuration(tree)
        clone(tree / "home/walker/scograph")
        run("chown", "-R", USER, tree / "home/walker")
        yield tree
    finally:
        remove(tree)


def walk_debian(release: str, tests: str) -> Walk:
    """Walk a Debian release.

    Args:
        release: Its name.
        tests: Nothing, or the arguments of pytest for `make test`.

    Returns:
        What came of it.
    """
    start, python, ran = time.monotonic(), "", ""
    name = f"Debian {release}"
    faults: list[str] = []
    try:
        with debian(release) as tree:
            python = output("chroot", f"--userspec={USER}", tree, "python3", "-c", _VERSIONS).strip()
            number = (tree / "etc/debian_version").read_text(encoding="utf-8").strip()
            name = f"Debian {number} ({release})" if release not in number else f"Debian {number}"
            home = "/home/walker"

            def inside(command: str, seconds: float) -> None:
                words = ("sh", "-c", f"cd {home}/scograph && {command}")
                enter(tree, USER, *words, home=home, seconds=seconds)

            ran, faults = run_steps("python3", tests, inside)
            if tests and (left := sorted(path.name for path in (tree / "tmp").iterdir())):
                faults.append(f"left in the temporary folder: {', '.join(left)}")
    except (NotMadeError, OSError, subprocess.CalledProcessError) as error:
        faults.append(str(error))
    return Walk(name, python, ran, time.monotonic() - start, "; ".join(faults))


def run_steps(python: str, tests: str, inside: Callable[[str, float], None]) -> tuple[str, list[str]]:
    """Run on a system what is to be run there.

    Args:
        python: Its Python.
        tests: As for `walk_debian`.
        inside: Runs a command in the clone, within so many seconds.

    Returns:
        What ran, and what went wrong.
    """
    steps = [("walk", f"sh tests/bare/walk.sh {python} HEAD", MAX_WALK_SECONDS)]
    if tests:
        steps.append(("make test", f"make PYTHON={python} test PYTEST_ARGS='{tests}'", MAX_TEST_SECONDS))
    faults = []
    for name, command, seconds in steps:
        try:
            inside(command, seconds)
        except NotMadeError as error:
            faults.append(f"{name}: {error}")
    return ", ".join(name for name, _, _ in steps), faults


_VERSIONS = "import platform; print(platform.python_version())"


def python_here(version: str) -> str:
    """A Python of this machine that works, of a version such as 3.12; nothing if there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    places = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python3"), reverse=True)]
    for place in places:
        if place is None:
            continue
        done = subprocess.run([str(place), "-c", _VERSIONS], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.startswith(f"{version}."):
            return str(place)
    return ""


def walk_python(version: str, tests: str) -> Walk | None:
    """Walk a Python of this machine.

    Args:
        version: Such as 3.12.
        tests: As for `walk_debian`.

    Returns:
        What came of it, or None if there is no such Python here.
    """
    program = python_here(version)
    if not program:
        return None
    start, ran = time.monotonic(), ""
    faults: list[str] = []
    full = output(program, "-c", _VERSIONS).strip()
    with tempfile.TemporaryDirectory(prefix="scograph-walk-") as folder:
        here = Path(folder) / "scograph"
        environment = variables(folder, os.environ["PATH"])

        def inside(command: str, seconds: float) -> None:
            run("sh", "-c", f"cd {here} && {command}", environment=environment, seconds=seconds)

        try:
            clone(here)
            ran, faults = run_steps(program, tests, inside)
        except NotMadeError as error:
            faults.append(str(error))
    return Walk("this machine", full, ran, time.monotonic() - start, "; ".join(faults))


def classifiers() -> list[str]:
    """The Pythons that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in project["classifiers"])
    return [match[1] for match in found if match]


def main() -> int:
    """Read the command line, and let Git read a repository that somebody else owns, as with sudo.

    SIGTERM ends it as an exception does: the folders of systems are removed.
    """
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with tempfile.NamedTemporaryFile("w", suffix=".gitconfig") as file:
        file.write("[safe]\n\tdirectory = *\n")
        file.flush()
        os.environ["GIT_CONFIG_GLOBAL"] = file.name
        return walk_all()


def walk_all() -> int:
    """Walk each system that the command line names, and say a line of each.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("systems", nargs="*", help=f"{', '.join(RELEASES)}, or a Python such as 3.12 [default: all]")
    parser.add_argument("--tests", action="store_true", help="run make test as well, which takes long")
    parser.add_argument("--pytest-args", default="-n auto", metavar="ARGS", help="arguments for the tests")
    given = parser.parse_args()
    tests = given.pytest_args if given.tests else ""
    unknown = [name for name in given.systems if name not in RELEASES and not re.fullmatch(r"3\.\d+", name)]
    if unknown:
        parser.error(f"no such system: {', '.join(unknown)}")
    walks: list[Walk] = []
    absent: list[str] = []
    releases = [name for name in given.systems or RELEASES if name in RELEASES]
    if releases:
        try:
            check_means()
        except NotMadeError as error:
            say(f"no Debian system was walked: {error}")
            return 1
    if output("git", "-C", ROOT, "status", "--porcelain").strip():
        say("note: what is not committed is not walked")
    for release in releases:
        say(f"\n== Debian {release}")
        walks.append(walk_debian(release, tests))
    walked = {walk.python.rpartition(".")[0] for walk in walks}
    named = [name for name in given.systems if name not in RELEASES]
    for version in named if given.systems else [name for name in classifiers() if name not in walked]:
        say(f"\n== Python {version} of this machine")
        walk = walk_python(version, tests)
        walks += [walk] if walk else []
        absent += [] if walk else [version]
    say("\nsystems walked: make build, load a folder, query, diff with a revision, serve --get")
    for walk in walks:
        say(str(walk))
    for version in absent:
        say(f"{'this machine':<24} Python {version:<8} not walked: no such Python here")
    return 1 if any(walk.fault for walk in walks) or not walks else 0


if __name__ == "__main__":
    sys.exit(main())
