"""A browser window on a running review, which notes whatever goes wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.store import open_store
from monitor.store.database import Store
from tests import browser, newsroom
from tests.review_desk import told_four


@dataclass
class Desk:
    """A signed-in window on a running review, and what went wrong in it."""

    page: Any
    base: str
    store: Store
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer

    def main(self) -> str:
        return str(self.page.inner_text("body"))

    def press(self, name: str) -> None:
        self.follow(self.page.get_by_role("button", name=name).first)

    def follow(self, found: Any) -> None:
        """Click what leads to another page, or to this one anew, and wait for that.

        The one that was there is loaded, so waiting for that waits for nothing.
        """
        with self.page.expect_navigation():
            found.click()


def window(chromium: Any, base: str, store: Store, link: str | None = None) -> Desk:
    context = chromium.new_context(
        base_url=base, viewport={"width": 1200, "height": 900}
    )
    context.set_default_timeout(browser.LIMIT_MS)
    desk = Desk(context.new_page(), base, store)
    desk.page.on("console", lambda message: _complain(desk, message))
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    desk.page.on("request", lambda request: _stays(desk, request.url))
    if link:
        desk.page.goto(link)
    return desk


def _complain(desk: Desk, message: Any) -> None:
    # a page that is not there is one of the tests, and the browser says so itself
    if message.type in ("error", "warning") and "404" not in message.text:
        desk.complaints.append(message.text)


def _stays(desk: Desk, url: str) -> None:
    if not url.startswith((desk.base, "data:")):
        desk.complaints.append(f"asks elsewhere: {url}")


@contextmanager
def opened(chromium: Any, folder: Path) -> Iterator[Desk]:
    config = newsroom.write_config(folder)
    with (
        open_store(told_four(folder)) as store,
        browser.served(config) as served,
    ):
        desk = window(chromium, served.base, store, served.link)
        yield desk
        desk.page.context.close()


def paths(store: Store) -> list[str]:
    """Every page, with something on it."""
    [(claim, change)] = [
        tuple(row)
        for row in store.all(
            "SELECT claim_id, change_id FROM changes WHERE kind='figure'"
        )
    ]
    [key] = store.all("SELECT alert_key FROM alerts ORDER BY alert_id LIMIT 1")[0]
    article = "SELECT article_id FROM articles WHERE revision_count > 1"
    number = store.all(article)[0][0]
    return [
        "/?state=all",
        "/?kind=figure&recorded=1",
        f"/claim/{claim}",
        f"/change/{change}",
        f"/article/{number}",
        f"/article/{number}?side=1",
        "/stories",
        f"/story/{store.all('SELECT max(story_id) FROM claims')[0][0]}",
        "/topic/fire",
        "/sources",
        "/source/fire%20service",
        "/outlets",
        "/outlet/Gazette",
        "/feeds",
        "/alerts",
        f"/alert/{key}",
        "/search?q=fire",
        "/search?q=fire&in=articles",
        "/claim/999",
    ]
