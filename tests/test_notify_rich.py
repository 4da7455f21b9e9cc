"""Rich forms end to end: unpatched apprise, our plug-ins, strict local services."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from monitor.alerts import render
from monitor.model import Alert, Form, Message, Outcome
from monitor.notify import Notifier, form_of
from monitor.settings import ChannelConfig, DeliveryConfig
from tests import slack_blocks
from tests.alert_samples import alert, change
from tests.hosted import DISCORD, SLACK, SLACK_BOT, TELEGRAM, FakeService, hosted
from tests.hostile_titles import HOSTILE, poisoned
from tests.mail_html import Page
from tests.servers import SmtpServer

CONFIG = DeliveryConfig(timeout=timedelta(seconds=30))


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    with hosted(tmp_path, monkeypatch) as server:
        yield server


def formed(told: Alert, url: str) -> Message:
    message = render.message(told, timezone="UTC", form=form_of(url))
    return replace(message, name=told.key)


def send(url: str, *messages: Message) -> list[Outcome]:
    channel = ChannelConfig("it", url, allow_private=True)
    with Notifier([channel], CONFIG) as notifier:
        return [notifier.send("it", message) for message in messages]


def test_the_form_follows_from_the_url() -> None:
    assert form_of(SLACK) is form_of(SLACK_BOT) is Form.SLACK
    assert form_of("https://hooks.slack.com/services/T1/A1/x") is Form.SLACK
    assert form_of("mailtos://user:pw@example.com") is Form.MAIL
    assert form_of("mailto://user:pw@example.com?format=text") is Form.TEXT
    assert form_of(DISCORD) is form_of(TELEGRAM) is form_of("json://x/") is Form.TEXT


# ------------------------------------------------------------------ Slack


def test_a_webhook_gets_blocks_and_the_title_for_notifications(
    services: FakeService,
) -> None:
    [outcome] = send(SLACK, formed(alert(change()), SLACK))
    assert outcome.ok
    # a webhook does not tell what to follow
    assert outcome.reference == ""
    [payload] = services.payloads
    assert set(payload) <= {"blocks", "text", "icon_url", "username"}
    assert payload["text"].startswith("Figure up: 312 → 358 people")
    assert "A-17f3" in slack_blocks.words(payload["blocks"])


def test_what_slack_would_refuse_is_refused_here(services: FakeService) -> None:
    long = ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},)
    [outcome] = send(SLACK, Message("title", "body", blocks=long))
    assert not outcome.ok
    assert outcome.permanent
    assert outcome.detail.startswith("HTTP 400")


def test_hostile_text_pings_nobody_in_slack(services: FakeService) -> None:
    told = [formed(alert(poisoned(text)), SLACK) for text in HOSTILE]
    channel = ChannelConfig("it", SLACK)
    quick = Notifier([channel], CONFIG, wait=lambda _: False)
    with quick as notifier:
        assert all(notifier.send("it", message).ok for message in told)
    for payload in services.payloads:
        assert "<" not in payload["text"]
        kinds = {leaf["type"] for leaf in slack_blocks.leaves(payload["blocks"])}
        assert kinds <= {"text", "link", "plain_text"}


def test_a_bot_threads_what_follows(services: FakeService) -> None:
    first = formed(alert(change()), SLACK_BOT)
    [one] = send(SLACK_BOT, first)
    assert one.ok
    assert one.reference in services.threads
    [other] = send(SLACK_BOT, replace(first, thread=one.reference))
    assert other.ok
    assert services.payloads[0]["channel"] == "#desk"
    assert "thread_ts" not in services.payloads[0]
    assert services.payloads[1]["thread_ts"] == one.reference
    # and it is seen in the channel, too
    assert services.payloads[1]["reply_broadcast"] is True


def test_a_lost_thread_loses_no_message(services: FakeService) -> None:
    message = replace(formed(alert(change()), SLACK_BOT), thread="1600000000.000001")
    [outcome] = send(SLACK_BOT, message)
    assert outcome.ok
    [payload] = services.payloads
    assert "thread_ts" not in payload


def test_a_message_without_blocks_stays_as_apprise_writes_it(
    services: FakeService,
) -> None:
    [outcome] = send(SLACK, Message("A notice", "Nothing has happened."))
    assert outcome.ok
    [payload] = services.payloads
    assert payload["attachments"][0]["title"] == "A notice"


@pytest.mark.parametrize(("url", "field"), [(DISCORD, "content"), (TELEGRAM, "text")])
def test_other_services_get_the_plain_text(
    services: FakeService, url: str, field: str
) -> None:
    message = formed(alert(change()), url)
    [outcome] = send(url, message)
    assert outcome.ok
    shown = "\n".join(str(payload[field]) for payload in services.payloads)
    assert "312 → 358 people" in shown


# ------------------------------------------------------------------ mail


def mailbox(post: SmtpServer, extra: str = "") -> str:
    return (
        f"mailto://127.0.0.1:{post.port}/?from=watch@gazette.example"
        f"&to=desk@gazette.example{extra}"
    )


def posted(*messages: Message) -> list[EmailMessage]:
    with SmtpServer() as post:
        outcomes = send(mailbox(post), *messages)
        assert all(outcome.ok for outcome in outcomes)
        letters = post.messages
        for letter, outcome in zip(letters, outcomes, strict=True):
            assert letter["Message-ID"] == outcome.reference
        return letters


def test_mail_has_both_forms_and_a_lasting_id() -> None:
    message = formed(alert(change()), "mailto://x")
    one, again = posted(message, message)
    assert one.get_content_type() == "multipart/alternative"
    plain, rich = one.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().replace("\r\n", "\n").strip() == message.body
    assert Page(rich.get_content()).bold == ["312", "358"]
    assert one["Subject"] == message.title
    assert one["Message-ID"] == "<A-17f3.claimwatch@gazette.example>"
    assert one["Message-ID"] == again["Message-ID"]
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["References"] is None
    assert len(one.get_all("Message-ID")) == 1


def test_mail_refers_to_what_it_follows() -> None:
    first = formed(alert(change()), "mailto://x")
    root = "<A-17f3.claimwatch@gazette.example>"
    later = replace(first, name="A-2b3c", thread=root)
    _, letter = posted(first, later)
    assert letter["References"] == letter["In-Reply-To"] == root
    assert letter["Message-ID"] == "<A-2b3c.claimwatch@gazette.example>"


def test_hostile_text_forges_no_header_and_no_html() -> None:
    told = [formed(alert(poisoned(text)), "mailto://x") for text in HOSTILE[:20]]
    with SmtpServer() as post:
        quiet = Notifier(
            [ChannelConfig("it", mailbox(post), True)], CONFIG, wait=lambda _: False
        )
        with quiet as notifier:
            assert all(notifier.send("it", message).ok for message in told)
        for letter, message in zip(post.messages, told, strict=True):
            assert letter["Bcc"] is None
            assert letter["Subject"] == message.title
            assert letter["To"] == "desk@gazette.example"
            parts = [part.get_content_type() for part in letter.iter_parts()]
            assert parts == ["text/plain", "text/html"]
        assert {tuple(to) for to in post.recipients} == {("desk@gazette.example",)}


def test_mail_goes_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    message = formed(alert(change()), "mailtos://x")
    with SmtpServer(tls=context) as post:
        url = mailbox(post, "&mode=ssl").replace("mailto:", "mailtos:")
        [refused] = send(url, message)
        assert not refused.ok
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        [outcome] = send(url, message)
        assert outcome.ok
        [letter] = post.messages
    assert letter.get_content_type() == "multipart/alternative"


def test_a_refusing_mail_server_is_tried_again() -> None:
    message = formed(alert(change()), "mailto://x")
    with SmtpServer("refuse") as post:
        [outcome] = send(mailbox(post), message)
    assert not outcome.ok
    assert not outcome.permanent
    assert "desk@gazette" not in outcome.detail
