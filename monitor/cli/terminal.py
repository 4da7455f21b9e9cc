"""What only a person at a terminal gets: marked words, small charts, a pager."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout

import click

from monitor.alerts import difference
from monitor.cli.options import plain

# Unchanged words between marked ones are shown up to so many characters.
_KEPT = 80
_BARS = "▁▂▃▄▅▆▇█"
# As git has it: end if it fits on the screen, let colours through, leave it there.
_LESS = "-FRX"


def sparkline(values: Sequence[float]) -> str:
    """A bar for each value, the lowest and the highest as far apart as can be."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = high - low or 1.0
    return "".join(_BARS[round((v - low) / span * (len(_BARS) - 1))] for v in values)


def differing(before: str, after: str) -> tuple[str, str]:
    """Both texts for a terminal, what the other has not in colour.

    Long stretches that both share are cut in their middle, never a marked word.
    """
    left, right = difference.parts(plain(before), plain(after))
    return _styled(left, "red"), _styled(right, "green")


def _styled(parts: Sequence[difference.Part], colour: str) -> str:
    return "".join(
        click.style(part.text, fg=colour, bold=True)
        if part.is_changed
        else _shortened(part.text)
        for part in parts
    )


def _shortened(text: str) -> str:
    if len(text) <= _KEPT:
        return text
    half = _KEPT // 2
    head, tail = text[:half].rpartition(" ")[0], text[-half:].partition(" ")[2]
    return f"{head or text[:half]} … {tail or text[-half:]}"


@contextmanager
def paged(ctx: click.Context, *, wanted: bool = True) -> Iterator[None]:
    """Send what is printed inside to `$PAGER` (or less), if a person would read it.

    Only on a terminal, and only what is longer than it; `PAGER=cat` turns it off.
    """
    if not wanted or not sys.stdout.isatty() or os.environ.get("PAGER") == "cat":
        yield
        return
    os.environ.setdefault("LESS", _LESS)
    # a pipe is no terminal, but what is behind it is
    ctx.color = "NO_COLOR" not in os.environ
    with click.get_pager_file(color=ctx.color) as pager, redirect_stdout(pager):
        yield
