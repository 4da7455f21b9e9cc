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

from tests.mail_server import SmtpServer
from tests.servers import (
    LONGEST_WAIT,
    Exchange,
    HookServer,
    HttpServer,
    NewsServer,
)


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    gc.collect()
    assert set(threading.enumerate()) <= before


def ask(
    server: HttpServer,
    path: str,
    body: str | None = None,
    **headers: str,
) -> tuple[int, bytes, dict[str, str]]:
    client = HTTPConnection("127.0.0.1", server.port, timeout=LONGEST_WAIT)
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
    said: list[int] = []
    with HookServer(statuses=[500, "drop", 200, "hang"]) as hooks:

        def post(text: str) -> None:
            try:
                answer = ask(hooks, "/services/T/B/X", json.dumps({"text": text}))
                said.append(answer[0])
            except (OSError, HTTPException):
                said.append(0)

        for text in "abc":
            post(text)
        stuck = threading.Thread(target=post, args=("d",))
        stuck.start()
        assert hooks.wait_for(4)
        assert said == [500, 0, 200]
        assert [body["text"] for body in hooks.bodies] == ["a", "b", "c", "d"]
    stuck.join()
    assert said[3:] == [0], "it hung until the server closed"


def mail(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=LONGEST_WAIT) as client:
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
        client = smtplib.SMTP("127.0.0.1", server.port, timeout=LONGEST_WAIT)
        assert client.sock is not None
        client.sock.settimeout(0.2)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.sendmail(
                "a@example.com", ["b@example.com"], "Subject: x\r\n\r\nHi\r\n"
            )
        client.close()
