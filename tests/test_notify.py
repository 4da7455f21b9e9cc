"""Sending through real, unpatched apprise to real servers on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.model import Message
from monitor.notify import MAX_SENDERS, Notifier, check_all
from monitor.settings import ChannelConfig, DeliveryConfig
from tests.mail_server import SmtpServer
from tests.processes import wait_for_end
from tests.servers import LONGEST_WAIT, Exchange, HookServer, HttpServer

MESSAGE = Message(
    "Figure up: 312 → 358 people", "Says: Delta Relief Watch\nAlert A-17f3"
)
SECRET = "s3cret-Path-91x"
CALM = DeliveryConfig(timeout=timedelta(seconds=LONGEST_WAIT))
# long enough for a message to be taken on a busy machine
BRISK = DeliveryConfig(timeout=timedelta(seconds=2))


def hook(name: str, server: HttpServer, *, allow_private: bool = True) -> ChannelConfig:
    url = f"json://127.0.0.1:{server.port}/{SECRET}"
    return ChannelConfig(name, url, allow_private=allow_private)


class GatedHook(HookServer):
    """Answers when the gate opens, and knows how many wait at once."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.waiting = 0
        self.most = 0

    def respond(self, exchange: Exchange) -> None:
        with self._lock:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self.gate.wait(LONGEST_WAIT)
        with self._lock:
            self.waiting -= 1
        super().respond(exchange)


@pytest.fixture
def receiver() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


# ------------------------------------------------------------------ outcomes


def test_a_message_reaches_webhook_and_mailbox(receiver: HookServer) -> None:
    with SmtpServer() as post:
        mail = f"mailto://127.0.0.1:{post.port}/?from=watch@example.com&to=desk@example.com"
        channels = [hook("hook", receiver), ChannelConfig("mail", mail, True)]
        with Notifier(channels, CALM) as notifier:
            jobs = [(1, "hook", MESSAGE), (2, "mail", MESSAGE)]
            outcomes = dict(notifier.send_many(jobs))

        assert outcomes[1].ok
        assert outcomes[2].ok
        assert receiver.bodies[0]["title"] == MESSAGE.title
        assert receiver.bodies[0]["message"] == MESSAGE.body
        letter = post.messages[0]
        assert letter["Subject"] == MESSAGE.title
        assert letter.get_content_type() == "text/plain"
        assert "Alert A-17f3" in letter.get_content()
        assert post.recipients == [["desk@example.com"]]


def test_a_refusal_is_retried_and_explained(receiver: HookServer) -> None:
    receiver.statuses = [500, 429, 404, 200]
    with Notifier([hook("hook", receiver)], CALM) as notifier:
        outcomes = [notifier.send("hook", MESSAGE) for _ in range(4)]

    assert [o.ok for o in outcomes] == [False, False, False, True]
    assert not any(o.permanent for o in outcomes)
    assert [o.detail[:8] for o in outcomes[:3]] == ["HTTP 500", "HTTP 429", "HTTP 404"]


def test_refused_mail_is_retried() -> None:
    with SmtpServer("refuse") as post:
        url = f"mailto://127.0.0.1:{post.port}/?from=a@example.com&to=b@example.com"
        with Notifier([ChannelConfig("mail", url, True)], CALM) as notifier:
            outcome = notifier.send("mail", MESSAGE)
    assert not outcome.ok
    assert not outcome.permanent
    assert "b@example.com" not in outcome.detail


