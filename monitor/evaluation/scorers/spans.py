"""Scorers of tasks that match spans or sentences: attribution, quantity, align."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from monitor.evaluation.scorers.arithmetic import (
    Figures,
    Item,
    Predictions,
    dice,
    percent,
    prf,
    tokens,
)

_WORD = re.compile(r"\w+")


def _positions(spans: Iterable[tuple[int, int]], text: str) -> set[int]:
    starts = [match.start() for match in _WORD.finditer(text)]
    return {s for a, b in spans for s in starts if a <= s < b}


def _overlap(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def _agrees(a: str | None, b: str | None) -> bool:
    """Whether at least half of the shorter text's tokens are in the other."""
    left, right = set(tokens(a or "")), set(tokens(b or ""))
    if not left or not right:
        return False
    return len(left & right) / max(1, min(len(left), len(right))) >= 0.5


def _joined(spans: Sequence[Item]) -> str:
    return " ".join(span["text"] for span in spans)


class Attribution:
    """Source, cue and content spans; content overlap ≥ .3 and ≥ .8."""

    THRESHOLDS = (0.3, 0.8)

    def parts(
        self, gold: list[Item], pred: Predictions
    ) -> list[dict[float, Counter[str]]]:
        """Counts of each article at both thresholds."""
        return [self._article(g, pred.get(g["id"], {})) for g in gold]

    def _article(self, item: Item, got: Item) -> dict[float, Counter[str]]:
        text = item["text"]
        wanted = [
            (_positions([(s["start"], s["end"]) for s in a["content"]], text), a)
            for a in item["attributions"]
        ]
        given = [(_predicted(a, text), a) for a in got.get("attributions", [])]
        ranked = sorted(
            (
                (_overlap(x, y), i, j)
                for i, (x, _) in enumerate(wanted)
                for j, (y, _) in enumerate(given)
                if x & y
            ),
            reverse=True,
        )
        return {t: self._count(t, wanted, given, ranked) for t in self.THRESHOLDS}

    @staticmethod
    def _count(
        threshold: float,
        wanted: list[tuple[set[int], Item]],
        given: list[tuple[set[int], Item]],
        ranked: list[tuple[float, int, int]],
    ) -> Counter[str]:
        pairs: dict[int, int] = {}
        used: set[int] = set()
        for score, i, j in ranked:
            if score >= threshold and i not in pairs and j not in used:
                pairs[i] = j
                used.add(j)
        count: Counter[str] = Counter(hit=len(pairs), pred=len(given), gold=len(wanted))
        for i, j in pairs.items():
            want, have = wanted[i][1], given[j][1]
            if want["source"]:
                count["sources"] += 1
                count["source"] += _agrees(_joined(want["source"]), have.get("source"))
            if want["cue"]:
                count["cues"] += 1
                count["cue"] += _agrees(_joined(want["cue"]), have.get("cue"))
        for i, (_, want) in enumerate(wanted):
            if any(q in span["text"] for span in want["content"] for q in '“"'):
                count["quotes"] += 1
                count["quote"] += i in pairs
            if want["source"]:
                count["explicits"] += 1
                count["explicit"] += i in pairs
        return count

    def figures(self, parts: Sequence[dict[float, Counter[str]]]) -> Figures:
        """Precision, recall, F1 and the accuracies at both thresholds."""
        out: Figures = {}
        for threshold in self.THRESHOLDS:
            c: Counter[str] = Counter()
            for part in parts:
                c.update(part[threshold])
            out[f"overlap_{threshold}"] = {
                **prf(c["hit"], c["pred"] - c["hit"], c["gold"] - c["hit"]),
                "source_acc": percent(c["source"], c["sources"]),
                "cue_acc": percent(c["cue"], c["cues"]),
                "recall_direct_quotes": percent(c["quote"], c["quotes"]),
                "recall_explicit_source": percent(c["explicit"], c["explicits"]),
                "n_gold": c["gold"],
                "n_pred": c["pred"],
            }
        return out


def _predicted(attribution: Item, text: str) -> set[int]:
    if attribution.get("start") is not None:
        return _positions([(attribution["start"], attribution["end"])], text)
    start = text.find(attribution["content"])
    end = start + len(attribution["content"])
    return set() if start < 0 else _positions([(start, end)], text)


