"""An alert in words, in the form that its channel takes.

The plain form is safe in every channel. The rich ones are made from the same parts
(`layout`) and escaped for their service on top.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from monitor.alerts import mail, slack
from monitor.alerts.layout import (
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    Layout,
    lay_out,
    ordered,
)
from monitor.alerts.sections import section_of, short_of
from monitor.model import Alert, Change, Form, Message

__all__ = ["MESSAGE_LIMIT", "TITLE_LIMIT", "block", "console", "formed", "message"]


def message(
    alert: Alert,
    *,
    timezone: str,
    review_url: str | None = None,
    limit: int = MESSAGE_LIMIT,
    form: Form = Form.TEXT,
    prefix: str = "",
    notice: str = "",
) -> Message:
    """The alert's message, title and body within `limit` characters.

    `prefix` and `notice` say that, and why, it comes again or to somebody else.
    """
    plan = lay_out(
        alert,
        timezone=timezone,
        review_url=review_url,
        limit=limit,
        prefix=prefix,
        notice=notice,
    )
    return formed(plan, form)


def formed(plan: Layout, form: Form) -> Message:
    """The message in that form; its plain text stands in where the form fails."""
    return Message(
        title=plan.title,
        body=plan.body,
        blocks=slack.blocks(plan) if form is Form.SLACK else (),
        html=mail.html(plan) if form is Form.MAIL else "",
    )


def console(alert: Alert, *, timezone: str = "UTC") -> str:
    """The alert for a terminal: everything in it, without colours.

    Terminal escape sequences in untrusted text are gone, as in `message`.
    """
    changes = ordered(alert.changes)
    zone = ZoneInfo(timezone)
    plan = lay_out(alert, timezone=timezone)
    parts = [plan.title]
    if alert.digest:
        parts.append("\n".join(short_of(c, with_url=True).plain for c in changes))
    elif len(changes) == 1:
        parts = [block(changes[0], zone)]
    else:
        parts += ["\n" + block(change, zone) for change in changes]
    shown = "\n".join([*parts, plan.footer])
    shown = shown.replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"{alert.key}  {shown}"


def block(change: Change, zone: ZoneInfo) -> str:
    """One change in full, in labelled lines."""
    return section_of(change, zone, MESSAGE_LIMIT).plain
