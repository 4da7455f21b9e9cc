"""routes show, routes test, replay: what would be sent, without sending."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.replaying import Stored, replayed
from monitor.model import ChangeKind
from monitor.store.silences import Silence
from tests import newsroom
from tests.alert_samples import NOON, change
from tests.cli_calls import call, good, objects, own_place, refused
from tests.timeline import configured, timeline

MINUTE = timedelta(minutes=1)
TREE = """\
[[intervals]]
name = "nights"
times = ["22:00-07:00"]

[[routes]]
name = "root"
channels = ["hook"]

[[routes.routes]]
name = "loud"
matchers = ["severity = high", "outlet !~ .*Star"]
mute = ["nights"]
group_by = ["claim"]
repeat_interval = "2h"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_place(tmp_path, monkeypatch)
    path = newsroom.write_config(tmp_path)
    text = path.read_text()
    path.write_text(text[: text.index("[[routes]]")] + TREE)
    return tmp_path


def test_the_tree_is_shown(place: Path) -> None:
    root, loud = good("routes", "show").splitlines()[::2]
    assert root == "root  everything"
    assert loud == '    loud  severity=high, outlet!~".*Star"'
    shown = good("routes", "show")
    assert "muted in nights" in shown
    assert "repeats every 2h" in shown
    [tree] = objects("routes", "show")
    assert [below["route"] for below in tree["routes"]] == ["loud"]


def test_labels_are_tested(place: Path) -> None:
    label = ["--label", "severity=high", "--at", "2026-03-01T23:30"]
    root, loud = objects("routes", "test", *label)
    assert (root["taken"], loud["taken"]) == (False, True)
    assert loud["channels"] == ["hook"]
    assert loud["at"] == "2026-03-02T07:00:00Z"
    assert loud["held"] == "muted by nights until 2026-03-02 07:00 UTC"
    assert "+ route loud: severity=high" in good("routes", "test", *label)
    quiet = objects("routes", "test", "--label", "outlet=Evening Star")
    assert [row["route"] for row in quiet if row["taken"]] == ["root"]
    assert 'no label "knid"' in refused(2, "routes", "test", "--label", "knid=x")
    assert "KEY=VALUE" in refused(2, "routes", "test", "--label", "kind")
    assert 'no severity "big"' in refused(
        2, "routes", "test", "--label", "severity=big"
    )
    assert "is no time" in refused(2, "routes", "test", "--at", "soon")


def test_what_no_route_takes_is_said(place: Path) -> None:
    path = place / "claimwatch.toml"
    path.write_text(path.read_text().replace('name = "root"\n', 'name = "root"\nmatch = { kind = "new" }\n'))  # fmt: skip
    assert "no route takes it" in good("routes", "test", "--label", "kind=figure")


def test_explain_tells_what_each_route_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    path = newsroom.write_config(tmp_path)
    newsroom.filled(tmp_path)
    text = path.read_text()
    path.write_text(text[: text.index("[[routes]]")] + TREE)
    [figure] = [row for row in objects("changes") if row["kind"] == "figure"][:1]
    shown = good("explain", f"c{figure['id']}")
    assert "taken by root: route root takes all" in shown
    assert "not for loud: severity normal is not high" in shown
    [found] = objects("explain", f"c{figure['id']}")
    assert [step["route"] for step in found["routes"]] == ["root", "loud"]


# ------------------------------------------------------------------ replay


def digest_of(folder: Path) -> str:
    return hashlib.sha256((folder / "claimwatch.db").read_bytes()).hexdigest()


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    newsroom.filled(tmp_path)
    return tmp_path


def test_the_same_configuration_sends_what_was_sent(played: Path) -> None:
    before = digest_of(played)
    rows = objects("replay", "--since", "7d")
    assert rows
    assert all(row["route"] == "all" for row in rows)
    alerts = objects("replay", "--since", "7d", "--list")
    listed = {n for row in alerts if "changes" in row for n in row["changes"]}
    told = {row["id"] for row in objects("changes")}
    assert listed == told
    assert digest_of(played) == before


def test_another_configuration_is_tried(played: Path) -> None:
    other = played / "other.toml"
    text = (played / "claimwatch.toml").read_text()
    other.write_text(text.replace('name = "all"', 'name = "figures"\nmatch = { kind = "figure" }'))  # fmt: skip
    before = digest_of(played)
    rows = objects("replay", other, "--since", "7d")
    would = {row["route"]: row["would"] for row in rows if row["would"]}
    assert set(would) == {"figures"}
    was = {row["route"] for row in rows if row["was"]}
    assert was == {"all"}
    assert "would have been sent" in good("replay", "--with", other, "--list")
    assert digest_of(played) == before


