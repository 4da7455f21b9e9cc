"""Recognises copies of one agency text by a min-hash signature. Pure.

The signature is a text that is stable across processes and releases: it is stored.
"""

from __future__ import annotations

from hashlib import blake2b

from monitor.claims import wording

# 64 slots tell a similarity within ± .06 (one standard error); 1.5 KB would halve it.
SLOTS = 64
# Words per shingle: five in a row rarely coincide by chance.
SHINGLE = 5
# Fewer words than this are a headline, not a wire text.
FEWEST_WORDS = 30
# Copies keep most of the agency's paragraphs; two own texts on one event share < .1.
COPY = 0.35
# Slots of a band: one would match by chance, of three many copies share none.
BAND = 2
_DIGITS = 4
_EMPTY = "-" * _DIGITS


def key(text: str) -> str | None:
    """The signature of a text, None when it is too short to tell."""
    keys = wording.keys(text)
    if len(keys) < FEWEST_WORDS:
        return None
    slots: list[int | None] = [None] * SLOTS
    for start in range(len(keys) - SHINGLE + 1):
        shingle = " ".join(keys[start : start + SHINGLE]).encode()
        number = int.from_bytes(blake2b(shingle, digest_size=8).digest(), "big")
        slot, rest = number % SLOTS, number // SLOTS
        least = slots[slot]
        if least is None or rest < least:
            slots[slot] = rest
    return "".join(
        _EMPTY if least is None else f"{least % 16**_DIGITS:0{_DIGITS}x}"
        for least in slots
    )


def similarity(a: str | None, b: str | None) -> float:
    """The estimated share of common shingles of two signatures; 0 if unknown."""
    if not a or not b or len(a) != len(b):
        return 0.0
    same = filled = 0
    for start in range(0, len(a), _DIGITS):
        left, right = a[start : start + _DIGITS], b[start : start + _DIGITS]
        if left == right == _EMPTY:
            continue
        filled += 1
        same += left == right
    return same / filled if filled else 0.0


def is_copy(a: str | None, b: str | None) -> bool:
    """Whether two signatures are of copies of one text."""
    return similarity(a, b) >= COPY


def bands(signature: str | None) -> tuple[str, ...]:
    """Keys under which to store a signature: copies share at least one of them.

    With 32 bands, 98 % of pairs at similarity .35 do (1 - (1 - .35²)^32).
    """
    if not signature:
        return ()
    step = BAND * _DIGITS
    return tuple(
        f"{start // step}:{signature[start : start + step]}"
        for start in range(0, len(signature), step)
        if _EMPTY not in signature[start : start + step]
    )
