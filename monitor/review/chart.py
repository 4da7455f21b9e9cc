"""The figure of a claim over time, a line per source, laid out for SVG. Pure.

A point is a value that a source gave at a time, with its interval; it holds until the
source's next one. The template draws; everything is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.words import number

WIDTH, HEIGHT = 720, 260
# half of the widest label of a time stands beyond the last tick, on a phone too
LEFT, RIGHT, TOP, BOTTOM = 64, 40, 14, 30
# Lines that can be told apart; the rest of the sources stand in the table only.
MOST_LINES = 6
_TICKS = 4
# An axis from zero wastes the room if all values lie high above it.
_FAR_FROM_ZERO = 0.6
_HOUR, _DAY, _YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
# What may stand between two marks of the time axis, and how many marks there may be.
_STEPS = (
    *(timedelta(minutes=m) for m in (10, 30)),
    *(timedelta(hours=h) for h in (1, 2, 3, 6, 12)),
    *(timedelta(days=d) for d in (1, 2, 4, 7, 14, 30, 91, 182, 365)),
)
_MOST_TIMES = 7
_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Said:
    """What a source said at a time. None = an open end of the interval."""

    source: str
    at: datetime
    low: float | None
    high: float | None
    certainty: str
    text: str
    is_outlet: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A value on the chart. `top`/`bottom` bound its interval; open ends are marked."""

    x: float
    y: float
    top: float
    bottom: float
    opens_up: bool
    opens_down: bool
    certainty: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One source: its steps as an SVG path, and its dots."""

    source: str
    index: int
    path: str
    dots: tuple[Dot, ...]
    last: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    lines: tuple[Line, ...]
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]
    hidden: int
    summary: str


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    begin: float
    end: float

    def x(self, at: datetime) -> float:
        span = self.end - self.begin or 1.0
        return round(
            LEFT + (at.timestamp() - self.begin) / span * (WIDTH - LEFT - RIGHT), 1
        )

    @property
    def last(self) -> float:
        """Where the lines end."""
        return float(WIDTH - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low or 1.0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def chart(said: Sequence[Said], *, until: datetime, zone: ZoneInfo) -> Chart | None:
    """The drawing of all figures; None if there is nothing to draw.

    `until` is where the lines end: what was said holds until then.
    """
    figures = _own([one for one in said if _middle(one) is not None])
    if not figures:
        return None
    by_source: dict[str, list[Said]] = {}
    for one in sorted(figures, key=lambda one: one.at):
        by_source.setdefault(one.source, []).append(one)
    # the sources that moved most, then those that spoke first
    kept = sorted(by_source, key=lambda name: -len(by_source[name]))[:MOST_LINES]
    drawn = [one for name in kept for one in by_source[name]]
    scale = _scale(drawn, until)
    lines = tuple(
        _line(name, index, by_source[name], scale) for index, name in enumerate(kept)
    )
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        lines=lines,
        values=_value_ticks(scale),
        times=_time_ticks(scale, zone),
        hidden=len(by_source) - len(kept),
        summary="; ".join(
            f"{name}: {' → '.join(one.text for one in by_source[name])}"
            for name in kept
        ),
    )


def _own(said: list[Said]) -> list[Said]:
    """Without outlets that only repeat figures of sources, as headlines do."""
    named = {_middle(one) for one in said if not one.is_outlet}
    own = {one.source for one in said if one.is_outlet and _middle(one) not in named}
    return [one for one in said if not one.is_outlet or one.source in own]


def _middle(one: Said) -> float | None:
    if one.low is None:
        return one.high
    return one.low if one.high is None else (one.low + one.high) / 2


def _ends(one: Said) -> list[float]:
    return [value for value in (one.low, one.high) if value is not None]


def _scale(said: Sequence[Said], until: datetime) -> _Scale:
    values = [value for one in said for value in _ends(one)]
    low, high = min(values), max(values)
    if low >= 0 and (high == low or low < high * _FAR_FROM_ZERO):
        low = 0.0
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
    begin = min(one.at for one in said).timestamp()
    last = max(one.at for one in said).timestamp()
    end = max(until.timestamp(), last, begin + _HOUR.total_seconds())
    return _Scale(low if low == 0 else low - margin, high + margin, begin, end)


def _line(name: str, index: int, said: Sequence[Said], scale: _Scale) -> Line:
    path = ""
    dots = []
    for one in said:
        middle = _middle(one) or 0.0
        x, y = scale.x(one.at), scale.y(middle)
        path += f"H{x}V{y}" if path else f"M{x} {y}"
        low = one.low if one.low is not None else middle
        high = one.high if one.high is not None else middle
        dots.append(
            Dot(
                x=x,
                y=y,
                top=scale.y(high),
                bottom=scale.y(low),
                opens_up=one.high is None,
                opens_down=one.low is None,
                certainty=one.certainty,
                label=f"{name}: {one.text} ({one.certainty}), {one.at:%Y-%m-%d %H:%M}",
            )
        )
    return Line(name, index, f"{path}H{scale.last}", tuple(dots), said[-1].text)


def _value_ticks(scale: _Scale) -> tuple[Tick, ...]:
    step = _nice((scale.high - scale.low) / _TICKS)
    first = math.ceil(scale.low / step)
    last = math.floor(scale.high / step)
    return tuple(
        Tick(scale.y(index * step), number(round(index * step, 10)))
        for index in range(first, last + 1)
    )


def _nice(step: float) -> float:
    """1, 2 or 5 times a power of ten, at least the step."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= step * 0.999)


def _time_ticks(scale: _Scale, zone: ZoneInfo) -> tuple[Tick, ...]:
    begin = datetime.fromtimestamp(scale.begin, zone)
    end = datetime.fromtimestamp(scale.end, zone)
    step = next((s for s in _STEPS if (end - begin) / s <= _MOST_TIMES), end - begin)
    form = "%H:%M" if step < _DAY else "%-d %b" if step < _YEAR else "%Y"
    ticks = []
    moment = begin.replace(hour=0, minute=0, second=0)
    while moment <= end:
        if moment >= begin:
            # midnight says which day it is
            named = (
                "%-d %b" if step < _DAY and moment.hour == moment.minute == 0 else form
            )
            ticks.append(Tick(scale.x(moment), moment.strftime(named)))
        moment += step
    return tuple(ticks)
