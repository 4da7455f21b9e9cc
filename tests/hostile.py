"""Servers that mean harm: each behaviour with the word our error must carry for it.

"ok" means that the fetch must succeed all the same. Nothing here comes to an end by
itself; the client's deadline has to end it. CONTENTS are answers that arrive in good
order and mean harm to whoever reads them.
"""

from __future__ import annotations

import gzip
import zlib

from tests.servers import Behaviour, Exchange

OK = b"HTTP/1.1 200 OK\r\n"
HTML = b"Content-Type: text/html\r\n"
ZEROS = bytes(30_000_000)


def says(*pieces: bytes) -> Behaviour:
    """Send these bytes, then hang up."""

    def behaviour(exchange: Exchange) -> None:
        exchange.hang_up()
        for piece in pieces:
            exchange.raw(piece)

    return behaviour


def says_and_waits(*pieces: bytes) -> Behaviour:
    """Send these bytes and leave the connection open."""

    def behaviour(exchange: Exchange) -> None:
        exchange.hang_up()
        for piece in pieces:
            exchange.raw(piece)
        exchange.wait()

    return behaviour


def drips(first: bytes, then: bytes) -> Behaviour:
    """Send the first at once and the rest byte by byte, over and over."""

    def behaviour(exchange: Exchange) -> None:
        exchange.hang_up()
        exchange.raw(first)
        while not exchange.stopping.is_set():
            exchange.drip(then, every=0.02)

    return behaviour


def floods(first: bytes, then: bytes) -> Behaviour:
    """Send the first, then the rest as fast as it is taken, for ever."""

    def behaviour(exchange: Exchange) -> None:
        exchange.hang_up()
        exchange.raw(first)
        while not exchange.stopping.is_set():
            exchange.raw(then)
            # the client shares this machine with us: leave it some of it
            exchange.wait(0.001)

    return behaviour


