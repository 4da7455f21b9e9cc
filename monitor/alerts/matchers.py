"""Matchers on labels: one reading for routes, silences, inhibition and severity rules.

As in Alertmanager: `label = "value"`, `!=`, `=~` and `!~`, the expressions anchored at
both ends; several matchers must all hold. Other than there a label may have many
values (`topic`, `feed`, `outlet`): `=` asks for any of them, `!=` for none. A label
that a change lacks is an empty text. Case is ignored. A value may be a list:
`kind = [figure, denied]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from monitor.alerts import patterns
from monitor.settings import Matcher

Labels = Mapping[str, tuple[str, ...]]

_FORM = re.compile(
    r"\s*(?P<label>[A-Za-z_][\w-]*)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>.*?)\s*", re.DOTALL
)
_ITEM = re.compile(
    r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^",\[\]]+?))\s*(?:,|$)'
)


def parse(text: str) -> Matcher:
    """Read one matcher; ValueError says what is wrong with it."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError('is not a matcher such as severity = "high"')
    value = found["value"]
    is_list = value.startswith("[") and value.endswith("]")
    values = _items(value[1:-1] if is_list else value, one=not is_list)
    matcher = Matcher(found["label"], found["op"], values)
    wrong = problems(matcher)
    if wrong:
        raise ValueError(wrong[0])
    return matcher


def _items(text: str, *, one: bool) -> tuple[str, ...]:
    if one and not text.startswith('"'):
        if text.startswith(("=", "~", "[")):
            raise ValueError("has a value that can't be read; put it in quotes")
        return (text,)
    values, at = [], 0
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            raise ValueError("has a value that can't be read; put it in quotes")
        quoted = item["quoted"]
        values.append(
            item["bare"] if quoted is None else re.sub(r"\\(.)", _escaped, quoted)
        )
        at = item.end()
    if not values or (one and len(values) > 1):
        raise ValueError("needs one value, or a list in [ ]")
    return tuple(values)


def _escaped(found: re.Match[str]) -> str:
    # \" and \\ are ours; everything else belongs to the expression
    return found[1] if found[1] in '"\\' else found[0]


def problems(matcher: Matcher) -> list[str]:
    """Why its expressions can't be used; one line each."""
    if not matcher.op.endswith("~"):
        return []
    return [line for value in matcher.values for line in patterns.problems(value)]


def equal(match: Mapping[str, Sequence[str]]) -> tuple[Matcher, ...]:
    """The matchers of a `match` table: label to accepted values.

    There an absent label matches nothing.
    """
    return tuple(
        Matcher(label, "=", tuple(value for value in accepted if value))
        for label, accepted in match.items()
    )


def holds(matcher: Matcher, had: Labels) -> bool:
    """Whether a change with these labels meets the matcher."""
    values = had.get(matcher.label) or ("",)
    if matcher.op.endswith("~"):
        compiled = [patterns.compiled(value) for value in matcher.values]
        met = any(
            pattern.fullmatch(value[: patterns.WINDOW])
            for pattern in compiled
            for value in values
        )
    else:
        wanted = {value.casefold() for value in matcher.values}
        met = any(value.casefold() in wanted for value in values)
    return met is not matcher.op.startswith("!")


def unmet(matchers: Iterable[Matcher], had: Labels) -> Matcher | None:
    """The first matcher that does not hold; None if all do."""
    return next((m for m in matchers if not holds(m, had)), None)


def shown(matcher: Matcher) -> str:
    """The matcher in one line, as `parse` reads it."""
    if matcher.op == "=" and matcher.values and _is_plain(matcher.values):
        return f"{matcher.label}={'|'.join(matcher.values)}"
    return written(matcher)


def _is_plain(values: Sequence[str]) -> bool:
    return all(re.fullmatch(r"[^\s\"|\[\],]+(?: [^\s\"|\[\],]+)*", v) for v in values)


def written(matcher: Matcher) -> str:
    """The matcher so that `parse` gives the same one again."""
    quoted = ", ".join(
        '"' + re.sub(r'(["\\])', r"\\\1", value) + '"' for value in matcher.values
    )
    value = quoted if len(matcher.values) == 1 else f"[{quoted}]"
    return f"{matcher.label}{matcher.op}{value}"
