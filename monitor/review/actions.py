"""What a reader may do: the same writes as the commands, under the reader's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from monitor.config import parse_duration
from monitor.errors import UsageError
from monitor.plurals import counted
from monitor.settings import Matcher
from monitor.store import Store, confirmations, corrections, silences, trail
from monitor.store.review import marks

# A silence from a page ends by itself, within a month.
LONGEST_SILENCE = timedelta(days=31)
# What a change can be silenced by.
SILENCED_BY = ("claim", "story", "article", "source", "outlet", "kind", "topic")
# Characters of a note or a reason.
_LONGEST = 2_000

# A ticked assertion: a form sends each name once, so the number stands in the name.
_TICKED = re.compile(r"a([0-9]{1,18})")

Form = Mapping[str, str]
Action = Callable[[Store, Form, str, datetime], str]


def ack(store: Store, form: Form, author: str, now: datetime) -> str:
    """Acknowledge an alert."""
    key = form.get("alert", "")
    found = trail.alert_keys(store, key) if key else []
    if len(found) != 1:
        raise UsageError("there is no such alert")
    [(alert_id, known)] = found
    note = _text(form, "note") or None
    first = confirmations.acknowledge(
        store, alert_id, author=author, note=note, now=now
    )
    return f"{known} acknowledged" + ("" if first else " before")


def pin(store: Store, form: Form, author: str, now: datetime) -> str:
    """Confirm what one source, or every source of a claim, says now."""
    claim_id, assertions = _meant(store, form)
    confirmations.pin(store, assertions, author=author, now=now)
    note = _text(form, "note")
    if note:
        with store.writing() as db:
            confirmations.add_note(db, claim_id, note, author=author, now=now)
    return f"pinned: later changes are compared with what {_counted(assertions)} now"


def unpin(store: Store, form: Form, author: str, now: datetime) -> str:
    """Compare with what was last said again."""
    _, assertions = _meant(store, form)
    confirmations.unpin(store, assertions)
    return "no longer pinned"


def note(store: Store, form: Form, author: str, now: datetime) -> str:
    """Keep a note with a claim."""
    claim_id = _claim(store, form)
    text = _text(form, "text")
    if not text:
        raise UsageError("there is no text")
    with store.writing() as db:
        confirmations.add_note(db, claim_id, text, author=author, now=now)
    return "noted"


def merge(store: Store, form: Form, author: str, now: datetime) -> str:
    """Say that another claim is this one."""
    kept, gone = _claim(store, form), _number(form, "other")
    with store.writing() as db:
        corrections.merge(db, kept, gone, by=author, note=_text(form, "note"), now=now)
    return f"claim {gone} is now part of claim {kept}"


def split(store: Store, form: Form, author: str, now: datetime) -> str:
    """Say that the ticked assertions are a claim of their own."""
    claim_id = _claim(store, form)
    ticked = [int(found[1]) for name in form if (found := _TICKED.fullmatch(name))]
    with store.writing() as db:
        made = corrections.split(
            db, claim_id, ticked, by=author, note=_text(form, "note"), now=now
        )
    return (
        f"{counted(len(ticked), 'assertion')} of claim {claim_id} are now claim {made}"
    )


def silence(store: Store, form: Form, author: str, now: datetime) -> str:
    """Withhold what is like this change, for a time and with a reason."""
    label, _, value = form.get("choice", "").partition("=")
    reason = _text(form, "reason")
    if label not in SILENCED_BY or not value:
        raise UsageError("say what is to be silenced")
    if not reason:
        raise UsageError("a silence needs a reason: it is shown with all it withholds")
    try:
        span = parse_duration(form.get("for", ""))
    except ValueError as error:
        raise UsageError(f'"{form.get("for", "")}" {error}') from None
    if not timedelta(0) < span <= LONGEST_SILENCE:
        raise UsageError("a silence lasts from a minute to a month")
    number = silences.add(
        store,
        [Matcher(label, "=", (value,))],
        starts_at=now,
        ends_at=now + span,
        author=author,
        reason=reason,
        now=now,
    )
    return f"silence {number} begins"


def expire(store: Store, form: Form, author: str, now: datetime) -> str:
    """End a silence."""
    number = _number(form, "silence")
    if not silences.expire(store, number, now=now):
        raise UsageError(f"there is no silence {number} that has not ended")
    return f"silence {number} ended"


def look(store: Store, form: Form, author: str, now: datetime) -> str:
    """Everything up to a change is read."""
    marks.look(store, author, _number(form, "change"), now=now)
    return "marked as read"


def keep(store: Store, form: Form, author: str, now: datetime) -> str:
    """Keep the address of a page under a name."""
    name, address = _text(form, "name"), local(form.get("address"))
    if not name:
        raise UsageError("a saved search needs a name")
    marks.keep(store, author=author, name=name, address=address, now=now)
    return f"saved as “{name}”"


def drop(store: Store, form: Form, author: str, now: datetime) -> str:
    """Forget a saved search."""
    if not marks.drop(store, _number(form, "search")):
        raise UsageError("there is no such search")
    return "search removed"


ACTIONS: Mapping[str, Action] = {
    "ack": ack,
    "pin": pin,
    "unpin": unpin,
    "note": note,
    "merge": merge,
    "split": split,
    "silence": silence,
    "expire": expire,
    "look": look,
    "keep": keep,
    "drop": drop,
}


def local(address: str | None) -> str:
    """The address if it is a page of ours, else the first page.

    A browser reads a backslash as a slash, and //host as another site.
    """
    is_path = bool(address) and str(address).startswith("/")
    if is_path and not str(address).startswith("//") and "\\" not in str(address):
        return str(address) if str(address).isprintable() else "/"
    return "/"


def _text(form: Form, name: str) -> str:
    return form.get(name, "").strip()[:_LONGEST]


def _number(form: Form, name: str) -> int:
    text = form.get(name, "")
    # as large as an id can be
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UsageError(f"there is no such {name}")
    return int(text)


def _claim(store: Store, form: Form) -> int:
    number = _number(form, "claim")
    if store.one("SELECT 1 FROM claims WHERE claim_id = ?", (number,)) is None:
        raise UsageError(f"there is no claim {number}")
    return number


def _meant(store: Store, form: Form) -> tuple[int, list[int]]:
    if "assertion" not in form:
        claim_id = _claim(store, form)
        return claim_id, confirmations.current(store, claim_id)
    number = _number(form, "assertion")
    claim = confirmations.claim_of(store, number)
    if claim is None:
        raise UsageError(f"there is no assertion a{number}")
    return claim, [number]


def _counted(assertions: list[int]) -> str:
    return "it says" if len(assertions) == 1 else f"{len(assertions)} sources say"
