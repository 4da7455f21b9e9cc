"""One claim: who says what of it, how its figure moved, where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.model import Side
from monitor.review import chart, filters, jsonld, rows
from monitor.review.pages.now import onward
from monitor.review.site import Answer, Ask, Site
from monitor.store import changes as stored_changes
from monitor.store.reading import ListedAssertion
from monitor.store.review import changed, claim

# Changes that the chart is drawn from.
DRAWN = 400
# Assertions that a table of the page shows, for a phone to stay quick.
VOICES = 100
# Changes whose `before` is what another source says.
_OF_ANOTHER = frozenset({"conflict", "corroborated", "denied"})


def page(site: Site, ask: Ask) -> Answer | None:
    """The claim of that id."""
    number = int(ask.args["id"])
    read = claim.read(site.store, number)
    if read is None:
        return None
    number = read.claim_id
    where = filters.place(ask.params.get("from", ""))
    wanted = changed.Wanted(claim_id=number, with_recorded=True)
    found = changed.page(site.store, wanted, where, size=ask.size)
    voices = [_voice(one, read) for one in read.listed.assertions]
    said = values(read, claim.values(site.store, number, most=DRAWN))
    linked = jsonld.claim_review(read, url=f"{ask.base}/claim/{number}", home=ask.base)
    return Answer(
        "claim.html",
        read.listed.text,
        view={
            "read": read,
            "claim": read.listed,
            "voices": [voice for voice in voices if not voice["is_historic"]],
            "historic": [voice for voice in voices if voice["is_historic"]],
            "independent": _independent(voices),
            "articles": read.carried_by[0],
            "outlets": read.carried_by[1],
            "most": VOICES,
            "chart": chart.chart(
                said,
                until=_until(read, ask.now),
                zone=ZoneInfo(site.config.timezone),
            ),
            "rows": rows.rows(found.shown),
            "kinds": Counter(s.listed.change.kind.value for s in found.shown),
            "near": near(read),
            "merged_from": None if number == int(ask.args["id"]) else ask.args["id"],
            "is_cut": found.is_cut,
            "formats": ("csv", "json", "atom", "jsonld"),
        },
        rows=[rows.flat(shown) for shown in found.shown],
        json={
            "id": number,
            "claim": read.listed.text,
            "measure": read.listed.measure,
            "story_id": read.story_id,
            "first_seen_at": read.listed.first_seen_at,
            "last_seen_at": read.listed.last_seen_at,
            "assertions": voices,
            "carriers": read.carriers,
            "notes": read.notes,
            "near": near(read),
            "changes": [rows.as_json(shown) for shown in found.shown],
        },
        changes=found.shown,
        linked=linked,
        onward=onward(ask, found),
    )


def _voice(one: ListedAssertion, read: claim.Read) -> dict[str, Any]:
    """An assertion as a row of the page's table."""
    more = read.pins[one.assertion_id]
    return {
        "assertion_id": one.assertion_id,
        "source": one.source or one.outlet,
        "source_kind": one.source_kind or "outlet",
        "chain": list(one.source_chain),
        "outlet": one.outlet,
        "value_min": one.value_min,
        "value_max": one.value_max,
        "comparator": one.comparator,
        "unit": one.unit,
        "value": words.value(one.side) or "",
        "certainty": one.certainty,
        "sureness": rows.SURENESS[one.certainty],
        "polarity": one.polarity,
        "status": one.status,
        "quote": one.quote,
        "article_url": one.article_url,
        "revision": one.revision,
        "is_historic": one.is_historic,
        "is_removed": one.is_removed,
        "is_independent": bool(more["is_independent"]),
        "event_on": more["event_on"],
        "place": more["place"],
        "first_seen_at": more["first_seen_at"],
        "as_of": one.as_of,
        "last_seen_at": one.last_seen_at,
        "pinned_at": more["pinned_at"],
        "pinned_by": more["pinned_by"],
    }


def near(read: claim.Read) -> list[dict[str, Any]]:
    """The claims that were nearly taken for this one, and what decided."""
    found = []
    for one in read.near:
        came_here = one.claim_id == read.claim_id
        found.append(
            {
                "claim_id": one.seen_as if came_here else one.claim_id,
                "text": one.quote if came_here else one.text,
                "score": round(one.score, 2),
                "lost": one.lost,
            }
        )
    return found


def _independent(voices: Sequence[Mapping[str, Any]]) -> int:
    """Sources that stand behind it now and do not repeat another."""
    return len(
        {
            voice["source"]
            for voice in voices
            if voice["is_independent"]
            and not voice["is_historic"]
            and not voice["is_removed"]
            and voice["polarity"] == "positive"
        }
    )


def values(read: claim.Read, sides: Sequence[Mapping[str, Any]]) -> list[chart.Said]:
    """What each source said when: from the changes, then what stands now."""
    said: dict[tuple[str, str], chart.Said] = {}
    begun = {number: row["first_seen_at"] for number, row in read.pins.items()}
    known = {one.assertion_id: one for one in read.listed.assertions}
    started: set[int] = set()
    for row in sides:
        one = known.get(row["assertion_id"])
        # a headline that repeats the source it stands above is no voice of its own
        if one is None or (row["source"] is None and one.source is not None):
            continue
        before = stored_changes.side_of(row["before"])
        is_own = row["kind"] not in _OF_ANOTHER
        at = begun[one.assertion_id]
        # what another article of the source said at that time is newer
        is_first = one.assertion_id not in started and (_name(one), at) not in said
        if is_first and before is not None and is_own:
            _say(said, one, before, at)
        started.add(one.assertion_id)
        after = stored_changes.side_of(row["after"])
        if after is not None:
            _say(said, one, after, row["detected_at"])
    for one in read.listed.assertions:
        # an old article that is read late says what was true when it was written
        at = one.as_of if one.is_historic else begun[one.assertion_id]
        is_known = one.is_historic and (_name(one), at) in said
        if one.assertion_id not in started and not is_known:
            _say(said, one, one.side, at)
    return sorted(said.values(), key=lambda one: one.at)


def _name(one: ListedAssertion) -> str:
    return one.source or one.outlet


def _say(
    said: dict[tuple[str, str], chart.Said], one: ListedAssertion, side: Side, at: str
) -> None:
    if side.value_min is None and side.value_max is None:
        return
    name = _name(one)
    said[name, at] = chart.Said(
        source=name,
        at=datetime.fromisoformat(at),
        low=side.value_min,
        high=side.value_max,
        certainty=side.certainty,
        text=words.value(side) or "",
        is_outlet=one.source is None,
    )


def _until(read: claim.Read, now: datetime) -> datetime:
    """Where the lines end: when it was last seen, if that was long ago."""
    seen = datetime.fromisoformat(read.listed.last_seen_at)
    begun = datetime.fromisoformat(read.listed.first_seen_at)
    return min(now, seen + (seen - begun) / 8)
