"""Screenshots of each review page, from an invented story that the real engine reads.

    python docs/make_screenshots.py [FOLDER]      (default: docs/screenshots)

Needs Chromium and the packages of the tests. The story is docs/screenshots/story.toml;
it is polled, checked and delivered by the real pipeline on a clock of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from monitor.clock import SystemClock  # noqa: E402
from monitor.demo import Newsroom, read_script  # noqa: E402
from monitor.demo.director import demo_config  # noqa: E402
from monitor.pipeline import check, deliver, poll  # noqa: E402
from monitor.pipeline.opening import open_service  # noqa: E402
from monitor.settings import Config, RouteConfig, TopicConfig  # noqa: E402
from monitor.store import confirmations, open_store  # noqa: E402
from monitor.store.database import Store  # noqa: E402
from monitor.store.review import marks  # noqa: E402
from tests import browser  # noqa: E402
from tests.clock import FakeClock  # noqa: E402

STEP = timedelta(minutes=100)
WIDE, PHONE = {"width": 1180, "height": 920}, {"width": 390, "height": 844}
TOPICS = (
    TopicConfig("skarholm", any=("Skarholm", "Halvard")),
    TopicConfig("strikes", any=("strike", "dockworkers")),
)
ROUTES = (
    RouteConfig("newsroom", ("console",), group_wait=timedelta(0)),
)  # fmt: skip


def play(database: Path) -> None:
    """The whole story, ending now."""
    script = read_script(HERE / "screenshots/story.toml")
    now = SystemClock().now().replace(microsecond=0)
    clock = FakeClock(now - STEP * (len(script.steps) + 1))
    with Newsroom(script) as newsroom:
        newsroom.play(script.steps[0], now=clock.now())
        base = Config(database=database, routes=ROUTES)
        config = replace(demo_config(newsroom, base), topics=TOPICS)
        with open_service(
            config, clock=clock, workers=1, console=lambda _: None
        ) as service:
            for number, step in enumerate(script.steps):
                if number:
                    newsroom.play(step, now=clock.now())
                for run in (poll, check, deliver):
                    run(service, force=True)
                clock.advance(STEP)
            for run in (poll, check, deliver):
                run(service, force=True)
    # the newsroom is gone, the story is not: feeds are due later, pages elsewhere
    with open_store(database) as store, store.writing() as db:
        later = (now + timedelta(minutes=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
        db.execute("UPDATE feeds SET next_poll_at = ?", (later,))
        db.execute(
            "UPDATE feeds SET error = 'HTTP 503 Service Unavailable', failures = 4, "
            "state = 'failing' WHERE name = 'daily'"
        )
        for key, name in script.outlets.items():
            home = f"https://{name.lower().replace(' ', '-')}.example/"
            for table, column in (("articles", "url"), ("changes", "article_url")):
                db.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                    (f"{newsroom.base}/{key}/", home),
                )
    desk(database, now)


def desk(database: Path, now: datetime) -> None:
    """What people did: a look, a pin, notes, a saved search."""
    with open_store(database) as store:
        claim = toll(store)
        with store.writing() as db:
            confirmations.add_note(
                db,
                claim,
                "Harbour Authority, press desk: 31 confirmed by phone, list of names at six.",
                author="bo",
                now=now - timedelta(minutes=40),
            )
        confirmations.pin(
            store, confirmations.current(store, claim)[:1], author="bo", now=now - STEP
        )
        marks.keep(
            store,
            author="bo",
            name="Denials and removals",
            address="/?kind=removed&state=all",
            now=now,
        )
        told = store.all(
            "SELECT change_id FROM changes WHERE disposition <> 'record' "
            "ORDER BY change_id DESC LIMIT 9"
        )
        marks.look(store, "ana", told[-1][0] - 1, now=now - 4 * STEP)


def toll(store: Store) -> int:
    """The claim whose figure rose most often."""
    rows = store.all(
        "SELECT claim_id FROM changes WHERE kind = 'figure' GROUP BY claim_id "
        "ORDER BY count(*) DESC LIMIT 1"
    )
    return int(rows[0][0])


def pages(store: Store) -> dict[str, str]:
    """The name of each picture and the page it shows."""

    def one(sql: str) -> Any:
        return store.all(sql)[0][0]

    article = one(
        "SELECT article_id FROM articles ORDER BY revision_count DESC, article_id LIMIT 1"
    )
    claim = toll(store)
    story = one(f"SELECT story_id FROM claims WHERE claim_id = {claim}")
    alert = one(
        "SELECT alert_key FROM alerts JOIN alert_changes USING (alert_id) "
        f"JOIN changes USING (change_id) WHERE claim_id = {claim} "
        "ORDER BY change_id DESC LIMIT 1"
    )
    change = one(
        f"SELECT max(change_id) FROM changes WHERE claim_id = {claim} AND kind = 'figure'"
    )
    return {
        "now": "/",
        "claim": f"/claim/{claim}",
        "article": f"/article/{article}",
        "side-by-side": f"/article/{article}?side=1",
        "visits": f"/article/{article}#visits",
        "stories": "/stories",
        "story": f"/story/{story}",
        "topic": "/topic/skarholm",
        "sources": "/sources",
        "source": "/source/Skarholm%20Harbour%20Authority",
        "outlets": "/outlets",
        "outlet": "/outlet/Harbour%20Gazette",
        "feeds": "/feeds",
        "alerts": "/alerts",
        "alert": f"/alert/{alert}",
        "change": f"/change/{change}",
        "search": "/search?q=killed",
    }


def configure(folder: Path) -> Path:
    """The configuration of the review that is photographed."""
    path = folder / "claimwatch.toml"
    path.write_text(
        dedent(
            """\
            [claimwatch]
            database = "claimwatch.db"
            [[topics]]
            name = "skarholm"
            any = ["Skarholm", "Halvard"]
            [[topics]]
            name = "strikes"
            any = ["strike", "dockworkers"]
            [[channels]]
            name = "console"
            url = "json://127.0.0.1:9/nowhere"
            [[routes]]
            name = "newsroom"
            channels = ["console"]
            """
        )
    )
    return path


def photograph(folder: Path, into: Path) -> list[Path]:
    """A picture of every page, and of two in the dark on a phone."""
    made = []
    config = configure(folder)
    with (
        open_store(folder / "claimwatch.db", read_only=True) as store,
        browser.served(config) as served,
        browser.opened() as chromium,
    ):
        context = chromium.new_context(viewport=WIDE, color_scheme="light")
        page = context.new_page()
        page.goto(served.link)
        for name, path in pages(store).items():
            page.goto(served.base + path)
            made.append(into / f"{name}.png")
            page.screenshot(path=made[-1])
        state = context.storage_state()
        phone = chromium.new_context(
            viewport=PHONE,
            color_scheme="dark",
            storage_state=state,
            device_scale_factor=2,
        )
        page = phone.new_page()
        for name in ("now", "claim"):
            page.goto(served.base + pages(store)[name])
            made.append(into / f"phone-{name}.png")
            page.screenshot(path=made[-1])
    return made


def main() -> None:
    """Play, then photograph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "screenshots")
    into = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as folder:
        play(Path(folder) / "claimwatch.db")
        for path in photograph(Path(folder), into):
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
