"""The routing trees of Alertmanager's documentation give the same receivers here.

Their shape with labels of our own: the example of the `<route>` section, and the longer
example configuration of its repository.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts import route
from monitor.settings import Config
from tests.alert_samples import change
from tests.timeline import configured

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)

# Feeds whose labels the matchers may name.
FEED = "".join(
    f'[[feeds]]\nname = "f{n}"\nurl = "https://f{n}.example/feed"\nlabels = {{ {labels} }}\n'
    for n, labels in enumerate(
        (
            'desk = "inhouse", beat = "frontend", product = "one"',
            'desk = "files", severity_wanted = "critical", owner = "team-X"',
            'desk = "database", owner = "team-Y"',
        )
    )
)
CHANNELS = "".join(
    f'[[channels]]\nname = "{name}"\nurl = "json://{name}.example/"\n'
    for name in ("default", "database", "frontend", "inhouse", "x-mail", "x-pager",
                 "y-mail", "y-pager", "db-pager")
)  # fmt: skip

# a default receiver; a regular expression with a shorter wait; another grouping; muted
# out of hours, and going on
SHORT = (
    FEED
    + CHANNELS
    + """
[[routes]]
name = "root"
channels = ["default"]
group_wait = "30s"
group_interval = "5m"
group_by = ["topic", "story"]

[[routes.routes]]
name = "database"
channels = ["database"]
group_wait = "10s"
matchers = ["desk =~ economy|finance"]

[[routes.routes]]
name = "frontend"
channels = ["frontend"]
group_by = ["product", "language"]
matchers = ["beat = frontend"]

[[routes.routes]]
name = "inhouse"
channels = ["inhouse"]
matchers = ["desk = inhouse"]
mute = ["offhours", "holidays"]
continue = true

[[routes.routes]]
name = "inhouse-active"
channels = ["inhouse"]
matchers = ["desk = inhouse"]
active = ["offhours", "holidays"]
continue = true

[[intervals]]
name = "offhours"
times = ["18:00-08:00"]

[[intervals]]
name = "holidays"
days = ["25-26"]
months = ["dec"]
"""
)

# two levels, `continue` below, grouping by everything of one branch
LONG = (
    FEED
    + CHANNELS
    + """
[[routes]]
name = "root"
channels = ["x-mail"]

[[routes.routes]]
name = "x"
matchers = ["desk =~ foo1|foo2|baz"]
channels = ["x-mail"]

[[routes.routes.routes]]
name = "x-loud"
matchers = ["severity_wanted = critical"]
channels = ["x-pager"]

[[routes.routes]]
name = "files"
matchers = ["desk = files"]
channels = ["y-mail"]

[[routes.routes.routes]]
name = "files-loud"
matchers = ["severity_wanted = critical"]
channels = ["y-pager"]

[[routes.routes]]
name = "database"
matchers = ["desk = database"]
channels = ["db-pager"]
group_by = ["topic", "product"]

[[routes.routes.routes]]
name = "database-x"
matchers = ["owner = team-X"]
channels = ["x-pager"]
continue = true

[[routes.routes.routes]]
name = "database-y"
matchers = ["owner = team-Y"]
channels = ["y-pager"]
"""
)


def receivers(config: Config, **labels: str) -> list[str]:
    placed = route.place(change(labels=tuple(labels.items())), config, now=NOON)
    return [name for placement in placed for name in placement.channels]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, ["default"]),
        ({"desk": "economy"}, ["database"]),
        ({"desk": "finance", "beat": "frontend"}, ["database"]),
        # the expression is anchored
        ({"desk": "economy-2"}, ["default"]),
        ({"beat": "frontend"}, ["frontend"]),
        ({"desk": "inhouse"}, ["inhouse", "inhouse"]),
    ],
)
def test_the_example_of_the_route_section(
    tmp_path: Path, labels: dict[str, str], expected: list[str]
) -> None:
    assert receivers(configured(tmp_path, SHORT), **labels) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, ["x-mail"]),
        ({"desk": "foo1"}, ["x-mail"]),
        ({"desk": "baz", "severity_wanted": "critical"}, ["x-pager"]),
        ({"desk": "foo3"}, ["x-mail"]),
        ({"desk": "files"}, ["y-mail"]),
        ({"desk": "files", "severity_wanted": "critical"}, ["y-pager"]),
        ({"desk": "database"}, ["db-pager"]),
        ({"desk": "database", "owner": "team-X"}, ["x-pager"]),
        ({"desk": "database", "owner": "team-Y"}, ["y-pager"]),
        # critical means nothing in this branch
        ({"desk": "database", "severity_wanted": "critical"}, ["db-pager"]),
    ],
)
def test_the_longer_example(
    tmp_path: Path, labels: dict[str, str], expected: list[str]
) -> None:
    assert receivers(configured(tmp_path, LONG), **labels) == expected


def test_what_goes_on_reaches_both_owners(tmp_path: Path) -> None:
    """A change carried by feeds of two owners: `continue` lets both have it."""
    config = configured(tmp_path, LONG)
    both = (("desk", "database"), ("owner", "team-X"), ("owner", "team-Y"))
    placed = route.place(change(labels=both), config, now=NOON)
    assert [p.route for p in placed] == ["database-x", "database-y"]


def test_waits_and_groups_are_inherited_as_documented(tmp_path: Path) -> None:
    config = configured(tmp_path, SHORT)
    database = route.named(config, "database")
    frontend = route.named(config, "frontend")
    assert database is not None
    assert frontend is not None
    assert database.group_wait == timedelta(seconds=10)
    assert database.group_by == ("topic", "story")
    assert frontend.group_wait == timedelta(seconds=30)
    assert frontend.group_by == ("product", "language")
    assert frontend.group_interval == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("now", "muted_until"),
    [
        (NOON, None),
        # off hours: one waits for the morning, the other speaks
        (NOON.replace(hour=20), NOON.replace(day=5, hour=8)),
        (datetime(2031, 12, 25, 12, 0, tzinfo=UTC), datetime(2031, 12, 27, 8, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_muted_and_active_take_turns(
    tmp_path: Path, now: datetime, muted_until: datetime | None
) -> None:
    config = configured(tmp_path, SHORT)
    told = change(labels=(("desk", "inhouse"),))
    muted, active = route.place(told, config, now=now)
    soon = now + timedelta(seconds=30)
    if muted_until is None:
        assert muted.flush_at == soon
        assert active.flush_at == now.replace(hour=18)
    else:
        assert muted.flush_at == muted_until
        assert active.flush_at == soon
