"""The engines side by side: how each is installed, which version it is, and the command that a user would type."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
VENV = HERE / ".venv"
CLASS_PATH = HERE / ".data" / "jena.classpath"
OURS = "scograph"
SCOGRAPH = str(Path(sys.executable).parent / OURS)
PEERS = ("pyshacl", "pyshacl-library", "pyshifty", "pyrudof", "jena")
ENGINES = (OURS, *PEERS)
LIMITS = {"pyshacl-library": "100k", **dict.fromkeys(("pyshacl", "pyshifty", "pyrudof", "jena"), "1M")}
"""The largest size that each is given. The library is what the command runs, so it tells little more at 1 M."""


@dataclass(frozen=True)
class Engine:
    """One engine that can be measured: its name, its version, and its command but for the two files."""

    name: str
    version: str
    command: tuple[str, ...]

    def validate(self, data: Path, shapes: Path) -> list[str]:
        """The command that prints the report as Turtle on standard output."""
        files = {"DATA": str(data), "SHAPES": str(shapes)}
        return [files.get(word, word) for word in self.command]


class NotInstalledError(Exception):
    """An engine cannot be measured here; the message says why."""


def engine(name: str) -> Engine:
    """Install an engine where needed, and tell how it is run.

    Args:
        name: One of `ENGINES`.

    Returns:
        The engine.

    Raises:
        NotInstalledError: It does not install here.
    """
    if name == OURS:
        return _ours()
    if name == "jena":
        return _jena()
    _make_venv()
    package = name.removesuffix("-library")
    try:
        found = _said(
            [str(VENV / "bin" / "python"), "-c", f"from importlib.metadata import version as v; print(v('{package}'))"]
        )
    except subprocess.CalledProcessError as error:
        raise NotInstalledError(f"not in the peers' environment: {_last_line(error)}") from error
    if name == "pyshacl":
        command = (str(VENV / "bin" / "pyshacl"), "-s", "SHAPES", "-f", "turtle", "DATA")
    else:
        command = (str(VENV / "bin" / "python"), "-P", str(HERE / "peer.py"), package, "DATA", "SHAPES")
    return Engine(name, found, command)


def _ours() -> Engine:
    return Engine(OURS, version(OURS), (SCOGRAPH, "check", "DATA", "--shapes", "SHAPES", "-f", "turtle"))


def _make_venv() -> None:
    ready = VENV / ".ready"
    wanted = HERE / "requirements.txt"
    if ready.exists() and ready.stat().st_mtime >= wanted.stat().st_mtime:
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lines = [line for line in wanted.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    # One by one: a peer without a wheel for this machine stops no other.
    ended = [subprocess.run([*pip, "--constraint", str(wanted), line], check=False).returncode for line in lines]
    if not any(ended):
        ready.touch()


def _jena() -> Engine:
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NotInstalledError(f"no {program} here: install default-jdk-headless and maven")
    pom = HERE / "jena" / "pom.xml"
    if not CLASS_PATH.exists() or CLASS_PATH.stat().st_mtime < pom.stat().st_mtime:
        CLASS_PATH.parent.mkdir(exist_ok=True)
        maven = ["mvn", "--batch-mode", "--quiet", "--file", str(pom), "dependency:build-classpath"]
        try:
            _said([*maven, f"-Dmdep.outputFile={CLASS_PATH}"])
        except subprocess.CalledProcessError as error:
            print(error.stdout, error.stderr, sep="\n", file=sys.stderr)
            raise NotInstalledError("Maven does not resolve it") from error
    class_path = CLASS_PATH.read_text(encoding="utf-8")
    found = next(Path(jar).stem for jar in class_path.split(":") if "jena-shacl" in jar).removeprefix("jena-shacl-")
    java = _said(["java", "-version"]).splitlines()[0].replace('"', "")
    command = ("java", "-cp", class_path, "shacl.shacl", "validate", "--shapes", "SHAPES", "--data", "DATA")
    return Engine("jena", f"{found} on {java}", command)


def _said(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip()


def _last_line(error: subprocess.CalledProcessError) -> str:
    return (f"{error.stdout}{error.stderr}".strip().splitlines() or ["no message"])[-1]
