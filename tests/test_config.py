"""The configuration: rules told one file each, durations, notes."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config
from monitor.errors import ConfigError
from tests.config_texts import (
    HOME,
    ROOT,
    RULES,
    header,
    load_text,
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