def answers(body: bytes = b"x", status: int = 200, **headers: str) -> Behaviour:
    """A well-formed answer with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = named.pop("Content-Type", "text/html")

    def behaviour(exchange: Exchange) -> None:
        exchange.send(body, status=status, content_type=kind, headers=named)

    return behaviour


def packed(data: bytes, encoding: str) -> bytes:
    """A complete answer with that Content-Encoding."""
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(data)}\r\n\r\n"
    return OK + HTML + head.encode() + data


def to(location: str, status: int = 302) -> Behaviour:
    return answers(b"", status, Location=location)


def _circle(exchange: Exchange) -> None:
    number = int(exchange.headers.get("x-hop", "0"))
    exchange.send(status=302, headers={"Location": f"/circle?{number}"})


def _slow_circle(exchange: Exchange) -> None:
    exchange.wait(1.0)
    exchange.send(status=302, headers={"Location": exchange.path})


GZIP = gzip.compress(b"<p>The toll rose to 40.</p>" * 400)
BOMB = gzip.compress(ZEROS, 9)
CHUNKED = OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"Content-Length: 100\r\n\r\n"

DRIPS: dict[str, tuple[str, Behaviour]] = {
    "never-answers": ("timeout", says_and_waits()),
    "status-line-drips": ("timeout", drips(b"HTTP/1.1 200 ", b"O")),
    "header-drips": ("timeout", drips(OK, b"X-A: b\r\n")),
    "header-name-drips": ("timeout", drips(OK, b"X")),
    "body-drips": ("timeout", drips(OK + HTML + b"\r\n", b"a")),
    "counted-body-drips": (
        "timeout",
        drips(OK + b"Content-Length: 9999\r\n\r\n", b"a"),
    ),
    "chunks-drip": ("timeout", drips(CHUNKED, b"1\r\na\r\n")),
    "chunk-size-drips": ("timeout", drips(CHUNKED, b"0")),
    "trailer-drips": ("timeout", drips(CHUNKED + b"0\r\n", b"X: y\r\n")),
    "1xx-drips": ("timeout", drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "body-stops": ("timeout", says_and_waits(OK + LONG + b"half")),
    "chunk-stops": ("timeout", says_and_waits(CHUNKED + b"5\r\nab")),
    "gzip-stops": (
        "timeout",
        says_and_waits(OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:20]),
    ),
    "error-page-drips": ("timeout", drips(b"HTTP/1.1 404 No\r\n\r\n", b"a")),
    "redirects-slowly": ("timeout", _slow_circle),
}

FLOODS: dict[str, tuple[str, Behaviour]] = {
    "endless-body": ("too-large", floods(OK + HTML + b"\r\n", bytes(65_536))),
    "endless-chunks": (
        "too-large",
        floods(CHUNKED, b"1000\r\n" + bytes(4096) + b"\r\n"),
    ),
    "announced-too-long": (
        "too-large",
        floods(OK + b"Content-Length: 99999999999\r\n\r\n", bytes(65_536)),
    ),
    "endless-1xx": ("timeout", floods(b"", b"HTTP/1.1 102 Processing\r\n\r\n")),
    "endless-headers": ("too-large", floods(OK, b"X-A: b\r\n" * 50)),
    "endless-header": ("too-large", floods(OK + b"X-A: ", b"b" * 4096)),
    "endless-status-line": ("too-large", floods(b"HTTP/1.1 200 ", b"O" * 4096)),
    "one-huge-header": ("too-large", answers(X_A="b" * 100_000)),
    "many-big-headers": (
        "too-large",
        answers(**{f"X_{n}": "b" * 2_000 for n in range(60)}),
    ),
    "gzip-bomb": ("too-large", says(packed(BOMB, "gzip"))),
    "deflate-bomb": ("too-large", says(packed(zlib.compress(ZEROS), "deflate"))),
    "raw-deflate-bomb": (
        "too-large",
        says(packed(zlib.compress(ZEROS)[2:-4], "deflate")),
    ),
    "bomb-of-members": (
        "too-large",
        says(packed(gzip.compress(ZEROS[:999_999]) * 50, "gzip")),
    ),
    "error-page-bomb": ("ok", says(packed(BOMB, "gzip").replace(b"200 OK", b"403 No"))),
    "error-page-flood": ("ok", floods(b"HTTP/1.1 500 No\r\n\r\n", bytes(65_536))),
    "redirect-with-flood": (
        "redirect",
        floods(b"HTTP/1.1 302 No\r\n\r\n", bytes(65_536)),
    ),
}

LIES: dict[str, tuple[str, Behaviour]] = {
    "short-body": ("truncated", says(OK + LONG + b"half")),
    "cut-chunk": ("truncated", says(CHUNKED + b"5\r\nab")),
    "no-last-chunk": ("truncated", says(CHUNKED + b"2\r\nab\r\n")),
    "bad-chunk-size": ("protocol", says(CHUNKED + b"zz\r\nab\r\n")),
    "negative-chunk": ("protocol", says(CHUNKED + b"-5\r\nab\r\n")),
    "huge-chunk-size": ("protocol", says(CHUNKED + b"f" * 40 + b"\r\nab\r\n")),
    "truncated-gzip": ("truncated", says(packed(GZIP[:-20], "gzip"))),
    "truncated-in-trailer": ("truncated", says(packed(GZIP[:-3], "gzip"))),
    "truncated-deflate": (
        "truncated",
        says(packed(zlib.compress(b"x" * 999)[:-6], "deflate")),
    ),
    "gzip-of-nothing-but-magic": ("truncated", says(packed(b"\x1f\x8b", "gzip"))),
    "part-not-asked-for": (
        "truncated",
        answers(status=206, Content_Range="bytes 0-0/9"),
    ),
    "not-gzip": ("encoding", says(packed(b"<p>plain</p>", "gzip"))),
    "damaged-gzip": ("encoding", says(packed(GZIP[:40] + b"????" + GZIP[44:], "gzip"))),
    "wrong-checksum": (
        "encoding",
        says(packed(GZIP[:-8] + b"????" + GZIP[-4:], "gzip")),
    ),
    "thousands-of-members": (
        "encoding",
        says(packed(gzip.compress(b"") * 5_000, "gzip")),
    ),
    "brotli-unasked": ("encoding", answers(Content_Encoding="br")),
    "zstd-unasked": ("encoding", answers(Content_Encoding="zstd")),
    "encoding-is-a-charset": ("encoding", answers(Content_Encoding="utf-8")),
    "gzip-twice": ("encoding", says(packed(gzip.compress(GZIP), "gzip, gzip"))),
    "gzip-hundredfold": (
        "encoding",
        answers(Content_Encoding=", ".join(["gzip"] * 100)),
    ),
    "304-to-nothing": ("protocol", says(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    "hangs-up": ("protocol", says()),
    "not-http": ("protocol", says(b"SSH-2.0-OpenSSH_9.6\r\n")),
    "no-status": ("protocol", says(b"HTTP/1.1 banana\r\n\r\n")),
    "status-of-ten-digits": ("protocol", says(b"HTTP/1.1 2000000000 OK\r\n\r\n")),
    "binary-noise": ("protocol", says(bytes(range(256)) * 8)),
    "two-lengths": ("protocol", says(OK + b"Content-Length: 1\r\n" + LONG + b"x")),
    "negative-length": ("protocol", says(OK + b"Content-Length: -1\r\n\r\nx")),
    "length-in-words": ("protocol", says(OK + b"Content-Length: many\r\n\r\nx")),
    "length-and-chunks": (
        "protocol",
        says(OK + b"Transfer-Encoding: chunked\r\n" + LONG + b"1\r\na\r\n0\r\n\r\n"),
    ),
    "nul-in-header": ("protocol", says(OK + b"X-A: a\0b\r\nContent-Length: 0\r\n\r\n")),
    "header-without-colon": ("protocol", says(OK + b"nonsense\r\n\r\n")),
    "empty-header-name": ("protocol", says(OK + b": x\r\n\r\n")),
    "1xx-then-hangs-up": ("protocol", says(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
}

ODDITIES: dict[str, tuple[str, Behaviour]] = {
    "garbage-retry-after": ("ok", answers(status=503, Retry_After="soon-ish")),
    "negative-retry-after": ("ok", answers(status=503, Retry_After="-5")),
    "huge-retry-after": ("ok", answers(status=429, Retry_After="9" * 5_000)),
    "garbage-charset": ("ok", answers(Content_Type="text/html; charset=klingon")),
    "harmful-charset": ("ok", answers(Content_Type="text/html; charset=punycode")),
    "garbage-etag": ("ok", answers(ETag='W/"\x7f\x80"; DROP TABLE feeds')),
    "huge-etag": ("ok", answers(ETag='"' + "e" * 9_000 + '"')),
    "odd-reason": ("ok", says(b"HTTP/1.1 200 \xff\xfe\r\nContent-Length: 1\r\n\r\nx")),
    "bytes-in-headers": (
        "ok",
        says(OK + b"X-A: \xff\xfe\r\nContent-Length: 1\r\n\r\nx"),
    ),
    "no-content-type": ("ok", says(OK + b"Content-Length: 1\r\n\r\nx")),
    "body-is-a-path": ("ok", answers(b"/etc/passwd")),
    "empty-gzip": ("ok", says(packed(b"", "gzip"))),
    "204-with-nothing": ("ok", says(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "1xx-first": (
        "ok",
        says(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\nx"),
    ),
}

REDIRECTS: dict[str, tuple[str, Behaviour]] = {
    "in-a-circle": ("redirect", _circle),
    "to-itself": ("redirect", to("")),
    "nowhere": ("redirect", answers(status=301)),
    "to-a-file": ("redirect", to("file:///etc/passwd")),
    "to-ftp": ("redirect", to("ftp://example.org/x")),
    "to-gopher": ("redirect", to("gopher://127.0.0.1:6379/_FLUSHALL")),
    "to-script": ("redirect", to("javascript:alert(1)")),
    "to-data": ("redirect", to("data:text/html,x")),
    "to-broken-brackets": ("redirect", to("http://[::1")),
    "to-impossible-port": ("redirect", to("http://example.org:99999/")),
    "to-odd-port": ("redirect", to("http://example.org:abc/")),
}

# Each leads to this machine or this network.
PRIVATE_PLACES = (
    "127.0.0.1 127.1 0 0.0.0.0 2130706433 0x7f000001 0x7f.1 0177.0.0.1 [::1] [::]"
    " [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1]"
    " [2002:7f00:1::] localhost LOCALHOST 10.0.0.1 172.16.0.1 192.168.0.1"
    " 169.254.169.254 [fd00:ec2::254] [fe80::1] 100.100.100.200 168.63.129.16"
    " inside.example"
)


def private_redirects(port: int) -> dict[str, tuple[str, Behaviour]]:
    """Redirects to private places, on a port where something would answer."""
    return {
        f"to-{place}": ("refused-address", to(f"http://{place}:{port}/secret"))
        for place in PRIVATE_PLACES.split()
    }


# Bodies that no feed reader and no extractor may choke on; none holds a readable text.
CONTENTS: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \n" * 400_000,
    "zeros": bytes(200_000),
    "noise": bytes((n * 7919) % 251 for n in range(50_000)),
    "a-path": b"/etc/passwd",
    "a-file-address": b"file:///etc/passwd",
    "half-a-surrogate": b"\xff\xfe" + b"\x00\xd8" * 20_000,
    "another-charset": b"<?xml version='1.0' encoding='utf-32'?><rss><channel/></rss>",
    "deep-elements": b"<div>" * 100_000,
    "deep-items": b"<rss><channel>" + b"<item>" * 100_000,
    "deep-lists": b'{"items": ' + b"[" * 100_000,
    "deep-quotes": b"<blockquote><p>" * 50_000,
    "many-attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(30_000)) + b">",
    "one-attribute-often": b"<p " + b"a=1 " * 30_000 + b">",
    "attribute-without-end": b'<a href="' + b"x" * 500_000,
    "comments-without-end": b"<!--" * 100_000,
    "sections-without-end": b"<![CDATA[" * 50_000,
    "closing-only": b"</b></p>" * 100_000,
    "crossing-tags": b"<b><i></b></i>" * 30_000,
    "bad-references": b"<p>" + b"&#xD800;&#0;&#x110000;&#99999999999;&;&#;" * 5_000,
    "entities-of-entities": (
        b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(
            b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 107)
        )
        + b"]><rss><channel><title>&j;</title></channel></rss>"
    ),
    "a-file-as-entity": (
        b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
        b"<rss><channel><title>&a;</title></channel></rss>"
    ),
    "numbers-without-end": b"<p>" + b"9" * 300_000 + b"</p>",
    "one-word": b"<p>" + b"a" * 300_000 + b"</p>",
    "dots": b"<p>" + b"." * 200_000 + b"</p>",
    "quotes-open": b"<p>" + "\u201c".encode() * 60_000 + b"</p>",
    "combining-marks": b"<p>a" + "\u0301".encode() * 100_000 + b"</p>",
    "turns-of-direction": b"<p>" + "\u202e\u2066".encode() * 30_000 + b"</p>",
    "dates-without-end": b"<time datetime='" + b"2026-" * 50_000 + b"'>",
    "links-without-end": b"<p>"
    + b"".join(
        b"<a href=/n/%d>The harbour board votes on ferry %d</a> " % (n, n)
        for n in range(20_000)
    ),
    "script-in-json": b"<script type='application/ld+json'>" + b'{"a":' * 50_000,
}

# Two of them are feeds of a kind, if empty ones.
FEEDS = ("deep-items", "another-charset")

Cases = dict[str, tuple[str, Behaviour]]
ALL: tuple[Cases, ...] = (DRIPS, FLOODS, LIES, ODDITIES, REDIRECTS)
