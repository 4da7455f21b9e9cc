"""The registry of tasks, and the one way to run them."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import ClaimwatchError, UsageError
from monitor.evaluation import gold as goldfile
from monitor.evaluation.mistakes import mistakes
from monitor.evaluation.report import Report, Scorer, bootstrap
from monitor.evaluation.scorers.claims import Claims
from monitor.evaluation.scorers.labels import (
    Binary,
    Graded,
    Mutations,
    Novelty,
    OneOf,
    Pairs,
    Revision,
)
from monitor.evaluation.scorers.spans import Align, Attribution, Quantities

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """A task: its adapter, its scorer, the keys gold items must have.

    `adapter` is `module:function`, called with the items and the articles folder.
    The first of `figures` is the headline.
    """

    name: str
    adapter: str
    scorer: Scorer
    required: tuple[str, ...]
    figures: tuple[str, ...]
    needs_articles: bool = False


def _task(
    name: str,
    scorer: Scorer,
    required: str,
    figures: str,
    *,
    needs_articles: bool = False,
) -> Task:
    module = name.replace("-", "_")
    return Task(
        name,
        f"monitor.evaluation.tasks.{module}:predict",
        scorer,
        tuple(required.split()),
        tuple(figures.split()),
        needs_articles,
    )


_REVISION = (
    "factual.f1 factual.false_alarm_rate recall_hard_changes types.quantity.f1 "
    "types.certainty.f1 types.attribution.f1 types.corrected.f1 "
    "types.detail_added.f1 types.detail_removed.f1"
)
_ATTRIBUTION = "overlap_0.3.f1 overlap_0.8.f1 overlap_0.3.source_acc"

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        _task("revision", Revision(), "before after changes factual source", _REVISION),
        _task("transition", OneOf(), "claim before after label", "macro_f1 acc"),
        _task(
            "edit-intent",
            Binary(by="domain"),
            "before after label domain",
            "f1 acc false_alarm_rate",
        ),
        _task(
            "align", Align(), "old new gold", "macro_f1 added.f1 removed.f1 edited.f1"
        ),
        _task("attribution", Attribution(), "text attributions", _ATTRIBUTION),
        _task(
            "quantity",
            Quantities(),
            "text quantities",
            "value.f1 value+unit.f1 value+change.f1",
        ),
        _task("same-event", Pairs(), "a b label", "acc avg_precision f1"),
        _task("same-story", Pairs(), "a b label", "acc avg_precision f1"),
        _task("similarity", Graded(), "a b score", "pearson_all ap_ge4"),
        _task(
            "novelty",
            Novelty(),
            "baseline sentences",
            "acc false_alert_rate_on_rewordings f1",
        ),
        _task("checkworthy", Binary(ranked=True), "text label", "f1 avg_precision acc"),
        _task("certainty", Binary(), "text label", "f1 acc"),
        _task("stance", OneOf(), "claim headline label", "acc macro_f1"),
        _task(
            "mutations",
            Mutations(),
            "article before channel expected",
            "right",
            needs_articles=True,
        ),
        _task(
            "claims",
            Claims(),
            "article sentence claim source quantities modality",
            "recall precision source_acc value_acc certainty_acc measure_pairs",
            needs_articles=True,
        ),
    )
}


def run(
    task: str, gold: Path, out: Path | None = None, *, articles: Path | None = None
) -> Report:
    """Run one task on a gold file, write predictions to `out`, and score them.

    `articles` is the folder of the article texts that `claims` and `mutations`
    read; by default `articles` two levels above the gold file.
    """
    chosen = TASKS.get(task)
    if chosen is None:
        raise UsageError(f"no task {task!r}; there are {', '.join(TASKS)}")
    items = goldfile.read(gold, chosen.required)
    folder = articles or gold.resolve().parent.parent.parent / "articles"
    if chosen.needs_articles and not folder.is_dir():
        raise UsageError(f"{folder}: no such folder (name it with --articles)")
    predictions = list(_predict(chosen, gold, items, folder))
    if out is not None:
        goldfile.write(out, predictions)
    return score(chosen, gold, items, predictions)


def _predict(task: Task, gold: Path, items: list[Item], folder: Path) -> Iterable[Item]:
    predict = pkgutil.resolve_name(task.adapter)
    done = 0
    try:
        for prediction in predict(items, folder):
            yield prediction
            done += 1
    except (KeyError, TypeError, AttributeError) as error:
        if _is_ours(error):
            raise
        raise _unfit(task, gold, items[min(done, len(items) - 1)]) from error


def _is_ours(error: BaseException) -> bool:
    """Whether the error comes from beyond the adapter: then it is a bug of ours."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    return "evaluation" not in Path(trace.tb_frame.f_code.co_filename).parts


def _unfit(task: Task, gold: Path, item: Item) -> ClaimwatchError:
    line = goldfile.line_of(gold, item)
    return ClaimwatchError(f"{gold}:{line}: not an item as {task.name} needs it")


def score(
    task: Task, gold: Path, items: list[Item], predictions: Sequence[Item]
) -> Report:
    """Score predictions that were made before."""
    by_id = {p["id"]: p for p in predictions}
    try:
        parts = task.scorer.parts(items, by_id)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _unfit(task, gold, _culprit(task, items, by_id)) from error
    return Report(
        task=task.name,
        n=len(items),
        figures=task.scorer.figures(parts),
        intervals=bootstrap(task.scorer, parts, task.figures),
        headline=task.figures[0],
        errors=tuple(mistakes(task.name, items, by_id)),
    )


def _culprit(task: Task, items: list[Item], by_id: dict[str, Item]) -> Item:
    """The first item that can't be scored by itself."""
    for item in items:
        try:
            task.scorer.parts([item], by_id)
        except (KeyError, TypeError, AttributeError, ValueError):
            return item
    return items[0]
