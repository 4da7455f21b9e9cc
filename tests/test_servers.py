"""The test servers themselves: they answer as told and leave nothing behind."""

from __future__ import annotations

import gc
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException

import pytest

from tests.servers import Exchange, HookServer, HttpServer, NewsServer, SmtpServer


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    gc.collect()
    assert threading.active_count() == before


def ask(
    server: HttpServer, path: str, body: str | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    client = HTTPConnection("127.0.0.1", server.port, timeout=0.3)
    try:
        client.request("POST" if body else "GET", path, body, headers)
        answer = client.getresponse()
        return answer.status, answer.read(), dict(answer.headers)
    finally:
        client.close()


def test_pages_have_etags_and_change() -> None:
    with NewsServer() as server:
        server.put("/a.html", "<p>one</p>")
        status, body, headers = ask(server, "/a.html")
        assert (status, body) == (200, b"<p>one</p>")
        assert ask(server, "/a.html", **{"If-None-Match": headers["ETag"]})[0] == 304
        server.put("/a.html", "<p>two</p>", status=200)
        assert (
            ask(server, "/a.html", **{"If-None-Match": headers["ETag"]})[1]
            == b"<p>two</p>"
        )
        server.remove("/a.html")
        assert ask(server, "/a.html")[0] == 404
        assert server.paths() == ["/a.html"] * 4


def test_a_hanging_handler_ends_with_the_server() -> None:
    def hang(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 OK\r\n")
        exchange.wait()

    with NewsServer() as server:
        server.handle("/hang", hang)
        client = socket.create_connection(("127.0.0.1", server.port))
        client.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        assert server.wait_for_requests(1)
    with client:
        assert client.recv(100) == b"HTTP/1.1 200 OK\r\n"


def test_hooks_collect_and_fail_as_told() -> None:
    with HookServer(statuses=[500, "drop", "hang"]) as hooks:

        def post(text: str) -> int:
            try:
                return ask(hooks, "/services/T/B/X", json.dumps({"text": text}))[0]
            except (OSError, HTTPException):
                return 0

        assert [post(t) for t in "abcd"] == [500, 0, 0, 200]
        assert [body["text"] for body in hooks.bodies] == ["a", "b", "c", "d"]


def mail(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(
            "a@example.com", ["b@example.com"], "Subject: Toll\r\n\r\nHi\r\n"
        )


def test_mail_is_collected_deferred_and_refused() -> None:
    with SmtpServer() as server:
        mail(server.port)
        assert server.wait_for(1)
        assert server.messages[0]["Subject"] == "Toll"
        assert server.recipients == [["b@example.com"]]
        for mode, code in (("refuse", 550), ("defer", 451)):
            server.mode = mode
            with pytest.raises(smtplib.SMTPDataError) as caught:
                mail(server.port)
            assert caught.value.smtp_code == code


def test_a_hanging_mail_server_lets_go_when_closed() -> None:
    with SmtpServer("hang") as server:
        client = smtplib.SMTP("127.0.0.1", server.port, timeout=0.2)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail(
                "a@example.com", ["b@example.com"], "Subject: x\r\n\r\nHi\r\n"
            )
        client.close()