def test_another_topic_finds_what_was_only_recorded(played: Path) -> None:
    other = played / "other.toml"
    text = (played / "claimwatch.toml").read_text()
    other.write_text(text.replace('any = ["Port Arlen"', 'any = ["nothing at all"').replace('"fire", "people injured"', '"really nothing"'))  # fmt: skip
    rows = objects("replay", "--since", "7d", "--with", other)
    assert sum(row["would"] for row in rows) == 0
    assert sum(row["was"] for row in rows) > 0


def test_only_one_configuration_is_tried(played: Path) -> None:
    assert "FILE or --with" in refused(2, "replay", "a.toml", "--with", "b.toml")


def test_a_wrong_configuration_is_told(played: Path) -> None:
    bad = played / "bad.toml"
    bad.write_text("[[routes]]\n")
    done = call("replay", "--with", bad)
    assert done.exit_code == 3
    assert "routes[0].channels: is missing" in done.stderr


def test_replay_agrees_with_what_the_outbox_did(tmp_path: Path) -> None:
    """The same pushes through the real stages and through the replay."""
    text = (
        '[[routes]]\nname = "desk"\nchannels = ["desk"]\ngroup_wait = "1m"\n'
        'group_interval = "10m"\nflood_cap = 4\nmute = ["evening"]\n'
        '[[intervals]]\nname = "evening"\ntimes = ["14:00-15:00"]\n'
        '[[inhibitions]]\nsource = ["kind=retracted"]\ntarget = ["kind=removed"]\n'
    )
    with timeline(tmp_path, text) as line:
        stored = []
        plan = [
            ("1m", "a", {}), ("1m30s", "a", {"toll": 25}), ("3m", "a", {"toll": 31}),
            ("5m", "b", {}), ("6m", "c", {"kind": ChangeKind.REMOVED}),
            ("6m30s", "d", {"kind": ChangeKind.RETRACTED}), ("8m", "e", {}),
            ("9m", "f", {}), ("2h10m", "g", {}), ("2h30m", "g", {"toll": 40}),
            ("5h", "h", {}),
        ]  # fmt: skip
        for at, claim, more in plan:
            line.push(at, claim=claim, **more)
        line.to("9h")
        real = {
            (row[0], row[1], row[2])
            for row in line.rows(
                "SELECT a.group_key, a.flush_at, count(*) FROM alerts a "
                "JOIN alert_changes ac USING (alert_id) WHERE ac.withheld IS NULL "
                "GROUP BY a.alert_id"
            )
        }
        from monitor.store.reading import ChangeFilter, list_changes
        from monitor.store.times import to_text

        stored = [
            Stored(one.change, told=True, reason="")
            for one in list_changes(line.store, ChangeFilter(with_recorded=True))
        ]
        found = replayed(stored, line.service.config, [])
        # a group of one story may be known by another number than when it was pushed
        shape = sorted(
            (to_text(a.flush_at), len(a.changes)) for a in found if a.changes
        )
        assert shape == sorted((flush, count) for _, flush, count in real)


def test_silences_of_the_time_count(tmp_path: Path) -> None:
    from monitor.alerts import matchers

    config = configured(tmp_path, '[[routes]]\nchannels = ["desk"]\n')
    silence = Silence(
        1, (matchers.parse("kind=figure"),), NOON - MINUTE, NOON + MINUTE, "ana", "x"
    )
    stored = [Stored(change(), told=True, reason="")]
    [alert] = replayed(stored, config, [silence])
    assert (len(alert.changes), alert.withheld) == (0, 1)
    [alert] = replayed(stored, config, [])
    assert (len(alert.changes), alert.withheld) == (1, 0)


def test_what_was_withheld_by_its_article_stays_recorded(tmp_path: Path) -> None:
    config = configured(tmp_path, '[[routes]]\nchannels = ["desk"]\n')
    quiet = Stored(change(), told=False, reason="flapping: the text went back")
    off_topic = Stored(change(), told=False, reason="matches no topic")
    assert replayed([quiet], config, []) == []
    assert len(replayed([off_topic], config, [])) == 1