def test_no_secret_is_told(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    urls = [
        f"json://127.0.0.1:9/{SECRET}?+X-Key={SECRET}",
        f"json://user:{SECRET}@127.0.0.1:9/",
        f"slack://bad/{SECRET}",
        f"nosuch://{SECRET}",
        f"mailto://user:{SECRET}@127.0.0.1:9/?from=a@example.com&to=b@example.com",
    ]
    channels = [ChannelConfig(f"c{n}", url, True) for n, url in enumerate(urls)]
    with Notifier(channels, CALM) as notifier:
        jobs = [(c.name, c.name, MESSAGE) for c in channels]
        outcomes = dict(notifier.send_many(jobs))

    assert len(outcomes) == len(urls)
    for outcome in outcomes.values():
        assert not outcome.ok
        assert not outcome.permanent
        assert "\n" not in outcome.detail
    told = [o.detail for o in outcomes.values()]
    told += [line for lines in check_all(urls) for line in lines]
    told += [*capfd.readouterr(), caplog.text, repr(channels)]
    assert not any(SECRET.lower() in text.lower() for text in told)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
def test_private_addresses_are_refused(host: str, receiver: HookServer) -> None:
    url = f"json://{host}:{receiver.port}/{SECRET}"
    with Notifier([ChannelConfig("inside", url)], CALM) as notifier:
        outcome = notifier.send("inside", MESSAGE)
    assert not outcome.ok
    assert "allow_private" in outcome.detail
    assert not receiver.requests


# ------------------------------------------------------------------ slow and dying


def test_a_channel_delivers_while_another_hangs(receiver: HookServer) -> None:
    with HookServer(statuses=["hang"]) as tar:
        channels = [hook("tar", tar), hook("good", receiver)]
        with Notifier(channels, CALM) as notifier:
            stuck = threading.Thread(target=notifier.send, args=("tar", MESSAGE))
            stuck.start()
            assert tar.wait_for(1)
            assert notifier.send("good", MESSAGE).ok
            assert stuck.is_alive()
        stuck.join()


def test_a_hanging_send_is_killed(receiver: HookServer) -> None:
    with HookServer(statuses=["hang", "hang"]) as tar:
        channels = [hook("tar", tar), hook("good", receiver)]
        with Notifier(channels, BRISK) as notifier:
            jobs = [("stuck", "tar", MESSAGE), ("behind", "tar", MESSAGE)]
            outcomes = dict(notifier.send_many(jobs))
            assert notifier.pids() == []
            assert notifier.send("good", MESSAGE).ok
        assert len(tar.requests) <= 1

    assert "no answer within 2 s" in outcomes["stuck"].detail
    assert outcomes["stuck"].slow
    # not tried: it stays due
    assert "behind" not in outcomes
    assert not any(outcome.permanent for outcome in outcomes.values())


def test_hanging_channels_never_hold_every_sender(receiver: HookServer) -> None:
    with HookServer(statuses=["hang"] * 50) as tar:
        tars = [hook(f"tar {n}", tar) for n in range(MAX_SENDERS + 1)]
        with Notifier([*tars, hook("good", receiver)], BRISK) as notifier:
            first = [(n, channel.name, MESSAGE) for n, channel in enumerate(tars)]
            assert not any(o.ok for _, o in notifier.send_many(first))
            # now they are known to be slow: they get all senders but one, so that two
            # of them must wait for a time-out, and the good one need not
            second = [*first, (99, "good", MESSAGE)]
            told = list(notifier.send_many(second))
            assert len(notifier.pids()) <= MAX_SENDERS
    keys = [key for key, _ in told]
    assert keys.index(99) < MAX_SENDERS
    assert dict(told)[99].ok


def test_a_channel_sends_one_message_at_a_time(receiver: HookServer) -> None:
    with GatedHook() as server:
        channels = [hook("hook", server), hook("other", receiver)]
        with Notifier(channels, CALM) as notifier:
            threads = [
                threading.Thread(target=notifier.send, args=("hook", MESSAGE))
                for _ in range(3)
            ]
            for thread in threads:
                thread.start()
            assert server.wait_for(1)
            # begun after them and through: they would have been, too
            assert notifier.send("other", MESSAGE).ok
            assert len(server.requests) == 1
            server.gate.set()
            for thread in threads:
                thread.join()
            assert len(server.requests) == 3
            assert server.most == 1


def test_a_sender_that_died_is_replaced(receiver: HookServer) -> None:
    with Notifier([hook("hook", receiver)], CALM) as notifier:
        assert notifier.send("hook", MESSAGE).ok
        (first,) = notifier.pids()
        os.kill(first, signal.SIGKILL)
        assert notifier.send("hook", MESSAGE).ok
        (second,) = notifier.pids()
    assert first != second


def test_a_sender_killed_in_a_send_counts_as_failed() -> None:
    with GatedHook() as server, Notifier([hook("hook", server)], CALM) as notifier:
        told = notifier.send_many([(1, "hook", MESSAGE)])
        killer = threading.Thread(
            target=lambda: (server.wait_for(1), os.kill(*victim(notifier)))
        )
        killer.start()
        _, outcome = next(told)
        killer.join()
        told.close()
        server.gate.set()
    assert not outcome.ok
    assert not outcome.permanent


def victim(notifier: Notifier) -> tuple[int, int]:
    (pid,) = notifier.pids()
    return pid, signal.SIGKILL


def test_signals_for_the_parent_do_not_stop_a_send() -> None:
    with GatedHook() as server, Notifier([hook("hook", server)], CALM) as notifier:

        def interrupt() -> None:
            server.wait_for(1)
            (pid,) = notifier.pids()
            assert os.getpgid(pid) != os.getpgid(0)
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
            server.gate.set()

        interrupter = threading.Thread(target=interrupt)
        interrupter.start()
        assert notifier.send("hook", MESSAGE).ok
        interrupter.join()


def test_an_idle_sender_ends_by_itself(receiver: HookServer) -> None:
    channels = [hook("hook", receiver)]
    with Notifier(channels, CALM, idle=timedelta(seconds=0.2)) as notifier:
        assert notifier.send("hook", MESSAGE).ok
        for pid in notifier.pids():
            assert wait_for_end(pid)
        assert notifier.send("hook", MESSAGE).ok
    assert len(receiver.bodies) == 2


def test_closing_ends_all_senders(receiver: HookServer) -> None:
    with Notifier([hook("hook", receiver)], CALM) as notifier:
        assert notifier.send("hook", MESSAGE).ok
        (pid,) = notifier.pids()
    assert wait_for_end(pid)
    assert "stopping" in notifier.send("hook", MESSAGE).detail


_ORPHANED = """
import sys, threading
from datetime import timedelta
from monitor.model import Message
from monitor.notify import Notifier
from monitor.settings import ChannelConfig, DeliveryConfig

channel = ChannelConfig("tar", sys.argv[1], allow_private=True)
notifier = Notifier([channel], DeliveryConfig(timeout=timedelta(seconds=300)))
threading.Thread(target=notifier.send, args=("tar", Message("t", "b"))).start()
sys.stdin.readline()
print(*notifier.pids(), flush=True)
sys.stdin.readline()
"""


def test_senders_end_with_a_killed_parent() -> None:
    with HookServer(statuses=["hang"]) as tar:
        command = [sys.executable, "-c", _ORPHANED, hook("tar", tar).url]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdin is not None
            assert parent.stdout is not None
            assert tar.wait_for(1)
            parent.stdin.write("\n")
            parent.stdin.flush()
            pid = int(parent.stdout.readline())
            parent.kill()
            parent.wait()
            assert wait_for_end(pid)
