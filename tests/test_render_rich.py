"""Rich forms: valid for their service, marked, and as inert as the plain one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts import render
from monitor.alerts.layout import lay_out
from monitor.model import Alert, ChangeKind, Form, Message
from tests import slack_blocks
from tests.alert_samples import BY_KIND, URL, alert, change, people
from tests.hostile_titles import HOSTILE, assert_inert, poisoned
from tests.mail_html import ATTRIBUTES, TAGS, Page

REVIEW = "https://review.example/desk"
PAGE = f"{REVIEW}/alert/A-17f3"


# Between them they have every line that a section can have.
SHAPES = (
    ChangeKind.FIGURE,
    ChangeKind.CONFLICT,
    ChangeKind.CORRECTED,
    ChangeKind.CERTAINTY,
    ChangeKind.REMOVED,
    ChangeKind.NEW,
)


def slack(given: Alert) -> Message:
    return render.message(given, timezone="UTC", review_url=REVIEW, form=Form.SLACK)


def mail(given: Alert) -> Message:
    return render.message(given, timezone="UTC", review_url=REVIEW, form=Form.MAIL)


def assert_slack_is_safe(message: Message) -> None:
    blocks = json.loads(json.dumps(message.blocks))
    assert slack_blocks.problems(blocks) == []
    for leaf in slack_blocks.leaves(blocks):
        assert_inert(str(leaf["text"]))
        if leaf["type"] == "link":
            assert leaf["url"] == PAGE or leaf["url"].startswith(("https://ok.", URL))
    assert len(slack_blocks.words(blocks)) < render.MESSAGE_LIMIT * 1.2


def assert_mail_is_safe(message: Message) -> None:
    page = Page(message.html)
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert not any("url(" in style or "expression" in style for style in page.styles)
    for link in page.links:
        assert link == PAGE or link.startswith(("https://ok.", URL))
    assert_inert(page.text)


def assert_both_are_safe(told: Alert) -> None:
    plan = lay_out(told, timezone="UTC", review_url=REVIEW)
    assert_slack_is_safe(render.formed(plan, Form.SLACK))
    assert_mail_is_safe(render.formed(plan, Form.MAIL))


@pytest.mark.parametrize("kind", SHAPES, ids=str)
def test_hostile_text_is_inert_in_rich_forms(kind: ChangeKind) -> None:
    for text in HOSTILE:
        assert_both_are_safe(alert(poisoned(text, kind)))


def test_hostile_text_is_inert_in_a_rich_digest() -> None:
    for text in HOSTILE:
        members = [poisoned(text, kind) for kind in ChangeKind]
        assert_both_are_safe(alert(*members, digest=True))


@given(texts=st.lists(st.text(max_size=300), min_size=1, max_size=3), count=st.integers(1, 60))  # fmt: skip
@settings(max_examples=15)
def test_any_text_makes_valid_forms(texts: list[str], count: int) -> None:
    kinds = list(ChangeKind)
    many = [
        poisoned(texts[n % len(texts)], kinds[n % len(kinds)]) for n in range(count)
    ]
    assert_both_are_safe(alert(*many))


def test_the_changed_words_are_bold() -> None:
    blocks = slack(alert(change())).blocks
    bold = [
        leaf["text"]
        for leaf in slack_blocks.leaves(blocks)
        if leaf.get("style", {}).get("bold")
    ]
    assert "312" in bold
    assert "358" in bold
    assert Page(mail(alert(change())).html).bold == ["312", "358"]


@pytest.mark.parametrize("kind", list(ChangeKind), ids=str)
def test_every_form_tells_the_same(kind: ChangeKind) -> None:
    """What the plain text says of a change, the rich forms say."""
    told = alert(BY_KIND[kind], earlier_key="A-0a1b")
    plan = lay_out(told, timezone="UTC", review_url=REVIEW)
    facts = [line.bare for s in plan.sections for line in s.lines[1:]]
    facts = [fact for fact in facts if not fact.startswith("http")]
    in_slack = slack_blocks.words(slack(told).blocks).replace("\n", "")
    in_mail = Page(mail(told).html).text.replace("\n", "")
    for fact in facts:
        assert fact in in_slack
        assert fact in in_mail
    for shown in (in_slack, in_mail):
        assert plan.reference in shown
        assert "claimwatch ack A-17f3" in shown
        assert "claimwatch silence add claim=7" in shown


@pytest.mark.parametrize("length", [0, 1000, 20000])
def test_the_changed_figure_is_never_cut_in_rich_forms(length: int) -> None:
    padding = "word " * (length // 5)
    one = change(
        claim=f"{padding}people killed",
        before=people(4519, f"{padding}It said 4,519 people were killed. {padding}"),
        after=people(5002, f"{padding}It said 5,002 people were killed. {padding}"),
        source=f"Relief {padding}",
        reason=padding,
    )
    shown = slack_blocks.words(slack(alert(one)).blocks)
    assert "4,519 → 5,002 people" in shown
    page = Page(mail(alert(one)).html)
    assert "4,519 → 5,002 people" in page.text
    assert page.bold == ["4,519", "5,002"]


def test_a_link_says_where_it_leads() -> None:
    [first, *_] = [
        leaf for leaf in slack_blocks.leaves(slack(alert(change())).blocks)
        if leaf["type"] == "link"
    ]  # fmt: skip
    assert first == {
        "type": "link",
        "url": URL,
        "text": "Article at harbourpost.example",
    }
    page = Page(mail(alert(change())).html)
    assert page.links == [URL, PAGE]
    assert "harbourpost.example" in page.seen


def test_right_to_left_quotations_keep_their_direction() -> None:
    text = "وزارت کشور گفت ۳۵۸ نفر کشته شدند"
    one = change(
        after=people(358, text), before=people(312, text.replace("۳۵۸", "۳۱۲"))
    )
    html = mail(alert(one)).html
    assert html.count('dir="auto"') >= len(("lead", "before", "after"))
    assert Page(html).bold == ["۳۱۲", "۳۵۸"]


def test_many_changes_stay_within_the_limits() -> None:
    many = [change(change_id=n, claim=f"Claim number {n}") for n in range(400)]
    message = slack(alert(*many))
    assert slack_blocks.problems(json.loads(json.dumps(message.blocks))) == []
    assert "more changes" in slack_blocks.words(message.blocks)


def test_why_it_comes_again_stands_first() -> None:
    told = render.message(
        alert(change()), timezone="UTC", form=Form.SLACK, notice="Nobody has it."
    )
    assert slack_blocks.words(told.blocks).splitlines()[1] == "Nobody has it."
    assert told.body.startswith("Nobody has it.\n\nFigure up")
