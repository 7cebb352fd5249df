"""The distribution as users get it: the sdist, from it the wheel, and that in an environment with nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from scograph.project import Project

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the unpacked sdist, not from the working copy."""
    folder = tmp_path_factory.mktemp("distribution")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "-o", folder, ROOT, cwd=folder)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Debian 12's Python has none
        archive.extractall(folder / "unpacked", **safely)  # noqa: S202 -- our own
    (unpacked,) = (folder / "unpacked").iterdir()
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, unpacked, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_every_file_of_the_built_in_project_and_of_the_site(wheel: Path) -> None:
    project = Project.open(ROOT)
    files = (
        *project.data_files(),
        *project.ontology_files(),
        *project.shapes_files(),
        *project.rule_files(),
        *project.question_files(),
        *(path.with_suffix(".csv") for path in project.question_files()),
        project.context_file,
        ROOT / "scograph.toml",
    )
    expected = {f"scograph/builtin/{path.relative_to(ROOT).as_posix()}" for path in files} | {"scograph/py.typed"}
    static = ROOT / "src" / "scograph" / "site" / "static"
    expected |= {f"scograph/{path.relative_to(static.parents[1]).as_posix()}" for path in static.rglob("*.*")}
    assert "scograph/site/static/vendor/oxigraph.wasm.gz" in expected
    assert len(expected) > 80
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set()


def test_the_metadata_is_what_a_package_index_accepts(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    run(environment / "bin/python", "-m", "pip", "install", "--quiet", "twine>=6", cwd=tmp_path)
    files = sorted((wheel, *wheel.parent.glob("*.tar.gz")))
    checked = run(environment / "bin/python", "-m", "twine", "check", "--strict", *files, cwd=tmp_path)
    assert checked.count("PASSED") == len(files) == 2


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_works_from_any_folder_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    run(environment / "bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    scograph = environment / "bin/scograph"
    run(scograph, "check", cwd=elsewhere)
    run(scograph, "build", "--builtin", cwd=elsewhere)
    here = tmp_path / "here"
    run(sys.executable, "-m", "scograph", "build", ROOT, "-o", here, cwd=tmp_path)
    assert files_of(elsewhere / "dist") == files_of(here)
    assert "(6 rows)" in run(scograph, "query", "1", cwd=elsewhere)
