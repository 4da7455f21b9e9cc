"""The face of the package: feeds and pages in, parsed feeds and analyses out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Self, TypeVar

from monitor.analysis.jobs import FeedJob, PageAnalysis, PageJob
from monitor.analysis.pool import Pool
from monitor.errors import ClaimwatchError
from monitor.model import ParsedFeed

K = TypeVar("K")

WALL_LIMIT = timedelta(seconds=10)
# Beyond what is loaded; 123 real pages took up to 75 MB.
MEMORY_LIMIT = 1 << 30
# Jobs in line for a worker: enough that one which hangs stops neither the polls whose
# feeds have not changed nor the pages that need no analysis.
FEEDS_AHEAD = 200
PAGES_AHEAD = 4


class Analyst:
    """Worker processes for feeds and pages; a context manager.

    Both methods take jobs lazily, a few ahead of free workers, and give results as they
    finish, each with the key it came with; None among the jobs means "none yet". A job
    that takes long holds up no other. What goes wrong with one job is its result:
    ParseError for bytes that are no feed, AnalysisError for a worker that died, failed,
    or ran out of time or memory. Processes start with the first job.

    `wall_limit` is what a job may take on an idle core: it is killed after that much
    processor time, and after three times that on the clock. `memory_limit` is in
    bytes, on top of what every worker has loaded.
    """

    def __init__(
        self,
        *,
        workers: int,
        aliases: Mapping[str, str],
        wall_limit: timedelta = WALL_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        self._feeds = Pool(
            "feeds",
            size=1,
            ahead=FEEDS_AHEAD,
            wall_limit=wall_limit,
            memory_limit=memory_limit,
        )
        self._pages = Pool(
            "pages",
            size=max(1, workers),
            ahead=PAGES_AHEAD,
            wall_limit=wall_limit,
            memory_limit=memory_limit,
            aliases=aliases,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all worker processes; returns when they are gone."""
        self._feeds.close()
        self._pages.close()

    def parse_feeds(
        self, jobs: Iterable[tuple[K, FeedJob] | None]
    ) -> Iterator[tuple[K, ParsedFeed | ClaimwatchError]]:
        """Parse fetched feeds."""
        return self._feeds.run(jobs)

    def analyse(
        self, jobs: Iterable[tuple[K, PageJob] | None]
    ) -> Iterator[tuple[K, PageAnalysis | ClaimwatchError]]:
        """Extract, judge, find claims and compare them with the last revision."""
        return self._pages.run(jobs)
