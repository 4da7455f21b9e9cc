"""`claimwatch eval`: measure the claim engine on labelled data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from monitor.cli.options import FILE_PATH, echo_json, echo_table, json_option
from monitor.cli.records import say
from monitor.evaluation import TASKS, Report, run


@click.command("eval", help="Measure the claim engine on labelled data.")
@json_option
@click.argument("task", type=click.Choice(list(TASKS)), metavar="TASK")
@click.argument("gold", type=FILE_PATH, metavar="GOLD.jsonl")
@click.option("--out", type=FILE_PATH, help="Write predictions here.")
@click.option("--articles", type=FILE_PATH, help="The folder of article texts.")
@click.option("--errors", is_flag=True, help="List what came out wrong.")
def eval_task(
    *,
    as_json: bool,
    task: str,
    gold: Path,
    out: Path | None,
    articles: Path | None,
    errors: bool,
) -> None:
    """Measure the claim engine on labelled data."""
    report = run(task, gold, out, articles=articles)
    if as_json:
        echo_json(_as_json(report, errors=errors))
        return
    say(f"{report.task}: {report.n} items", bold=True)
    echo_table(("FIGURE", "VALUE", "95 %"), _rows(report))
    if errors:
        say()
        for mistake in report.errors:
            say(f"{mistake.id}: expected {mistake.expected}, got {mistake.got}")
            say(mistake.text, indent=4)
        say(f"{len(report.errors)} wrong")


def _rows(report: Report) -> list[tuple[str, str, str]]:
    rows = []
    for path, value in _flat(report.figures):
        between = report.intervals.get(path)
        spread = f"{between.low:g} to {between.high:g}" if between else ""
        mark = " *" if path == report.headline else ""
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        rows.append((path + mark, shown, spread))
    return rows


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _as_json(report: Report, *, errors: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "task": report.task,
        "n": report.n,
        "headline": report.headline,
        "figures": report.figures,
        "intervals": {
            path: [between.low, between.high]
            for path, between in report.intervals.items()
        },
        "wrong": len(report.errors),
    }
    if errors:
        found["errors"] = [
            {"id": m.id, "expected": m.expected, "got": m.got, "text": m.text}
            for m in report.errors
        ]
    return found
