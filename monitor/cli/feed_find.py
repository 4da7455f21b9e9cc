"""What `claimwatch feeds add` does before it adds: is there a feed at this address?

If it is a site's page, its feeds are looked for: those that it links to, else where feeds
often are. Each is read before it is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor import __version__, robots, urls
from monitor.analysis import Analyst, FeedJob
from monitor.cli.options import plain
from monitor.errors import ClaimwatchError, FetchError, UsageError
from monitor.feeds import discovery
from monitor.feeds.discovery import Candidate
from monitor.model import ParsedFeed, Request, Response
from monitor.plurals import counted
from monitor.settings import Config

_MISSING = (404, 410)
# A handful of requests, once, while the user waits.
GLANCE = timedelta(milliseconds=200)
_NEVERTHELESS = "--unchecked adds it nevertheless"


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was read. `entries` None = it could not be read now."""

    url: str
    title: str = ""
    entries: int | None = None
    note: str = ""


def find(loaded: Config, url: str, *, allow_private: bool) -> list[Found]:
    """The feeds at an address: itself, or those of the site, the likeliest first.

    Raises UsageError if there is none. An address that does not answer now is taken as
    it is, with a note.
    """
    with ExitStack() as stack:
        visits = _Visits(stack, loaded, allow_private=allow_private)
        [answer] = visits.fetch([url])
        if isinstance(answer, FetchError) and answer.kind == "refused-address":
            raise UsageError(f"{answer}; --allow-private allows it")
        if isinstance(answer, FetchError):
            return [Found(url, note=f"could not be read now: {answer}")]
        if answer.status in _MISSING:
            raise UsageError(f"{url} answers {answer.status}; {_NEVERTHELESS}")
        if answer.status != 200:
            return [Found(url, note=f"could not be read now: answers {answer.status}")]
        [parsed] = visits.parse([answer])
        if isinstance(parsed, ParsedFeed):
            return [_found(url, parsed)]
        if "HTML page" not in str(parsed):
            raise UsageError(f"{url} {parsed}; {_NEVERTHELESS}")
        html = answer.body.decode(answer.charset or "utf-8", "replace")
        found = visits.read(discovery.linked(html, answer.url))
        found = found or visits.read(discovery.guessed(answer.url))
        found = found or visits.read(visits.announced(answer.url))
        if not found:
            raise UsageError(
                f"{url} is a page, and no feed was found: it links to none, and there "
                f"is none at {', '.join(discovery.PATHS)} or in robots.txt; look for an "
                "RSS link on the site"
            )
        return found


def chosen(found: Sequence[Found], pick: int | None) -> Found:
    """The one that is meant; UsageError with the list if that is not clear."""
    if pick is not None and not 1 <= pick <= len(found):
        raise UsageError(f"--pick {pick}: there are {len(found)} feeds")
    news = [each for each in found if not Candidate(each.url, each.title).is_comments]
    if pick is not None:
        return found[pick - 1]
    if len(news) == 1 or len(found) == 1:
        return (news or list(found))[0]
    lines = [
        f"  {number}  {each.url}  {plain(each.title)} ({counted(each.entries or 0, 'entry')})"
        for number, each in enumerate(found, 1)
    ]
    raise UsageError(
        f"the site has {len(found)} feeds; say which, as in --pick 1:\n"
        + "\n".join(lines)
    )


class _Visits:
    """Fetches and parses, the parser only if something came."""

    def __init__(
        self, stack: ExitStack, loaded: Config, *, allow_private: bool
    ) -> None:
        # 200 ms that --unchecked need not pay
        from monitor.fetch import Fetcher

        manners = replace(loaded.fetch, per_host=4, per_host_pause=GLANCE)
        self._stack = stack
        self._allow_private = allow_private
        self._analyst: Analyst | None = None
        self._fetcher = stack.enter_context(
            Fetcher(manners, contact=loaded.user_agent_contact, version=__version__)
        )

    def fetch(self, addresses: Sequence[str]) -> list[Response | FetchError]:
        """The answers, in order."""
        requests = [
            (index, Request(url=url, allow_private=self._allow_private))
            for index, url in enumerate(addresses)
        ]
        answers = dict(self._fetcher.many(requests))
        return [answers[index] for index in range(len(addresses))]

    def parse(self, answers: Sequence[Response]) -> list[ParsedFeed | ClaimwatchError]:
        """The feeds that the answers hold, in order."""
        if self._analyst is None:
            self._analyst = self._stack.enter_context(Analyst(workers=1, aliases={}))
        jobs = [
            (index, FeedJob(body=one.body, url=one.url, charset=one.charset))
            for index, one in enumerate(answers)
        ]
        parsed = dict(self._analyst.parse_feeds(jobs))
        return [parsed[index] for index in range(len(answers))]

    def announced(self, url: str) -> list[Candidate]:
        """The news sitemaps that a site names in its robots.txt."""
        [answer] = self.fetch([f"{robots.origin(url)}/robots.txt"])
        if isinstance(answer, FetchError) or answer.status != 200:
            return []
        text = answer.body[: robots.SIZE_LIMIT].decode("utf-8", "replace")
        named = (urls.canonical(each, url) for each in robots.sitemaps(text))
        news = (each for each in named if each is not None and "news" in each.lower())
        return [Candidate(each) for each in news][: discovery.MOST]

    def read(self, candidates: Sequence[Candidate]) -> list[Found]:
        """Those candidates that are feeds, each once."""
        answers = self.fetch([candidate.url for candidate in candidates])
        good = [
            (candidate, answer)
            for candidate, answer in zip(candidates, answers, strict=True)
            if not isinstance(answer, FetchError) and answer.status == 200
        ]
        parsed = self.parse([answer for _, answer in good])
        found: dict[str, Found] = {}
        for (candidate, answer), feed in zip(good, parsed, strict=True):
            if isinstance(feed, ParsedFeed):
                # several guesses may lead to one feed
                url = urls.canonical(answer.url) or candidate.url
                named = replace(_found(url, feed), title=candidate.title or feed.title)
                found.setdefault(url, named)
        return list(found.values())


def _found(url: str, parsed: ParsedFeed) -> Found:
    return Found(url, parsed.title, len(parsed.entries))
