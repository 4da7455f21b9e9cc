"""Plays a scenario file through the whole path on a fake clock.

A scenario is a TOML file in the demo's script format, where each step also has `at`
(minutes since the start) and `expect`: exactly the changes that are alerted at that
step. Pages come from a real local server, the store is a real file, and alerts go
through apprise to a real local receiver.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.alerts import view
from monitor.analysis import Analyst
from monitor.demo import Newsroom, read_script
from monitor.fetch import Fetcher
from monitor.notify import Notifier
from monitor.pipeline import Service, check, deliver, poll
from monitor.pipeline.opening import outlet_of
from monitor.settings import (
    ChannelConfig,
    ChecksConfig,
    Config,
    FeedConfig,
    FetchConfig,
    RouteConfig,
    TaperStep,
    TopicConfig,
)
from monitor.store import changes, feeds, open_store
from tests.clock import FakeClock
from tests.servers import HookServer

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Told:
    """What one step sent: changes as `changes --json` has them, and messages."""

    step: str
    changes: list[dict[str, Any]]
    messages: int


def play(
    path: Path, folder: Path, analyst: Analyst
) -> list[tuple[dict[str, Any], Told]]:
    """Run all steps of a scenario; each with what it told."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    script = read_script(path)
    clock = FakeClock(raw.get("start", START).astimezone(UTC))
    start = clock.now()
    with Newsroom(script) as newsroom, HookServer() as hook:
        config = _config(raw, newsroom, hook, folder / "scenario.db")
        store = open_store(config.database)
        feeds.sync(store, [(f, outlet_of(f)) for f in config.feeds], now=start)
        told = []
        with (
            Fetcher(config.fetch, contact="https://example.org", version="test") as get,
            Notifier(config.channels, config.delivery) as notifier,
        ):
            service = Service(config, store, get, analyst, notifier, clock)
            for given, step in zip(raw["steps"], script.steps, strict=True):
                due = start + timedelta(minutes=given["at"])
                clock.advance(due - clock.now())
                newsroom.play(step, now=clock.now())
                told.append((given, _pass(service, hook, step.say)))
        store.close()
    return told


def _config(
    raw: dict[str, Any], newsroom: Newsroom, hook: HookServer, database: Path
) -> Config:
    languages = {key: o.get("language", "en") for key, o in raw["outlets"].items()}
    return Config(
        database=database,
        aliases=raw.get("aliases", {}),
        topics=tuple(
            TopicConfig(name=t["name"], any=tuple(t.get("any", ())))
            for t in raw.get("topics", ())
        ),
        feeds=tuple(
            FeedConfig(
                name=key,
                url=newsroom.feed_url(key),
                interval=timedelta(minutes=1),
                outlet=name,
                language=languages[key],
                allow_private=True,
            )
            for key, name in newsroom.script.outlets.items()
        ),
        channels=(
            ChannelConfig(
                "desk", hook.url("/hook").replace("http", "json", 1), allow_private=True
            ),
        ),
        routes=(RouteConfig("all", ("desk",), group_wait=timedelta(0)),),
        checks=ChecksConfig(
            schedule=(TaperStep(timedelta(days=60), timedelta(minutes=1)),),
            confirm_removal_after=EVERY,
        ),
        fetch=FetchConfig(per_host=16, per_host_pause=timedelta(0)),
    )


def _pass(service: Service, hook: HookServer, say: str) -> Told:
    """One pass at this moment, and one more when removals can be confirmed."""
    last = service.store.one("SELECT coalesce(max(change_id), 0) FROM changes")[0]
    before = len(hook.bodies)
    assert isinstance(service.clock, FakeClock)
    for _ in range(2):
        polls = poll(service)
        checks = check(service)
        deliver(service)
        assert not [p.error for p in polls if p.error]
        assert not [c.error for c in checks if c.error and "unforeseen" in c.error]
        service.clock.advance(EVERY + timedelta(minutes=1))
    rows = service.store.all(
        f"{changes.SELECT} WHERE c.change_id > ? AND c.disposition = 'alert' "
        "ORDER BY c.change_id",
        (last,),
    )
    found = [view.as_json(changes.from_row(row), None) for row in rows]
    return Told(say, found, len(hook.bodies) - before)


def unmet(expected: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[str]:
    """What differs: expected changes that are missing, and told ones not expected."""
    left = list(told)
    problems = []
    for want in expected:
        hit = next((change for change in left if fits(want, change)), None)
        if hit is None:
            problems.append(f"missing {want}")
        else:
            left.remove(hit)
    problems += [
        f"not expected: {c['kind']} {c['sub_kinds']} by {c['source']}: {c['reason']}"
        f" | {(c['before'] or {}).get('text')} -> {(c['after'] or {}).get('text')}"
        for c in left
    ]
    return problems


def fits(want: dict[str, Any], change: dict[str, Any]) -> bool:
    """Whether a told change is the expected one; only the given keys are asked."""
    before, after = change["before"] or {}, change["after"] or {}
    tests = {
        "kind": lambda value: change["kind"] == value,
        "also": lambda value: set(value) <= set(change["sub_kinds"]),
        "source": lambda value: value.lower() in (change["source"] or "").lower(),
        "before": lambda value: (
            value in (before.get("value_min"), before.get("value_max"))
        ),
        "after": lambda value: (
            value in (after.get("value_min"), after.get("value_max"))
        ),
        "severity": lambda value: change["severity"] == value,
        "reason": lambda value: value.lower() in change["reason"].lower(),
        "text": lambda value: (
            value.lower() in f"{before.get('text')} {after.get('text')}".lower()
        ),
    }
    return all(tests[key](value) for key, value in want.items())
