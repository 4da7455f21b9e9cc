"""The wheel, installed outside the checkout, is the whole program.

It is installed by pip into a fresh virtual environment in a foreign folder. The
dependencies are those of the environment that runs the tests, without its link to
the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import boot

ROOT = Path(__file__).parents[1]
LIMIT = 120

# As on a machine without network: no name is found. Tests reach loopback only.
OFFLINE = """\
import socket

def getaddrinfo(host, *args, found=socket.getaddrinfo, **more):
    if host not in (None, "", "localhost") and not str(host).startswith("127."):
        raise socket.gaierror(-3, "Temporary failure in name resolution")
    return found(host, *args, **more)

socket.getaddrinfo = getaddrinfo
"""

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed program's commands."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = boot.build_wheel(folder / "dist")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    command = folder / "venv/bin/python"
    subprocess.run(
        [
            *(str(command), "-m", "pip", "install", "--quiet", "--no-index"),
            *("--no-deps", "--disable-pip-version-check", str(wheel)),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    site = next((folder / "venv/lib").glob("python*/site-packages"))
    # a .pth file found there is not followed further, so the checkout stays out
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (site / "sitecustomize.py").write_text(OFFLINE)
    return folder / "venv/bin"


@pytest.fixture
def abroad(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A foreign working folder and an environment with a home of its own."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CLAIMWATCH_", "XDG_", "PYTHON", "VIRTUAL_ENV"))
    }
    (tmp_path / "away").mkdir()
    return (
        tmp_path / "away",
        {**environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")},
    )


def call(
    installed: Path, abroad: tuple[Path, dict[str, str]], *argv: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "claimwatch"), *argv],
        cwd=abroad[0],
        env=abroad[1],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def test_it_is_the_wheel_that_runs(
    installed: Path, abroad: tuple[Path, dict[str, str]]
) -> None:
    found = subprocess.run(
        [str(installed / "python"), "-c", "import monitor; print(monitor.__file__)"],
        cwd=abroad[0],
        env=abroad[1],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(found.strip()).is_relative_to(installed.parent)


def test_nothing_of_the_user_is_packed(tmp_path: Path) -> None:
    """`make run` leaves a configuration with secrets and a database in config/."""
    for name in ("monitor", "config"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("claimwatch.toml", "*.db*", "__pycache__"),
        )
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path)
    shipped = {path.name for path in (tmp_path / "config").iterdir()}
    for name in ("", "-wal", "-shm", ".lock"):
        (tmp_path / f"config/claimwatch.db{name}").write_text("private")
    (tmp_path / "config/claimwatch.toml").write_text("private")
    wheel = boot.build_wheel(tmp_path / "dist", source=tmp_path)
    with zipfile.ZipFile(wheel) as packed:
        names = [Path(name) for name in packed.namelist()]
    assert {n.name for n in names if n.parent.name == "_defaults"} == shipped


def test_check_config_knows_the_packaged_quick_start(
    installed: Path, abroad: tuple[Path, dict[str, str]]
) -> None:
    done = call(installed, abroad, "check-config", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["quickstart"] is True
    assert len(summary["feeds"]) >= 10
    assert Path(summary["config"]).is_relative_to(installed.parent)
    # the data go to the user's folder, not into the program's
    assert Path(summary["database"]).is_relative_to(abroad[1]["XDG_DATA_HOME"])


def test_demo_alerts(installed: Path, abroad: tuple[Path, dict[str, str]]) -> None:
    done = call(installed, abroad, "demo", "--exit", "--json")
    assert done.returncode == 0, done.stderr
    kinds = {json.loads(line).get("kind") for line in done.stdout.splitlines()}
    assert {"figure", "corroborated", "certainty", "denied", "removed"} <= kinds


def test_run_starts_and_ends_with_the_packaged_defaults(
    installed: Path, abroad: tuple[Path, dict[str, str]]
) -> None:
    process = subprocess.Popen(
        [str(installed / "claimwatch"), "run"],
        cwd=abroad[0],
        # block buffering would keep the lines from us
        env={**abroad[1], "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("nothing answers: is this machine offline?"):
                break
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=LIMIT)
    finally:
        process.kill()
        process.wait()
    said = "".join(lines) + rest
    assert process.returncode == 0, said
    assert "Claimwatch watches 10 feeds." in said
    assert "everything is stored" in said
    assert list(Path(abroad[1]["XDG_DATA_HOME"]).rglob("claimwatch.db"))
