"""Dates in running text, resolved against the day of publication.

News conventions: a bare weekday is the most recent one, the day of publication
included; a month and day without year lies between 305 days before and 60 days
after publication. The date beside a saying verb is the report's, not the event's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from monitor.claims import wordlists
from monitor.claims.calendars import (
    Span,
    jalali,
    month_span,
    nearest,
    quarter_span,
    shifted,
    week_span,
    year_span,
)

# "in recent weeks", "over the past few months": how many are meant.
RECENT = 3


@dataclass(frozen=True, slots=True)
class EventDate:
    """A stated date: the days `first`..`last`, known to within `grain`.

    `of_attribution`: it dates the saying ("said on Tuesday"), not the event.
    `calendar`: it names a day, month or year rather than a distance in time.
    """

    start: int
    end: int
    first: date
    last: date
    grain: str
    of_attribution: bool
    text: str
    calendar: bool = True


_Match = re.Match[str]
_Resolver = Callable[[_Match, date | None], Span | None]

_GAP = r"[ \u00a0\u202f]{1,2}"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º|er)?"
_YEAR = r"(?P<year>(?:1\d|20)\d\d|[۱][۳-۴][۰-۹]{2})"
_TO_DAY = r"(?:[ ]?(?:[-–—]|and|to|or)[ ]?(?P<to>\d{1,2})(?:st|nd|rd|th)?)?"
_COUNT = (
    r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"several|a few|few|a couple of|couple of"
)
_COUNTS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1, "an": 1, "several": 4, "a few": 3, "few": 3, "a couple of": 2, "couple of": 2}  # fmt: skip
_SAYING = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|tells?|told|telling|report(?:s|ed|ing)?|announc(?:e[sd]?|ing)|"
    r"warn(?:s|ed|ing)?|wrote|writes|post(?:ed|s)|tweeted|claim(?:s|ed|ing)?|add(?:s|ed|ing)|"
    r"not(?:es|ed|ing)|stat(?:es|ed|ing)|statement|confirm(?:s|ed|ing)?|den(?:y|ies|ied|ying)|"
    r"reveal(?:s|ed)|acknowledg(?:es?|ed)|insist(?:s|ed)|estimat(?:es|ed)|disclosed?|"
    r"declar(?:es?|ed)|argu(?:es?|ed)|released|briefing|news conference|interview)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.;:!?“”\"—]|, (?:which|who|when|where|while|after|as)\b")
_NEXT_SAYING = re.compile(r"[ ,]{0,2}(?:\w{1,20}ly )?(\w{1,20})")


def find(
    text: str, published: date | None, *, language: str = "en"
) -> tuple[EventDate, ...]:
    """Every date of `text` that can be resolved, left to right.

    Without `published` only those with their own year are.
    """
    found: list[EventDate] = []
    for match, resolve, calendar in _matches(text, wordlists.code(language)):
        try:
            span = resolve(match, published)
        except (ValueError, OverflowError):  # 31 April, the year 10000
            continue
        if span is not None:
            start, end = match.span()
            said = dates_the_saying(text, start, end)
            found.append(EventDate(start, end, *span, said, match[0], calendar))
    return tuple(found)


def calendar_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Where `text` names days, months or years, resolvable or not."""
    return [
        m.span()
        for m, _, calendar in _matches(text, wordlists.code(language))
        if calendar
    ]


# Dates and quantities are asked of the same sentence, one right after the other.
@lru_cache(maxsize=4)
def _matches(text: str, language: str) -> tuple[tuple[_Match, _Resolver, bool], ...]:
    """Matches in text order; of two that start together the earlier pattern wins."""
    folded = text.casefold()
    has_digit = _DIGIT.search(text) is not None
    found = [
        (match.start(), rank, (match, resolve, calendar))
        for rank, (pattern, resolve, calendar, needs) in enumerate(_patterns(language))
        if (has_digit if needs is DIGITS else _has_any(folded, needs))
        for match in pattern.finditer(text)
    ]
    kept: list[tuple[_Match, _Resolver, bool]] = []
    for start, _, row in sorted(found, key=lambda entry: entry[:2]):
        if not kept or start >= kept[-1][0].end():
            kept.append(row)
    return tuple(kept)


