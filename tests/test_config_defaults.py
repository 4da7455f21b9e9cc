"""The defaults, the example with every key, and the schema."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel

from monitor import config, settings
from monitor.config.build import build
from monitor.config.models import ConfigFile
from monitor.config.overlay import variables
from monitor.model import ChangeKind, Severity, Thresholds
from tests.config_texts import (
    EXAMPLE,
    HOME,
    ROOT,
    load_text,
)

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
