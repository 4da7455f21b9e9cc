"""A template tried with an alert of every kind, before it is trusted with one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts import render, templated, templating
from monitor.alerts.layout import Layout, lay_out
from monitor.alerts.samples import BY_KIND, alert
from monitor.alerts.template_values import values
from monitor.errors import TemplateError
from monitor.model import Alert, ChangeKind, Form, Message
from monitor.settings import TemplateConfig

# What [review] url is taken to be.
_REVIEW = "https://review.example"


def sample(
    kind: ChangeKind, template: TemplateConfig, form: Form, timezone: str
) -> Message:
    """The template's message of an invented change of that kind."""
    told = alert(BY_KIND[kind])
    plan = _plan(told, timezone)
    return templated.message(template, told, plan, form, timezone)


def built_in(kind: ChangeKind, form: Form, timezone: str) -> Message:
    """The built-in message of an invented change of that kind."""
    return render.formed(_plan(alert(BY_KIND[kind]), timezone), form)


def _plan(told: Alert, timezone: str) -> Layout:
    return lay_out(
        told,
        timezone=timezone,
        review_url=_REVIEW,
        prefix="Test: ",
        notice="This is a test with an invented alert. Nothing has happened.",
    )


def problem(template: TemplateConfig) -> str | None:
    """The first thing that is wrong with a template, and for which alert."""
    try:
        templating.check(template.text)
    except TemplateError as error:
        return str(error)
    for told, name in _trials():
        wrong = _wrong(template, told)
        if wrong is not None:
            return f"{wrong} (in {name})"
    return None


def _trials() -> Iterator[tuple[Alert, str]]:
    for kind, change in BY_KIND.items():
        yield alert(change), f"an alert of kind {kind}"
    yield alert(*BY_KIND.values()), "an alert of many changes"
    yield alert(*BY_KIND.values(), digest=True), "a digest"


def _wrong(template: TemplateConfig, told: Alert) -> str | None:
    plan = lay_out(told, timezone="UTC", review_url=_REVIEW)
    try:
        templated.message(template, told, plan, Form.MAIL, "UTC")
        if template.is_html:
            return None
        given = values(told, plan, "UTC")
        text = templating.written(template.text, given, autoescape=False).strip()
    except TemplateError as error:
        return str(error)
    title = text.partition("\n")[0]
    if not title:
        return "writes nothing"
    if not templated.tells(told, title):
        return "the first line leaves out the figure: {{ change.headline }}"
    return None
