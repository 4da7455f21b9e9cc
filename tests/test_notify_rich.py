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
from tests.mail_server import SmtpServer

CONFIG = DeliveryConfig(timeout=timedelta(seconds=30))


class World:
    """Every service, and one notifier whose children serve all tests."""

    def __init__(self, services: FakeService, post: SmtpServer) -> None:
        self.services = services
        self.post = post
        self.urls = {
            "slack": SLACK,
            "bot": SLACK_BOT,
            "discord": DISCORD,
            "telegram": TELEGRAM,
            "mail": mailbox(post),
        }
        channels = [
            ChannelConfig(name, url, allow_private=True)
            for name, url in self.urls.items()
        ]
        # the pace is the business of other tests
        self.notifier = Notifier(channels, CONFIG, wait=lambda _: False)

    def send(self, channel: str, *messages: Message) -> list[Outcome]:
        return [self.notifier.send(channel, message) for message in messages]

    def form(self, channel: str, told: Alert) -> Message:
        return formed(told, self.urls[channel])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hosted")
    with (
        pytest.MonkeyPatch.context() as environ,
        hosted(folder, environ) as services,
        SmtpServer() as post,
    ):
        world = World(services, post)
        with world.notifier:
            yield world


@pytest.fixture
def world(opened: World) -> World:
    opened.services.payloads.clear()
    opened.services.threads.clear()
    opened.post.messages.clear()
    opened.post.recipients.clear()
    return opened


def mailbox(post: SmtpServer, extra: str = "") -> str:
    return (
        f"mailto://127.0.0.1:{post.port}/?from=watch@gazette.example"
        f"&to=desk@gazette.example{extra}"
    )


def formed(told: Alert, url: str) -> Message:
    message = render.message(told, timezone="UTC", form=form_of(url))
    return replace(message, name=told.key)


def send(url: str, message: Message) -> Outcome:
    """Through a notifier of its own."""
    with Notifier([ChannelConfig("it", url, allow_private=True)], CONFIG) as notifier:
        return notifier.send("it", message)


def test_the_form_follows_from_the_url() -> None:
    assert form_of(SLACK) is form_of(SLACK_BOT) is Form.SLACK
    assert form_of("https://hooks.slack.com/services/T1/A1/x") is Form.SLACK
    assert form_of("mailtos://user:pw@example.com") is Form.MAIL
    assert form_of("mailto://user:pw@example.com?format=text") is Form.TEXT
    assert form_of(DISCORD) is form_of(TELEGRAM) is form_of("json://x/") is Form.TEXT


# ------------------------------------------------------------------ Slack


def test_a_webhook_gets_blocks_and_the_title_for_notifications(world: World) -> None:
    [outcome] = world.send("slack", world.form("slack", alert(change())))
    assert outcome.ok
    # a webhook does not tell what to follow
    assert outcome.reference == ""
    [payload] = world.services.payloads
    assert set(payload) <= {"blocks", "text", "icon_url", "username"}
    assert payload["text"].startswith("Figure up: 312 → 358 people")
    assert "A-17f3" in slack_blocks.words(payload["blocks"])


def test_what_slack_would_refuse_is_refused_here(world: World) -> None:
    long = ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},)
    [outcome] = world.send("slack", Message("title", "body", blocks=long))
    assert not outcome.ok
    assert outcome.permanent
    assert outcome.detail.startswith("HTTP 400")


def test_hostile_text_pings_nobody_in_slack(world: World) -> None:
    told = [world.form("slack", alert(poisoned(text))) for text in HOSTILE]
    assert all(outcome.ok for outcome in world.send("slack", *told))
    assert len(world.services.payloads) == len(HOSTILE)
    for payload in world.services.payloads:
        assert "<" not in payload["text"]
        kinds = {leaf["type"] for leaf in slack_blocks.leaves(payload["blocks"])}
        assert kinds <= {"text", "link", "plain_text"}


