"""Real articles of distinct outlets: what is told of two that nobody edited.

    python benchmarks/unrelated_articles.py [--show] PATH...

A PATH is a folder of saved pages (.html, .html.gz) and plain texts (.txt), searched
to its end, or a file of JSON lines: articles with `text` (and `publisher`), or days
with `baseline` and `sentences` as two outlets tell them. All go through the real
stages on a fake clock, in the order of their names, spread over two days, so that
each is near enough in time to conflict with every other. Every change told
between two articles is counted by its kind; `--show` prints each with both sides.
Whether it is right only a reader can say.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipe import quietly

sys.path.insert(0, str(Path(__file__).parents[1]))

from monitor.analysis import Analyst
from monitor.pipeline import poll
from monitor.settings import ChecksConfig, TaperStep
from tests.desk import Desk, Item, desk, page

# Short of the three days after which values need not agree.
SPREAD = timedelta(days=2)
HOUR = timedelta(hours=1)
# All of one kind are told; which are sent is the routes' business.
TOLD = "disposition IN ('alert', 'digest') AND kind <> 'new'"


@dataclass(frozen=True)
class Article:
    """One of them, as a page. `outlet` is its publisher, or a name of its own."""

    outlet: str
    name: str
    html: str | bytes
    language: str | None = "en"


def articles(path: Path) -> Iterator[Article]:
    """The articles that a path holds, in the order of their names."""
    if path.suffix == ".jsonl":
        yield from _lines(path)
        return
    for file in sorted(path.rglob("*")):
        if file.name.endswith((".html", ".html.gz")):
            raw = file.read_bytes()
            html = gzip.decompress(raw) if file.suffix == ".gz" else raw
            yield Article(file.name.split(".")[0], file.name, html, None)
        elif file.suffix == ".txt":
            yield _plain(file.stem, file.stem, file.read_text(encoding="utf-8"))


def _lines(path: Path) -> Iterator[Article]:
    days: dict[tuple[str, str], str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        if "text" in found:
            outlet = found.get("publisher", found["id"])
            yield _plain(outlet, found["id"], found["text"])
            continue
        for told in found.get("baseline", ()):
            days.setdefault((told["date"], found["event"], "one"), told["text"])
        if "sentences" in found:
            text = "\n".join(each["text"] for each in found["sentences"])
            days[found["id"][-len("2000-01-01") :], found["event"], "other"] = text
    for (date, event, outlet), text in sorted(days.items()):
        text = text.replace("\\n", "\n")
        yield _plain(f"{event}, {outlet}", f"{event} {date}, {outlet}", text)


def _plain(outlet: str, name: str, text: str) -> Article:
    title, *rest = [line for line in text.splitlines() if line.strip()]
    return Article(outlet, name, page(title, rest or [title]))


def tell(at: Desk, found: list[Article], feeds: dict[str, str]) -> None:
    """Publish them hour by hour, and check each as it comes."""
    # first polls are spread over time; here all are silent before the first article
    poll(at.service, force=True)
    step = SPREAD / max(1, len(found))
    listed: dict[str, list[Item]] = {}
    start = at.clock.now()
    for number, article in enumerate(found, 1):
        path, published = f"/{number - 1}.html", start + number * step
        at.news.put(path, article.html)
        items = listed.setdefault(feeds[article.outlet], [])
        items.insert(0, Item(path, title=article.name, published=published))
        at.feed(feeds[article.outlet], *items)
        if published - at.clock.now() >= HOUR or number == len(found):
            at.pass_(after=published - at.clock.now())


def main() -> None:
    names = [name for name in sys.argv[1:] if name != "--show"]
    found = [article for name in names for article in articles(Path(name))]
    feeds = {o: f"f{n}" for n, o in enumerate(dict.fromkeys(a.outlet for a in found))}
    with (
        tempfile.TemporaryDirectory() as folder,
        Analyst(workers=2, aliases={}) as analyst,
        desk(
            Path(folder) / "articles.db",
            analyst,
            *feeds.values(),
            feed={"language": None, "interval": timedelta(minutes=1)},
            routes=(),
            checks=ChecksConfig(
                schedule=(TaperStep(timedelta(days=9), timedelta(days=8)),)
            ),
        ) as at,
    ):
        for feed in feeds.values():
            at.feed(feed)
        tell(at, found, feeds)
        report(at, found)
        if "--show" in sys.argv:
            show(at, found)


def report(at: Desk, found: list[Article]) -> None:
    read = at.one("SELECT count(*) FROM revisions")
    claims = at.one("SELECT count(*) FROM claims")
    rows = at.rows(f"SELECT kind FROM changes WHERE {TOLD}")
    kinds = Counter(kind for (kind,) in rows)
    print(f"{len(found)} articles, {read} read, {claims} claims")
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    print(f"told between articles: {kinds.total()} ({told or 'nothing'})")


def show(at: Desk, found: list[Article]) -> None:
    rows: list[tuple[Any, ...]] = at.rows(
        "SELECT change_id, kind, article_url, reason, json_extract(before, '$.text'), "
        "json_extract(after, '$.text') "
        f"FROM changes WHERE {TOLD} ORDER BY change_id"
    )
    for number, kind, url, reason, before, after in rows:
        article = found[int(url.rsplit("/", 1)[1].split(".")[0])]
        print(
            f"\n{number} {kind} in {article.name}: {reason}\n  - {before}\n  + {after}"
        )


if __name__ == "__main__":
    quietly(main)
