"""`claimwatch claims`: what is being said, by whom, how surely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from monitor.alerts import words
from monitor.cli.options import csv_option, echo_csv, echo_json, json_option
from monitor.cli.records import (
    Times,
    moment_of,
    number,
    open_database,
    say,
)
from monitor.cli.terminal import paged, sparkline
from monitor.store import Store
from monitor.store.figures import courses
from monitor.store.reading import (
    ClaimFilter,
    ListedAssertion,
    ListedClaim,
    list_claims,
)

SHOWN = 50
# Values of a figure that a line shows: the last so many.
_STEPS = 6
COLUMNS = (
    "id",
    "claim",
    "measure",
    "story",
    "source",
    "source_chain",
    "value_min",
    "value_max",
    "comparator",
    "unit",
    "certainty",
    "polarity",
    "status",
    "quote",
    "article_url",
    "revision",
    "start",
    "end",
)


@click.command("claims")
@json_option
@csv_option
@click.argument("search", nargs=-1)
@click.option("--measure", help='Only what counts this, such as "people killed".')
@click.option("--source", help="Only what this source (or outlet) says.")
@click.option("--since", metavar="SPAN|TIME", help="Only what was seen since then.")
@click.option("--all", "with_historic", is_flag=True, help="Earlier values, too.")
@click.option("--limit", type=click.IntRange(min=0), help="The newest so many.")
@click.pass_context
def claims(
    ctx: click.Context,
    /,
    *,
    as_json: bool,
    as_csv: bool,
    search: tuple[str, ...],
    measure: str | None,
    source: str | None,
    since: str | None,
    with_historic: bool,
    limit: int | None,
) -> None:
    """List claims that hold these words, and who says what of them."""
    with open_database(ctx) as (place, store):
        wanted = ClaimFilter(
            search=" ".join(search).strip() or None,
            measure=measure,
            source=source,
            since=moment_of(since, place.timezone),
            with_historic=with_historic,
        )
        most = limit if limit is not None or as_json or as_csv else SHOWN
        listed = list_claims(store, wanted, limit=most)
        if as_csv:
            echo_csv(COLUMNS, _rows(listed))
        elif as_json:
            for claim in listed:
                echo_json(as_json_claim(claim))
        else:
            times = Times(place.timezone)
            with paged(ctx):
                for claim in listed:
                    print_claim(store, claim, times)


def _rows(listed: Iterable[ListedClaim]) -> Iterator[dict[str, Any]]:
    """A row for each assertion, its claim's keys before its own."""
    for claim in listed:
        found = as_json_claim(claim)
        assertions = found.pop("assertions")
        yield from ({**found, **assertion} for assertion in assertions)


def as_json_claim(claim: ListedClaim) -> dict[str, Any]:
    """The claim with the keys that readers of `--json` rely on."""
    return {
        "id": claim.claim_id,
        "claim": claim.text,
        "measure": claim.measure,
        "story": claim.story,
        "assertions": [_assertion(assertion) for assertion in claim.assertions],
    }


def _assertion(row: ListedAssertion) -> dict[str, Any]:
    return {
        "source": row.source,
        "source_chain": list(row.source_chain),
        "value_min": number(row.value_min),
        "value_max": number(row.value_max),
        "comparator": row.comparator,
        "unit": row.unit,
        "certainty": row.certainty,
        "polarity": row.polarity,
        "status": row.status,
        "quote": row.quote,
        "article_url": row.article_url,
        "revision": row.revision,
        "start": row.start,
        "end": row.end,
    }


def print_claim(store: Store, claim: ListedClaim, times: Times) -> None:
    """One claim for a person: the proposition, then a line for each source."""
    say(f"{claim.claim_id}  {claim.text}", bold=True)
    if claim.measure:
        say(f"measure: {claim.measure}", indent=4, dim=True)
    width = max((len(voice(row)) for row in claim.assertions), default=0)
    moved = courses(store, claim.claim_id) if claim.measure else {}
    for row in claim.assertions:
        parts = [
            voice(row).ljust(width),
            words.value(row.side) or "",
            course(moved.get(row.assertion_id, ())),
            *marks(row),
        ]
        where = f"{row.outlet}, seen {times(row.last_seen_at)}"
        say("  ".join([*(part for part in parts if part), where]), indent=4)


def course(values: Sequence[float]) -> str:
    """How a figure moved, as bars and numbers; empty where it did not."""
    if not values:
        return ""
    steps = " → ".join(f"{value:,g}" for value in values[-_STEPS:])
    return f"{sparkline(values)} ({'… → ' if len(values) > _STEPS else ''}{steps})"


def voice(row: ListedAssertion) -> str:
    """Who says it: the source, or the outlet in its own voice."""
    return row.source or f"{row.outlet} (own voice)"


def marks(row: ListedAssertion) -> list[str]:
    """What is not plain about an assertion, in words."""
    found = [row.certainty]
    if row.polarity != "positive":
        found.append("negated")
    if row.status:
        found.append(row.status)
    if row.is_historic:
        found.append("(earlier value)")
    if row.is_removed:
        found.append("(removed)")
    if row.is_pinned:
        found.append("(pinned)")
    return found
