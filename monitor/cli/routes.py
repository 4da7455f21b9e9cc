"""`claimwatch routes`: the routing tree, and who would get what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click

from monitor.alerts import matchers, route
from monitor.cli.options import echo_json, json_option, open_config, plain
from monitor.cli.records import Times, check_label, say, time_of
from monitor.clock import SystemClock
from monitor.config import format_duration
from monitor.errors import UsageError
from monitor.model import Severity
from monitor.settings import Config, RouteConfig


@click.group("routes")
def routes() -> None:
    """Show the routing tree, and test who would get what."""


@routes.command("show")
@json_option
@click.pass_context
def show(ctx: click.Context, /, *, as_json: bool) -> None:
    """Show the routes as a tree, with what they match and where they lead."""
    loaded = open_config(ctx)
    if as_json:
        for top in route.effective(loaded):
            echo_json(_as_json(top))
        return
    for top in route.effective(loaded):
        _print(top, 0)


@routes.command("test")
@json_option
@click.option(
    "--label", "given", multiple=True, metavar="KEY=VALUE", help="A label it has."
)
@click.option("--at", help='When it happens, such as "2026-03-01T23:30"; else now.')
@click.pass_context
def test(
    ctx: click.Context, /, *, as_json: bool, given: Sequence[str], at: str | None
) -> None:
    """Say who would get a change with these labels, and when."""
    loaded = open_config(ctx)
    had = _labels(given, loaded)
    now = time_of(at, loaded.timezone, option="--at") if at else SystemClock().now()
    found = [
        _answer(step, had, loaded, now) for step in route.trace_labels(had, loaded)
    ]
    if as_json:
        for answer in found:
            echo_json(answer)
        return
    times = Times(loaded.timezone)
    for answer in found:
        if not answer["taken"]:
            say(f"- {answer['route']}: {answer['reason']}", dim=True)
            continue
        say(f"+ {answer['reason']}", bold=True)
        say(f"to {', '.join(answer['channels'])}", indent=4)
        held = f" ({answer['held']})" if answer["held"] else ""
        say(f"at {times(answer['at'])}{held}", indent=4)
        say(f"grouped by {', '.join(answer['group_by']) or 'nothing'}", indent=4)
    if not any(answer["taken"] for answer in found):
        say("no route takes it: it would be recorded and not sent")


def _answer(
    step: route.Step, had: dict[str, tuple[str, ...]], loaded: Config, now: datetime
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "route": step.route,
        "taken": step.taken,
        "reason": step.reason,
    }
    taken = route.named(loaded, step.route)
    if not step.taken or taken is None:
        return found
    if taken.digest:
        at, held = route.digest_at(taken, loaded, now)
    else:
        loud = Severity(had["severity"][0])
        due = now + taken.group_wait
        at, why = route.speaks_at(taken, loaded, loud, due)
        held = why or ""
    return found | {
        "channels": list(taken.channels),
        "group_by": list(taken.group_by),
        "at": at,
        "held": held,
    }


def _labels(given: Sequence[str], loaded: Config) -> dict[str, tuple[str, ...]]:
    """The labels as routing sees them; a label may be given several times."""
    had: dict[str, tuple[str, ...]] = {}
    for text in given:
        label, equals, value = text.partition("=")
        if not equals or not value:
            raise UsageError(f'--label "{plain(text)}" is not KEY=VALUE')
        check_label(label, loaded)
        had[label] = (*had.get(label, ()), value)
    severity = had.setdefault("severity", (Severity.NORMAL.value,))[0]
    if severity not in list(Severity):
        raise UsageError(f'there is no severity "{plain(severity)}"')
    return had


def _print(one: RouteConfig, depth: int) -> None:
    matching = _conditions(one) or ["everything"]
    say(f"{one.name}  {', '.join(matching)}", indent=depth * 4, bold=True)
    facts = [f"to {', '.join(one.channels)}"]
    facts.append(f"grouped by {', '.join(one.group_by) or 'nothing'}")
    facts += [f"{name} {value}" for name, value in _spans(one)]
    facts += [f"muted in {name}" for name in one.mute]
    facts += [f"active in {name}" for name in one.active]
    if one.digest:
        facts.append(f"digest {one.digest}")
    if one.escalate_after and one.escalate_to:
        every = format_duration(one.escalate_after)
        facts.append(f"unacknowledged {every}: {', then '.join(one.escalate_to)}")
    if one.continue_:
        facts.append("goes on to the next")
    say("; ".join(facts), indent=depth * 4 + 2)
    for below in one.routes:
        _print(below, depth + 1)


def _spans(one: RouteConfig) -> Iterable[tuple[str, str]]:
    yield "waits", format_duration(one.group_wait)
    if one.group_interval:
        yield "next after", format_duration(one.group_interval)
    if one.repeat_interval:
        yield "repeats every", format_duration(one.repeat_interval)


def _conditions(one: RouteConfig) -> list[str]:
    wanted = (*matchers.equal(one.match), *one.matchers)
    return [matchers.shown(matcher) for matcher in wanted]


def _as_json(one: RouteConfig) -> dict[str, Any]:
    return {
        "route": one.name,
        "matchers": _conditions(one),
        "channels": list(one.channels),
        "group_by": list(one.group_by),
        "group_wait": one.group_wait,
        "group_interval": one.group_interval,
        "repeat_interval": one.repeat_interval,
        "mute": list(one.mute),
        "active": list(one.active),
        "digest": one.digest,
        "escalate_after": one.escalate_after,
        "escalate_to": list(one.escalate_to),
        "continue": one.continue_,
        "routes": [_as_json(below) for below in one.routes],
    }
