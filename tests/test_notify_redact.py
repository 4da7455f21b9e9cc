"""Secrets in details, and addresses that lead inside."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

import pytest

from monitor.notify.reach import is_private
from monitor.notify.redact import redacted


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("slack://Tone/Btwo/threeFOUR", "Failed: Tone Btwo THREEfour"),
        ("json://user:pa55@hook.example:8080/deep/way", "user pa55 /deep/way"),
        ("json://h.example/?+X-Key=opensesame", "header opensesame"),
        ("json://h.example/?key=a%20b%2Fc", "tried a b/c and a%20b%2Fc"),
        ("mailto://me:pw1@example.com?to=you@example.com", "to you@example.com"),
        ("json://h.example/#frag", "frag"),
        ("ntfy://topic?token", "token"),
    ],
)
def test_no_part_of_a_url_stays(url: str, text: str) -> None:
    words = [word for word in text.replace("/", " ").split() if len(word) > 2]
    shown = redacted(text, url).casefold()
    kept = {word.casefold() for word in words} & set(shown.split())
    assert kept <= {"failed:", "header", "tried", "and"}
    assert "•••" in shown


def test_what_looks_like_a_token_goes_wherever_it_is_from() -> None:
    shown = redacted("proxy said Bearer abcDEF123456ghiJKL to error=500", "json://x")
    assert shown == "proxy said Bearer ••• to error=500"


def test_ordinary_words_stay() -> None:
    text = "Failed to send JSON POST notification: Internal server error., error=500."
    assert redacted(text, "json://hooks.example.com/a1b2c3") == text


@dataclass
class FakePlugin:
    host: str | None
    templates: tuple[str, ...] = ("{schema}://{host}",)
    smtp_host: str | None = None
    mode: str | None = None


def _found(*addresses: str) -> Any:
    def lookup(host: str, *args: Any, **more: Any) -> list[Any]:
        return [(None, None, None, "", (address, 0)) for address in addresses]

    return lookup


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
        ("10.1.2.3", True),
        ("127.0.0.1", True),
        ("169.254.169.254", True),
        ("100.64.0.1", True),
        ("224.0.0.1", True),
        ("168.63.129.16", True),
        ("::1", True),
        ("::ffff:10.0.0.1", True),
        ("::127.0.0.1", True),
        ("64:ff9b::a00:1", True),
        ("2002:a00:1::", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
    ],
)
def test_private_addresses_are_known(
    address: str, private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _found(address))
    assert is_private(FakePlugin("hook.example.com")) is private


def test_one_private_address_among_many_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _found("8.8.8.8", "10.0.0.1"))
    assert is_private(FakePlugin("hook.example.com"))


def test_tokens_are_never_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError(f"looked up {args}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert not is_private(FakePlugin("T0K3N", templates=("{schema}://{token_a}",)))
    assert not is_private(FakePlugin("topic.secret", mode="cloud"))
    assert not is_private(FakePlugin(None))
    # a name without a dot is of this network: no need to ask
    assert is_private(FakePlugin("gateway"))


def test_the_mail_server_counts_not_the_domain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def lookup(host: str, *args: Any, **more: Any) -> Any:
        asked.append(host)
        return _found("8.8.8.8")(host)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert not is_private(FakePlugin("example.com", smtp_host="smtp.example.com"))
    assert asked == ["smtp.example.com"]


def test_an_unknown_name_is_left_to_apprise(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **more: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert not is_private(FakePlugin("nowhere.example.com"))
