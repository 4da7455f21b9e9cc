"""What a delivery sends: the alert in its channel's form, and why it comes (again)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor import notify
from monitor.alerts import render, route, sections
from monitor.alerts.layout import Layout, lay_out
from monitor.errors import TemplateError
from monitor.model import Alert, Form, Message
from monitor.pipeline.service import Service, log
from monitor.settings import Config
from monitor.store import escalations, messages
from monitor.store.outbox import Delivery
from monitor.store.settling import Standing

# Begin the title of an alert that nobody acknowledged.
REMINDER = "Again: "
ESCALATED = "Escalated: "
# What follows after a longer pause begins a thread of its own: nobody scrolls so far.
THREAD_SPAN = timedelta(days=7)


def composed(
    service: Service, delivery: Delivery, alert: Alert, standing: Standing
) -> Message:
    """The alert's message for the delivery's channel."""
    prefix = ""
    name = alert.key
    if standing.escalation:
        prefix = ESCALATED
        name = f"{alert.key}.e{standing.escalation}"
    if standing.sent:
        prefix = REMINDER
        name = f"{name}.{standing.sent + 1}"
    plan = lay_out(
        alert,
        timezone=service.config.timezone,
        review_url=service.config.review.url,
        prefix=prefix,
        notice=_notice(service, delivery, standing),
    )
    form = form_of(service.config, delivery.channel)
    message = _templated(service, alert, plan, form) or render.formed(plan, form)
    since = service.clock.now() - THREAD_SPAN
    thread = messages.thread_of(service.store, delivery, since=since)
    return replace(message, name=name, thread=thread)


def _templated(
    service: Service, alert: Alert, plan: Layout, form: Form
) -> Message | None:
    """The message as the route's template writes it; None without a template.

    A template that fails costs its own words, never the alert.
    """
    taken = route.named(service.config, alert.route)
    template = None if taken is None else taken.template
    if template is None:
        return None
    # Jinja, which few configurations need
    from monitor.alerts import templated

    timezone = service.config.timezone
    try:
        return templated.message(template, alert, plan, form, timezone)
    except TemplateError as error:
        wrong = f"the template {template.name} failed: {error}"
        log.warning("deliver alert=%s built-in form: %s", alert.key, wrong)
        return replace(render.formed(plan, form), note=wrong)


def form_of(config: Config, channel: str) -> Form:
    """The form that a channel takes; the built-in one takes plain text."""
    found = next((one for one in config.channels if one.name == channel), None)
    return Form.TEXT if found is None else notify.form_of(found.url)


def _notice(service: Service, delivery: Delivery, standing: Standing) -> str:
    """Why somebody is told who was not asked at first."""
    began = escalations.began(service.store, delivery.alert_id)
    if not standing.escalation or began is None:
        return ""
    first, channels = began
    at = sections.moment(first, ZoneInfo(service.config.timezone))
    others = [name for name in channels if name != delivery.channel]
    got = f"sent to {', '.join(others)}" if others else "it reached nobody"
    return f"Not acknowledged since {at} ({got})."
