"""Stand-ins for hosted services: local, over TLS, and as strict as the real ones.

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
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import trustme

from tests import slack_blocks
from tests.servers import Exchange, HttpServer

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
SLACK_BOT = "slack://xoxb-1234-5678-9abcDEF0123456789/%23desk"
DISCORD = "discord://1234567890/abcdefghijklmnopqrstuvwxyz0123456789"
TELEGRAM = "tgram://123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/12315544/"
HOSTS = ("hooks.slack.com", "slack.com", "discord.com", "api.telegram.org")


class FakeService(HttpServer):
    """Answers as the services do; of a Slack webhook apprise wants the word `ok`.

    Blocks that Slack would refuse are refused; a bot's message gets its `ts`, and can
    follow only one that is there.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(tls=tls)
        self.refusal: tuple[int, str] | None = None
        self.payloads: list[dict[str, Any]] = []
        self.threads: set[str] = set()

    def respond(self, exchange: Exchange) -> None:
        payload = json.loads(exchange.body)
        status, answer = self.refusal or self._answer(exchange.path, payload)
        if status == 200 and '"ok": false' not in answer:
            self.payloads.append(payload)
        exchange.send(answer, status=status, content_type="application/json")

    def _answer(self, path: str, payload: dict[str, Any]) -> tuple[int, str]:
        is_hook = path.startswith("/services/")
        is_bot = path == "/api/chat.postMessage"
        wrong = "blocks" in payload and slack_blocks.problems(payload["blocks"])
        if is_hook:
            return (400, "invalid_blocks") if wrong else (200, "ok")
        if not is_bot:
            return 200, '{"ok": true}'
        thread = payload.get("thread_ts")
        if wrong or (thread and thread not in self.threads):
            error = "invalid_blocks" if wrong else "thread_not_found"
            return 200, json.dumps({"ok": False, "error": error})
        ts = f"17000000{len(self.payloads):02d}.000100"
        self.threads.add(ts)
        return 200, json.dumps({"ok": True, "ts": ts, "channel": "C024BE91L"})


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

    def __exit__(self, *_: object) -> None:
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


@contextmanager
def hosted(folder: Path, environ: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """The services, reached by whatever process is started meanwhile."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*HOSTS).configure_cert(context)
    bundle = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with FakeService(context) as server, ConnectProxy(server.port) as proxy:
        environ.setenv("HTTPS_PROXY", proxy.url)
        environ.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        yield server
        assert set(proxy.asked) <= {f"{host}:443" for host in HOSTS}
