"""Hosted services end to end: unpatched apprise, TLS and proxy included.

`slack://` posts to https://hooks.slack.com, and so on. A local proxy leads those names
to a local server whose certificate is signed by an authority that only these tests
trust.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import trustme

from monitor.alerts import render
from monitor.model import Message, Outcome
from monitor.notify import Notifier
from monitor.settings import ChannelConfig, DeliveryConfig
from tests.alert_samples import alert, change
from tests.servers import Exchange, HttpServer

URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
DISCORD = "discord://1234567890/abcdefghijklmnopqrstuvwxyz0123456789"
TELEGRAM = "tgram://123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/12315544/"
HOSTS = ("hooks.slack.com", "discord.com", "api.telegram.org")
CONFIG = DeliveryConfig(timeout=timedelta(seconds=30))


class FakeService(HttpServer):
    """Answers as the services do; of Slack apprise insists on the word `ok`."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(tls=tls)
        self.refusal: tuple[int, str] | None = None
        self.payloads: list[dict[str, Any]] = []

    def respond(self, exchange: Exchange) -> None:
        self.payloads.append(json.loads(exchange.body))
        slack = exchange.path.startswith("/services/")
        status, word = self.refusal or (200, "ok" if slack else '{"ok": true}')
        exchange.send(word, status=status, content_type="application/json")


class ConnectProxy:
    """Leads every CONNECT to one port, noting the names asked for."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept)
        self._tunnels: list[threading.Thread] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for tunnel in self._tunnels:
            tunnel.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            tunnel = threading.Thread(target=self._tunnel, args=(client,))
            self._tunnels.append(tunnel)
            tunnel.start()

    def _tunnel(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            self.asked.append(lines.readline().decode().split()[1])
            while lines.readline().strip():
                pass
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(server, client))
                back.start()
                _pump(client, server)
                back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def slack(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeService]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*HOSTS).configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with FakeService(context) as server, ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        yield server
        assert set(proxy.asked) <= {f"{host}:443" for host in HOSTS}


def _send(message: Message, url: str = URL) -> Outcome:
    with Notifier([ChannelConfig("it", url)], CONFIG) as notifier:
        return notifier.send("it", message)


def test_an_alert_reaches_slack(slack: FakeService) -> None:
    message = render.message(alert(change()), timezone="UTC")
    assert _send(message).ok
    assert slack.paths() == ["/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"]
    shown = json.dumps(slack.payloads[0], ensure_ascii=False)
    assert "312 → 358 people" in shown
    assert "A-17f3" in shown


def test_slack_gets_no_live_markup(slack: FakeService) -> None:
    hostile = "<!channel> <https://evil.example|bank> & <b>358</b>"
    assert _send(Message(hostile, hostile)).ok
    shown = json.dumps(slack.payloads[0])
    assert "<" not in shown
    assert "&lt;!channel&gt;" in shown


def test_an_untrusted_certificate_is_refused(
    slack: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    outcome = _send(Message("title", "body"))
    assert not outcome.ok
    assert not outcome.permanent
    assert slack.payloads == []


@pytest.mark.parametrize(
    ("status", "word", "permanent"),
    [
        (404, "no_service", True),
        (400, "invalid_payload", True),
        (403, "action_prohibited", False),
        (429, "rate_limited", False),
        (500, "rollup_error", False),
    ],
)
def test_only_what_slack_will_never_take_is_given_up(
    slack: FakeService, status: int, word: str, *, permanent: bool
) -> None:
    slack.refusal = (status, word)
    outcome = _send(Message("title", "body"))
    assert not outcome.ok
    assert outcome.permanent is permanent
    assert outcome.detail.startswith(f"HTTP {status}")
    for part in URL.removeprefix("slack://").split("/"):
        assert part not in outcome.detail


@pytest.mark.parametrize(
    ("url", "field", "limit"), [(DISCORD, "content", 2000), (TELEGRAM, "text", 4096)]
)
def test_a_long_alert_is_split_between_lines(
    slack: FakeService, url: str, field: str, limit: int
) -> None:
    many = [change(change_id=n) for n in range(30)]
    message = render.message(alert(*many), timezone="UTC")
    assert len(message.body) > 2500
    assert _send(message, url).ok
    texts = [str(payload[field]) for payload in slack.payloads]
    assert len(texts) == 2
    assert all(len(text) <= limit for text in texts)
    told = [line for text in texts for line in text.splitlines() if line]
    assert [line for line in message.body.splitlines() if line] == [
        line for line in told if message.title not in line
    ]


def test_discord_pings_nobody(slack: FakeService) -> None:
    """Discord takes Markdown and mentions in whatever is sent: ours must hold none."""
    hostile = "@everyone <@1> <b>358</b> [bank](https://evil.example) ||hidden||"
    told = alert(change(claim=hostile, outlet=hostile, reason=hostile, source=hostile))
    assert _send(render.message(told, timezone="UTC"), DISCORD).ok
    shown = slack.payloads[0]["content"]
    for live in ("@everyone", "<@", "<b>", "](", "https://evil", "||"):
        assert live not in shown