def _has_any(text: str, needs: tuple[str, ...]) -> bool:
    return not needs or any(word in text for word in needs)


def _numbered(rows: list[str]) -> dict[str, int]:
    return {form: i for i, row in enumerate(rows, 1) for form in row.split("|")}


@cache
def _months(language: str) -> dict[str, int]:
    names = wordlists.table("dates")["months"]
    return _numbered(names["en"]) | _numbered(names.get(language, []))


@cache
def _jalali_months() -> dict[str, int]:
    forms = _numbered(wordlists.table("dates")["jalali"]["months"])
    return forms | {form.title(): month for form, month in forms.items()}


@cache
def _weekdays(language: str) -> dict[str, int]:
    names = wordlists.table("dates")["weekdays"]
    return _numbered(names["en"]) | _numbered(names.get(language, []))


def _either(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _stems(names: Iterable[str]) -> tuple[str, ...]:
    """The names, folded, but for those that hold another: "monday" has "mon"."""
    folded = sorted({name.casefold() for name in names}, key=len)
    kept: list[str] = []
    for name in folded:
        if not any(known in name for known in kept):
            kept.append(name)
    return tuple(kept)


# What a pattern matches holds a digit, or one of the words that it needs.
DIGITS = ("0-9",)
_DIGIT = re.compile(r"\d")


@cache
def _patterns(
    language: str,
) -> list[tuple[re.Pattern[str], _Resolver, bool, tuple[str, ...]]]:
    # English month names are capitalised: "may" and "march" are verbs.
    cased = [w for w in _months(language) if w.isascii()]
    forms = {w.capitalize() if w in cased and language == "en" else w for w in _months(language)}  # fmt: skip
    forms |= {w.upper() for w in cased} | {w.capitalize() for w in _months(language)}
    month = rf"(?P<month>{_either(dict.fromkeys(forms, 0))})\b\.?"
    solar = rf"(?P<month>{_either(_jalali_months())})\b"
    weekday = rf"(?P<weekday>{_either(_weekdays(language))})"
    of = rf"(?:{_GAP}(?:of|de|del|di)\b)?"
    months, weekdays = _stems(_months(language)), _stems(_weekdays(language))
    rows: list[tuple[str, _Resolver, bool, tuple[str, ...]]] = [
        (r"(?<![\d/-])(?P<year>(?:19|20)\d\d)[-/](?P<month>\d\d)[-/](?P<day>\d\d)(?![\d/-])", _iso, True, DIGITS),
        (r"(?<![\d./])(?P<day>\d{1,2})\.[ ]?(?P<month>\d{1,2})\.[ ]?(?P<year>(?:19|20)\d\d)(?!\d)", _iso, True, DIGITS),
        (rf"(?<!\w){_DAY}{_GAP}{solar}(?:{_GAP}(?:ماه{_GAP})?{_YEAR})?", _jalali_day, True, DIGITS),
        (rf"\b{month}{_GAP}{_DAY}{_TO_DAY},?{_GAP}{_YEAR}\b", _day, True, DIGITS),
        (rf"(?<![\w.]){_DAY}{_TO_DAY}{of}{_GAP}{month}{of},?{_GAP}{_YEAR}\b", _day, True, DIGITS),
        (rf"\b{month}{_GAP}{_DAY}{_TO_DAY}\b(?![,.]?\d)", _day, True, DIGITS),
        (rf"(?<![\w.,]){_DAY}{_TO_DAY}{of}{_GAP}{month}(?!\w)", _day, True, DIGITS),
        (rf"\b{month}{of},?{_GAP}{_YEAR}\b", _month, True, DIGITS),
        (rf"\b(?P<how>[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Dd]uring|[Ll]ast|[Tt]his|[Nn]ext|[Ee]arly|[Ll]ate|[Mm]id-?){_GAP}{month}(?!\w|{_GAP}\d{{1,2}}\b)(?:{of},?{_GAP}{_YEAR}\b)?", _month, True, months),
        (rf"(?i)\b(?:the{_GAP})?(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|final)[ -]quarter(?:{_GAP}of)?(?:{_GAP}{_YEAR})?\b", _quarter, True, ("quarter",)),
        (rf"\b[QH](?P<nth>[1-4])(?:{_GAP}(?:of{_GAP})?{_YEAR})?\b", _quarter, True, DIGITS),
        (rf"(?i)\b(?:(?P<how>last|next|this|coming){_GAP})?{weekday}\b(?:{_GAP}(?:morning|afternoon|evening|night)s?\b)?", _weekday, True, weekdays),
        (r"(?i)\b(?P<word>today|yesterday|tomorrow|tonight)\b", _adverb, False, ("today", "yesterday", "tomorrow", "tonight")),
        (rf"(?i)\b(?:(?:earlier|later|late|early){_GAP})?(?P<how>this|last|next){_GAP}(?P<unit>week|weekend|month|year|quarter)\b", _this, False, ("week", "month", "year", "quarter")),
        (rf"(?i)\b(?P<count>{_COUNT}){_GAP}(?P<unit>day|week|month|year|decade)s?{_GAP}ago\b", _ago, False, ("ago",)),
        (rf"(?i)\b(?:over|in|during|for|within){_GAP}(?:the{_GAP})?(?:last|past|recent)(?:{_GAP}(?P<count>{_COUNT}))?{_GAP}(?P<unit>day|week|month|year)s?\b", _past, False, ("last", "past", "recent")),
        (rf"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Ff]rom|[Ii]n{_GAP}(?:early|late|mid-?)){_GAP}(?P<year>(?:1[89]|20)\d\d)\b(?![,.]?\d|[-–]|{_GAP}[a-z]{{2,20}}s\b)", _year, True, DIGITS),
        (r"\b(?:the{_GAP})?(?P<year>(?:1[89]|20)\d0)[’']?s\b".replace("{_GAP}", _GAP), _decade, True, DIGITS),
    ]  # fmt: skip
    return [
        (re.compile(pattern), resolve, calendar, needs)
        for pattern, resolve, calendar, needs in rows
    ]


def _month_number(match: _Match) -> int:
    name = match["month"].lower().rstrip(".")
    if name.isdigit():
        return int(name)
    for language in ("en", *wordlists.table("dates")["months"]):
        if name in _months(language):
            return _months(language)[name]
    raise ValueError(name)


def _iso(match: _Match, _published: date | None) -> Span:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return day, day, "day"


def _day(match: _Match, published: date | None) -> Span | None:
    month, day = _month_number(match), int(match["day"])
    groups = match.groupdict()
    if groups.get("year"):
        first = date(int(groups["year"]), month, day)
    elif published is not None:
        first = nearest(published, month, day)
    else:
        return None
    last = first.replace(day=int(groups["to"])) if groups.get("to") else first
    return (first, last, "day") if last >= first else None


def _jalali_day(match: _Match, published: date | None) -> Span | None:
    month = _jalali_months()[match["month"]]
    if match["year"]:
        day = jalali(int(match["year"]), month, int(match["day"]))
    elif published is not None:
        years = (published.year - 622, published.year - 621)
        options = [jalali(year, month, int(match["day"])) for year in years]
        day = min(options, key=lambda d: abs((d - published).days))
    else:
        return None
    return day, day, "day"


def _month(match: _Match, published: date | None) -> Span | None:
    month = _month_number(match)
    groups = match.groupdict()
    if groups.get("year"):
        return month_span(int(groups["year"]), month)
    if published is None:
        return None
    how = groups["how"].lower()
    if how == "last" and month == published.month:
        return month_span(published.year - 1, month)
    if how == "next":
        return month_span(published.year + (month <= published.month), month)
    return month_span(nearest(published, month, 1).year, month)


def _quarter(match: _Match, published: date | None) -> Span | None:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
    nth = match["nth"].lower()
    number = words.get(nth) or int(nth[0])
    if match["year"]:
        return quarter_span(int(match["year"]), number)
    if published is None:
        return None
    # A quarter that has not begun at publication is last year's.
    span = quarter_span(published.year, number)
    return span if span[0] <= published else quarter_span(published.year - 1, number)


def _weekday(match: _Match, published: date | None) -> Span | None:
    if published is None:
        return None
    wanted = _weekdays_all()[match["weekday"].lower()] - 1
    back = (published.weekday() - wanted) % 7
    how = (match["how"] or "").lower()
    if how in {"next", "coming"}:
        day = published + timedelta(days=7 - back)
    else:
        day = published - timedelta(days=7 if how == "last" and not back else back)
    return day, day, "day"


def is_named_day(words: Sequence[str]) -> bool:
    """Whether these words name days or months and nothing else: "Friday", "May"."""
    known = _weekdays("en").keys() | _months("en").keys()
    return all(word.lower() in known for word in words)


@cache
def _weekdays_all() -> dict[str, int]:
    return {k: v for rows in wordlists.table("dates")["weekdays"].values() for k, v in _numbered(rows).items()}  # fmt: skip


def _adverb(match: _Match, published: date | None) -> Span | None:
    if published is None:
        return None
    shift = {"yesterday": -1, "tomorrow": 1}.get(match["word"].lower(), 0)
    day = published + timedelta(days=shift)
    return day, day, "day"


def _this(match: _Match, published: date | None) -> Span | None:
    if published is None:
        return None
    step = {"this": 0, "last": -1, "next": 1}[match["how"].lower()]
    return shifted(published, match["unit"].lower(), step)


def _counted(match: _Match, default: int) -> int:
    written = (match["count"] or "").lower()
    if written.isdigit():
        return int(written)
    return _COUNTS.get(written, default)


def _back(published: date, unit: str, count: int) -> date:
    if unit in {"month", "year", "decade"}:
        months = count * {"month": 1, "year": 12, "decade": 120}[unit]
        year, month = divmod(published.year * 12 + published.month - 1 - months, 12)
        last = month_span(year, month + 1)[1].day
        return date(year, month + 1, min(published.day, last))
    return published - timedelta(days=count * (7 if unit == "week" else 1))


def _ago(match: _Match, published: date | None) -> Span | None:
    if published is None:
        return None
    unit = match["unit"].lower()
    day = _back(published, unit, _counted(match, RECENT))
    if unit == "day":
        return day, day, "day"
    if unit == "week":
        return week_span(day)
    if unit == "month":
        return month_span(day.year, day.month)
    return year_span(day.year)


def _past(match: _Match, published: date | None) -> Span | None:
    if published is None:
        return None
    unit = match["unit"].lower()
    return _back(published, unit, _counted(match, RECENT)), published, unit


def _year(match: _Match, _published: date | None) -> Span | None:
    year = int(match["year"])
    return year_span(year) if year >= 1800 else None


def _decade(match: _Match, _published: date | None) -> Span:
    year = int(match["year"])
    return date(year, 1, 1), date(year + 9, 12, 31), "decade"


def dates_the_saying(text: str, start: int, end: int) -> bool:
    """Whether the nearest verb around the date is one of saying."""
    follows = _NEXT_SAYING.match(text, end, end + 60)
    if follows and _SAYING.fullmatch(follows[1]):
        return True
    before = text[max(0, start - 60) : start]
    breaks = [m.end() for m in _BREAK.finditer(before)]
    clause = before[breaks[-1] :] if breaks else before
    said = [m.end() for m in _SAYING.finditer(clause)]
    # "said that the strike on Tuesday" dates the strike; "told parliament on Tuesday"
    # and "said in a statement on Tuesday" date the saying.
    if not said:
        return False
    between = clause[said[-1] :].split()
    return "that" not in between and len(between) <= 6
