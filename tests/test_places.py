"""Where the database is, found without reading the rest of the configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor import config, places
from tests.cli_calls import call, good, own_place
from tests.newsroom import write_config

CLAIMWATCH = '[claimwatch]\nuser_agent_contact = "https://example.org/c"\n'


@pytest.mark.parametrize(
    "lines",
    [
        "",
        'database = "here.db"\n',
        'database = "../there/here.db"\ntimezone = "Europe/Berlin"\n',
        'database = "~/here.db"\n',
        'database = "/srv/here.db"\n',
    ],
)
@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"CLAIMWATCH_DATABASE": "other.db"},
        {"CLAIMWATCH_TIMEZONE": "Asia/Tehran"},
        {"XDG_DATA_HOME": "/data"},
    ],
)
@pytest.mark.parametrize("flag", [None, Path("flag.db")])
def test_it_is_the_place_that_the_whole_configuration_names(
    tmp_path: Path, lines: str, environ: dict[str, str], flag: Path | None
) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_text(CLAIMWATCH + lines)
    environ = {"HOME": "/home/ana", **environ}
    overrides = {} if flag is None else {"database": str(flag)}
    whole = config.load(path, environ=environ, overrides=overrides)
    found = places.quick(path, environ, flag)
    assert found == places.Place(whole.database, whole.timezone)


@pytest.mark.parametrize("flag", [None, Path("flag.db")])
def test_without_a_file_it_is_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: Path | None
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"HOME": str(tmp_path)}
    overrides = {} if flag is None else {"database": str(flag)}
    whole = config.load(None, environ=environ, overrides=overrides)
    found = places.quick(None, environ, flag)
    assert found == places.Place(whole.database, whole.timezone)


@pytest.mark.parametrize(
    "text",
    [
        'database = "x.db"',
        "[claimwatch]\ndatabase = 7",
        '[claimwatch]\ndatabase = "${PLACE}/x.db"',
        '[claimwatch]\ntimezone = "Middle/Earth"',
        "[claimwatch]\ntimezone = 2",
        "claimwatch = 3",
        "[claimwatch",
        "\udcff",
    ],
)
def test_what_is_not_simple_is_left_to_the_whole_reading(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found = places.quick(path, {}, None)
    # a key outside of its section names nothing: the default stands
    assert found is None or found.database == places.default_database({})
    assert places.quick(tmp_path / "absent.toml", {}, None) is None


def test_status_does_without_the_models_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    write_config(tmp_path)
    good("db", "migrate")
    program = (
        "import sys; from monitor.cli import cli; "
        "cli.main(['status'], standalone_mode=False); "
        "print('pydantic' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "False"


def test_a_wrong_place_is_told_as_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    (tmp_path / "claimwatch.toml").write_text('[claimwatch]\ntimezone = "Mars"\n')
    done = call("status")
    assert done.exit_code == 3
    assert "claimwatch.timezone" in done.stderr
