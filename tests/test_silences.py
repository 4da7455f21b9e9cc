"""Matchers, silences and what they withhold, from rule to command."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts import matchers
from monitor.alerts.silences import Silence, silenced
from monitor.model import ChangeKind
from monitor.settings import Matcher
from monitor.store import open_store, outbox, silences
from tests import newsroom
from tests.alert_samples import NOON, change
from tests.cli_calls import good, objects, own_place, refused
from tests.timeline import START, Timeline, timeline

HOUR = timedelta(hours=1)
ROUTE = '[[routes]]\nchannels = ["desk"]\n'

# ------------------------------------------------------------------ matchers


@pytest.mark.parametrize(
    ("text", "label", "op", "values"),
    [
        ("kind=figure", "kind", "=", ("figure",)),
        ('kind = "figure"', "kind", "=", ("figure",)),
        ("kind!=figure", "kind", "!=", ("figure",)),
        ("outlet =~ Harbour.+", "outlet", "=~", ("Harbour.+",)),
        (r'outlet !~ "a\"b\\.c"', "outlet", "!~", (r'a"b\.c',)),
        ('kind = [figure, denied, "new"]', "kind", "=", ("figure", "denied", "new")),
        ("source=", "source", "=", ("",)),
        ("outlet=Harbour Post", "outlet", "=", ("Harbour Post",)),
    ],
)
def test_matchers_are_read(
    text: str, label: str, op: str, values: tuple[str, ...]
) -> None:
    found = matchers.parse(text)
    assert found == Matcher(label, op, values)
    assert matchers.parse(matchers.written(found)) == found


@pytest.mark.parametrize(
    "text",
    ["", "kind", "=figure", "kind == [", 'kind = "a" b', "kind = []", "kind =~ (a+)+",
     "kind =~ [a, (]", "ki nd=a"],
)  # fmt: skip
def test_what_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        matchers.parse(text)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("outlet=northern gazette", True),
        ("outlet!=Northern Gazette", False),
        ("outlet!=Evening Star", True),
        ("outlet=~Northern.*", True),
        # anchored at both ends, as in Alertmanager
        ("outlet=~Northern", False),
        ("outlet!~Northern", True),
        ("outlet!~.*Gazette", False),
        ("kind=[denied, figure]", True),
        ("kind!=[denied, figure]", False),
        # a label that is absent is an empty text
        ("region=", False),
        ("colour=", True),
        ("colour!=red", True),
        ("colour!=", False),
        ("claim=7", True),
        ("story=3", True),
    ],
)
def test_matchers_hold(text: str, met: bool) -> None:
    from monitor.alerts import route

    assert matchers.holds(matchers.parse(text), route.labels(change())) is met


# ------------------------------------------------------------------ silences


def silence(*texts: str, start: timedelta, end: timedelta) -> Silence:
    wanted = tuple(matchers.parse(text) for text in texts)
    return Silence(3, wanted, NOON + start, NOON + end, "ana", "a drill")


def test_a_silence_counts_when_it_happens_and_when_it_is_sent() -> None:
    told = change()
    before = silence("kind=figure", start=-HOUR, end=timedelta(minutes=1))
    assert silenced(told, [before], now=NOON + HOUR) == "silence 3 by ana: a drill"
    later = silence("kind=figure", start=HOUR, end=2 * HOUR)
    assert silenced(told, [later], now=NOON) is None
    assert silenced(told, [later], now=NOON + HOUR) is not None
    # the end is not part of it
    assert silenced(told, [later], now=NOON + 2 * HOUR) is None


def test_all_matchers_of_a_silence_must_hold() -> None:
    both = silence("kind=figure", "outlet=Evening Star", start=-HOUR, end=HOUR)
    assert silenced(change(), [both], now=NOON) is None


def add(line: Timeline, *texts: str, start: timedelta, end: timedelta) -> int:
    return silences.add(
        line.store,
        [matchers.parse(text) for text in texts],
        starts_at=START + start,
        ends_at=START + end,
        author="ana",
        reason="a drill",
        now=line.clock.now(),
    )


def test_what_is_silenced_is_not_sent_then_or_later(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE) as line:
        number = add(line, "kind=figure", start=timedelta(0), end=HOUR)
        line.push("1m")
        line.push("2m", claim="other", kind=ChangeKind.REMOVED)
        [sent] = line.between("0s", "10m")
        assert sent.message.title.startswith("Removed: ")
        assert line.between("10m", "3h") == []
        line.push("3h1m")
        assert len(line.between("3h", "4h")) == 1
        rows = line.rows("SELECT status, error FROM deliveries ORDER BY delivery_id")
        assert rows[0] == ("dropped", "withheld: silence 1 by ana: a drill")
        assert [status for status, _ in rows[1:]] == ["sent", "sent"]
        assert silences.withheld_by(line.store, number) == 1


def test_a_silence_takes_its_part_of_an_alert(tmp_path: Path) -> None:
    with timeline(tmp_path, '[[routes]]\nchannels = ["desk", "night"]\n') as line:
        add(line, "claim=1", start=timedelta(0), end=HOUR)
        line.push("1s", claim="fire", story_id=1, toll=19)
        line.push("2s", claim="flood", story_id=1, toll=77)
        sent = line.between("0s", "10m")
        assert sorted(one.channel for one in sent) == ["desk", "night"]
        assert all("77" in one.message.title for one in sent)
        assert all("19" not in one.message.body for one in sent)


def test_an_expired_silence_withholds_nothing_more(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE) as line:
        number = add(line, "kind=figure", start=timedelta(0), end=HOUR)
        line.to("5m")
        assert silences.expire(line.store, number, now=line.clock.now())
        assert not silences.expire(line.store, number, now=line.clock.now())
        line.push("6m")
        assert len(line.between("6m", "10m")) == 1


def test_retry_sends_what_was_withheld(tmp_path: Path) -> None:
    with timeline(tmp_path, ROUTE) as line:
        add(line, "kind=figure", start=timedelta(0), end=HOUR)
        line.push("1m")
        assert line.between("0s", "5m") == []
        assert outbox.retry(line.store, [1], now=line.clock.now()) == 1
        assert len(line.between("5m", "6m")) == 1


# ------------------------------------------------------------------ commands


def test_silences_are_added_listed_and_ended(played: Path) -> None:
    [made] = objects(
        "silence", "add", "kind=figure", "outlet!=Herald",
        "--reason", "a drill", "--author", "ana", "--for", "3h",
    )  # fmt: skip
    assert made["silence"] == 1
    [row] = objects("silence", "list")
    assert row["matchers"] == ['kind="figure"', 'outlet!="Herald"']
    assert (row["state"], row["author"], row["reason"]) == ("active", "ana", "a drill")
    assert "a drill" in good("silence", "list")
    assert good("silence", "expire", 1) == "silence 1 ended\n"
    assert objects("silence", "list") == []
    [row] = objects("silence", "list", "--all")
    assert row["state"] == "ended"
    assert "no silence 1 that" in refused(2, "silence", "expire", 1)


def test_a_preview_lists_what_would_be_withheld(played: Path) -> None:
    told = objects("changes")
    figures = [row["id"] for row in told if row["kind"] == "figure"]
    assert figures
    found = objects("silence", "preview", "kind=figure")
    assert set(figures) <= {row["id"] for row in found}
    assert f"of {len(told)} changes" in good("silence", "preview", "kind=figure")


def test_a_wrong_matcher_is_explained(played: Path) -> None:
    assert 'no label "knid"; did you mean "kind"?' in refused(
        2, "silence", "add", "knid=figure", "--reason", "x"
    )
    assert "not a matcher" in refused(2, "silence", "add", "figure", "--reason", "x")


def test_when_a_silence_begins_is_a_time_and_no_span(played: Path) -> None:
    add = ("silence", "add", "kind=figure", "--reason", "x", "--from")
    assert '--from "2h" is no time such as 2026-03-01' in refused(2, *add, "2h")
    [made] = objects(*add, "2099-03-01T18:30", "--for", "1h")
    assert made["starts_at"] == "2099-03-01T18:30:00Z"
    assert made["ends_at"] == "2099-03-01T19:30:00Z"


def test_explain_names_the_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    with timeline(
        tmp_path, '[claimwatch]\ndatabase = "claimwatch.db"\n' + ROUTE
    ) as line:
        add(line, "kind=figure", start=timedelta(0), end=HOUR)
        number = line.push("1m")
        line.to("5m")
    assert "withheld: silence 1 by ana: a drill" in good("explain", f"c{number}")
    [found] = objects("explain", f"c{number}")
    assert found["why_not_sent"] == "withheld: silence 1 by ana: a drill"
    assert "withheld: silence 1" in good("deliver", "list")


def test_a_new_claim_is_told_without_how_it_was_looked_up(played: Path) -> None:
    with open_store(played, read_only=True) as store:
        rows = store.all(
            "SELECT c.*, cl.first_seen_at FROM changes c JOIN claims cl USING (claim_id)"
        )
    assert {row["kind"] for row in rows} >= {"new", "figure"}
    assert all("nearest" not in row["reason"] for row in rows)
    assert all(row["severity_reason"] for row in rows)
    new = [row for row in rows if row["kind"] == "new"]
    assert all(row["reason"].startswith("first seen, said by ") for row in new)
