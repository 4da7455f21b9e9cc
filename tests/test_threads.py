"""Follow-ups: what later messages refer to, on a timeline with a Slack bot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.alerts.layout import review_page
from monitor.model import Form
from monitor.store import trail
from tests.cli_calls import good, objects, own_place
from tests.hosted import SLACK_BOT
from tests.timeline import configured_text, timeline

CONFIG = (
    f'[[channels]]\nname = "slack"\nurl = "{SLACK_BOT}"\n'
    '[[routes]]\nname = "all"\nchannels = ["slack", "desk"]\n'
)


def test_later_alerts_of_a_group_follow_the_first(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s", toll=19)
        line.push("1h", toll=25)
        line.push("2h", toll=31)
        line.push("2h", claim="flood", toll=77)
        sent = [one for one in line.between("0s", "3h") if one.channel == "slack"]
        first, second, third, flood = sent
        root = "slack 1"
        assert (first.message.thread, first.message.name[:2]) == ("", "A-")
        assert second.message.thread == root
        # one thread for all, not a chain
        assert third.message.thread == root
        assert flood.message.thread == ""
        assert {one.message.name for one in sent} == {
            key for (key,) in line.rows("SELECT alert_key FROM alerts")
        }


def test_each_channel_has_threads_of_its_own(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s", toll=19)
        line.push("1h", toll=25)
        threads = {
            sent.channel: sent.message.thread for sent in line.between("30m", "2h")
        }
        assert threads["slack"].startswith("slack ")
        assert threads["desk"].startswith("desk ")


def test_a_long_silence_begins_a_new_thread(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s", toll=19)
        line.push("5d", toll=25)
        line.push("11d", toll=31)
        line.push("20d", toll=40)
        slack = [s for s in line.between("0s", "21d") if s.channel == "slack"]
        root = "slack 1"
        assert [s.message.thread for s in slack] == ["", root, root, ""]


def test_a_reminder_follows_its_own_first_message(tmp_path: Path) -> None:
    config = CONFIG + 'repeat_interval = "1h"\n'
    with timeline(tmp_path, config) as line:
        line.push("1s", toll=19)
        first, again, more = [
            s for s in line.between("0s", "2h5m") if s.channel == "slack"
        ]
        assert again.message.thread == more.message.thread == "slack 1"
        # a mailbox must not take it for a copy of the first
        names = [one.message.name for one in (first, again, more)]
        assert names == [names[0], f"{names[0]}.2", f"{names[0]}.3"]


def test_what_was_sent_is_kept_word_for_word(tmp_path: Path) -> None:
    with timeline(tmp_path, CONFIG) as line:
        line.push("1s", toll=19)
        slack, desk = sorted(line.between("0s", "1m"), key=lambda s: s.channel)[::-1]
        assert slack.message.blocks
        assert not desk.message.blocks
        [(alert_id,)] = line.rows("SELECT alert_id FROM alerts")
        rows = trail.deliveries_of(line.store, alert_id)
        kept = {row["channel"]: row["message"] for row in rows}
        assert kept["slack"]["form"] == Form.SLACK
        assert kept["desk"]["form"] == Form.TEXT
        assert kept["slack"]["title"] == slack.message.title
        assert kept["slack"]["body"] == slack.message.body


def test_the_review_page_is_linked_where_there_is_one(tmp_path: Path) -> None:
    config = f'{CONFIG}[review]\nurl = "https://review.example/desk/"\n'
    with timeline(tmp_path, config) as line:
        line.push("1s")
        [(key,)] = line.rows("SELECT alert_key FROM alerts")
        for sent in line.between("0s", "1m"):
            assert f"https://review.example/desk/alert/{key}" in sent.message.body


def test_show_and_explain_print_what_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_place(tmp_path, monkeypatch)
    escalating = 'escalate_after = "30m"\nescalate_to = ["night", "boss"]\n'
    with timeline(tmp_path, CONFIG + escalating) as line:
        written = configured_text(CONFIG + escalating)
        (tmp_path / "claimwatch.toml").write_text(written)
        line.push("1s", toll=19)
        sent = line.between("0s", "31m")
        assert [one.channel for one in sent] == ["slack", "desk", "night"]
        [(key,)] = line.rows("SELECT alert_key FROM alerts")
        line.store.close()
    for command in ("show", "explain"):
        shown = good(command, key)
        assert "As sent to slack, as Slack blocks" in shown
        assert "As sent to desk" in shown
        assert "As sent to night" in shown
        assert "boss: told 2031-03-04 13:0" in shown
        assert "unless acknowledged" in shown
        for one in sent:
            assert one.message.title in shown
    [told] = objects("show", key)
    assert [row["escalation"] for row in told["deliveries"]] == [0, 0, 1, 2]
    assert told["deliveries"][0]["message"]["body"] == sent[0].message.body
    good("ack", key, "--author", "mara")
    assert "boss: dropped: not needed: acknowledged by mara" in good("show", key)


def test_the_link_leads_to_a_review_page_that_there_is() -> None:
    plugin = pytest.importorskip("monitor.review.plugin", reason="no review extra")
    page = review_page("https://review.example", "A-17f3c0de-2")
    assert page is not None
    path = page.removeprefix("https://review.example")
    assert any(re.match(pattern, path) for pattern, _ in plugin.PAGES)
