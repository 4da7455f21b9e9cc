"""What alerts, what waits for the digest, what is only recorded; and how loud it is."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.alerts import policy, severity
from monitor.alerts.policy import Action
from monitor.model import Certainty, ChangeKind, Polarity, Severity, Side, Status
from tests.alert_samples import people

_LOUD = [
    k
    for k in ChangeKind
    if k not in (ChangeKind.NEW, ChangeKind.DETAIL, ChangeKind.REWORDED)
]


def decided(kind: ChangeKind, **more: Any) -> Action:
    values: dict[str, Any] = {
        "has_measure": False,
        "topics_configured": True,
        "topics_matched": True,
        "checkworthy": True,
    }
    verdict = policy.decide(kind, **(values | more))
    assert verdict.reason
    return verdict.action


@pytest.mark.parametrize("kind", _LOUD, ids=str)
def test_changes_alert_with_or_without_topics(kind: ChangeKind) -> None:
    assert decided(kind) is Action.ALERT
    bare = {"topics_configured": False, "topics_matched": False}
    assert decided(kind, **bare, checkworthy=False) is Action.ALERT


@pytest.mark.parametrize("kind", list(ChangeKind), ids=str)
def test_what_matches_no_topic_is_only_recorded(kind: ChangeKind) -> None:
    assert decided(kind, topics_matched=False, has_measure=True) is Action.RECORD


def test_a_detail_waits_and_a_rewording_is_recorded() -> None:
    assert decided(ChangeKind.DETAIL) is Action.DIGEST
    assert decided(ChangeKind.REWORDED) is Action.RECORD


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ({}, Action.ALERT),
        ({"has_measure": True, "matched_by_terms": False}, Action.ALERT),
        ({"matched_by_terms": False}, Action.RECORD),
        ({"topics_configured": False, "topics_matched": False}, Action.DIGEST),
        (
            {"topics_configured": False, "topics_matched": False, "has_measure": True},
            Action.DIGEST,
        ),
        ({"checkworthy": False, "has_measure": True}, Action.RECORD),
        (
            {"checkworthy": False, "topics_configured": False, "topics_matched": False},
            Action.RECORD,
        ),
    ],
)
def test_a_new_claim_must_earn_its_alert(more: dict[str, Any], action: Action) -> None:
    assert decided(ChangeKind.NEW, **more) is action


# ------------------------------------------------------------------ severity

_PLAIN = Side("x")


def loud(
    kind: ChangeKind, before: Side | None = _PLAIN, after: Side | None = _PLAIN
) -> Severity:
    return severity.of(kind, before=before, after=after)[0]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ChangeKind.RETRACTED, Severity.HIGH),
        (ChangeKind.DENIED, Severity.HIGH),
        (ChangeKind.CORRECTED, Severity.NORMAL),
        (ChangeKind.ATTRIBUTION, Severity.NORMAL),
        (ChangeKind.REMOVED, Severity.NORMAL),
        (ChangeKind.RESTORED, Severity.NORMAL),
        (ChangeKind.CORROBORATED, Severity.NORMAL),
        (ChangeKind.NEW, Severity.NORMAL),
        (ChangeKind.DETAIL, Severity.LOW),
        (ChangeKind.REWORDED, Severity.LOW),
    ],
)
def test_the_default_of_a_kind(kind: ChangeKind, expected: Severity) -> None:
    assert loud(kind) is expected
    assert loud(kind, None, None) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (100, 110, Severity.NORMAL),
        (100, 199, Severity.NORMAL),
        (100, 200, Severity.HIGH),
        (200, 100, Severity.HIGH),
        (0, 3, Severity.HIGH),
        (-5, 5, Severity.HIGH),
        (-100, -110, Severity.NORMAL),
    ],
)
@pytest.mark.parametrize("kind", [ChangeKind.FIGURE, ChangeKind.CONFLICT], ids=str)
def test_a_figure_is_loud_at_twice_the_value(
    kind: ChangeKind, one: float, other: float, expected: Severity
) -> None:
    assert loud(kind, people(one, ""), people(other, "")) is expected


def test_a_bound_counts_as_its_value() -> None:
    bound = people(100, "", value_max=None)
    assert loud(ChangeKind.FIGURE, bound, people(250, "")) is Severity.HIGH
    assert loud(ChangeKind.FIGURE, bound, Side("no value")) is Severity.NORMAL


def test_opposite_claims_are_loud() -> None:
    negated = Side("x", polarity=Polarity.NEGATIVE)
    assert loud(ChangeKind.CONFLICT, _PLAIN, negated) is Severity.HIGH
    assert loud(ChangeKind.CONFLICT) is Severity.NORMAL


def test_less_sure_is_loud_and_surer_is_not() -> None:
    alleged = Side("x", certainty=Certainty.ALLEGED)
    assert loud(ChangeKind.CERTAINTY, _PLAIN, alleged) is Severity.HIGH
    assert loud(ChangeKind.CERTAINTY, alleged, _PLAIN) is Severity.NORMAL


def test_a_reversal_is_loud() -> None:
    for status in Status:
        reversed_ = status in (Status.CANCELLED, Status.ACQUITTED)
        expected = Severity.HIGH if reversed_ else Severity.NORMAL
        assert loud(ChangeKind.STATUS, _PLAIN, Side("x", status=status)) is expected


def test_the_loudest_of_several_kinds_counts() -> None:
    found, reason = severity.of(
        ChangeKind.REMOVED,
        before=people(1, ""),
        after=people(9, ""),
        sub_kinds=(ChangeKind.DETAIL, ChangeKind.FIGURE),
    )
    assert found is Severity.HIGH
    assert reason == "also figure: values 9 times apart"


def test_the_configuration_has_the_last_word() -> None:
    overrides = {ChangeKind.DENIED: Severity.CRITICAL, ChangeKind.FIGURE: Severity.LOW}

    def of(kind: ChangeKind, *sub_kinds: ChangeKind) -> Severity:
        found, reason = severity.of(
            kind,
            before=people(1, ""),
            after=people(9, ""),
            sub_kinds=sub_kinds,
            overrides=overrides,
        )
        assert reason
        return found

    assert of(ChangeKind.DENIED) is Severity.CRITICAL
    assert of(ChangeKind.FIGURE, ChangeKind.RETRACTED) is Severity.LOW
    assert of(ChangeKind.REMOVED, ChangeKind.FIGURE) is Severity.NORMAL
    assert of(ChangeKind.REMOVED, ChangeKind.DENIED) is Severity.CRITICAL
