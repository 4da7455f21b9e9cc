"""Our forms of apprise's Slack and mail plug-ins: blocks, HTML, threads.

They take the place of apprise's own under the same schemas, so that a channel's URL
means what apprise documents. What apprise would write is replaced by what `Told`
holds; connections, targets, log-in and refusals stay apprise's. Without a `Told`
(a notice, a test) they are apprise's own.
"""

from __future__ import annotations

import email
from dataclasses import dataclass
from email import policy
from typing import Any

from apprise.manager_plugins import NotificationManager
from apprise.plugins.email.base import NotifyEmail, PGPMode
from apprise.plugins.email.common import AppriseEmailException
from apprise.plugins.email.smtp import SMTP_EXCEPTIONS, AppriseSMTPController
from apprise.plugins.slack import NotifySlack, SlackMode

# apprise's types are partly missing and partly wrong
_Slack: Any = NotifySlack
_Mail: Any = NotifyEmail
_Server: Any = AppriseSMTPController
_Known: Any = NotificationManager


@dataclass(frozen=True)
class Told:
    """What a message has beside its plain text."""

    blocks: tuple[Any, ...] = ()
    html: str = ""
    name: str = ""
    thread: str = ""


class RichSlack(_Slack):  # type: ignore[misc]
    """Slack with blocks of ours, and threads where a bot token allows them."""

    told: Told | None = None
    reference = ""

    def _send(self, url: str, payload: dict[str, Any], *args: Any, **more: Any) -> Any:
        told = self.told
        if told is None or "attachments" not in payload or self.template:
            return super()._send(url, payload, *args, **more)
        ours = dict(payload)
        if told.blocks:
            [plain] = ours.pop("attachments")
            del ours["mrkdwn"]
            # for notifications and old clients; apprise has escaped it
            ours |= {"blocks": list(told.blocks), "text": plain.get("title", "")}
        # what comes later must be seen without opening the thread
        if told.thread and self.mode is SlackMode.BOT and "thread_ts" not in ours:
            ours |= {"thread_ts": told.thread, "reply_broadcast": True}
        response = super()._send(url, ours, *args, **more)
        if isinstance(response, dict) and response.get("ts"):
            self.reference = str(response["ts"])
        return response


class RichMail(_Mail):  # type: ignore[misc]
    """Mail with an HTML alternative, a lasting Message-ID, and References."""

    told: Told | None = None
    reference = ""

    def send(
        self, body: str, title: str = "", *args: Any, attach: Any = None, **more: Any
    ) -> bool:
        """Send one letter to the channel's one address."""
        told = self.told
        # a signature or encryption covers what apprise wrote
        if told is None or attach or self.pgp_mode != PGPMode.NONE:
            return bool(super().send(body, title, *args, attach=attach, **more))
        try:
            letters = list(
                _Mail.prepare_emails(
                    subject=title,
                    body=body,
                    notify_format="text",
                    from_addr=self.from_addr,
                    to=self.targets,
                    cc=self.cc,
                    bcc=self.bcc,
                    reply_to=self.reply_to,
                    smtp_host=self.smtp_host,
                    headers={"X-Application": self.app_id, **self.headers},
                    names=self.names,
                    tzinfo=self.tzinfo,
                )
            )
            return self._post(letters, told)
        except (*SMTP_EXCEPTIONS, AppriseEmailException) as error:
            self.logger.warning("the mail server: %s", type(error).__name__)
            return False

    def _post(self, letters: list[Any], told: Told) -> bool:
        with _Server(
            host=self.smtp_host,
            port=self.port,
            secure_mode=self.secure_mode,
            user=self.user,
            password=self.password,
            verify_certificate=self.verify_certificate,
            socket_connect_timeout=self.socket_connect_timeout,
        ) as server:
            for letter in letters:
                text = self._enriched(letter.body, told)
                if not server.sendmail(self.from_addr[1], letter.to_addrs, text):
                    self.logger.warning("the mail server refused the letter")
                    return False
        return True

    def _enriched(self, text: str, told: Told) -> str:
        """The letter with its HTML and its place in the thread."""
        # only ASCII may go over the wire: servers without 8BITMIME exist
        # folding the subject a second time loses spaces between its encoded words
        rules = policy.default.clone(cte_type="7bit", refold_source="none")
        letter = email.message_from_string(text, policy=rules)
        letter["Auto-Submitted"] = "auto-generated"
        if told.name:
            # the same for each attempt: a mailbox keeps one of two
            domain = str(self.from_addr[1]).rpartition("@")[2]
            self.reference = f"<{told.name}.claimwatch@{domain}>"
            del letter["Message-ID"]
            letter["Message-ID"] = self.reference
        if told.thread:
            letter["In-Reply-To"] = told.thread
            letter["References"] = told.thread
        if told.html:
            letter.add_alternative(told.html, subtype="html", cte="quoted-printable")
        return letter.as_string()


def register() -> None:
    """Put our plug-ins in the place of apprise's."""
    known = _Known()
    for plugin in (RichSlack, RichMail):
        known.add(plugin, force=True)
