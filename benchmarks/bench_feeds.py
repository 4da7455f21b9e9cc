"""Feed parsing: ours against feedparser, and a feed whose entries are all known.

    python benchmarks/bench_feeds.py [PASSES]

Needs ../shared/corpus. CPU seconds (user + system) of this process; parsers take turns
feed by feed, and of each feed's passes the quickest counts.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import feedparser
from lxml import etree
from pipe import quietly
from verdict import row

from monitor import feeds

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus" / "feeds"
URL = "https://example.org/feed.xml"
LIMIT = 100_000
# Issue 4: how many times as fast as feedparser, and what a known feed may cost.
LEAST_RATIO, MOST_KNOWN = 20, 1 / 10
_BUILT = re.compile(rb"(<lastBuildDate>)[^<]*")


def by_feedparser(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body)).entries)


def by_feedparser_bare(body: bytes) -> int:
    parsed = feedparser.parse(
        io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False
    )
    return len(parsed.entries)


def by_lxml_tree(body: bytes) -> int:
    return len(etree.fromstring(body, etree.XMLParser(recover=True)))


def thoroughly(body: bytes) -> int:
    parsed = feeds.parse_thoroughly(body, url=URL, charset=None, limit=LIMIT)
    return len(parsed.entries)


def ours(body: bytes) -> int:
    return len(feeds.parse(body, url=URL, charset=None, limit=LIMIT).entries)


PARSERS: dict[str, Callable[[bytes], int]] = {
    "feedparser": by_feedparser,
    "feedparser, bare": by_feedparser_bare,
    "ours, feedparser path": thoroughly,
    "ours (feeds.parse)": ours,
    "lxml tree alone": by_lxml_tree,
}


def spent(parser: Callable[[bytes], int], body: bytes) -> float:
    start = time.process_time()
    parser(body)
    return time.process_time() - start


def main() -> None:
    if not CORPUS.is_dir():
        print("skipped: needs ../shared/corpus")
        return
    warnings.simplefilter("ignore")
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    bodies = [gzip.decompress(path.read_bytes()) for path in sorted(CORPUS.glob("*"))]
    size = sum(map(len, bodies)) / 1e6
    total = dict.fromkeys(PARSERS, 0.0)
    entries = dict.fromkeys(PARSERS, 0)
    taken = different = 0
    for body in bodies:
        best = dict.fromkeys(PARSERS, float("inf"))
        for _ in range(passes):
            for name, parser in PARSERS.items():
                best[name] = min(best[name], spent(parser, body))
        for name, parser in PARSERS.items():
            total[name] += best[name]
            entries[name] += parser(body)
        quick = feeds.parse_quickly(body, url=URL, limit=LIMIT)
        thorough = feeds.parse_thoroughly(body, url=URL, charset=None, limit=LIMIT)
        taken += quick is not None
        different += quick is not None and quick != thorough
    print(f"{len(bodies)} feeds, {size:.1f} MB, best of {passes} passes")
    print(f"{'':24}  CPU s   MB/s  feeds/s  ratio  entries")
    for name, cost in total.items():
        print(
            f"{name:24} {cost:6.3f} {size / cost:6.1f} {len(bodies) / cost:8.0f}"
            f" {total['feedparser'] / cost:6.1f} {entries[name]:8}"
        )
    lost = entries["ours, feedparser path"] - entries["ours (feeds.parse)"]
    ratio = total["feedparser"] / total["ours (feeds.parse)"]
    print(f"quick path: {taken} of {len(bodies)} feeds; of these {different} differ")
    known = known_share(bodies)
    row(
        "feed parsing: feedparser / ours, entries lost, feeds that differ",
        f"{ratio:.1f}, {lost}, {different}",
        f">= {LEAST_RATIO}, 0, 0",
        ratio >= LEAST_RATIO and not lost and not different,
    )
    row(
        "only lastBuildDate moved: ours / a full feedparser parse",
        f"1/{1 / known:.0f}",
        "<= 1/10",
        known <= MOST_KNOWN,
    )


def known_share(bodies: list[bytes]) -> float:
    """What reading costs again when a feed that has the date only moved it."""
    full = again = 0.0
    for body in bodies:
        moved = _BUILT.sub(rb"\g<1>Mon, 02 Mar 2026 12:00:00 GMT", body, count=1)
        if moved != body:
            full += min(spent(by_feedparser, moved) for _ in range(2))
            again += min(spent(ours, moved) for _ in range(2))
    return again / full


if __name__ == "__main__":
    quietly(main)
