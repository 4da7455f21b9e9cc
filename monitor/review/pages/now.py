"""Now: what changed since I last looked, and the same for one topic."""

from __future__ import annotations

from monitor.model import ChangeKind, Severity
from monitor.review import filters, rows
from monitor.review.site import Answer, Ask, Site
from monitor.store.review import changed, marks, stories, voices
from monitor.store.review.changed import Page

# Names offered in the filter; others can be written into the address.
OFFERED = 200
# Unread changes are counted up to here: more is "many".
COUNTED = 500
LABELS = {
    "topic": "Topic",
    "kind": "Kind",
    "source": "Source",
    "outlet": "Outlet",
    "severity": "Severity",
}


def page(site: Site, ask: Ask) -> Answer:
    """The changes that fit the filter, and how much is unread."""
    asked = filters.read(ask, site.config.timezone, unread_first=ask.form == "html")
    found = changed.page(site.store, asked.wanted, asked.place, size=ask.size)
    marker = ask.reader.marker
    return Answer(
        "now.html",
        _title(asked),
        view={
            "rows": rows.rows(found.shown, marker=marker),
            "asked": asked,
            "offered": offered(site),
            "unread": changed.unread(site.store, marker, most=COUNTED),
            "counted": COUNTED,
            "newest": changed.newest_told(site.store),
            "searches": marks.searches(site.store),
            "is_filtered": any(
                ask.params.get(key, "all") not in ("", "all") for key in filters.KEYS
            ),
            "is_cut": found.is_cut,
            "formats": ("csv", "json", "atom"),
            "formats_path": "/changes",
        },
        rows=[rows.flat(shown) for shown in found.shown],
        json=[rows.as_json(shown) for shown in found.shown],
        changes=found.shown,
        onward=onward(ask, found),
    )


def topic(site: Site, ask: Ask) -> Answer | None:
    """The stories of a topic, and its newest changes."""
    name = ask.args["name"]
    known = {one.name for one in site.config.topics}
    wanted = changed.Wanted(topic=name)
    where = filters.place(ask.params.get("from", ""))
    found = changed.page(site.store, wanted, where, size=ask.size)
    if not found.shown and name not in known:
        return None
    ids = [shown.listed.change.change_id for shown in found.shown]
    return Answer(
        "topic.html",
        f"Topic {name}",
        view={
            "name": name,
            "rows": rows.rows(found.shown, marker=ask.reader.marker),
            "stories": stories.of_changes(site.store, ids) if ids else [],
            "kinds": voices.kinds(site.store, "topic", name),
            "is_cut": found.is_cut,
            "formats": ("csv", "json", "atom"),
        },
        rows=[rows.flat(shown) for shown in found.shown],
        json=[rows.as_json(shown) for shown in found.shown],
        changes=found.shown,
        onward=onward(ask, found),
    )


def offered(site: Site) -> dict[str, list[str]]:
    """What the filter offers."""
    return {
        "topic": topics(site),
        "kind": [kind.value for kind in ChangeKind],
        "outlet": voices.names(site.store, "outlet", most=OFFERED),
        "source": voices.names(site.store, "source", most=OFFERED),
        "severity": [severity.value for severity in reversed(Severity)],
    }


def topics(site: Site) -> list[str]:
    """The topics that are configured, or were when something changed."""
    names = {one.name for one in site.config.topics}
    names.update(voices.names(site.store, "topic", most=OFFERED))
    return sorted(names, key=str.casefold)


def onward(ask: Ask, found: Page) -> str | None:
    """The address of the next page."""
    if found.following is None:
        return None
    return ask.link(**{"from": filters.written(found.following)})


def _title(asked: filters.Filter) -> str:
    named = [
        f"{label.lower()} {value}"
        for key, label in LABELS.items()
        if (value := getattr(asked.wanted, key))
    ]
    return f"Changes: {', '.join(named)}" if named else "Now"