_UNIT = {
    "$": "dollar",
    "€": "euro",
    "£": "pound sterling",
    "%": "percentage",
    "percent": "percentage",
    "per cent": "percentage",
    "percentage": "percentage",
    "us dollar": "dollar",
    "dollars": "dollar",
    "-": "",
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class Quantities:
    """Value, value with unit, value with comparator; one to one, greedy."""

    MODES = ("value", "value+unit", "value+change")

    def parts(self, gold: list[Item], pred: Predictions) -> list[Counter[str]]:
        """Counts of each sentence in each mode."""
        out = []
        for item in gold:
            given = pred.get(item["id"], {}).get("quantities", [])
            count: Counter[str] = Counter(pred=len(given), gold=len(item["quantities"]))
            for mode in self.MODES:
                count[mode] = _matched(item["quantities"], list(given), mode)
            out.append(count)
        return out

    def figures(self, parts: Sequence[Counter[str]]) -> Figures:
        """Precision, recall and F1 in each mode."""
        total: Counter[str] = Counter()
        for part in parts:
            total.update(part)
        out: Figures = {
            mode: prf(
                total[mode], total["pred"] - total[mode], total["gold"] - total[mode]
            )
            for mode in self.MODES
        }
        out["n_gold"] = total["gold"]
        return out


def _matched(wanted: list[Item], given: list[Item], mode: str) -> int:
    hits = 0
    for want in wanted:
        for k, have in enumerate(given):
            if _same_quantity(have, want, mode):
                hits += 1
                given.pop(k)
                break
    return hits


def _same_quantity(have: Item, want: Item, mode: str) -> bool:
    if not _same_value(have.get("value"), want["value"]):
        return False
    if mode == "value+unit":
        return _same_unit(have.get("unit"), want)
    if mode == "value+change":
        return bool((have.get("change") or "=") == want["change"])
    return True


def _numbers(value: Any) -> tuple[float, ...]:
    if isinstance(value, list | tuple):
        return tuple(float(x) for x in value)
    text = str(value)
    if not re.search(r"\d,\s+\d|\(", text):
        text = text.replace(",", "")
    return tuple(float(x) for x in _NUMBER.findall(text))


def _same_value(a: Any, b: Any) -> bool:
    left, right = _numbers(a), _numbers(b)
    return len(left) == len(right) > 0 and all(
        abs(x - y) <= 1e-6 * max(1, abs(x), abs(y))
        for x, y in zip(left, right, strict=True)
    )


def _unit(text: str | None) -> str:
    plain = re.sub(r"[^a-z$€£%/ -]", "", str(text or "").lower()).strip()
    plain = _UNIT.get(plain, plain)
    return " ".join(
        w[:-1] if len(w) > 3 and w.endswith("s") else w for w in plain.split()
    )


def _same_unit(predicted: str | None, want: Item) -> bool:
    have = _unit(predicted)
    accepted = {_unit(want.get("unit")), _unit(want.get("normalized_unit"))}
    if have in accepted:
        return True
    if not have:
        return accepted <= {""}
    words = have.split()
    return any(
        x and (words[-1] == x.split()[-1] or words[0] == x.split()[0]) for x in accepted
    )


class Align:
    """Added, removed and edited sentences; ambiguous ones count neither way."""

    SAME = 0.8
    FORMAT_ONLY = 0.95
    KINDS = ("added", "removed", "edited")

    def parts(self, gold: list[Item], pred: Predictions) -> list[dict[str, list[int]]]:
        """[hits, spurious, missed] of each article, by kind."""
        return [self._article(g, pred.get(g["id"], {})) for g in gold]

    def _article(self, item: Item, got: Item) -> dict[str, list[int]]:
        truth = item["gold"]
        out = {}
        for kind, side in (("added", "new"), ("removed", "old")):
            wanted = [item[side][i] for i in truth[kind]]
            unsure = [item[side][i] for i in truth[f"ambiguous_{side}"]]
            given = list(got.get(kind, []))
            hit, used = self._pair(wanted, given)
            rest = [x for j, x in enumerate(given) if j not in used]
            _, ignored = self._pair(unsure, rest)
            spurious = len(rest) - len(ignored)
            out[kind] = [len(hit), spurious, len(wanted) - len(hit)]
        out["edited"] = self._edited(item, got)
        return out

    def _pair(self, xs: list[str], ys: list[str]) -> tuple[set[int], set[int]]:
        ranked = sorted(
            ((dice(a, b), i, j) for i, a in enumerate(xs) for j, b in enumerate(ys)),
            reverse=True,
        )
        left: set[int] = set()
        right: set[int] = set()
        for score, i, j in ranked:
            if score < self.SAME:
                break
            if i not in left and j not in right:
                left.add(i)
                right.add(j)
        return left, right

    def _edited(self, item: Item, got: Item) -> list[int]:
        old, new, truth = item["old"], item["new"], item["gold"]
        texts = [(old[e["old"]], new[e["new"]], e["changes"]) for e in truth["edited"]]
        wanted = [
            (o, n) for o, n, changes in texts if changes or tokens(o) != tokens(n)
        ]
        format_only = [(o, n) for o, n, _ in texts if tokens(o) == tokens(n)]
        given = [(x, y) for x, y in got.get("edited", [])]
        used: set[int] = set()
        for o, n in wanted:
            best: tuple[float, int] | None = None
            for j, (x, y) in enumerate(given):
                if j in used:
                    continue
                score = min(dice(o, x), dice(n, y))
                if score >= self.SAME and (best is None or score > best[0]):
                    best = (score, j)
            if best:
                used.add(best[1])
        unsure_old = {old[i] for i in truth["ambiguous_old"]}
        unsure_new = {new[i] for i in truth["ambiguous_new"]}
        spurious = 0
        for j, (x, y) in enumerate(given):
            if j in used:
                continue
            ignored = (
                any(dice(x, a) >= self.SAME for a in unsure_old)
                or any(dice(y, a) >= self.SAME for a in unsure_new)
                or any(
                    dice(x, o) >= self.FORMAT_ONLY and dice(y, n) >= self.FORMAT_ONLY
                    for o, n in format_only
                )
            )
            spurious += not ignored
        return [len(used), spurious, len(wanted) - len(used)]

    def figures(self, parts: Sequence[dict[str, list[int]]]) -> Figures:
        """F1 of each kind and their mean."""
        out: Figures = {}
        support = {}
        for kind in self.KINDS:
            hits, spurious, missed = (sum(p[kind][k] for p in parts) for k in range(3))
            out[kind] = prf(hits, spurious, missed)
            support[kind] = hits + missed
        out["macro_f1"] = round(sum(out[k]["f1"] for k in self.KINDS) / 3, 1)
        out["support"] = support
        return out
