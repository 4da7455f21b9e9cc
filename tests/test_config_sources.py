"""Where the configuration comes from: secrets, files, flags, variables."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import config
from monitor.errors import ConfigError
from tests.config_texts import (
    HOME,
    ROOT,
    header,
    load_text,
    problems_of,
)

# ------------------------------------------------------------------ secrets


def test_secrets_reach_the_settings() -> None:
    path = ROOT / "tests/config_rules/good.secret-from-environment.toml"
    environ, _ = header(path)
    loaded = config.load(path, environ=environ)
    assert loaded.feeds[0].headers == {"Authorization": "Bearer t0ken-value"}
    assert loaded.feeds[0].auth == "reader:t0ken-value"
    assert loaded.feeds[0].proxy == "http://u:t0ken-value@127.0.0.1:3128"
    assert loaded.channels[0].url == "json://u:pass-word@127.0.0.1/"


def test_secrets_stay_out_of_repr() -> None:
    path = ROOT / "tests/config_rules/good.secret-from-environment.toml"
    environ, _ = header(path)
    shown = repr(config.load(path, environ=environ))
    assert "t0ken" not in shown
    assert "pass-word" not in shown


SECRET = "hunter2-Zx"


@pytest.mark.parametrize(
    "text",
    [
        f'[[channels]]\nname = "a"\nurl = "{SECRET}"\n',
        f'[[channels]]\nname = "a"\nurl = "json://x/{SECRET}?optional=yes"\n',
        f'[[channels]]\nname = "a"\nurl = ["{SECRET}"]\n',
        f'[[channels]]\nname = "a"\nurl = "json://x/{SECRET}\n',
        f'[[channels]]\nname = "a"\nurls = "json://x/{SECRET}"\n',
        f'[[feeds]]\nname = "a"\nurl = "ftp://u:{SECRET}@x/"\n',
        f'[[feeds]]\nname = "a"\nurl = "https://u:{SECRET}@x:port/"\n',
        f'[[feeds]]\nname = "a"\nurl = "https://x/"\nauth = "{SECRET}"\n',
        f'[[feeds]]\nname = "a"\nurl = "https://x/"\nproxy = "{SECRET}"\n',
        f'[[feeds]]\nname = "a"\nurl = "https://x/"\nheaders = {{ A = ["{SECRET}"] }}\n',
        f'[[feeds]]\nname = "a"\nurl = "https://x/"\nheaders = {{ A = "\\n{SECRET}" }}\n',
        f'[heartbeat]\nurl = "{SECRET}"\n',
        '[heartbeat]\nurl = "${KEY}"\n',
        '[[channels]]\nname = "a"\nurl = "${KEY}"\n',
    ],
)
def test_secrets_stay_out_of_problems(text: str) -> None:
    told = "\n".join(problems_of(text, {**HOME, "KEY": SECRET}))
    assert told
    assert SECRET not in told


def test_secret_from_file(tmp_path: Path) -> None:
    (tmp_path / "desk.url").write_text("json://secret.example/\n")
    path = tmp_path / "claimwatch.toml"
    path.write_text('[[channels]]\nname = "desk"\nurl_file = "desk.url"\n')
    assert config.load(path, environ=HOME).channels[0].url == "json://secret.example/"


def test_secret_from_systemd_credentials(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "desk").write_text("json://secret.example/\n")
    path = tmp_path / "claimwatch.toml"
    path.write_text(
        '[[channels]]\nname = "a"\nurl_file = "desk"\n'
        '[[channels]]\nname = "b"\nurl_file = "${CREDENTIALS_DIRECTORY}/desk"\n'
        '[[channels]]\nname = "c"\nurl = "${desk}"\n'
    )
    environ = {**HOME, "CREDENTIALS_DIRECTORY": str(credentials)}
    loaded = config.load(path, environ=environ)
    assert [c.url for c in loaded.channels] == ["json://secret.example/"] * 3


def test_cookies_must_be_in_netscape_format(tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text('{"session": "hunter2"}')
    path = tmp_path / "claimwatch.toml"
    path.write_text(
        '[[feeds]]\nname = "a"\nurl = "https://x.example/"\n'
        'cookies_file = "cookies.txt"\n'
    )
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ=HOME)
    [problem] = caught.value.problems
    assert "is not in the format of Netscape's cookies.txt" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("content", ["", "\n", "one\ntwo\n", "x" * 20_000])
def test_secret_file_must_hold_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "desk.url").write_text(content)
    path = tmp_path / "claimwatch.toml"
    path.write_text('[[channels]]\nname = "desk"\nurl_file = "desk.url"\n')
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ=HOME)
    [problem] = caught.value.problems
    assert problem.startswith("channels[0].url_file: ")
    assert "must hold one line" in problem


PATHS = {
    "claimwatch.database": '[claimwatch]\ndatabase = "{}"\n',
    "channels[0].url_file": '[[channels]]\nname = "a"\nurl_file = "{}"\n',
    "feeds[0].cookies_file": (
        '[[feeds]]\nname = "a"\nurl = "https://x/"\ncookies_file = "{}"\n'
    ),
}


@pytest.mark.parametrize("named", ["a\\u0000b", "a\\nb", "", "~no-such-user-x/a"])
@pytest.mark.parametrize("key", PATHS)
def test_odd_paths_are_told(key: str, named: str) -> None:
    [problem] = problems_of(PATHS[key].format(named))
    assert problem.startswith(f"{key}: is not a path: ")


@pytest.mark.parametrize("key", list(PATHS)[1:])
def test_endless_paths_are_told(key: str) -> None:
    [problem] = problems_of(PATHS[key].format("x" * 9_999))
    assert problem.startswith(f"{key}: can't read ")


def test_dollar_brace_can_be_escaped() -> None:
    loaded = load_text('[[channels]]\nname = "a"\nurl = "json://x/$${A}"\n')
    assert loaded.channels[0].url == "json://x/${A}"


# ------------------------------------------------------------------ where it comes from


def test_search_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, xdg = tmp_path / "work", tmp_path / "xdg"
    monkeypatch.chdir(tmp_path)
    environ = {**HOME, "XDG_CONFIG_HOME": str(xdg)}
    assert config.find_path(None, environ) in (
        None,
        Path("/etc/claimwatch/claimwatch.toml"),
    )

    (xdg / "claimwatch").mkdir(parents=True)
    (xdg / "claimwatch/claimwatch.toml").touch()
    assert config.find_path(None, environ) == xdg / "claimwatch/claimwatch.toml"

    (work / "config").mkdir(parents=True)
    (work / "config/claimwatch.toml").touch()
    monkeypatch.chdir(work)
    assert config.find_path(None, environ) == Path("config/claimwatch.toml")

    environ["CLAIMWATCH_CONFIG"] = "/named/by/variable.toml"
    assert config.find_path(None, environ) == Path("/named/by/variable.toml")
    assert config.find_path(Path("flag.toml"), environ) == Path("flag.toml")


def test_quickstart_stands_in_with_the_database_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if Path("/etc/claimwatch/claimwatch.toml").exists():
        pytest.skip("this machine has a configuration in /etc/claimwatch")
    environ = {"HOME": str(tmp_path)}
    loaded = config.load(None, environ=environ)
    assert loaded.path == config.quickstart_path()
    assert len(loaded.feeds) >= 8
    expected = tmp_path / ".local/share/claimwatch/claimwatch.db"
    assert loaded.database == expected
    assert config.load(
        None, environ={**environ, "CLAIMWATCH_DATABASE": "/var/x.db"}
    ).database == Path("/var/x.db")


def test_flags_beat_variables_beat_the_file(tmp_path: Path) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_text('[claimwatch]\ndatabase = "file.db"\ntimezone = "Europe/Oslo"\n')
    environ = {**HOME, "CLAIMWATCH_DATABASE": "/variable.db", "CLAIMWATCH_TICK": "2s"}
    assert config.load(path, environ=HOME).database == tmp_path / "file.db"
    loaded = config.load(path, environ=environ)
    assert loaded.database == Path("/variable.db")
    assert loaded.tick == timedelta(seconds=2)
    assert loaded.timezone == "Europe/Oslo"
    loaded = config.load(path, environ=environ, overrides={"database": "/flag.db"})
    assert loaded.database == Path("/flag.db")


def test_variables_take_the_type_of_their_key() -> None:
    loaded = load_text(
        '[[channels]]\nname = "a"\nurl = "json://x/"\n',
        CLAIMWATCH_FETCH_CONCURRENCY="8",
        CLAIMWATCH_EVIDENCE_KEEP_HTML="true",
        CLAIMWATCH_DIGEST_CHANNELS="a, a",
        CLAIMWATCH_CHECKS_CONFIRM_REMOVAL_AFTER="0s",
        CLAIMWATCH_HEARTBEAT_URL="https://hc.example/",
    )
    assert loaded.fetch.concurrency == 8
    assert loaded.evidence.keep_html is True
    assert loaded.digest.channels == ("a", "a")
    assert loaded.checks.confirm_removal_after == timedelta(0)
    assert loaded.heartbeat.url == "https://hc.example/"


def test_a_url_from_a_variable_replaces_a_url_file() -> None:
    loaded = load_text(
        '[heartbeat]\nurl_file = "nowhere"\n',
        CLAIMWATCH_HEARTBEAT_URL="https://hc.example/",
    )
    assert loaded.heartbeat.url == "https://hc.example/"


def test_unknown_variables_are_noted() -> None:
    environ = {**HOME, "CLAIMWATCH_DATABSE": "x", "CLAIMWATCH_CONFIG": "y"}
    loaded = load_text("")
    told = config.notes(loaded, environ)
    assert any("CLAIMWATCH_DATABSE" in n and "CLAIMWATCH_DATABASE" in n for n in told)
    assert not any("CLAIMWATCH_CONFIG " in n for n in told)


def test_relative_paths_start_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text("# Netscape HTTP Cookie File\n")
    path = tmp_path / "claimwatch.toml"
    path.write_text(
        '[claimwatch]\ndatabase = "data/x.db"\n'
        '[[feeds]]\nname = "a"\nurl = "https://x.example/"\ncookies_file = "cookies.txt"\n'
    )
    loaded = config.load(path, environ=HOME)
    assert loaded.database == tmp_path / "data/x.db"
    assert loaded.feeds[0].cookies_file == tmp_path / "cookies.txt"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HOME": "/home/a"}, "/home/a/.local/share/claimwatch/claimwatch.db"),
        ({"XDG_DATA_HOME": "/data"}, "/data/claimwatch/claimwatch.db"),
        (
            {"HOME": "/home/a", "XDG_DATA_HOME": "relative"},
            "/home/a/.local/share/claimwatch/claimwatch.db",
        ),
    ],
)
def test_default_database(environ: dict[str, str], expected: str) -> None:
    assert config.default_database(environ) == Path(expected)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda p: None, "there is no such file"),
        (lambda p: p.mkdir(), "can't be read: is a directory"),
        (
            lambda p: p.write_bytes(b"a = '\xff'"),
            "is not UTF-8 at byte 5; save it as UTF-8",
        ),
    ],
)
def test_unreadable_files_are_told(tmp_path: Path, make: Any, told: str) -> None:
    path = tmp_path / "claimwatch.toml"
    make(path)
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ=HOME)
    assert caught.value.problems == [f"{path}: {told}"]


def test_byte_order_mark_and_crlf_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_bytes(b'\xef\xbb\xbf[claimwatch]\r\ntimezone = "Europe/Oslo"\r\n')
    assert config.load(path, environ=HOME).timezone == "Europe/Oslo"


def test_the_error_names_its_file_for_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_text("x = 1\n")
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ=HOME)
    assert caught.value.__notes__ == [str(path)]


def test_unnamed_routes_keep_their_names_when_another_is_inserted() -> None:
    channels = "".join(
        f'[[channels]]\nname = "{n}"\nurl = "json://x/{n}"\n' for n in "ab"
    )
    first = '[[routes]]\nchannels = ["a"]\n'
    second = '[[routes]]\nchannels = ["b", "a"]\n'
    named = '[[routes]]\nname = "a"\nchannels = ["b"]\n'

    def names(*routes: str) -> list[str]:
        return [r.name for r in load_text(channels + "".join(routes)).routes]

    assert names(second) == ["b+a"]
    assert names(first, second) == ["a", "b+a"]
    assert names(first, second, first) == ["a", "b+a", "a-2"]
    assert names(named, first) == ["a", "a-2"]
