"""The configuration: rules told one file each, search order, secrets, defaults."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from monitor import config, settings
from monitor.config.build import build
from monitor.config.models import ConfigFile
from monitor.config.overlay import variables
from monitor.errors import ConfigError
from monitor.model import ChangeKind, Severity, Thresholds

ROOT = Path(__file__).parents[1]
RULES = sorted((ROOT / "tests/config_rules").glob("*.toml"))
EXAMPLE = ROOT / "config/claimwatch.example.toml"
HOME = {"HOME": "/home/reader"}


def header(path: Path) -> tuple[dict[str, str], list[str]]:
    """The environment and the expected problems that a rule file states."""
    environ, expected = dict(HOME), []
    for line in path.read_text("utf-8").splitlines():
        if found := re.match(r"# env: (\w+)=(.*)", line):
            environ[found[1]] = found[2]
        if found := re.match(r"# expect: (.*)", line):
            expected.append(found[1].replace("{folder}", str(path.parent)))
    return environ, expected


def problems_of(text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, path=Path("/x/claimwatch.toml"), environ=environ or HOME)
    return caught.value.problems


def load_text(text: str, **environ: str) -> settings.Config:
    return config.parse(
        text, path=Path("/x/claimwatch.toml"), environ={**HOME, **environ}
    )


# ------------------------------------------------------------------ rules


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule_file(path: Path) -> None:
    environ, expected = header(path)
    if path.name.startswith("good."):
        assert not expected
        config.load(path, environ=environ)
        return
    with pytest.raises(ConfigError) as caught:
        config.load(path, environ=environ)
    assert expected, "a bad file must state what is expected"
    assert caught.value.problems == expected
    assert caught.value.exit_code == 3


def test_every_rule_file_is_good_or_bad() -> None:
    assert len(RULES) > 40
    assert {path.name.split(".")[0] for path in RULES} == {"good", "bad"}


def test_problem_lines_are_one_line_each() -> None:
    for path in RULES:
        for line in header(path)[1]:
            assert "\n" not in line
            assert line.isprintable()


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
        (lambda p: p.write_bytes(b"a = '\xff'"), "is not UTF-8 at byte 5"),
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


# ------------------------------------------------------------------ defaults, example


def tables() -> dict[str, type[BaseModel]]:
    found = {}
    for name, info in ConfigFile.model_fields.items():
        for kind in (info.annotation, *getattr(info.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found[name] = kind
    return found


def accepted_keys() -> set[str]:
    """Every key that a file may hold, as section.key."""
    keys = {
        f"{section}.{info.alias or name}"
        for section, model in tables().items()
        for name, info in model.model_fields.items()
    }
    return keys | {"severities", "aliases"}


def uncommented(text: str) -> str:
    """The example with every `#key = …` line active, and the doubled keys dropped."""
    lines = []
    for line in text.splitlines():
        if re.match(r"#(\w+|\"[^\"]+\") = ", line):
            # url and url_file exclude each other; the twin is looked for on its own
            if re.match(r"#\w+_file", line) and "cookies" not in line:
                continue
            line = line[1:]
        lines.append(line)
    return "\n".join(lines)


def test_example_loads_as_it_is() -> None:
    loaded = config.load(EXAMPLE, environ={**HOME, "SLACK_WEBHOOK": "slack://a/b/c"})
    assert loaded.routes[0].name == "protest-figures"


def test_example_loads_with_everything_switched_on(tmp_path: Path) -> None:
    (tmp_path / "cookies.txt").write_text("# Netscape HTTP Cookie File\n")
    (tmp_path / "desk.txt.j2").write_text("{{ change.headline }} {{ alert.id }}\n")
    text = uncommented(EXAMPLE.read_text("utf-8"))
    secrets = ("SLACK_WEBHOOK", "BBC_TOKEN", "BBC_PASSWORD", "PING_KEY")
    loaded = config.parse(
        text,
        path=tmp_path / "claimwatch.toml",
        environ={**HOME, **dict.fromkeys(secrets, "slack://x/y/z")},
    )
    assert loaded.severities == {ChangeKind.REMOVED: Severity.CRITICAL}
    assert loaded.aliases


def test_example_mentions_every_key() -> None:
    section, seen = "", set()
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if found := re.match(r"\[+(\w+)\]+", line):
            section = found[1]
            seen.add(section)
        elif found := re.match(r"#?(\w+) = ", line):
            seen.add(f"{section}.{found[1]}")
    assert accepted_keys() - seen == set()


def test_defaults_in_the_example_are_the_defaults() -> None:
    section, checked = "", 0
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if found := re.match(r"\[+(\w+)\]+", line):
            section = found[1]
        commented = re.match(r"#(\w+) = ", line)
        if not commented or "# example:" in line:
            continue
        model = tables()[section]
        key = commented[1]
        name = next(n for n, i in model.model_fields.items() if (i.alias or n) == key)
        if key == "schedule":
            stated = tomllib.loads(f"[checks]\n{line[1:]}")
            file = ConfigFile.model_validate(stated)
            built = build(file, path=None, folder=Path(), database=Path())
            assert built.checks.schedule == settings.DEFAULT_TAPER
        else:
            probe = model.model_construct()
            value = tomllib.loads(line[1:])[key]
            default = getattr(probe, name)
            if isinstance(default, timedelta):
                value = config.parse_duration(value)
            assert value == default, f"{section}.{key}"
        checked += 1
    assert checked > 20


def test_an_empty_file_gives_the_defaults_of_settings() -> None:
    loaded = load_text("")
    built = settings.Config(
        database=Path("/home/reader/.local/share/claimwatch/claimwatch.db"),
        path=Path("/x/claimwatch.toml"),
    )
    assert loaded == built


def test_defaults_of_a_feed_and_a_route_are_those_of_settings() -> None:
    loaded = load_text(
        '[[feeds]]\nname = "a"\nurl = "https://x.example/"\n'
        '[[channels]]\nname = "b"\nurl = "json://x/"\n'
        '[[routes]]\nname = "r"\nchannels = ["b"]\n'
        '[[topics]]\nname = "t"\nany = ["x"]\n'
    )
    assert loaded.feeds[0] == settings.FeedConfig("a", "https://x.example/")
    assert loaded.channels[0] == settings.ChannelConfig("b", "json://x/")
    assert loaded.routes[0] == settings.RouteConfig("r", ("b",))
    assert loaded.topics[0] == settings.TopicConfig("t", any=("x",))


def test_every_setting_can_be_configured() -> None:
    pairs = {
        "claimwatch": settings.Config,
        "feeds": settings.FeedConfig,
        "topics": settings.TopicConfig,
        "channels": settings.ChannelConfig,
        "routes": settings.RouteConfig,
        "intervals": settings.IntervalConfig,
        "inhibitions": settings.InhibitionConfig,
        "severity_rules": settings.SeverityRule,
        "coverage": settings.CoverageConfig,
        "checks": settings.ChecksConfig,
        "digest": settings.DigestConfig,
        "review": settings.ReviewConfig,
        "heartbeat": settings.HeartbeatConfig,
        "thresholds": Thresholds,
        "evidence": settings.EvidenceConfig,
        "fetch": settings.FetchConfig,
        "retention": settings.RetentionConfig,
        "delivery": settings.DeliveryConfig,
    }
    assert set(pairs) == set(tables())
    for section, cls in pairs.items():
        names = {f.name for f in dataclasses.fields(cls)}
        if cls is settings.Config:
            names -= {"path", *ConfigFile.model_fields}
        assert names <= set(tables()[section].model_fields), section


def test_schema_is_published_and_current() -> None:
    text = (ROOT / "config/claimwatch.schema.json").read_text("utf-8")
    assert json.loads(text) == json.loads(json.dumps(config.schema()))


def test_schema_states_defaults_as_people_write_them() -> None:
    tables_ = config.schema()["$defs"]
    assert tables_["FeedTable"]["properties"]["interval"]["default"] == "15m"
    assert tables_["FeedTable"]["additionalProperties"] is False
    first = tables_["ChecksTable"]["properties"]["schedule"]["default"][0]
    assert first == {"until": "3h", "every": "15m"}


def test_every_variable_is_a_key() -> None:
    known = variables()
    assert known["CLAIMWATCH_DATABASE"] == ("claimwatch", "database")
    assert known["CLAIMWATCH_FETCH_TIMEOUT"] == ("fetch", "timeout")
    assert all(".".join(key) in accepted_keys() for key in known.values())


# ------------------------------------------------------------------ durations, notes


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("30s", 30),
        ("15m", 900),
        ("1h30m", 5400),
        ("24h", 86400),
        ("7d", 604800),
        ("2w", 1209600),
        ("1d12h", 129600),
        ("90m", 5400),
    ],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert config.parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "5 m", "m", "5M", "-5m", "1.5h", "5m1h", "٥m", "1h1h", "9" * 99],
)
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|unit"):
        config.parse_duration(text)


@given(st.integers(min_value=0, max_value=10**8))
def test_durations_survive_writing_and_reading(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    written = config.format_duration(span)
    assert config.parse_duration(written) == span
    pattern = config.schema()["$defs"]["FeedTable"]["properties"]["interval"]["pattern"]
    assert re.search(pattern, written)


def test_notes_tell_what_is_probably_not_meant() -> None:
    loaded = load_text(
        '[[feeds]]\nname = "near"\nurl = "http://192.168.1.5/feed"\n'
        '[[feeds]]\nname = "meant"\nurl = "http://127.0.0.1/feed"\nallow_private = true\n'
        '[[channels]]\nname = "used"\nurl = "json://x/"\n'
        '[[channels]]\nname = "idle"\nurl = "mailto://127.0.0.1:25/?to=a@b.c"\n'
        '[[routes]]\nchannels = ["used"]\n'
    )
    told = config.notes(loaded, HOME)
    assert len(told) == 3
    assert 'channel "idle": its address is private' in told[2]
    assert 'feed "near": its address is private' in told[1]
    assert told[0] == 'channel "idle": no route leads to it'


def test_quickstart_is_public_and_quiet() -> None:
    loaded = config.load(config.quickstart_path(), environ=HOME)
    assert 8 <= len(loaded.feeds) <= 12
    assert all(feed.url.startswith("https://") for feed in loaded.feeds)
    assert not loaded.channels
    assert loaded.database == ROOT / "config/claimwatch.db"


def test_load_does_not_read_the_real_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "CLAIMWATCH_TIMEZONE", "Europe/Oslo")
    path = tmp_path / "claimwatch.toml"
    path.touch()
    assert config.load(path, environ=HOME).timezone == "UTC"
