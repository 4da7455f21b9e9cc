"""The engine's scores may not fall; the labelled data is what it says it is.

`eval_baseline.json` holds the scores of the last deliberate measurement, in points:
`own` of tests/quality, `dev` of the reference data beside the checkout.
"""

from __future__ import annotations

import json
import runpy
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.evaluation import run

TESTS = Path(__file__).parent
QUALITY = TESTS / "quality"
BASELINE = json.loads((TESTS / "eval_baseline.json").read_text(encoding="utf-8"))
# A score may fall by this much before it is a regression: ties broken otherwise.
SLACK = 0.5
# Where less is better.
LOWER_IS_BETTER = ("false_alarm_rate", "false_alert_rate_on_rewordings")
RARE = ("quantity", "certainty", "attribution", "corrected", "polarity")
FILE_BY_TASK = {
    "revision": "a3_revision_change",
    "transition": "a1_claim_transition",
    "edit-intent": "a2_edit_intent",
    "align": "f_revisions",
    "attribution": "b_attribution",
    "quantity": "c_quantity",
    "same-event": "d3_ecb_event",
    "same-story": "d5_rumour_pairs",
    "similarity": "d2_sts_headlines",
    "novelty": "d6_sentence_novelty",
    "checkworthy": "e1_claimbuster",
    "certainty": "g1_uncertain_sentence",
    "stance": "h_stance",
    "mutations": "seed_mutations",
    "claims": "article_claims",
}
# Under four seconds each; the others take minutes together.
FAST = ("revision", "mutations", "claims", "quantity", "edit-intent")


# measured once: the test of this test asks for a report that another has asked for
measured = cache(run)


def fallen(
    task: str, gold: Path, expected: dict[str, float], **given: Any
) -> list[str]:
    """The figures of a task that are worse than the baseline."""
    report = measured(task, gold, **given)
    worse = []
    for path, before in expected.items():
        now = float(report.figure(path))
        loss = now - before if path.endswith(LOWER_IS_BETTER) else before - now
        if loss > SLACK:
            worse.append(f"{task} {path}: {before} -> {now}")
    return worse


def read(name: str) -> list[dict[str, Any]]:
    """The lines of a file of tests/quality."""
    text = (QUALITY / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_own_revision_pairs_have_not_become_worse() -> None:
    gold = QUALITY / "revision_pairs.jsonl"
    assert not fallen("revision", gold, BASELINE["own"]["revision"])


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7, 8, 9])
def test_more_own_revision_pairs_have_not_become_worse(number: int) -> None:
    gold = QUALITY / f"revision_pairs_{number}.jsonl"
    assert not fallen("revision", gold, BASELINE["own"][f"revision_{number}"])


@pytest.mark.parametrize("name", ["claims", "claims_2", "claims_3"])
def test_claims_of_own_articles_have_not_become_worse(name: str) -> None:
    gold, articles = QUALITY / f"article_{name}.jsonl", QUALITY / "annotated"
    assert not fallen("claims", gold, BASELINE["own"][name], articles=articles)


def test_own_mutations_have_not_become_worse() -> None:
    gold, articles = QUALITY / "mutations.jsonl", QUALITY / "articles"
    expected = BASELINE["own"]["mutations"]
    assert not fallen("mutations", gold, expected, articles=articles)


def test_baseline_knows_every_task() -> None:
    assert set(BASELINE["dev"]) == set(FILE_BY_TASK)


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(task, marks=() if task in FAST else pytest.mark.long)
        for task in FILE_BY_TASK
    ],
)
def test_reference_scores_have_not_become_worse(task: str, shared: Path) -> None:
    gold = shared / "eval" / "dev" / f"{FILE_BY_TASK[task]}.jsonl"
    assert not fallen(task, gold, BASELINE["dev"][task])


def test_a_lower_score_is_noticed() -> None:
    gold = QUALITY / "revision_pairs.jsonl"
    asked = {"factual.f1": 100.6, "factual.false_alarm_rate": -0.6}
    assert len(fallen("revision", gold, asked)) == len(asked)


def test_there_are_enough_revision_pairs_of_every_rare_kind() -> None:
    pairs = read("revision_pairs.jsonl")
    support = Counter(kind for pair in pairs for kind in pair["changes"])
    assert len(pairs) >= 150
    assert all(support[kind] >= 25 for kind in RARE), support
    assert all(bool(pair["changes"]) == bool(pair["factual"]) for pair in pairs)


def test_mutations_are_what_the_generator_makes() -> None:
    made = runpy.run_path(str(QUALITY / "make_mutations.py"))["text"]()
    assert made == (QUALITY / "mutations.jsonl").read_text(encoding="utf-8")


def test_mutations_apply_to_their_articles() -> None:
    mutations = read("mutations.jsonl")
    assert len(mutations) >= 200
    assert len({m["article"] for m in mutations}) >= 20
    for mutation in mutations:
        text = (QUALITY / "articles" / mutation["article"]).read_text(encoding="utf-8")
        assert text.count(mutation["before"]) == 1, mutation["id"]
        assert mutation["before"] != mutation["after"] or (
            mutation["why"] == "wire copy"
        ), mutation["id"]
