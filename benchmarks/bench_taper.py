"""What the taper costs and catches: visits, edits seen, and how late.

    python benchmarks/bench_taper.py [ARTICLES]

Articles of outlets with different habits live for a month under the default schedule,
in simulated time. Over all outlets 18 % of the articles are edited within a week, 81 %
of the edits fall in the first 24 hours (docs/design.md, section 1). Each outlet's habit
is learned from its own articles as they come. The waits as written in `[checks]
schedule` are compared with those that stretch where an outlet seldom edits.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipe import quietly
from verdict import row

from monitor.habits import USUAL, Habit, stretch
from monitor.schedule import next_check
from monitor.settings import ChecksConfig

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
CHECKS = ChecksConfig()
# Shares of edited articles: an agency, two papers, a live desk; USUAL on average.
HABITS = (0.01, 0.05, 0.18, 0.48)
# Of the edits; the others come until the end of the week, some weeks later.
FIRST_DAY, LATER = 0.81, 0.03
# Half of the first day's edits come within three hours.
TYPICAL = timedelta(hours=3)
# An edited article is edited again with this chance each time.
AGAIN = 0.35
# The visits to an outlet that hardly edits fall to this share at least; all edits
# together are at most so many times as late, and none is missed.
MOST_VISITS, MOST_LATER = 0.6, 1.1


@dataclass
class Tally:
    """What came of one outlet's articles."""

    articles: int = 0
    visits: int = 0
    edits: int = 0
    delays: list[float] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.articles + other.articles,
            self.visits + other.visits,
            self.edits + other.edits,
            self.delays + other.delays,
        )

    @property
    def per_article(self) -> float:
        return self.visits / self.articles


def edits(chance: random.Random, share: float) -> list[timedelta]:
    """When an article is edited, by its age."""
    found = []
    more = share
    while chance.random() < more:
        roll = chance.random()
        if roll < FIRST_DAY:
            # log-normal, cut at the end of the day
            age = min(TYPICAL * chance.lognormvariate(0, 1.2), timedelta(hours=24))
        elif roll < 1 - LATER:
            age = timedelta(days=chance.uniform(1, 7))
        else:
            age = timedelta(days=chance.uniform(7, 29))
        found.append(age)
        more = AGAIN
    return sorted(found)


def live(key: str, changes: Sequence[timedelta], wide: float) -> Tally:
    """One article from its first visit to its last."""
    seen = Tally(articles=1, edits=len(changes))
    waiting = list(changes)
    now, edited_at = START, None
    due: datetime | None = START
    while due is not None:
        now = due
        seen.visits += 1
        while waiting and START + waiting[0] <= now:
            seen.delays.append((now - START - waiting.pop(0)).total_seconds())
            edited_at = now
        due, _ = next_check(
            first_seen_at=START,
            published_at=None,
            taper=CHECKS.schedule,
            failures=0,
            edited_at=edited_at,
            pending_removal_at=None,
            confirm_removal_after=CHECKS.confirm_removal_after,
            retry_after=None,
            now=now,
            jitter_key=key,
            stretch=wide,
        )
    return seen


def outlet(share: float, articles: int, *, most: float) -> Tally:
    """All articles of one outlet, its habit learned on the way."""
    chance = random.Random(f"{share}")
    whole, edited = Tally(), 0
    for number in range(articles):
        changes = edits(chance, share)
        wide = stretch(Habit(number, edited), most=most)
        whole += live(f"{share} {number}", changes, wide)
        edited += bool(changes)
    return whole


def minutes(delays: Sequence[float]) -> str:
    ranked = sorted(delays)
    late = ranked[int(0.9 * len(ranked))]
    return (
        f"{statistics.mean(delays) / 60:7.0f} {statistics.median(delays) / 60:7.0f} "
        f"{late / 60:7.0f}"
    )


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    assert abs(statistics.mean(HABITS) - USUAL) < 1e-9
    print("edited  waits       visits an article   seen   mean  median  90 % (minutes)")
    totals, hardly = [], []
    for most in (1.0, CHECKS.stretch):
        whole = Tally()
        for share in HABITS:
            found = outlet(share, articles, most=most)
            whole += found
            if share == HABITS[0]:
                hardly.append(found.visits)
            kind = "written" if most == 1.0 else "stretched"
            print(
                f"{share:6.0%}  {kind:9} {found.per_article:12.1f} "
                f"{len(found.delays):9} of {found.edits:4} {minutes(found.delays)}"
            )
        totals.append(whole)
        print(
            f"{'all':>6}  {'':9} {whole.per_article:12.1f} {'':17} "
            f"{minutes(whole.delays)}"
        )
    written, stretched = totals
    missed = sum(whole.edits - len(whole.delays) for whole in totals)
    later = statistics.mean(stretched.delays) / statistics.mean(written.delays)
    fewer = hardly[1] / hardly[0]
    row(
        "checks of an outlet that hardly edits / as written; of all; edits later; missed",
        f"{fewer:.2f}; {stretched.visits / written.visits:.2f}; {later:.2f}; {missed}",
        f"≤ {MOST_VISITS}; –; ≤ {MOST_LATER}; 0",
        fewer <= MOST_VISITS and later <= MOST_LATER and missed == 0,
    )


if __name__ == "__main__":
    quietly(main)
