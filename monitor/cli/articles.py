"""What the reading commands say of an article: its entries, revisions, checks, claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor import urls
from monitor.cli.options import plain
from monitor.cli.records import Times, say, say_fields
from monitor.errors import ClaimwatchError
from monitor.store import Store, checks, trail
from monitor.store.reading import ChangeFilter, ListedChange, list_changes, storable

# Runs of checks that are printed: `--json` has every check that is kept.
RUNS_SHOWN = 12
KEPT = (
    "url",
    "outlet",
    "title",
    "language",
    "published_at",
    "modified_at",
    "first_seen_at",
    "is_silent",
    "verdict",
    "failures",
    "error",
    "last_checked_at",
    "last_changed_at",
    "next_check_at",
    "gone_since",
    "gone_at",
)


def is_url(text: str) -> bool:
    """Whether a word of the command line means an article."""
    return "://" in text or ("/" in text and "." in text.split("/")[0])


def known(store: Store, text: str) -> trail.Row:
    """The article that is meant, however its URL is spelt.

    Raises ClaimwatchError, which says what the address is instead.
    """
    spelled = _spellings(text)
    row = trail.article(store, spelled)
    if row is None:
        raise ClaimwatchError(_unknown(store, text, spelled))
    return row


def _spellings(text: str) -> list[str]:
    written = text if "://" in text else f"https://{text}"
    canonical = urls.canonical(written)
    found = [text, written, *([canonical] if canonical else [])]
    if canonical:
        other = "http" if canonical.startswith("https:") else "https"
        found.append(f"{other}://{canonical.partition('://')[2]}")
    return list(dict.fromkeys(storable(url) for url in found))


def _unknown(store: Store, text: str, spelled: Sequence[str]) -> str:
    """What to say of a URL that is no article we know."""
    shown = plain(text)
    feed = trail.feed(store, spelled)
    if feed is not None:
        state = feed["error"] or feed["state"]
        return f'{shown} is the feed "{feed["name"]}" ({state}), not an article'
    purged = trail.purged_at(store, spelled)
    if purged is not None:
        return f"{shown} was removed by retention on {purged[:10]}"
    return f"{shown}: no feed has listed this article so far"


def changes_in(store: Store, article_id: int) -> list[ListedChange]:
    """Every change that was read in an article."""
    wanted = ChangeFilter(article_id=article_id, with_recorded=True)
    return list(list_changes(store, wanted))


def facts(store: Store, row: trail.Row) -> dict[str, Any]:
    """What `--json` says of an article, beside its changes."""
    article_id = row["article_id"]
    return {
        **{key: row[key] for key in KEPT},
        "entries": trail.entries(store, article_id),
        "revisions": trail.revisions(store, article_id),
        "checks": checks.of_article(store, article_id),
        "claims": trail.claims_in(store, article_id),
    }


def print_facts(found: dict[str, Any], times: Times) -> None:
    """The same for people."""
    say(found["title"] or found["url"], bold=True)
    silent = "yes: in the first poll of its feed" if found["is_silent"] else None
    why = found.get("next_check_why")
    next_check = times(found["next_check_at"]) + (f" ({why})" if why else "")
    say_fields(
        [
            ("url", found["url"]),
            ("outlet", found["outlet"]),
            ("published", times(found["published_at"])),
            ("first seen", times(found["first_seen_at"])),
            ("silent", silent),
            ("checked", f"{times(found['last_checked_at'])} {found['verdict'] or ''}"),
            ("error", found["error"]),
            ("gone", times(found["gone_at"] or found["gone_since"])),
            ("next check", next_check.removeprefix("- ")),
        ],
        indent=2,
    )
    say()
    say("Listed by", bold=True)
    for entry in found["entries"]:
        seen = f"{times(entry['first_seen_at'])} to {times(entry['last_seen_at'])}"
        say(f"{entry['feed']}  {seen}  {entry['title']}", indent=2)
    _print_revisions(found["revisions"], times)
    _print_checks(found["checks"], times)
    say()
    say("Claims" if found["claims"] else "No claim was found in it", bold=True)
    for claim in found["claims"]:
        gone = " (removed)" if claim["removed_at"] else ""
        gone = gone or (" (missing)" if claim["gone_since"] else "")
        say(
            f"{claim['claim_id']}  {claim['source']}, {claim['certainty']}{gone}: "
            f"{claim['quote']}",
            indent=2,
        )


def _print_revisions(revisions: list[trail.Row], times: Times) -> None:
    say()
    say("Revisions" if revisions else "No text was stored", bold=True)
    for revision in revisions:
        origin = ", from the feed" if revision["is_from_feed"] else ""
        notice = (
            f", correction: {revision['correction']}" if revision["correction"] else ""
        )
        silent = ", silent edit" if revision["is_silent_edit"] else ""
        say(
            f"{revision['number']}  {times(revision['fetched_at'])}  "
            f"{revision['characters']} characters{origin}{silent}{notice}",
            indent=2,
        )


def _print_checks(kept: list[trail.Row], times: Times) -> None:
    """When its page was visited; visits that brought the same are one line."""
    say()
    say("Visits" if kept else "No visit is in the log", bold=True)
    runs = checks.runs(kept)
    for run in runs[:RUNS_SHOWN]:
        brought = "unchanged" if run.is_unchanged else run.outcome
        status = f", status {run.status}" if run.status is not None else ""
        took = f", {run.duration_ms} ms" if run.duration_ms is not None else ""
        reason = f": {run.reason}" if run.reason else ""
        if run.checks == 1:
            say(f"{times(run.checked_at)}  {brought}{status}{took}{reason}", indent=2)
        else:
            say(
                f"{times(run.checked_at)}  {run.checks} visits since "
                f"{times(run.first_at)}: {brought}{status}{reason}",
                indent=2,
            )
    if len(runs) > RUNS_SHOWN:
        say(f"and earlier ones: --json has all {len(kept)} visits", indent=2, dim=True)