def test_a_bot_threads_what_follows(world: World) -> None:
    first = world.form("bot", alert(change()))
    [one] = world.send("bot", first)
    assert one.ok
    assert one.reference in world.services.threads
    [other] = world.send("bot", replace(first, thread=one.reference))
    assert other.ok
    before, after = world.services.payloads
    assert before["channel"] == "#desk"
    assert "thread_ts" not in before
    assert after["thread_ts"] == one.reference
    # and it is seen in the channel, too
    assert after["reply_broadcast"] is True


def test_a_lost_thread_loses_no_message(world: World) -> None:
    message = replace(world.form("bot", alert(change())), thread="1600000000.000001")
    [outcome] = world.send("bot", message)
    assert outcome.ok
    [payload] = world.services.payloads
    assert "thread_ts" not in payload


def test_a_refusal_is_told_in_slacks_own_word(world: World) -> None:
    world.services.refusal = (200, '{"ok": false, "error": "not_in_channel"}')
    [outcome] = world.send("bot", world.form("bot", alert(change())))
    world.services.refusal = None
    assert not outcome.ok
    assert not outcome.permanent
    assert outcome.detail.startswith("HTTP 200: ")
    assert "not_in_channel" in outcome.detail


def test_a_message_without_blocks_stays_as_apprise_writes_it(world: World) -> None:
    [outcome] = world.send("slack", Message("A notice", "Nothing has happened."))
    assert outcome.ok
    [payload] = world.services.payloads
    assert payload["attachments"][0]["title"] == "A notice"


@pytest.mark.parametrize(
    ("channel", "field"), [("discord", "content"), ("telegram", "text")]
)
def test_other_services_get_the_plain_text(
    world: World, channel: str, field: str
) -> None:
    [outcome] = world.send(channel, world.form(channel, alert(change())))
    assert outcome.ok
    shown = "\n".join(str(payload[field]) for payload in world.services.payloads)
    assert "312 → 358 people" in shown


# ------------------------------------------------------------------ mail


def posted(world: World, *messages: Message) -> list[EmailMessage]:
    outcomes = world.send("mail", *messages)
    assert all(outcome.ok for outcome in outcomes)
    for letter, outcome in zip(world.post.messages, outcomes, strict=True):
        assert letter["Message-ID"] == outcome.reference
    return list(world.post.messages)


def test_mail_has_both_forms_and_a_lasting_id(world: World) -> None:
    message = world.form("mail", alert(change()))
    one, again = posted(world, message, message)
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


def test_mail_refers_to_what_it_follows(world: World) -> None:
    root = "<A-17f3.claimwatch@gazette.example>"
    first = world.form("mail", alert(change()))
    _, letter = posted(world, first, replace(first, name="A-2b3c", thread=root))
    assert letter["References"] == letter["In-Reply-To"] == root
    assert letter["Message-ID"] == "<A-2b3c.claimwatch@gazette.example>"


def test_hostile_text_forges_no_header_and_no_html(world: World) -> None:
    told = [world.form("mail", alert(poisoned(text))) for text in HOSTILE]
    for letter, message in zip(posted(world, *told), told, strict=True):
        assert letter["Bcc"] is None
        assert letter["Subject"] == message.title
        assert letter["To"] == "desk@gazette.example"
        parts = [part.get_content_type() for part in letter.iter_parts()]
        assert parts == ["text/plain", "text/html"]
    assert {tuple(to) for to in world.post.recipients} == {("desk@gazette.example",)}


def test_mail_goes_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    message = formed(alert(change()), "mailtos://x")
    with SmtpServer(tls=context) as post:
        url = mailbox(post, "&mode=ssl").replace("mailto:", "mailtos:")
        assert not send(url, message).ok
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        assert send(url, message).ok
        [letter] = post.messages
    assert letter.get_content_type() == "multipart/alternative"


def test_a_refusing_mail_server_is_tried_again(world: World) -> None:
    world.post.mode = "refuse"
    [outcome] = world.send("mail", world.form("mail", alert(change())))
    world.post.mode = "accept"
    assert not outcome.ok
    assert not outcome.permanent
    assert "desk@gazette" not in outcome.detail
