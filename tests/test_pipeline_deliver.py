"""The deliver stage: retries, back-off, dead letters, and no channel waits for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.analysis import Analyst
from monitor.pipeline import deliver
from monitor.settings import ChannelConfig, DeliveryConfig, RouteConfig
from monitor.store import outbox
from monitor.store.times import to_time
from tests.desk import FIRE, Desk, Item, baseline, desk
from tests.servers import LONGEST_WAIT, HookServer

# The digest of what is new waits for the next morning.
DELIVERIES = "deliveries JOIN alerts USING (alert_id) WHERE NOT is_digest"


def channel(name: str, hook: HookServer) -> ChannelConfig:
    url = hook.url(f"/{name}").replace("http", "json", 1)
    return ChannelConfig(name, url, allow_private=True)


def routes(*names: str) -> tuple[RouteConfig, ...]:
    return (RouteConfig("all", names, group_wait=timedelta(0)),)


def toll(at: Desk, number: int) -> None:
    """The article has this toll now; the change is recorded, not yet delivered."""
    at.publish("/fire", (FIRE[0].replace("12", str(number)), *FIRE[1:]))


def states(at: Desk) -> list[tuple[str, str, int]]:
    return [
        (name, status, attempts)
        for name, status, attempts in at.rows(
            f"SELECT channel, status, attempts FROM {DELIVERIES} ORDER BY delivery_id"
        )
    ]


def tried_slow(at: Desk) -> int:
    """How often it is on record that the slow channel was tried."""
    sql = f"SELECT sum(attempts) FROM {DELIVERIES} AND channel = 'slow'"
    return int(at.one(sql))


@contextmanager
def one_hangs(
    folder: Path, analyst: Analyst
) -> Iterator[tuple[Desk, HookServer, HookServer]]:
    """The daemon's desk with a change to deliver, a slow channel and a quick one."""
    with (
        HookServer(statuses=["hang"]) as slow,
        HookServer() as quick,
        desk(
            folder / "x.db",
            analyst,
            channels=(channel("slow", slow), channel("quick", quick)),
            routes=routes("slow", "quick"),
            # it hangs until the test lets it go
            delivery=DeliveryConfig(timeout=timedelta(seconds=LONGEST_WAIT)),
        ) as at,
    ):
        at.publish("/fire")
        baseline(at, Item("/fire"))
        toll(at, 19)
        at.service.is_daemon = True
        yield at, slow, quick


def test_a_failing_channel_is_tried_again_ever_later_and_then_dead(
    tmp_path: Path, analyst: Analyst
) -> None:
    delivery = DeliveryConfig(
        first_retry=timedelta(minutes=1), last_retry=timedelta(minutes=30), attempts=4
    )
    with (
        HookServer(statuses=[500] * 4) as hook,
        desk(
            tmp_path / "x.db",
            analyst,
            channels=(channel("desk", hook),),
            routes=routes("desk"),
            delivery=delivery,
        ) as at,
    ):
        at.publish("/fire")
        baseline(at, Item("/fire"))
        toll(at, 19)
        at.pass_()
        waits = []
        while states(at)[0][1] == "pending":
            due = at.one(f"SELECT next_attempt_at FROM {DELIVERIES}")
            before = at.clock.now()
            for early in (timedelta(minutes=1), timedelta(seconds=1)):
                moment = max(to_time(due) - early, before)
                at.clock.advance(moment - at.clock.now())
                assert deliver(at.service) == []
            at.clock.advance(to_time(due) - at.clock.now())
            waits.append(at.clock.now() - before)
            assert deliver(at.service) == [("desk", False)]
        assert states(at) == [("desk", "dead", 4)]
        assert len(hook.bodies) == 4
        assert waits == sorted(waits)
        assert waits[1] >= 2 * timedelta(minutes=1)
        # the same alert, word for word, each time
        assert len({body["message"] for body in hook.bodies}) == 1
        (delivery_id,) = at.rows(f"SELECT delivery_id FROM {DELIVERIES}")[0]
        outbox.retry(at.service.store, [delivery_id], now=at.clock.now())
        assert deliver(at.service) == [("desk", True)]
        assert states(at) == [("desk", "sent", 1)]


