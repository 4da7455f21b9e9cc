"""A local web server that plays the script: a feed and pages for each outlet."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from typing_extensions import override

from monitor.demo.script import Page, Script, Step, edited


class Newsroom:
    """Serves the outlets of a script on loopback; `play` publishes a step."""

    def __init__(self, script: Script, *, port: int = 0) -> None:
        self.script = script
        self._pages: dict[tuple[str, str], Page] = {}
        self._published: dict[tuple[str, str], datetime] = {}
        self._modified: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()
        newsroom = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = newsroom.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def feed_url(self, outlet: str) -> str:
        """Where an outlet's feed is."""
        return f"{self.base}/{outlet}/feed.xml"

    def url(self, outlet: str, path: str) -> str:
        """Where an outlet's page is."""
        return f"{self.base}/{outlet}{path}"

    def play(self, step: Step, *, now: datetime) -> list[str]:
        """Publish a step; returns the addresses of the pages it touched."""
        touched: list[tuple[str, str]] = []
        with self._lock:
            for page in step.pages:
                key = (page.outlet, page.path)
                self._pages[key] = page
                self._published[key] = now - page.age
                touched.append(key)
            for copy in step.copies:
                original = self._pages[copy.of]
                key = (copy.outlet, copy.path)
                self._pages[key] = replace(
                    original, outlet=copy.outlet, path=copy.path, headline=copy.headline
                )
                self._published[key] = now
                touched.append(key)
            for edit in step.edits:
                key = (edit.outlet, edit.path)
                self._pages[key] = edited(self._pages[key], edit)
                if not edit.is_silent:
                    self._modified[key] = now
                touched.append(key)
            for broken in step.breaks:
                key = (broken.outlet, broken.path)
                self._pages[key] = replace(self._pages[key], status=broken.status)
                touched.append(key)
        return [self.url(outlet, path) for outlet, path in touched]

    def serves(self, url: str) -> str | None:
        """The SHA-256 of the page there as it is now; None = it answers with an error."""
        status, _, body = self.answer(url.removeprefix(self.base))
        return hashlib.sha256(body).hexdigest() if status == 200 else None

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body for a path."""
        outlet, _, rest = path.lstrip("/").partition("/")
        with self._lock:
            if rest == "feed.xml" and outlet in self.script.outlets:
                return 200, "application/rss+xml", self._feed(outlet).encode()
            page = self._pages.get((outlet, f"/{rest}"))
        if page is None:
            return 404, "text/html", b"<h1>Not found</h1>"
        if page.status != 200:
            return page.status, "text/html", b"<h1>Service unavailable</h1>"
        return 200, "text/html", self._html(page).encode()

    def _feed(self, outlet: str) -> str:
        items = "".join(
            f"<item><guid isPermaLink='false'>{escape(page.path)}</guid>"
            f"<title>{escape(page.headline)}</title>"
            f"<link>{self.url(outlet, page.path)}</link>"
            f"<pubDate>{format_datetime(self._published[key])}</pubDate></item>"
            for key, page in reversed(self._pages.items())
            if page.outlet == outlet
        )
        name = escape(self.script.outlets[outlet])
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>'
            f"<link>{self.base}/{outlet}/</link><description>{name}</description>"
            f"<language>en</language>{items}</channel></rss>"
        )

    def _html(self, page: Page) -> str:
        name = escape(self.script.outlets[page.outlet])
        body = "".join(f"<p>{escape(text)}</p>" for text in page.paragraphs)
        note = (
            f'<p class="correction">{escape(page.correction)}</p>'
            if page.correction
            else ""
        )
        key = (page.outlet, page.path)
        published = self._published[key]
        modified = self._modified.get(key, published)
        return (
            f"<!doctype html><html lang='en'><head>"
            f"<title>{escape(page.headline)} - {name}</title>"
            f'<meta property="article:published_time" '
            f'content="{published.isoformat()}">'
            f'<meta property="article:modified_time" '
            f'content="{modified.isoformat()}"></head><body>'
            f"<header><a href='/'>{name}</a> <nav>News Sport Weather</nav></header>"
            f"<main><article><h1>{escape(page.headline)}</h1>{body}{note}</article>"
            f"</main><footer>About {name}. Contact.</footer></body></html>"
        )
