"""Written numbers: what is formatted for a locale or spelt out reads back the same."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import number_words, numbers, numerals

SEPARATORS = {
    "en": ",", "hi": ",", "fa": "٬", "ar": "٬",
    "de": ".", "id": ".", "es": ".", "tr": ".", "nl": ".",
    "fr": "\u202f", "sk": " ", "cs": "\u00a0", "pl": " ", "ru": "\u00a0", "uk": " ",
}  # fmt: skip
DECIMALS = {code: "." if code in ("en", "hi") else "," for code in SEPARATORS}
DECIMALS |= {"fa": "٫", "ar": "٫"}
DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩", "hi": "०१२३४५६७८९"}
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = [
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]


def grouped(value: int, language: str) -> str:
    """`value` as a newspaper in `language` prints it."""
    text = f"{value:,}".replace(",", SEPARATORS[language])
    return text.translate(
        str.maketrans("0123456789", DIGITS.get(language, "0123456789"))
    )


def parse(text: str, language: str = "en") -> numbers.Number | None:
    """The number that the whole of a text writes, or None."""
    tokens = numerals.tokenize(text.strip(), language)
    number = numbers.read(tokens, 0, language) if tokens else None
    return number if number and number.last == len(tokens) else None


def spelt(value: int) -> str:
    """`value` in English words."""
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if value >= scale:
            rest = value % scale
            return f"{spelt(value // scale)} {name}" + (
                f" {spelt(rest)}" if rest else ""
            )
    if value >= 100:
        rest = value % 100
        return f"{ONES[value // 100]} hundred" + (f" and {spelt(rest)}" if rest else "")
    if value >= 20:
        return TENS[value // 10] + (f"-{ONES[value % 10]}" if value % 10 else "")
    return ONES[value]


@given(st.integers(0, 10**12), st.sampled_from(sorted(SEPARATORS)))
def test_reads_back_what_each_locale_prints(value: int, language: str) -> None:
    number = parse(grouped(value, language), language)
    assert number is not None
    assert number.low == number.high == value


@given(st.integers(0, 10**7), st.integers(1, 99), st.sampled_from(sorted(SEPARATORS)))
def test_reads_back_decimals(whole: int, part: int, language: str) -> None:
    digits = str.maketrans("0123456789", DIGITS.get(language, "0123456789"))
    text = (
        grouped(whole, language) + DECIMALS[language] + f"{part:02}".translate(digits)
    )
    number = parse(text, language)
    assert number is not None
    assert number.low == pytest.approx(whole + part / 100)


@given(st.integers(0, 10**12 - 1))
def test_reads_back_english_words(value: int) -> None:
    number = parse(spelt(value))
    assert number is not None
    assert number.low == number.high == value


@given(st.text(max_size=60), st.sampled_from(["en", "de", "fr", "fa", "tr"]))
def test_any_text_is_cut_into_its_own_tokens(text: str, language: str) -> None:
    tokens = numerals.tokenize(text, language)
    assert all(text[t.start : t.end] == t.text for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    for at in range(len(tokens)):
        number = numbers.read(tokens, at, language)
        assert number is None or at == number.first < number.last <= len(tokens)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("half a million", 500_000, 500_000),
        ("a quarter of a million", 250_000, 250_000),
        ("two and a half million", 2_500_000, 2_500_000),
        ("half a dozen", 6, 6),
        ("a hundred and twenty", 120, 120),
        ("8.2 million", 8_200_000, 8_200_000),
        ("12,34,567", 1_234_567, 1_234_567),
        ("2½", 2.5, 2.5),
        ("dozens", 24, 99),
        ("hundreds", 200, 999),
        ("tens of thousands", 20_000, 99_999),
        ("several hundred", 300, 999),
        ("several", 3, 9),
        ("multiple", 2, None),
        ("decades", 20, 99),
        ("sixfold", 6, 6),
    ],
)
def test_english_amounts(text: str, low: float, high: float | None) -> None:
    number = parse(text)
    assert number is not None
    assert (number.low, number.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("2 bin 615", "tr", 2615),
        ("1,5 Millionen", "de", 1_500_000),
        ("۴ هزار و ۵۱۹", "fa", 4519),
        ("۱٫۵ میلیون", "fa", 1_500_000),
        ("4’519", "de", 4519),
        ("4.519", "en", 4.519),
        ("25 ribu", "id", 25_000),
        ("3,2 млн", "ru", 3_200_000),
    ],
)
def test_other_languages(text: str, language: str, value: float) -> None:
    number = parse(text, language)
    assert number is not None
    assert number.low == pytest.approx(value)


def test_a_long_run_of_digits_is_no_number() -> None:
    assert parse("1" * numerals.LONGEST_NUMERAL) is not None
    assert parse("1" * (numerals.LONGEST_NUMERAL + 1)) is None
    assert parse("1" * 100_000) is None


def test_an_unknown_language_writes_like_english() -> None:
    assert number_words.style_of("xx") == number_words.style_of("en-GB") == "comma"
    assert number_words.style_of("de-AT") == "point"
