"""The evaluation computes what the reference scorers compute, and fails in one line."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor import evaluation
from monitor.errors import ClaimwatchError, UsageError
from monitor.evaluation import runner
from monitor.evaluation.report import at, bootstrap
from monitor.evaluation.scorers.labels import Binary, Graded

# Task, gold file and reference scorer; the slowest ones are below.
REFERENCE = {
    "revision": ("a3_revision_change", "a3"),
    "transition": ("a1_claim_transition", "a1"),
    "edit-intent": ("a2_edit_intent", "a2"),
    "align": ("f_revisions", "f"),
    "attribution": ("b_attribution", "b"),
    "quantity": ("c_quantity", "c"),
    "same-event": ("d3_ecb_event", "d_pairs"),
    "same-story": ("d5_rumour_pairs", "d_pairs"),
    "similarity": ("d2_sts_headlines", "d2"),
    "novelty": ("d6_sentence_novelty", "d6"),
    "checkworthy": ("e1_claimbuster", "e"),
    "certainty": ("g1_uncertain_sentence", "g1"),
    "stance": ("h_stance", "h"),
    "mutations": ("seed_mutations", "mutations"),
    "claims": ("article_claims", "claims"),
}
# Enough items to exercise every branch of a scorer, few enough to be quick.
ITEMS = 30
SMALL = {
    "transition": [
        {
            "claim": "The dam is 90 metres high",
            "before": "The dam is 90 metres high.",
            "after": "The dam is 70 metres high.",
            "label": "contradicted",
        }
    ],
    "align": [
        {
            "old": ["A ferry sank off Orland.", "It was dark."],
            "new": ["A ferry sank near Orland.", "Fourteen people died."],
            "gold": {
                "added": [1],
                "removed": [1],
                "edited": [{"old": 0, "new": 0, "changes": []}],
                "ambiguous_old": [],
                "ambiguous_new": [],
            },
        }
    ],
    "novelty": [
        {
            "baseline": [{"text": "A ferry sank off Orland on Monday."}],
            "sentences": [
                {
                    "sid": 0,
                    "text": "On Monday a ferry sank off Orland.",
                    "label": "known",
                },
                {"sid": 1, "text": "The minister resigned.", "label": "new"},
            ],
        }
    ],
    "checkworthy": [
        {"text": "Unemployment rose to 9 percent in March.", "label": 1},
        {"text": "Thank you all for coming.", "label": 0},
    ],
    "stance": [{"claim": "The dam broke", "headline": "The dam broke", "label": "for"}],
}


def written(
    folder: Path, items: list[dict[str, Any]], name: str = "gold.jsonl"
) -> Path:
    path = folder / name
    lines = [json.dumps({"id": f"i{n}"} | item) for n, item in enumerate(items)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("task", sorted(SMALL))
def test_a_small_gold_file_is_scored(task: str, tmp_path: Path) -> None:
    gold = written(tmp_path, SMALL[task])
    out = tmp_path / "predictions.jsonl"
    report = evaluation.run(task, gold, out)
    assert report.n == len(SMALL[task])
    assert report.figure(report.headline) == 100
    assert report.errors == ()
    assert len(out.read_text("utf-8").splitlines()) == report.n


@pytest.mark.long
@pytest.mark.parametrize("task", sorted(REFERENCE))
def test_figures_equal_the_reference_scorer(
    task: str, shared: Path, tmp_path: Path
) -> None:
    """On real predictions, figure by figure."""
    gold_name, scorer = REFERENCE[task]
    source = shared / "eval" / "dev" / f"{gold_name}.jsonl"
    few = 4 if task in ("attribution", "mutations") else ITEMS
    lines = source.read_text("utf-8").splitlines()[:few]
    gold, out = tmp_path / "gold.jsonl", tmp_path / "out.jsonl"
    gold.write_text("\n".join(lines), encoding="utf-8")
    report = evaluation.run(task, gold, out, articles=shared / "articles")
    script = shared / "eval" / "score" / f"score_{scorer}.py"
    run = subprocess.run(
        [sys.executable, "-B", str(script), str(gold), str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(json.dumps(report.figures)) == json.loads(run.stdout)


def test_every_task_names_an_adapter_that_exists() -> None:
    assert set(evaluation.TASKS) == set(REFERENCE)
    for task in evaluation.TASKS.values():
        assert callable(pkgutil.resolve_name(task.adapter))


def test_adapters_are_short() -> None:
    folder = Path(runner.__file__).parent / "tasks"
    long = {
        path.name: count
        for path in folder.glob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 41
    }
    assert not long


def test_an_unknown_task_lists_the_tasks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no task 'spelling'; there are revision,"):
        evaluation.run("spelling", tmp_path / "gold.jsonl")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"', ":1: not JSON"),
        ('{"id": "a", "text": "x", "label": 1}\n[]', ":2: not a JSON object"),
        ('{"text": "x", "label": 1}', ":1: no id"),
        ('{"id": "a", "label": 1}', ":1: no text"),
        (
            '{"id": "a", "text": "x", "label": 1}\n\n{"id": "a", "text": "y", "label": 0}',
            ":3: id 'a' is already on line 1",
        ),
        ("", ": no items"),
        ('{"id": "a", "text": "x", "label": "yes"}', ":1: not an item as checkworthy"),
        ('{"id": "a", "text": 7, "label": 1}', ":1: text is not a text"),
    ],
)
def test_a_bad_gold_file_is_one_line_that_names_it(
    content: str, message: str, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(content, encoding="utf-8")
    with pytest.raises(ClaimwatchError) as caught:
        evaluation.run("checkworthy", gold)
    text = str(caught.value)
    assert message in text
    assert str(gold) in text
    assert "\n" not in text


def test_an_unfit_item_deep_inside_is_named_by_its_line(tmp_path: Path) -> None:
    bad = {"baseline": [{"text": "Known."}], "sentences": [{"sid": 0}]}
    gold = written(tmp_path, [SMALL["novelty"][0], bad])
    with pytest.raises(ClaimwatchError, match=":2: not an item as novelty needs it"):
        evaluation.run("novelty", gold)
    unscored = SMALL["align"][0] | {"gold": {}}
    gold = written(tmp_path, [SMALL["align"][0], unscored])
    with pytest.raises(ClaimwatchError, match=":2: not an item as align needs it"):
        evaluation.run("align", gold)


def test_an_absent_or_unreadable_gold_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ClaimwatchError, match="No such file"):
        evaluation.run("checkworthy", tmp_path / "absent.jsonl")
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClaimwatchError, match="not UTF-8"):
        evaluation.run("checkworthy", binary)


def test_predictions_that_cannot_be_written_are_one_line(tmp_path: Path) -> None:
    gold = written(tmp_path, SMALL["checkworthy"])
    with pytest.raises(ClaimwatchError, match="No such file"):
        evaluation.run("checkworthy", gold, tmp_path / "absent" / "out.jsonl")


def test_articles_are_looked_for_beside_the_labelled_data(tmp_path: Path) -> None:
    """…/eval/dev/gold.jsonl reads …/articles; a missing folder is named."""
    folder = tmp_path / "eval" / "dev"
    folder.mkdir(parents=True)
    quote = "Fire Watch said 14 people were killed in the fire in Orland."
    item = {
        "article": "fire.txt",
        "sentence": quote,
        "claim": "14 people were killed in the fire in Orland",
        "source": ["Fire Watch"],
        "quantities": [{"min": 14, "max": 14, "comparator": "="}],
        "modality": "reported",
    }
    gold = written(folder, [item])
    with pytest.raises(UsageError, match="articles: no such folder"):
        evaluation.run("claims", gold)
    (tmp_path / "articles").mkdir()
    with pytest.raises(ClaimwatchError, match=r"fire\.txt: can't be read"):
        evaluation.run("claims", gold)
    (tmp_path / "articles" / "fire.txt").write_text(f"Fire in Orland\n{quote}\n")
    report = evaluation.run("claims", gold)
    assert report.figure("recall") == 100
    assert report.figure("source_acc") == 100


def test_an_article_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    item = {
        "article": "../secret.txt",
        "sentence": "",
        "claim": "",
        "source": [],
        "quantities": [],
        "modality": "asserted",
    }
    gold = written(tmp_path, [item])
    with pytest.raises(ClaimwatchError, match="not the name of a file"):
        evaluation.run("claims", gold, articles=tmp_path / "articles")


def test_mistakes_are_listed_with_what_was_expected(tmp_path: Path) -> None:
    gold = written(
        tmp_path, [{"text": "Unemployment rose to 9 percent in March.", "label": 0}]
    )
    (mistake,) = evaluation.run("checkworthy", gold).errors
    assert (mistake.expected, mistake.got) == ("0", "1")
    assert "Unemployment" in mistake.text


def test_intervals_are_repeatable_and_hold_the_figure() -> None:
    scorer = Binary()
    parts = [
        {"y": n % 2, "h": n % 3 == 0, "answered": True, "score": None, "note": None}
        | {"group": None}
        for n in range(60)
    ]
    first = bootstrap(scorer, parts, ["f1", "acc"])
    assert first == bootstrap(scorer, parts, ["f1", "acc"])
    figures = scorer.figures(parts)
    for path, interval in first.items():
        assert interval.low <= figures[path] <= interval.high
        assert interval.low < interval.high


def test_a_constant_score_has_no_correlation() -> None:
    parts = [("sts2015-1", 3.0, 1.0), ("sts2015-2", 3.0, 2.0)]
    assert Graded().figures(parts)["pearson_all"] == 0


def test_paths_may_hold_dots_in_a_key() -> None:
    assert at({"overlap_0.3": {"f1": 7}}, "overlap_0.3.f1") == 7
    with pytest.raises(KeyError):
        at({"f1": 1}, "recall")


def test_mistakes_of_claims_are_what_was_missed_misread_and_made_up(
    tmp_path: Path,
) -> None:
    (tmp_path / "dam.txt").write_text(
        "Estwick dam\nForty people died, police said. The dam was built in Norvale."
    )
    died = "Forty people died, police said."
    wanted = [
        ("Forty people died.", died, ["doctors"], [{"min": 4, "max": 4}]),
        ("The valley is empty.", "The valley is empty now.", [], []),
    ]
    gold = written(
        tmp_path,
        [
            {
                "article": "dam.txt",
                "claim": claim,
                "sentence": sentence,
                "source": source,
                "quantities": [q | {"comparator": "="} for q in values],
                "modality": "asserted",
            }
            for claim, sentence, source, values in wanted
        ],
    )
    errors = evaluation.run("claims", gold, articles=tmp_path).errors
    assert [(e.expected, e.got) for e in errors] == [
        ("doctors", "police"),
        ("= 4 to 4", "= 40 to 40"),
        ("asserted", "reported"),
        ("a claim", "nothing"),
        ("nothing", "a claim"),
        ("nothing", "a claim"),
    ]
