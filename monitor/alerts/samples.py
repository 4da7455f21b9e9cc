"""One change of every kind, about an invented flood: what templates are tried with. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.model import (
    Alert,
    Certainty,
    Change,
    ChangeKind,
    Comparator,
    Polarity,
    Severity,
    Side,
    SourceKind,
    Status,
)

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
URL = "https://harbourpost.example/news/varell-flood"


def people(
    count: float, text: str, source: str | None = "Delta Relief Watch", **more: Any
) -> Side:
    """A side that counts people."""
    values: dict[str, Any] = {
        "value_min": count,
        "value_max": count,
        "comparator": Comparator.EQUAL,
        "unit": "person",
        "source": source,
        "certainty": Certainty.REPORTED,
    }
    return Side(text=text, **(values | more))


def change(kind: ChangeKind = ChangeKind.FIGURE, **more: Any) -> Change:
    """A change with everything filled in; `more` replaces fields."""
    values: dict[str, Any] = {
        "change_id": 41,
        "kind": kind,
        "severity": Severity.NORMAL,
        "claim_id": 7,
        "claim": "People killed in the flood at Port Varell",
        "before": people(
            312, "Delta Relief Watch said 312 people were killed in Port Varell."
        ),
        "after": people(
            358, "Delta Relief Watch said 358 people were killed in Port Varell."
        ),
        "reason": "Delta Relief Watch: killed 312 → 358, +15 %",
        "detected_at": NOON,
        "article_url": URL,
        "article_title": "Flood toll climbs at Port Varell",
        "outlet": "Harbour Post",
        "source": "Delta Relief Watch",
        "source_kind": SourceKind.NAMED,
        "chain": ("Channel Nine", "Delta Relief Watch"),
        "measure": "killed/person",
        "certainty": Certainty.REPORTED,
        "language": "en",
        "story_id": 3,
        "story": "Port Varell flood",
        "feeds": ("harbour-world",),
        "outlets": ("Harbour Post", "Northern Gazette"),
        "topics": ("floods",),
        "labels": (("region", "delta"),),
        "independent_sources": 2,
        "first_seen_at": datetime(2031, 3, 3, 6, 30, tzinfo=UTC),
    }
    return Change(**(values | more))


def alert(*changes: Change, **more: Any) -> Alert:
    """An alert that holds these changes."""
    values: dict[str, Any] = {
        "alert_id": 9,
        "key": "A-17f3",
        "route": "default",
        "group_key": "story=3",
        "changes": changes,
    }
    return Alert(**(values | more))


_BRIDGE = "The Interior Ministry said the Old Bridge had collapsed."

BY_KIND: dict[ChangeKind, Change] = {
    ChangeKind.NEW: change(
        ChangeKind.NEW,
        before=None,
        after=people(
            4000,
            "The Interior Ministry said about 4,000 people had been moved to schools.",
            source="Interior Ministry",
            comparator=Comparator.ABOUT,
        ),
        claim="People moved to schools in Port Varell",
        source="Interior Ministry",
        chain=("Interior Ministry",),
        measure="evacuated/person",
        reason="first time that anybody counts people moved to schools",
        first_seen_at=NOON,
        independent_sources=1,
        outlets=("Harbour Post",),
    ),
    ChangeKind.FIGURE: change(),
    ChangeKind.CERTAINTY: change(
        ChangeKind.CERTAINTY,
        severity=Severity.HIGH,
        before=Side(_BRIDGE, source="Interior Ministry"),
        after=Side(
            "The Interior Ministry said the Old Bridge may have collapsed.",
            source="Interior Ministry",
            certainty=Certainty.ALLEGED,
        ),
        claim="The Old Bridge collapsed",
        source="Interior Ministry",
        chain=("Interior Ministry",),
        measure=None,
        certainty=Certainty.ALLEGED,
        reason="Interior Ministry: “had collapsed” became “may have collapsed”",
        silent_edit=True,
    ),
    ChangeKind.ATTRIBUTION: change(
        ChangeKind.ATTRIBUTION,
        before=people(358, "The army said 358 people were killed.", source="army"),
        after=people(358, "Officials said 358 people were killed.", source="officials"),
        source="officials",
        source_kind=SourceKind.ANONYMOUS,
        chain=("officials",),
        reason="the named source was replaced by unnamed officials",
    ),
    ChangeKind.CORRECTED: change(
        ChangeKind.CORRECTED,
        before=Side("The dam at Upper Mell gave way on Monday."),
        after=Side("The dam at Lower Mell gave way on Monday."),
        claim="A dam gave way on Monday",
        source=None,
        source_kind=None,
        chain=(),
        measure=None,
        certainty=Certainty.ASSERTED,
        reason="where: Upper Mell → Lower Mell",
    ),
    ChangeKind.STATUS: change(
        ChangeKind.STATUS,
        before=Side("The engineer is a suspect.", status=Status.SUSPECT),
        after=Side("The engineer has been charged.", status=Status.CHARGED),
        claim="The engineer of the dam is held responsible",
        measure=None,
        reason="suspect → charged",
    ),
    ChangeKind.CORROBORATED: change(
        ChangeKind.CORROBORATED,
        before=people(358, "Delta Relief Watch said 358 people were killed."),
        after=people(
            358, "The coroner counted 358 dead on Tuesday.", source="the coroner"
        ),
        source="the coroner",
        source_kind=SourceKind.ROLE,
        chain=("the coroner",),
        independent_sources=2,
        reason="first independent source with the same figure",
    ),
    ChangeKind.CONFLICT: change(
        ChangeKind.CONFLICT,
        severity=Severity.HIGH,
        before=people(358, "Delta Relief Watch said 358 people were killed."),
        after=people(
            90,
            "The Interior Ministry put the toll at no more than 90.",
            source="Interior Ministry",
            value_min=None,
            comparator=Comparator.AT_MOST,
        ),
        source="Interior Ministry",
        chain=("Interior Ministry",),
        reason="same measure, other source, values that can't both hold",
    ),
    ChangeKind.DENIED: change(
        ChangeKind.DENIED,
        severity=Severity.HIGH,
        before=Side(_BRIDGE, source="Interior Ministry"),
        after=Side(
            "The mayor denied that the Old Bridge had collapsed.",
            source="the mayor",
            polarity=Polarity.NEGATIVE,
        ),
        claim="The Old Bridge collapsed",
        source="the mayor",
        source_kind=SourceKind.ROLE,
        chain=("the mayor",),
        measure=None,
        reason="the mayor explicitly denies it",
    ),
    ChangeKind.REMOVED: change(
        ChangeKind.REMOVED,
        after=None,
        reason="gone from revision 3, confirmed twice",
        silent_edit=True,
    ),
    ChangeKind.RESTORED: change(
        ChangeKind.RESTORED,
        before=None,
        reason="back in revision 4 after it was gone from revision 3",
    ),
    ChangeKind.RETRACTED: change(
        ChangeKind.RETRACTED,
        severity=Severity.HIGH,
        sub_kinds=(ChangeKind.FIGURE,),
        before=people(358, "The toll stands at 358, the coroner said.", "the coroner"),
        after=people(258, "The toll stands at 258, the coroner said.", "the coroner"),
        source="the coroner",
        chain=("the coroner",),
        reason="changed with the notice “An earlier version misstated the toll.”",
    ),
    ChangeKind.DETAIL: change(
        ChangeKind.DETAIL,
        severity=Severity.LOW,
        before=Side("A nurse was rescued from a roof."),
        after=Side("A nurse, 34, was rescued from a roof in Mell."),
        claim="A nurse was rescued from a roof",
        source=None,
        source_kind=None,
        chain=(),
        measure=None,
        certainty=Certainty.ASSERTED,
        reason="age and place added",
        digest=True,
    ),
    ChangeKind.REWORDED: change(
        ChangeKind.REWORDED,
        severity=Severity.LOW,
        before=Side("Rescuers pulled a nurse from a roof."),
        after=Side("A nurse was pulled from a roof by rescuers."),
        claim="A nurse was rescued from a roof",
        source=None,
        source_kind=None,
        chain=(),
        measure=None,
        certainty=Certainty.ASSERTED,
        reason="the same in other words",
    ),
}
