"""The review pages of one database, asked without a server or over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from monitor.clock import Clock, SystemClock
from monitor.review import server
from monitor.settings import Config, TopicConfig
from monitor.store import Store, open_store
from tests import newsroom

TOPIC = TopicConfig("fire", any=("Port Arlen", "fire"))


@dataclass
class Review:
    """Asks for pages as a browser would: keeps cookies, sends the hidden fields."""

    datasette: Any
    store: Store
    loop: asyncio.AbstractEventLoop
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Any:
        answer = self.loop.run_until_complete(
            self.datasette.client.get(path, headers=headers, cookies=self.cookies)
        )
        # shown once
        self.cookies.pop("ds_messages", None)
        self.cookies.update(answer.cookies)
        return answer

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def sign_in(self, **actor: str) -> Review:
        signed = self.datasette.sign({"a": actor or {"id": "root"}}, "actor")
        self.cookies["ds_actor"] = signed
        return self

    def sign_out(self) -> None:
        self.cookies.clear()

    def token(self) -> str:
        if "ds_csrftoken" not in self.cookies:
            self.get("/")
        return self.cookies.get("ds_csrftoken", "")

    def do(
        self, action: str, *, back: str = "/", token: str | None = None, **form: Any
    ) -> Any:
        fields = {"csrftoken": self.token() if token is None else token, "back": back}
        answer = self.loop.run_until_complete(
            self.datasette.client.post(
                f"/-/do/{action}",
                content=urlencode({**fields, **form}),
                headers={"content-type": "application/x-www-form-urlencoded"},
                cookies=self.cookies,
            )
        )
        self.cookies.update(answer.cookies)
        return answer

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.store.all(sql, values)]


@contextmanager
def review(
    database: Path,
    *,
    options: server.Options | None = None,
    clock: Clock | None = None,
    owner: str = "ana",
) -> Iterator[Review]:
    """The pages of this database, asked without a server."""
    config = Config(database=database, topics=(TOPIC,))
    datasette = server.build(
        config, options or server.Options(), clock=clock or SystemClock(), owner=owner
    )
    loop = asyncio.new_event_loop()
    try:
        with open_store(database) as store:
            loop.run_until_complete(datasette.invoke_startup())
            yield Review(datasette, store, loop)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        for opened in datasette.databases.values():
            opened.close()
        datasette.executor.shutdown()


def told_four(folder: Path) -> Path:
    """The newsroom's database, of whose new claims only the toll was worth telling.

    Which ones the engine tells is not what these tests are about.
    """
    database = newsroom.filled(folder)
    with open_store(database) as store, store.writing() as db:
        # by deletion and insertion, for the labels to follow
        db.execute(
            "CREATE TEMP TABLE quiet AS SELECT * FROM changes WHERE kind = 'new' AND "
            "claim_id <> (SELECT claim_id FROM changes WHERE kind = 'figure')"
        )
        db.execute(
            "UPDATE quiet SET disposition = 'record', "
            "disposition_reason = 'new, but not check-worthy'"
        )
        db.execute(
            "DELETE FROM changes WHERE change_id IN (SELECT change_id FROM quiet)"
        )
        db.execute("INSERT INTO changes SELECT * FROM quiet")
        db.execute(
            "DELETE FROM alerts WHERE alert_id NOT IN (SELECT alert_id FROM alert_changes)"
        )
    return database


def toll(pages: Review) -> int:
    """The claim whose figure rose."""
    [(number,)] = pages.rows("SELECT claim_id FROM changes WHERE kind = 'figure'")
    return int(number)
