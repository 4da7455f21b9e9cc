"""Sources, outlets and feeds: who says what, how often it had to change."""

from __future__ import annotations

from typing import Any

from monitor.review import filters, rows
from monitor.review.pages.now import onward
from monitor.review.site import Answer, Ask, Site
from monitor.store.review import changed, voices

# What the table counts of each source and outlet.
COUNTED = ("corrected", "retracted", "denied", "conflict", "removed", "figure")
EPISODES = 20
_NAMES = {"source": "Sources", "outlet": "Outlets"}


def listed(site: Site, ask: Ask) -> Answer:
    """Sources or outlets, those with the most changes first."""
    label = ask.args["label"]
    number, _, name = ask.params.get("from", "").partition("_")
    before = (int(number), name) if number.isascii() and number.isdigit() else None
    found = voices.counts(site.store, label, before=before, size=ask.size)
    table: list[dict[str, Any]] = [
        {
            "name": row["name"],
            "changes": row["changes"],
            **{kind: row["kinds"].get(kind, 0) for kind in COUNTED},
        }
        for row in found
    ]
    onward_to = None
    if len(found) == ask.size:
        last = found[-1]
        onward_to = ask.link(**{"from": f"{last['changes']}_{last['name']}"})
    return Answer(
        "voices.html",
        _NAMES[label],
        view={
            "label": label,
            "table": table,
            "counted": COUNTED,
            "formats": ("csv", "json"),
        },
        rows=table,
        json=table,
        onward=onward_to,
    )


def page(site: Site, ask: Ask) -> Answer | None:
    """One source or outlet."""
    label, name = ask.args["label"], ask.args["name"]
    source = voices.source(site.store, name) if label == "source" else None
    wanted = changed.Wanted(
        source=name if label == "source" else "",
        outlet=name if label == "outlet" else "",
        with_recorded=True,
    )
    where = filters.place(ask.params.get("from", ""))
    found = changed.page(site.store, wanted, where, size=ask.size)
    if source is None and not found.shown:
        return None
    said = voices.said(site.store, source["source_id"]) if source else []
    for row in said:
        row["value"] = rows.value(row)
    feeds = [
        feed
        for feed in voices.feeds(site.store, now=ask.now)
        if label == "outlet" and feed["outlet"] == name
    ]
    return Answer(
        "voice.html",
        name,
        view={
            "label": label,
            "name": name,
            "source": source,
            "said": said,
            "feeds": feeds,
            "kinds": voices.kinds(site.store, label, name),
            "rows": rows.rows(found.shown),
            "is_cut": found.is_cut,
            "formats": ("csv", "json", "atom"),
        },
        rows=[rows.flat(shown) for shown in found.shown],
        json={
            "name": name,
            "kinds": voices.kinds(site.store, label, name),
            "said": said,
            "changes": [rows.as_json(shown) for shown in found.shown],
        },
        changes=found.shown,
        onward=onward(ask, found),
    )


def feeds(site: Site, ask: Ask) -> Answer:
    """Every feed and whether its news reaches us."""
    entries = voices.entries(site.store)
    found = [
        {**row, "entries": entries.get(row["feed_id"], 0)}
        for row in voices.feeds(site.store, now=ask.now)
    ]
    return Answer(
        "feeds.html",
        "Feeds",
        view={
            "feeds": found,
            "episodes": voices.episodes(site.store, most=EPISODES),
            "formats": ("csv", "json"),
        },
        rows=found,
        json=found,
    )
