"""Units of measure: their names in text and their conversion to a canonical unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from monitor.claims import wordlists

# "dollar per million british thermal units" is the longest we know, plus a sign or two.
LONGEST_NAME = 5
# Currencies that news writes as one letter before a sum; the letters are units too.
LETTERS = {"R": "ZAR", "N": "NGN"}


@dataclass(frozen=True, slots=True)
class Unit:
    """`name` is what `Quantity.unit` holds; `base` × `factor` (+ `offset` before)."""

    name: str
    long_name: str
    base: str
    factor: float = 1.0
    offset: float = 0.0
    currency: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every unit by name, by case-sensitive symbol and by lower-case word."""

    units: dict[str, Unit]
    symbols: dict[str, Unit]
    words: dict[str, Unit]


@cache
def lexicon() -> Lexicon:
    """The unit table, read once."""
    table = wordlists.table("units")
    found = Lexicon({}, {}, {})
    for section in ("units", "currencies", "subunits", "counters"):
        for name, row in table[section].items():
            base, factor, offset = [*row.get("base", [name]), 1.0, 0.0, 0.0][:3]
            if len(row.get("base", ())) < 3:
                offset = 0.0
            unit = Unit(
                name,
                row.get("name", name),
                base,
                float(factor),
                float(offset),
                section == "currencies",
            )
            _enter(found, unit, row)
    return found


def _enter(found: Lexicon, unit: Unit, row: dict[str, Any]) -> None:
    found.units[unit.name] = unit
    for symbol in row.get("symbols", ()):
        found.symbols.setdefault(symbol, unit)
    if unit.currency:
        found.symbols.setdefault(unit.name, unit)
    for word in row["words"]:
        found.words.setdefault(word, unit)
        found.words.setdefault(f"{word}s", unit)


def named(name: str) -> Unit | None:
    """The unit that `Quantity.unit` calls `name` (no rates)."""
    return lexicon().units.get(name)


def lookup(written: str) -> Unit | None:
    """The unit written so: a symbol as it is, or a word in any case."""
    table = lexicon()
    return table.symbols.get(written) or table.words.get(" ".join(written.lower().split()))  # fmt: skip


def is_currency(name: str) -> bool:
    """Whether `name` is an amount of money (a currency, a subunit or a price rate)."""
    head = name.split(" per ")[0]
    unit = named(head)
    return unit is not None and (unit.currency or head in {"cent", "penny", "sen", "paisa"})  # fmt: skip


def canonical(value: float, unit: str) -> tuple[float, str]:
    """`value` in the unit that its dimension is compared in.

    >>> canonical(5, "kilometre")
    (5000.0, 'metre')
    """
    known = named(unit)
    if known:
        return (value + known.offset) * known.factor, known.base
    head, per, rest = unit.partition(" per ")
    known = named(head) if per else None
    if known:
        return value * known.factor, f"{known.base}{per}{rest}"
    return value, unit


def surface(unit: str) -> str:
    """`unit` in plain English words: "USD per barrel" → "dollar per barrel"."""
    head, per, rest = unit.partition(" per ")
    known = named(head)
    return f"{known.long_name if known else head}{per}{rest}"
