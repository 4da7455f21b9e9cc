"""Scorers of tasks with one label an item: yes/no, one of several, a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typing_extensions import override

from monitor.evaluation.scorers.arithmetic import (
    Figures,
    Item,
    Predictions,
    average_precision,
    binary,
    multiclass,
    percent,
    prf,
)


class Binary:
    """`label` 0 or 1; `score`, where given, adds the average precision."""

    def __init__(self, *, ranked: bool = False, by: str | None = None) -> None:
        self.ranked = ranked
        self.by = by

    def parts(self, gold: list[Item], pred: Predictions) -> list[Item]:
        """Expected and predicted label, score and group of each item."""
        return [
            {
                "y": int(item["label"]),
                "h": int(pred.get(item["id"], {}).get("label", 0)),
                "answered": item["id"] in pred,
                "score": pred.get(item["id"], {}).get("score"),
                "note": item.get("note"),
                "group": item.get(self.by) if self.by else None,
            }
            for item in gold
        ]

    def figures(self, parts: Sequence[Item]) -> Figures:
        """F1, accuracy, false alarms; per group; average precision."""
        out = self._binary(parts)
        if self.by:
            groups = sorted({p["group"] for p in parts})
            out[f"by_{self.by}"] = {
                g: self._binary([p for p in parts if p["group"] == g]) for g in groups
            }
        if self.ranked:
            scored = [(p["score"], p["y"]) for p in parts if p["score"] is not None]
            out["avg_precision"] = average_precision(scored)
        return out

    @staticmethod
    def _binary(parts: Sequence[Item]) -> Figures:
        return binary([(p["y"], p["h"], p["answered"]) for p in parts])


class Pairs(Binary):
    """Sentence pairs: also the false alarms by kind of hard negative."""

    NOTES = ("other_incident", "same_incident")

    def __init__(self) -> None:
        super().__init__(ranked=True)

    @override
    def figures(self, parts: Sequence[Item]) -> Figures:
        """As Binary, with false alarms by kind where gold tells the kind."""
        out = super().figures(parts)
        if parts and parts[0]["note"] is not None:
            out["false_alarm_by_kind"] = {
                note: percent(
                    sum(p["h"] for p in parts if p["note"] == note),
                    sum(p["note"] == note for p in parts),
                )
                for note in self.NOTES
            }
        return out


class OneOf:
    """`label` is one of several words."""

    def parts(
        self, gold: list[Item], pred: Predictions
    ) -> list[tuple[str, str | None]]:
        """(expected, predicted) of each item."""
        return [(g["label"], pred.get(g["id"], {}).get("label")) for g in gold]

    def figures(self, parts: Sequence[tuple[str, str | None]]) -> Figures:
        """Accuracy, macro F1, per label."""
        return multiclass(parts)


class Graded:
    """`score` from 0 (unrelated) to 5 (equivalent)."""

    EQUIVALENT = 4
    YEARS = ("2015", "2016")

    def parts(
        self, gold: list[Item], pred: Predictions
    ) -> list[tuple[str, float, float]]:
        """(id, expected, predicted) of each item."""
        return [
            (g["id"], g["score"], float(pred.get(g["id"], {}).get("score", 0)))
            for g in gold
        ]

    def figures(self, parts: Sequence[tuple[str, float, float]]) -> Figures:
        """Pearson, overall and by year; average precision of equivalence."""
        out: Figures = {"pearson_all": _pearson([(x, y) for _, x, y in parts])}
        for year in self.YEARS:
            chosen = [(x, y) for i, x, y in parts if i.startswith(f"sts{year}")]
            if chosen:
                out[f"pearson_{year}"] = _pearson(chosen)
        ranked = sorted(
            ((y, x >= self.EQUIVALENT) for _, x, y in parts), key=lambda t: -t[0]
        )
        hits, total = 0, 0.0
        for rank, (_, equivalent) in enumerate(ranked, 1):
            if equivalent:
                hits += 1
                total += hits / rank
        out["ap_ge4"] = round(100 * total / max(1, hits), 1)
        out["n"] = len(parts)
        return out


def _pearson(pairs: Sequence[tuple[float, float]]) -> float:
    n = len(pairs)
    mean_x = sum(x for x, _ in pairs) / n
    mean_y = sum(y for _, y in pairs) / n
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    spread_x = sum((x - mean_x) ** 2 for x, _ in pairs) ** 0.5
    spread_y = sum((y - mean_y) ** 2 for _, y in pairs) ** 0.5
    if not spread_x or not spread_y:
        return 0.0
    return float(round(100 * (covariance / (spread_x * spread_y)), 1))


class Novelty:
    """`new` lists the ids of the sentences that are new."""

    def parts(self, gold: list[Item], pred: Predictions) -> list[list[tuple[int, int]]]:
        """(expected, predicted) of each sentence of each item."""
        out = []
        for item in gold:
            new = set(pred.get(item["id"], {}).get("new", []))
            out.append(
                [
                    (int(s["label"] == "new"), int(s["sid"] in new))
                    for s in item["sentences"]
                ]
            )
        return out

    def figures(self, parts: Sequence[list[tuple[int, int]]]) -> Figures:
        """F1 of `new`, accuracy, false alerts on rewordings."""
        flat = [pair for part in parts for pair in part]
        tp = sum(1 for y, h in flat if y and h)
        fp = sum(1 for y, h in flat if h and not y)
        fn = sum(1 for y, h in flat if y and not h)
        tn = len(flat) - tp - fp - fn
        return {
            **prf(tp, fp, fn),
            "acc": round(100 * (tp + tn) / len(flat), 1),
            "false_alert_rate_on_rewordings": percent(fp, fp + tn),
            "n_sentences": len(flat),
        }


class Revision:
    """`factual` 0/1 and the list of `changes` of a sentence pair."""

    TYPES = (
        "quantity",
        "certainty",
        "attribution",
        "corrected",
        "polarity",
        "detail_added",
        "detail_removed",
    )
    # What a person wants an alert for.
    HARD = frozenset({"quantity", "certainty", "polarity", "corrected", "attribution"})

    def parts(self, gold: list[Item], pred: Predictions) -> list[Item]:
        """Expected and predicted flags of each pair."""
        out = []
        for item in gold:
            got = pred.get(item["id"], {})
            out.append(
                {
                    "y": int(item["factual"]),
                    "h": int(got.get("factual", 0)),
                    "answered": item["id"] in pred,
                    "want": set(item["changes"]),
                    "got": set(got.get("changes", [])),
                    "source": item["source"],
                }
            )
        return out

    def figures(self, parts: Sequence[Item]) -> Figures:
        """F1 of `factual`, F1 per kind, recall of hard changes."""
        types = {}
        for kind in self.TYPES:
            tp = sum(kind in p["want"] and kind in p["got"] for p in parts)
            fp = sum(kind in p["got"] and kind not in p["want"] for p in parts)
            fn = sum(kind in p["want"] and kind not in p["got"] for p in parts)
            types[kind] = dict(prf(tp, fp, fn), support=tp + fn)
        hard = [p for p in parts if p["want"] & self.HARD]
        sources = sorted({p["source"] for p in parts})
        return {
            "factual": self._binary(parts),
            "types": types,
            "recall_hard_changes": percent(sum(p["h"] for p in hard), len(hard)),
            "n_hard": len(hard),
            "by_source": {
                s: self._binary([p for p in parts if p["source"] == s]) for s in sources
            },
        }

    @staticmethod
    def _binary(parts: Sequence[Item]) -> Figures:
        return binary([(p["y"], p["h"], p["answered"]) for p in parts])


class Mutations:
    """`kind` is one of the fourteen words, `material` goes with it."""

    def parts(self, gold: list[Item], pred: Predictions) -> list[Item]:
        """Whether each item is right, and what was said."""
        out = []
        for item in gold:
            got = pred.get(item["id"], {})
            want = item["expected"]
            right = (
                got.get("kind") in (want["kind"], *want["also"])
                and bool(got.get("material")) == want["material"]
            )
            out.append(
                {"id": item["id"], "want": want["kind"], "got": got.get("kind")}
                | {"right": right}
            )
        return out

    def figures(self, parts: Sequence[dict[str, Any]]) -> Figures:
        """How many are right, and which are wrong."""
        wrong = [
            {k: p[k] for k in ("id", "want", "got")} for p in parts if not p["right"]
        ]
        return {"right": len(parts) - len(wrong), "n": len(parts), "wrong": wrong}
