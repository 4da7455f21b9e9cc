"""What a message says, before it takes any form: one plan for all of them. Pure.

Facts come first and are never cut: the figures, who says it and how sure. What may be
cut is the wording around them; what does not fit is counted and named, not dropped.
Room is counted in the plain form, so that every form tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.alerts.escape import web_address
from monitor.alerts.sections import Section, Short, section_of, short_of
from monitor.model import PRECEDENCE, Alert, Change, Severity
from monitor.plurals import counted

TITLE_LIMIT = 150
# Slack's section limit, and below that of every service with a title but Discord
# (2,000), which gets two messages.
MESSAGE_LIMIT = 3000

# More lines than this never fit a message; an alert may gather thousands.
_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Layout:
    """A message in its parts.

    `notice` says why it comes (again), `prefix` the same at the head of its title;
    `more` counts what had no room; `commands` are what a reader can do about it, each
    with a label; `page` is the review page.
    """

    key: str
    title: str
    severity: Severity
    notice: str
    prefix: str
    sections: tuple[Section, ...]
    shorts: tuple[Short, ...]
    more: str
    reference: str
    commands: tuple[tuple[str, str], ...]
    page: str | None

    @property
    def footer(self) -> str:
        """The last lines in plain text."""
        does = " · ".join(f"{label}: {command}" for label, command in self.commands)
        return "\n".join(line for line in (self.reference, does, self.page) if line)

    @property
    def listed(self) -> str:
        """The changes that are told in a line each, and how many more there are."""
        lines = [short.plain for short in self.shorts]
        return "\n".join([*lines, self.more] if self.more else lines)

    @property
    def body(self) -> str:
        """Everything below the title, in plain text."""
        parts = [self.notice, *(section.plain for section in self.sections)]
        return "\n\n".join(part for part in (*parts, self.listed, self.footer) if part)


def lay_out(
    alert: Alert,
    *,
    timezone: str,
    review_url: str | None = None,
    limit: int = MESSAGE_LIMIT,
    prefix: str = "",
    notice: str = "",
) -> Layout:
    """The parts of the alert's message, title and body within `limit` characters.

    `review_url` is where the review pages begin. The same alert always gives the same
    message, so that a repeated delivery is recognised.
    """
    changes = ordered(alert.changes)
    empty = Layout(
        key=alert.key,
        title=_title(alert, changes, prefix),
        severity=changes[0].severity if changes else Severity.LOW,
        notice=notice,
        prefix=prefix,
        sections=(),
        shorts=(),
        more="",
        reference=" · ".join(_reference(alert)),
        commands=_commands(alert, changes),
        page=review_page(review_url, alert.key),
    )
    blank = len("\n\n")
    room = limit - len(empty.title) - len(empty.body) - 2 * blank
    zone = ZoneInfo(timezone)
    sections = () if alert.digest else _sections(alert, changes, room, zone)
    rest = changes[len(sections) :]
    room -= sum(len(section.plain) + blank for section in sections)
    shorts, more = _shorts(alert, rest, room, with_url=alert.digest)
    return replace(empty, sections=sections, shorts=shorts, more=more)


def review_page(review_url: str | None, key: str) -> str | None:
    """The review page of an alert, if there are review pages."""
    return web_address(f"{review_url.rstrip('/')}/alert/{key}") if review_url else None


def ordered(changes: Sequence[Change]) -> list[Change]:
    """The changes as a reader wants them: loudest first, then by kind, then in time."""
    return sorted(
        changes,
        key=lambda c: (
            -c.severity.rank,
            PRECEDENCE.index(c.kind),
            c.detected_at,
            c.change_id,
        ),
    )


def _title(alert: Alert, changes: Sequence[Change], prefix: str) -> str:
    if not changes:
        return f"{prefix}No changes ({alert.key})"
    loudest = changes[0].severity
    mark = f"{prefix}[{loudest}] " if loudest.rank >= Severity.HIGH.rank else prefix
    count = len(changes)
    if alert.digest:
        loud = sum(c.severity.rank >= Severity.HIGH.rank for c in changes)
        return f"{prefix}Digest: {counted(count, 'change')}" + (
            f", {loud} of high severity" if loud else ""
        )
    lead = f"{count} changes: " if count > 1 else ""
    room = TITLE_LIMIT - len(mark) - len(lead)
    return f"{mark}{lead}{words.headline(changes[0]).text(room)}"


def _reference(alert: Alert) -> list[str]:
    follows = [f"follows {alert.earlier_key}"] if alert.earlier_key else []
    return [f"Alert {alert.key}", *follows]


def _commands(alert: Alert, changes: Sequence[Change]) -> tuple[tuple[str, str], ...]:
    details = ("Details", f"claimwatch show {alert.key}")
    if alert.digest or not changes:
        return (details,)
    acknowledge = ("Acknowledge", f"claimwatch ack {alert.key}")
    about = _what_to_silence(changes)
    if about is None:
        return (details, acknowledge)
    silence = f'claimwatch silence add {about} --reason "…"'
    return (details, acknowledge, ("Silence", silence))


def _what_to_silence(changes: Sequence[Change]) -> str | None:
    """The label that all changes share; None if nothing but the alert joins them."""
    claims = {change.claim_id for change in changes}
    stories = {change.story_id for change in changes}
    if len(claims) == 1:
        return f"claim={claims.pop()}"
    if len(stories) == 1 and None not in stories:
        return f"story={stories.pop()}"
    return None


# ------------------------------------------------------------------ what fits


def _sections(
    alert: Alert, changes: Sequence[Change], room: int, zone: ZoneInfo
) -> tuple[Section, ...]:
    """As many changes in full as fit beside a line for each of the rest."""
    shorts = [short_of(c, with_url=False) for c in changes[:_MOST_LINES]]
    sections: list[Section] = []
    used = 0
    for index, change in enumerate(changes):
        section = section_of(change, zone, room)
        # the rest must still fit: in a line each, or else as one line that counts it
        rest = sum(len(short.plain) + 1 for short in shorts[index + 1 :])
        rest = min(rest, len(_more(alert, changes[index + 1 :])) + 1)
        size = len(section.plain) + len("\n\n")
        if index and used + size + rest > room:
            break
        sections.append(section)
        used += size
    return tuple(sections)


def _shorts(
    alert: Alert, changes: Sequence[Change], room: int, *, with_url: bool
) -> tuple[tuple[Short, ...], str]:
    """A line per change, as many as fit; then how many more there are."""
    candidates = changes[:_MOST_LINES]
    lines = [short_of(change, with_url=with_url) for change in candidates]
    if with_url and sum(len(line.plain) + 1 for line in lines) > room:
        lines = [Short(line.text, None) for line in lines]
    all_fit = sum(len(line.plain) + 1 for line in lines) <= room + 1
    if all_fit and len(lines) == len(changes):
        return tuple(lines), ""
    shown: list[Short] = []
    left = room - len(_more(alert, changes))
    for line in lines:
        left -= len(line.plain) + 1
        if left < 0:
            break
        shown.append(line)
    return tuple(shown), _more(alert, changes[len(shown) :])


def _more(alert: Alert, changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    articles = {change.article_url for change in alert.changes}
    where = " in this article" if len(articles) == 1 else ""
    return f"{counted(len(changes), 'more change')}{where}: claimwatch changes --alert {alert.key}"
