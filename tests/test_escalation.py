"""Who is told when nobody acknowledges: on a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline import Service, deliver
from monitor.store import confirmations
from tests.timeline import Timeline, configured, timeline

CONFIG = (
    '[[routes]]\nname = "desk"\nchannels = ["desk"]\n'
    'escalate_after = "30m"\nescalate_to = ["night", "boss"]\n'
)


def acknowledge(line: Timeline) -> None:
    [(alert_id,)] = line.rows("SELECT min(alert_id) FROM alerts")
    now = line.clock.now()
    confirmations.acknowledge(line.store, alert_id, author="mara", note=None, now=now)


def told(line: Timeline, begin: str, end: str) -> list[str]:
    return [sent.channel for sent in line.between(begin, end)]


def test_an_unacknowledged_alert_goes_to_the_next_channel(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s")
        assert told(line, "0s", "30m") == ["desk"]
        [night] = line.between("30m", "31m")
        assert night.channel == "night"
        assert night.message.title.startswith("Escalated: ")
        assert night.message.body.startswith(
            "Not acknowledged since 2031-03-04 12:00 UTC (sent to desk).\n\n"
        )
        [boss] = line.between("31m", "1h2m")
        assert boss.channel == "boss"
        assert "(sent to desk, night)" in boss.message.body
        assert told(line, "1h2m", "9h") == []


def test_an_acknowledgement_stops_it(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s")
        assert told(line, "0s", "29m") == ["desk"]
        acknowledge(line)
        assert told(line, "29m", "9h") == []
        assert line.rows(
            "SELECT channel, status, error FROM deliveries ORDER BY delivery_id"
        ) == [
            ("desk", "sent", None),
            ("night", "dropped", "not needed: acknowledged by mara"),
            ("boss", "dropped", "not needed: acknowledged by mara"),
        ]


def test_it_stops_between_two_steps(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s")
        assert told(line, "0s", "45m") == ["desk", "night"]
        acknowledge(line)
        assert told(line, "45m", "9h") == []


def test_a_failing_channel_is_the_more_reason(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.channels.broken.add("desk")
        line.push("1s")
        [night] = line.between("0s", "31m")
        assert night.channel == "night"
        assert "(it reached nobody)" in night.message.body


def test_it_survives_a_restart(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s")
        line.to("20m")
        none: Any = None
        line.service = Service(
            line.service.config,
            line.store,
            none,
            none,
            line.service.notifier,
            line.clock,
        )
        assert told(line, "20m", "31m") == ["night"]


def test_what_is_withheld_or_waits_for_a_digest_never_escalates(tmp_path: Path) -> None:
    config = CONFIG + (
        '[[inhibitions]]\nsource = ["kind = denied"]\ntarget = ["kind = figure"]\n'
    )
    with timeline(tmp_path, config) as line:
        line.push("1s", digest=True)
        assert told(line, "0s", "30h") == ["desk"]
        assert line.rows("SELECT count(*) FROM deliveries") == [(1,)]


def test_a_channel_that_has_it_is_not_told_twice(tmp_path: Path) -> None:
    config = CONFIG.replace('["night", "boss"]', '["desk", "boss"]')
    with timeline(tmp_path, config) as line:
        line.push("1s")
        assert told(line, "0s", "9h") == ["desk", "boss"]


def test_force_does_not_hurry_it(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s")
        assert told(line, "0s", "1m") == ["desk"]
        assert deliver(line.service, force=True) == []


def test_what_may_never_be_sent_delays_nothing(tmp_path: Path) -> None:
    """The next alert of the claim does not wait for the step of an earlier one."""
    config = CONFIG + '[[routes]]\nname = "boss"\nchannels = ["boss"]\n'
    config = config.replace(
        'escalate_after = "30m"', 'escalate_after = "30m"\ncontinue = true'
    )
    with timeline(tmp_path, config) as line:
        line.push("1s", toll=19)
        assert told(line, "0s", "1m") == ["desk", "boss"]
        line.push("2m", toll=25)
        assert told(line, "1m", "3m") == ["desk", "boss"]


def test_a_route_inherits_it_or_turns_it_off(tmp_path: Path) -> None:
    config = configured(
        tmp_path,
        CONFIG
        + '[[routes.routes]]\nname = "calm"\nescalate_to = []\n'
        + 'match = { kind = "detail" }\n'
        + '[[routes.routes]]\nname = "loud"\nmatch = { kind = "denied" }\n',
    )
    calm, loud = config.routes[0].routes
    assert calm.escalate_to == ()
    assert loud.escalate_to == ("night", "boss")
    assert loud.escalate_after == config.routes[0].escalate_after


@pytest.mark.parametrize("kept", ["escalate_after", "escalate_to"])
def test_half_of_it_is_refused(tmp_path: Path, kept: str) -> None:
    lines = [line for line in CONFIG.splitlines() if "escalate" not in line]
    lines += [line for line in CONFIG.splitlines() if line.startswith(kept)]
    with pytest.raises(Exception, match="is missing"):
        configured(tmp_path, "\n".join(lines))
