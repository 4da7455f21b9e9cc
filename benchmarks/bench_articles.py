"""Articles through the real stage: how many a second and core, and which step costs what.

    python benchmarks/bench_articles.py [ARTICLES]

Own generated news pages (8 to 20 paragraphs, each with figures, sources and hedges) from
a local server, through `poll` and `check` as the daemon calls them: fetch, extract, find,
match, record. CPU seconds (user + system) of all our processes. The shares of extracting
and finding are measured on the same pages in this process, those of matching and
recording by timing `Statements.place` and the rest of the record.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_polling import cpu
from pipe import quietly
from verdict import row

TOWNS = [
    "Port Arlen",
    "Velden",
    "Marrow Bay",
    "Ostrava Hill",
    "Kessel",
    "Norrin",
    "Lake Ammer",
    "Tarn",
]
WHAT = [
    "fire",
    "flood",
    "landslide",
    "explosion",
    "strike",
    "outbreak",
    "collision",
    "protest",
]
WHO = [
    "police",
    "the ministry of health",
    "Mayor Ilse Brandt",
    "the union",
    "a hospital official",
]
LINES = (
    "At least {n} people were killed in the {what} in {town}, {who} said on Monday.",
    "{who} put the number of injured at {n}, up from {m} the day before.",
    "About {n}00 residents were reportedly told to leave their homes near {town}.",
    "The {what} could have been caused by negligence, according to {who}.",
    "Rescue teams searched {n} buildings through the night and found nobody.",
    "{who} denied that {m} people were still missing after the {what}.",
    "Damage is estimated at ${n} million; insurers expect {m} percent more.",
    "Schools in {town} stay closed until Friday, and trains run every {m} minutes.",
)


def _sentence(pick: random.Random, what: str, town: str) -> str:
    text = pick.choice(LINES).format(
        n=pick.randint(3, 900),
        m=pick.randint(2, 99),
        what=what,
        town=town,
        who=pick.choice(WHO),
    )
    return text[0].upper() + text[1:]


def page(number: int) -> str:
    """A page whose text is like no other's."""
    pick = random.Random(number)
    what, town = pick.choice(WHAT), pick.choice(TOWNS)
    paragraphs = [
        " ".join(_sentence(pick, what, town) for _ in range(pick.randint(2, 4)))
        for _ in range(pick.randint(8, 20))
    ]
    title = f"{what.capitalize()} in {town}: report {number}"
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    links = "".join(f"<li><a href='/s/{n}'>Section {n}</a></li>" for n in range(60))
    return (
        f"<html lang='en'><head><title>{title}</title><meta property='og:title'"
        f" content='{title}'></head><body><nav><ul>{links}</ul></nav><main><article>"
        f"<h1>{title}</h1>{text}</article></main><footer>{links}</footer></body></html>"
    )


class Stopwatch:
    """CPU seconds of this thread inside a wrapped function."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._depth = 0

    def wrap(self, owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def timed(*values: Any, **options: Any) -> Any:
            if self._depth:
                return inner(*values, **options)
            self._depth, start = 1, time.thread_time()
            try:
                return inner(*values, **options)
            finally:
                self.spent += time.thread_time() - start
                self._depth = 0

        setattr(owner, name, timed)


def reading(pages: list[str]) -> tuple[float, float]:
    """CPU s of extracting and of finding, over these pages."""
    from monitor import articles
    from monitor.claims import find

    extracting = finding = 0.0
    for text in pages:
        body = text.encode()
        start = time.process_time()
        document = articles.extract(
            body,
            url="https://gazette.example/a",
            charset="utf-8",
            title=None,
            published_at=None,
            language="en",
        )
        middle = time.process_time()
        if document is not None:
            find.find(document)
        extracting += middle - start
        finding += time.process_time() - middle
    return extracting, finding


def run(folder: Path, count: int) -> dict[str, float]:
    from monitor.analysis import Analyst
    from monitor.pipeline import baseline, check, poll, statements
    from tests.desk import Item, desk

    matching, recording = Stopwatch(), Stopwatch()
    matching.wrap(statements.Statements, "place")
    recording.wrap(baseline, "record")
    pages = [page(number) for number in range(count)]
    before = cpu()
    with (
        Analyst(workers=2, aliases={}) as analyst,
        desk(folder / "claimwatch.db", analyst) as desk_,
    ):
        for number, text in enumerate(pages):
            desk_.news.put(f"/{number}", text)
        items = (
            Item(f"/{number}", title=f"Report {number}") for number in range(count)
        )
        desk_.feed("gazette", *items)
        poll(desk_.service)
        list(analyst.analyse([]))
        loop, caller = _fetch_clock(desk_.service), time.thread_time()
        start = time.monotonic()
        done = check(desk_.service)
        wall = time.monotonic() - start
        caller = time.thread_time() - caller
        fetching = _fetch_clock(desk_.service) - loop
        good = desk_.one("SELECT count(*) FROM revisions")
        found = desk_.one("SELECT count(*) FROM assertions")
    # the workers are gone and counted now; with them the start of their parent
    whole = cpu() - before
    if len(done) != count or good != count:
        raise SystemExit(f"{good} of {count} articles were read")
    extracting, finding = reading(pages)
    return {
        "whole": whole,
        "wall": wall,
        "assertions": found,
        "fetch": fetching,
        "extract": extracting,
        "find": finding,
        "match and place": matching.spent,
        "record": recording.spent - matching.spent,
        "hand over, schedule": caller - recording.spent,
    }


def _fetch_clock(service: Any) -> float:
    clock = time.pthread_getcpuclockid(service.fetcher._thread.ident)
    return time.clock_gettime(clock)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as name:
        found = run(Path(name), count)
    steps = list(found)[3:]
    total = sum(found[step] for step in steps)
    print(
        f"{count} articles, {found['assertions']:.0f} assertions; {found['wall']:.1f} s on"
        f" the clock with 2 workers; {found['whole']:.1f} CPU s with start and news server"
    )
    for step in steps:
        print(
            f"{step:22} {1000 * found[step] / count:7.2f} ms {found[step] / total:6.1%}"
        )
    shares = ", ".join(f"{step} {found[step] / total:.0%}" for step in steps)
    row(
        "articles a second and core", f"{count / total:.1f} ({shares})", "printed", None
    )


if __name__ == "__main__":
    quietly(main)