def test_a_channel_that_hangs_holds_up_no_other(
    tmp_path: Path, analyst: Analyst
) -> None:
    with one_hangs(tmp_path, analyst) as (at, slow, _):
        served: list[tuple[str, bool, int]] = []

        def told(alert: object, name: str, ok: bool) -> None:
            served.append((name, ok, tried_slow(at)))
            # only when the quick one is served does the other give up
            slow.stopping.set()

        at.service.on_alert = told
        at.pass_()
        assert served == [("quick", True, 0)], "while the other still hung"
        assert ("quick", "sent", 1) in states(at)
        assert ("slow", "pending", 1) in states(at)
        assert at.one("SELECT count(*) FROM deliveries WHERE leased_by NOT NULL") == 0


def test_the_daemon_serves_a_quick_channel_again_while_another_hangs(
    tmp_path: Path, analyst: Analyst
) -> None:
    with one_hangs(tmp_path, analyst) as (at, slow, quick):

        def later(alert: object, name: str, ok: bool) -> None:
            with at.service.store.writing() as db:
                db.execute(
                    "UPDATE deliveries SET status = 'pending', next_attempt_at = "
                    "'2026-11-20T00:00:00Z', sent_at = NULL WHERE channel = 'quick' "
                    "AND attempts = 1"
                )
            if len(quick.bodies) >= 2:
                tried.append(tried_slow(at))
                slow.stopping.set()

        tried: list[int] = []
        at.service.on_alert = later
        at.pass_()
        assert tried == [0], "while the other still hung"
        assert len(quick.bodies) == 2
        assert len(slow.bodies) == 1


def test_a_channel_that_is_gone_from_the_configuration_is_dead(
    tmp_path: Path, analyst: Analyst
) -> None:
    with (
        HookServer(statuses=[500]) as hook,
        desk(
            tmp_path / "x.db",
            analyst,
            channels=(channel("desk", hook),),
            routes=routes("desk"),
        ) as at,
    ):
        at.publish("/fire")
        baseline(at, Item("/fire"))
        toll(at, 19)
        at.pass_()
        assert states(at) == [("desk", "pending", 1)]
        at.configure(channels=(), routes=routes("console"))
        at.clock.advance(timedelta(hours=2))
        assert deliver(at.service) == [("desk", False)]
        assert states(at) == [("desk", "dead", 2)]
        assert at.one(f"SELECT error FROM {DELIVERIES}") == (
            "the channel is no longer configured"
        )


def test_a_message_that_can_not_be_rendered_steps_aside(
    tmp_path: Path, analyst: Analyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.pipeline import composing

    genuine = composing.lay_out

    def lay_out(alert, **given):  # type: ignore[no-untyped-def]
        if any("Arlen" in change.claim for change in alert.changes):
            raise RuntimeError("a defect")
        return genuine(alert, **given)

    with desk(tmp_path / "x.db", analyst) as at:
        other = ("At least 7 people were hurt in a blaze in Tronvik, police said.",)
        at.publish("/fire")
        at.publish("/other", other, title="Blaze in Tronvik")
        baseline(at, Item("/fire"), Item("/other", title="Blaze in Tronvik"))
        toll(at, 19)
        at.publish("/other", (other[0].replace("7", "9"),), title="Blaze in Tronvik")
        monkeypatch.setattr(composing, "lay_out", lay_out)
        at.pass_()
        assert len(at.messages) == 1
        status, error, attempts = at.rows(
            f"SELECT status, error, attempts FROM {DELIVERIES} AND status <> 'sent'"
        )[0]
        assert (status, attempts) == ("pending", 1)
        assert error == "unforeseen: RuntimeError: a defect"
        monkeypatch.undo()
        at.pass_(after=timedelta(hours=1))
        assert len(at.messages) == 2
